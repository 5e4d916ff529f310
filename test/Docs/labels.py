# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds constraint labels to their three places.

  labels.py SOURCE_FOLDER

Section "### emb.gather" (or "### table") of docs/semantics.md has the constraints
(C1), (C2), ..., which types decide, and (R1), (R2), ..., which the run decides.
Constraint (C3) of emb.gather must stand as

  * gather_c3 in a comment of the sources, at the condition;
  * a function @gather_c3 or @gather_c3_... in a test of what is refused, or in a
    comment of a unit test.

A label that stands in one place and not in the others is an error, and so is a
gap in the numbers of a section.
"""

import glob
import os
import re
import sys

LABEL = r"([a-z][a-z0-9_]*?)_([cr])([0-9]+)"
SOURCES = ["include/emb/Dialect/Emb/IR/*.td", "lib/**/*.cpp"]
TESTS = {
    "c": ["test/Dialect/Emb/IR/invalid*.mlir", "test/Dialect/Emb/Transforms/*-invalid.mlir"],
    "r": ["test/Execution/failures*.mlir", "test/Dialect/Emb/Transforms/insert-checks.mlir"],
}
UNIT_TESTS = ["test/Unit/Runtime/*.cpp"]


def read(root, patterns):
    for pattern in patterns:
        for path in sorted(glob.glob(os.path.join(root, pattern), recursive=True)):
            with open(path, encoding="utf-8") as file:
                yield os.path.relpath(path, root), file.read()


def in_document(root):
    """Label -> place, in the order of the document."""
    labels, section = {}, None
    path = "docs/semantics.md"
    with open(os.path.join(root, path), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            heading = re.match(r"#+ (?:emb\.)?(\w+)$", line)
            if line.startswith("#"):
                section = heading.group(1) if heading else None
            constraint = re.match(r"- \(([CR])([0-9]+)\) ", line)
            if constraint and section:
                kind, index = constraint.groups()
                labels[f"{section}_{kind.lower()}{index}"] = f"{path}:{number}"
    return labels


def in_comments(root, patterns):
    labels = {}
    for path, text in read(root, patterns):
        for number, line in enumerate(text.splitlines(), 1):
            comment = line.partition("//")[2]
            for match in re.finditer(rf"\b{LABEL}\b", comment):
                labels.setdefault(match.group(0), f"{path}:{number}")
    return labels


def in_tests(root):
    labels = in_comments(root, UNIT_TESTS)
    for kind, patterns in TESTS.items():
        for path, text in read(root, patterns):
            for number, line in enumerate(text.splitlines(), 1):
                match = re.search(rf"func\.func @({LABEL})(?![a-z0-9])", line)
                if match and match.group(3) == kind:
                    labels.setdefault(match.group(1), f"{path}:{number}")
    return labels


def find_gaps(labels):
    families = {}
    for label in labels:
        name, kind, number = re.fullmatch(LABEL, label).groups()
        families.setdefault((name, kind), set()).add(int(number))
    for (name, kind), numbers in families.items():
        for number in sorted(set(range(1, max(numbers) + 1)) - numbers):
            yield f"docs/semantics.md: error: {name}_{kind}{number} is skipped"


def main(root):
    places = {
        "docs/semantics.md": in_document(root),
        "a comment of the sources": in_comments(root, SOURCES),
        "a test": in_tests(root),
    }
    errors = list(find_gaps(places["docs/semantics.md"]))
    for name, labels in places.items():
        for label, where in labels.items():
            for other, others in places.items():
                if label not in others:
                    errors.append(f"{where}: error: {label} does not stand in {other}")
    for error in errors:
        print(error)
    if errors or not places["docs/semantics.md"]:
        sys.exit(1)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
