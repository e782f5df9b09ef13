#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The last hook of a shutdown, on every dialect of the file "dialects": the very
# bytes, in an outage and when mains are back meanwhile; and that the load goes
# off and comes on again, or stays off where it shall.
. "${0%/*}/lib.sh"

stash() {	# stash DIALECT LINE: what upsyd leaves
	mkdir -p "$dir/run"
	printf 'device=%s\nprotocol=qx\ndialect=%s\nmodel=Test\n%s\n' \
		"$(readlink -f "$dir/tty")" "$1" "$2" >"$dir/run/0.kill"
	touch "$dir/run/shutdown"
}

hook() {
	UPSY_RUN_DIR=$dir/run timeout 30 "$O/upsy-killpower" poweroff 2>"$dir/err"
}

# wait_for REGEX: until the log of the UPS has it
wait_for() {
	for ((i = 0; i < 100; i++)); do
		grep -qE "$1" "$dir/log" && return 0
		sleep 0.1
	done
	return 1
}

check() {
	local dialect found ret stayoff _ mains
	read -r dialect found ret stayoff _ <<<"$1"
	[ "$ret" = - ] && return
	emu_start "$dialect" || { ok 1 "$dialect: starts"; return; }
	emu freeze on
	emu timer-speed 100
	for mains in off on back; do
		stash "${found#protocol=}" ""
		[ $mains = on ] || emu mains off
		hook
		is "$(sed -n 's/.* command //p' "$dir/log" | paste -sd' ')" "${ret//+/ }" \
			"$dialect: $ret, mains $mains"
		# back while it counts down: too late to stay on, so it goes and comes
		[ $mains = back ] && emu mains on
		wait_for 'load off \(shutdown.return\)'
		ok $? "$dialect: the load goes off, mains $mains"
		if [ $mains = off ]; then
			sleep 0.3
			unlike "$(<"$dir/log")" 'load on' "$dialect: and stays so without mains"
			emu mains on
		fi
		wait_for 'load on \(start delay\)'
		ok $? "$dialect: and on again, mains $mains"
		emu reset
		: >"$dir/log"
	done

	stash "${found#protocol=}" stayoff=1
	hook
	is "$(sed -n 's/.* command //p' "$dir/log" | paste -sd' ')" "${stayoff//+/ }" \
		"$dialect: $stayoff with stayoff"
	wait_for 'load off \(shutdown.stayoff\)'
	ok $? "$dialect: the load goes off for good"
	sleep 0.3
	unlike "$(<"$dir/log")" 'load on' "$dialect: and stays off"
}

mapfile -t rows < <(grep -v '^#' "${0%/*}/dialects")
in_parallel check "${rows[@]}"
finish
