// SPDX-License-Identifier: GPL-2.0-or-later
/* See drain.h. */
#include <errno.h>
#include <stdlib.h>

#include "gauge/drain.h"
#include "gauge/power.h"
#include "lib/log.h"
#include "lib/options.h"

/*
 * Full load empties it in 4 minutes, half load in 12: the example of the man
 * page, and what a UPS with a 7 Ah battery per 600 VA does.
 */
static const char common[] = "240,100,720,50";

/* Pairs of seconds and load. Return: how many numbers there are, -1 for no list. */
static int parse(struct drain *d, const char *text)
{
	int n = 0;

	for (const char *s = text; n < 2 * DRAIN_POINTS_MAX; s++) {
		char *end;
		double v = strtod(s, &end);

		if (end == s)
			return -1;
		*(n % 2 ? &d->point[n / 2].load : &d->point[n / 2].seconds) = v;
		n++;
		while (*end == ' ')
			end++;
		if (!*end)
			return n;
		if (*end != ',')
			return -1;
		s = end;
	}
	return -1;
}

static bool is_sound(const struct drain *d, int numbers)
{
	if (numbers < 4 || numbers % 2)
		return false;
	for (int i = 0; i < numbers / 2; i++) {
		if (!(d->point[i].seconds > 0 && d->point[i].seconds < 1e6 &&
		      d->point[i].load > 0 && d->point[i].load <= 200))
			return false;
		if (i && !(d->point[i].seconds > d->point[i - 1].seconds &&
			   d->point[i].load < d->point[i - 1].load))
			return false;
	}
	return true;
}

int drain_read(struct drain *d, const struct options *opt)
{
	const char *text = option_text(opt, "runtimecal");
	int64_t idle_load = 10000;
	int err, n;

	d->calibrated = text && *text;
	n = parse(d, d->calibrated ? text : common);
	if (!is_sound(d, n)) {
		log_error("runtimecal=%s: must be pairs of seconds and load in percent, the higher "
			  "load first: 240,100,720,50", text);
		return -EINVAL;
	}
	d->points = n / 2;
	/* Some write 0.03 and mean it. */
	err = option_number(opt, "idleload", 1000, 1, 100000, &idle_load);
	d->idle_load = (double)idle_load / 1000;
	return err == -ENOENT ? 0 : err;
}

double drain_at(const struct drain *d, double load)
{
	double exponent;
	int i = 0;

	if (load < d->idle_load)
		load = d->idle_load;
	/* Beyond the ends the first and the last pair go on. */
	while (i < d->points - 2 && load < d->point[i + 1].load)
		i++;
	exponent = natural_log(d->point[i + 1].seconds / d->point[i].seconds) /
		   natural_log(d->point[i].load / d->point[i + 1].load);
	return power(load / d->point[i].load, exponent) / d->point[i].seconds;
}
