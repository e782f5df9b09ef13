# SPDX-License-Identifier: GPL-2.0-or-later
#
# make fuzz            fuzz every parser that eats bytes from a wire, FUZZ_SECONDS
#                      each, from the inputs in tests/fuzz/corpus/NAME
# make fuzz-check      only run these inputs, once
#
# tests/fuzz/fuzz_NAME.c is a target of its own; it needs clang.

CLANG ?= $(firstword $(shell command -v clang clang-19 clang-16 clang-14 2>/dev/null))
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
FUZZ_SOURCES := $(wildcard userspace/lib/*.c userspace/protocol/*.c userspace/transport/*.c)
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_HEADERS := $(wildcard userspace/*/*.h)

$(O)/fuzz/%: tests/fuzz/%.c $(FUZZ_SOURCES) $(FUZZ_HEADERS)
	@mkdir -p $(@D)
	$(CLANG) -std=gnu11 $(WARN) $(CPPFLAGS) $(PKG_CFLAGS) $(FUZZ_CFLAGS) -o $@ $< $(FUZZ_SOURCES) $(PKG_LIBS)

fuzz-programs: $(FUZZ_TARGETS:%=$(O)/fuzz/%)

fuzz: fuzz-programs
	@mkdir -p $(FUZZ_TARGETS:fuzz_%=$(O)/fuzz/corpus/%)
	@set -e; for t in $(FUZZ_TARGETS:fuzz_%=%); do \
		echo "fuzz_$$t: $(FUZZ_SECONDS) s"; \
		$(O)/fuzz/fuzz_$$t -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=4096 \
			-artifact_prefix=$(O)/fuzz/ -print_final_stats=1 \
			$(O)/fuzz/corpus/$$t $$(ls -d tests/fuzz/corpus/$$t 2>/dev/null); \
	done

fuzz-check: fuzz-programs
	@set -e; for t in $(FUZZ_TARGETS:fuzz_%=%); do \
		$(O)/fuzz/fuzz_$$t -runs=0 $$(ls -d tests/fuzz/corpus/$$t 2>/dev/null); \
	done

.PHONY: fuzz fuzz-programs fuzz-check
