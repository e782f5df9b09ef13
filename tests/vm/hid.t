#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# HID recordings and faults over USB, with the real daemon and module.
. "${0%/*}/lib/test.sh"
run_on "6.1" hid -f "$top/tests/replay/hid"
