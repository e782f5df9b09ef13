#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every message with an id has its entry in the journal's catalog, and no entry
# is left without its message.
cd "$(dirname "$0")/../.." || exit 1
. tests/system/tap.sh

ids=$(sed -n 's/^#define \(MESSAGE_[A-Z_]*\)[[:space:]]*"\([0-9a-f]*\)"/\1 \2/p' userspace/lib/journal.h)
while read -r name id; do
	is "$name has 128 bits" "${#id}" 32
	ok "$name has an entry" grep -q "^-- $id\$" userspace/systemd/upsy.catalog
	ok "$name is used" grep -rqw "$name" --include=*.c userspace
done <<<"$ids"
is "no entry without a message" "$(grep -c '^-- ' userspace/systemd/upsy.catalog)" "$(wc -l <<<"$ids")"

if command -v journalctl >/dev/null; then
	mkdir -p "$work/usr/lib/systemd/catalog" "$work/var/lib/systemd/catalog"
	cp userspace/systemd/upsy.catalog "$work/usr/lib/systemd/catalog/"
	ok "journalctl takes it" journalctl --root="$work" --update-catalog
	is "and has it all" "$(journalctl --root="$work" --list-catalog 2>/dev/null | wc -l)" \
		"$(wc -l <<<"$ids")"
else
	skip "journalctl takes it" "no journalctl here"
fi
finish
