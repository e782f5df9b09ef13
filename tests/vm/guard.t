#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# upsy-guard with two UPSes of one machine: one critical, both, one again, called
# off in time, and at the end with a D-Bus that hangs.
. "${0%/*}/lib/test.sh"
run_on "6.12" guard
