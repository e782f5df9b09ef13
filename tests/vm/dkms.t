#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# "make install" and "make uninstall" in each release: user space builds with its
# compiler without a warning, DKMS builds the module for its kernel, and in the
# end there is not one file more or less than there was.
here=$(cd "$(dirname "$0")" && pwd)

for k in $("$here/rig" list); do
	"$here/rig" chroot "$k" bash -s -- "$k" <<-'END' || echo "not ok - $k: breaks off"
	k=$1
	kernel=$(ls /lib/modules)
	n=0
	ok() {
		n=$((n + 1))
		if [ "$1" = 0 ]; then echo "ok $n - $k: $2"; else echo "not ok $n - $k: $2"; fi
		[ "$1" = 0 ] || tail -30 /tmp/log | sed 's/^/# /'
	}
	# What is there, without what building, DKMS's own keys and shadow's backup leave.
	files() {
		find / -xdev \( -path /proc -o -path /dev -o -path /upsy -o -path /out -o -path /tmp \) -prune \
			-o \( -path '/var/lib/dkms/mok.*' -o -path /var/lib/dkms/dkms_dbversion \
			-o -path "/lib/modules/*/modules.*" -o -path "/usr/lib/modules/*/modules.*" \
			-o -path '/etc/shadow-' -o -path '/var/log/*' -o -path '/var/cache/*' -o -name hwdb.bin \) \
			-o -print | sort
	}
	make="make -C /upsy O=/tmp/build"
	# As on a machine whose kernel is installed and not only its headers.
	depmod "$kernel" 2>/dev/null
	files >/tmp/before

	$make CFLAGS="-O2 -Werror" >/tmp/log 2>&1
	ok $? "user space builds without a warning"
	$make CFLAGS="-O2 -Werror" install >/tmp/log 2>&1
	ok $? "make install"
	version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' /upsy/dkms.conf)
	dkms install "upsy/$version" -k "$kernel" >/tmp/log 2>&1
	ok $? "DKMS builds and installs the module"
	modinfo -k "$kernel" upsy >/tmp/log 2>&1
	ok $? "the kernel finds it"
	modprobe -S "$kernel" --show-depends net-pf-16-proto-16-family-upsy >/tmp/log 2>&1
	ok $? "it is loaded by itself when somebody asks for its netlink family"
	$make uninstall >/tmp/log 2>&1
	ok $? "make uninstall"
	files >/tmp/after
	diff /tmp/before /tmp/after >/tmp/log
	ok $? "not one file more or less than before"
	! dkms status | grep upsy >/tmp/log
	ok $? "DKMS has forgotten it"
	echo "1..$n"
	END
done
