#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The last hook of a shutdown: reaches the UPS by itself, by what was stashed,
# tells it to switch off and return, and does so only when it shall.
. "${0%/*}/lib.sh"

mkdir "$dir/run"
stash() {	# stash DIALECT [LINE]
	printf 'device=%s\nprotocol=qx\ndialect=%s\nmodel=Test\n%s\n' \
		"$(readlink -f "$dir/tty")" "$1" "${2-}" >"$dir/run/0.kill"
}

hook() {	# hook VERB
	UPSY_RUN_DIR=$dir/run timeout 60 "$O/upsy-killpower" "$1" 2>"$dir/err"
}

emu_start megatec
stash megatec
hook poweroff
is "$(wire)" "" "a plain power-off sends nothing at all"

touch "$dir/run/shutdown"
hook reboot
is "$(wire)" "" "nor does a reboot, whoever began it"

hook poweroff
like "$(wire)" '(^| )S[0-9.]+R[0-9]+$' "the UPS is told to switch off and return"
like "$(emu get state)" '"off_in": [0-9]' "and counts down"
emu flag shutdown off

emu mains off
hook poweroff
like "$(wire)" '(^| )S[0-9.]+R[0-9]+$' "in an outage too"
emu flag shutdown off
emu mains on

stash "" ""
hook poweroff
like "$(wire)" 'S[0-9.]+R[0-9]+$' "also when the dialect is not known"
emu flag shutdown off

stash voltronic ""
hook poweroff
like "$(wire)" 'S[0-9.]+R[0-9]+$' "or was another one"
emu flag shutdown off

stash megatec stayoff=1
hook poweroff
like "$(wire)" '(^| )S[0-9.]+(R0000)?$' "with stayoff it does not return"
emu flag shutdown off

stash megatec
sed 's/^device=.*/device=\/dev\/ttyS99999/' "$dir/run/0.kill" >"$dir/run/1.kill"
echo rubbish >"$dir/run/2.kill"
hook poweroff
like "$(wire)" '(^| )S[0-9.]+R[0-9]+$' "one that is gone does not keep the others from it"
rm "$dir/run/1.kill" "$dir/run/2.kill"
emu flag shutdown off

emu stall on 2>/dev/null || emu silent on 2>/dev/null
hook poweroff
is $? 0 "a UPS that does not answer ends in time"

# A child that nothing can end, as one in a driver that hangs: it is left behind.
hook poweroff &
hook=$!
for ((i = 0; i < 100; i++)); do
	pid=$(pgrep -x upsy-killpower -P "$(pgrep -x timeout -P $hook)")
	child=$(pgrep -P "${pid:-0}") && break
	sleep 0.1
done
kill -STOP "$child"
wait $hook
is $? 0 "one that hangs in the kernel: likewise"
like "$(cat "$dir/err")" 'did not take the command' "and is named"
kill -KILL "$child" 2>/dev/null

rm -rf "$dir/run"
mkdir "$dir/run"
touch "$dir/run/shutdown"
hook poweroff
is $? 0 "no UPS at all"
finish
