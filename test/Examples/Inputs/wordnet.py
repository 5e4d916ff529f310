#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wordnet.py FOLDER: triples in the form of examples/wordnet/data. The entities are
the fields of a chess board, "c4"; the relations lead one field to the right, left,
up, down, and to the right and up."""

import gzip
import pathlib
import sys

MOVES = {"right": (1, 0), "left": (-1, 0), "up": (0, 1), "down": (0, -1), "both": (1, 1)}

fields = [(x, y) for x in range(8) for y in range(8)]
triples = [
    (fields.index((x, y)), relation, fields.index((x + dx, y + dy)))
    for relation, (dx, dy) in enumerate(MOVES.values())
    for x, y in fields
    if (x + dx, y + dy) in fields
]
names = ["abcdefgh"[x] + str(y + 1) for x, y in fields]
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True)
with gzip.open(folder / "wordnet_names.tsv.gz", "wt") as file:
    for id, name in enumerate(names):
        print("entity", id, name, sep="\t", file=file)
    for id, name in enumerate(MOVES):
        print("relation", id, name, sep="\t", file=file)
with gzip.open(folder / "wordnet_triples.tsv.gz", "wt") as file:
    for number, triple in enumerate(triples):
        split = {3: "valid", 7: "test"}.get(number % 10, "train")
        print(split, *triple, sep="\t", file=file)
