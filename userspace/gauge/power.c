// SPDX-License-Identifier: GPL-2.0-or-later
/* See power.h. Both are series, after what is a power of two was taken out. */
#include "gauge/power.h"

#define LN2		0.693147180559945309417
#define SQRT2		1.414213562373095048802
#define EXPONENT_MAX	690	/* e^690 is about 1e300 */

double natural_log(double x)
{
	double y, square, sum = 0, term;
	int twos = 0;

	/* Also what is not a number: both comparisons are false. */
	if (!(x > 1e-300))
		x = 1e-300;
	if (x > 1e300)
		x = 1e300;
	for (; x > SQRT2; twos++)
		x /= 2;
	for (; x < SQRT2 / 2; twos--)
		x *= 2;
	/* ln x = 2 artanh y, with |y| < 0.18 */
	y = (x - 1) / (x + 1);
	square = y * y;
	term = y;
	for (int n = 1; n < 30; n += 2) {
		sum += term / n;
		term *= square;
	}
	return 2 * sum + twos * LN2;
}

double power(double base, double exponent)
{
	double x = natural_log(base) * exponent, sum = 1, term = 1;
	int twos;

	if (!(x > -EXPONENT_MAX))
		x = -EXPONENT_MAX;
	if (x > EXPONENT_MAX)
		x = EXPONENT_MAX;
	twos = (int)(x / LN2);
	x -= twos * LN2;
	for (int n = 1; n < 24; n++) {
		term *= x / n;
		sum += term;
	}
	for (; twos > 0; twos--)
		sum *= 2;
	for (; twos < 0; twos++)
		sum /= 2;
	return sum;
}
