# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module, built for each kernel by the release's own compiler.

module_path() {
	echo "$O/vm/module-$1/upsy.ko"
}

# build_module K [ARG…]: build it unless it is newer than its source. With ARGs
# (W=1, C=2 …) always, and somewhere else, so that a check leaves no module.
build_module() {
	local k=$1 ko dir
	shift
	ko=$(module_path "$k")
	if [ $# -gt 0 ]; then
		dir=$(mktemp -d)
		RIG_OUT=$dir module_in_root "$k" "$@"
		as_root rm -rf "$dir"
		return
	fi
	make_root "$k"
	if [ ! -f "$ko" ] || [ -n "$(find "$top/Kbuild" "$top/kernel" -newer "$ko" -type f)" ]; then
		mkdir -p "${ko%/*}"
		RIG_OUT=${ko%/*} module_in_root "$k" >"${ko%/*}/log" 2>&1 || {
			cat "${ko%/*}/log" >&2
			die "the module does not build for $k"
		}
	fi
	echo "$ko"
}

module_in_root() {
	local k=$1
	shift
	run_in_root "$k" sh -euc '
		mkdir /tmp/module
		cp -a /upsy/Kbuild /upsy/kernel /tmp/module/
		find /tmp/module -name "*.o" -o -name "*.cmd" -o -name "*.ko" | xargs rm -f
		make -C /lib/modules/*/build M=/tmp/module "$@" modules
		cp "$(find /tmp/module -name upsy.ko)" /out/' sh "$@"
}
