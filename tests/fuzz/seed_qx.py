#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
seed_qx.py DIR - inputs to start fuzz_qx from: the answers of each of our
recordings, over a serial line.
"""
import glob
import os
import re
import sys


def answers(path):
    for line in open(path, encoding="utf-8"):
        if line.startswith("<x "):
            yield bytes.fromhex(line[3:])
        elif line.startswith("< "):
            text = line[2:].rstrip("\n").encode().replace(b"\\r", b"\r")
            yield re.sub(rb"\\x(..)", lambda m: bytes([int(m[1], 16)]), text)


def records(parts):
    return b"".join(bytes([len(p)]) + p for p in parts if 0 < len(p) < 250)


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    here = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(glob.glob(os.path.join(here, "../replay/qx/*.txt"))):
        name = os.path.basename(path)[:-4]
        lines = list(answers(path))
        # 21 is detection, see fuzz_qx.c
        with open(os.path.join(out, name), "wb") as f:
            f.write(bytes([0, 21]) + records(lines * 3))


main()
