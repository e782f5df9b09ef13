// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The recorder. A full disk costs the recording, never the UPS: it is said
 * once and given up.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "transport/record.h"

#define RECORD_MAX	(64L << 20)	/* a forgotten --record must not fill the disk */
#define ANSWER_MAX	4096		/* of a stream; what is longer gets several lines */
#define INPUT_MAX	64

/**
 * struct recorder - an open recording
 * @whole: the protocol writes whole exchanges, transfers are left out
 * @described: the descriptor is written
 * @ids: it says that reports begin with their id
 * @input: the input report written last, asked for or not
 * @input_len: its length
 * @answer: what a stream sent since it was asked last; it comes in pieces
 * @answer_len: how much of it
 */
struct recorder {
	FILE *f;
	bool whole, described, ids;
	uint8_t input[INPUT_MAX];
	size_t input_len;
	uint8_t answer[ANSWER_MAX];
	size_t answer_len;
};

static void hex(FILE *f, const uint8_t *buf, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(f, " %02x", buf[i]);
	fputc('\n', f);
}

/* Text where it is text, so that people can read it. */
static bool is_text(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((p[i] < ' ' || p[i] > '~') && p[i] != '\r' && p[i] != '\n')
			return false;
	return true;
}

static void text(FILE *f, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '\r')
			fputs("\\r", f);
		else if (p[i] == '\n')
			fputs("\\n", f);
		else if (p[i] == '\\')
			fputs("\\\\", f);
		else
			fputc(p[i], f);
	}
}

static void line(FILE *f, char sign, const uint8_t *p, size_t len)
{
	fputc(sign, f);
	/* a blank at an end would be lost on people's way through mail */
	if (!is_text(p, len) || !len || p[len - 1] == ' ' || p[0] == ' ') {
		fputc('x', f);
		hex(f, p, len);
		return;
	}
	fputc(' ', f);
	text(f, p, len);
	fputc('\n', f);
}

/* The answer of a stream is whole when something else follows. */
static void flush_answer(struct recorder *r)
{
	if (r->answer_len)
		line(r->f, '<', r->answer, r->answer_len);
	r->answer_len = 0;
}

static void header_line(FILE *f, const char *key, const char *value)
{
	fprintf(f, "# %s: ", key);
	for (; *value; value++)
		fputc(*value < ' ' || *value > '~' ? '?' : *value, f);
	fputc('\n', f);
}

int record_start(struct transport *t, const char *path)
{
	const struct device_info *in = &t->info;
	struct recorder *r = calloc(1, sizeof(*r));
	char ids[16];
	int err;

	if (!r)
		return -ENOMEM;
	r->f = fopen(path, "we");
	if (!r->f) {
		err = -errno;
		log_error("%s: %s; give --record a file that can be written", path, strerror(errno));
		free(r);
		return err;
	}
	header_line(r->f, "source", "upsyd " UPSY_VERSION);
	if (in->vendor) {
		snprintf(ids, sizeof(ids), "%04x:%04x", in->vendor, in->product);
		header_line(r->f, "vid:pid", ids);
	}
	if (*in->manufacturer)
		header_line(r->f, "manufacturer", in->manufacturer);
	if (*in->product_name)
		header_line(r->f, "product", in->product_name);
	if (*in->serial)
		header_line(r->f, "serial", in->serial);
	t->recorder = r;
	return 0;
}

void record_stop(struct transport *t)
{
	struct recorder *r = t->recorder;

	if (!r)
		return;
	t->recorder = NULL;
	flush_answer(r);
	if (fclose(r->f))
		log_warn("the recording is incomplete: %s", strerror(errno));
	free(r);
}

/* After each entry: a recording is read while it is written, and may be cut off. */
static void written(struct transport *t)
{
	struct recorder *r = t->recorder;

	if (fflush(r->f) || ferror(r->f) || ftell(r->f) > RECORD_MAX) {
		log_warn("the recording ends here: %s",
			 ferror(r->f) ? strerror(errno) : "it is 64 MiB long");
		record_stop(t);
	}
}

void record_header(struct transport *t, const char *key, const char *value)
{
	if (!t->recorder)
		return;
	header_line(t->recorder->f, key, value);
	written(t);
}

/* HID 1.11, section 6.2.2.2: a short item, its size in the lowest two bits */
static bool has_report_ids(const uint8_t *desc, size_t len)
{
	static const uint8_t sizes[] = { 0, 1, 2, 4 };
	const uint8_t report_id = 0x84;

	for (size_t i = 0; i < len; i += 1u + sizes[desc[i] & 3])
		if ((desc[i] & 0xfc) == report_id)
			return true;
	return false;
}

void record_descriptor(struct transport *t, const uint8_t *desc, size_t len)
{
	if (!t->recorder || t->recorder->described)
		return;
	t->recorder->described = true;
	t->recorder->ids = has_report_ids(desc, len);
	fprintf(t->recorder->f, "descriptor:\n");
	for (size_t i = 0; i < len; i++)
		fprintf(t->recorder->f, "%02x%c", desc[i], i % 16 == 15 || i + 1 == len ? '\n' : ' ');
	written(t);
}

/*
 * An input report that was asked for often comes unasked as well, and some devices
 * say the same all the time: once is enough, and played back it is told once.
 */
static bool said_before(struct recorder *r, const uint8_t *buf, size_t len)
{
	if (len == r->input_len && !memcmp(r->input, buf, len))
		return true;
	r->input_len = len <= sizeof(r->input) ? len : 0;
	memcpy(r->input, buf, r->input_len);
	return false;
}

void record_report(struct transport *t, enum hid_report_type type, uint8_t id,
		   const uint8_t *buf, size_t len)
{
	if (!t->recorder || (type == HID_INPUT && said_before(t->recorder, buf, len)))
		return;
	fprintf(t->recorder->f, "report: %s %02x", type == HID_INPUT ? "input" : "feature", id);
	hex(t->recorder->f, buf, len);
	written(t);
}

void record_input(struct transport *t, const uint8_t *buf, size_t len)
{
	if (t->recorder && transport_can(t, TRANSPORT_HID) && len)
		record_report(t, HID_INPUT, t->recorder->ids ? buf[0] : 0, buf, len);
}

void record_sent(struct transport *t, const void *buf, size_t len)
{
	struct recorder *r = t->recorder;

	if (!r || r->whole || !len)
		return;
	flush_answer(r);
	line(r->f, '>', buf, len);
	written(t);
}

void record_received(struct transport *t, const void *buf, size_t len)
{
	struct recorder *r = t->recorder;

	if (!r || r->whole)
		return;
	if (len > sizeof(r->answer) - r->answer_len)
		flush_answer(r);
	if (len > sizeof(r->answer))
		len = sizeof(r->answer);
	memcpy(r->answer + r->answer_len, buf, len);
	r->answer_len += len;
}

/* Always in hexadecimal: the framing is in there, text or not. */
void record_packet(struct transport *t, const void *buf, size_t len)
{
	struct recorder *r = t->recorder;

	if (!r || r->whole || !len)
		return;
	fputs("<x", r->f);
	hex(r->f, buf, len);
	written(t);
}

void record_exchange(struct transport *t, const void *req, size_t req_len,
		     const void *ans, ssize_t ans_len)
{
	struct recorder *r = t->recorder;

	if (!r)
		return;
	r->whole = true;
	flush_answer(r);
	line(r->f, '>', req, req_len);
	if (ans_len > 0)
		line(r->f, '<', ans, (size_t)ans_len);
	written(t);
}
