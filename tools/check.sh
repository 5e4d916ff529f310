#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what is missing, builds everything and runs all tests:
#
#   tools/check.sh [dev|release|asan]        (release)
#
# The last line counts them; the exit code is 0 if none failed.

set -uo pipefail
cd "$(dirname "$0")/.." || exit

preset=${1:-release}
case $preset in
  dev | release | asan) ;;
  *)
    echo "usage: tools/check.sh [dev|release|asan]" >&2
    exit 2
    ;;
esac

broken() {
  echo "check: $1 failed, so that no test was run" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

tools/setup.sh || broken "the set-up"
cmake --preset "$preset" --log-level=NOTICE || broken "the configuration"
cmake --build --preset "$preset" || broken "the build"

results=$PWD/build/$preset/test-results.xml
rm -f "$results"
LIT_OPTS="${LIT_OPTS:-} --xunit-xml-output=$results" \
  cmake --build --preset "$preset" --target check-emb
status=$?
[ -f "$results" ] || broken "the test runner"

python3 - "$results" "$status" <<'END'
import sys
import xml.etree.ElementTree as xml

suites = xml.parse(sys.argv[1]).getroot()
total, failed, skipped = (
    sum(int(suite.get(key)) for suite in suites)
    for key in ("tests", "failures", "skipped")
)
passed = total - failed - skipped
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0 or passed == 0 or sys.argv[2] != "0")
END
