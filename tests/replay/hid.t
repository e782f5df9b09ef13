#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# HID UPSes: our own recordings, each with one fault of real descriptors, and,
# with UPSY_RECORDINGS=DIR, those of real devices in DIR/hid.
set -u
cd "$(dirname "$0")/../.." || exit 1
export O=${O:-build}

own=(tests/replay/hid/*.txt)
more=()
if [ -n "${UPSY_RECORDINGS:-}" ]; then
	for f in "$UPSY_RECORDINGS"/hid/*.txt; do
		# without a single report there is nothing to read
		[ -e "$f" ] && grep -q "^report:" "$f" && more+=("$f")
	done
fi
echo "1..$((${#own[@]} + ${#more[@]}))"
tests/replay/check.py "${own[@]}"
[ ${#more[@]} = 0 ] || tests/replay/check.py --expect tests/replay/hid.expect "${more[@]}"
