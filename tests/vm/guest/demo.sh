# SPDX-License-Identifier: GPL-2.0-or-later
#
# The story of a UPS, as the programs on an ordinary system tell it.
. ./lib.sh

step() {
	echo
	echo "== $*"
}

# show COMMAND: the command and what it prints
show() {
	echo "   \$ $1"
	bash -c "$1" 2>&1 | sed 's/^/   /'
}

what_they_say() {
	show "upsyctl list"
	show "upower -i /org/freedesktop/UPower/devices/battery_BAT_UPS0 | grep -E 'model|state|warning|time|percentage'"
	show "busctl get-property org.freedesktop.UPower /org/freedesktop/UPower org.freedesktop.UPower OnBattery"
	show "$systemd_ac_power -v"
	show "acpi -ab"
}

settled() {	# settled WARNING-LEVEL
	upower_battery percentage | grep -q "^$(value BAT_UPS0 capacity)%" && upower_warns "$1"
}

systemd_ac_power=systemd-ac-power
[ -x /usr/bin/systemd-ac-power ] || systemd_ac_power=/lib/systemd/systemd-ac-power
systemctl start upower
emu() {
	upsy-emu ctl /run/emu "$@" >/dev/null
}

step "An ordinary machine: $(. /etc/os-release; echo "$PRETTY_NAME"), Linux $(uname -r)"
show "ls /sys/class/power_supply"
show "upower -e"

# At the very end: how the disk is mounted when the UPS is told.
hook=/usr/lib/systemd/system-shutdown/mounts
echo '#!/bin/sh
grep " / " /proc/mounts | sed "s/^/mounted: /" >/dev/kmsg' >$hook
chmod +x $hook

step "A UPS is plugged in (HID, from a vendor in no list)"
modprobe vhci_hcd
upsy-emu hid --control /run/emu --log /dev/kmsg --quiet --survive-shutdown \
	--strings "Acme/Line Keeper 1000/A0042" --charge 96 --load 25 --watts 600 --capacity 180 >/dev/null
emu freeze on
emu low-at 8
within 30 ups_there || echo "   no UPS!"
within 15 upower_there
show "ls /sys/class/power_supply"
show "systemctl list-units --plain --no-legend 'upsyd@*'"
what_they_say

step "The mains fail"
emu mains off
within 15 upower_on_battery
within 30 upower_has_time
what_they_say

step "The battery drains"
emu charge 45
emu freeze off
emu speed 40
sleep 8
emu freeze on
within 10 settled 1
show "upsyctl list"
show "acpi -ab"
emu charge 16
within 20 settled 3
show "upsyctl list"
show "upower -i /org/freedesktop/UPower/devices/battery_BAT_UPS0 | grep -E 'state|warning|time|percentage'"

step "The battery is almost empty"
emu charge 4
within 20 value_is BAT_UPS0 capacity_level Critical
within 20 value_is BAT_UPS0 capacity 4
within 10 guard_active
show "cat /sys/class/power_supply/BAT_UPS0/{capacity,capacity_level,time_to_empty_now}"
show "upsy-guard --explain"
show "journalctl -b -o cat --no-pager -t upsyd -t upsy-guard"

# The end of this script is the machine's own doing.
trap 'step "The machine switches itself off"; show "systemctl is-system-running"; exit 0' TERM
sleep 120 &
wait
