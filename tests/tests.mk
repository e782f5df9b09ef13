# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests. Each is a program that writes TAP; tests/run counts. A new
# tests/unit/test_*.c or tests/<layer>/*.t is found by itself.

UNIT := $(patsubst tests/unit/%.c,$(O)/tests/unit/%,$(wildcard tests/unit/test_*.c))
EMU := $(call objs,tests/emulator/*.c)

$(O)/tests/unit/test_%: $(O)/tests/unit/test_%.o $(O)/libupsy.a
	$(CC) $(CFLAGS) -o $@ $^ $(PKG_LIBS) -lcmocka

$(O)/upsy-emu: $(EMU) $(O)/libupsy.a
	$(CC) $(CFLAGS) -o $@ $^ $(PKG_LIBS)

# upsy-notify as it is, but for the module's place and that of upsy-guard's stamp
FED := $(call objs,tests/system/notify/*.c) $(O)/userspace/upsy-notify/decide.o

$(O)/tests/system/notify/main.o: userspace/upsy-notify/main.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DRUN_DIR='"."' -c -o $@ $<

$(O)/upsy-notify-fed: $(O)/tests/system/notify/main.o $(FED) $(O)/libupsy.a
	$(CC) $(CFLAGS) -o $@ $^ $(PKG_LIBS)

# Of two definitions the first is taken; "probe" needs the module's other functions.
$(O)/upsyctl-fed: $(call objs,userspace/upsyctl/*.c) $(call objs,tests/system/notify/*.c) $(O)/libupsy.a
	$(CC) $(CFLAGS) -Wl,--allow-multiple-definition -o $@ $^ $(PKG_LIBS)

test-programs: all $(UNIT) $(if $(EMU),$(O)/upsy-emu) $(O)/upsy-notify-fed $(O)/upsyctl-fed

check-unit: test-programs
	tests/run unit

check-replay: test-programs
	tests/run replay

check-emulator: test-programs
	tests/run emulator

check-system: test-programs
	O=$(O) tests/run system

check-vm: test-programs
	tests/run vm

# From a bare checkout: the packages, the build, every layer.
check:
	tests/install-deps.sh
	$(MAKE) --no-print-directory -j$$(nproc) test-programs
	O=$(O) tests/run unit replay emulator system kernel vm

.PHONY: check test-programs check-unit check-replay check-emulator check-system check-vm
