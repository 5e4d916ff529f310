# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the object in the only entry of a cache folder to standard output."""

import os
import sys

(name,) = os.listdir(sys.argv[1])
with open(os.path.join(sys.argv[1], name), "rb") as entry:
    data = entry.read()
sys.stdout.buffer.write(data[data.index(b"\x7fELF") :])
