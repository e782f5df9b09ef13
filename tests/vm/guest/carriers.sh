# SPDX-License-Identifier: GPL-2.0-or-later
#
# Qx over every USB carrier that upsy-emu has. The driver is run by itself, with
# the daemon kept away, so that each step is one line.
. ./lib.sh

# carrier, the dialect behind it, what it is found as, options, and what must
# have reached the UPS for shutdown-return and shutdown-stayoff ("-": cannot).
# fuji carries three characters at most; fabula's commands are string indices,
# with a restart that is fixed.
table='
cypress    voltronic  voltronic  -                S.5R0003  S.5R0000
cypress    megatec    megatec    -                S.5R0003  S.5R0000
phoenix    megatec    megatec    -                S.5R0003  S.5R0000
ippon      megatec    megatec    -                S.5R0003  S.5R0000
gtec       gtec       gtec       subdriver=gtec   S.5R0003  S.5R0000
omron      omron      omron      -                S.5       Sf.5
sgs        megatec    megatec    -                S.5R0003  S.5R0000
krauler    megatec    megatec    -                -         -
fabula     megatec    megatec    -                S.5       S.5R0000
hunnox     megatec    megatec    subdriver=hunnox S.5       S.5R0000
snr        megatec    megatec    subdriver=snr    -         -
fuji       megatec    megatec    -                S.5       -
phoenixtec megatec    megatec    -                S.5R0003  S.5R0000
ablerex    ablerex    ablerex    -                S.5R0003  S.5R0000
armac      megatec    megatec    -                S.5R0003  S.5R0000
armac-new  megatec    megatec    -                S.5R0003  S.5R0000
'

modprobe vhci_hcd
systemctl mask --runtime 'upsyd@.service' 2>/dev/null
mkdir -p /run/udev/rules.d
ln -sf /dev/null /run/udev/rules.d/90-upsy.rules

check() {
	local carrier=$1 dialect=$2 found=$3 options=$4 ret=$5 stay=$6 id out name
	name="$carrier, $dialect"
	[ "$options" != - ] || options=
	: >/run/emu.log
	id=$(upsy-emu usb-qx --carrier "$carrier" --dialect "$dialect" --control /run/emu \
		--log /run/emu.log --quiet --background | cut -d' ' -f1)
	udevadm settle
	sleep 1
	out=$(sed 's|^!emu |! upsy-emu ctl /run/emu |' <<-END | timeout 90 ./upsy-try "usb:$id" $options 2>/run/err
		probe
		poll
		!emu mains off
		poll status
		!emu lowbattery on
		poll status
		!emu lowbattery off
		!emu garbage
		poll status
		!emu short
		poll status
		!emu silent
		poll status
		!emu stall
		poll status
		!emu slow 200
		poll status
		!emu slow 0
		!emu mains on
		poll status
		action shutdown-return
		!emu reset
		action shutdown-stayoff
	END
	)
	mapfile -t line <<<"$out"
	like "${line[0]}" "^probe ok protocol=qx/$found " "$name: found"
	like "${line[1]}" '^poll ok \+online( .*)? load=25 input_voltage=230100000 ' "$name: read"
	like "${line[2]}" '^poll ok \+discharging ' "$name: mains fail"
	like "${line[3]}" '\+low ' "$name: battery low"
	local i=4 fault
	for fault in garbage short silent stall slow; do
		like "${line[i]}" '^poll ok \+discharging .* load=25 input_voltage=0 ' "$name: $fault once"
		i=$((i + 1))
	done
	like "${line[9]}" '^poll ok \+online' "$name: mains are back"
	if [ "$ret" != - ]; then
		like "$(sed -n 's/.* command S/S/p' /run/emu.log | head -1)" "^$ret\$" "$name: shutdown-return is $ret"
		like "${line[10]}" '^action ok' "$name: and it says so"
	else
		like "${line[10]}" '^action E' "$name: shutdown-return cannot be done, and it says so"
	fi
	[ "$stay" = - ] || like "$(sed -n 's/.* command //p' /run/emu.log | tail -1)" "^$stay\$" \
		"$name: shutdown-stayoff is $stay"
	sed 's/^/# /' /run/err | head -20
	emu_quit
	sleep 0.5
}

while read -r row; do
	[ -z "$row" ] || check $row </dev/null
done <<<"$table"
finish
