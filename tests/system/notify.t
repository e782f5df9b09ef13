#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# upsy-notify on a real session bus: what a notification server gets, on desktops
# that say nothing and on those that speak of the mains themselves. Its kernel is
# notify/fed_kernel.c, the notification server notify/desktop.py.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh
need dbus-run-session
need busctl
# The distribution's Python: it is the one that has the distribution's modules.
/usr/bin/python3 -c 'import dbus, gi.repository.GLib' 2>/dev/null || {
	skip "upsy-notify on a session bus" "no python3-dbus or python3-gi here"
	finish
}

notify=$(realpath "$O/upsy-notify-fed")
desktop=$(realpath tests/system/notify/desktop.py)

# The session: a bus, the server, upsy-notify, what the UPS says, upsy-guard's stamp.
cat >"$work/session" <<'END'
log=$1 server=$2 lines=0
cd "$(dirname "$log")" || exit 1
rm -f fifo shutdown
mkfifo fifo
: >"$log"
"$DESKTOP" "$server" "$log" 2>"$log.server" &
python=$!
busctl --user --timeout=20 call org.freedesktop.DBus /org/freedesktop/DBus \
	org.freedesktop.DBus ListNames >/dev/null
for i in $(seq 200); do
	busctl --user list --acquired 2>/dev/null | grep -q org.freedesktop.Notifications && break
	sleep 0.05
done
"$NOTIFY" <fifo 2>"$log.err" &
pid=$!
exec 3>fifo
# wait_for WHAT: until the log has it; a note that must not come is waited for in vain
# only once, at the end.
wait_for() {
	for i in $(seq 200); do
		grep -q "$1" "$log" && return
		sleep 0.05
	done
}
want() {
	case $EXPECT in *"$1"*) wait_for "$1" ;; esac
}
echo "0 online=1 time_to_empty_now=1200 capacity=100 $MORE" >&3
echo "0 online=0 time_to_empty_now=840 capacity=99 $MORE" >&3
want "Mains failed"
echo "0 online=0 time_to_empty_now=700 capacity=80 $MORE" >&3
echo "0 online=0 time_to_empty_now=50 capacity=7 capacity_level=Critical $MORE" >&3
want "nearly empty"
printf 'why=test\nat=%s\n' $(($(date +%s) + 60)) >shutdown.new
mv shutdown.new shutdown
wait_for "Shutting down in"
rm shutdown
wait_for "Not shutting down"
echo "0 online=1 time_to_empty_now=60 capacity=7 $MORE" >&3
want "Mains is back"
echo "0 online=1 time_to_empty_now=60 capacity=7 alarms=replace-battery $MORE" >&3
wait_for "battery worn"
# Hibernating: called off, and then done, which is no news to whoever wakes up.
printf 'why=test\nat=%s\nwhat=hibernate\n' $(($(date +%s) + 60)) >shutdown.new
mv shutdown.new shutdown
wait_for "Hibernating in"
rm shutdown
wait_for "Not hibernating"
printf 'why=test\nat=%s\nwhat=hibernate\n' $(date +%s) >shutdown.new
mv shutdown.new shutdown
wait_for "Hibernating now"
rm shutdown
# Whatever was sent before this one has been answered.
printf 'why=test\nat=%s\n' $(date +%s) >shutdown.new
mv shutdown.new shutdown
wait_for "Shutting down now"
exec 3>&-
wait $pid
kill $python
wait
END

# session NAME SERVER DESKTOP EXPECTED [READINGS]: runs one; its notes are in $log
session() {
	log=$work/$1
	env -u XDG_CURRENT_DESKTOP ${3:+XDG_CURRENT_DESKTOP=$3} EXPECT="$4" MORE="${5-}" \
		NOTIFY="$notify" DESKTOP="$desktop" \
		timeout 120 dbus-run-session -- bash "$work/session" "$log" "$2" >"$log.out" 2>&1
	# Who starts late says 59.
	notes=$(cut -d'|' -f7 "$log" | sed 's/in \(60\|5[0-9]\) s/in 60 s/' | paste -sd';')
	is "$1: nothing went wrong until there was no more to tell" \
		"$(sed 's/^.*: //' "$log.err" "$log.server")" "no more lines"
}

told="Mains failed;UPS battery nearly empty;Shutting down in 60 s;Not shutting down;Mains is back;UPS battery worn;Hibernating in 60 s;Not hibernating;Hibernating now;Shutting down now"
gnome="Mains failed;Shutting down in 60 s;Not shutting down;Mains is back;UPS battery worn;Hibernating in 60 s;Not hibernating;Hibernating now;Shutting down now"
others="Shutting down in 60 s;Not shutting down;UPS battery worn;Hibernating in 60 s;Not hibernating;Hibernating now;Shutting down now"

session silent notification-daemon "" "$told"
is "a desktop that says nothing gets all of them" "$notes" "$told"
line() {
	grep -F "|$1" "$log" | head -1
}
is "the mains: urgent, stays until read" "$(line 'Mains failed')" \
	"1|0|2|0|upsy|battery-caution|Mains failed|Smart 700 feeds this computer from its battery. 14 min left. Charge 99 %."
is "back: in place of the first, goes by itself" "$(line 'Mains is back')" \
	"1|1|1|10000|upsy|ac-adapter|Mains is back|Smart 700 feeds this computer from the mains again."
is "a worn battery: not urgent" "$(line 'UPS battery worn' | cut -d'|' -f2-7)" \
	"0|1|10000|upsy|battery-caution|UPS battery worn"
is "shutting down: urgent" "$(line 'Shutting down in' | cut -d'|' -f2-6,8)" \
	"0|2|0|upsy|system-shutdown|The battery of the UPS is nearly empty. Save your work."

# By the session's name, and without one by the server's.
session GNOME gnome-shell ubuntu:GNOME "$gnome"
is "GNOME: the mains, but not a second 'low'" "$notes" "$gnome"
session gnome-shell gnome-shell "" "$gnome"
is "GNOME by its server's name: the same" "$notes" "$gnome"
session KDE Plasma KDE "$others"
is "KDE: neither of what it says itself" "$notes" "$others"
session Plasma Plasma "" "$others"
is "KDE by its server's name: the same" "$notes" "$others"
session XFCE "Xfce Notify Daemon" XFCE "$others"
is "Xfce: neither" "$notes" "$others"
session xfce-server "Xfce Notify Daemon" "" "$others"
is "Xfce by its server's name: the same" "$notes" "$others"
session laptop Plasma KDE "$told" scope=device
is "KDE on a laptop, where it knows nothing of the UPS: all of them" "$notes" "$told"
finish
