// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-hid-parse - what parsing a HID report descriptor costs: time, memory.
 *
 *   bench-hid-parse FILE…      each recording's descriptor, as a table
 *   bench-hid-parse -1 FILE    parses once and is silent: for callgrind, whose
 *                              counts of instructions are the same every time
 *
 * Memory is what the allocator hands out: what stays for as long as the UPS is
 * there, which is all there is but for the parser's stack.
 */
#include <malloc.h>
#include <time.h>
#include <unistd.h>

#include "protocol/hid_parser.h"
#include "../unit/hid_fixture.h"

#define ROUNDS	500

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int parse_once(const struct fixture *x)
{
	struct hid_device *h;
	int rc = hid_parse(x->desc, x->desc_len, &h);

	if (!rc)
		hid_free(h);
	return rc;
}

/* The shortest of many: what disturbs only adds. */
static double best_us(const struct fixture *x)
{
	double best = 1e9;

	for (int i = 0; i < ROUNDS; i++) {
		double t = now_us();

		parse_once(x);
		t = now_us() - t;
		if (t < best)
			best = t;
	}
	return best;
}

static void row(const char *file, const struct fixture *x)
{
	const char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	size_t before = mallinfo2().uordblks;
	struct hid_device *h;

	if (hid_parse(x->desc, x->desc_len, &h)) {
		printf("%-28.*s %8zu        not parsed\n", (int)strcspn(name, "."), name,
		       x->desc_len);
		return;
	}
	before = mallinfo2().uordblks - before;
	printf("%-28.*s %8zu %8zu %10zu %10.1f\n", (int)strcspn(name, "."), name, x->desc_len,
	       h->nr_fields, before, best_us(x));
	hid_free(h);
}

int main(int argc, char **argv)
{
	bool once = argc == 3 && !strcmp(argv[1], "-1");

	if (argc < 2) {
		fputs("usage: bench-hid-parse [-1] FILE…\n", stderr);
		return 64;
	}
	if (!once)
		printf("%-28s %8s %8s %10s %10s\n", "", "bytes", "fields", "heap bytes", "us");
	for (int i = once ? 2 : 1; i < argc; i++) {
		struct fixture *x = fixture_file(argv[i]);

		if (!x) {
			fprintf(stderr, "bench-hid-parse: %s cannot be read\n", argv[i]);
			return 1;
		}
		if (once)
			parse_once(x);
		else
			row(argv[i], x);
		free(x);
	}
	return 0;
}
