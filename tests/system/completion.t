#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion offers what upsyctl's own help lists.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh
PATH=$(realpath "$O"):$PATH
. userspace/completion/upsyctl.bash

offers() {	# offers WORD…: what is offered for the last one
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_upsyctl
	echo "${COMPREPLY[*]}"
}

is "a command" "$(offers upsyctl li)" list
is "an option" "$(offers upsyctl --js)" --json
is "a command after an option" "$(offers upsyctl --json doc)" doctor
is "what a command takes" "$(offers upsyctl test qu)" quick
is "nothing for nonsense" "$(offers upsyctl zzz)" ""
all=$(offers upsyctl "")
for c in $(upsyctl --help | sed -n '/^  [a-z]/s/^  \([a-z-]*\).*/\1/p'); do
	ok "$c" grep -qw -- "$c" <<<"$all"
done
finish
