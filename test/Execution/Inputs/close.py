# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails unless two .npy files of f32 hold nearly the same numbers.

  close.py FILE FILE

Each number may be off by 1e-5, or that part of it. Numbers that are all zero are
an error: there would be nothing to compare.
"""

import array
import sys


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    assert data[:6] == b"\x93NUMPY" and data[6] == 1, path
    start = 10 + int.from_bytes(data[8:10], "little")
    header = data[10:start].decode()
    assert "'<f4'" in header and "'fortran_order': False" in header, header
    numbers = array.array("f")
    numbers.frombytes(data[start:])
    return header, numbers


(left_header, left), (right_header, right) = map(read, sys.argv[1:])
assert left_header == right_header, f"{left_header}, {right_header}"
assert any(left), "all numbers are zero"
for place, (a, b) in enumerate(zip(left, right)):
    if not abs(a - b) <= 1e-5 * max(1.0, abs(a)):
        sys.exit(f"number {place}: {a} and {b}")
