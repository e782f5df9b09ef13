#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module's table of readings and user space's say the same: each reading has
# the same name, place and range in both, and enums and flags have the same words.
import re
import subprocess


def rows(path, *defines):
    """The rows of a table, as the preprocessor leaves them, without any header."""
    text = "".join(line for line in open(path) if not line.startswith("#include"))
    text = subprocess.run(["cc", "-E", "-P", *defines, "-"], input=text, text=True,
                          stdout=subprocess.PIPE, check=True).stdout
    table = re.search(r"_table\[UPSY_R_MAX \+ 1\] = \{(.*?)\};", text, re.S).group(1)
    found = {}
    for row in re.split(r"\[(?=UPSY_R_)", table)[1:]:
        reading, body = row.split("]", 1)
        fields = dict(re.findall(r"\.(\w+) = ((?:\"[^\"]*\"|[^,{}\"])+)", body))
        found[reading] = {k: v.strip() for k, v in fields.items()}
    return found, text


def number(text):
    """A bound; what is worked out of a list of words is left to the words."""
    text = re.sub(r"INT64_C\((.*?)\)", r"\1", text)
    return int(text) if re.fullmatch(r"-?\d+", text) else None


def words(source, table):
    body = re.search(table + r"\[\] = \{(.*?)\};", source, re.S)
    return re.findall(r'"([^"]+)"', body.group(1)) if body else None


def members(source, table):
    body = re.search(table + r"\[\] = \{(.*?)\};", source, re.S)
    return re.findall(r"\[(\w+)\]", body.group(1)) if body else None


kernel, kernel_text = rows("kernel/readings.c", "-DKERNEL_VERSION(a,b,c)=0")
user, user_text = rows("userspace/lib/readings.c")
checks = [("readings are found", len(kernel) > 50 and len(user) > 50),
          ("in both tables", kernel.keys() == user.keys())]
for what, of_kernel, of_user in (
        ("name", lambda r: r["name"], lambda r: r["name"]),
        ("place", lambda r: r["supply"] == "UPSY_IN_GROUP", lambda r: r["ups"] == "true"),
        ("kind", lambda r: r.get("kind", "UPSY_NUMBER").replace("UPSY", "READING"),
         lambda r: r["kind"]),
        ("minimum", lambda r: number(r.get("min", "0")), lambda r: number(r.get("min", "0"))),
        ("maximum", lambda r: number(r["max"]), lambda r: number(r["max"]))):
    wrong = [i for i in kernel.keys() & user.keys() if of_kernel(kernel[i]) != of_user(user[i])]
    checks.append((f"each has one {what}", not wrong))
    for i in wrong:
        print(f"# {i}: {what} {of_kernel(kernel[i])} in the module, {of_user(user[i])} in user space")
for table in ("alarm_names", "estimate_names", "mode_names", "topology_names",
              "beeper_names", "self_test_names", "sensitivity_names"):
    checks.append((table, bool(words(kernel_text, table)) and
                   words(kernel_text, table) == words(user_text, table)))
for word in ("status", "level", "health", "technology"):
    checks.append((f"{word}: the class's numbers", bool(members(kernel_text, f"{word}_map")) and
                   members(kernel_text, f"{word}_map") == members(user_text, f"{word}_names")))
for n, (name, good) in enumerate(checks, 1):
    print(f"{'ok' if good else 'not ok'} {n} - {name}")
print(f"1..{len(checks)}")
