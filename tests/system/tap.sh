# SPDX-License-Identifier: GPL-2.0-or-later
#
# TAP for shell tests: ok NAME COMMAND…, is NAME GOT WANTED, skip NAME WHY, and
# finish at the end. Sourced with the repository's root as current directory.
tests=0 failures=0
O=${O:-build}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

report() {	# report STATUS NAME
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $2"
	fi
}

ok() {		# ok NAME COMMAND…
	local name=$1
	shift
	"$@" >"$work/ok.out" 2>&1
	local rc=$?
	report $rc "$name"
	[ $rc = 0 ] || sed 's/^/# /' "$work/ok.out"
}

is() {		# is NAME GOT WANTED
	[ "$2" = "$3" ]
	report $? "$1"
	[ "$2" = "$3" ] || printf '# got:    %s\n# wanted: %s\n' "$2" "$3"
}

skip() {	# skip NAME WHY
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

need() {	# need COMMAND: without it the whole file is skipped
	command -v "$1" >/dev/null && return
	skip "$(basename "$0")" "no $1 here"
	finish
}

finish() {
	echo "1..$tests"
	exit $((failures != 0))
}
