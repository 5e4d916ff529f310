#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what building and testing emb needs and is not there yet, with apt,
# as root or through sudo. Says nothing where nothing is missing. On a system
# without apt it lists what to install and where CMake looks for it.

set -euo pipefail

packages=(
  clang-22 lld-22                    # the compiler and the linker
  llvm-22-dev libmlir-22-dev         # LLVM and MLIR 22.1
  llvm-22-tools mlir-22-tools        # lit, FileCheck, mlir-tblgen
  libomp-22-dev                      # the OpenMP runtime of compiled steps
  libclang-rt-22-dev                 # the sanitizers of the asan preset
  cmake ninja-build
  libgtest-dev libbenchmark-dev
  zlib1g-dev                         # the mails of examples/spam are gzipped
  python3                            # runs lit
  python3-numpy                      # makes the ratings of examples/ratings
)

say() { printf 'setup: %s\n' "$*" >&2; }

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" \
         != installed ]; then
      echo "$package"
    fi
  done
}

# Which of the packages named no configured archive offers.
unavailable() {
  local package
  for package in "$@"; do
    apt-cache show "$package" >/dev/null 2>&1 || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Debian 12 has LLVM 22 in its security archive, which a machine set up with
# debootstrap alone does not use yet. It lies beside the main one.
add_security_archive() {
  . /etc/os-release
  [ "${VERSION_CODENAME:-}" = bookworm ] || return 1
  local releases uri
  releases=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)')
  case $releases in *bookworm-security*) return 1 ;; esac
  uri=$(echo "$releases" | sed -n 's|^bookworm \(.*/debian\)/*$|\1|p' | head -n 1)
  [ -n "$uri" ] || return 1
  say "LLVM 22 is in Debian's security archive, which apt does not use yet here;"
  say "it is added as $security_list"
  echo "deb $uri-security bookworm-security main" |
    as_root tee "$security_list" >/dev/null
  as_root apt-get -q update
}
security_list=/etc/apt/sources.list.d/bookworm-security.list

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  cat >&2 <<'END'
setup: there is no apt on this system. Please install, by its own means:

  LLVM and MLIR 22.1   with CMake files, shared libraries (libLLVM, libMLIR),
                       mlir-tblgen, lit, FileCheck, not, split-file
  clang and lld 22     with the sanitizer runtimes, for the asan preset
  libomp 22            LLVM's OpenMP runtime
  CMake 3.25, Ninja, Python 3.9, NumPy, zlib, GoogleTest, Google Benchmark

CMake looks for MLIR in /usr/lib/llvm-22/lib/cmake/mlir. Where it is elsewhere:

  cmake -G Ninja -S . -B build/release -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
        -DMLIR_DIR=<prefix>/lib/cmake/mlir -DEMB_LIT=<the program lit>
  ninja -C build/release check-emb
END
  exit 1
fi

missing=$(missing_packages)
[ -n "$missing" ] || exit 0

# Names of packages hold no spaces: the lists are split on purpose.
# shellcheck disable=SC2086
set -- $missing
say "to be installed: $*"
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  say "this needs root, and there is no sudo. As root, please run"
  say "  apt-get install --no-install-recommends $*"
  exit 1
fi

as_root apt-get -q update || say "apt-get update reported errors, going on"
absent=$(unavailable "$@")
if [ -n "$absent" ] && add_security_archive; then
  absent=$(unavailable "$@")
  [ -z "$absent" ] || as_root rm -f "$security_list"
fi
if [ -n "$absent" ]; then
  # shellcheck disable=SC2086
  say "no configured archive offers:" $absent
  say "Debian 12 has LLVM 22 in its security archive: add the suite"
  say "bookworm-security, component main, to /etc/apt/sources.list and run this"
  say "again. On other releases, any archive with these packages will do."
  exit 1
fi

as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get -q -y install --no-install-recommends "$@"
