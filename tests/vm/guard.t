#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# upsy-guard with two UPSes of one machine: one critical, both, one again, called
# off in time; killed when it has announced something; asked for while it ends.
# At the end D-Bus hangs and a service doesn't stop.
. "${0%/*}/lib/test.sh"
run_on "6.12" guard -t 600

console=$(machine_dir 6.12)/console.log
[ "$(grep -ao 'ups[0-9]* shutdown armed' "$console" | sort -u | wc -l)" = 2 ]
ok $? "6.12: both UPSes are told to cut the power"
grep -aq 'reboot: Power down' "$console"
ok $? "6.12: the machine is off"
finish
