#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is taken for a UPS, what is left alone; how the service is confined.
. "${0%/*}/lib/test.sh"
run_on "6.1 6.12 7" udev
