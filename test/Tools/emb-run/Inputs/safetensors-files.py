# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads ("read FILE") and writes ("write FILE") safetensors without emb."""

import json
import struct
import sys

CODES = {"F64": "d", "F32": "f", "F16": "e", "I64": "q", "I32": "i", "I16": "h", "I8": "b", "BOOL": "?"}


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    print("data at", length + 8, "metadata", header.pop("__metadata__", {}))
    for name, info in header.items():
        begin, end = info["data_offsets"]
        values = struct.iter_unpack("<" + CODES[info["dtype"]], data[begin:end])
        print(name, info["dtype"], info["shape"], [value for (value,) in values])
    assert sum(end - begin for begin, end in (i["data_offsets"] for i in header.values())) == len(data)


def write(path):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, kind, shape, values in [
        ("user.ids", "I64", [3], [9, 0, 3]),
        ("table.weight", "F32", [10, 2], [i / 4 for i in range(20)]),
    ]:
        elements = struct.pack("<%d%s" % (len(values), CODES[kind]), *values)
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(elements)]}
        data += elements
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


{"read": read, "write": write}[sys.argv[1]](sys.argv[2])
