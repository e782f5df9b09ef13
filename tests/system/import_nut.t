#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# upsyctl import-nut: what it makes of a ups.conf, line by line.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh

# same NAME: standard input is "in", then "--", then "out"
same() {
	rm -f "$work/in" "$work/want"
	awk -v d="$work" '/^--$/ { out = 1; next } { print > (d (out ? "/want" : "/in")) }'
	is "$1" "$("$O/upsyctl" import-nut "$work/in" 2>&1)" "$(cat "$work/want")"
}

# fails NAME WORDS ARGUMENT...: it exits with an error that has these words
fails() {
	local name=$1 words=$2
	shift 2
	"$O/upsyctl" import-nut "$@" >/dev/null 2>"$work/err"
	is "$name: exit" $? 1
	ok "$name: says what to do" grep -q "$words" "$work/err"
}

same "a nutdrv_qx section stays as it is" <<-EOF
	# a comment

	[ups]
	    driver = nutdrv_qx
	    port = /dev/ttyS0
	    desc = "Under the # desk"
	    runtimecal = 240,100,720,50
	    override.battery.packs=12   # cells
	    novendor
	--
	# a comment

	[ups]
	driver = nutdrv_qx
	port = /dev/ttyS0
	desc = "Under the # desk"
	runtimecal = 240,100,720,50
	override.battery.packs = 12
	novendor
EOF
same "blazer's minutes become seconds, its driver's name changes" <<-EOF
	[a]
	ondelay = 3
	offdelay = 60
	driver = blazer_usb
	port = auto
	[b]
	driver = nutdrv_qx
	ondelay = 180
	--
	[a]
	ondelay = 180
	offdelay = 60
	driver = nutdrv_qx
	port = auto
	[b]
	driver = nutdrv_qx
	ondelay = 180
EOF
same "options of older drivers get their new names" <<-EOF
	[v]
	driver = voltronic_ser
	ondelay = 1
	battnumb = 2
	max_eco_volt = 250
	--
	[v]
	driver = nutdrv_qx
	ondelay = 60
	battery_number = 2
	input.transfer.high = 250
EOF
same "what tells its state only keeps its driver" <<-EOF
	[c]
	driver = richcomm_usb
	--
	[c]
	driver = richcomm_usb
EOF
same "what means nothing here is a comment that says why" <<-EOF
	maxretry = 3
	[x]
	driver = snmp-ups
	battvolts = 20:27
	vendorid = "06.*"
	--
	# maxretry = 3  (a UPS is started when it appears)
	[x]
	# driver = snmp-ups  (found out)
	# battvolts = 20:27  (give default.battery.voltage.low and default.battery.voltage.high)
	# vendorid = 06.*  (only four hexadecimal digits are matched; write them)
EOF
same "quotes and backslashes" <<-'EOF'
	[q]
	desc = "Ann\'s \\ UPS"
	serial=AB\ C
	--
	[q]
	desc = Ann's \ UPS
	serial = AB C
EOF
fails "no such file" "give the path" "$work/none"
head -c 5000 /dev/zero | tr '\0' 'x' >"$work/long"
fails "a file that is something else" "is this a ups.conf" "$work/long"
echo "nothing = here" >"$work/flat"
fails "no section" "no \[section\]" "$work/flat"
finish
