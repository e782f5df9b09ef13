// SPDX-License-Identifier: GPL-2.0-or-later
/* The gauge's own power function against the C library's. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gauge/power.h"

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) <= fabs(wanted) * 1e-9 + 1e-12))
		fail_msg("%.17g, wanted %.17g", got, wanted);
}

static void logarithms(void **state)
{
	for (double x = 1e-9; x < 1e12; x *= 1.37)
		assert_near(natural_log(x), log(x));
	assert_near(natural_log(1), 0);
}

static void powers(void **state)
{
	for (double base = 0.01; base < 200; base *= 1.21)
		for (double e = -5; e < 20; e += 0.173)
			assert_near(power(base, e), pow(base, e));
	assert_near(power(0.5, 0), 1);
}

/* What an odd runtimecal can lead to is still a number. */
static void extremes(void **state)
{
	assert_true(isfinite(power(2, 1e9)));
	assert_true(power(2, -1e9) > 0);
	assert_true(power(2, 1e9) > 1e299);
	assert_true(isfinite(power(0, 1)));
	assert_true(isfinite(natural_log(-1)));
	assert_true(isfinite(power(2, NAN)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logarithms),
		cmocka_unit_test(powers),
		cmocka_unit_test(extremes),
	};

	return cmocka_run_group_tests_name("power", tests, NULL, NULL);
}
