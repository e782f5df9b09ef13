# SPDX-License-Identifier: GPL-2.0-or-later
#
# The backstop: without upsy-guard UPower itself powers off at its critical
# level. This script does not switch the machine off; logind does.
. ./lib.sh
watch_upower
systemctl mask --runtime --now upsy-guard.service 2>/dev/null
busctl monitor org.freedesktop.login1 >/run/logind.bus 2>&1 &

emu_start_till_the_end hid --charge 50 --load 30
emu freeze on
emu runtime 600
within 30 ups_there
ok $? "a UPS"
within 15 upower_there
ok $? "UPower has it"
like "$(busctl call org.freedesktop.UPower /org/freedesktop/UPower org.freedesktop.UPower \
	GetCriticalAction)" PowerOff "UPower means to power off"
emu mains off
within 15 upower_on_battery
ok $? "on battery"
emu charge 15
within 30 upower_warns 3
ok $? "UPower: low"
emu charge 4
within 30 upower_warns 4
ok $? "UPower: critical"
emu charge 1
within 30 upower_warns 5
ok $? "UPower: time to act"
touch /run/stops-itself
within 60 is_stopping
ok $? "logind powers off"
finish
