# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two UPSes feed this machine and either is enough. UPower is away: what happens
# here is upsy-guard's doing.
. ./lib.sh
systemctl mask --runtime --now upower.service
mkdir -p /etc/upsy
printf '\n[guard]\nshutdown.grace = 60\n' >>/etc/upsy/upsy.conf

guard_gone() {
	! guard_active
}

announced() {
	[ -e /run/systemd/shutdown/scheduled ] && [ -e /run/upsy/shutdown ]
}

not_announced() {
	! [ -e /run/systemd/shutdown/scheduled ] && ! [ -e /run/upsy/shutdown ]
}

both_there() {
	ups_there 0 && ups_there 1
}

critical() {	# critical N: emulated UPS N loses mains and is nearly empty
	emu @"$1" mains off
	emu @"$1" charge 4
	emu @"$1" lowbattery on
}

fair() {
	emu @"$1" lowbattery off
	emu @"$1" charge 60
	emu @"$1" mains on
}

said() {	# said MESSAGE_ID
	journalctl -b --no-pager -q MESSAGE_ID="$1" | grep -q .
}

guard_ends() {
	[ "$(systemctl is-active upsy-guard.service)" = deactivating ]
}

other_guard() {	# other_guard PID: it runs, as another process
	local pid
	pid=$(systemctl show -P MainPID upsy-guard.service)
	[ "$pid" != 0 ] && [ "$pid" != "$1" ]
}

emu_start_till_the_end hid --count 2 --charge 60 --load 30
emu freeze on
emu runtime 900
within 40 both_there
ok $? "two UPSes"
like "$(upsy-guard --explain)" 'Good: 2.*would do now: nothing' "both are good"
[ -s /run/upsy/0.kill ] && [ -s /run/upsy/1.kill ]
ok $? "how to reach them at the end is left behind"

critical 0
within 30 any_critical
ok $? "one is critical"
within 15 guard_active
ok $? "the guard is there"
like "$(upsy-guard --explain)" 'Good: 1.*wait and watch' "it waits and watches"
sleep 28
! is_stopping && not_announced
ok $? "the machine stays on"

fair 0
within 30 guard_gone
ok $? "mains are back: the guard goes"
critical 0
within 30 guard_active
ok $? "the same one critical again: the guard is there again"

critical 1
within 30 announced
ok $? "both are critical: the power-off is announced"
fair 1
within 15 not_announced
ok $? "one is back in time: it is called off"
guard_active && ! is_stopping
ok $? "the guard goes on watching"
said 01d213c809e8491fa0f2e9d568319265 && said 1fe4a3e8ae934d41b4ba4bf065e50ed9
ok $? "both are in the journal, by their ids"
sleep 28
! is_stopping
ok $? "the machine stays on"

critical 1
within 30 announced
pid=$(systemctl show -P MainPID upsy-guard.service)
was=$(cat /run/upsy/shutdown)
kill -KILL "$pid"
within 15 other_guard "$pid"
ok $? "announced, and upsy-guard is killed: there is another"
is "$(cat /run/upsy/shutdown)" "$was" "who keeps to the time that was said"
pid=$(systemctl show -P MainPID upsy-guard.service)
kill -STOP "$pid"
fair 1
within 10 value_is BAT_UPS1 status Charging
kill -KILL "$pid"
within 15 other_guard "$pid"
within 15 not_announced
ok $? "supply is back while there is none: the next one calls it off"
sleep 28
! is_stopping
ok $? "the machine stays on"

# From here on who doesn't stop has a quarter of an hour, and the guard takes its
# time to end.
mkdir -p /run/systemd/system.conf.d /run/systemd/system/upsy-guard.service.d
printf '[Manager]\nDefaultTimeoutStopSec=15min\n' >/run/systemd/system.conf.d/patient.conf
printf '[Service]\nTimeoutStopSec=90\nExecStopPost=\nExecStopPost=/bin/sleep 20\nExecStopPost=/usr/sbin/upsy-guard --check\n' \
	>/run/systemd/system/upsy-guard.service.d/slow.conf
systemctl daemon-reexec
fair 0
within 30 guard_ends
ok $? "all is well: the guard ends"
udevadm control --stop-exec-queue
critical 0
within 15 any_critical && guard_ends
ok $? "in this moment one is critical again, and udev starts nothing"
within 60 guard_active
ok $? "the guard is there again"
udevadm control --start-exec-queue

outages=$(upsyctl outages)
like "$outages" 'not over' "the outage is in the history"
note "$outages"

# The hardest end: no D-Bus, a service that doesn't stop, less than a minute left.
systemd-run -q --unit=stubborn -p SendSIGKILL=no sh -c 'trap "" TERM; while :; do sleep 1; done'
kill -STOP "$(systemctl show -P MainPID dbus.service)"
emu @0 runtime 50
emu @1 runtime 50
touch /run/stops-itself
critical 1
within 120 is_stopping
ok $? "both are critical and D-Bus hangs: the machine is being switched off"
finish
