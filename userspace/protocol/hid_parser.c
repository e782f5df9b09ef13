// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Report descriptor parser. Every byte comes from a device: nothing is read
 * past the end, nothing grows past the limits of hid_parser.h, and a faulty
 * descriptor yields what is good in it.
 *
 * HID 1.11, section 6.2.2. Where UPSes differ from it on purpose or by
 * mistake, the comment says so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/hid_parser.h"

#define GLOBALS_MAX 8

const char *const hid_repair_names[HID_REPAIRS] = {
	[HID_REPAIR_MAX_AS_MINUS_ONE] = "logical maximum read as -1",
	[HID_REPAIR_MAX_TOO_WIDE] = "logical maximum wider than its field",
	[HID_REPAIR_MAX_NOTHING] = "logical limits that leave nothing above zero",
	[HID_REPAIR_LEFTOVER_COUNT] = "report count left over from an earlier item",
	[HID_REPAIR_TRUNCATED] = "descriptor ends inside an item",
	[HID_REPAIR_NESTING] = "collections do not match",
	[HID_REPAIR_LIMIT] = "descriptor larger than any known, rest ignored",
	[HID_REPAIR_LEAKED_UNIT] = "unit left over from an earlier item",
	[HID_REPAIR_LEAKED_EXPONENT] = "unit exponent left over from an earlier item",
	[HID_REPAIR_VALUE_LIMITS] = "value outside its logical limits",
	[HID_REPAIR_EXPONENT] = "unit exponent off by powers of ten",
	[HID_REPAIR_SHORT_REPORT] = "report shorter than declared",
	[HID_REPAIR_LONG_REPORT] = "report longer than declared",
	[HID_REPAIR_NO_REPORT_ID] = "report without its id",
	[HID_REPAIR_STATUS_PAGE] = "battery flag on the power page",
	[HID_REPAIR_NO_PAGE] = "usages without a page",
};

struct globals {
	uint16_t page;
	uint8_t report;
	uint32_t size, count;
	int64_t lmin, lmax, pmin, pmax;
	uint64_t lmax_unsigned;
	uint32_t unit;
	int8_t exponent;
};

struct parser {
	struct hid_device *h;
	struct globals g, stack[GLOBALS_MAX];
	unsigned int depth;
	int16_t open[HID_DEPTH_MAX];
	unsigned int nr_open, skipped_open;
	uint32_t usages[HID_USAGES_MAX];
	unsigned int nr_usages;
	uint32_t usage_min;
	bool have_min, have_page;
	size_t room_fields, room_collections;
};

static int64_t sign_extend(uint32_t data, unsigned int bytes)
{
	switch (bytes) {
	case 1:	return (int8_t)data;
	case 2:	return (int16_t)data;
	case 4:	return (int32_t)data;
	}
	return 0;
}

/* Four bits in two's complement; some vendors store a whole signed byte. */
static int8_t exponent_of(uint32_t data, unsigned int bytes)
{
	int64_t v = data < 16 ? (data < 8 ? (int)data : (int)data - 16) : sign_extend(data, bytes);

	return v < -16 || v > 16 ? 0 : (int8_t)v;
}

static void add_usage(struct parser *p, uint32_t usage)
{
	if (p->nr_usages < HID_USAGES_MAX)
		p->usages[p->nr_usages++] = usage;
	else
		hid_repaired(p->h, HID_REPAIR_LIMIT);
}

/*
 * A usage of four bytes carries its page; a shorter one has the page in force
 * now, not at the main item: GXT5 changes the page inside one list. A descriptor
 * whose first bytes are lost (VP1600ELCD: the request lies over them) is without
 * the page that it begins with.
 */
static uint32_t full_usage(struct parser *p, uint32_t data, unsigned int bytes)
{
	if (bytes == 4)
		return data;
	if (!p->have_page)
		hid_repaired(p->h, HID_REPAIR_NO_PAGE);
	return (uint32_t)(p->have_page ? p->g.page : 0x84) << 16 | data;
}

static void local_item(struct parser *p, uint8_t tag, uint32_t data, unsigned int bytes)
{
	uint32_t usage = full_usage(p, data, bytes);

	switch (tag) {
	case 0x0:
		/* usage 0 continues the one before */
		if (data)
			add_usage(p, usage);
		break;
	case 0x1:
		p->usage_min = usage;
		p->have_min = true;
		break;
	case 0x2:
		if (p->have_min && usage >= p->usage_min &&
		    usage - p->usage_min < HID_USAGES_MAX)
			for (uint32_t u = p->usage_min; u <= usage; u++)
				add_usage(p, u);
		p->have_min = false;
		break;
	}
}

static void global_item(struct parser *p, uint8_t tag, uint32_t data, unsigned int bytes)
{
	struct globals *g = &p->g;

	switch (tag) {
	case 0x0:
		g->page = (uint16_t)data;
		p->have_page = true;
		break;
	case 0x1:
		g->lmin = sign_extend(data, bytes);
		break;
	case 0x2:
		g->lmax = sign_extend(data, bytes);
		g->lmax_unsigned = data;
		break;
	case 0x3:
		g->pmin = sign_extend(data, bytes);
		break;
	case 0x4:
		g->pmax = sign_extend(data, bytes);
		break;
	case 0x5:
		g->exponent = exponent_of(data, bytes);
		break;
	case 0x6:
		g->unit = data;
		break;
	case 0x7:
		g->size = data;
		break;
	case 0x8:
		g->report = (uint8_t)data;
		p->h->uses_ids = true;
		break;
	case 0x9:
		g->count = data;
		break;
	case 0xa:
		if (p->depth < GLOBALS_MAX)
			p->stack[p->depth++] = *g;
		break;
	case 0xb:
		if (p->depth)
			*g = p->stack[--p->depth];
		break;
	}
}

static void *grow(void *list, size_t used, size_t *room, size_t max, size_t item)
{
	size_t want = *room ? *room * 2 : 64;
	void *more;

	if (used < *room)
		return list;
	if (used >= max)
		return NULL;
	if (want > max)
		want = max;
	more = realloc(list, want * item);
	if (more)
		*room = want;
	return more;
}

static void open_collection(struct parser *p, uint32_t data)
{
	struct hid_device *h = p->h;
	struct hid_collection *list;

	list = p->nr_open < HID_DEPTH_MAX ?
	       grow(h->collections, h->nr_collections, &p->room_collections,
		    HID_COLLECTIONS_MAX, sizeof(*list)) : NULL;
	if (!list) {
		p->skipped_open++;
		hid_repaired(h, HID_REPAIR_LIMIT);
		return;
	}
	h->collections = list;
	list += h->nr_collections;
	list->usage = p->nr_usages ? p->usages[p->nr_usages - 1] : 0;
	list->parent = p->nr_open ? p->open[p->nr_open - 1] : -1;
	list->instance = data >= 0x80 && data <= 0xff ? data & 0x7f : 0;
	p->open[p->nr_open++] = (int16_t)h->nr_collections++;
}

static void close_collection(struct parser *p)
{
	if (p->skipped_open)
		p->skipped_open--;
	else if (p->nr_open)
		p->nr_open--;
	else
		hid_repaired(p->h, HID_REPAIR_NESTING);
}

static void set_limits(struct parser *p, struct hid_field *f)
{
	const struct globals *g = &p->g;
	int64_t most = f->size >= 32 ? UINT32_MAX : (INT64_C(1) << f->size) - 1;

	f->lmin = g->lmin;
	f->lmax = g->lmax;
	if (f->lmax < f->lmin) {
		f->lmax = (int64_t)g->lmax_unsigned;
		hid_repaired(p->h, HID_REPAIR_MAX_AS_MINUS_ONE);
	}
	/* Zero to zero says nothing. */
	if (!f->lmin && !f->lmax)
		f->lmax = most;
	if (f->lmin >= 0 && f->lmax > most) {
		f->lmax = most;
		hid_repaired(p->h, HID_REPAIR_MAX_TOO_WIDE);
	}
	/* APC's RunTimeToEmpty of 32 bits from -1 to 0 (SRT 3000, nut#1072) */
	if (f->lmin < 0 && f->lmax <= 0 && f->size > 8 && f->size <= 32) {
		f->lmax = most / 2;
		hid_repaired(p->h, HID_REPAIR_MAX_NOTHING);
	}
	f->pmin = g->pmin;
	f->pmax = g->pmax;
}

static int add_field(struct parser *p, enum hid_report_type type, uint32_t flags,
		     uint32_t usage, uint32_t offset, uint32_t packed, uint32_t count)
{
	struct hid_device *h = p->h;
	struct hid_field *f;

	f = grow(h->fields, h->nr_fields, &p->room_fields, HID_FIELDS_MAX, sizeof(*f));
	if (!f) {
		hid_repaired(h, HID_REPAIR_LIMIT);
		return -ENOSPC;
	}
	h->fields = f;
	f += h->nr_fields++;
	memset(f, 0, sizeof(*f));
	f->usage = usage;
	f->collection = p->nr_open ? p->open[p->nr_open - 1] : -1;
	f->twin = -1;
	f->type = type;
	f->report = p->g.report;
	f->constant = flags & 1;
	f->is_volatile = flags & 0x80;
	f->offset = (uint16_t)offset;
	f->packed = (uint16_t)packed;
	f->size = (uint16_t)p->g.size;
	f->count = (uint16_t)count;
	f->unit = p->g.unit;
	f->exponent = p->g.exponent;
	set_limits(p, f);
	return 0;
}

static void main_item(struct parser *p, enum hid_report_type type, uint32_t flags)
{
	struct hid_report_size *s = &p->h->size[type - 1][p->g.report];
	uint32_t size = p->g.size, count = p->g.count, nr = p->nr_usages;
	uint32_t most = HID_REPORT_BYTES_MAX * 8;

	if (!size || !count || p->skipped_open)
		return;
	if (size > most || count > most || s->bits + size * count > most) {
		hid_repaired(p->h, HID_REPAIR_LIMIT);
		return;
	}
	if (nr > count)
		nr = count;
	/* One field for each usage; what the last one repeats is not read. */
	for (uint32_t i = 0; i < nr; i++)
		if (add_field(p, type, flags, p->usages[i], s->bits + i * size,
			      s->packed + i * size, i + 1 < nr ? 1 : count - i))
			break;
	s->bits += (uint16_t)(size * count);
	/* Padding, without a usage, is as long as it says. */
	s->packed += (uint16_t)(size * (nr ? nr : count));
}

static void one_item(struct parser *p, uint8_t prefix, uint32_t data, unsigned int bytes)
{
	uint8_t tag = prefix >> 4;

	switch (prefix >> 2 & 3) {
	case 1:
		global_item(p, tag, data, bytes);
		return;
	case 2:
		local_item(p, tag, data, bytes);
		return;
	case 3:
		return;
	}
	switch (tag) {
	case 0x8:
		main_item(p, HID_INPUT, data);
		break;
	case 0x9:
		main_item(p, HID_OUTPUT, data);
		break;
	case 0xa:
		open_collection(p, data);
		break;
	case 0xb:
		main_item(p, HID_FEATURE, data);
		break;
	case 0xc:
		close_collection(p);
		break;
	}
	p->nr_usages = 0;
	p->have_min = false;
}

static void parse_items(struct parser *p, const uint8_t *desc, size_t len)
{
	size_t at = 0;

	while (at < len) {
		uint8_t prefix = desc[at++];
		unsigned int bytes = (prefix & 3) == 3 ? 4 : prefix & 3;
		uint32_t data = 0;

		if (prefix == 0xfe) {	/* long item: none is defined */
			if (len - at < 2 || len - at - 2 < desc[at]) {
				hid_repaired(p->h, HID_REPAIR_TRUNCATED);
				return;
			}
			at += 2u + desc[at];
			continue;
		}
		if (len - at < bytes) {
			hid_repaired(p->h, HID_REPAIR_TRUNCATED);
			return;
		}
		for (unsigned int i = 0; i < bytes; i++)
			data |= (uint32_t)desc[at++] << 8 * i;
		one_item(p, prefix, data, bytes);
	}
	if (p->nr_open || p->skipped_open)
		hid_repaired(p->h, HID_REPAIR_NESTING);
}

static bool same_place(const struct hid_device *h, int a, int b)
{
	while (a >= 0 && b >= 0 && a != b) {
		if (h->collections[a].usage != h->collections[b].usage ||
		    h->collections[a].instance != h->collections[b].instance)
			return false;
		a = h->collections[a].parent;
		b = h->collections[b].parent;
	}
	return a == b;
}

/* Inside PresentStatus there are only flags; OMNI1000LCD has those of the
 * battery page under the power page, where the numbers mean nominal values. */
static void repair_status_page(struct hid_device *h, struct hid_field *f)
{
	uint16_t id = f->usage & 0xffff;

	if (f->usage >> 16 != 0x84 || f->size != 1 || f->collection < 0 ||
	    h->collections[f->collection].usage != 0x00840002)
		return;
	if ((id >= 0x40 && id <= 0x4b) || (id >= 0xd0 && id <= 0xdb)) {
		f->usage = 0x00850000 | id;
		hid_repaired(h, HID_REPAIR_STATUS_PAGE);
	}
}

/* Number fields of equal path, and join what is both an input and a feature. */
static void relate(struct hid_device *h)
{
	for (size_t i = 0; i < h->nr_fields; i++)
		repair_status_page(h, &h->fields[i]);
	for (size_t i = 0; i < h->nr_fields; i++) {
		struct hid_field *f = &h->fields[i];

		for (size_t k = 0; k < i; k++) {
			struct hid_field *g = &h->fields[k];

			if (g->usage != f->usage ||
			    !same_place(h, f->collection, g->collection))
				continue;
			if (g->type == f->type) {
				if (f->nth < 255)
					f->nth = (uint8_t)(g->nth + 1);
			} else if (g->nth == f->nth && g->twin < 0 && f->twin < 0) {
				g->twin = (int16_t)i;
				f->twin = (int16_t)k;
			}
		}
	}
}

/*
 * A single usage with a count over one is either a buffer, or the count of
 * an earlier item that was never reset. It matters only where another
 * field follows in the same report; hid_take_report() tells by the length.
 */
static void note_leftover(struct hid_device *h)
{
	for (size_t i = 0; i < h->nr_fields; i++) {
		const struct hid_field *f = &h->fields[i];

		if (f->count > 1 && f->size > 8)
			hid_repaired(h, HID_REPAIR_LEFTOVER_COUNT);
	}
}

/* Rows find fields by their paths, many times over: they are written out once. */
static int write_paths(struct hid_device *h)
{
	char path[HID_PATH_MAX], *at;
	size_t room = 0;

	for (size_t i = 0; i < h->nr_fields; i++)
		room += hid_path(h, &h->fields[i], path, sizeof(path)) + 1;
	h->paths = at = malloc(room);
	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < h->nr_fields; i++) {
		size_t n = hid_path(h, &h->fields[i], path, sizeof(path)) + 1;

		h->fields[i].path = memcpy(at, path, n);
		at += n;
	}
	return 0;
}

int hid_parse(const uint8_t *desc, size_t len, struct hid_device **out)
{
	struct parser *p = calloc(1, sizeof(*p));
	struct hid_device *h = calloc(1, sizeof(*h));
	int ret = -ENOMEM;

	*out = NULL;
	if (!p || !h)
		goto out;
	p->h = h;
	parse_items(p, desc, len);
	ret = -EINVAL;
	if (!h->nr_fields)
		goto out;
	relate(h);
	note_leftover(h);
	ret = write_paths(h);
	if (ret)
		goto out;
	*out = h;
	h = NULL;
out:
	hid_free(h);
	free(p);
	return ret;
}

void hid_free(struct hid_device *h)
{
	if (!h)
		return;
	free(h->fields);
	free(h->collections);
	free(h->paths);
	free(h);
}

bool hid_begins_with(const struct hid_device *h, uint32_t usage)
{
	for (size_t i = 0; i < h->nr_collections; i++)
		if (h->collections[i].parent < 0 && h->collections[i].usage == usage)
			return true;
	return false;
}

bool hid_is_ups(const struct hid_device *h)
{
	return hid_begins_with(h, 0x00840004) || hid_begins_with(h, 0x00840005) ||
	       hid_begins_with(h, 0x00840010);
}

struct hid_field *hid_find(struct hid_device *h, enum hid_report_type type, uint8_t report,
			   unsigned int offset)
{
	for (size_t i = 0; i < h->nr_fields; i++) {
		struct hid_field *f = &h->fields[i];

		if (f->type == type && f->report == report && f->offset == offset)
			return f;
	}
	return NULL;
}
