# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kills a program that saves a file again and again, at random moments.

kill-saves.py [options] FILE PROGRAM...

PROGRAM goes on from FILE if it is there, and writes a line after each save whose
last word is the number of the save. It is started many times, and killed with
SIGKILL some time after its first save. After each kill FILE must be complete,
--check must succeed and write a line that ends with the number of the save that
FILE holds, which is the last one the program told of or the next one; and of
the temporary files of writers that were killed at most one may be left, after
--last none. The chosen moments follow from --seed; which part of a save they hit
is up to the machine, so a run in which too few saves were interrupted fails too.
"""

import argparse
import json
import os
import random
import shlex
import struct
import subprocess
import sys
import time


def fail(what):
    sys.exit("kill-saves.py: " + what)


def check_complete(path):
    """Header and length agree."""
    with open(path, "rb") as file:
        contents = file.read()
    try:
        (length,) = struct.unpack_from("<Q", contents)
        header = json.loads(contents[8 : 8 + length])
    except (struct.error, ValueError) as error:
        fail(f"{path}: {len(contents)} bytes, not a whole header: {error}")
    end = max(info["data_offsets"][1] for name, info in header.items() if name != "__metadata__")
    if len(contents) != 8 + length + end:
        fail(f"{path}: {len(contents)} bytes, expected {8 + length + end}")


def find_temporaries(path):
    folder, name = os.path.split(os.path.abspath(path))
    return [entry for entry in os.listdir(folder) if entry.startswith(name + ".tmp-")]


def run(command, what):
    done = subprocess.run(shlex.split(command), capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"{what}: {command}: exit code {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def get_number(lines):
    """The last word of the last whole line."""
    return int(lines[: lines.rindex("\n")].split()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=0.1, help="seconds to wait after the first save, at most")
    parser.add_argument("--check", help="command that must succeed after each kill")
    parser.add_argument("--last", help="command to run in the end: it saves")
    parser.add_argument("file")
    parser.add_argument("program", nargs=argparse.REMAINDER)
    options = parser.parse_args()

    moments = random.Random(options.seed)
    interrupted = 0
    for number in range(1, options.kills + 1):
        moment = moments.uniform(0, options.longest)
        process = subprocess.Popen(options.program, stdout=subprocess.PIPE, text=True)
        lines = process.stdout.readline()
        if not lines:
            fail(f"before kill {number} the program ended without a save, exit code {process.wait()}")
        time.sleep(moment)
        if process.poll() is not None:
            fail(f"before kill {number} the program ended, exit code {process.returncode}")
        process.kill()
        lines += process.stdout.read()
        process.stdout.close()
        process.wait()
        what = f"kill {number}, {moment * 1000:.1f} ms after a save"
        check_complete(options.file)
        temporaries = find_temporaries(options.file)
        if len(temporaries) > 1:
            fail(f"{what}: {temporaries} were left, expected at most one file")
        interrupted += len(temporaries)
        if options.check:
            told, found = get_number(lines), get_number(run(options.check, what))
            if found not in (told, told + 1):
                fail(f"{what}: {options.file} holds save {found}, expected {told} or {told + 1}")
    if interrupted < options.kills // 5:
        fail(f"{interrupted} of {options.kills} kills interrupted a save, expected at least {options.kills // 5}")
    if options.last:
        run(options.last, "after the last kill")
        if find_temporaries(options.file):
            fail(f"{find_temporaries(options.file)} were left in the end")
    print(f"{options.kills} kills, {interrupted} during a save: every file was complete")


main()
