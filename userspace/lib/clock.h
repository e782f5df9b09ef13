/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Time: milliseconds of CLOCK_BOOTTIME, so that time asleep counts. */
#ifndef UPSY_CLOCK_H
#define UPSY_CLOCK_H

#include <stdint.h>

/** clock_ms - now; tests replace it with clock_set_source() */
int64_t clock_ms(void);

/** clock_set_source - take the time from @source, or from the kernel if NULL */
void clock_set_source(int64_t (*source)(void));

/** clock_sleep_ms - wait, at most @ms; advances a test's clock instead */
void clock_sleep_ms(int ms);

#endif
