#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# install-deps.sh - install what building, "make check" and "make demo" need.
# Debian 12 and later, and Ubuntu; as root, or with sudo. Does nothing, at once,
# when everything is there.
set -euo pipefail

build="make gcc libc6-dev pkg-config libusb-1.0-0-dev libudev-dev libmnl-dev libjansson-dev libinih-dev"
checks="libcmocka-dev python3 python3-yaml python3-jsonschema sparse perl cpio udev mandoc
	dbus-daemon python3-dbus python3-gi polkitd pkexec"
machines="qemu-system-x86 qemu-utils mmdebstrap debian-archive-keyring e2fsprogs mount kmod cpio xz-utils
	zstd lz4"

missing=
for package in $build $checks $machines; do
	# Some names are provided by another package (pkg-config by pkgconf).
	dpkg-query -W -f '${db:Status-Status} ${Package} ${Provides}\n' "$package" 2>/dev/null |
		grep -q '^installed ' || missing+=" $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
	echo "install-deps.sh: no apt-get here; install by hand what corresponds to:$missing" >&2
	exit 1
fi
root=
if [ "$(id -u)" != 0 ]; then
	root="sudo"
	command -v sudo >/dev/null || {
		echo "install-deps.sh: run this as root: apt-get install$missing" >&2
		exit 1
	}
fi
echo "Installing$missing"
$root apt-get -qq update || echo "install-deps.sh: apt-get update failed, trying with what is known" >&2
$root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing >/dev/null
