/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A HID UPS out of a recording's text (see tests/replay), for unit tests: it
 * answers features as recorded, refuses the others, and keeps what is written.
 */
#ifndef HID_FIXTURE_H
#define HID_FIXTURE_H

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/protocol.h"
#include "transport/transport.h"

struct fixture {
	struct transport t;
	uint8_t desc[16384];
	size_t desc_len;
	struct {
		bool there;
		uint8_t data[512];
		size_t len;
	} feature[256];
	struct {
		uint8_t data[512];
		size_t len;
	} input[64], written[64];
	size_t nr_input, nr_written;
	const char *strings[256];
	int stall_all;		/* errno to answer everything with, 0 for none */
	int input_error;	/* what start_input() says */
	unsigned int asked;	/* reports asked for */
};

static size_t fixture_hex(const char *s, uint8_t *buf, size_t len)
{
	size_t n = 0;
	unsigned int v;
	int used;

	while (n < len && sscanf(s, "%2x%n", &v, &used) == 1) {
		buf[n++] = (uint8_t)v;
		s += used;
	}
	return n;
}

static void fixture_line(struct fixture *x, const char *line, char *section)
{
	unsigned int a, b, id;
	char type[16];
	int used = 0;

	if (sscanf(line, "# vid:pid: %x:%x", &a, &b) == 2) {
		x->t.info.vendor = (uint16_t)a;
		x->t.info.product = (uint16_t)b;
	}
	if (!strncmp(line, "# model: ", 9))
		snprintf(x->t.info.product_name, sizeof(x->t.info.product_name), "%.*s",
			 (int)strcspn(line + 9, "\n"), line + 9);
	if (*line == '#')
		return;
	if (!strncmp(line, "descriptor:", 11)) {
		*section = 'd';
	} else if (!strncmp(line, "decoded:", 8)) {
		*section = 0;
	} else if (sscanf(line, "report: %15s %x%n", type, &id, &used) == 2 && id < 256) {
		*section = 0;
		if (!strcmp(type, "feature")) {
			x->feature[id].there = true;
			x->feature[id].len = fixture_hex(line + used, x->feature[id].data, 512);
		} else if (x->nr_input < 64) {
			x->input[x->nr_input].len =
				fixture_hex(line + used, x->input[x->nr_input].data, 512);
			x->nr_input++;
		}
	} else if (*section == 'd') {
		x->desc_len += fixture_hex(line, x->desc + x->desc_len,
					   sizeof(x->desc) - x->desc_len);
	}
}

static int fixture_descriptor(struct transport *t, const uint8_t **desc, size_t *len)
{
	struct fixture *x = (struct fixture *)t;

	*desc = x->desc;
	*len = x->desc_len;
	return 0;
}

static int fixture_get(struct transport *t, enum hid_report_type type, uint8_t id,
		       uint8_t *buf, size_t len)
{
	struct fixture *x = (struct fixture *)t;
	size_t n;

	x->asked++;
	if (x->stall_all)
		return -x->stall_all;
	if (type != HID_FEATURE || !x->feature[id].there)
		return -EPIPE;
	n = x->feature[id].len < len ? x->feature[id].len : len;
	memcpy(buf, x->feature[id].data, n);
	return (int)n;
}

static int fixture_set(struct transport *t, enum hid_report_type type, uint8_t id,
		       const uint8_t *buf, size_t len)
{
	struct fixture *x = (struct fixture *)t;

	if (!x->feature[id].there || len > 512 || x->nr_written == 64)
		return -EPIPE;
	memcpy(x->feature[id].data, buf, len);
	memcpy(x->written[x->nr_written].data, buf, len);
	x->written[x->nr_written++].len = len;
	return 0;
}

static int fixture_start_input(struct transport *t)
{
	return ((struct fixture *)t)->input_error;
}

static int fixture_string(struct transport *t, uint8_t index, char *buf, size_t len)
{
	const char *s = ((struct fixture *)t)->strings[index];

	if (!s)
		return -EPIPE;
	return snprintf(buf, len, "%s", s);
}

static const struct transport_ops fixture_ops = {
	.name = "fixture",
	.caps = TRANSPORT_HID,
	.descriptor = fixture_descriptor,
	.get_report = fixture_get,
	.set_report = fixture_set,
	.start_input = fixture_start_input,
	.string = fixture_string,
};

static inline struct fixture *fixture_text(const char *text)
{
	struct fixture *x = calloc(1, sizeof(*x));
	char section = 0;

	x->t.ops = &fixture_ops;
	while (*text) {
		char line[8192];
		size_t n = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		fixture_line(x, line, &section);
		text += n + (text[n] == '\n');
	}
	return x;
}

static inline struct fixture *fixture_file(const char *name)
{
	char *text = calloc(1, 1 << 20);
	FILE *f = fopen(name, "r");
	struct fixture *x = NULL;

	if (f && fread(text, 1, (1 << 20) - 1, f))
		x = fixture_text(text);
	if (f)
		fclose(f);
	free(text);
	return x;
}

#endif
