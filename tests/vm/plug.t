#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A UPS is plugged in, loses and regains mains, is pulled out: who says what.
. "${0%/*}/lib/test.sh"
run_on "6.1 6.12 7" plug
