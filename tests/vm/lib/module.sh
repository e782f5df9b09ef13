# SPDX-License-Identifier: GPL-2.0-or-later
#
# Modules, built for each kernel by the release's own compiler.

# build_module K [ARG…]: upsy.ko. With ARGs (W=1, C=2 …) it is built every time,
# and somewhere else, so that a check leaves no module.
build_module() {
	local k=$1 dir
	shift
	if [ $# -gt 0 ]; then
		dir=$(mktemp -d)
		RIG_OUT=$dir module_in_root "$k" . "Kbuild kernel" "$@"
		as_root rm -rf "$dir"
		return
	fi
	module_built "$k" upsy . Kbuild kernel
}

# module_built K NAME BASE SOURCE…: NAME.ko from SOURCE in the directory BASE of the
# tree, built when it is older than that. Prints its path.
module_built() {
	make_root "$1"
	locked "module-$1" module_built_locked "$@"
}

module_built_locked() {
	local k=$1 name=$2 base=$3 dir=$O/vm/module-$1
	shift 3
	if [ ! -f "$dir/$name.ko" ] || [ -n "$(cd "$top/$base" && find "$@" -newer "$dir/$name.ko" -type f)" ]; then
		mkdir -p "$dir"
		RIG_OUT=$dir module_in_root "$k" "$base" "$*" >"$dir/$name.log" 2>&1 || {
			cat "$dir/$name.log" >&2
			die "$name.ko does not build for $k"
		}
	fi
	echo "$dir/$name.ko"
}

# module_in_root K BASE SOURCES [ARG…]: the modules that BASE/Kbuild makes, to RIG_OUT
module_in_root() {
	local k=$1 base=$2 sources=$3
	shift 3
	run_in_root "$k" sh -euc '
		mkdir /tmp/module
		cd "/upsy/$0"
		cp -a $1 /tmp/module/
		shift
		cd /tmp/module
		find . -name "*.o" -o -name "*.cmd" -o -name "*.ko" -o -name "*.mod*" | xargs rm -f
		make -C /lib/modules/*/build M=/tmp/module "$@" modules
		find . -name "*.ko" -exec cp {} /out/ \;' "$base" "$sources" "$@"
}
