#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes wrong on a line, on every dialect of the file "dialects": once, and
# for good. A spoiled answer is asked for again and never believed.
. "${0%/*}/lib.sh"

# Faults that spoil one answer; the next one is good
ONCE="garbage short long nocr twocr stray silent nul echo nak"

check() {
	local dialect found out script= n=0
	read -r dialect found _ <<<"$1"
	emu_start "$dialect" || { ok 1 "$dialect: starts"; return; }
	[[ $found == protocol=* ]] || found=
	for fault in $ONCE; do
		script+="!emu $fault"$'\n'"poll status"$'\n'
	done
	out=$(drive $found <<-END
		probe
		poll
		$script
		!emu garbage on
		poll status
		!emu garbage off
		!emu silent on
		poll status
		!emu silent off
		!emu slow 300
		poll status
		!emu slow 0
		!emu mains off
		poll status
	END
	)
	mapfile -t line <<<"$out"
	for fault in $ONCE; do
		like "${line[2 + n]}" '^poll ok \+online .* load=25 input_voltage=230(1|0)' \
			"$dialect: $fault: asked again"
		n=$((n + 1))
	done
	like "${line[2 + n]}" '^poll E' "$dialect: nothing but garbage is an error"
	like "${line[3 + n]}" '^poll E(TIMEDOUT|IO)' "$dialect: silence is an error"
	like "${line[4 + n]}" '^poll ok \+online ' "$dialect: slow is as good"
	like "${line[5 + n]}" '^poll ok \+discharging ' "$dialect: and it is all right again"
}

mapfile -t rows < <(grep -v '^#' "${0%/*}/dialects")
in_parallel check "${rows[@]}"
finish
