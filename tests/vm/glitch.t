#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Nonsense, self-tests, broken links, one empty UPS of two: the machine stays on. And
# a reboot never has the power cut.
. "${0%/*}/lib/test.sh"
run_on "6.12 7" glitch -t 600

for k in 6.12 7; do
	console=$(machine_dir $k)/console.log
	grep -aq 'upsy-test: .* / ext4 ro' "$console" && ! grep -aq 'upsy-emu: .*shutdown armed' "$console"
	ok $? "$k: rebooted, no UPS is told to cut the power"
done
finish
