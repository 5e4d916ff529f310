# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a table and indices with the safetensors package, and compares a
lookup of emb's with them."""

import sys

import numpy
from safetensors.numpy import load_file, save_file

command, path = sys.argv[1:3]
if command == "write":
    weight = numpy.random.default_rng(1).standard_normal((10, 2), numpy.float32)
    ids = numpy.array([9, 0, 3, 3])
    save_file({"table.weight": weight, "user.ids": ids}, path, {"format": "np"})
else:
    given, found = load_file(path), load_file(sys.argv[3])
    assert sorted(found) == ["ids", "rows", "table.weight"], found.keys()
    weight, ids = given["table.weight"], given["user.ids"]
    numpy.testing.assert_array_equal(found["table.weight"], weight)
    numpy.testing.assert_array_equal(found["ids"], ids)
    numpy.testing.assert_array_equal(found["rows"], weight[ids])
    assert found["rows"].dtype == numpy.float32
