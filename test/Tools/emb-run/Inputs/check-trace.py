# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks a trace of emb-run: complete events that lie in calls of one function,
and prints the names and bytes of the first call.

  check-trace.py TRACE CALLS
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    events = json.load(file)["traceEvents"]
calls = [event for event in events if event["cat"] == "call"]
assert len(calls) == int(sys.argv[2]), calls
assert events[0] is calls[0] and events[0]["ts"] == 0

call, covered = None, 0
for event in events:
    assert event["ph"] == "X" and event["dur"] >= 0 and event["tid"] == 0, event
    assert event["pid"] == events[0]["pid"]
    if event["cat"] == "call":
        call, end = event, event["ts"]
        continue
    # Times are rounded to picoseconds.
    assert event["ts"] >= end - 0.001, "regions follow each other"
    end = event["ts"] + event["dur"]
    assert end <= call["ts"] + call["dur"] + 0.001, "regions lie in their call"
    if call is calls[0]:
        print(event["name"], event["args"]["location"].rsplit("/")[-1], event["args"]["bytes"])
