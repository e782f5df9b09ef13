# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is taken for a UPS and what is left alone, and how the service is confined.
. ./lib.sh

gone_again() {
	emu_quit
	within 60 ups_gone
	ok $? "$1: gone again"
	within 10 no_ups_unit
}

# The node in /dev of the USB device of vendor $1
usb_node() {
	local d
	d=$(grep -lx "$1" /sys/bus/usb/devices/*/idVendor | head -1)
	echo "/dev/$(sed -n 's/^DEVNAME=//p' "${d%/*}/uevent")"
}

# 252 cannot check rules.
if udevadm verify --help >/dev/null 2>&1; then
	udevadm verify $(ls /usr/lib/udev/rules.d/*upsy* /etc/udev/rules.d/*upsy* 2>/dev/null) >/run/rules 2>&1
	ok $? "udev finds no fault in the rules"
	sed 's/^/# /' /run/rules
fi

# A brand nobody has heard of: the report descriptor says that it is a UPS.
emu_start hid --ids 1d50:7a11 --strings Nobody/Nothing/42
within 30 ups_there
grace 10
ok $? "a HID UPS of a vendor in no list"
is "$(value BAT_UPS0 serial_number)" 42 "with its serial number"

unit=$(ups_unit)
pid=$(systemctl show -p MainPID --value "$unit")
is "$(ps -o user= -p "$pid")" upsy "upsyd has a user of its own"
is "$(systemctl show -p NRestarts --value "$unit")" 0 "confined, it works at the first try"
is "$(stat -c %G:%a "$(usb_node 1d50)")" upsy:660 "the device's node is its own"
level=$(systemd-analyze security --no-pager "$unit" | sed -n 's/.*exposure level for.*: \([0-9.]*\) .*/\1/p')
awk -v l="$level" 'BEGIN { exit !(l != "" && l <= 2.0) }'
ok $? "systemd-analyze security: $level, at most 2.0"
gone_again "unlisted vendor"

# Ids that UPSes share with other things: asked first.
while read -r ids carrier; do
	emu_start usb-qx --carrier "$carrier" --ids "$ids" </dev/null
	within 40 ups_there
	ok $? "$ids answers as a UPS: taken for one"
	gone_again "$ids"
done <<-END
	0665:5161 cypress
	06da:0003 ippon
	0001:0000 krauler
	ffff:0000 ablerex
END

for ids in 0665:5161 0001:0000; do
	emu_start usb-qx --ids $ids
	emu silent on
	sleep 12
	ups_gone
	ok $? "$ids that never answers as a UPS: no UPS"
	gone_again "$ids, silent"
done

# A general-purpose chip: not even asked. (What was asked at once was usbhid.)
emu_start usb-qx --ids 1a86:7523
sleep 3
asked=$(emu get | grep -o '"queries": [0-9]*')
sleep 6
no_ups_unit
ok $? "1a86:7523: no service"
is "$(emu get | grep -o '"queries": [0-9]*')" "$asked" "1a86:7523: nobody asks it anything"
emu_quit
finish
