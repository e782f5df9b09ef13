# SPDX-License-Identifier: GPL-2.0-or-later
#
# make docs           put what the drivers' tables know into the documents

SUPPORTED := $(O)/supported-devices

$(SUPPORTED): $(O)/Documentation/supported-devices.o $(O)/libupsy.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

docs: $(SUPPORTED)
	$(SUPPORTED) >Documentation/supported-devices.md
	$(SUPPORTED) --brief >$(O)/supported-brief.md
	sed -i -e '/^<!-- supported devices -->$$/,/^<!-- end -->$$/{/^<!-- supported/r $(O)/supported-brief.md' \
		-e '/^<!--/!d}' README.md

test-programs: $(SUPPORTED)

.PHONY: docs
