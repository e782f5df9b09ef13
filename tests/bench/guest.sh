# SPDX-License-Identifier: GPL-2.0-or-later
#
# In the guest: the module's costs; then one emulated UPS as several see it, each
# alone, for each takes the device away from the others. A HID UPS:
#
#   upsyd              as it is installed; told is the kernel's uevent
#   usbhid-ups chain   and upsd and upsmon, at their defaults; told is what upsd answers
#   upowerd            its own HID support, upsy's rules away; told is OnBattery
#
# and one of the Megatec family behind a USB bridge of 8-byte packets (cypress):
#
#   upsyd, nutdrv_qx chain
#
# Nothing here passes or fails.
. ./lib.sh
. bench/lib.sh
. bench/nut.sh
. bench/settings
O=/usr/bin work=/run/bench
mkdir -p $work
ln -s /run/emu $work/ctl
started=()
declare -A first lost pss wakes_ac wakes_bat
names=()

# told by UPower: of the UPS under upsy, or of its own
upower_says() {
	upower_bus OnBattery
}

wakes_per_minute() {	# of PID…
	local p w c
	read -r p w c < <(idle "$idle_s" "$@")
	awk -v w="$w" 'BEGIN { printf "%.1f", w / 60 }'
}

# measure_idle NAME POLL PID…: size and wake-ups, on mains and then on battery, which
# it knows after POLL seconds
measure_idle() {
	local name=$1 poll=$2 p _
	shift 2
	sleep 5
	wakes_ac[$name]=$(wakes_per_minute "$@")
	read -r p _ < <(usage "$@")
	pss[$name]=$p
	emu mains off
	sleep "$poll"
	wakes_bat[$name]=$(wakes_per_minute "$@")
	emu mains on
	names+=("$name")
	echo "# $name is measured: told ${lost[$name]} ms, first ${first[$name]} ms," \
		"${wakes_ac[$name]} and ${wakes_bat[$name]} wake-ups/min, ${pss[$name]} KiB"
}

# plug_in hid|qx: with ids that NUT and UPower know: they look at the list first, and at
# the device then.
plug_in() {
	case $1 in
	hid)
		emu_start hid --charge 80 --load 25 --ids 051d:0002 \
			--strings "American Power Conversion/Back-UPS Bench FW:1.0/BENCH1" ;;
	qx)
		emu_start usb-qx --carrier cypress --charge 80 --load 25 ;;
	esac >/dev/null
	emu freeze on
}

bench_upsyd() {	# bench_upsyd NAME hid|qx
	local ms=() name=$1 i pid
	plug_in "$2"
	within 60 ups_there || { echo "# $name: no UPS"; return; }
	grace 1
	for i in $(seq $(((flips + 1) / 2))); do
		emu unplug
		within 60 ups_gone
		within 20 no_ups_unit
		sleep 2
		ms+=("$(./bench-kernel uevent /run/emu replug BAT_UPS0)")
		within 20 ups_there
		sleep 2
	done
	first[$name]=$(spread "${ms[@]}")
	sleep 5
	ms=()
	for i in $(seq "$flips"); do
		sleep "1.$((RANDOM % 900 + 100))"
		ms+=("$(./bench-kernel uevent /run/emu "mains off")")
		sleep 1
		./bench-kernel uevent /run/emu "mains on" >/dev/null
	done
	lost[$name]=$(spread "${ms[@]}")
	pid=$(systemctl show -P MainPID "$(ups_unit)")
	measure_idle "$name" 5 "$pid"
	echo "# $name: memory, KiB"
	awk '/^[0-9a-f]+-/ { name = $6 ? $6 : "anonymous" }
		/^Pss:/ { pss[name] += $2 }
		/^Private_Dirty:/ { dirty[name] += $2 }
		END { for (n in pss) if (pss[n]) printf "#   %6d PSS %6d dirty  %s\n", pss[n], dirty[n], n }' \
		"/proc/$pid/smaps" | sort -rn -k2
}

# Up to here nothing but upsyd ran; what UPower makes of it is a figure of its own.
bench_upsyd_by_upower() {
	local ms=()
	systemctl start upower
	within 20 upower_there
	sleep 3
	mapfile -t ms < <(flip_mains upower_says true false)
	lost["upsyd, by UPower"]=$(spread "${ms[@]}")
	systemctl stop upower
}

unplug() {
	emu_quit
	within 60 ups_gone
	within 20 no_ups_unit
}

bench_nut() {	# bench_nut DRIVER hid|qx
	local ms=() start name="$1 chain"
	nut_drivers=/upsy/bench/nut/lib/nut nut_upsd=$nut_drivers/upsd nut_lib=/upsy/bench/nut/usr/lib
	[ -x "$nut_upsd" ] || { echo "# NUT: none"; return; }
	nut_only_missing /upsy/bench/nut/usr/lib
	plug_in "$2"
	udevadm settle
	began=$(now_ms)
	nut_start "$1" auto && start=$(wait_for nut_says OL 60) ||
		{ echo "# $1 does not read the UPS:"; sed 's/^/# /' $work/nut.err; emu_quit; return; }
	first[$name]=$start
	mapfile -t ms < <(flip_mains nut_says OB OL)
	lost[$name]=$(spread "${ms[@]}")
	nut_hang_up
	upsmon_start
	measure_idle "$name" 5 "${nut_chain[@]}"
	kill "${started[@]}"
	wait "${started[@]}" 2>/dev/null
	started=()
	nut_stop
	emu_quit
}

upower_own() {
	upower -e | grep -q ups_hiddev
}

bench_upower() {
	local ms=()
	systemctl start upower
	sleep 3
	began=$(now_ms)
	plug_in hid
	until upower_own; do
		[ $(($(now_ms) - began)) -lt 60000 ] || { echo "# UPower does not know the UPS"; return; }
	done
	first[upowerd]=$(($(now_ms) - began))
	mapfile -t ms < <(flips=$upower_flips flip_mains upower_says true false 30)
	lost[upowerd]=$(spread "${ms[@]}")
	measure_idle upowerd 32 "$(systemctl show -P MainPID upower)"
	emu_quit
}

./bench-kernel cost
within 60 ups_gone
udevadm settle
bench_upsyd upsyd hid
bench_upsyd_by_upower
unplug
bench_upsyd "upsyd (Qx)" qx
unplug

# From here without upsy
rm -f /usr/lib/udev/rules.d/*upsy*.rules /usr/lib/udev/hwdb.d/*upsy*
systemd-hwdb update
udevadm control --reload
modprobe -r upsy
bench_nut usbhid-ups hid
udevadm settle
bench_upower
udevadm settle
bench_nut nutdrv_qx qx

line() {
	printf '# %-24s %22s %20s %14s %14s %9s\n' "$@"
}
# table TITLE OURS THEIRS…: and how many times as much as ours each is
table() {
	local ours=$2 n
	echo "#"
	line "$1" "mains lost → told ms" "plug/start → first" "wakes/min AC" "wakes/min bat" "PSS KiB"
	for n in "${@:2}"; do
		[ -n "${lost[$n]:-}" ] || continue
		line "$n" "${lost[$n]}" "${first[$n]:--}" "${wakes_ac[$n]:--}" "${wakes_bat[$n]:--}" \
			"${pss[$n]:--}"
	done
	for n in "${@:3}"; do
		[ -n "${pss[$n]:-}" ] || continue
		line "  $n × ours" "$(ratio "${lost[$ours]%% *}" "${lost[$n]%% *}")" \
			"$(ratio "${first[$ours]%% *}" "${first[$n]%% *}")" \
			"$(ratio "${wakes_ac[$ours]}" "${wakes_ac[$n]}")" \
			"$(ratio "${wakes_bat[$ours]}" "${wakes_bat[$n]}")" "$(ratio "${pss[$ours]}" "${pss[$n]}")"
	done
}
table "one HID UPS" upsyd "upsyd, by UPower" "usbhid-ups chain" upowerd
table "one Qx UPS on USB" "upsyd (Qx)" "nutdrv_qx chain"
echo "# (upsyd and UPower: from plugging in; NUT: from the start of its driver, with the UPS plugged in."
echo "#  what upsmon tells comes up to its poll of 5 s after that; upowerd is there on a desktop anyway)"
echo "1..0"
