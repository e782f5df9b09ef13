#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
seed_hid.py DIR RECORDING... - make fuzz_hid's first inputs out of recordings.

See fuzz_hid.c for the format. A report's first byte gets its high bit set, so
that it is taken for whatever is asked.
"""
import os
import sys


def seed(path, vendor):
    desc, answers, section = bytearray(), bytearray(), None
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            if line.startswith("#"):
                continue
            if line.startswith("descriptor:"):
                section = "descriptor"
            elif line.startswith("report:"):
                section = None
                data = bytearray.fromhex("".join(line.split()[3:]))
                answers.append(len(data))
                answers += bytes([data[0] | 0x80]) + data[1:]
            elif line.startswith("decoded:"):
                break
            elif section == "descriptor":
                desc += bytearray.fromhex(line.strip())
    return bytes([vendor, len(desc) & 255, len(desc) >> 8]) + desc + answers


def main():
    out = sys.argv[1]
    for n, path in enumerate(sys.argv[2:]):
        name = os.path.basename(path).replace(".txt", "")
        if name == "large":
            continue
        with open(os.path.join(out, name), "wb") as f:
            f.write(seed(path, n))


main()
