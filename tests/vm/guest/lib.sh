# SPDX-License-Identifier: GPL-2.0-or-later
#
# For scenarios: TAP, waiting, and what the consumers say. Sourced by bash.

tests=0 failures=0
psy=/sys/class/power_supply

ok() {		# ok STATUS NAME
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $2"
	fi
}

# is GOT WANTED NAME
is() {
	[ "$1" = "$2" ]
	ok $? "$3"
	[ "$1" = "$2" ] || echo "# got '$1', wanted '$2'"
}

# like GOT REGEX NAME
like() {
	[[ $1 =~ $2 ]]
	ok $? "$3"
	[[ $1 =~ $2 ]] || printf '%s\n' "$1" | sed "1s/^/got /; s/^/# /; \$a # wanted /$2/"
}

# unlike GOT REGEX NAME
unlike() {
	! [[ $1 =~ $2 ]]
	ok $? "$3"
	! [[ $1 =~ $2 ]] || printf '%s\n' "$1" | sed "s/^/# got /"
}

# within SECONDS COMMAND…: until it succeeds; false when time is up
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

skip() {	# skip NAME REASON
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

note() {
	echo "$*" | sed 's/^/# /'
}

finish() {
	echo "1..$tests"
	if [ $failures != 0 ]; then
		journalctl -b --no-pager -n 80 2>/dev/null | sed 's/^/# /'
	fi
	exit $((failures != 0))
}

value() {	# value SUPPLY FILE
	cat "$psy/$1/$2" 2>/dev/null
}
