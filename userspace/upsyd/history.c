// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The ring file.
 *
 * A header page, then pages of 64 records of 64 bytes. The page being filled
 * is kept here and always written whole, so that the kernel never has to read
 * the disk for a write; a page torn by a crash loses the records whose sums
 * don't match and no others. The newest record is the one with the highest
 * number: nothing in the file has to be updated but records.
 *
 * Nothing is synced: the kernel writes it out within half a minute, and an
 * orderly shutdown does too. On line a page goes out every ten minutes, so that
 * an idle machine's disk sleeps.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"
#include "upsyd/history.h"

#define MAGIC		"upsyhis1"
#define PAGE		4096
#define PER_PAGE	64
/* 30 days of minutes are 675 pages; the rest is for outages and changes. */
#define PAGES		800

#define LINE_MS		60000
#define BATTERY_MS	10000
#define FLUSH_MS	600000
/* More changes of state than this in a minute are a fault: the last one counts. */
#define CHANGES_MAX	20

/* On disk, little-endian as all machines this runs on are; checked by the sum. */
struct record {
	uint32_t sum;			/* CRC-32 of the rest */
	uint8_t kind;
	int8_t online, status, level;
	uint64_t seq;
	int64_t time;
	uint64_t alarms;
	int8_t mode, self_test, health, spare;
	int32_t runtime, power, input_voltage, output_voltage, voltage;
	int16_t capacity, load;
	int16_t temperature;
	uint8_t pad[2];
};

struct header {
	char magic[8];
	uint32_t record_size, pages;
	char key[UPSY_STRING_MAX + 1], model[UPSY_STRING_MAX + 1];
};

_Static_assert(sizeof(struct record) == 64, "a record is 64 bytes");
_Static_assert(sizeof(struct header) <= PAGE, "the header is a page");

struct history {
	int fd;
	uint64_t seq;			/* of the next record */
	int64_t next_ms, flush_ms, minute_ms;
	int changes;			/* in this minute */
	bool dirty;
	struct record last;
	char path[256];
	struct record page[PER_PAGE];
};

/* CRC-32 of IEEE 802.3, four bits at a time. */
static uint32_t crc32(const void *data, size_t len)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *p = data;
	uint32_t crc = ~0U;

	while (len--) {
		crc ^= *p++;
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

static uint32_t record_sum(const struct record *r)
{
	return crc32((const char *)r + sizeof(r->sum), sizeof(*r) - sizeof(r->sum));
}

static bool record_good(const struct record *r)
{
	return r->kind >= HISTORY_SAMPLE && r->kind <= HISTORY_END && record_sum(r) == r->sum;
}

static off_t page_offset(uint64_t seq)
{
	return PAGE + (off_t)(seq / PER_PAGE % PAGES) * PAGE;
}

/* Find the highest number; a bounded read of 3 MB, once. */
static int find_end(struct history *h)
{
	struct record page[PER_PAGE];
	uint64_t top = 0;
	bool any = false;

	for (int i = 0; i < PAGES; i++) {
		ssize_t n = pread(h->fd, page, PAGE, PAGE + (off_t)i * PAGE);

		if (n < 0)
			return -errno;
		if (n < PAGE)
			break;
		for (int j = 0; j < PER_PAGE; j++) {
			/* A number in the wrong place is an old file's or damage. */
			if (!record_good(&page[j]) ||
			    page[j].seq % (PER_PAGE * PAGES) != (uint64_t)i * PER_PAGE + j)
				continue;
			if (!any || page[j].seq > top)
				top = page[j].seq;
			any = true;
		}
	}
	h->seq = any ? top + 1 : 0;
	if (h->seq % PER_PAGE && pread(h->fd, h->page, PAGE, page_offset(h->seq)) != PAGE)
		return -EIO;
	return 0;
}

/* Another model under the same key is a new name of the same UPS. */
static int start_file(struct history *h, const char *key, const char *model)
{
	union {
		struct header header;
		char page[PAGE];
	} first = { .page = { 0 } };
	struct header old = { };

	memcpy(first.header.magic, MAGIC, 8);
	first.header.record_size = sizeof(struct record);
	first.header.pages = PAGES;
	snprintf(first.header.key, sizeof(first.header.key), "%s", key);
	snprintf(first.header.model, sizeof(first.header.model), "%s", model);
	if (pread(h->fd, &old, sizeof(old), 0) < 0)
		return -errno;
	if (!memcmp(&old, &first, sizeof(struct header)))
		return 0;
	if (memcmp(&old, &first, offsetof(struct header, model)) && ftruncate(h->fd, 0) < 0)
		return -errno;
	errno = ENOSPC;
	return pwrite(h->fd, &first, PAGE, 0) == PAGE ? 0 : -errno;
}

void history_file(char *to, size_t size, const char *dir, const char *key)
{
	int n = snprintf(to, size, "%s/", dir);

	for (; *key && n + (int)sizeof(HISTORY_SUFFIX) < (int)size; key++) {
		bool plain = (*key >= '0' && *key <= '9') || (*key >= 'a' && *key <= 'z') ||
			     (*key >= 'A' && *key <= 'Z') || *key == '-' || *key == '.';

		to[n++] = plain ? *key : '_';
	}
	snprintf(to + n, size - n, "%s", HISTORY_SUFFIX);
}

struct history *history_open(const char *dir, const char *key, const char *model)
{
	struct history *h = calloc(1, sizeof(*h));
	int ret;

	if (!h)
		return NULL;
	h->fd = -1;
	history_file(h->path, sizeof(h->path), dir, key);
	h->fd = open(h->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	ret = h->fd < 0 ? -errno : 0;
	/* Anyone may see it, as anyone may see sysfs; the daemon's umask is stricter. */
	if (!ret)
		fchmod(h->fd, 0644);
	/* Two daemons of one UPS, for a moment during a restart: one writes. */
	if (!ret && lockf(h->fd, F_TLOCK, 0) < 0)
		ret = -EBUSY;
	if (!ret)
		ret = start_file(h, key, model);
	if (!ret)
		ret = find_end(h);
	if (!ret)
		return h;
	log_warn("%s: %s; no history is kept", h->path, strerror(-ret));
	if (h->fd >= 0)
		close(h->fd);
	free(h);
	return NULL;
}

static void flush(struct history *h, int64_t now_ms)
{
	static struct log_limit limit;

	if (!h->dirty)
		return;
	h->flush_ms = now_ms + FLUSH_MS;
	if (pwrite(h->fd, h->page, PAGE, page_offset(h->seq - 1)) == PAGE)
		h->dirty = false;
	else
		log_limited(&limit, LOG_WARN, "%s: %s; history is lost", h->path,
			    strerror(errno));
}

static void append(struct history *h, struct record r, enum history_kind kind, int64_t now_ms,
		   int64_t wall_s)
{
	if (h->seq % PER_PAGE == 0) {
		flush(h, now_ms);
		memset(h->page, 0, sizeof(h->page));
	}
	r.kind = kind;
	r.seq = h->seq;
	r.time = wall_s;
	r.sum = record_sum(&r);
	h->page[h->seq % PER_PAGE] = r;
	h->seq++;
	h->dirty = true;
}

static int32_t in(const struct readings *r, unsigned int id, int64_t div, int64_t min, int64_t max)
{
	int64_t v;

	if (!reading_known(r, id))
		return min - 1;
	v = r->value[id] / div;
	return v < min ? min : v > max ? max : v;
}

/* The lowest value of each member says that it is not known. */
static struct record to_record(const struct readings *r)
{
#define I8(id)		in(r, id, 1, INT8_MIN + 1, INT8_MAX)
#define I16(id)		in(r, id, 1, INT16_MIN + 1, INT16_MAX)
#define I32(id, div)	in(r, id, div, INT32_MIN + 1, INT32_MAX)
	return (struct record){
		.online = I8(UPSY_R_ONLINE), .status = I8(UPSY_R_STATUS),
		.level = I8(UPSY_R_CAPACITY_LEVEL), .mode = I8(UPSY_R_MODE),
		.self_test = I8(UPSY_R_SELF_TEST), .health = I8(UPSY_R_HEALTH),
		.alarms = reading_get(r, UPSY_R_ALARMS, 0),
		.capacity = I16(UPSY_R_CAPACITY), .load = I16(UPSY_R_LOAD),
		.temperature = I16(UPSY_R_TEMPERATURE),
		.runtime = I32(UPSY_R_RUNTIME, 1), .power = I32(UPSY_R_OUTPUT_POWER, 1000),
		.input_voltage = I32(UPSY_R_INPUT_VOLTAGE, 1000),
		.output_voltage = I32(UPSY_R_OUTPUT_VOLTAGE, 1000),
		.voltage = I32(UPSY_R_VOLTAGE, 1000),
	};
}

static bool changed(const struct record *a, const struct record *b)
{
	return a->online != b->online || a->status != b->status || a->level != b->level ||
	       a->mode != b->mode || a->self_test != b->self_test || a->health != b->health ||
	       a->alarms != b->alarms;
}

void history_sample(struct history *h, const struct readings *r, int64_t now_ms, int64_t wall_s)
{
	struct record now;
	enum history_kind kind;

	if (!h)
		return;
	now = to_record(r);
	if (now_ms >= h->minute_ms) {
		h->minute_ms = now_ms + LINE_MS;
		h->changes = 0;
	}
	if (!h->last.kind)
		kind = HISTORY_START;
	else if (changed(&now, &h->last) && ++h->changes <= CHANGES_MAX)
		kind = HISTORY_CHANGE;
	else if (now_ms >= h->next_ms)
		kind = HISTORY_SAMPLE;
	else
		return;

	append(h, now, kind, now_ms, wall_s);
	now.kind = kind;
	h->last = now;
	h->next_ms = now_ms + (now.online == 0 ? BATTERY_MS : LINE_MS);
	if (kind != HISTORY_SAMPLE || now.online == 0 || now_ms >= h->flush_ms)
		flush(h, now_ms);
}

void history_close(struct history *h)
{
	if (!h)
		return;
	if (h->last.kind)
		append(h, h->last, HISTORY_END, 0, time(NULL));
	flush(h, 0);
	close(h->fd);
	free(h);
}

static int32_t out(int32_t v, int32_t unknown)
{
	return v == unknown ? HISTORY_UNKNOWN : v;
}

static struct history_point to_point(const struct record *r)
{
	return (struct history_point){
		.seq = r->seq, .time = r->time, .kind = r->kind, .alarms = r->alarms,
		.online = out(r->online, INT8_MIN), .status = out(r->status, INT8_MIN),
		.level = out(r->level, INT8_MIN), .mode = out(r->mode, INT8_MIN),
		.self_test = out(r->self_test, INT8_MIN), .health = out(r->health, INT8_MIN),
		.capacity = out(r->capacity, INT16_MIN), .load = out(r->load, INT16_MIN),
		.temperature = out(r->temperature, INT16_MIN),
		.runtime = r->runtime, .power = r->power, .voltage = r->voltage,
		.input_voltage = r->input_voltage, .output_voltage = r->output_voltage,
	};
}

static int read_page(int fd, int i, struct record page[PER_PAGE])
{
	memset(page, 0, PAGE);
	return pread(fd, page, PAGE, PAGE + (off_t)i * PAGE) < 0 ? -errno : 0;
}

/* The page after the newest record's holds the oldest ones. */
static int newest_page(int fd, int *out_page)
{
	struct record page[PER_PAGE];
	uint64_t top = 0;

	*out_page = PAGES - 1;
	for (int i = 0; i < PAGES; i++) {
		int ret = read_page(fd, i, page);

		if (ret)
			return ret;
		for (int j = 0; j < PER_PAGE; j++)
			if (record_good(&page[j]) && page[j].seq >= top) {
				top = page[j].seq;
				*out_page = i;
			}
	}
	return 0;
}

int history_read(const char *path, char model[UPSY_STRING_MAX + 1],
		 int (*each)(const struct history_point *p, void *ctx), void *ctx)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct record page[PER_PAGE];
	struct history_point p;
	struct header header;
	uint64_t before = 0;
	bool any = false;
	int newest, ret;

	if (fd < 0)
		return -errno;
	ret = pread(fd, &header, sizeof(header), 0) == sizeof(header) ? 0 : -EINVAL;
	if (!ret && (memcmp(header.magic, MAGIC, 8) || header.pages != PAGES ||
		     header.record_size != sizeof(struct record)))
		ret = -EINVAL;
	if (ret)
		goto out_close;
	if (model)
		identity_copy(model, header.model, sizeof(header.model));
	ret = newest_page(fd, &newest);
	for (int i = 1; !ret && i <= PAGES; i++) {
		ret = read_page(fd, (newest + i) % PAGES, page);
		for (int j = 0; ret >= 0 && j < PER_PAGE; j++) {
			if (!record_good(&page[j]) || (any && page[j].seq <= before))
				continue;
			any = true;
			before = page[j].seq;
			p = to_point(&page[j]);
			ret = each(&p, ctx);
		}
		if (ret > 0)
			ret = 0;
	}
out_close:
	close(fd);
	return ret;
}
