#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module's source: no warnings at W=1 and from sparse with the headers and
# the compiler of every kernel there is, nothing for checkpatch --strict to say,
# generated files in step with the specification.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=0

# ok NAME: the status of the last command, and the file "log" when it failed
ok() {
	local status=$?
	n=$((n + 1))
	if [ $status = 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' "$scratch/log"
	fi
}

# Sparse of this machine, with its libraries: build roots have none. It is older
# than some headers: those of 7.x want it to know __typeof_unqual__ and the value
# of __builtin_strlen() (in MODULE_INFO), and a script that Debian leaves out.
mkdir "$scratch/out"
if cp "$(command -v sparse)" "$scratch/out/" 2>"$scratch/log"; then
	ldd "$scratch/out/sparse" | grep -oE '/[^ ]+' | xargs cp -Lt "$scratch/out"
fi
cat >"$scratch/out/check" <<'END'
#!/bin/sh
echo "$@" >>/out/checked
/out/ld-linux-x86-64.so.2 --library-path /out /out/sparse -D__typeof_unqual__=__typeof__ "$@" \
	>>/out/log 2>&1
exit 0
END
chmod +x "$scratch/out/check"
[ -x "$scratch/out/sparse" ]
ok "sparse is installed"
sources=$(ls "$top"/kernel/*.c | wc -l)

for k in $("$top/tests/vm/rig" list); do
	RIG_OUT=$scratch/out "$top/tests/vm/rig" chroot "$k" sh -euc '
		mkdir /tmp/module
		cp -r /upsy/Kbuild /upsy/kernel /tmp/module/
		make -s -C /lib/modules/*/build M=/tmp/module W=1 modules
		find /tmp/module -name upsy.ko | grep -q .' >"$scratch/log" 2>&1 &&
		! grep -qiE 'warning|error' "$scratch/log"
	ok "$k: no warning at W=1"

	rm -f "$scratch"/out/{checked,log}
	RIG_OUT=$scratch/out "$top/tests/vm/rig" chroot "$k" sh -euc '
		for dir in /usr/src/linux-headers-*-common/scripts; do
			[ -e $dir/checker-valid.sh ] && continue
			printf "#!/bin/sh\necho 1\n" >$dir/checker-valid.sh
			chmod +x $dir/checker-valid.sh
		done
		mkdir /tmp/module
		cp -r /upsy/Kbuild /upsy/kernel /tmp/module/
		make -s -C /lib/modules/*/build M=/tmp/module C=2 CHECK=/out/check modules' \
		>"$scratch/log" 2>&1
	grep -E 'warning|error' "$scratch/out/log" |
		grep -v 'kernel/main.c:.*error: bad constant expression$' >>"$scratch/log"
	[ "$(grep -c '\.c$' "$scratch/out/checked")" = "$sources" ] &&
		! grep -qE 'warning|error' "$scratch/log"
	ok "$k: nothing from sparse"
done

linux=$("$top/tests/kernel/linux-source")
# Macros here make rows of tables, where an argument's side effects are none;
# and the one test for a version is for technology PbAc.
(cd "$top" && perl "$linux/scripts/checkpatch.pl" --strict --no-tree --quiet --show-types \
	--max-line-length=100 --ignore MACRO_ARG_REUSE \
	-f Kbuild kernel/*.[ch] Documentation/ABI/testing/*) >"$scratch/complaints" 2>&1
grep -E '^(ERROR|WARNING|CHECK):' "$scratch/complaints" |
	grep -vE ':(LINUX_VERSION_CODE|CONSTANT_COMPARISON|EMBEDDED_FILENAME):' >"$scratch/log"
[ ! -s "$scratch/log" ]
ok "checkpatch --strict"
[ "$(grep -rhoE 'LINUX_VERSION_CODE' "$top/kernel" | wc -l)" = 1 ]
ok "one test for a kernel version"

abi=$top/Documentation/ABI/testing/sysfs-class-power-upsy
grep -oE '(UPS|UPS_ENUM|UPS_FLAGS)\("[^"]+"|ROW\("[^"]+", UPSY_IN_GROUP' "$top/kernel/readings.c" |
	cut -d'"' -f2 |
	while read -r name; do
		grep -q "BAT_UPS<n>/ups/$name\$" "$abi" || echo "$name"
	done >"$scratch/log"
[ ! -s "$scratch/log" ]
ok "every attribute in ups/ is documented"

"$top/kernel/regen" "$scratch/generated" >"$scratch/log" 2>&1
ok "generate from the specification"
diff -u "$top/kernel/include/uapi/linux/upsy.h" "$scratch/generated/include/uapi/linux/upsy.h" \
	>"$scratch/log" &&
	diff -u "$top/kernel/netlink-gen.h" "$scratch/generated/netlink-gen.h" >"$scratch/log" &&
	diff -u "$top/kernel/netlink-gen.c" "$scratch/generated/netlink-gen.c" >"$scratch/log"
ok "what is committed is what is generated (make regen)"
echo "1..$n"
