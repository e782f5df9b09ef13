#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The daemon as it is, dry, on a serial UPS: what it prints is what the kernel
# would be told.
. "${0%/*}/lib.sh"

: >"$dir/conf"
upsyd() {
	timeout "${LIMIT:-60}" "$O/upsyd" --config "$dir/conf" --dry-run --json "$@" 2>"$dir/err"
}

daemon_start() {
	upsyd "$@" "serial:$dir/tty" >>"$dir/out" &
	daemon=$!
}

daemon_stop() {
	pkill -P "$daemon" 2>/dev/null
	wait "$daemon" 2>/dev/null
}

# within SECONDS REGEX: until the last line that was printed is like that
within() {
	local end=$((SECONDS + $1))
	until [[ $(tail -1 "$dir/out") =~ $2 ]]; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# --- once --------------------------------------------------------------------

emu_start megatec
out=$(upsyd --once "serial:$dir/tty")
ok $? "one reading, and an end"
like "$out" '"online": 1,' "on line"
like "$out" '"status": "Full"' "full"
like "$out" '"input_voltage": 230100000' "the mains in microvolts"
like "$out" '"protocol": "qx/megatec"' "says how it was read"

out=$(upsyd --once "serial:$dir/nothing")
[ $? != 0 ]
ok $? "no such port: fails"
is "$(wc -l <"$dir/err")" 1 "and says so in one line"
like "$(cat "$dir/err")" "$dir/nothing" "that names it"
is "$out" "" "and prints no readings"

emu silent on
out=$(upsyd --once "serial:$dir/tty")
[ $? != 0 ]
ok $? "a mute UPS: fails"
is "$out" "" "and prints no readings"
emu silent off

# --- an outage -----------------------------------------------------------------

daemon_start
within 10 '"online":1'
ok $? "runs"
emu mains off
within 10 '"online":0,"status":"Discharging"'
ok $? "mains fail"
emu garbage 2
emu stray 1
emu lowbattery on
within 10 '"capacity_level":"Critical"'
ok $? "battery low, behind two answers of garbage"
emu lowbattery off
emu mains on
within 10 '"online":1,"status":"(Full|Charging|Not charging)"'
ok $? "mains are back"

# --- a bad line -----------------------------------------------------------------

: >"$dir/out"
for fault in garbage short long nocr twocr stray nul silent echo; do
	emu $fault 1
	sleep 1.2
done
emu garbage 6
sleep 3
unlike "$(cat "$dir/out")" '"online":0' "no fault of the line is taken for an outage"
unlike "$(cat "$dir/out")" '"capacity_level":"(Critical|Low)"' "nor for an empty battery"
emu mains off
within 15 '"online":0'
ok $? "an outage on a bad line is seen"
kill -0 "$daemon"
ok $? "the daemon lives"
emu mains on
daemon_stop

# --- it drains -------------------------------------------------------------------

: >"$dir/out"
emu_start voltronic --speed 4 --capacity 20 --load 80
daemon_start
within 10 '"online":1'
ok $? "a UPS that tells its charge"
emu mains off
within 100 '"capacity_level":"Critical"'
ok $? "drains until it is critical"
levels=$(grep -o '"capacity":[0-9]*' "$dir/out" | cut -d: -f2)
[ "$(echo "$levels" | uniq | wc -l)" -gt 3 ]
ok $? "by steps"
is "$(echo "$levels" | sort -rn | paste -sd' ')" "$(echo "$levels" | paste -sd' ')" \
	"and never up"
daemon_stop

# --- the device goes ---------------------------------------------------------------

emu_start megatec
LIMIT=40 daemon_start
within 10 '"online":1'
ok $? "runs again"
emu unplug
wait "$daemon"
rc=$?
[ $rc != 0 ] && [ $rc != 124 ]
ok $? "the port goes: it ends, and says it failed ($rc)"
unlike "$(tail -1 "$dir/out")" '"online":0' "a port that went is no outage"
finish
