# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
#
# Part of tools/setup_env, which says what holds here: the packages of the system
# that are missing, under Debian's names, and their installation.
# shellcheck shell=bash disable=SC2154 # its variables

has_gtest() {
  local library
  [[ -e /usr/include/gtest/gtest.h ]] && have "$compiler" &&
    library=$("$compiler" -print-file-name=libgtest.a) && [[ $library == /* ]]
}

# What no build can do without, as packages, one a line.
missing_packages() {
  have "$compiler" || echo g++
  if venv_is_whole; then
    :
  elif [[ -z $python ]]; then
    printf '%s\n' python3 python3-venv
  elif ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    "$python" -c \
      'import sys; print("python{}.{}-venv".format(*sys.version_info))'
  fi
}

# What Bazel's build needs besides.
missing_bazel_packages() {
  local version=no_version
  has_gtest || echo libgtest-dev
  if [[ -n $bazel ]]; then
    version=$("$bazel" --version)
  else
    echo bazel-bootstrap
  fi
  # Debian's Bazel does not know its number. It needs these beside it.
  if [[ $version == *no_version* ]]; then
    [[ -d /usr/share/bazel/tools/platforms ]] || echo bazel-platforms
    [[ -d /usr/share/bazel/rules/java ]] || echo bazel-rules-java
    [[ -d /usr/share/bazel/rules/proto ]] || echo bazel-rules-proto
  fi
}

# What the headers of the XLA kernels (kernels/xla/*.cc) lack here.
missing_xla_packages() {
  [[ -e /usr/include/farmhash.h ]] || echo libfarmhash-dev
  [[ -e /usr/include/highwayhash/highwayhash.h ]] || echo libhighwayhash-dev
}

# As root, or through a sudo that asks for no password.
may_install() {
  have apt-get && { [[ $user == 0 ]] || sudo -n true 2>/dev/null; }
}

as_root() {
  if [[ $user == 0 ]]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

# Waits up to five minutes for another installation, which `apt-get install`
# can do by itself but dpkg and `apt-get update` cannot.
patiently() {
  local output tries
  for ((tries = 0; tries < 60; ++tries)); do
    output=$(as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive "$@" 2>&1) &&
      return
    [[ $output == *lock* ]] || break
    sleep 5
  done
  printf '%s\n' "$output"
  return 1
}

# Finishes what an interrupted installation left half done.
apt_update() {
  patiently dpkg --configure -a &&
    patiently apt-get update -q
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y \
    --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# Runs a command and shows what it printed only if it fails.
quietly() {
  local output status=0
  output=$("$@" 2>&1) || status=$?
  [[ $status == 0 ]] || printf '%s\n' "$output" >&2
  return "$status"
}

has_candidate() {
  local policy
  policy=$(LC_ALL=C apt-cache policy "$1") && [[ $policy == *'Candidate: '[!\(]* ]]
}

install_packages() {
  local -a packages=("$@")
  local others
  if ! have apt-get; then
    die "missing: ${packages[*]} (the names are Debian's)." \
      "Install them, then run make again."
  fi
  if ! may_install; then
    # All in one command, though some of it could wait.
    others=$(optional_packages)
    mapfile -t -O "${#packages[@]}" packages <<<"$others"
    die "system packages are missing. Run" \
      "\`sudo apt-get update && sudo apt-get install ${packages[*]}\`," \
      "then make again."
  fi
  say "installing ${packages[*]}"
  quietly apt_update
  quietly apt_install "${packages[@]}"
}

# Bazel by way of npm, for a distribution without bazel-bootstrap.
try_bazelisk() {
  have npm || return 0
  say "this machine has no package bazel-bootstrap; trying npm's bazelisk"
  if ! quietly npm install --no-audit --no-fund --prefix .bazelisk \
    @bazel/bazelisk@1 || ! is_working_bazel .bazelisk/node_modules/.bin/bazelisk
  then
    say "bazelisk could not get Bazel"
    rm -rf .bazelisk
  fi
}

# Installs the packages that a function names. What is not there to be had is
# no reason to stop.
try_packages() {
  local names
  local -a packages
  names=$("$1")
  if [[ -n $names ]]; then
    mapfile -t packages <<<"$names"
    say "installing ${packages[*]}"
    quietly apt_install "${packages[@]}" || true
  fi
}

# Bazel, GoogleTest and XLA's headers.
try_optional_packages() {
  local missing updated=
  if may_install && quietly apt_update; then
    updated=yes
  fi
  if [[ -z $bazel ]] && ! { [[ -n $updated ]] && has_candidate bazel-bootstrap; }
  then
    try_bazelisk
    choose_bazel
  fi
  if [[ -n $updated ]]; then
    if [[ -n $bazel ]] || has_candidate bazel-bootstrap; then
      try_packages missing_bazel_packages
      choose_bazel
    fi
    try_packages missing_xla_packages
  fi
  missing=$(missing_bazel_packages)
  [[ -z $missing ]] || say "without" "${missing//$'\n'/ }:" \
    "building without Bazel, which \`make test\` needs"
  missing=$(missing_xla_packages)
  [[ -z $missing ]] || say "without" "${missing//$'\n'/ }:" \
    "tf_implicit will refuse jit_compile=True, all else works"
}

optional_packages() {
  missing_bazel_packages
  missing_xla_packages
}
