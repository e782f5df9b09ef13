# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench: how fast, how big, beside the peers that can be had. Asserts nothing.

$(O)/bench-kernel: $(O)/tests/bench/kernel.o $(O)/libupsy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(O)/bench-hid-parse: $(O)/tests/bench/hid_parse.o $(O)/libupsy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

bench: all $(O)/upsy-emu $(O)/bench-kernel $(O)/bench-hid-parse
	O=$(O) tests/bench/run

.PHONY: bench
