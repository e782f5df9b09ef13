#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Regular battery tests by systemd's timers; policy = hibernate; wall on a console.
. "${0%/*}/lib/test.sh"
run_on "6.12" desk
