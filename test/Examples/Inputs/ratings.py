#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ratings.py FOLDER: a few ratings in the form of examples/ratings/data. User u
rates item i by 3 and a bias of both, between 1 and 5."""

import pathlib
import struct
import sys

USERS, ITEMS = 60, 50


def write_npy(path, code, values):
    header = f"{{'descr': '<{code}4', 'fortran_order': False, 'shape': ({len(values)},), }}"
    header = header.ljust(117) + "\n"
    form = {"i": "i", "f": "f"}[code]
    path.write_bytes(
        b"\x93NUMPY\x01\x00"
        + struct.pack("<H", len(header))
        + header.encode()
        + struct.pack(f"<{len(values)}{form}", *values)
    )


# Every pair once, in an order that mixes them: 7919 and 3000 have no common factor.
pairs = [divmod(k * 7919 % (USERS * ITEMS), ITEMS) for k in range(USERS * ITEMS)]
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True)
write_npy(folder / "ratings_user.npy", "i", [u for u, _ in pairs])
write_npy(folder / "ratings_item.npy", "i", [i for _, i in pairs])
write_npy(
    folder / "ratings_value.npy",
    "f",
    [3 + (u * 37 % USERS / USERS - 0.5) * 2 + (i * 23 % ITEMS / ITEMS - 0.5) * 2 for u, i in pairs],
)
