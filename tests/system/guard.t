#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# upsy-guard's command line: what it says, and what it tells its service by its
# status, about supplies in a directory.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh

psy=$work/psy
supply() {	# supply NAME FILE=VALUE…
	local name=$1 pair
	shift
	mkdir -p "$psy/$name"
	echo Battery >"$psy/$name/type"
	for pair; do
		echo "${pair#*=}" >"$psy/$name/${pair%%=*}"
	done
}
guard() {
	"$O/upsy-guard" --config "$work/conf" --sysfs "$psy" "$@" 2>&1
}
says() {	# says NAME REGEX
	ok "$1" grep -qE "$2" <<<"$(guard --explain)"
}

printf '[guard]\nminsupplies = 1\n' >"$work/conf"
supply BAT_UPS0 status=Full capacity=100 capacity_level=Full present=1
supply BAT_UPS1 status=Discharging capacity=50 capacity_level=Normal present=1 time_to_empty_now=700
ok "one on line, one with a fair battery: nothing to do" guard --check
says "and it says so" 'would do now: nothing'
supply BAT_UPS1 capacity=5 capacity_level=Critical time_to_empty_now=70
is "one critical: the service has to run" "$(guard --check; echo $?)" 1
says "to wait and watch" 'would do now: wait and watch'
supply BAT_UPS0 status=Discharging capacity=5 capacity_level=Critical time_to_empty_now=80
says "both critical: to power off, in the time that there is" 'would do now: power off in 20 s'
supply BAT0 status=Charging capacity=70 present=1
says "in a laptop: to wait and watch" 'BAT0: battery of this machine.*counts'
supply BAT_UPS0 status=Charging capacity_level=Normal
supply BAT_UPS1 status=Charging capacity_level=Normal
ok "mains are back: nothing to do" guard --check
rm -r "$psy"
mkdir "$psy"
ok "no UPS at all: nothing to do" guard --check
is "--sysfs is for looking only" "$(guard >/dev/null; echo $?)" 2
is "one thing at a time" "$(guard --check --explain >/dev/null; echo $?)" 2
finish
