#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A recording says what the device said: played, it gives the same readings, the
# same usage tree and the same recording again; also of devices that are not
# understood, and of odd descriptors and reports.
set -u
cd "$(dirname "$0")/../.." || exit 1
O=${O:-build}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
n=0 failures=0

ok() {
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		failures=$((failures + 1))
		echo "not ok $n - $2"
	fi
}

# The port, and what is made of it, is the file's name and differs
same() {
	diff <(sed "s|${1%.*}[a-z.]*||g; s|$(basename "$1")||g" "$1.$3") \
		<(sed "s|${2%.*}[a-z.]*||g; s|$(basename "$2")||g" "$2.$3") | sed 's/^/# /'
	return "${PIPESTATUS[0]}"
}

play() {	# play FILE [OPTION…]
	timeout 60 "$O/upsyd" --config /dev/null --once --dry-run --json "${@:2}" "replay:$1" \
		>"$1.json" 2>"$1.tree"
}

check() {	# check NAME FILE
	local name=$1 a=$dir/$1.txt b=$dir/$1.rec c=$dir/$1.again
	cp "$2" "$a"
	play "$a" --verbose --record "$b"
	play "$b" --verbose --record "$c"
	same "$a" "$b" json
	ok $? "$name: the same readings"
	same "$a" "$b" tree
	ok $? "$name: the same usage tree"
	cmp "$b" "$c"
	ok $? "$name: the same recording"
	# what is understood or not: all that the device told is in there
	cp "$a" "$dir/quiet"
	play "$dir/quiet" --record "$c"
	local missing
	missing=$(comm -23 <(grep -h '^report: feature' "$b" | sort -u) \
		<(grep -h '^report: feature' "$c" | sort -u))
	[ -z "$missing" ]
	ok $? "$name: complete without --verbose"
	timeout 60 "$O/upsyctl" probe "replay:$b" >"$b.probe" 2>&1
	[ "$(grep -c ' Feature 0x\| Input 0x' "$b.probe")" = "$(grep -c ' Feature 0x\| Input 0x' "$a.tree")" ]
	ok $? "$name: upsyctl probe prints it as well"
}

for f in tests/replay/hid/*.txt; do
	check "$(basename "$f" .txt)" "$f"
done

# no report ids: flags and charge in one report, asked for and unasked
cat >"$dir/in" <<-'END'
	# vid:pid: 1234:5678
	# product: No ids
	descriptor:
	05 84 09 04 a1 01 09 24 a1 02 75 08 95 01 15 00 25 64 05 85 09 66 b1 a2 09 66 81 a2
	25 01 09 d0 b1 a2 09 d0 81 a2 c0 c0
	report: feature 00 64 01
	report: input 00 50 00
END
check no-ids "$dir/in"
grep -q '^report: input 00 50 00$' "$dir/no-ids.rec"
ok $? "no-ids: the event is one without an id"
grep -q '"capacity": 80' "$dir/no-ids.rec.json"
ok $? "no-ids: and was taken"

# a report shorter, one longer than declared, one refused; strings; a usage of the vendor's
cat >"$dir/in" <<-'END'
	# vid:pid: 1234:5678
	# manufacturer: Made up
	# product: Odd
	# serial: A 1
	# string 3: PbAc
	# string 7: 2.05 (beta): "x"
	descriptor:
	05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 26 ff 00 05 85 09 66 b1 a2
	75 10 27 ff ff 00 00 09 68 b1 a2 85 02 75 08 25 01 09 d0 b1 a2 09 d0 81 a2
	85 03 26 ff 00 09 89 b1 23 05 84 09 fe b1 23 85 04 06 55 ff 09 01 b1 a2 85 05 09 02 b1 a2 c0 c0
	report: feature 01 01 64
	report: feature 02 02 01 aa bb
	report: feature 03 03 03 07
	report: feature 04 04 2a
	report: input 02 02 00
END
check odd "$dir/in"
grep -q 'iDeviceChemistry .* = 3 "PbAc"' "$dir/odd.rec.tree"
ok $? "odd: strings are printed"
grep -q '^UPS.PowerSummary.ff550001 .* = 42$' "$dir/odd.rec.tree"
ok $? "odd: so is what nobody knows"
grep -q '^UPS.PowerSummary.ff550002 .* = ?$' "$dir/odd.rec.tree"
ok $? "odd: and what it refuses"

# not a UPS by its descriptor
cat >"$dir/in" <<-'END'
	# vid:pid: 1234:5678
	# product: Something else
	descriptor:
	06 a0 ff 09 01 a1 01 85 01 15 00 26 ff 00 75 08 95 02 09 02 b1 02 c0
	report: feature 01 01 05 06
END
check other "$dir/in"
grep -q '^report: feature 01 01 05 06$' "$dir/other.rec"
ok $? "other: what it says is recorded"

# a UPS that answers nothing; a descriptor that ends in the middle of an item
printf '%s\n' "# vid:pid: 1234:5678" "descriptor:" \
	"05 84 09 04 a1 01 85 01 75 08 95 01 15 00 25 64 05 85 09 66 b1 a2 c0" >"$dir/in"
check mute "$dir/in"
printf '%s\n' "descriptor:" "05 84 09 04 a1 01 09 24 a1 02 85 01 75 08 95 01 15 00 25 64 05 85" \
	"09 66 b1 a2 25 01 09 d0 b1 a2 27 ff" "report: feature 01 01 64 01" >"$dir/in"
check cut "$dir/in"

echo "1..$n"
exit $((failures != 0))
