# SPDX-License-Identifier: GPL-2.0-or-later
#
# A virtual machine: one virtual processor, no acceleration (that works the same
# everywhere), a disk that forgets, no network unless asked for. ttyS0 is the
# kernel's console, ttyS1 carries the scenario's output.

# UPSY_MACHINES (2) run at a time on this computer, whoever starts them.

QEMU=${QEMU:-qemu-system-x86_64}

# in_turn COMMAND…: becomes COMMAND when it is its turn. A locked file is a turn that
# is taken, for as long as the process lives; who came first waits for one, the others
# for that.
in_turn() {
	local i
	mkdir -p "$cache/turns"
	exec 7>"$cache/turns/queue"
	flock 7
	while :; do
		for ((i = 1; i <= ${UPSY_MACHINES:-2}; i++)); do
			exec 8>"$cache/turns/$i"
			flock -n 8 && exec "$@" 7>&-
		done
		sleep 0.3
	done
}

boot_usage() {
	cat >&2 <<-END
	rig boot K [OPTION…] SCRIPT
	  -d DIR       keep disk and logs in DIR; a disk that is there is booted again
	  -f FILE      copy FILE or directory to /upsy in the guest (may be given again)
	  -m DIR       build the module in DIR of the tree too, for the guest
	  -n           a network card; the host is 10.0.2.2
	  -q OPTIONS   more options for QEMU
	  -t SECONDS   how long it may take (default 300)
	END
	exit 2
}

# boot K [OPTION…] SCRIPT: what the scenario writes goes to standard output.
# Returns the scenario's status, or 125 when the machine did not come up.
boot() {
	local k=${1:-} dir= files=() modules=() net=(-nic none) extra=() limit=300 attempt opt
	[ -n "$k" ] || boot_usage
	shift
	OPTIND=1
	while getopts d:f:m:nq:t: opt; do
		case $opt in
		d) dir=$OPTARG ;;
		f) files+=("$OPTARG") ;;
		m) modules+=("$OPTARG") ;;
		n) net=(-nic "user,model=virtio-net-pci") ;;
		q) read -ra extra <<<"$OPTARG" ;;
		t) limit=$OPTARG ;;
		*) boot_usage ;;
		esac
	done
	shift $((OPTIND - 1))
	[ $# = 1 ] || boot_usage
	make_image "$k"
	if [ -z "$dir" ]; then
		dir=$O/vm/$(basename "$1" .sh)-$k
		rm -rf "$dir"
	fi
	mkdir -p "$dir"
	local drives=(-drive "file=$dir/root.qcow2,if=virtio,format=qcow2,cache=writeback")
	if [ ! -f "$dir/root.qcow2" ]; then
		qemu-img create -q -f qcow2 -F raw -b "$(image_dir "$k")/root.img" "$dir/root.qcow2"
		pack_payload "$k" "$dir" "$1" ${files[@]+"${files[@]}"}
		drives+=(-drive "file=$dir/payload.tar,if=virtio,format=raw,readonly=on")
	fi
	for attempt in 1 2; do
		start_machine
		wait_up && break
		stop_machine
		say "$k did not come up ($dir/console$attempt.log)"
		mv "$dir/console.log" "$dir/console$attempt.log"
		[ $attempt = 1 ] || return 125
	done
	wait_end
}

start_machine() {
	: >"$dir/output"
	rm -f "$dir/pid"
	in_turn $QEMU -nodefaults -no-user-config -machine pc,accel=tcg -smp 1 -m 512 \
		-display none -no-reboot -pidfile "$dir/pid" \
		-kernel "$(root_dir "$k")/vmlinux" -initrd "$(image_dir "$k")/initrd" \
		-append "console=ttyS0 quiet loglevel=5 panic=-1 ${UPSY_APPEND:-}" \
		"${drives[@]}" "${net[@]}" ${extra[@]+"${extra[@]}"} -object rng-random,id=r,filename=/dev/urandom -device virtio-rng-pci,rng=r \
		-serial "file:$dir/console.log" -serial "file:$dir/output" \
		</dev/null >"$dir/qemu.log" 2>&1 &
	machine=$! pidfile=$dir/pid	# not local: the trap outlives the function
	trap stop_machine EXIT
}

stop_machine() {
	# $machine may still wait for its turn; QEMU's own number is in the file.
	[ ! -s "$pidfile" ] || kill -KILL "$(cat "$pidfile")" 2>/dev/null || :
	kill "$machine" 2>/dev/null || :
	wait "$machine" 2>/dev/null || :
	trap - EXIT
	return 0
}

wait_up() {
	local t=0
	# It may wait for its turn: the clock starts with QEMU.
	while [ ! -s "$dir/pid" ] && kill -0 "$machine" 2>/dev/null; do
		sleep 0.2
	done
	while ! grep -q '^# up' "$dir/output"; do
		kill -0 "$machine" 2>/dev/null || return 1
		[ $((t++)) -lt $((${UPSY_BOOT_TIMEOUT:-90} * 5)) ] || return 1
		sleep 0.2
	done
}

# The scenario's output as it comes, until the machine is off or time is up.
wait_end() {
	local rc=0
	tail -f -n +1 -s 0.2 --pid="$machine" "$dir/output" 2>/dev/null | sed -u 's|\r$||' &
	local reader=$! t=0
	while kill -0 "$machine" 2>/dev/null; do
		if [ $((t++)) -ge $((limit * 5)) ]; then
			echo "Bail out! $k: not over after $limit s"
			break
		fi
		sleep 0.2
	done
	stop_machine
	wait $reader
	rc=$(sed -n 's/^# end \([0-9]*\).*/\1/p' "$dir/output" | tail -1)
	return "${rc:-0}"
}

# pack_payload K DIR SCRIPT FILE…: the archive that the guest unpacks into /
pack_payload() {
	local k=$1 dir=$2 script=$3 stage
	shift 3
	stage=$(mktemp -d)
	chmod 755 "$stage"
	mkdir -p "$stage/upsy"
	stage_upsy "$k" "$stage"
	cp "$here"/guest/{prepare,start,lib.sh} "$stage/upsy/"
	cp "$script" "$stage/upsy/scenario"
	[ $# = 0 ] || cp -r "$@" "$stage/upsy/"
	install -D -m 644 "$here/guest/scenario.service" "$stage/etc/systemd/system/scenario.service"
	mkdir -p "$stage/etc/systemd/system/multi-user.target.wants"
	ln -s ../scenario.service "$stage/etc/systemd/system/multi-user.target.wants/"
	# --keep-directory-symlink: /lib in the guest is a link to /usr/lib.
	tar -C "$stage" --owner=0 --group=0 -cf "$dir/payload.tar" --sort=name .
	rm -rf "$stage"
}

# What is built here runs in guests whose C library is not older. On a newer
# computer it is built once more, in the oldest release's build root.
OLDEST=6.1
runs_in_guests() {
	[ "${UPSY_BUILD_IN_ROOT:-}" != 1 ] &&
		printf '%s\n' "$(getconf GNU_LIBC_VERSION)" "glibc 2.36" | sort -CV
}

systemd_of() {
	case $1 in
	6.1) echo 252 ;;
	6.12) echo 257 ;;
	*) echo 260 ;;
	esac
}

other_modules() {
	local m
	for m in ${modules[@]+"${modules[@]}"}; do
		module_built "$1" "${m##*/}" "$m" . || return
	done
}

# stage_upsy K DIR: upsy as "make install" puts it there, the module, and upsy-emu
stage_upsy() {
	local k=$1 stage=$2 built ko install
	built=$(build_module "$k" && other_modules "$k") || exit 1
	for ko in $built; do
		install -D -m 644 -t "$stage/usr/lib/modules/$(kernel_version "$k")/updates" "$ko"
	done
	install="install MODULE= SYSTEMD_VERSION=$(systemd_of "$k")"
	if runs_in_guests; then
		locked build make -s -C "$top" O="$O" DESTDIR="$stage" "$O/upsy-emu" $install &&
			install -D "$O/upsy-emu" "$stage/usr/bin/upsy-emu"
	else
		mkdir -p "$O/vm/programs" &&
		RIG_OUT=$O/vm/programs locked build run_in_root $OLDEST sh -euc '
			rm -rf /out/stage-$0
			make -s -C /upsy O=/out /out/upsy-emu all
			make -s -C /upsy O=/out DESTDIR=/out/stage-$0 $1
			install -D /out/upsy-emu /out/stage-$0/usr/bin/upsy-emu' "$k" "$install" &&
		cp -a "$O/vm/programs/stage-$k/." "$stage/"
	fi >"$dir/build.log" 2>&1 || { cat "$dir/build.log" >&2; die "upsy does not build"; }
}
