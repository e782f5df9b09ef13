# SPDX-License-Identifier: GPL-2.0-or-later
#
# What must not switch the machine off: nonsense from the UPS, a self-test, a
# link that breaks when the mains fail, one empty UPS of two.
. ./lib.sh

stays_on() {	# stays_on NAME
	sleep 8
	! is_stopping
	ok $? "$1: the machine stays on"
}

never_empty() {	# never_empty NAME: none of the events since the last call was alarming
	unlike "$(cat /run/uevents)" 'CAPACITY=0$|CAPACITY_LEVEL=Critical' "$1: nobody saw an empty battery"
	: >/run/uevents
}
udevadm monitor -k -p -s power_supply >/run/uevents 2>&1 &

emu_start hid --charge 90 --load 30
emu freeze on
emu runtime 1500
within 30 ups_there
grace 10
ok $? "a UPS"

# On line
emu lowbattery on
stays_on "low battery on line"
emu lowbattery off
emu runtime 65535
sleep 3
emu runtime 0
stays_on "runtime 65535 and 0 on line"
emu runtime 1500
emu test 6
stays_on "self-test"
is "$(value AC_UPS0 online)" 1 "self-test: on line"
never_empty "on line"

# In an outage, with plenty left
emu mains off
within 15 value_is BAT_UPS0 status Discharging
ok $? "mains fail"
emu charge 0
sleep 0.3
emu charge 89
stays_on "0 % for a moment"
emu runtime 0
sleep 0.3
emu runtime 1400
stays_on "runtime 0 for a moment"
emu garbage 2
stays_on "garbage"
never_empty "in an outage"

# The bus resets when the mains come and go
emu mains on
within 15 value_is AC_UPS0 online 1
emu unplug
emu mains off
sleep 1
emu replug
within 40 value_is BAT_UPS0 status Discharging
ok $? "gone and back at the very moment: discharging"
stays_on "gone and back"
never_empty "gone and back"
emu unplug
sleep 3
value_is BAT_UPS0 status Discharging
ok $? "pulled out in an outage: the kernel goes on counting"
emu replug
within 40 value_is BAT_UPS0 time_to_empty_now 1400
ok $? "back: the UPS's own numbers"
emu mains on
within 15 value_is AC_UPS0 online 1
ok $? "mains are back"
emu_quit
within 90 ups_gone
ok $? "gone"

# Two UPSes, one is enough
emu_start_till_the_end hid --count 2 --charge 90 --load 30
emu freeze on
within 30 ups_there 0 && within 30 ups_there 1
ok $? "two UPSes"
emu @0 mains off
emu @0 charge 3
emu @0 lowbattery on
within 20 any_critical
ok $? "one is critical"
sleep 40
stays_on "one of two is critical"
like "$(upsy-guard --explain)" 'Good: 1' "the other one is enough"

# Even in the worst of outages, who reboots wants the machine to run
emu @1 mains off
within 15 value_is BAT_UPS1 status Discharging
touch /run/upsy/shutdown
end_by reboot
ok $? "somebody reboots it"
finish
