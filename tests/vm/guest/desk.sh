# SPDX-License-Identifier: GPL-2.0-or-later
#
# Regular battery tests made and called off; actions from end to end; who hibernates
# and who powers off; what somebody at a console reads. UPower is away. What logind says about
# hibernating is its own first ("no" in a machine without swap); after that a
# busctl in front of the real one answers for it, and passes on all else.
. ./lib.sh
systemctl mask --runtime --now upower.service
mkdir -p /etc/upsy /run/front
printf '\n[guard]\npolicy = hibernate\nshutdown.grace = 40\n' >>/etc/upsy/upsy.conf

cat >/run/front/busctl <<'END'
#!/bin/sh
case "$*" in
*CanHibernate*) echo 's "yes"' ;;
*Hibernate*) echo "$*" >>/run/front/asked ;;
*) exec /usr/bin/busctl "$@" ;;
esac
END
chmod +x /run/front/busctl

tests_timer() {
	systemctl list-timers --all --no-legend --plain 'upsy-test@*' | grep -o 'upsy-test@[^ ]*\.timer'
}

asked() {
	[ -s /run/front/asked ]
}

emu_start hid --charge 60 --load 30
emu freeze on
emu runtime 900
within 60 ups_there
ok $? "a UPS"

# --- regular tests
said=$(upsyctl test --schedule monthly 2>&1)
ok $? "upsyctl test --schedule monthly"
note "$said"
like "$said" "schedule off 'Emulated UPS 1000'" "it says how to call it off, as the shell takes it"
timer=$(tests_timer)
like "$timer" '^upsy-test@.+\.timer$' "systemd has a timer"
is "$(systemctl is-enabled "$timer") $(systemctl is-active "$timer")" "enabled active" "enabled, and running"
like "$(systemctl show -P TimersCalendar "$timer")" 'OnCalendar=\*-\*-01 00:00:00.*next_elapse=[A-Z]' \
	"it elapses on the first of the month"
said=$(upsyctl test --schedule weekly 2>&1)
like "$(systemctl show -P TimersCalendar "$timer")" 'OnCalendar=Mon \*-\*-\*' "now weekly"
unlike "$(systemctl show -P TimersCalendar "$timer")" '-01 00:00:00' "and monthly no more"
systemctl start "${timer%.timer}.service"
ok $? "what the timer runs tests the battery"
within 20 grep -qi test /run/emu.log
ok $? "the UPS was asked to"
upsyctl test --schedule sometimes 2>/dev/null
is $? 2 "nonsense is refused"
said=$(upsyctl test --schedule off 2>&1)
ok $? "upsyctl test --schedule off"
is "$(tests_timer)" "" "no timer is left"
is "$(ls -d /etc/systemd/system/upsy-test@* /etc/systemd/system/timers.target.wants/upsy-test@* 2>/dev/null)" \
	"" "no file either"

# --- a word, on its way to the UPS, and what came of it on its way back
ups_says() {	# ups_says REGEX, since the last look
	grep -qE "$1" /run/emu.log
}

refused() {	# refused REGEX NAME COMMAND…: fails, and says why
	local why=$1 name=$2 said
	shift 2
	: >/run/emu.log
	! said=$("$@" 2>&1 </dev/null)
	ok $? "$name: is refused"
	like "$said" "$why" "$name: and why"
}
beeper=$psy/BAT_UPS0/ups/beeper
like "$(upsyctl beeper off)" . "upsyctl beeper off: an answer"
within 15 grep -qx disabled $beeper
ok $? "the UPS has switched it off"
echo enabled >$beeper
within 15 grep -qx enabled $beeper
ok $? "on again, by a write to sysfs"
: >/run/emu.log
echo quick >$psy/BAT_UPS0/ups/self_test
within 15 ups_says 'test started'
ok $? "a battery test, by a write to sysfs"
upsyctl test stop >/dev/null
within 15 ups_says 'test stopped'
ok $? "stopped by upsyctl"
refused 'say --yes' "load off without --yes where nobody can be asked" upsyctl load off
! ups_says 'load off|armed'
ok $? "the UPS has heard nothing of it"
upsyctl --yes shutdown return >/dev/null && ups_says 'shutdown armed.*returns'
ok $? "with --yes: shutdown return"
upsyctl shutdown cancel >/dev/null && ups_says 'cancelled'
ok $? "and cancelled"
refused 'this UPS has no' "an outlet it has not" upsyctl --yes outlet 1 off
refused . "a bypass it has not" upsyctl --yes bypass on
refused . "a setting it has not" upsyctl set no.such.setting 1
unit=$(ups_unit)
pid=$(systemctl show -P MainPID "$unit")
kill -STOP "$pid"
refused 'did not answer' "the daemon hangs" upsyctl beeper on
kill -CONT "$pid"
systemctl stop "$unit"
refused 'no daemon feeds this UPS' "there is no daemon" upsyctl beeper on
systemctl start "$unit"

# --- somebody at a console
log_in
ok $? "somebody is logged in at a console"

# --- hibernating
like "$(busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager \
	CanHibernate)" '"(no|na)"' "logind cannot hibernate this machine"
emu mains off
emu lowbattery on
emu charge 9
within 60 any_critical
ok $? "critical, with 900 s left"
like "$(upsy-guard --explain)" 'would do now: power off' "policy = hibernate, logind says no: power off"
like "$(PATH=/run/front:$PATH upsy-guard --explain)" 'would do now: hibernate' "logind says yes: hibernate"
emu runtime 150
within 30 sh -c "PATH=/run/front:$PATH upsy-guard --explain | grep -q 'would do now: power off'"
ok $? "it says yes, but there is no time for it: power off"

within 20 console_says "battery is nearly empty"
ok $? "the console says that the machine powers off"
console_says "powers off in [0-9]* s"
ok $? "and when"
emu lowbattery off
emu charge 60
emu mains on
within 60 sh -c '! systemctl -q is-active upsy-guard.service'
ok $? "called off"
within 10 console_says "shutdown has been cancelled|power-off is cancelled"
ok $? "the console says so"
note "$(console_text)"

# --- and the service itself, as udev starts it
mkdir -p /run/systemd/system/upsy-guard.service.d
printf '[Service]\nEnvironment=PATH=/run/front:/usr/sbin:/usr/bin\n' \
	>/run/systemd/system/upsy-guard.service.d/front.conf
systemctl daemon-reload
emu runtime 900
emu mains off
emu lowbattery on
emu charge 9
within 90 asked
ok $? "upsy-guard has logind hibernate"
console_says "this machine hibernates in [0-9]* s"
ok $? "the console says so"
[ "$(console_text | grep -c 'cancelled')" = 1 ]
ok $? "and of nothing that is cancelled"
like "$(head -1 /run/front/asked)" 'Manager HibernateWithFlags t 16' "by the call that no inhibitor holds up"
! is_stopping
ok $? "and does not power off meanwhile"
within 120 is_stopping
ok $? "it never came to sleep: the machine powers off after all"
like "$(journalctl -b --no-pager -q MESSAGE_ID=86d9f9f464754722913f869095cf9e3e)" 'hibernating' \
	"the journal has it by its id"
like "$(journalctl -b --no-pager -q MESSAGE_ID=d734731b7617425ab79b74da6f5e60e5)" 'still awake' \
	"and what came of it"
finish
