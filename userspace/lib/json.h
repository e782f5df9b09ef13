/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readings as JSON: the sysfs names, the class's units, only what there is. */
#ifndef UPSY_JSON_H
#define UPSY_JSON_H

#include <jansson.h>

#include "lib/readings.h"

/**
 * json_of_ups - one UPS as an object, with what is in ups/ in the object "ups"
 * @id: who it is; may be NULL
 * @r: what policy has decided
 *
 * energy_now and power_now are worked out as the module does. Enums are spelled
 * as in sysfs, flags are arrays of names. Return: a new reference, or NULL when
 * there is no memory.
 */
json_t *json_of_ups(const struct identity *id, const struct readings *r);

#endif
