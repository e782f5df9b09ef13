#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The Megatec family: our own recordings, one per dialect and per thing that
# real UPSes do to an answer, and, with UPSY_RECORDINGS=DIR, those of real
# devices in DIR/serial.
set -u
cd "$(dirname "$0")/../.." || exit 1
export O=${O:-build}

own=(tests/replay/qx/*.txt)
more=()
if [ -n "${UPSY_RECORDINGS:-}" ]; then
	for f in "$UPSY_RECORDINGS"/serial/qx-*.txt "$UPSY_RECORDINGS"/serial/voltronic-*.txt; do
		[ -e "$f" ] && more+=("$f")
	done
fi
echo "1..$((${#own[@]} + ${#more[@]}))"
tests/replay/check.py "${own[@]}"
[ ${#more[@]} = 0 ] || tests/replay/check.py --expect tests/replay/qx.expect "${more[@]}"
