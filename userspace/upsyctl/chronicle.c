// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A history read: its outages and battery tests, found in the records. Nothing
 * of this is in the file itself, so a better rule serves old histories too.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "upsyctl/history.h"

/* A restart of the daemon is over sooner; a machine's is not. */
#define RESTART_S	30

static bool grow(void **array, size_t n, size_t size)
{
	void *more;

	if (n & (n - 1))
		return true;
	more = realloc(*array, (n ? n * 2 : 1) * size);
	if (more)
		*array = more;
	return more;
}

#define PUSH(c, array, count) \
	(grow((void **)&(c)->array, (c)->count, sizeof(*(c)->array)) ? \
	 &(c)->array[(c)->count++] : NULL)

static int32_t lower(int32_t a, int32_t b)
{
	if (a == HISTORY_UNKNOWN || b == HISTORY_UNKNOWN)
		return a == HISTORY_UNKNOWN ? b : a;
	return a < b ? a : b;
}

/* HISTORY_UNKNOWN is the lowest number there is. */
static int32_t higher(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

static int take_outage(struct chronicle *c, const struct history_point *p)
{
	const struct history_point *before = c->n ? &c->points[c->n - 1] : NULL;
	struct outage *o = c->n_outages ? &c->outages[c->n_outages - 1] : NULL;

	if (o && o->end)
		o = NULL;
	if (o && before && p->kind == HISTORY_START && p->time - before->time > RESTART_S)
		o->down = before->time;
	if (p->online == 0) {
		if (!o) {
			o = PUSH(c, outages, n_outages);
			if (!o)
				return -ENOMEM;
			*o = (struct outage){
				.start = p->time, .first_capacity = p->capacity,
				.lowest_capacity = p->capacity, .highest_load = p->load,
			};
		}
		o->lowest_capacity = lower(o->lowest_capacity, p->capacity);
		o->highest_load = higher(o->highest_load, p->load);
	} else if (o && p->online == 1) {
		o->end = p->time;
	}
	return 0;
}

static int take_test(struct chronicle *c, const struct history_point *p)
{
	const struct history_point *before = c->n ? &c->points[c->n - 1] : NULL;
	struct battery_test *t;

	if (!before || p->self_test == before->self_test || p->self_test < UPSY_SELF_TEST_PASSED ||
	    p->self_test > UPSY_SELF_TEST_ABORTED)
		return 0;
	t = PUSH(c, tests, n_tests);
	if (!t)
		return -ENOMEM;
	*t = (struct battery_test){ p->time, p->self_test };
	return 0;
}

static int take(const struct history_point *p, void *ctx)
{
	struct chronicle *c = ctx;
	struct history_point *point;
	int ret = take_outage(c, p);

	if (!ret)
		ret = take_test(c, p);
	point = ret ? NULL : PUSH(c, points, n);
	if (!point)
		return -ENOMEM;
	*point = *p;
	return 0;
}

int chronicle_read(const char *path, struct chronicle *c)
{
	memset(c, 0, sizeof(*c));
	return history_read(path, c->model, take, c);
}

void chronicle_free(struct chronicle *c)
{
	free(c->points);
	free(c->outages);
	free(c->tests);
	memset(c, 0, sizeof(*c));
}
