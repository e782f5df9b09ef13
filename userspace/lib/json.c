// SPDX-License-Identifier: GPL-2.0-or-later
/* Readings as JSON. */
#include <stdlib.h>

#include "lib/energy.h"
#include "lib/json.h"

static json_t *flags(const struct reading_info *info, int64_t v)
{
	json_t *list = json_array();

	for (int bit = 0; list && info->names[bit]; bit++)
		if (v >> bit & 1)
			json_array_append_new(list, json_string(info->names[bit]));
	return list;
}

static json_t *reading(unsigned int id, int64_t v)
{
	const struct reading_info *info = &reading_table[id];
	const char *name = reading_name_of(id, v);

	if (info->kind == READING_FLAGS)
		return flags(info, v);
	return name ? json_string(name) : json_integer(v);
}

static void put_text(json_t *to, const char *name, const char *value)
{
	if (*value)
		json_object_set_new(to, name, json_string(value));
}

json_t *json_of_ups(const struct identity *id, const struct readings *known)
{
	json_t *all = json_object(), *ups = json_object();
	struct energy e;
	struct readings r = *known;

	if (!all || !ups) {
		json_decref(all);
		json_decref(ups);
		return NULL;
	}
	if (reading_known(&r, UPSY_R_CAPACITY) && reading_known(&r, UPSY_R_STATUS)) {
		energy_derive(&r, &e);
		json_object_set_new(all, "energy_now", json_integer(e.now));
		json_object_set_new(all, "power_now", json_integer(e.power));
	}
	for (unsigned int i = 1; i <= UPSY_R_MAX; i++)
		if (reading_known(&r, i) && reading_table[i].name)
			json_object_set_new(reading_table[i].ups ? ups : all,
					    reading_table[i].name, reading(i, r.value[i]));
	if (id) {
		put_text(all, "manufacturer", id->manufacturer);
		put_text(all, "model_name", id->model_name);
		put_text(all, "serial_number", id->serial_number);
		put_text(ups, "firmware", id->firmware);
		put_text(ups, "protocol", id->protocol);
		put_text(ups, "device", id->device);
		put_text(ups, "link", id->link);
	}
	json_object_set_new(all, "ups", ups);
	return all;
}
