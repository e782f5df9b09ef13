// SPDX-License-Identifier: GPL-2.0-or-later
/* The one clock. A test that sets a source owns the time from then on. */
#include <time.h>

#include "lib/clock.h"

static int64_t (*source_ms)(void);
static int64_t slept_ms;	/* added to a test's clock by clock_sleep_ms() */

int64_t clock_ms(void)
{
	struct timespec ts;

	if (source_ms)
		return source_ms() + slept_ms;
	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void clock_set_source(int64_t (*source)(void))
{
	source_ms = source;
	slept_ms = 0;
}

void clock_sleep_ms(int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };

	if (ms <= 0)
		return;
	if (source_ms)
		slept_ms += ms;
	else
		nanosleep(&ts, NULL);
}
