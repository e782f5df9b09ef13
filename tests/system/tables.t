#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module's table of readings and user space's say the same: each reading has
# the same name in both, and the words of flags and enums are the same.
import re

KERNEL = open("kernel/readings.c").read()
USER = open("userspace/lib/readings.c").read()

kernel = dict(re.findall(r'\[UPSY_R_(\w+)\] =\s*\{?\s*\w+\(\s*"(\w+)"', KERNEL))
user = {i: n for i, _, n in re.findall(
    r'\b(?:NUMBER|ENUM|FLAGS)\((\w+), (true|false), "(\w+)"', USER)}
user.update(re.findall(
    r'\b(?:VOLTS|AMPS|HERTZ|WATTS|VOLTAMPS|SECONDS|LOAD_PERCENT)\((\w+), "(\w+)"\)', USER))


def words(source, table):
    body = re.search(table + r"\[\] = \{(.*?)\n\};", source, re.S)
    return re.findall(r'"([^"]+)"', body.group(1)) if body else None


checks = [("readings are found", len(kernel) > 50)]
checks.append(("each has one name", kernel == user))
for table in ("alarm_names", "estimate_names", "mode_names", "topology_names",
              "beeper_names", "self_test_names", "sensitivity_names"):
    checks.append((table, bool(words(KERNEL, table)) and
                   words(KERNEL, table) == words(USER, table)))
for n, (name, good) in enumerate(checks, 1):
    print(f"{'ok' if good else 'not ok'} {n} - {name}")
if kernel != user:
    print("#", sorted(set(kernel.items()) ^ set(user.items())))
print(f"1..{len(checks)}")
