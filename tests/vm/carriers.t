#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Qx over every USB carrier: found, read, faults, actions.
. "${0%/*}/lib/test.sh"
make -s -C "$top" O="$O" "$O/upsy-try"
run_on "6.1" carriers -f "$O/upsy-try" -t 900
