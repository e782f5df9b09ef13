# SPDX-License-Identifier: GPL-2.0-or-later
#
# The feed is lost: the daemon is killed, restarted, stays dead, on line and in
# an outage. Nobody may see an event for a restart, nor 0 % for a dead daemon.
. ./lib.sh
# Soon enough for a test: the default is a minute.
mkdir -p /run/systemd/system/upsyd@.service.d
printf '[Service]\nWatchdogSec=20\n' >/run/systemd/system/upsyd@.service.d/watchdog.conf
systemctl daemon-reload
mkdir -p /etc/upsy
printf '\n[guard]\nshutdown.grace = 120\n' >>/etc/upsy/upsy.conf
watch_upower

charge_falls() {	# from what it was at $1
	[ "$(value BAT_UPS0 capacity)" -lt "$1" ]
}

fed_by_new_pid() {
	local pid
	pid=$(systemctl show -p MainPID --value "$unit")
	[ "$pid" != 0 ] && [ "$pid" != "$1" ] &&
		[ "$(systemctl is-active "$unit")" = active ]
}

# Power supply events since the last call, without those that say the same again.
udevadm monitor -k -p -s power_supply >/run/uevents 2>&1 &
events() {
	sleep 2
	grep -c '^KERNEL\[' /run/uevents
	: >/run/uevents
}

emu_start hid --ids 051d:0002 --charge 70 --load 30
emu freeze on
emu runtime 1000
within 30 ups_there
ok $? "a UPS, on line"
grace 20
unit=$(ups_unit)
like "$unit" '^upsyd@.*\.service$' "its service"
events >/dev/null

# A restart in an upgrade
pid=$(systemctl show -p MainPID --value "$unit")
systemctl restart "$unit"
within 20 fed_by_new_pid "$pid"
ok $? "restarted on line"
is "$(events)" 0 "without an event"
is "$(value BAT_UPS0 capacity)" 70 "and the charge as before"

# kill -9: systemd starts it again
pid=$(systemctl show -p MainPID --value "$unit")
kill -KILL "$pid"
within 30 fed_by_new_pid "$pid"
ok $? "killed on line: another takes over"
is "$(events)" 0 "without an event"

# The same in an outage
emu mains off
within 15 value_is BAT_UPS0 status Discharging
ok $? "mains fail"
sleep 12	# the one event more that UPower is sent after a while
events >/dev/null
pid=$(systemctl show -p MainPID --value "$unit")
systemctl restart "$unit"
within 20 fed_by_new_pid "$pid"
ok $? "restarted in an outage"
is "$(events)" 0 "without an event"
is "$(value BAT_UPS0 status)" Discharging "still discharging"
upower_on_battery
ok $? "UPower: still on battery"
pid=$(systemctl show -p MainPID --value "$unit")
kill -KILL "$pid"
within 30 fed_by_new_pid "$pid"
ok $? "killed in an outage: another takes over"
is "$(value BAT_UPS0 status)" Discharging "still discharging"

# Hung in an outage: the kernel counts down, 70 % in 280 s: 1 % in 4 s
emu runtime 280
within 15 value_is BAT_UPS0 time_to_empty_now 280
pid=$(systemctl show -p MainPID --value "$unit")
kill -STOP "$pid"
within 40 charge_falls 69
ok $? "hung in an outage: the kernel counts down"
within 60 fed_by_new_pid "$pid"
ok $? "the watchdog ends it: another takes over"
within 20 value_is BAT_UPS0 capacity 70
ok $? "the UPS's own charge again"

# Dead for good
within 15 value_is BAT_UPS0 time_to_empty_now 280
systemctl mask --runtime --now "$unit" 2>/dev/null
systemctl kill -s KILL "$unit" 2>/dev/null
is "$(systemctl is-active "$unit")" inactive "the daemon is dead for good"
was=$(value BAT_UPS0 capacity)
like "$was" '^(70|6[4-9])$' "the last charge stays"
within 60 charge_falls $((was - 3))
ok $? "the kernel counts the charge down"
left=$(value BAT_UPS0 time_to_empty_now)
[ "$left" -lt 275 ] && [ "$left" -gt 100 ]
ok $? "and the runtime ($left s)"
is "$(value AC_UPS0 online)" 0 "off line"
upower_on_battery
ok $? "UPower: on battery"
like "$(upower_battery percentage)" '^(6[0-9])%$' "UPower sees the charge fall"

# A daemon comes back: the UPS's own numbers again
systemctl unmask --runtime "$unit" 2>/dev/null
systemctl start "$unit"
within 20 value_is BAT_UPS0 capacity 70
ok $? "a daemon again: the UPS's own charge"

log_in
ok $? "somebody is logged in at a console"

# Critical, and restarted while the power-off is announced
emu runtime 1000
emu charge 9
emu lowbattery on
within 20 any_critical
within 20 test -e /run/systemd/shutdown/scheduled
ok $? "critical, a power-off is announced"
within 10 console_says "battery is nearly empty: this machine powers off"
ok $? "a console says so"
sleep 11	# a change of charge that was held back
events >/dev/null
pid=$(systemctl show -p MainPID --value "$unit")
kill -KILL "$pid"
within 20 fed_by_new_pid "$pid"
ok $? "killed: another takes over"
is "$(events)" 0 "without an event"
any_critical && [ -e /run/upsy/shutdown ] &&
	[ -z "$(journalctl -b -q --no-pager MESSAGE_ID=1fe4a3e8ae934d41b4ba4bf065e50ed9)" ]
ok $? "still critical, and the power-off was not called off"
emu lowbattery off
emu charge 70
emu mains on
within 15 value_is AC_UPS0 online 1
ok $? "mains are back"
within 20 sh -c '! [ -e /run/upsy/shutdown ]'
ok $? "now it is"
within 10 console_says "hutdown has been cancelled|power-off is cancelled"
ok $? "and the console says that"

# Dead for good on line: after a while there is no UPS, and never an empty one
: >/run/uevents
systemctl mask --runtime "$unit" 2>/dev/null
systemctl kill -s KILL "$unit"
within 90 ups_gone
ok $? "dead on line: the UPS goes away"
unlike "$(cat /run/uevents)" 'POWER_SUPPLY_(CAPACITY=0|ONLINE=0|STATUS=Discharging)' \
	"and nobody saw it empty, off line or discharging"
within 10 upower_gone
ok $? "UPower has dropped it"
unlike "$(cat /run/upower.log /run/upower.bus)" ups_hiddev "UPower never had it twice"
finish
