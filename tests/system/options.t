#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every option that a source reads is one that the configuration lets through:
# the others are refused as typing errors.
cd "${0%/*}/../.." || exit 1

known=$(sed -n '/known_options\[\]/,/NULL/p' userspace/upsyd/config.c | grep -o '"[a-z._]*"')
used=$(cat userspace/{upsyd,protocol,transport,gauge}/*.c |
	grep -o 'option_\(text\|flag\|number\)([^,]*, *"[a-z._]*"' | grep -o '"[a-z._]*"' |
	grep -v '"\(default\|override\|remembered\)\.' | sort -u)
n=0 bad=0
for o in $used; do
	n=$((n + 1))
	if grep -qFx "$o" <<<"$known"; then
		echo "ok $n - $o"
	else
		bad=1
		echo "not ok $n - $o is read, and unknown to config.c"
	fi
done
echo "1..$n"
[ $bad = 0 ] && [ $n -gt 10 ]
