# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest: the release's systemd, udev, D-Bus, logind and UPower, on ext4, with
# the kernel modules that the tests use. It is a small install, not a special
# one: nothing of it is changed but that units of no use here are masked.

IMAGE_PACKAGES=systemd,systemd-sysv,udev,dbus,upower,kmod,procps,psmisc,e2fsprogs,busybox-static
IMAGE_PACKAGES+=,libusb-1.0-0,libudev1,libmnl0,libjansson4,libinih1,powermgmt-base,acpi
# Newer systemds need these only for some things, and do without otherwise.
IMAGE_PACKAGES+=,mount,libmount1,libkmod2,libblkid1,libseccomp2,libacl1,libpam-systemd

# What the guest's devices and the tests need, with all that they depend on.
BOOT_MODULES="virtio_pci virtio_blk ext4"
# Asked for by ext4 at run time; built in on newer kernels.
OPTIONAL_MODULES="crc32c_generic crc32c_intel"
GUEST_MODULES="vhci_hcd usbhid hid-generic uhid usbserial pl2303 cp210x ftdi_sio ch341 cdc_acm
	dummy_hcd libcomposite usb_f_hid virtio_net virtio_console overlay loop cuse uinput
	evdev usbmon hwmon autofs4 efi_pstore"

MASKED="apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
	e2scrub_reap.service fstrim.timer logrotate.timer motd-news.timer getty@tty1.service
	serial-getty@ttyS0.service console-getty.service systemd-timesyncd.service
	systemd-networkd.service systemd-resolved.service systemd-pstore.service
	systemd-update-utmp.service systemd-update-utmp-runlevel.service
	systemd-journal-flush.service systemd-binfmt.service systemd-machine-id-commit.service
	systemd-remount-fs.service systemd-pcrphase.service systemd-pcrphase-sysinit.service
	systemd-tpm2-setup.service systemd-tpm2-setup-early.service systemd-firstboot.service
	systemd-boot-random-seed.service systemd-random-seed.service
	sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount dev-mqueue.mount
	systemd-hwdb-update.service ldconfig.service systemd-update-done.service
	systemd-journal-catalog-update.service keyboard-setup.service console-setup.service
	modprobe@drm.service modprobe@efi_pstore.service modprobe@dm_mod.service"

# hwdb files that know nothing of UPSes take seconds to compile in the guest.
HWDB_UNUSED="*OUI* *pci* *acpi* *bluetooth* *keyboard* *evdev* *mouse* *touchpad* *sensor* *sdio*
	*net-ifname* *seat* *pointingstick* *autosuspend* *camera* *av-prod* *analyzers*"

image_dir() {
	echo "$cache/image-$1"
}

make_image() {
	make_root "$1"
	locked "image-$1" make_image_locked "$1"
}

make_image_locked() {
	local k=$1 dir tree
	dir=$(image_dir "$k") tree=$(image_dir "$k")/tree
	made "image-$k" "$here/lib/image.sh" "$here/lib/initrd" "$(root_dir "$k")/stamp" && return
	say "making the disk image of $k ($(suite_of "$k"))"
	as_root rm -rf "$dir"
	mkdir -p "$dir"
	debstrap "$(suite_of "$k")" "$tree" --variant=essential --include="$IMAGE_PACKAGES" \
		--dpkgopt=path-exclude=/usr/share/{doc,man,locale,info}/'*' >&2 ||
		die "no system for $k"
	as_root bash -euc "$(declare -p MASKED HWDB_UNUSED BOOT_MODULES OPTIONAL_MODULES GUEST_MODULES)
		$(declare -f configure_image copy_modules make_initrd)
		tree=$tree dir=$dir here=$here source=$(root_dir "$k")/kernel
		version=$(kernel_version "$k")
		configure_image
		copy_modules
		make_initrd
		mke2fs -q -t ext4 -d \$tree -L upsy \$dir/root.img 1G >/dev/null
		rm -rf \$tree" >&2 || die "no disk image for $k"
	stamp "image-$k" "$here/lib/image.sh" "$here/lib/initrd" "$(root_dir "$k")/stamp"
}

configure_image() {
	local f
	for f in $MASKED; do
		ln -sf /dev/null "$tree/etc/systemd/system/$f"
	done
	for f in $HWDB_UNUSED; do
		rm -f "$tree"/usr/lib/udev/hwdb.d/$f
	done
	chroot "$tree" systemd-hwdb update
	echo ups-machine >"$tree/etc/hostname"
	echo "127.0.0.1 localhost ups-machine" >"$tree/etc/hosts"
	echo "/dev/vda / ext4 errors=remount-ro 0 1" >"$tree/etc/fstab"
	tr -d - </proc/sys/kernel/random/uuid >"$tree/etc/machine-id"
	# The journal survives a reboot.
	mkdir -p "$tree/var/log/journal"
	find "$tree/var/lib/apt/lists" "$tree/var/cache" -type f -delete
}

copy_modules() {
	local to=$tree/lib/modules/$version m
	mkdir -p "$to"
	cp "$source/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} "$to"
	for m in $BOOT_MODULES $GUEST_MODULES $OPTIONAL_MODULES; do
		modprobe -d "$source" -S "$version" --show-depends "$m" 2>/dev/null ||
			[[ " $OPTIONAL_MODULES " = *" $m "* ]] ||
			echo "rig: $version has no module $m" >&2
	done | awk '$1 == "insmod" { print $2 }' | sort -u |
	while read -r m; do
		m=${m#"$source"/}
		install -D -m 644 "$source/$m" "$tree/${m#usr/}"
	done
	depmod -b "$tree" "$version"
}

make_initrd() {
	local m path
	mkdir -p "$dir/initrd.d"/{bin,dev,proc,sys,root,modules}
	cp "$tree/bin/busybox" "$dir/initrd.d/bin/"
	install -m 755 "$here/lib/initrd" "$dir/initrd.d/init"
	for m in $OPTIONAL_MODULES $BOOT_MODULES; do
		modprobe -d "$source" -S "$version" --show-depends "$m" 2>/dev/null || true
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
	while read -r path; do
		m=$(basename "$path" .xz)
		case $path in
		*.xz) xz -dc "$path" >"$dir/initrd.d/modules/$m" ;;
		*) cp "$path" "$dir/initrd.d/modules/$m" ;;
		esac
		echo "$m" >>"$dir/initrd.d/modules/order"
	done
	(cd "$dir/initrd.d" && find . | cpio -o -H newc --quiet) >"$dir/initrd"
	rm -r "$dir/initrd.d"
}
