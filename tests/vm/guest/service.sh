# SPDX-License-Identifier: GPL-2.0-or-later
#
# The life of upsyd@.service: killed, stopped, reloaded, kept away, bound to its
# device; and UPower's own HID driver looks away at every moment of it.
. ./lib.sh
watch_upower
modprobe upsy
grace 5

main_pid() {
	systemctl show -p MainPID --value "$unit"
}

active() {
	systemctl is-active --quiet "$unit"
}

other_pid() {	# other_pid OLD: it runs, as another process
	active && [ "$(main_pid)" != 0 ] && [ "$(main_pid)" != "$1" ]
}

native() {
	upower -e | grep -q ups_hiddev
}

not_native() {
	! native
}

hiddev() {
	ls /dev/usb/hiddev* >/dev/null 2>&1
}

if udevadm verify --help >/dev/null 2>&1; then
	udevadm verify /usr/lib/udev/rules.d/*upsy*.rules
	ok $? "udev finds no fault in the rules"
fi

# An id that UPower's hwdb knows, too.
emu_start hid --ids 051d:0002 --strings "American Power Conversion/Back-UPS/SN1"
within 30 ups_there
ok $? "it appears"
unit=$(ups_unit)
within 10 upower_there
is "$(grep -c ups_hiddev /run/upower.log)" 0 "and UPower has it once"
path=$(systemd-escape -u "$(sed 's/^upsyd@//; s/\.service$//' <<<"$unit")")
device=/${path#/}
[ -e "$device/idVendor" ]
ok $? "the instance is the path of the USB device"
properties=$(udevadm info -q property "$device")
like "$properties" 'UPSY=hid' "udev knows why"
like "$properties" 'SYSTEMD_WANTS=upsyd@.service' "and wants its service"
like "$(systemctl show -p BindsTo --value "$unit")" '\.device' "bound to the device's unit"
! hiddev
ok $? "hiddev is gone: nobody else reads the UPS"
udevadm trigger --settle "$device"
like "$(udevadm info -q property "$device")" 'UPSY=hid' "udev still knows when the HID device is gone"
is "$(stat -c %G "/dev/$(udevadm info -q name "$device")")" upsy "and the node is still upsyd's"

pid=$(main_pid)
kill -9 "$pid"
within 15 other_pid "$pid"
ok $? "killed: started again"
within 10 value_is BAT_UPS0 present 1
ok $? "and the UPS is the same one"

pid=$(main_pid)
systemctl reload "$unit"
ok $? "reload"
sleep 2
is "$(main_pid)" "$pid" "goes on in the same process"
ups_there
ok $? "and the UPS stays"

systemctl stop "$unit"
within 10 hiddev
ok $? "stopped: the kernel's driver has the device back"
udevadm settle
sleep 2
! active
ok $? "and it stays stopped"
is "$(udevadm info -q property "$(ls /dev/usb/hiddev* | head -1)" | grep -c UPOWER_BATTERY_TYPE)" 0 \
	"UPower's HID driver is told to look away"
within 20 ups_gone
ok $? "the UPS goes from the kernel"

systemctl start "$unit"
within 20 ups_there
ok $? "started by hand: it is back"
emu unplug
within 30 ups_gone
ok $? "unplugged: gone"
within 10 no_ups_unit
ok $? "and so is the service"

mkdir -p /etc/udev/rules.d
echo 'ATTR{idVendor}=="051d", ENV{UPSY_IGNORE}="1"' >/etc/udev/rules.d/90-local.rules
udevadm control --reload
emu replug
within 10 hiddev
ok $? "with UPSY_IGNORE=1 the device stays the kernel's"
sleep 3
no_ups_unit && ups_gone
ok $? "and upsy away from it"
# Not every release's udev marks the hiddev for it.
if udevadm info -q property "$(ls /dev/usb/hiddev* | head -1)" | grep -q UPOWER_BATTERY_TYPE; then
	within 40 native
	ok $? "UPower's own HID driver has it then"
else
	skip "UPower's own HID driver has it then" "this release does not tell it to"
fi
emu unplug
rm /etc/udev/rules.d/90-local.rules
udevadm control --reload
within 15 not_native
before=$(grep -c ups_hiddev /run/upower.log)
emu replug
within 30 ups_there
ok $? "without, it is a UPS again"
is "$(grep -c ups_hiddev /run/upower.log)" "$before" "UPower had it twice at no time"

# No place for a history
unit=$(ups_unit)
systemctl stop "$unit"
rm -rf /var/lib/upsy
mount --bind /var /var
mount -o remount,bind,ro /var
systemctl start "$unit"
within 30 active
ok $? "/var is read-only and has no directory for it: the UPS is there all the same"
systemctl stop "$unit"
umount -l /var
mkdir /var/lib/upsy
chown upsy /var/lib/upsy
mount -t tmpfs -o size=4k,mode=777 full /var/lib/upsy
dd if=/dev/zero of=/var/lib/upsy/full bs=4k count=1 2>/dev/null
systemctl start "$unit"
within 30 active
ok $? "the disk is full: likewise"
like "$(journalctl -b --no-pager -q -o cat -t upsyd)" 'No space left.*no history is kept' \
	"the journal says what is missing"
emu_quit
within 30 ups_gone
finish
