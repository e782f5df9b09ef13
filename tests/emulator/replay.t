#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the daemon records it reads again, the same: on every dialect of the
# file "dialects", with an outage in it.
. "${0%/*}/lib.sh"

# Readings alone: device and link are what differs
readings() {
	grep -vE '"(device|link)":' | sed 's/,$//'
}

check() {
	local dialect found live again out
	read -r dialect found _ <<<"$1"
	: >"$dir/conf"
	emu_start "$dialect" || { ok 1 "$dialect: starts"; return; }
	emu freeze on
	live=$(timeout 60 "$O/upsyd" --config "$dir/conf" --once --dry-run --json --record "$dir/once" \
		"serial:$dir/tty" 2>"$dir/err" | readings)
	like "$live" '"online": 1' "$dialect: read"
	again=$(timeout 60 "$O/upsyd" --config "$dir/conf" --once --dry-run --json \
		"replay:$dir/once" 2>"$dir/err" | readings)
	is "$again" "$live" "$dialect: reads the same from its recording"

	timeout 10 "$O/upsyd" --config "$dir/conf" --dry-run --json --record "$dir/outage" \
		"serial:$dir/tty" >"$dir/out" 2>"$dir/err" &
	sleep 4
	emu mains off
	sleep 3
	wait $!
	out=$(timeout 12 "$O/upsyd" --config "$dir/conf" --dry-run --json "replay:$dir/outage" \
		2>"$dir/err")
	like "$out" '"online":1.*"online":0,"status":"Discharging"' "$dialect: the outage comes again"
}

mapfile -t rows < <(grep -v '^#' "${0%/*}/dialects")
JOBS=10 in_parallel check "${rows[@]}"
finish
