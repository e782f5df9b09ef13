# SPDX-License-Identifier: GPL-2.0-or-later
#
# In the guest: the module's costs, and mains lost → uevent with a HID UPS and
# the daemon as it is installed.
. ./lib.sh

./bench-kernel cost
within 60 ups_gone
udevadm settle
emu_start hid
emu freeze on
within 30 ups_there || { echo "# no UPS"; exit 1; }
sleep 3
ms=() back=()
for _ in 1 2 3 4 5 6 7 8 9 10; do
	sleep "1.$((RANDOM % 900 + 100))"
	ms+=("$(./bench-kernel uevent /run/emu "mains off")")
	sleep 1
	back+=("$(./bench-kernel uevent /run/emu "mains on")")
done
echo "# HID: mains lost → uevent, ms: $(printf '%s\n' "${ms[@]}" | sort -n | awk '
	{ v[NR] = $1 } END { print "median", v[int((NR + 1) / 2)], "(" v[1] "–" v[NR] ")" }')"
echo "# each: ${ms[*]}; mains back: ${back[*]}"
pid=$(systemctl show -P MainPID "$(ups_unit)")
usage() {
	awk '/^voluntary/ { print $2 }' "/proc/$pid/status"
	cut -d' ' -f1 "/proc/$pid/schedstat"
}
before=($(usage))
sleep 60
after=($(usage))
echo "# HID, idle: PSS $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup") KiB," \
	"$(((after[0] - before[0]) * 60)) wake-ups/h, $(((after[1] - before[1]) * 60 / 1000000)) ms CPU/h"
emu_quit
echo "1..0"
