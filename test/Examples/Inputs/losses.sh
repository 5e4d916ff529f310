#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# losses.sh MODEL RESULT NAME=VALUE...
#
# Takes 1, 5 and 20 steps with these arguments, always with the same batch, and
# prints the loss, which is RESULT of @step, before the last one. Fails unless it
# falls.

set -euo pipefail
model=$1 result=$2
shift 2
for steps in 1 5 20; do
  emb-run "$model" --entry=step --repeat=$steps --print="$result" "${@/#/--arg=}" |
    tail -n 1
done | awk '{ print } NR > 1 && !($1 < last) { exit 1 } { last = $1 }'
