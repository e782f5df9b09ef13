#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module on every kernel there is: nltest, the kernel's own power_supply
# self-test, unloading, and a clean log.
set -u
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

kernels=$("$here/../vm/rig" list)
for k in $kernels; do
	"$here/boot" "$k" >"$scratch/$k" 2>&1 || echo "not ok - it does not start" >>"$scratch/$k" &
done
wait
n=0
for k in $kernels; do
	while IFS= read -r line; do
		case $line in
		"ok "* | "not ok "*)
			n=$((n + 1))
			[[ $line =~ ^(not ok|ok)\ [0-9]*\ ?-\ (.*) ]]
			echo "${BASH_REMATCH[1]} $n - $k: ${BASH_REMATCH[2]}"
			;;
		1..*) ;;
		*) echo "# $k: $line" ;;
		esac
	done <"$scratch/$k"
done
echo "1..$n"
