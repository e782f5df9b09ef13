# SPDX-License-Identifier: GPL-2.0-or-later
#
# For tests with emulated serial UPSes: TAP, and one UPS at a time per shell.
# Sourced by bash; the working directory is the tree's top (tests/run sees to it).

O=${O:-build}
dir=$(mktemp -d) || exit 1
tests=0 failures=0

emu_stop() {
	[ -S "$dir/ctl" ] && "$O/upsy-emu" ctl "$dir/ctl" quit
	rm -f "$dir/ctl"
}
trap 'emu_stop; rm -rf "$dir"' EXIT

# emu_start DIALECT [OPTION…]: a UPS at $dir/tty, its log in $dir/log
emu_start() {
	emu_stop
	: >"$dir/log"
	"$O/upsy-emu" serial --dialect "$1" --control "$dir/ctl" --link "$dir/tty" --log "$dir/log" \
		--quiet --background "${@:2}" >/dev/null
}

emu() {
	"$O/upsy-emu" ctl "$dir/ctl" "$@"
}

# wire: the commands that the UPS took since it was last asked
wire() {
	sed -n 's/.* command //p' "$dir/log" | paste -sd' '
	: >"$dir/log"
}

# drive [OPTION…]: lines of standard input to upsy-try; "!emu …" talks to the UPS
drive() {
	sed "s|^!emu |! $O/upsy-emu ctl $dir/ctl |" |
		timeout 120 "$O/upsy-try" "serial:$dir/tty" "$@" 2>"$dir/err"
}

ok() {		# ok STATUS NAME
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $2"
	fi
}

is() {		# is GOT WANTED NAME
	[ "$1" = "$2" ]
	ok $? "$3"
	[ "$1" = "$2" ] || echo "# got '$1', wanted '$2'"
}

like() {	# like GOT REGEX NAME
	[[ $1 =~ $2 ]]
	ok $? "$3"
	[[ $1 =~ $2 ]] || printf '%s\n' "$1" | sed "1s/^/got /; s/^/# /; \$a # wanted /$2/"
}

unlike() {	# unlike GOT REGEX NAME
	! [[ $1 =~ $2 ]]
	ok $? "$3"
	! [[ $1 =~ $2 ]] || printf '%s\n' "$1" | sed "s/^/# got /"
}

finish() {
	echo "1..$tests"
	exit $((failures != 0))
}

# in_parallel FUNCTION ARG…: one subshell for each, four at a time; TAP put together
in_parallel() {
	local fn=$1 out i=0
	shift
	out=$(mktemp -d)
	for arg; do
		while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-6}" ]; do
			wait -n
		done
		(
			dir=$(mktemp -d)
			trap 'emu_stop; rm -rf "$dir"' EXIT
			tests=0 failures=0
			"$fn" "$arg"
		) >"$out/$((1000 + i))" 2>&1 &
		i=$((i + 1))
	done
	wait
	sed -E "s/^(not ok|ok) [0-9]+/\1/" "$out"/*
	tests=$(grep -acE '^(ok|not ok)' <(cat "$out"/*))
	failures=$(grep -ac '^not ok' <(cat "$out"/*))
	rm -rf "$out"
}
