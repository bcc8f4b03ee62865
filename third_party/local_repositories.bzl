# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Repositories made of what is already on this machine; no download.

What they need to know was found by ./configure and reaches them through
--repo_env lines in .tf_configure.bazelrc.
"""

_CONFIG = "TF_IMPLICIT_CONFIG"

def _config(ctx):
    text = ctx.os.environ.get(_CONFIG)
    if not text:
        fail("this checkout is not configured: run `make build`, or ./configure")
    return json.decode(text)

def _tensorflow_impl(ctx):
    config = _config(ctx)
    ctx.symlink(config["tensorflow_include"], "include")
    libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]
    for library in libraries:
        ctx.symlink(config["tensorflow_lib"] + "/" + library, library)
    ctx.file("config.bzl", """
TENSORFLOW_VERSION = {version}
COMPILER = {compiler}
XLA = {xla}
CPU_TARGETS = {cpu_targets}
CPU_TARGET_MACROS = {cpu_target_macros}
""".format(
        version = repr(config["tensorflow_version"]),
        compiler = repr(config["compiler"]),
        xla = config["xla"],
        cpu_targets = repr(config["cpu_targets"]),
        cpu_target_macros = repr(config["cpu_target_macros"]),
    ))
    ctx.file("BUILD", """
package(default_visibility = ["//visibility:public"])

exports_files({libraries})

# `includes` passes the folder as -isystem: warnings in TensorFlow's headers
# are not ours to mend.
cc_library(
    name = "headers",
    hdrs = glob(["include/**"]),
    includes = ["include"],
)
""".format(libraries = libraries))

tensorflow_repository = repository_rule(
    implementation = _tensorflow_impl,
    environ = [_CONFIG],
    doc = "Headers and framework library of the installed TensorFlow.",
)

def _python_impl(ctx):
    ctx.file("BUILD", """
load("@bazel_tools//tools/python:toolchain.bzl", "py_runtime_pair")

py_runtime(
    name = "runtime",
    interpreter_path = {python},
    python_version = "PY3",
    # The default is /usr/bin/env python, which a new machine may not have.
    stub_shebang = "#!" + {python},
)

py_runtime_pair(
    name = "runtime_pair",
    py3_runtime = ":runtime",
)

toolchain(
    name = "toolchain",
    toolchain = ":runtime_pair",
    toolchain_type = "@bazel_tools//tools/python:toolchain_type",
)
""".format(python = repr(_config(ctx)["python"])))

python_repository = repository_rule(
    implementation = _python_impl,
    environ = [_CONFIG],
    doc = "A toolchain for the interpreter that ./configure was given.",
)

def _gtest_impl(ctx):
    config = _config(ctx)
    ctx.symlink(config["gtest_include"], "include/gtest")
    for name in ["gtest", "gtest_main"]:
        library = "lib%s.a" % name
        ctx.symlink(config["gtest_lib"] + "/" + library, library)
    ctx.file("BUILD", """
cc_library(
    name = "gtest",
    srcs = ["libgtest.a"],
    hdrs = glob(["include/gtest/**"]),
    includes = ["include"],
    linkopts = ["-lpthread"],
    visibility = ["//visibility:public"],
)

cc_library(
    name = "gtest_main",
    srcs = ["libgtest_main.a"],
    visibility = ["//visibility:public"],
    deps = [":gtest"],
)
""")

gtest_repository = repository_rule(
    implementation = _gtest_impl,
    environ = [_CONFIG],
    doc = "GoogleTest from the system's packages.",
)

def _cuda_impl(ctx):
    cuda = _config(ctx)["cuda"]
    if not cuda:
        ctx.file("config.bzl", """
CUDA = None
""")
        ctx.file("BUILD", "")
        return
    ctx.symlink(cuda["include"], "include")
    ctx.symlink(cuda["lib"] + "/libcudart_static.a", "libcudart_static.a")
    ctx.file("config.bzl", "CUDA = " + repr(cuda))
    ctx.file("BUILD", """
load("@tf_implicit//third_party:flags.bzl", "CUDA_LINKOPTS")

cc_library(
    name = "cudart",
    srcs = ["libcudart_static.a"],
    hdrs = glob(["include/**"]),
    includes = ["include"],
    linkopts = CUDA_LINKOPTS,
    visibility = ["//visibility:public"],
)
""")

cuda_repository = repository_rule(
    implementation = _cuda_impl,
    environ = [_CONFIG],
    doc = "CUDA's runtime, and the nvcc that ./configure found, if any.",
)
