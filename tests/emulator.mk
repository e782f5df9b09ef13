# SPDX-License-Identifier: GPL-2.0-or-later
#
# upsy-try: a driver without the daemon, for the emulator's tests

$(O)/upsy-try: $(O)/tests/emulator/driver/main.o $(O)/libupsy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

test-programs: $(O)/upsy-try
