# SPDX-License-Identifier: GPL-2.0-or-later
#
# For .t files: run a scenario on kernels, two machines at a time, and write one TAP.

vm=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# run_on KERNELS SCENARIO [OPTION of rig boot…]
run_on() {
	local kernels=$1 scenario=$2 k out
	shift 2
	out=$(mktemp -d)
	for k in $kernels; do
		while [ "$(jobs -pr | wc -l)" -ge 2 ]; do
			wait -n
		done
		(
			"$vm/rig" boot "$k" "$@" "$vm/guest/$scenario.sh" >"$out/$k" 2>"$out/$k.err"
			echo $? >"$out/$k.rc"
		) &
	done
	wait
	for k in $kernels; do
		sed -E "s/^((not )?ok [0-9]+ - )/\1$k: /" "$out/$k"
		sed "s/^/# $k: /" "$out/$k.err"
		grep -q '^1\.\.' "$out/$k" || echo "not ok - $k: $scenario breaks off ($(cat "$out/$k.rc"))"
	done
	rm -rf "$out"
}
