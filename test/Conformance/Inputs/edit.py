# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Copies a case and changes it.

  edit.py CASE COPY STATEMENT...

The statements are Python; `case` is the content of case.json, `data("x.npy")`
the bytes of a file after its header, to be changed in place.
"""

import json
import pathlib
import shutil
import sys

source, copy, *statements = sys.argv[1:]
shutil.copytree(source, copy)
folder = pathlib.Path(copy)
case = json.loads((folder / "case.json").read_text())
files = {}


def data(name):
    content = bytearray((folder / name).read_bytes())
    start = 10 + int.from_bytes(content[8:10], "little")
    files[name] = (content[:start], content[start:])
    return files[name][1]


for statement in statements:
    exec(statement)
for name, (header, values) in files.items():
    (folder / name).write_bytes(header + values)
(folder / "case.json").write_text(json.dumps(case))
