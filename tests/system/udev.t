#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rules are free of errors, and the hardware database compiles and knows
# what it must and must not know. Whether they do the right thing is tested
# with real udevs in tests/vm.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh

if command -v udevadm >/dev/null && udevadm verify --help >/dev/null 2>&1; then
	for rules in "$O"/etc/udev/*.rules udev/*.rules; do
		ok "$(basename "$rules") is valid" udevadm verify --resolve-names=never "$rules"
	done
else
	skip "rules are valid" "udevadm verify needs systemd 254"
fi

if ! command -v systemd-hwdb >/dev/null; then
	skip "hwdb" "no systemd-hwdb here"
	finish
fi
mkdir -p "$work/etc/udev/hwdb.d"
cp udev/*.hwdb "$work/etc/udev/hwdb.d"
ok "hwdb compiles without complaint" systemd-hwdb --strict --root="$work" update

query() {	# query VENDOR PRODUCT
	systemd-hwdb --root="$work" query "usb:v$1p$2d0100dc00dsc00dp00ic03isc00ip00in00"
}

while read -r vendor product; do
	is "$vendor:$product is a candidate" "$(query "$vendor" "$product")" UPSY_QX=1
done <<'IDS'
0665 5161
05B8 0000
0F03 0001
06DA 0002
06DA 0601
14F0 00C9
0590 00B7
0001 0000
FFFF 0000
0925 1234
IDS

# A bare CH340, PL2303, FTDI chip; and UPSes that say themselves what they are.
while read -r vendor product; do
	is "$vendor:$product is not" "$(query "$vendor" "$product")" ""
done <<'IDS'
1A86 7523
067B 2303
0403 6001
0463 FFFF
06DA FFFF
IDS
finish
