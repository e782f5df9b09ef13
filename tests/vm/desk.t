#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Regular battery tests by systemd's timers; what a UPS is asked to do and answers;
# policy = hibernate; what a console shows.
. "${0%/*}/lib/test.sh"
run_on "6.12" desk -t 600
