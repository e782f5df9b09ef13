#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's self-test of power supplies; the module unloaded under load.
. "${0%/*}/lib/test.sh"
source=$("$vm/../kernel/linux-source") || exit 1
selftests=$source/tools/testing/selftests
run_on "6.1 6.12 7" module -f "$selftests/power_supply" -f "$selftests/kselftest"
