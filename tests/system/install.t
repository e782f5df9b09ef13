#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What make install puts somewhere, make uninstall takes away: no file is left,
# nothing in an installed file points into the build.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh

stage=$work/stage
run() {
	make -s --no-print-directory O="$O" DESTDIR="$stage" "$@"
}

files() {
	(cd "$stage" && find . -not -type d | sort)
}

for prefix in /usr /usr/local; do
	rm -rf "$stage"
	mkdir "$stage"
	ok "install with PREFIX=$prefix" run PREFIX=$prefix install
	files >"$work/list"
	for f in "$prefix/sbin/upsyd" "$prefix/lib/upsy/upsy-id" \
		"$prefix/lib/systemd/system/upsyd@.service" /etc/upsy/upsy.conf \
		/usr/share/polkit-1/actions/org.upsy.policy; do
		ok "  $f is there" grep -qx ".$f" "$work/list"
	done
	is "  no file has an unfilled @name@" \
		"$(grep -rlE '@[a-z]+dir@|@ttygroup@' "$stage" --include='*.service' --include='*.rules' --include='*.conf' --include='*.policy')" ""
	is "  programs that files name are installed" "$(
		grep -rhoE "$prefix/(s?bin|lib/upsy)/[a-z-]+" "$stage$prefix/lib/systemd" "$stage"/*/*/rules.d \
			"$stage"/*/*/*/rules.d 2>/dev/null | sort -u |
			while read -r p; do [ -x "$stage$p" ] || echo "$p"; done)" ""
	ok "uninstall" run PREFIX=$prefix uninstall
	is "  leaves no file" "$(files)" ""
	is "  leaves no directory" "$(find "$stage" -mindepth 1)" ""
done

run install
echo "[x]" >>"$stage/etc/upsy/upsy.conf"
run install
ok "installing again keeps an edited configuration" grep -q '^\[x\]' "$stage/etc/upsy/upsy.conf"
run uninstall >"$work/said"
is "uninstall keeps it" "$(files)" ./etc/upsy/upsy.conf
ok "and says so" grep -q 'upsy.conf was edited' "$work/said"
run PURGE=1 uninstall
is "uninstall PURGE=1 does not" "$(files)" ""

run MODULE= install
is "MODULE= leaves out the module's source" "$(find "$stage/usr/src" -type f 2>/dev/null)" ""

# On the running system, directories that were there before stay.
place=userspace/systemd/place
mkdir -p "$work/live/there"
echo x >"$work/file"
$place put "$work/live/there/list" "644:$work/file:$work/live/there" "600:$work/file:$work/live/a/b:c" \
	"link:../c:$work/live/a/d:e"
is "place puts files" "$(cd "$work/live" && find . -not -type d | sort | tr '\n' ' ')" \
	"./a/b/c ./a/d/e ./there/file ./there/list "
is "with their modes" "$(stat -c %a "$work/live/a/b/c" "$work/live/there/file" | tr '\n' ' ')" "600 644 "
$place put "$work/live/there/list" "644:$work/file:$work/live/there" "600:$work/file:$work/live/a/b:c"
$place take "$work/live/there/list" "644:$work/file:$work/live/there" "600:$work/file:$work/live/a/b:c" \
	"link:../c:$work/live/a/d:e"
is "and takes them away, but no directory that was there" "$(cd "$work/live" && find . -mindepth 1)" ./there
finish
