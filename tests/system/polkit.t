#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# polkit's policy: well-formed, what polkit wants, in step with upsyctl; and what
# upsyctl refuses under each first argument, since pkexec hands over the others as
# they come. All of it is refused before the module is spoken to.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh
policy=$O/etc/userspace/polkit/org.upsy.policy
upsyctl=$O/upsyctl

python3 - "$policy" >"$work/actions" 2>"$work/wrong" <<'END'
import re, sys, xml.etree.ElementTree as et
root = et.parse(sys.argv[1]).getroot()
results = {"no", "yes", "auth_self", "auth_self_keep", "auth_admin", "auth_admin_keep"}
assert root.tag == "policyconfig", root.tag
for a in root.iter("action"):
    id = a.get("id")
    assert re.fullmatch(r"[a-z][a-z0-9.-]*", id), id
    assert a.find("description").text and a.find("message").text, id
    allow = [a.find("defaults").find("allow_" + x).text for x in ("any", "inactive", "active")]
    assert set(allow) <= results, allow
    notes = {n.get("key").rsplit(".", 1)[1]: n.text for n in a.iter("annotate")
             if n.get("key").startswith("org.freedesktop.policykit.exec.")}
    print(id, notes["path"], notes["argv1"], *allow)
END
is "the policy is what polkit wants" "$(cat "$work/wrong")" ""
path=$(awk '{ print $2; exit }' "$work/actions")
is "three actions, told apart by their first argument" "$(cat "$work/actions")" \
"org.upsy.harmless $path --may=harmless auth_admin auth_admin yes
org.upsy.test $path --may=test auth_admin auth_admin auth_self_keep
org.upsy.all $path --may=all auth_admin auth_admin auth_admin"
ok "they are for upsyctl where it is installed" grep -q '/bin/upsyctl$' <<<"$path"

covered() {	# covered ARGUMENT…: goes as far as the module, which is not there or has no such UPS
	"$upsyctl" "$@" BAT_UPS63 >"$work/said" 2>&1 </dev/null
	local rc=$?
	[ $rc != 0 ] && ! grep -q -e '--may' "$work/said"
}
refused() {	# refused ARGUMENT…
	! "$upsyctl" "$@" >"$work/said" 2>&1 </dev/null && grep -q -e '--may' "$work/said"
}

for action in "beeper on" "beeper off" "beeper mute" "test stop"; do
	ok "--may=harmless covers $action" covered --may=harmless $action
done
for action in "test quick" "test deep" "shutdown return" "shutdown stayoff" "shutdown cancel" "load on" \
	"load off" "outlet 1 off" "bypass on" "bypass off" "get" "set a b" "test --schedule monthly" \
	"test --schedule off x"; do
	ok "--may=harmless does not cover $action" refused --may=harmless --yes $action
done
ok "--may=test covers test quick" covered --may=test test quick
for action in "test deep" "load off" "set a b" "test --schedule weekly"; do
	ok "--may=test does not cover $action" refused --may=test --yes $action
done
ok "--may=all covers load off" covered --may=all --yes load off
for command in list show watch doctor "probe /dev/null" outages "graph --svg $work/svg" tests \
	"import-nut /etc/passwd" ""; do
	ok "--may=all does not cover '$command'" refused --may=all $command
done
ok "graph has written nothing" test ! -e "$work/svg"
ok "a second --may does not widen the first" refused --may=harmless --may=all --yes load off
ok "nor does it shortened" refused --may=harmless --ma=all --yes load off
ok "nor as two words" refused --may=harmless --may all --yes load off
ok "--may=everything is nothing" refused --may=everything beeper off

# The real polkit, on a system bus of this test's own: a mount namespace hides the
# machine's. Its one rule stands for somebody at the machine, whom it grants
# "harmless"; all else would need a password, and nobody is there to type one.
live="polkit itself"
polkitd=$(ls /usr/lib/polkit-1/polkitd /usr/libexec/polkitd 2>/dev/null | head -1)
if [ "$(id -u)" != 0 ] || [ -z "$polkitd" ] || ! command -v pkexec >/dev/null ||
	! command -v dbus-daemon >/dev/null; then
	skip "$live" "root, polkitd, pkexec and dbus-daemon are needed"
	finish
elif ! unshare -m -p -f --mount-proc true 2>/dev/null; then
	skip "$live" "no namespaces here"
	finish
fi
chmod 755 "$work"
mkdir "$work/bin" "$work/policies" "$work/rules"
cp "$O/upsyctl-fed" "$work/bin/upsyctl"
cp /usr/share/polkit-1/actions/org.freedesktop.policykit.policy "$work/policies/"
sed "s|$path|$work/bin/upsyctl|" "$policy" >"$work/policies/org.upsy.policy"
echo 'polkit.addRule(function(action, subject) {
	return action.id == "org.upsy.harmless" ? polkit.Result.YES : polkit.Result.NO; });' >"$work/rules/10.rules"
cat >"$work/live" <<END
mount --make-rprivate /
mount -t tmpfs none /run
mkdir -p /run/dbus /etc/polkit-1/rules.d
mount --bind $work/policies /usr/share/polkit-1/actions
mount --bind $work/rules /etc/polkit-1/rules.d
dbus-daemon --system --fork --nopidfile
$polkitd --no-debug >/dev/null 2>&1 &
for i in \$(seq 100); do
	pkaction --action-id org.upsy.all >/dev/null 2>&1 && break
	sleep 0.1
done
pkaction
nobody() {
	out=\$(setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH=/usr/bin:/bin DISPLAY=:99 \\
		setsid timeout 20 "\$@" </dev/null 2>&1)
	rc=\$?
	echo "\$*: \$(tail -1 <<<"\$out") \$rc"
}
me=$work/bin/upsyctl
nobody \$me beeper off
nobody \$me --json test stop
nobody \$me test quick
nobody \$me --yes load off
nobody \$me load off
nobody env DISPLAY= \$me beeper off
nobody pkexec \$me --may=harmless beeper mute
nobody pkexec \$me --may=harmless --may=all --yes load off
nobody pkexec \$me beeper on
END
unshare -m -p -f --mount-proc bash "$work/live" >"$work/live.out" 2>&1
said() {	# said COMMAND WORDS
	is "polkit: $1: $2" "$(sed "s|$work/bin/||g" "$work/live.out" | sed -n "s/^$1: //p" |
		sed 's/ [0-9]*$//; s/^upsyctl: //')" "$2"
}
is "polkit knows the three actions" "$(grep -c '^org\.upsy\.' "$work/live.out")" 3
said "upsyctl beeper off" "beeper-off for root"
said "upsyctl --json test stop" "test-stop for root"
said "upsyctl test quick" "polkit did not allow it; nothing done"
said "upsyctl --yes load off" "polkit did not allow it; nothing done"
said "upsyctl load off" "this will cut the power of what hangs on it at once; say --yes if you mean it"
said "env DISPLAY= upsyctl beeper off" "only root may have a UPS do something; try 'sudo upsyctl ...'"
said "pkexec upsyctl --may=harmless beeper mute" "beeper-mute for root"
said "pkexec upsyctl --may=harmless --may=all --yes load off" "--may is harmless, test or all, and is said once"
is "polkit: and their exit statuses" "$(sed 's/^.* //' "$work/live.out" | tail -9 | paste -sd' ')" \
	"0 0 1 1 1 1 0 2 127"
# pkexec's own 127, whatever its words are
is "polkit: without --may it is none of them" \
	"$(sed -n 's/^pkexec .*upsyctl beeper on: .* \([0-9]*\)$/\1/p' "$work/live.out")" 127
finish
