#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The daemon is restarted, killed, stays dead; on line and in an outage.
. "${0%/*}/lib/test.sh"
run_on "6.1 6.12 7" lost -t 600
