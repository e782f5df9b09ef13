# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two UPSes feed this machine and either is enough. UPower is away: what happens
# here is upsy-guard's doing.
. ./lib.sh
systemctl mask --runtime --now upower.service
mkdir -p /etc/upsy
printf '\n[guard]\nshutdown.grace = 15\n' >>/etc/upsy/upsy.conf

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

emu_start hid --count 2 --charge 60 --load 30
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
sleep 25
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
sleep 25
! is_stopping
ok $? "the machine stays on"

outages=$(upsyctl outages)
like "$outages" 'not over' "the outage is in the history"
note "$outages"

kill -STOP "$(systemctl show -P MainPID dbus.service)"
critical 1
within 120 is_stopping
ok $? "both are critical and D-Bus hangs: the machine is being switched off"
echo "1..$tests"
sleep 100
