// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recordings, read and played. The file is cut into entries once, at open; an
 * entry points to bytes that lie behind it. Nothing here trusts the file: every
 * size has a limit, and what cannot be understood is named by its line.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/uio.h>

#include "lib/log.h"
#include "transport/replay.h"

#define LINE_BYTES_MAX	16384
#define FILE_BYTES_MAX	(16L << 20)
#define DESCRIPTOR_MAX	16384

/** enum entry_type - what a line is */
enum entry_type { HEADER, REPORT, REQUEST, ANSWER, PACKET };

/**
 * struct entry - one line of the recording
 * @key: of a header, lower case
 * @kind: of a report: enum hid_report_type
 * @id: of a report
 * @used: how often this request or report was asked for; counted in its first
 *        entry
 */
struct entry {
	struct entry *next;
	enum entry_type type;
	char *key;
	uint8_t kind, id;
	unsigned int used;
	size_t len;
	uint8_t bytes[];
};

struct replay {
	struct transport t;
	struct entry *first, **last;
	const struct entry *asked;	/* request of the last exchange */
	struct entry *input;		/* next input report, once listening */
	bool listening;
	uint8_t *desc;
	size_t desc_len;
	struct transport_ops ops;
};

/* While a file is being read. */
struct reader {
	struct replay *r;
	const char *path;
	unsigned int line;
	bool in_descriptor, in_decoded;
};

static int complain(const struct reader *rd, const char *what)
{
	log_error("%s:%u: %s; the format is in Documentation/recordings.rst", rd->path, rd->line,
		  what);
	return -EINVAL;
}

static struct entry *add(struct replay *r, enum entry_type type, const void *bytes, size_t len)
{
	struct entry *e = calloc(1, sizeof(*e) + len + 1);

	if (!e)
		return NULL;
	e->type = type;
	e->len = len;
	memcpy(e->bytes, bytes, len);
	*r->last = e;
	r->last = &e->next;
	return e;
}

/* "0a 0B ff" → bytes. Return: how many, or -1. */
static int parse_hex(const char *s, uint8_t *out, size_t size)
{
	size_t n = 0;

	for (;;) {
		unsigned int v;

		while (isspace((unsigned char)*s))
			s++;
		if (!*s)
			return (int)n;
		if (!isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1]) || n == size)
			return -1;
		sscanf(s, "%2x", &v);
		out[n++] = (uint8_t)v;
		s += 2;
	}
}

/* Text with \r \n \t \0 \\ \xNN → bytes. Return: how many, or -1. */
static int parse_text(const char *s, uint8_t *out)
{
	size_t n = 0;
	unsigned int v;

	for (; *s; s++) {
		if (*s != '\\') {
			out[n++] = (uint8_t)*s;
			continue;
		}
		switch (*++s) {
		case 'r':
			out[n++] = '\r';
			break;
		case 'n':
			out[n++] = '\n';
			break;
		case 't':
			out[n++] = '\t';
			break;
		case '0':
			out[n++] = '\0';
			break;
		case '\\':
			out[n++] = '\\';
			break;
		case 'x':
			if (!isxdigit((unsigned char)s[1]) || !isxdigit((unsigned char)s[2]))
				return -1;
			sscanf(s + 1, "%2x", &v);
			out[n++] = (uint8_t)v;
			s += 2;
			break;
		default:
			return -1;
		}
	}
	return (int)n;
}

static int take_header(struct reader *rd, char *s)
{
	/* the key may have a colon of its own, "vid:pid", but no blank after it */
	char *value = strstr(s, ": ");
	struct entry *e;

	if (!value)
		return 0;
	*value = '\0';
	value += 2;
	while (isspace((unsigned char)*value))
		value++;
	e = add(rd->r, HEADER, value, strlen(value));
	if (!e)
		return -ENOMEM;
	e->key = strdup(s);
	return e->key ? 0 : -ENOMEM;
}

static int take_report(struct reader *rd, const char *s, uint8_t *bytes)
{
	uint8_t kind = HID_FEATURE;
	struct entry *e;
	char word[16];
	unsigned int id;
	int len, at = 0;

	if (sscanf(s, " %15s %2x %n", word, &id, &at) < 2 || !at)
		return complain(rd, "report: must be followed by feature or input, the id and bytes");
	if (!strcmp(word, "input"))
		kind = HID_INPUT;
	else if (!strcmp(word, "output"))
		kind = HID_OUTPUT;
	else if (strcmp(word, "feature"))
		return complain(rd, "a report is feature or input");
	len = parse_hex(s + at, bytes, LINE_BYTES_MAX);
	if (len < 0)
		return complain(rd, "the report's bytes are no pairs of hexadecimal digits");
	e = add(rd->r, REPORT, bytes, (size_t)len);
	if (!e)
		return -ENOMEM;
	e->kind = kind;
	e->id = (uint8_t)id;
	return 0;
}

static int take_exchange(struct reader *rd, const char *s, uint8_t *bytes)
{
	bool sent = s[0] == '>', is_hex = s[1] == 'x';
	enum entry_type type = sent ? REQUEST : is_hex ? PACKET : ANSWER;
	int len;

	if (is_hex) {
		len = parse_hex(s + 2, bytes, LINE_BYTES_MAX);
	} else if (s[1] == ' ' || s[1] == '\0') {
		len = parse_text(s + 1 + (s[1] == ' '), bytes);
	} else {
		return complain(rd, "after > or < comes a blank and text, or x and hexadecimal bytes");
	}
	if (len < 0)
		return complain(rd, is_hex ? "no pairs of hexadecimal digits" :
				"unknown escape; there are \\r \\n \\t \\0 \\\\ and \\xNN");
	return add(rd->r, type, bytes, (size_t)len) ? 0 : -ENOMEM;
}

static int take_descriptor(struct reader *rd, const char *s, uint8_t *bytes)
{
	struct replay *r = rd->r;
	int len = parse_hex(s, bytes, LINE_BYTES_MAX);
	uint8_t *more;

	if (len < 0)
		return complain(rd, "in a descriptor: no pairs of hexadecimal digits");
	if (!len)
		return 0;
	if (r->desc_len + (size_t)len > DESCRIPTOR_MAX)
		return complain(rd, "the descriptor is longer than any can be");
	more = realloc(r->desc, r->desc_len + (size_t)len);
	if (!more)
		return -ENOMEM;
	r->desc = more;
	memcpy(r->desc + r->desc_len, bytes, (size_t)len);
	r->desc_len += (size_t)len;
	return 0;
}

static int take_line(struct reader *rd, char *s, uint8_t *bytes)
{
	size_t len = strlen(s);

	while (len && (s[len - 1] == '\n' || s[len - 1] == '\r'))
		s[--len] = '\0';
	if (s[0] == '#')
		return take_header(rd, s + 1 + strspn(s + 1, " \t"));
	if (!strncmp(s, "descriptor:", 11)) {
		rd->in_descriptor = true;
		rd->in_decoded = false;
		return take_descriptor(rd, s + 11, bytes);
	}
	if (!strncmp(s, "report:", 7)) {
		rd->in_descriptor = rd->in_decoded = false;
		return take_report(rd, s + 7, bytes);
	}
	if (s[0] == '>' || s[0] == '<') {
		rd->in_descriptor = rd->in_decoded = false;
		return take_exchange(rd, s, bytes);
	}
	if (!strncmp(s, "decoded:", 8)) {
		rd->in_descriptor = false;
		rd->in_decoded = true;
		return 0;
	}
	if (rd->in_decoded || !s[strspn(s, " \t")])
		return 0;
	if (rd->in_descriptor)
		return take_descriptor(rd, s, bytes);
	return complain(rd, "neither a comment (#), descriptor:, report:, decoded:, > nor <");
}

static int read_file(struct reader *rd, FILE *f)
{
	uint8_t *bytes = malloc(LINE_BYTES_MAX);
	char *line = malloc(LINE_BYTES_MAX);
	long total = 0;
	int ret = bytes && line ? 0 : -ENOMEM;

	while (!ret && fgets(line, LINE_BYTES_MAX, f)) {
		size_t len = strlen(line);

		rd->line++;
		total += (long)len;
		if (!len)
			ret = complain(rd, "a NUL byte: this is no text file");
		else if (len == LINE_BYTES_MAX - 1 && line[len - 1] != '\n')
			ret = complain(rd, "the line is too long");
		else if (total > FILE_BYTES_MAX)
			ret = complain(rd, "the file is longer than 16 MiB");
		else
			ret = take_line(rd, line, bytes);
	}
	if (!ret && ferror(f)) {
		log_error("%s: %s", rd->path, strerror(errno));
		ret = -EIO;
	}
	free(line);
	free(bytes);
	return ret;
}

static struct replay *to_replay(struct transport *t)
{
	return (struct replay *)t;
}

static void replay_close(struct transport *t)
{
	struct replay *r = to_replay(t);
	struct entry *next;

	for (struct entry *e = r->first; e; e = next) {
		next = e->next;
		free(e->key);
		free(e);
	}
	free(r->desc);
	free(r);
}

static int replay_descriptor(struct transport *t, const uint8_t **desc, size_t *len)
{
	*desc = to_replay(t)->desc;
	*len = to_replay(t)->desc_len;
	return 0;
}

/* The n-th of those that @same accepts, or the last; counted in the first. */
static struct entry *nth(struct replay *r, bool (*same)(const struct entry *e, const void *key),
			 const void *key)
{
	struct entry *first = NULL, *found = NULL;
	unsigned int n = 0;

	for (struct entry *e = r->first; e; e = e->next) {
		if (!same(e, key))
			continue;
		if (!first)
			first = e;
		found = e;
		if (n++ == first->used)
			break;
	}
	if (first)
		first->used++;
	return found;
}

static bool same_report(const struct entry *e, const void *key)
{
	const struct entry *want = key;

	return e->type == REPORT && e->kind == want->kind && e->id == want->id;
}

static int replay_get_report(struct transport *t, enum hid_report_type type, uint8_t id,
			     uint8_t *buf, size_t len)
{
	struct entry want = { .kind = (uint8_t)type, .id = id };
	const struct entry *e = nth(to_replay(t), same_report, &want);

	if (!e)
		return -EPIPE;
	if (e->len > len)
		return -EOVERFLOW;
	memcpy(buf, e->bytes, e->len);
	return (int)e->len;
}

/* A setting is taken like a device takes it: read back, it has the new value. */
static int replay_set_report(struct transport *t, enum hid_report_type type, uint8_t id,
			     const uint8_t *buf, size_t len)
{
	struct replay *r = to_replay(t);
	struct entry want = { .kind = (uint8_t)type, .id = id }, *first = NULL, *e;

	for (e = r->first; e && !first; e = e->next)
		if (same_report(e, &want))
			first = e;
	if (!first)
		return -EPIPE;
	e = add(r, REPORT, buf, len);
	if (!e)
		return -ENOMEM;
	e->kind = (uint8_t)type;
	e->id = id;
	first->used = UINT32_MAX / 2;	/* past the end: the last, which is ours */
	return 0;
}

static struct entry *next_input(struct entry *e)
{
	while (e && (e->type != REPORT || e->kind != HID_INPUT))
		e = e->next;
	return e;
}

/* Asked again whether it still listens, it does not begin anew. */
static int replay_start_input(struct transport *t)
{
	struct replay *r = to_replay(t);

	/* drivers start it after every poll, as on USB; what was said is said */
	if (!r->listening)
		r->input = next_input(r->first);
	r->listening = true;
	return 0;
}

static int replay_pollfds(struct transport *t, struct pollfd *fds, int max, int *timeout_ms)
{
	if (to_replay(t)->input)
		*timeout_ms = 0;
	return 0;
}

static int replay_dispatch(struct transport *t)
{
	struct replay *r = to_replay(t);
	struct entry *e = r->input;

	if (!e)
		return 0;
	r->input = next_input(e->next);
	if (t->input)
		t->input(t->input_ctx, e->bytes, e->len);
	return 0;
}

static int replay_string(struct transport *t, uint8_t index, char *buf, size_t len)
{
	const char *value;
	char key[16];

	snprintf(key, sizeof(key), "string %u", index);
	value = replay_header(t, key);
	if (!value)
		return -EPIPE;
	snprintf(buf, len, "%s", value);
	return (int)strlen(buf);
}

/* A CR at the end is the framing's, not the request's. */
static size_t without_cr(const uint8_t *p, size_t len)
{
	return len && p[len - 1] == '\r' ? len - 1 : len;
}

static bool same_request(const struct entry *e, const void *key)
{
	const struct iovec *want = key;
	size_t len = without_cr(want->iov_base, want->iov_len);

	return e->type == REQUEST && without_cr(e->bytes, e->len) == len &&
	       !memcmp(e->bytes, want->iov_base, len);
}

static int replay_exchange(struct transport *t, const void *req, size_t req_len,
			   void *ans, size_t ans_len)
{
	const struct iovec want = { (void *)req, req_len };
	struct replay *r = to_replay(t);
	const struct entry *e = nth(r, same_request, &want);
	enum entry_type take = PACKET;
	bool answered = false;
	size_t n = 0;

	r->asked = e;
	if (!e)
		return -ENOENT;
	/* where an answer stands beside its packets, it is what they say */
	for (const struct entry *a = e->next; a && a->type != REQUEST; a = a->next)
		if (a->type == ANSWER)
			take = ANSWER;
	for (const struct entry *a = e->next; a && a->type != REQUEST; a = a->next) {
		if (a->type != take)
			continue;
		if (a->len > ans_len - n)
			return -EOVERFLOW;
		memcpy((uint8_t *)ans + n, a->bytes, a->len);
		n += a->len;
		answered = true;
	}
	return answered ? (int)n : -ETIMEDOUT;
}

static const struct transport_ops replay_ops = {
	.name = "replay",
	.close = replay_close,
	.descriptor = replay_descriptor,
	.get_report = replay_get_report,
	.set_report = replay_set_report,
	.start_input = replay_start_input,
	.string = replay_string,
	.exchange = replay_exchange,
	.pollfds = replay_pollfds,
	.dispatch = replay_dispatch,
};

const char *replay_header(const struct transport *t, const char *key)
{
	if (t->ops->close != replay_close)
		return NULL;
	for (const struct entry *e = ((const struct replay *)t)->first; e; e = e->next)
		if (e->type == HEADER && !strcasecmp(e->key, key))
			return (const char *)e->bytes;
	return NULL;
}

int replay_packets(struct transport *t,
		   int (*each)(void *ctx, const uint8_t *packet, size_t len), void *ctx)
{
	const struct entry *e = t->ops->close == replay_close ? to_replay(t)->asked : NULL;
	int n = 0, ret;

	for (e = e ? e->next : NULL; e && e->type != REQUEST; e = e->next) {
		if (e->type != PACKET)
			continue;
		ret = each(ctx, e->bytes, e->len);
		if (ret < 0)
			return ret;
		n++;
	}
	return n;
}

static void fill_info(struct replay *r, const char *path)
{
	static const struct {
		const char *key;
		size_t offset, size;
	} texts[] = {
#define TEXT(k, m) { k, offsetof(struct device_info, m), sizeof(((struct device_info *)0)->m) }
		/* the first that a file has counts */
		TEXT("manufacturer", manufacturer), TEXT("product", product_name),
		TEXT("model", product_name), TEXT("serial", serial),
#undef TEXT
	};
	const char *v = replay_header(&r->t, "vid:pid"), *base = strrchr(path, '/');
	unsigned int vendor, product;

	if (v && sscanf(v, "%4x:%4x", &vendor, &product) == 2) {
		r->t.info.vendor = (uint16_t)vendor;
		r->t.info.product = (uint16_t)product;
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *to = (char *)&r->t.info + texts[i].offset;

		v = replay_header(&r->t, texts[i].key);
		if (v && !*to)
			snprintf(to, texts[i].size, "%s", v);
	}
	snprintf(r->t.info.port, sizeof(r->t.info.port), "%s", base ? base + 1 : path);
}

int replay_open(const char *path, struct transport **out)
{
	struct replay *r = calloc(1, sizeof(*r));
	struct reader rd = { .r = r, .path = path };
	FILE *f;
	int ret;

	if (!r)
		return -ENOMEM;
	r->last = &r->first;
	r->ops = replay_ops;
	r->t.ops = &r->ops;
	f = fopen(path, "re");
	if (!f) {
		ret = -errno;
		log_error("%s: %s; replay: takes the path of a recording", path, strerror(errno));
		goto fail;
	}
	ret = read_file(&rd, f);
	fclose(f);
	if (ret)
		goto fail;
	if (r->desc_len)
		r->ops.caps |= TRANSPORT_HID;
	for (const struct entry *e = r->first; e; e = e->next)
		if (e->type == REQUEST)
			r->ops.caps |= TRANSPORT_EXCHANGE;
	if (!r->ops.caps) {
		ret = complain(&rd, "the file ends, and had neither a descriptor nor a request");
		goto fail;
	}
	fill_info(r, path);
	*out = &r->t;
	return 0;
fail:
	replay_close(&r->t);
	return ret;
}
