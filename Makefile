# SPDX-License-Identifier: GPL-2.0-or-later
#
# make            build the user space into build/
# make module     build kernel/upsy.ko for the running kernel (KDIR= for another)
# make check      install what the tests need and run every test
# make demo       show it all in a throw-away VM
# make bench      measure, beside the peers that are installed
# make install    put it on this computer; make uninstall takes it away again
#
# Objects follow the directories: a new .c file in userspace/ is compiled into
# what its directory belongs to, a new tests/unit/test_*.c is a new test.

VERSION := 0.1.0
O ?= build
CC ?= cc
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wno-unused-parameter -Wno-missing-field-initializers
PKGS := libusb-1.0 libudev libmnl jansson
CPPFLAGS += -D_GNU_SOURCE -DUPSY_VERSION='"$(VERSION)"' -Iuserspace -Ikernel/include/uapi
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
# A process per UPS pays for every page that only it uses: no tables for unwinding, nothing
# that nobody calls, and relocations in their short form where the C library (2.36) reads it.
SMALL_CFLAGS := -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
SMALL_LDFLAGS := -Wl,--gc-sections $(shell printf '%s\n' "glibc 2.36" "$$(getconf GNU_LIBC_VERSION)" | \
	sort -CV && echo -Wl,-z,pack-relative-relocs)
PKG_LIBS = -Wl,--as-needed $(shell pkg-config --libs $(PKGS)) -linih -lm
ALL_CFLAGS = -std=gnu11 $(WARN) $(CPPFLAGS) $(PKG_CFLAGS) $(SMALL_CFLAGS) -MMD -MP $(CFLAGS)

objs = $(patsubst %.c,$(O)/%.o,$(wildcard $(1)))

LIB := $(call objs,userspace/lib/*.c)
DRIVER := $(call objs,userspace/protocol/*.c userspace/transport/*.c userspace/gauge/*.c)
UPSYD := $(call objs,userspace/upsyd/*.c)
UPSYD_PARTS := $(filter-out %/main.o,$(UPSYD))
TOOLS := upsyctl upsy-guard upsy-notify upsy-killpower

PROGRAMS := $(O)/upsyd $(foreach t,$(TOOLS),$(if $(wildcard userspace/$(t)/*.c),$(O)/$(t)))

all: $(PROGRAMS)

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(O)/libupsy.a: $(LIB) $(DRIVER) $(UPSYD_PARTS)
	@rm -f $@
	ar rcs $@ $^

$(O)/upsyd: $(O)/userspace/upsyd/main.o $(O)/libupsy.a
	$(CC) $(CFLAGS) $(SMALL_LDFLAGS) $(LDFLAGS) -o $@ $< $(O)/libupsy.a $(PKG_LIBS)

define tool
$(O)/$(1): $(call objs,userspace/$(1)/*.c) $(O)/libupsy.a
	$$(CC) $$(CFLAGS) $$(SMALL_LDFLAGS) $$(LDFLAGS) -o $$@ $$^ $$(PKG_LIBS)
endef
$(foreach t,$(TOOLS),$(eval $(call tool,$(t))))

-include $(shell find $(O) -type f -name '*.d' 2>/dev/null)

# tests/tests.mk, udev/install.mk, kernel/module.mk: the other goals
-include $(wildcard */*.mk)

clean:
	rm -rf $(O)

.PHONY: all clean
.DELETE_ON_ERROR:
