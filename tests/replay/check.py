#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
check.py RECORDING... - play recordings to upsyd and compare what it says.

What is expected stands in the recording itself, in lines "# expect: ...", or,
for recordings that are not part of the tree, in a file given with
--expect FILE, as lines "NAME: ...". It is a list of words:

  capacity=100       the value in the JSON output
  ups.load=24        the same, inside "ups"
  !time_to_empty_now the UPS must not have this
  refused            upsyd must not take it for a UPS

Writes TAP. A recording without any expectation is a failure: a test that
cannot fail is none.
"""
import json
import os
import subprocess
import sys

UPSYD = os.path.join(os.environ.get("O", "build"), "upsyd")


def expected_in(path):
    words = []
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            if line.startswith("# expect:"):
                words += line[len("# expect:"):].split()
    return words


def expected_of(table):
    words = {}
    with open(table, encoding="utf-8") as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                name, rest = line.split(":", 1)
                words.setdefault(name.strip(), []).extend(rest.split())
    return words


def play(path):
    """The readings, or what went wrong as a string."""
    try:
        run = subprocess.run([UPSYD, "--once", "--dry-run", "--json", "replay:" + path],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             timeout=60, check=False, text=True)
    except subprocess.TimeoutExpired:
        return "did not end"
    if run.returncode < 0:
        return "signal %d: %s" % (-run.returncode, run.stderr.strip())
    if run.returncode:
        return run.stderr.strip() or "exit %d" % run.returncode
    try:
        return json.loads(run.stdout)
    except ValueError:
        return "no JSON: " + run.stdout[:200]


def value_of(readings, name):
    for part in name.split("."):
        if not isinstance(readings, dict) or part not in readings:
            return None
        readings = readings[part]
    return readings


def complaints(path, words):
    if not words:
        return ["nothing is expected of it"]
    readings = play(path)
    if "refused" in words:
        good = isinstance(readings, str) and not readings.startswith(("signal", "did not"))
        return [] if good else ["taken for a UPS: %s" % readings]
    if isinstance(readings, str):
        return [readings]
    wrong = []
    for word in words:
        if word.startswith("!"):
            got = value_of(readings, word[1:])
            if got is not None:
                wrong.append("%s is there: %s" % (word[1:], got))
            continue
        name, want = word.split("=", 1)
        got = value_of(readings, name)
        if str(got).replace(" ", "_") != want:
            wrong.append("%s: %s, not %s" % (name, got, want))
    return wrong


def main():
    args = sys.argv[1:]
    table = None
    if args[:1] == ["--expect"]:
        table = expected_of(args[1])
        args = args[2:]
    for path in args:
        name = os.path.basename(path)
        name = name[:-4] if name.endswith(".txt") else name
        words = table.get(name, []) if table is not None else expected_in(path)
        wrong = complaints(path, words)
        main.count += 1
        print("%s %s" % ("not ok" if wrong else "ok", name))
        for w in wrong:
            print("# " + w.replace("\n", "\n# "))
        sys.stdout.flush()


main.count = 0
if __name__ == "__main__":
    main()
