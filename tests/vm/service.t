#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The life of upsyd@.service, with the udev and systemd of each release.
. "${0%/*}/lib/test.sh"
run_on "6.1 6.12 7" service -t 600
