#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A machine with a battery of its own.
. "${0%/*}/lib/test.sh"
run_on "6.12" laptop -m tests/vm/laptop
