#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Documents that are made from tables are in step with them, manual pages are
# well-formed, and documents name only files that exist.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh

supported=$O/supported-devices
same() {	# same COMMITTED: what comes in on standard input
	diff - "$1"
}
"$supported" >"$work/supported.md"
"$supported" --brief >"$work/brief.md"
"$supported" --hwdb >"$work/hwdb"
ok "Documentation/supported-devices.md is in step (make docs)" \
	diff Documentation/supported-devices.md "$work/supported.md"
sed -n '/^<!-- supported devices -->$/,/^<!-- end -->$/p' README.md | grep -v '^<!--' >"$work/readme.md"
ok "the table in README.md is in step (make docs)" diff "$work/readme.md" "$work/brief.md"
grep '^usb:' udev/60-upsy.hwdb | sort >"$work/ids"
ok "udev/60-upsy.hwdb has the ids of the drivers' table" diff "$work/ids" "$work/hwdb"

if command -v mandoc >/dev/null; then
	for page in userspace/man/*; do
		is "$(basename "$page") is well-formed" "$(mandoc -T lint -W warning "$page" 2>&1)" ""
	done
else
	skip "manual pages are well-formed" "no mandoc here"
fi
for page in upsyctl.1 upsy-notify.1 upsy.conf.5 upsyd.8 upsy-guard.8; do
	ok "there is a manual page $page" test -s "userspace/man/$page"
done

# Options that a program's help lists are in its page; those in the page exist.
for page in upsyctl.1 upsy-notify.1 upsyd.8 upsy-guard.8; do
	program=${page%.*}
	sed -n 's/.*Fl -\([a-z][a-z-]*\).*/\1/p; s/.*Oo Fl -\([a-z-]*\) .*/\1/p' \
		"userspace/man/$page" | sort -u >"$work/documented"
	"$O/$program" --help 2>&1 | sed -n 's/^ *--\([a-z][a-z-]*\).*/\1/p' |
		grep -vxE 'help|version' | sort -u >"$work/has"
	is "$page has the options of $program" "$(comm -13 "$work/documented" "$work/has")" ""
	is "$program has the options of $page" "$(while read -r o; do
		grep -rqF "\"$o\"" userspace/"$program" || echo "$o"; done <"$work/documented")" ""
	ok "$program --help lists options" test -s "$work/has"
done

# Every name in upsyd's table of options.
is "upsy.conf.5 has every option" "$(sed -n '/known_options\[\]/,/NULL/p' userspace/upsyd/config.c |
	grep -oE '"[a-z_.]+"' | tr -d '"' | sort -u |
	while read -r o; do grep -qE "(Cm|,)( .*)? ?\b$o\b" userspace/man/upsy.conf.5 || echo "$o"; done)" ""

missing=$(grep -rohE '\b(kernel|userspace|udev|tests|Documentation)/[A-Za-z0-9_./-]+\.(c|h|md|rst|yaml|rules|hwdb|t)\b' \
	README.md CONTRIBUTING.md Documentation/*.rst Documentation/admin-guide/*.rst | sort -u |
	while read -r f; do [ -e "$f" ] || ls -- "$f".in >/dev/null 2>&1 || echo "$f"; done)
is "documents name only files that exist" "$missing" ""
finish
