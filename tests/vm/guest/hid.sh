# SPDX-License-Identifier: GPL-2.0-or-later
#
# HID over real USB: every recording in the tree is presented as a device, and
# has to become a battery with the values that the recording itself expects; then
# the faults of a link.
. ./lib.sh

# What a file of sysfs holds, in the words of the recordings
reading() {
	local name=$1 file
	case $name in
	online) file=$psy/AC_UPS0/online ;;
	ups.*) file=$psy/BAT_UPS0/ups/${name#ups.} ;;
	*) file=$psy/BAT_UPS0/$name ;;
	esac
	cat "$file" 2>/dev/null
}

expected() {
	sed -n 's/^# expect: //p' "$1"
}

# Those that the rules of the power_supply class or the module's own show otherwise
comparable() {
	case $1 in
	voltage_min_design=* | health=* | capacity_level=* | !* | refused) return 1 ;;
	esac
}

# The words of a recording are those of JSON, with '_' for blanks; sysfs has lists without marks
spelled() {	# spelled NAME VALUE
	case $1 in
	ups.alarms | ups.estimated)
		set -- "$1" "$(tr -d "[]'," <<<"$2")"
		echo "${2:-none}"
		;;
	*) echo "$2" ;;
	esac
}

differences() {
	local word name wanted got
	for word in $(expected "$1"); do
		comparable "$word" || continue
		name=${word%%=*}
		wanted=$(spelled "$name" "${word#*=}")
		got=$(reading "$name" | tr ' ' _)
		[ "$got" = "$wanted" ] || echo "$name=$got, wanted $wanted"
	done
}

gone() { ! [ -e $psy/BAT_UPS0 ]; }

# A UPS that was on battery stays for as long as it might last
fresh_module() {
	within 10 no_service
	modprobe -r upsy
	modprobe upsy
	grace 2
}

no_service() { ! pgrep -x upsyd; }

check_recording() {
	local file=$1 name
	name=$(basename "$file" .txt)
	emu_start hid --recording "$file" || { ok 1 "$name: starts"; return; }
	if [[ $(expected "$file") == refused ]]; then
		sleep 3
		gone
		ok $? "$name: no battery"
	else
		within 20 ups_there
		ok $? "$name: there is a battery"
		local d
		d=$(differences "$file")
		[ -z "$d" ]
		ok $? "$name: its values are right"
		[ -z "$d" ] || echo "$d" | sed 's/^/# /'
	fi
	emu quit
	fresh_module
}

fresh_module
for file in ./hid/*.txt; do
	case ${file##*/} in
	# the kernel takes no report descriptor over 4 KiB, so udev sees no UPS in it
	large.txt) ;;
	# known by its events alone, and upsy-emu sends none while nothing changes
	speaks-unasked.txt) ;;
	*) check_recording "$file" ;;
	esac
done

emu_start hid --charge 80 --load 25
emu freeze on
within 20 ups_there
ok $? "a UPS"
is "$(value AC_UPS0 online)" 1 "on line"

emu stall 3
emu mains off
within 15 value_is AC_UPS0 online 0
ok $? "refused requests: the loss of mains is seen"
emu mains on
within 30 value_is AC_UPS0 online 1
ok $? "and its return"

emu slow 400
emu mains off
within 5 value_is AC_UPS0 online 0
ok $? "slow answers: the loss of mains comes at once"
emu mains on
within 60 value_is AC_UPS0 online 1
ok $? "and its return"
emu slow 0

emu set halt
emu mains off
within 20 value_is AC_UPS0 online 0
ok $? "halted endpoint: the loss of mains is seen"
emu mains on
within 30 value_is AC_UPS0 online 1
ok $? "and its return"

emu babble 6
emu mains off
within 5 value_is AC_UPS0 online 0
ok $? "babbles: the loss of mains is seen"
emu mains on
within 30 value_is AC_UPS0 online 1
ok $? "and its return"
emu babble off

# the event is lost with its endpoint: the daemon has to ask by itself, at once
emu babble 1
emu mains off
within 4 value_is AC_UPS0 online 0
ok $? "an event that was lost is asked for"
emu mains on
within 30 value_is AC_UPS0 online 1

# actions, and what is told of those that are refused or forgotten
emu nak on
out=$(upsyctl --yes beeper off 2>&1)
like "$out" 'refuses .*AudibleAlarmControl' "a write that is refused is no success"
emu nak off
emu ignore 1
out=$(upsyctl --yes beeper off 2>&1)
like "$out" 'still says' "nor is one that does nothing"
upsyctl --yes beeper off
within 10 value_is BAT_UPS0 ups/beeper disabled
ok $? "one that is taken is"

# no spin: what the daemon used in ten seconds of a broken endpoint
ticks() { awk '{ print $14 + $15 }' "/proc/$(pgrep -x upsyd)/stat"; }
before=$(ticks)
emu stall on
emu set halt
sleep 10
after=$(ticks)
[ -n "$before" ] && [ -n "$after" ] && [ $((after - before)) -lt 100 ]
ok $? "a device that refuses everything costs little ($((after - before)) ticks)"
emu stall off
within 60 value_is AC_UPS0 online 1
ok $? "and is read again"

emu mains off
emu unplug
sleep 1
emu replug
within 30 value_is AC_UPS0 online 0
ok $? "leaves the bus when the mains fail: on battery"
emu mains on
within 30 value_is AC_UPS0 online 1
ok $? "and is read again after it came back"

# the interface is the kernel's again when the daemon has gone
bound() { ls -d /sys/bus/usb/drivers/usbhid/*:1.0 >/dev/null 2>&1; }
! bound
ok $? "while it is read, the interface is the daemon's"
systemctl stop "$(ps -o unit= -p "$(pgrep -x upsyd)")"
within 10 bound
ok $? "the kernel's driver has it back"
emu quit
fresh_module

# One that locks up when it is asked too fast, with the id of those that do
emu_start hid --ids 051d:0002 --charge 80
within 20 ups_there
ok $? "locks up when hammered: a UPS"
# the kernel's own driver does hammer: not before that is over
emu hammer 15
emu mains off
within 10 value_is AC_UPS0 online 0
ok $? "and the loss of mains is seen"
! grep -q "locked up" /run/emu.log
ok $? "it never had to"
emu quit
fresh_module

# One that leaves the bus when nobody speaks to it for 20 s
emu_start hid --ids 0764:0501 --charge 80
emu leave 20
within 20 ups_there
ok $? "leaves the bus when left alone: a UPS"
sleep 45
! grep -q "left the bus" /run/emu.log
ok $? "it is never left alone so long"
emu quit
finish
