# SPDX-License-Identifier: GPL-2.0-or-later
#
# An outage through to the end, with a HID UPS. How it goes is in the file
# "plan", which the .t file wrote. The machine is switched off by upsy-guard; the
# emulated UPS lives until the very end and writes into the kernel's log, so
# that the console shows what it was told, and when.
. ./lib.sh
. ./plan	# kill=never|before|start|half|critical|returns|person  upower=yes|no

die_for_good() {
	systemctl mask --runtime "$unit" 2>/dev/null
	systemctl kill -s KILL "$unit"
	note "the daemon is dead: $1"
}

mark_the_end
# Somebody who doesn't want this machine to go down
systemd-inhibit --what=shutdown:sleep --mode=block --who=test --why=test sleep infinity &

[ "$upower" = yes ] || systemctl mask --runtime --now upower.service
emu_start_till_the_end hid --charge 60 --load 30
emu freeze on
emu runtime 900
within 30 ups_there
ok $? "a UPS"
unit=$(ups_unit)
[ "$kill" = before ] && die_for_good "before the outage"

emu mains off
if [ "$kill" = before ]; then
	# Nobody can know of an outage that begins now; but nobody sees an empty battery.
	within 90 ups_gone
	ok $? "the UPS is gone, not empty"
	sleep 5
	unlike "$(systemctl is-system-running)" stopping "the machine stays on"
	kill %1
	end_by poweroff
	finish
fi
within 15 value_is BAT_UPS0 status Discharging
ok $? "mains fail"
[ "$kill" = start ] && emu runtime 30 && within 10 value_is BAT_UPS0 time_to_empty_now 30 &&
	die_for_good "one second into the outage"
if [ "$kill" != start ]; then
	emu charge 50
	within 15 value_is BAT_UPS0 capacity 50
	ok $? "half empty"
	if [ "$kill" = person ]; then
		kill %1
		end_by poweroff
		ok $? "switched off by a person, on battery"
		finish
	fi
	[ "$kill" = half ] && emu runtime 30 && within 10 value_is BAT_UPS0 time_to_empty_now 30 &&
		die_for_good "at 50 %"
fi
if [ "$kill" = never ] || [ "$kill" = critical ]; then
	emu charge 4
	emu lowbattery on
	within 15 value_is BAT_UPS0 capacity_level Critical
	ok $? "critical"
	[ "$kill" = critical ] && die_for_good "at critical"
fi
if [ "$kill" = returns ]; then
	emu charge 4
	emu lowbattery on
	within 15 guard_active
	ok $? "the guard is there"
	emu mains on
	within 15 value_is AC_UPS0 online 1
	ok $? "mains are back before it acts"
	sleep 30
	! is_stopping
	ok $? "the machine stays on"
	kill %1
	end_by poweroff
	ok $? "later, somebody switches it off"
	finish
fi
# From here on only upsy may end this machine.
touch /run/stops-itself
within 120 is_stopping
ok $? "the machine is being switched off"
finish
