#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# upsy-id: which report descriptors are a UPS's. A case is a line of
# upsy-id.txt: yes or no, a name, the descriptor in hex.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh

usb=$work/devices/usb1/1-2
hid=$usb/1-2:1.0/0003:0001:0002.0001
mkdir -p "$hid" "$usb/1-2.4/1-2.4:1.0/0003:0463:FFFF.0002"
echo 0001 >"$usb/idVendor"
echo 0463 >"$usb/1-2.4/idVendor"
: >"$usb/uevent"

descriptor() {	# descriptor HEX FILE
	printf "$(echo "$1" | tr -d ' \n' | sed 's/../\\x&/g')" >"$2"
}

answer() {	# answer SYSPATH
	"$O/upsy-id" "$1" >"$work/out" 2>"$work/err" && [ "$(cat "$work/out")" = UPSY=hid ] &&
		echo yes || { [ -s "$work/out" ] && echo "exit code and output differ" || echo no; }
}

while read -r wanted name hex; do
	case $wanted in yes | no) ;; *) continue ;; esac
	descriptor "$hex" "$hid/report_descriptor"
	is "$name: $wanted" "$(answer "$hid")" "$wanted"
done <tests/system/upsy-id.txt

powercom="05020904a1018501c0"	# usages of its own, on page 2
descriptor "$powercom" "$hid/report_descriptor"
is "page 2 of anyone: no" "$(answer "$hid")" no
mkdir "$usb/1-2:1.0/0003:0D9F:0001.0001"
descriptor "$powercom" "$usb/1-2:1.0/0003:0D9F:0001.0001/report_descriptor"
is "page 2 of the first Powercom: yes" "$(answer "$hid")" yes
rm -r "$usb/1-2:1.0/0003:0D9F:0001.0001"

ups="05840904a1018501c0"
descriptor "$ups" "$hid/report_descriptor"
is "asked by the USB device" "$(answer "$usb")" yes
is "asked by an interface" "$(answer "$usb/1-2:1.0")" yes
mkdir -p "$usb/1-2:1.0/usbmisc/hiddev0"
is "asked by a hiddev" "$(answer "$usb/1-2:1.0/usbmisc/hiddev0")" yes
ok "--wake finds it" "$O/upsy-id" --wake "$hid"
is "--wake sends the USB device an event" "$(cat "$usb/uevent")" change

rm "$hid/report_descriptor"
descriptor "$ups" "$usb/1-2.4/1-2.4:1.0/0003:0463:FFFF.0002/report_descriptor"
is "a hub is not what hangs on it" "$(answer "$usb")" no
is "what hangs on a hub is" "$(answer "$usb/1-2.4")" yes
: >"$usb/uevent"
ok "--wake finds nothing here" bash -c "! '$O/upsy-id' --wake '$hid'"
is "and sends nothing" "$(cat "$usb/uevent")" ""
ok "a path that is not there" bash -c "! '$O/upsy-id' '$work/none'"
ok "a path without a USB device" bash -c "! '$O/upsy-id' /proc/self/fd"

# Recordings of real devices: all are UPSes, and all but these say so.
for f in ${UPSY_RECORDINGS:+"$UPSY_RECORDINGS"/hid/*.txt}; do
	[ -e "$f" ] || continue
	case $f in
	*/mec0003.txt) wanted=no ;;	# page 0x86, usage 4: known by its id
	*/phoenixtec-megatec-bridge-*) wanted=no ;;	# vendor page: likewise
	*) wanted=yes ;;
	esac
	hex=$(sed -n '/^descriptor:/,/^[^0-9a-f ]/p' "$f" | grep -E '^[0-9a-f]{2}( [0-9a-f]{2})* *$')
	descriptor "$hex" "$hid/report_descriptor"
	is "$(basename "$f" .txt): $wanted" "$(answer "$hid")" "$wanted"
done
finish
