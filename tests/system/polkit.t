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
finish
