# SPDX-License-Identifier: GPL-2.0-or-later
#
# NUT beside us: what is installed, or Debian's packages unpacked into
# ~/.cache/upsy/nut (UPSY_CACHE). Nothing is installed.

nut_drivers= nut_upsd= nut_lib= nut_port=34930 nut_link=
nut_chain=()	# processes: driver, upsd, upsmon and its child

nut_find() {
	local root cache=${UPSY_CACHE:-$HOME/.cache/upsy}/nut deb
	for root in "" "$cache" none; do
		[ -x "$root/lib/nut/nutdrv_qx" ] && [ -x "$root/lib/nut/upsd" ] &&
			[ -x "$root/lib/nut/upsmon" ] && break
	done
	if [ "$root" = none ]; then
		root=$cache
		mkdir -p "$root" || return 1
		(cd "$root" && apt-get -qq download nut-server nut-client libupsclient6 libusb-1.0-0 \
			libnss3 libnspr4 libwrap0 libnsl2 libtirpc3 2>/dev/null)
		for deb in "$root"/*.deb; do
			[ -e "$deb" ] && dpkg-deb -x "$deb" "$root"
		done
		rm -f "$root"/*.deb
		nut_only_missing "$root"
	fi
	nut_drivers=$root/lib/nut nut_upsd=$root/lib/nut/upsd
	nut_lib=$(find "$root/lib/" "$root/usr/lib/" -name '*.so*' -printf '%h\n' 2>/dev/null | sort -u | tr '\n' :)
	[ -x "$nut_drivers/nutdrv_qx" ] && [ -x "$nut_upsd" ]
}

# nut_only_missing DIR: what the system has itself is not doubled, or it would be
# counted as NUT's alone.
nut_only_missing() {
	local lib known
	known=$(ldconfig -p)
	for lib in $(find "$1" -name '*.so*'); do
		[[ $known != *$'\t'"${lib##*/} "* ]] || rm -f "$lib"
	done
}

# nut_for_guest K DIR: usbhid-ups, nutdrv_qx, upsd, upsmon and their libraries, of the release that kernel
# K's guest is, laid out as nut_find expects it. Nothing of it goes into the image.
nut_for_guest() {
	local k=$1 to=$2 cache=${UPSY_CACHE:-$HOME/.cache/upsy} tree lib program
	tree=$cache/nut-$k
	if ! [ -x "$tree/usr/lib/nut/upsmon" ] && ! [ -x "$tree/lib/nut/upsmon" ]; then
		rm -rf "$tree"
		(
			. tests/vm/lib/release.sh
			debstrap "$(suite_of "$k")" "$tree" --variant=extract --include=nut-server,nut-client
		) >/dev/null 2>&1 || { rm -rf "$tree"; return 1; }
	fi
	# Where /lib is part of /usr, the links to it are not in these packages.
	for lib in lib lib64; do
		[ -e "$tree/$lib" ] || ln -s "usr/$lib" "$tree/$lib"
	done
	mkdir -p "$to/lib/nut" "$to/usr/lib"
	for program in usbhid-ups nutdrv_qx upsd upsmon; do
		cp "$tree/lib/nut/$program" "$to/lib/nut/" || return 1
		nut_libraries "$tree" "/lib/nut/$program" "$to/usr/lib"
	done
	# What these load by themselves
	for lib in "$tree"/usr/lib/*/{,nss/}lib{softokn3,freebl3,freeblpriv3}.so; do
		[ ! -e "$lib" ] || nut_libraries "$tree" "${lib#"$tree"}" "$to/usr/lib"
	done
	return 0
}

nut_libraries() {	# nut_libraries TREE FILE DIR: FILE's libraries, and itself if it is one
	local lib
	for lib in $(chroot "$1" /lib64/ld-linux-x86-64.so.2 --list "$2") "$2"; do
		[[ $lib = /*/lib*.so* ]] && cp "$1$lib" "$3/"
	done
}

nut_run() {
	LD_LIBRARY_PATH=$nut_lib NUT_CONFPATH=$work/nut NUT_STATEPATH=$work/nut NUT_ALTPIDPATH=$work/nut \
		exec "$@"
}

nut_start() {	# nut_start DRIVER [PORT]
	local flag
	nut_chain=()
	mkdir -p "$work/nut"
	printf '[bench]\ndriver = %s\nport = %s\n' "$1" "${2:-$(readlink -f "$work/tty")}" >"$work/nut/ups.conf"
	printf 'LISTEN 127.0.0.1 %s\n' "$nut_port" >"$work/nut/upsd.conf"
	printf '[mon]\npassword = mon\nupsmon primary\n' >"$work/nut/upsd.users"
	cat >"$work/nut/upsmon.conf" <<-END
		RUN_AS_USER root
		MONITOR bench@127.0.0.1:$nut_port 1 mon mon primary
		MINSUPPLIES 1
		SHUTDOWNCMD true
		POWERDOWNFLAG $work/nut/killpower
		NOTIFYCMD $work/nut/notify
	END
	for flag in ONLINE ONBATT; do
		echo "NOTIFYFLAG $flag EXEC"
	done >>"$work/nut/upsmon.conf"
	for flag in LOWBATT FSD COMMOK COMMBAD SHUTDOWN REPLBATT NOCOMM NOPARENT; do
		echo "NOTIFYFLAG $flag IGNORE"
	done >>"$work/nut/upsmon.conf"
	printf '#!/bin/sh\necho "$NOTIFYTYPE" >%s\n' "$work/nut/told" >"$work/nut/notify"
	chmod 640 "$work"/nut/*
	chmod +x "$work/nut/notify"
	(nut_run "$nut_drivers/$1" -F -u root -a bench) >"$work/nut.err" 2>&1 &
	started+=($!)
	nut_chain+=($!)
	for _ in $(seq 600); do
		ls "$work"/nut/"$1"-bench >/dev/null 2>&1 && break
		kill -0 $! 2>/dev/null || { cat "$work/nut.err"; return 1; }
		sleep 0.1
	done
	(nut_run "$nut_upsd" -F -u root) >>"$work/nut.err" 2>&1 &
	started+=($!)
	nut_chain+=($!)
	# One connection that stays: closing one makes NUT 2.8.0's programs spin.
	for _ in $(seq 50); do
		sleep 0.1
		{ exec {nut_link}<>"/dev/tcp/127.0.0.1/$nut_port"; } 2>/dev/null && return
	done
	nut_link=
	echo "# upsd takes no connection:"
	sed 's/^/# /' "$work/nut.err"
	return 1
}

# What upsd says: OL or OB
nut_says() {
	local answer
	echo "GET VAR bench ups.status" >&"$nut_link"
	read -r -t 2 answer <&"$nut_link"
	[[ $answer =~ \"(OL|OB) ]] && echo "${BASH_REMATCH[1]}"
}

# What upsmon tells: OL or OB
nut_tells() {
	case $(cat "$work/nut/told" 2>/dev/null) in
	ONBATT) echo OB ;;
	ONLINE) echo OL ;;
	esac
}

# The last of the chain: who is to be told hears it from upsmon.
upsmon_start() {
	(nut_run "$nut_drivers/upsmon" -F) >>"$work/nut.err" 2>&1 &
	started+=($!)
	sleep 2
	nut_chain+=($! $(pgrep -P $!))
	started+=($(pgrep -P $!))
}

nut_hang_up() {
	[ -n "$nut_link" ] || return 0
	echo LOGOUT >&"$nut_link"
	exec {nut_link}>&-
	nut_link=
}

nut_stop() {
	nut_hang_up
	rm -rf "$work/nut"
}
