#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The units are valid, as confined as they claim, and named as udev names them.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh
need systemd-analyze

# As installed, but with programs that are there.
for unit in userspace/systemd/*.service.in; do
	sed -e "s|@s\?bindir@/[a-z-]*|/bin/true|" -e "s|@libexecdir@/[a-z-]*|/bin/true|" \
		"$unit" >"$work/$(basename "$unit" .in)"
done
for unit in userspace/systemd/*.service userspace/systemd/*.timer; do
	[ -e "$unit" ] && cp "$unit" "$work"
done
for unit in "$work"/*.service "$work"/*.timer; do
	[ -e "$unit" ] || continue
	is "$(basename "$unit") is valid" "$(systemd-analyze --man=no verify "$unit" 2>&1)" ""
done

exposure=$(systemd-analyze security --offline=yes "$work/upsyd@.service" 2>/dev/null |
	sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p')
if [ -n "$exposure" ]; then
	ok "exposure of upsyd@.service is at most 2.0 (it is $exposure)" \
		awk "BEGIN { exit !($exposure <= 2.0) }"
else
	skip "exposure of upsyd@.service" "systemd-analyze can't do it offline"
fi

# What systemd makes of a device's path, and gets back from it.
for path in /sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.4 \
	/sys/devices/platform/vhci_hcd.0/usb3/3-1 /dev/ttyS0 \
	/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0; do
	instance=$(systemd-escape --path "$path")
	is "upsyd@$instance.service is $path" "/$(systemd-escape -u "$instance" | sed 's|^/||')" "$path"
	ok "$instance.device is a valid name" test ${#instance} -lt 240
done

if command -v systemd-sysusers >/dev/null; then
	mkdir -p "$work/root/etc"
	: >"$work/root/etc/passwd"
	: >"$work/root/etc/group"
	ok "the user is made" systemd-sysusers --root="$work/root" "$(realpath "$O")/etc/userspace/systemd/sysusers.conf"
fi
finish
