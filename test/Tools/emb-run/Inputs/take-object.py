# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the objects in the only entry of a cache folder to standard output, as
an archive."""

import json
import os
import struct
import sys

(name,) = os.listdir(sys.argv[1])
with open(os.path.join(sys.argv[1], name), "rb") as entry:
    data = entry.read()
(metadata_size,) = struct.unpack_from("<Q", data, 8)
at = 88 + metadata_size
out = sys.stdout.buffer
out.write(b"!<arch>\n")
for i, size in enumerate(json.loads(data[88:at])["objects"]):
    header = f"{i}.o/".ljust(16) + "0".ljust(12) + "0".ljust(6) * 2 + "644".ljust(8)
    out.write((header + str(size).ljust(10) + "`\n").encode())
    out.write(data[at : at + size] + b"\n" * (size % 2))
    at += size
