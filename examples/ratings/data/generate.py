#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the ratings: ratings_user.npy, ratings_item.npy, ratings_value.npy.

    generate.py [FOLDER]        (where this file is)

README.md says what they are. Needs NumPy (Debian: python3-numpy), of any version:
the streams of numpy.random.RandomState never change. What was made is compared
with the sums below before it is written.
"""

import hashlib
import io
import pathlib
import sys

try:
    import numpy as np
except ImportError:
    sys.exit("generate.py: needs NumPy (Debian: python3-numpy)")

USERS, ITEMS, RATINGS = 50_000, 20_000, 1_000_000

# SHA-256 of the files.
SUMS = {
    "user": "981cea5c6b5314a6c040b60a2484dbdae8052c40be2e9981922aabfca5691578",
    "item": "0d2e7bae2afc1c3c89e43bedc54f239200526b1710c1bf74f7e356d74491b9a4",
    "value": "f15bde9aa65e8a36added99e94c62820708ee25a74305e0499e68a1d6e56fec2",
}


def draw_pairs(random):
    """Who rates what, in random order: no user an item twice. Users are equally
    likely; the item of rank k has a probability in proportion to k^-1.05."""
    of_rank = random.permutation(ITEMS)
    weights = np.arange(1, ITEMS + 1, dtype=np.float64) ** -1.05
    edges = np.cumsum(weights)
    codes = np.empty(0, np.int64)
    while codes.size < RATINGS:
        rank = np.searchsorted(edges, random.random_sample(RATINGS) * edges[-1])
        item = of_rank[np.minimum(rank, ITEMS - 1)]
        user = random.randint(0, USERS, RATINGS)
        codes = np.union1d(codes, user * np.int64(ITEMS) + item)
    codes = random.permutation(codes)[:RATINGS]
    return codes // ITEMS, codes % ITEMS


def rate(random, user, item):
    """3.5 and what is drawn from normal distributions: a bias of each user and each
    item, both of deviation 0.4; the product of eight factors of each, of deviation
    0.3, where each factor has 0.35 of the variance of the one before; and noise of
    deviation 0.3."""
    share = 0.35 ** np.arange(8)
    deviation = (share / share.sum() * 0.3**2) ** 0.25
    user_bias = random.randn(USERS) * 0.4
    item_bias = random.randn(ITEMS) * 0.4
    of_user = random.randn(USERS, 8) * deviation
    of_item = random.randn(ITEMS, 8) * deviation
    taste = (of_user[user] * of_item[item]).sum(axis=1)
    noise = 0.3 * random.randn(RATINGS)
    return 3.5 + user_bias[user] + item_bias[item] + taste + noise


def main():
    here = pathlib.Path(__file__).resolve().parent
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
    random = np.random.RandomState(20240613)
    user, item = draw_pairs(random)
    value = rate(random, user, item)
    files = {}
    for name, array in [
        ("user", user.astype(np.int32)),
        ("item", item.astype(np.int32)),
        ("value", value.astype(np.float32)),
    ]:
        file = io.BytesIO()
        np.save(file, array)
        found = hashlib.sha256(file.getvalue()).hexdigest()
        if found != SUMS[name]:
            sys.exit(f"generate.py: {name}: found sum {found}, expected {SUMS[name]}")
        files[name] = file.getvalue()

    folder.mkdir(parents=True, exist_ok=True)
    for name, contents in files.items():
        path = folder / f"ratings_{name}.npy"
        path.write_bytes(contents)
        print(path)


if __name__ == "__main__":
    main()
