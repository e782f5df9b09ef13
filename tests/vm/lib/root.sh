# SPDX-License-Identifier: GPL-2.0-or-later
#
# A build root per kernel: the release it belongs to, with its headers, its
# compiler and DKMS, and the kernel beside it. Headers and compiler are the
# distribution's own, so what builds here builds on a user's machine.

ROOT_PACKAGES=linux-headers-amd64,dkms,make,gcc,libc6-dev,pkgconf,libusb-1.0-0-dev,libudev-dev
ROOT_PACKAGES+=,libmnl-dev,libjansson-dev,libinih-dev

root_dir() {
	echo "$cache/root-$1"
}

make_root() {
	suite_of "$1" >/dev/null
	locked "root-$1" make_root_locked "$1"
}

make_root_locked() {
	local k=$1 dir
	dir=$(root_dir "$k")
	made "root-$k" "$here"/lib/{root.sh,fetch-kernel,extract-vmlinux} && return
	say "making the build root of $k ($(suite_of "$k"))"
	as_root rm -rf "$dir"
	mkdir -p "$dir/kernel"
	debstrap "$(suite_of "$k")" "$dir/root" --variant=apt --include="$ROOT_PACKAGES" \
		--customize-hook="$here/lib/fetch-kernel \"\$1\" $dir/kernel" >&2 ||
		die "no build root for $k"
	"$here/lib/extract-vmlinux" "$(ls "$dir"/kernel/boot/vmlinuz-* \
		"$dir"/kernel/usr/lib/modules/*/vmlinuz 2>/dev/null | head -1)" |
		as_root tee "$dir/vmlinux" >/dev/null || die "no kernel for $k"
	as_root depmod -b "$dir/kernel" "$(kernel_version "$k")"
	stamp "root-$k" "$here"/lib/{root.sh,fetch-kernel,extract-vmlinux}
}

kernel_version() {
	basename "$(root_dir "$1")"/root/usr/lib/modules/*
}

show_kernel() {
	make_root "$1"
	local dir version
	dir=$(root_dir "$1")
	version=$(kernel_version "$1")
	echo "version=$version"
	echo "vmlinux=$dir/vmlinux"
	echo "modules=$dir/kernel/lib/modules/$version"
	echo "root=$dir/root"
}

# The root is shared and stays as it was: what is changed in it is an overlay
# in memory that goes with the command.
run_in_root() {
	local k=$1 dir
	shift
	make_root "$k"
	dir=$(root_dir "$k")
	as_root unshare -m bash -c '
		set -e
		root=$1 top=$2 out=$3
		shift 3
		mount -t tmpfs tmpfs /mnt
		mkdir /mnt/upper /mnt/work /mnt/root
		mount -t overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
		mkdir -p /mnt/root/upsy /mnt/root/out
		mount --bind "$top" /mnt/root/upsy
		mount -o remount,bind,ro /mnt/root/upsy
		mount --bind "$out" /mnt/root/out
		mount -t proc proc /mnt/root/proc
		mount --rbind /dev /mnt/root/dev
		exec chroot /mnt/root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C "$@"
	' bash "$dir/root" "$top" "${RIG_OUT:-/mnt}" "$@"
}

fetch_all() {
	local k failed=0 pids=()
	for k in ${@:-$RELEASES}; do
		make_image "$k" &
		pids+=($!)
	done
	for k in "${pids[@]}"; do
		wait "$k" || failed=1
	done
	return $failed
}
