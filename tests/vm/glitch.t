#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Nonsense, self-tests, broken links, one empty UPS of two: the machine stays on.
. "${0%/*}/lib/test.sh"
run_on "6.12 7" glitch
