#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Takes long: its machine is started anew after each outage.
#
# A serial UPS outside of the machine, for real: it cuts the power when it was
# told to (the machine is killed if it still runs), and switches it on again when
# the mains return; the machine starts from the disk it had. Nothing that was
# written and synced may be missing, and the file system must have been closed.
# In every other outage the mains return while the machine is on its way down: the
# load is cycled all the same. UPSY_OUTAGES says how often (2).
. "${0%/*}/lib/test.sh"
k=6.12
outages=${UPSY_OUTAGES:-2}
dir=$(machine_dir "$k")
rm -rf "$dir"
mkdir -p "$dir"

ups() {
	"$O/upsy-emu" ctl "$dir/ups" "$@"
}

"$vm/rig" image $k >/dev/null || exit 1
make -s -C "$top" O="$O" "$O/upsy-emu" >&2 || exit 1
"$O/upsy-emu" serial --socket "$dir/line" --control "$dir/ups" --log "$dir/ups.log" --quiet \
	--background --charge 100 --load 30 --timer-speed 4 \
	--on-kill "kill -KILL \$(cat '$dir/vm/pid') 2>/dev/null; touch '$dir/cut'"
trap 'ups quit >/dev/null; rm -rf "$scratch"' EXIT

# seen FILE REGEX SECONDS
seen() {
	local end=$((SECONDS + $3))
	until grep -aqE "$2" "$1" 2>/dev/null; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.3
	done
}

synced=0
for ((i = 1; i <= outages + 1; i++)); do
	rm -f "$dir/cut" "$dir/vm/pid"
	"$vm/rig" boot $k -d "$dir/vm" -t 400 -q "-chardev socket,id=ups,path=$dir/line -device pci-serial,chardev=ups" \
		"$vm/guest/powercycle.sh" >"$dir/out$i" 2>"$dir/err$i" &
	machine=$!
	# QEMU may be a wrapper that waits for its turn: the clock starts afterwards.
	while [ ! -s "$dir/vm/pid" ] && kill -0 $machine 2>/dev/null; do
		sleep 0.3
	done
	seen "$dir/out$i" '^# ready' 150
	ok $? "start $i: the machine is up"
	if [ $i -gt 1 ]; then
		found=$(sed -n 's/^# found //p' "$dir/out$i" | tr -d '\r')
		[ "${found:-0}" -ge "$synced" ]
		ok $? "start $i: all $synced synced records are there"
		[ "$(sed -n 's/^# outages //p' "$dir/out$i" | tr -d '\r')" = $((i - 1)) ]
		ok $? "start $i: the history has every outage"
	fi
	if [ $i -gt "$outages" ]; then
		kill -KILL "$(cat "$dir/vm/pid")"
		wait $machine
		break
	fi
	sleep 2
	: >"$dir/ups.log"
	ups mains off >/dev/null
	sleep 4
	ups charge 20 >/dev/null
	ups lowbattery on >/dev/null
	if [ $((i % 2)) = 0 ]; then
		seen "$dir/out$i" '^# stopping' 120
		ok $? "outage $i: the machine is on its way down"
		ups lowbattery off >/dev/null
		ups mains on >/dev/null
	fi
	seen "$dir/ups.log" 'shutdown armed' 120
	ok $? "outage $i: the UPS was told to cut the power and return"
	for ((t = 0; t < 100; t++)); do
		[ -e "$dir/cut" ] && break
		sleep 0.5
	done
	[ -e "$dir/cut" ]
	ok $? "outage $i: it did"
	wait $machine
	synced=$(sed -n 's/^# synced //p' "$dir/out$i" | tail -1 | tr -d '\r')
	qemu-img convert -f qcow2 -O raw "$dir/vm/root.qcow2" "$dir/root.raw"
	e2fsck -n -f "$dir/root.raw" >"$dir/fsck$i" 2>&1
	rc=$?
	! grep -q 'recovering journal\|needs to be recovered' "$dir/fsck$i"
	ok $? "outage $i: the file system had been closed"
	[ $rc = 0 ]
	ok $? "outage $i: and has no error"
	rm -f "$dir/root.raw"
	# Only the UPS may switch the machine on again, when there are mains.
	if [ $((i % 2)) = 1 ]; then
		! grep -q 'load on' "$dir/ups.log"
		ok $? "outage $i: it stays off as long as there are no mains"
		ups lowbattery off >/dev/null
		ups mains on >/dev/null
	fi
	seen "$dir/ups.log" 'load on' 120
	ok $? "outage $i: mains are back, the UPS switches on"
	ups charge 90 >/dev/null
	cp "$dir/ups.log" "$dir/ups.log.$i"
done
cat "$dir"/out* | tr -d '\r' | grep -v '^# synced'
cat "$dir"/err* | sed 's/^/# /'
[ "$(grep -c '^# synced' "$dir/out1")" -gt 0 ]
ok $? "records were written"
finish
