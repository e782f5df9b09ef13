# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module: the kernel's own self-test of power supplies, and unloading while
# it is fed, read, written to and making events.
. ./lib.sh

emu_start hid --charge 90 --load 20
within 30 ups_there
ok $? "a UPS"

selftest() {	# selftest WHEN
	local supply out rc
	for supply in BAT_UPS0 AC_UPS0; do
		out=$(sh power_supply/test_power_supply_properties.sh "$supply" 2>&1)
		unlike "$out" 'not ok' "self-test of $supply $1: no failure"
		like "$out" 'ok 1 ' "self-test of $supply $1: it ran ($(grep -c '^ok' <<<"$out") checks)"
	done
}
selftest "on line"
emu mains off
within 15 value_is BAT_UPS0 status Discharging
ok $? "mains fail"
selftest "in an outage"
emu mains on
within 15 value_is AC_UPS0 online 1
ok $? "mains are back"

dmesg --clear
storm() {
	while :; do
		emu mains off
		emu mains on
	done
}
readers() {
	while :; do
		cat $psy/*_UPS0/* $psy/*_UPS0/ups/* /sys/class/hwmon/*/*_input
	done
}
for round in 1 2 3 4 5; do
	storm >/dev/null 2>&1 & jobs=$!
	readers >/dev/null 2>&1 & jobs+=" $!"
	exec 7<"$psy/BAT_UPS0/uevent" 8<"$psy/AC_UPS0/online"
	sleep 2
	# The unit must not bring the module back in mid-test.
	rmmod upsy
	ok $? "round $round: unloaded while fed, read and changing, with files open"
	ups_gone
	ok $? "round $round: the supplies are gone"
	kill $jobs
	wait $jobs 2>/dev/null
	exec 7<&- 8<&-
	emu mains on
	modprobe upsy
	within 60 ups_there
	ok $? "round $round: loaded again, the daemon is back"
done
unlike "$(dmesg)" 'BUG|WARNING|Oops|refcount|leak|general protection|Call Trace' "the kernel has no complaint"
finish
