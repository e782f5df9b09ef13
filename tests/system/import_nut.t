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
	# to start it: systemctl enable --now upsyd@dev-ttyS0.service
	driver = nutdrv_qx
	port = /dev/ttyS0
	desc = "Under the # desk"
	runtimecal = 240,100,720,50
	override.battery.packs = 12	# cells
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
	ondelay = 180	# 3 min
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
	battpacks = 3
	battlow = 21
	max_eco_volt = 250
	outlet2_delay = 120
	batt_type = AGM
	[m]
	driver = megatec
	battvolts = 20.5:27.4
	dtr = 1
	--
	[v]
	driver = nutdrv_qx
	ondelay = 60	# 1 min
	battery_number = 2
	battery.packs = 3
	battery.voltage.low = 21
	input.transfer.high = 250
	outlet.2.delay.shutdown = 120
	battery.type = AGM
	[m]
	driver = nutdrv_qx
	default.battery.voltage.low = 20.5
	default.battery.voltage.high = 27.4
	# dtr = 1  (use cablepower)
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
	pollinterval = 2
	[x]
	driver = usbhid-ups
	port = auto
	subdriver = mge-hid
	battvolts = much
	usb_hid_ep_in = 4
	nonsense = 1
	override.ups.mood = good
	override.battery.charge.low = 20
	ignorelb
	--
	# maxretry = 3  (a UPS is started when it appears)
	pollinterval = 2
	[x]
	driver = usbhid-ups
	port = auto
	# subdriver = mge-hid  (found out)
	# battvolts = much  (give default.battery.voltage.low and default.battery.voltage.high)
	# usb_hid_ep_in = 4  (found out)
	# nonsense = 1  (there is no such option, see upsy.conf(5))
	# override.ups.mood = good  (there is no such option, see upsy.conf(5))
	override.battery.charge.low = 20
	ignorelb
EOF
same "what only NUT speaks to stays with it" <<-EOF
	[net]
	driver = snmp-ups
	port = 192.0.2.7
	[usb]
	driver = nutdrv_qx
	port = auto
	--
	# [net]
	# driver = snmp-ups  (upsy does not speak to such UPSes; this one stays with NUT)
	# port = 192.0.2.7  (stays with NUT)
	[usb]
	driver = nutdrv_qx
	port = auto
EOF
same "quotes, backslashes and lines that go on" <<-'EOF'
	[q]
	desc = "Ann\'s \\ UPS"
	serial=AB\ C
	product = ".*(Smart|Back)-?UPS\#1.*" # two
	runtimecal = 240,100,\
	720,50
	chargetime=36000
	  norating  # it hangs
	--
	[q]
	desc = "Ann's \\ UPS"
	serial = AB C
	product = ".*(Smart|Back)-?UPS#1.*"	# two
	runtimecal = 240,100,720,50
	chargetime = 36000
	norating	# it hangs
EOF
# As nut-scanner writes them, and as people go on from there.
same "what nut-scanner writes" <<-'EOF'
	[nutdev1]
		driver = "nutdrv_qx"
		port = "auto"
		vendorid = "0665"
		productid = "5161"
		product = "USB to Serial"
		serial = "00000000"
		vendor = "INNO TECH"
		bus = "003"
		device = "016"
		###NOTMATCHED-YET###bcdDevice = "0002"
	--
	[nutdev1]
	driver = nutdrv_qx
	port = auto
	vendorid = 0665
	productid = 5161
	product = USB to Serial
	serial = 00000000
	vendor = INNO TECH
	bus = 003
	# device = 016  (is another each time it is plugged in; name it by serial or bus)
		###NOTMATCHED-YET###bcdDevice = "0002"
EOF
same "two that may be any are told apart by hand" <<-EOF
	[hid]
	driver = usbhid-ups
	port = auto
	[cheap]
	driver = blazer_usb
	port = anything
	subdriver = krauler
	langid_fix = 0x409
	[third]
	driver = nutdrv_qx
	port = auto
	bus = "00[2-3]"
	--
	[hid]
	# which one? several sections are for any UPS on USB, so none counts; give a vendorid, see lsusb
	driver = usbhid-ups
	port = auto
	[cheap]
	# which one? several sections are for any UPS on USB, so none counts; give a vendorid, see lsusb
	driver = nutdrv_qx
	port = auto
	subdriver = krauler
	langid_fix = 0x409
	[third]
	driver = nutdrv_qx
	port = auto
	bus = 00[2-3]
EOF
same "an id that udev does not know" <<-EOF
	[by50s]
	  driver = blazer_usb
	  port = /dev/ups
	  vendorid = 0590
	  productid = 00a1
	  subdriver = ippon
	--
	[by50s]
	# to start it: put the lines "usb:v0590p00A1*" and " UPSY_QX=1" into
	# /etc/udev/hwdb.d/61-upsy.hwdb, run 'systemd-hwdb update' and plug it in anew
	driver = nutdrv_qx
	port = auto
	vendorid = 0590
	productid = 00a1
	subdriver = ippon
EOF
same "the unit of a serial line" <<-EOF
	[s]
	driver = blazer_ser
	port = /dev/serial/by-id/usb-FTDI_232-if00
	cablepower = reverse
	--
	[s]
	# to start it: systemctl enable --now upsyd@dev-serial-by\x2did-usb\x2dFTDI_232\x2dif00.service
	driver = nutdrv_qx
	port = /dev/serial/by-id/usb-FTDI_232-if00
	cablepower = reverse
EOF

# What it prints is what upsyd reads, with nothing left out.
cat >"$work/all" <<-'EOF'
	maxretry = 3
	pollinterval = 2
	[a]
	driver = blazer_ser
	port = /dev/ttyUSB0
	desc = "Ann's \"UPS\" # 1 ; or so"
	ondelay = 2   # minutes
	offdelay = 45
	default.battery.voltage.high = 27.4
	default.battery.voltage.low = 20.8
	override.battery.packs = 2
	runtimecal = 240,100,720,50
	chargetime = 36000
	idleload = 8
	norating
	novendor
	ignorelb
	stayoff
	protocol = megatec
	nonsense
	[b]
	driver = usbhid-ups
	port = auto
	vendorid = 051d
	pollonly
	explore
EOF
"$O/upsyctl" import-nut "$work/all" >"$work/upsy.conf" 2>"$work/err"
ok "nothing is said of it" test ! -s "$work/err"
said=$("$O/upsyd" --once --dry-run --config "$work/upsy.conf" /dev/ttyUSB99 2>&1)
is "upsyd leaves no line of it out" "$(grep -E 'upsy.conf:[0-9]+' <<<"$said")" ""
echo "nonsense = 1" >>"$work/upsy.conf"
said=$("$O/upsyd" --once --dry-run --config "$work/upsy.conf" /dev/ttyUSB99 2>&1)
ok "and would say so" test -n "$(grep -E 'upsy.conf:[0-9]+' <<<"$said")"
fails "no such file" "give the path" "$work/none"
head -c 5000 /dev/zero | tr '\0' 'x' >"$work/long"
fails "a file that is something else" "is this a ups.conf" "$work/long"
echo "nothing = here" >"$work/flat"
fails "no section" "no \[section\]" "$work/flat"
finish
