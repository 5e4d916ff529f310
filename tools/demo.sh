#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what is missing, builds the spam example and trains it. A second run
# finds the compiled steps in the cache. Arguments go to the program.

set -euo pipefail
cd "$(dirname "$0")/.."

tools/setup.sh
cmake --preset release --log-level=NOTICE
cmake --build --preset release --target emb-spam
exec build/release/bin/emb-spam "$@"
