# SPDX-License-Identifier: GPL-2.0-or-later
#
# For .t files: run scenarios in machines, two at a time, and write one TAP.

vm=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
top=$(cd "$vm/../.." && pwd)
O=${O:-build}
[[ $O = /* ]] || O=$top/$O
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
labels=()

# in_vm LABEL K SCENARIO [OPTION of rig boot…]: in the background. The disk and
# the console stay in the directory that machine_dir LABEL names.
in_vm() {
	local label=$1 k=$2 scenario=$3
	shift 3
	while [ "$(jobs -pr | wc -l)" -ge 2 ]; do
		wait -n
	done
	labels+=("$label")
	rm -rf "$(machine_dir "$label")"
	(
		"$vm/rig" boot "$k" -d "$(machine_dir "$label")" "$@" "$vm/guest/$scenario.sh" \
			>"$scratch/$label" 2>"$scratch/$label.err"
		echo $? >"$scratch/$label.rc"
	) &
}

machine_dir() {
	echo "$O/vm/$(basename "$0" .t)-$1"
}

# Wait for all of them, and print what they said.
collect() {
	local label
	wait
	for label in "${labels[@]}"; do
		sed -E "s/^((not )?ok [0-9]+ - )/\1$label: /" "$scratch/$label"
		sed "s/^/# $label: /" "$scratch/$label.err"
		grep -q '^1\.\.' "$scratch/$label" ||
			echo "not ok - $label: it breaks off (status $(cat "$scratch/$label.rc"))"
	done
	labels=()
}

# run_on KERNELS SCENARIO [OPTION of rig boot…]
run_on() {
	local kernels=$1 scenario=$2 k
	shift 2
	for k in $kernels; do
		in_vm "$k" "$k" "$scenario" "$@"
	done
	collect
}

# For what is seen from outside of the machine
checks=0
ok() {		# ok STATUS NAME
	checks=$((checks + 1))
	if [ "$1" = 0 ]; then
		echo "ok - $2"
	else
		echo "not ok - $2"
	fi
}

finish() {
	echo "1..$checks"
}
