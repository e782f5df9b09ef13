/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Powers and logarithms for the gauge. The daemon stays in memory as long as the
 * machine is up, and libm would be a quarter of it for two functions.
 */
#ifndef UPSY_GAUGE_POWER_H
#define UPSY_GAUGE_POWER_H

/** natural_log - of @x within 1e-300 and 1e300, to 12 digits */
double natural_log(double x);

/** power - @base > 0 to the power of @exponent, to 9 digits, within 1e-300 and 1e300 */
double power(double base, double exponent);

#endif
