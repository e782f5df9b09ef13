# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which kernels there are, which release each comes from, and where packages are.

RELEASES="6.1 6.12 7"

die() {
	echo "rig: $*" >&2
	exit 1
}

say() {
	echo "rig: $*" >&2
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -E "$@"
	fi
}

suite_of() {
	case $1 in
	6.1) echo bookworm ;;
	6.12) echo trixie ;;
	7) echo sid ;;
	*) die "no kernel '$1'; there are: $RELEASES" ;;
	esac
}

# The mirror that this machine's own apt uses for Debian. Elsewhere (another
# distribution) nothing: mmdebstrap knows a mirror for each Debian suite.
mirror() {
	if [ -n "${UPSY_MIRROR:-}" ]; then
		echo "$UPSY_MIRROR"
	elif (. /etc/os-release && [ "$ID" = debian ]); then
		apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
			awk -v suite="$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")" \
				'$2 == suite { print $1; exit }'
	fi
}

# How this machine's apt reaches its mirror (proxies, retries), as options for
# the apt that mmdebstrap starts. A mirror's copy of sid may be some days old.
apt_options() {
	echo "--aptopt=Acquire::Check-Valid-Until \"false\""
	apt-config dump | sed -nE 's/^(Acquire::(https?|Retries|Queue-Mode).* ".+";)$/--aptopt=\1/p'
}

# debstrap SUITE DIR [OPTION…]: a Debian system in DIR
debstrap() {
	local suite=$1 dir=$2 options
	shift 2
	mapfile -t options < <(apt_options)
	as_root env TMPDIR="$cache" mmdebstrap --mode=root --quiet \
		"${options[@]}" "$@" "$suite" "$dir" $(mirror)
}

# made NAME FILE…: true if cache item NAME was made by these very scripts
made() {
	local stamp=$cache/$1/stamp
	shift
	[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cat "$@" | sha1sum)" ]
}

# stamp NAME FILE…: says so
stamp() {
	local stamp=$cache/$1/stamp
	shift
	cat "$@" | sha1sum | as_root tee "$stamp" >/dev/null
}

# locked NAME FUNCTION ARG…: one at a time, so that two callers share one item
locked() {
	local name=$1
	shift
	mkdir -p "$cache"
	(
		flock 9
		"$@" 9>&-
	) 9>"$cache/$name.lock"
}
