# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks what follows from what in a file of results."""

import json
import math
import sys

with open(sys.argv[1]) as file:
    document = json.load(file)
assert document["smoke"] is True
assert {"processor", "cores", "last_cache_bytes", "twin"} <= document["machine"].keys()
assert len(document["results"]) > 100


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


for result in document["results"]:
    emb, twin, ceiling = result["emb_ms"], result["twin_ms"], result["ceiling_gbps"]
    assert emb["low"] <= emb["median"] <= emb["high"], result
    assert emb["median"] > 0 and twin["median"] > 0, result
    assert result["rounds"] == 1
    assert close(result["ratio"]["median"], emb["median"] / twin["median"]), result
    assert 0 < result["touched_rows"] <= result["lookups"], result
    assert result["unique_bytes"] <= result["logical_bytes"], result
    assert close(result["emb_gbps"], result["logical_bytes"] / emb["median"] * 1e-6), result
    if result["what"] == "group":
        assert ceiling == 0 and result["floor_ms"] == 0 and result["emb_share"] == 0, result
    else:
        assert close(result["floor_ms"], result["unique_bytes"] / ceiling * 1e-6), result
        assert close(result["emb_share"], result["emb_gbps"] / ceiling), result
        assert close(result["twin_share"], result["twin_gbps"] / ceiling), result
    region = result["region_us"]
    assert min(region.values()) > 0
    assert result["void"] == (max(region.values()) > 20), result
