# SPDX-License-Identifier: GPL-2.0-or-later
#
# make demo: the whole of it on a machine of its own, told step by step.
# DEMO=6.1 or DEMO=7 shows another kernel and desktop.
DEMO ?= 6.12

demo:
	@tests/install-deps.sh
	@$(MAKE) --no-print-directory all $(O)/upsy-emu >$(O).log 2>&1 || { cat $(O).log; exit 1; }
	@rm -f $(O).log
	@O=$(O) tests/vm/demo $(DEMO)

.PHONY: demo
