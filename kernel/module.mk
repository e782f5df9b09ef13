# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module's goals:
#
# make module           for the running kernel, or KVER=release, or KDIR=headers
# make module_install   what was built, into DESTDIR
# make module_uninstall
# make dkms_install     the source, to be built for every kernel as it comes
# make dkms_uninstall
# make regen            what is generated from the netlink specification

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
MODULE_DIR = $(O)/module-$(KVER)
MODULE_TO = $(DESTDIR)/lib/modules/$(KVER)/updates
DKMS_SRC = $(DESTDIR)/usr/src/upsy-$(VERSION)

# Built in a copy, so that several kernels can be built for side by side and
# the source stays clean. O= means something else to the kernel's makefile.
module:
	@mkdir -p $(MODULE_DIR)
	@cp -ru Kbuild kernel $(MODULE_DIR)/
	env -u MAKEFLAGS -u O $(MAKE) -C $(KDIR) M=$(abspath $(MODULE_DIR)) modules

module_install:
	install -D -m 644 $(MODULE_DIR)/upsy.ko $(MODULE_TO)/upsy.ko
	$(if $(DESTDIR),,depmod $(KVER))

module_uninstall:
	rm -f $(MODULE_TO)/upsy.ko
	$(if $(DESTDIR),,-depmod $(KVER))

dkms_install:
	install -d $(DKMS_SRC)
	cp -r Kbuild dkms.conf kernel $(DKMS_SRC)/
	sed -i 's/^PACKAGE_VERSION=.*/PACKAGE_VERSION="$(VERSION)"/' $(DKMS_SRC)/dkms.conf
	$(if $(DESTDIR),,dkms install --force -m upsy -v $(VERSION) -k $(KVER))

dkms_uninstall:
	$(if $(DESTDIR),,-dkms remove -m upsy -v $(VERSION) --all)
	rm -rf $(DKMS_SRC)

regen:
	kernel/regen

.PHONY: module module_install module_uninstall dkms_install dkms_uninstall regen
