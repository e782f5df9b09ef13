#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Outages through to the end, with upsyd alive or killed at some stage, with and
# without UPower, and somebody who inhibits a shutdown: the machine switches itself
# off, and the very last thing it does, with file systems read-only, is to tell the
# UPS. When a person switches it off, the UPS is not told.
. "${0%/*}/lib/test.sh"

outage() {	# outage LABEL K PLAN
	mkdir -p "$scratch/$1.d"
	echo "$3" >"$scratch/$1.d/plan"
	in_vm "$1" "$2" outage -f "$scratch/$1.d/plan"
}

through="never start half critical no-upower"
outage never 6.12 "kill=never upower=yes"
outage start 6.1 "kill=start upower=yes"
outage half 6.12 "kill=half upower=yes"
outage critical 7 "kill=critical upower=yes"
outage no-upower 6.1 "kill=never upower=no"
outage before 6.12 "kill=before upower=yes"
outage returns 6.12 "kill=returns upower=yes"
outage person 6.1 "kill=person upower=yes"
collect

# line LABEL REGEX: the number of the console's first line that has it
line() {
	grep -an -E "$2" "$(machine_dir "$1")/console.log" | head -1 | cut -d: -f1
}

for label in $through; do
	hook=$(line "$label" 'upsy-killpower: telling the UPS')
	readonly=$(line "$label" 'upsy-test: .* / ext4 ro')
	kill=$(line "$label" 'upsy-emu: .*shutdown armed')
	down=$(line "$label" 'reboot: Power down')
	[ -n "$readonly" ]
	ok $? "$label: the file system is read-only in the end"
	[ -n "$kill" ] && [ -n "$hook" ] && [ "$kill" -gt "$hook" ]
	ok $? "$label: the UPS is told to cut the power by the last hook, and not before"
	[ -n "$down" ] && [ "$down" -gt "${kill:-0}" ]
	ok $? "$label: the machine is off"
done
for label in before returns person; do
	[ -n "$(line "$label" 'upsy-test: .* / ext4 ro')" ]
	ok $? "$label: switched off in good order"
	[ -z "$(line "$label" 'upsy-emu: .*shutdown armed')" ]
	ok $? "$label: the UPS is not told to cut the power"
done
finish
