#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# UPower's own power-off reaches logind at the critical level, and the UPS is told.
. "${0%/*}/lib/test.sh"
run_on "6.1 6.12 7" critical

for k in 6.1 6.12 7; do
	grep -aq 'upsy-emu: .*shutdown armed' "$(machine_dir $k)/console.log"
	ok $? "$k: the UPS is told to cut the power"
done
finish
