# SPDX-License-Identifier: GPL-2.0-or-later
#
# A machine with a battery of its own: the UPS is shown, but it is neither what
# the machine runs on nor a reason to go down while that battery lasts.
. ./lib.sh
modprobe laptop
ok $? "a laptop"
watch_upower
emu_start hid --charge 90 --load 30
emu freeze on
within 30 test -d $psy/BAT_UPS0
ok $? "a UPS"
is "$(value BAT_UPS0 scope)" Device "it is a device"
[ ! -e $psy/AC_UPS0 ]
ok $? "and no mains of this machine"
ac_power
ok $? "systemd: on mains"

echo 0 >/sys/module/laptop/parameters/online
not_ac_power
ok $? "adapter pulled out: systemd is not fooled by the UPS"
echo 1 >/sys/module/laptop/parameters/online

emu mains off
within 15 value_is BAT_UPS0 status Discharging
ok $? "the UPS discharges"
ac_power
ok $? "systemd: the adapter decides"
emu charge 2
emu lowbattery on
within 15 value_is BAT_UPS0 capacity_level Critical
ok $? "it is critical"
sleep 15
! is_stopping
ok $? "the machine stays on: it has a battery"
note "$(upsy-guard --explain)"
within 15 guard_active
ok $? "upsy-guard watches"

# The adapter hangs on the UPS, too, and the battery goes the same way.
echo 0 >/sys/module/laptop/parameters/online
echo 4 >/sys/module/laptop/parameters/capacity
touch /run/stops-itself
within 90 is_stopping
ok $? "its battery is empty, too: the machine is being switched off"
finish
