# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The macros that the BUILD files of this project are written with.

TensorFlow's flags are not here: .tf_configure.bazelrc has them for every C++
file of the build.
"""

load("@local_config_cuda//:config.bzl", "CUDA")
load(
    "@local_config_tf//:config.bzl",
    "COMPILER",
    "CPU_TARGETS",
    "CPU_TARGET_MACROS",
    "TENSORFLOW_VERSION",
    "XLA",
)
load(
    ":flags.bzl",
    "BUILD_INFO",
    "COPTS",
    "CUDA_RESOURCE_COPTS",
    "LINKOPTS",
)

_CC = "@local_config_tf//:libtensorflow_cc.so.2"
_FRAMEWORK = "@local_config_tf//:libtensorflow_framework.so.2"
_EXPORTS = "//third_party:exports.lds"

def _together_impl(ctx):
    output = ctx.actions.declare_file(ctx.label.name + ".cc")
    ctx.actions.write(output, "".join([
        '#include "%s"\n' % src.short_path
        for src in ctx.files.srcs
    ]))
    return [DefaultInfo(files = depset([output]))]

# One source file that includes the others.
_together = rule(
    implementation = _together_impl,
    attrs = {"srcs": attr.label_list(allow_files = [".cc"])},
)

def tf_op_library(name, srcs = [], hdrs = [], deps = [], together = False, **kwargs):
    """C++ that includes TensorFlow headers: kernels, ops, their glue.

    Linked whole wherever it is a dependency, because nothing refers to the
    static objects that register ops and kernels.

    Args:
      name: As of cc_library, like all but the last.
      srcs: The files.
      hdrs: The headers.
      deps: The libraries.
      together: Whether to compile the files as one. For many short ones:
        TensorFlow's headers take 6 s to read, what stands below them 1 s.
      **kwargs: As of cc_library.
    """
    if together:
        _together(name = name + "_together", srcs = srcs)
    native.cc_library(
        name = name,
        srcs = [name + "_together"] if together else srcs,
        hdrs = hdrs,
        textual_hdrs = srcs if together else [],
        copts = COPTS,
        linkstatic = True,
        alwayslink = True,
        deps = deps + ["@local_config_tf//:headers"],
        **kwargs
    )

def tf_xla_library(name, **kwargs):
    """As tf_op_library, for XLA kernels; nothing where XLA's headers are not."""
    if XLA:
        tf_op_library(name = name, **kwargs)

def multi_target_library(name, srcs, hdrs = [], copts = [], deps = [], **kwargs):
    """Array loops, compiled once per instruction set.

    TFI_TARGET is the target's name in each of them. No TensorFlow headers:
    their inline functions would be compiled for the wrong processor.
    """
    for target, target_copts in CPU_TARGETS.items():
        for src in srcs:
            native.cc_library(
                name = _target_library(src, target),
                srcs = [src],
                hdrs = hdrs,
                copts = COPTS + target_copts + copts +
                        ["-DTFI_TARGET=" + target],
                linkstatic = True,
                deps = deps,
                visibility = ["//visibility:private"],
            )
    libraries = [
        ":" + _target_library(src, target)
        for target in CPU_TARGETS
        for src in srcs
    ]
    native.cc_library(
        name = name,
        hdrs = hdrs,
        deps = deps + libraries,
        **kwargs
    )

    # For tests of the object code.
    native.filegroup(
        name = name + "_archives",
        srcs = libraries,
        visibility = ["//tests:__subpackages__"],
    )

def _target_library(src, target):
    return src[:-len(".cc")] + "_" + target

def cpu_target_table(name, srcs, hdrs, deps):
    """What picks a target at run time: it knows which are built.

    Args:
      name: As of cc_library, like all others.
      srcs: The files.
      hdrs: The headers.
      deps: The libraries.
    """
    native.cc_library(
        name = name,
        srcs = srcs,
        hdrs = hdrs,
        copts = CPU_TARGET_MACROS,
        deps = deps,
    )

# What ptxas says of each kernel goes to a file, everything else to the log.
_NVCC = """
resources="$1"; shift
"$@" 2>"$resources"; status=$?
grep -vE '^ptxas info|^ +[0-9]+ bytes stack frame' "$resources" >&2
exit $status
"""

def _cuda_objects_impl(ctx):
    headers = [
        dep[CcInfo].compilation_context.headers
        for dep in ctx.attr.deps
    ]
    objects = []
    resources = []
    for src in ctx.files.srcs:
        name = src.basename[:-len(".cc")]
        output = ctx.actions.declare_file(name + ".cuda.o")
        resource = ctx.actions.declare_file(name + ".resources.txt")
        ctx.actions.run_shell(
            command = _NVCC,
            arguments = [resource.path, CUDA["nvcc"]] +
                        ["-ccbin", CUDA["host_compiler"]] + CUDA["copts"] +
                        CUDA_RESOURCE_COPTS + ctx.attr.copts +
                        ["-I.", "-x", "cu", "-c", src.path, "-o", output.path],
            inputs = depset([src], transitive = headers),
            outputs = [output, resource],
            mnemonic = "Nvcc",
            progress_message = "Compiling %s for the GPU" % src.short_path,
            use_default_shell_env = True,
        )
        objects.append(output)
        resources.append(resource)
    return [
        DefaultInfo(files = depset(objects)),
        OutputGroupInfo(resources = depset(resources)),
    ]

_cuda_objects = rule(
    implementation = _cuda_objects_impl,
    attrs = {
        "copts": attr.string_list(),
        "deps": attr.label_list(providers = [CcInfo]),
        "srcs": attr.label_list(allow_files = [".cc"]),
    },
)

def cuda_library(name, srcs, deps, copts = [], **kwargs):
    """GPU kernels with CUDA's runtime; empty where there is no nvcc."""
    if not CUDA:
        native.cc_library(name = name, **kwargs)
        return
    _cuda_objects(
        name = name + "_objects",
        srcs = srcs,
        copts = copts,
        deps = deps,
    )
    native.cc_library(
        name = name,
        srcs = [name + "_objects"],
        # Whoever looks a kernel up may come before it on the linker's command
        # line.
        alwayslink = True,
        linkstatic = True,
        deps = deps + ["@local_config_cuda//:cudart"],
        **kwargs
    )

    # For the test of their registers.
    native.filegroup(
        name = name + "_resources",
        srcs = [name + "_objects"],
        output_group = "resources",
        visibility = ["//tests:__subpackages__"],
    )

def cuda_resources(name, out, srcs):
    """The resources of some cuda_libraries as one file; none without nvcc.

    Args:
      name: The target.
      out: The file, which begins with the versions of _build_info.py.
      srcs: The libraries.
    """
    if CUDA:
        native.genrule(
            name = name,
            srcs = [src + "_resources" for src in srcs],
            outs = [out],
            cmd = "(echo '# nvcc %s'; cat $(SRCS)) >$@" % CUDA["summary"],
        )

def if_cuda(values):
    """`values` where there is an nvcc, otherwise nothing."""
    return values if CUDA else []

def tf_custom_op_library(name, deps):
    """The shared object that tf.load_op_library opens; `name` ends in .so."""

    # XLA's interface for custom calls is in the one or the other, depending on
    # the wheel.
    libraries = [_CC, _FRAMEWORK]
    native.cc_binary(
        name = name,
        linkshared = True,
        linkopts = LINKOPTS + [
            "-Wl,--version-script=$(location %s)" % _EXPORTS,
        ] + ["$(location %s)" % library for library in libraries],
        additional_linker_inputs = [_EXPORTS] + libraries,
        visibility = ["//visibility:public"],
        deps = deps,
    )

def tf_xla_custom_op_library(name, deps):
    """As tf_custom_op_library; an empty filegroup without XLA's headers."""
    if XLA:
        tf_custom_op_library(name + ".so", deps)
    native.filegroup(name = name, srcs = [name + ".so"] if XLA else [])

def cc_gtest(name, srcs, deps = [], copts = [], **kwargs):
    """A GoogleTest test, compiled with the flags of the baseline kernels."""
    native.cc_test(
        name = name,
        srcs = srcs,
        copts = COPTS + copts,
        linkstatic = True,
        deps = deps + ["@gtest//:gtest_main"],
        **kwargs
    )

def multi_target_gtest(name, srcs, deps = [], copts = [], **kwargs):
    """One cc_gtest per instruction set: name_baseline, name_avx2, ...

    TFI_TARGET is defined as it is for multi_target_library. On a processor that
    lacks the set, the test says so and runs nothing.
    """
    for target, target_copts in CPU_TARGETS.items():
        cc_gtest(
            name = name + "_" + target,
            srcs = srcs,
            copts = copts + target_copts + ["-DTFI_TARGET=" + target],
            deps = deps + ["//tests:require_" + target],
            **kwargs
        )

def multi_target_binary(name, srcs, deps, **kwargs):
    """One program per instruction set, as multi_target_gtest."""
    for target, target_copts in CPU_TARGETS.items():
        native.cc_binary(
            name = name + "_" + target,
            srcs = srcs,
            copts = COPTS + target_copts + ["-DTFI_TARGET=" + target],
            deps = deps,
            **kwargs
        )

def require_targets():
    """The libraries that end a test where the processor lacks its target."""
    for target in CPU_TARGETS:
        native.cc_library(
            name = "require_" + target,
            srcs = ["require_target.cc"],
            copts = COPTS + ["-DTFI_TARGET=" + target],
            visibility = ["//visibility:public"],
            deps = ["//kernels/cpu:cpu_target"],
            alwayslink = True,
        )

def pytest_test(name, srcs, deps = [], data = [], args = [], **kwargs):
    """A py_test that runs pytest on `srcs`.

    The same files run by hand: `.venv/bin/python -m pytest tests/...`.
    """
    native.py_test(
        name = name,
        srcs = srcs + ["//third_party:pytest_main.py"],
        main = "//third_party:pytest_main.py",
        args = ["$(location %s)" % src for src in srcs] + args,
        data = data + ["//:pyproject.toml"],
        python_version = "PY3",
        deps = deps,
        **kwargs
    )

def _build_info_impl(ctx):
    output = ctx.actions.declare_file("_build_info.py")
    ctx.actions.write(output, BUILD_INFO.format(
        tensorflow_version = TENSORFLOW_VERSION,
        compiler = COMPILER,
        cuda = CUDA["summary"] if CUDA else "",
    ))
    return [DefaultInfo(
        files = depset([output]),
        runfiles = ctx.runfiles(files = [output]),
    )]

# Writes _build_info.py: which TensorFlow and compiler the library is for.
build_info = rule(implementation = _build_info_impl)
