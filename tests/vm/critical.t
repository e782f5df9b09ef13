#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# UPower's own power-off reaches logind at the critical level.
. "${0%/*}/lib/test.sh"
run_on "6.1 6.12 7" critical
