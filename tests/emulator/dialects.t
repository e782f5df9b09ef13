#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every dialect of the file "dialects": found by itself, read, mains fail and
# return, battery low, each action, each refusal.
. "${0%/*}/lib.sh"

# one_action NAME COMMAND: what went over the wire, and what the UPS made of it
one_action() {
	local name=$1 command=$2 out
	[ "$command" = - ] && return
	mapfile -t out < <(printf 'probe\naction %s\npoll status\n' "$name" | drive "$protocol")
	like "${out[1]}" '^action ok ' "$dialect: $name is done"
	is "$(wire)" "${command//+/ }" "$dialect: $name sends $command"
	if [[ $name == shutdown-return ]]; then
		like "$(emu get state)" '"off_in": [1-9]' "$dialect: and the UPS counts down"
		like "${out[2]}" " alarms=$((1 << 32)) " "$dialect: and says so"
	elif [[ $name == test-quick || $name == test-deep ]]; then
		like "$(emu get state)" '"test": [1-9]' "$dialect: and the UPS tests"
		like "${out[2]}" '^poll ok .*\+test ' "$dialect: and says so"
	fi
	emu reset
}

# The state and not the toggle counts: off stays off, on stays on.
beeper() {
	local out n=1 flag
	out=$(printf '%s\n' probe "action beeper-off" "!emu get state" "action beeper-off" \
		"!emu get state" "action beeper-on" "!emu get state" | drive "$protocol")
	wire >/dev/null
	[[ $out == *EOPNOTSUPP* || $out == *"does not tell"* ]] && return
	mapfile -t out <<<"$out"
	for flag in unlike unlike like; do
		$flag "${out[n + 1]}" '"flags": \[[^]]*"beeper"' "$dialect: beeper, step $n"
		n=$((n + 2))
	done
	emu reset
}

check() {
	local dialect found ret stayoff cancel quick deep stop loadoff out protocol=
	read -r dialect found ret stayoff cancel quick deep stop loadoff <<<"$1"
	emu_start "$dialect" || { ok 1 "$dialect: starts"; return; }
	[[ $found == protocol=* ]] && protocol=$found

	out=$(drive $protocol <<-END
		probe
		poll
		!emu mains off
		poll status
		!emu lowbattery on
		poll status
		!emu mains on
		!emu lowbattery off
		poll status
		!emu input 207.5
		!emu load 41
		poll
	END
	)
	mapfile -t line <<<"$out"
	like "${line[0]}" "^probe ok protocol=qx/${found#protocol=} " "$dialect: found"
	like "${line[1]}" '^poll ok \+online( |$)' "$dialect: on line"
	like "${line[1]}" ' input_voltage=230(1|0)[0-9]{5} ' "$dialect: reads the mains"
	like "${line[1]}" ' load=25 ' "$dialect: reads the load"
	like "${line[1]}" ' voltage_now=27[2-6][0-9]{5} ' "$dialect: reads the battery"
	like "${line[2]}" '^poll ok \+discharging ' "$dialect: mains fail"
	unlike "${line[2]}" '\+low' "$dialect: not low at once"
	[ "$dialect" = voltronic-axpert ] ||
		like "${line[3]}" '\+discharging \+low ' "$dialect: battery low"
	like "${line[4]}" '^poll ok \+online( |$)' "$dialect: mains are back"
	unlike "${line[4]}" '\+low' "$dialect: no longer low"
	like "${line[5]}" ' load=41 ' "$dialect: load changes"
	like "${line[5]}" ' input_voltage=207[45][0-9]{5} ' "$dialect: the mains change"
	wire >/dev/null

	one_action shutdown-return "$ret"
	one_action shutdown-cancel "$cancel"
	one_action shutdown-stayoff "$stayoff"
	one_action shutdown-cancel "$cancel"
	one_action test-quick "$quick"
	one_action test-stop "$stop"
	one_action test-deep "$deep"
	one_action test-stop "$stop"
	one_action load-off "$loadoff"
	beeper

	if [ "$ret" != - ]; then
		out=$(drive $protocol <<-END
			probe
			!emu nak on
			action shutdown-return
			!emu nak off
		END
		)
		like "$out" 'action E[A-Z]+ ' "$dialect: a refusal is an error"
		is "$(wire)" "" "$dialect: and nothing was done"
	fi
}

mapfile -t rows < <(grep -v '^#' "${0%/*}/dialects")
in_parallel check "${rows[@]}"
finish
