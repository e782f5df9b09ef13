# SPDX-License-Identifier: GPL-2.0-or-later
#
# For scenarios: TAP, waiting, and what the consumers say. Sourced by bash.

# A scenario goes on while the system stops, and sees it.
trap : TERM

tests=0 failures=0
psy=/sys/class/power_supply

ok() {		# ok STATUS NAME
	tests=$((tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tests - $2"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $2"
	fi
}

# is GOT WANTED NAME
is() {
	[ "$1" = "$2" ]
	ok $? "$3"
	[ "$1" = "$2" ] || echo "# got '$1', wanted '$2'"
}

# like GOT REGEX NAME
like() {
	[[ $1 =~ $2 ]]
	ok $? "$3"
	[[ $1 =~ $2 ]] || printf '%s\n' "$1" | sed "1s/^/got /; s/^/# /; \$a # wanted /$2/"
}

# unlike GOT REGEX NAME
unlike() {
	! [[ $1 =~ $2 ]]
	ok $? "$3"
	! [[ $1 =~ $2 ]] || printf '%s\n' "$1" | sed "s/^/# got /"
}

# within SECONDS COMMAND…: until it succeeds; false when time is up
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

skip() {	# skip NAME REASON
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

note() {
	echo "$*" | sed 's/^/# /'
}

finish() {
	echo "1..$tests"
	if [ $failures != 0 ]; then
		echo "# the emulated UPS:"
		tail -40 /run/emu.log 2>/dev/null | sed 's/^/#   /'
		echo "# the journal:"
		journalctl -b --no-pager -n 80 2>/dev/null | sed 's/^/# /'
	fi
	exit $((failures != 0))
}

# end_by VERB: the machine ends as a person ends it, and not because the script has.
# A hook then shows on the console that hooks run, and how the disk is mounted.
end_by() {
	mark_the_end
	touch /run/stops-itself
	systemctl --no-block "$1"
	within 60 is_stopping
}

mark_the_end() {
	local hook=/usr/lib/systemd/system-shutdown/zz-test
	printf '#!/bin/sh\ngrep " / " /proc/mounts | sed "s/^/upsy-test: $1 /" >/dev/kmsg\n' >$hook
	chmod +x $hook
}

# --- somebody at a console ------------------------------------------------------

# Logs root in at tty2: by getty and login where there are any, else by the session
# that these come to.
log_in() {
	if [ -x /bin/login ]; then
		systemd-run -q --unit=console -p TTYPath=/dev/tty2 -p StandardInput=tty \
			-p UtmpIdentifier=tty2 /sbin/agetty --autologin root --noclear tty2 linux
	else
		printf '%s\n' "auth required pam_permit.so" "account required pam_permit.so" \
			"session required pam_systemd.so class=user type=tty" >/etc/pam.d/upsy-test
		systemd-run -q --unit=console -p PAMName=upsy-test -p User=root -p TTYPath=/dev/tty2 \
			-p StandardInput=tty -p StandardOutput=tty -p Environment=XDG_VTNR=2 sleep infinity
	fi
	within 20 sh -c 'loginctl --no-legend | grep -q tty2'
}

console_text() {
	fold -w "$(stty -F /dev/tty2 size | cut -d' ' -f2)" /dev/vcs2 | sed 's/ *$//' | grep .
}

console_says() {	# console_says REGEX
	console_text | tr -s '\n' ' ' | grep -qE "$1"
}

# --- the emulated UPS -------------------------------------------------------

# emu_start KIND [OPTION…]: plug in an emulated UPS; emu COMMAND… talks to it
emu_start() {
	modprobe vhci_hcd 2>/dev/null
	upsy-emu "$1" --control /run/emu --log /run/emu.log --quiet --background "${@:2}"
}

# emu_start_till_the_end: the same; it lives until the power is cut, and writes into
# the kernel's log, so that the console shows what it was told, and when
emu_start_till_the_end() {
	modprobe vhci_hcd 2>/dev/null
	upsy-emu "$1" --control /run/emu --log /dev/kmsg --quiet --survive-shutdown "${@:2}"
}

emu() {
	upsy-emu ctl /run/emu "$@"
}

emu_quit() {
	upsy-emu ctl /run/emu quit
}

# --- what the kernel says ----------------------------------------------------

value() {	# value SUPPLY FILE
	cat "$psy/$1/$2" 2>/dev/null
}

value_is() {	# value_is SUPPLY FILE WANTED
	[ "$(value "$1" "$2")" = "$3" ]
}

ups_there() {	# ups_there [N]
	[ -r "$psy/BAT_UPS${1:-0}/capacity" ] && [ -r "$psy/AC_UPS${1:-0}/online" ]
}

# grace SECONDS: a UPS without a feed on line is absent after so many, and gone after
# twice as many. The default (30) makes a test long.
grace() {
	echo "$1" >/sys/module/upsy/parameters/grace
}

ups_gone() {
	! ls -d "$psy"/*_UPS* >/dev/null 2>&1
}

# The service of the (only) UPS
ups_unit() {
	systemctl list-units --plain --no-legend 'upsyd@*' | awk '{ print $1; exit }'
}

# --- what others say about it --------------------------------------------------

upower_bus() {	# upower_bus PROPERTY [OBJECT [INTERFACE]]
	busctl get-property org.freedesktop.UPower "/org/freedesktop/UPower${2:-}" \
		"org.freedesktop.UPower${3:-}" "$1" | cut -d' ' -f2-
}

upower_on_battery() {
	[ "$(upower_bus OnBattery)" = true ]
}

upower_on_line() {
	[ "$(upower_bus OnBattery)" = false ]
}

battery=/devices/battery_BAT_UPS0

# upower_battery FIELD: a line of what upower(1) prints of the UPS
upower_battery() {
	upower -i /org/freedesktop/UPower$battery | sed -n "s/^ *$1: *//p" | head -1
}

# Everything UPower says from now on, to be looked at in the end
watch_upower() {
	systemctl start upower
	upower --monitor-detail >/run/upower.log 2>&1 &
	busctl monitor org.freedesktop.UPower >/run/upower.bus 2>&1 &
}

ac_power() {
	if [ -x /usr/bin/systemd-ac-power ]; then
		/usr/bin/systemd-ac-power
	else
		/lib/systemd/systemd-ac-power
	fi
}
not_ac_power() {
	! ac_power
}

upower_has_time() {
	[ "$(upower_bus TimeToEmpty $battery .Device)" -gt 0 ]
}

upower_there() {
	upower -e | grep -q BAT_UPS
}

upower_gone() {
	! upower_there
}

no_ups_unit() {
	[ -z "$(ups_unit)" ]
}

# upower_warns LEVEL: 1 none, 3 low, 4 critical, 5 action
upower_warns() {
	[ "$(upower_bus WarningLevel /devices/DisplayDevice .Device)" = "$1" ]
}

# Whether the machine is being switched off
is_stopping() {
	[ "$(systemctl is-system-running)" = stopping ]
}

guard_active() {
	[ "$(systemctl is-active upsy-guard.service)" = active ] ||
		[ "$(systemctl is-active upsy-guard.service)" = activating ]
}

any_critical() {
	grep -qx Critical $psy/BAT_UPS*/capacity_level
}
