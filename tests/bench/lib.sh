# SPDX-License-Identifier: GPL-2.0-or-later
#
# Measuring: clocks, what the kernel says of a process, medians. Sourced by bash,
# here and in the guest; $O, $work and $flips are the caller's.

now_ms() {
	local t=${EPOCHREALTIME/[.,]/}
	echo $((t / 1000))
}

# median MS…: "median (min–max)"; "-" without any
spread() {
	[ $# -gt 0 ] || { echo "-"; return; }
	printf '%s\n' "$@" | sort -n | awk '
		{ v[NR] = $1 }
		END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
		      printf "%.0f (%d–%d)", m, v[1], v[NR] }'
}

median() {
	spread "$@" | cut -d' ' -f1
}

# usage PID…: "pss_kib switches cpu_ns" of all of them together
usage() {
	local pss=0 switches=0 cpu=0 p n
	for p; do
		n=$(awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup" 2>/dev/null)
		pss=$((pss + ${n:-0}))
		n=$(cat /proc/"$p"/task/*/status 2>/dev/null |
			awk '/^voluntary_ctxt/ { s += $2 } END { printf "%.0f", s }')
		switches=$((switches + ${n:-0}))
		n=$(cat /proc/"$p"/task/*/schedstat 2>/dev/null | awk '{ s += $1 } END { printf "%.0f", s }')
		cpu=$((cpu + ${n:-0}))
	done
	echo "$pss $switches $cpu"
}

# idle SECONDS PID…: "pss_kib wakeups_per_hour cpu_ms_per_hour"
idle() {
	local s=$1 a b
	shift
	read -r -a a < <(usage "$@")
	sleep "$s"
	read -r -a b < <(usage "$@")
	echo "${b[0]} $(((b[1] - a[1]) * 3600 / s)) $(((b[2] - a[2]) * 36 / s / 10000))"
}

# ratio OURS THEIRS: "3.4" times as much as ours
ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (a > 0 && b != "-" && b != "") printf "%.1f", b / a; else print "-" }'
}

ctl() {
	"$O/upsy-emu" ctl "$work/ctl" "$@"
}

# wait_for COMMAND WANTED SECONDS: milliseconds since $began until it says so
wait_for() {
	local end=$(($(now_ms) + $3 * 1000))
	until [ "$($1)" = "$2" ]; do
		[ "$(now_ms)" -lt "$end" ] || return 1
		sleep 0.01
	done
	echo $(($(now_ms) - began))
}

# flip_mains SAYS OFF ON [PERIOD]: milliseconds of each loss of mains, at any moment
# of what polls every PERIOD (3) seconds
flip_mains() {
	local t period=${4:-3}
	for _ in $(seq "$flips"); do
		sleep "$((RANDOM % period)).$((RANDOM % 900 + 100))"
		began=$(now_ms)
		ctl mains off
		t=$(wait_for "$1" "$2" $((period + 20))) && echo "$t"
		ctl mains on
		began=$(now_ms)
		wait_for "$1" "$3" $((period + 20)) >/dev/null
	done
}
