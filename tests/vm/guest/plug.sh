# SPDX-License-Identifier: GPL-2.0-or-later
#
# A HID UPS (with the ids of one that UPower knows by itself) is plugged in, the
# mains fail and come back, it is pulled out. At each step: what the kernel, UPower, systemd and Debian's scripts say.
. ./lib.sh
watch_upower

emu_start hid --ids 051d:0002 --charge 80 --load 25
emu freeze on
emu runtime 1320
within 30 ups_there
ok $? "plugged in: both supplies are there"
grace 10
is "$(value BAT_UPS0 type)" Battery "the battery is a battery"
is "$(value AC_UPS0 type)" Mains "the mains are mains"
is "$(value BAT_UPS0 capacity)" 80 "charge is the UPS's"
is "$(value AC_UPS0 online)" 1 "on line"
like "$(value BAT_UPS0 status)" '^(Charging|Not charging)$' "not discharging"
is "$(value BAT_UPS0 present)" 1 "present"
is "$(value BAT_UPS0 ups/load)" 25 "load is the UPS's"
like "$(value BAT_UPS0 manufacturer)/$(value BAT_UPS0 model_name)" '^[^/]+/.+' "it has a maker and a model"
within 20 upower_there
ok $? "UPower has it"
is "$(upower_battery model)" "$(value BAT_UPS0 model_name)" "UPower knows the model"
is "$(upower_battery percentage)" 80% "UPower knows the charge"
is "$(upower_battery 'power supply')" yes "UPower takes it for what feeds this machine"
upower_on_line
ok $? "UPower: not on battery"
ac_power
ok $? "systemd: on mains"
on_ac_power
ok $? "Debian: on mains"

emu mains off
within 15 value_is BAT_UPS0 status Discharging
ok $? "mains fail: discharging"
is "$(value AC_UPS0 online)" 0 "off line"
is "$(value BAT_UPS0 time_to_empty_now)" 1320 "the kernel has the UPS's own runtime"
within 15 upower_on_battery
ok $? "UPower: on battery"
is "$(upower_battery state)" discharging "UPower: discharging"
is "$(upower_bus State /devices/DisplayDevice .Device)" 2 "the panel's device is discharging"
# Newer UPowers distrust the rate for ten seconds after a change.
within 45 upower_has_time
is "$(upower_bus TimeToEmpty $battery .Device)" 1320 "UPower's time to empty is the UPS's own"
not_ac_power
ok $? "systemd: not on mains"
on_ac_power
is $? 1 "Debian: not on mains"
# It reckons in whole mAh and rounds down: 79 where 80 is meant, by the volts of the moment.
like "$(acpi -b)" 'Discharging, (79|80)%, 00:2[12]:' "acpi agrees"

emu mains on
within 15 value_is AC_UPS0 online 1
ok $? "mains are back: on line"
within 15 upower_on_line
ok $? "UPower: not on battery"
ac_power
ok $? "systemd: on mains"

emu unplug
within 60 ups_gone
ok $? "unplugged: gone from the kernel"
within 15 upower_gone
ok $? "gone from UPower"
upower_on_line
ok $? "a UPS that is pulled out on line is no power failure"
within 10 no_ups_unit
ok $? "its service is gone"

emu replug
within 30 ups_there
ok $? "plugged in again: back"
emu unplug
within 60 ups_gone
ok $? "and gone again"

unlike "$(cat /run/upower.log /run/upower.bus)" ups_hiddev "UPower never had it twice"
is "$(grep -c 'device added:.*BAT_UPS0' /run/upower.log)" 2 "UPower added it once each time"
finish
