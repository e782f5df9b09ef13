// SPDX-License-Identifier: GPL-2.0-or-later
/* upsyctl list, upsyctl show */
#include <string.h>

#include "lib/json.h"
#include "lib/log.h"
#include "upsyctl/upsyctl.h"

#define MODEL_WIDTH 28

static json_t *whole(const struct upsy_ups *u)
{
	json_t *o = json_object();
	char name[16];

	snprintf(name, sizeof(name), "BAT_UPS%u", u->n);
	json_object_set_new(o, "name", json_string(name));
	json_object_set_new(o, "scope", json_string(u->scope ? "Device" : "System"));
	json_object_set_new(o, "powers", json_string(u->powers ? "other" : "system"));
	json_object_set_new(o, "feed", json_string(u->feed ? "lost" : "live"));
	json_object_update_new(o, json_of_ups(&u->id, &u->readings));
	return o;
}

static void print_json(json_t *o)
{
	json_dumpf(o, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(o);
}

/* Columns are as wide as their widest cell, in characters. */
static void print_table(const struct ups_list *list)
{
	char bar[64], runtime[24], load[24], in[24], out[24];

	printf("%s%-9s %-*s %-18s %-16s %8s %6s %9s %9s%s\n", paint(COLOR_DIM), "NAME",
	       MODEL_WIDTH, "MODEL", "STATE", "CHARGE", "RUNTIME", "LOAD", "INPUT", "OUTPUT",
	       paint(COLOR_OFF));
	for (size_t i = 0; i < list->n; i++) {
		const struct upsy_ups *u = &list->ups[i];
		const struct readings *r = &u->readings;

		strcpy(load, "-");
		strcpy(in, "-");
		strcpy(out, "-");
		if (reading_known(r, UPSY_R_LOAD))
			reading_text(r, UPSY_R_LOAD, load, sizeof(load));
		if (reading_known(r, UPSY_R_INPUT_VOLTAGE))
			reading_text(r, UPSY_R_INPUT_VOLTAGE, in, sizeof(in));
		if (reading_known(r, UPSY_R_OUTPUT_VOLTAGE))
			reading_text(r, UPSY_R_OUTPUT_VOLTAGE, out, sizeof(out));
		printf("BAT_UPS%-2u %-*.*s %s%-18s%s %s %8s %6s %9s %9s\n", u->n, MODEL_WIDTH,
		       MODEL_WIDTH, *u->id.model_name ? u->id.model_name : "-", state_color(u),
		       state_text(u), paint(COLOR_OFF), bar_text(u, bar),
		       runtime_text(u, runtime), load, in, out);
	}
}

int cmd_list(int argc, char **argv)
{
	struct upsy_link *link;
	struct ups_list list = { };

	if (argc > 1) {
		log_error("'list' takes no arguments; 'upsyctl show %s' shows one UPS", argv[1]);
		return STATUS_USAGE;
	}
	link = open_module();
	if (!link)
		return STATUS_FAILED;
	if (list_load(link, &list)) {
		upsy_close(link);
		return STATUS_FAILED;
	}
	upsy_close(link);
	if (settings.json) {
		json_t *all = json_array();

		for (size_t i = 0; i < list.n; i++)
			json_array_append_new(all, whole(&list.ups[i]));
		print_json(all);
	} else if (list.n) {
		print_table(&list);
	} else {
		puts("No UPS is registered. 'upsyctl doctor' finds out why.");
	}
	list_free(&list);
	return STATUS_OK;
}

static void row(const char *name, const char *value)
{
	if (*value)
		printf("  %-24s %s\n", name, value);
}

static void print_ups(const struct upsy_ups *u)
{
	const struct readings *r = &u->readings;
	char buf[1024], bar[64], runtime[24];

	printf("BAT_UPS%u  %s%s%s  %s  %s left\n", u->n, state_color(u), state_text(u),
	       paint(COLOR_OFF), bar_text(u, bar), runtime_text(u, runtime));
	row("manufacturer", u->id.manufacturer);
	row("model_name", u->id.model_name);
	row("serial_number", u->id.serial_number);
	row("firmware", u->id.firmware);
	row("protocol", u->id.protocol);
	row("device", u->id.device);
	row("link", u->id.link);
	row("powers", u->powers == UPSY_POWERS_OTHER ? "something else" : "this machine");
	row("feed", u->feed == UPSY_FEED_LOST ? "lost: no daemon feeds it" : "live");
	for (unsigned int i = 1; i <= UPSY_R_MAX; i++)
		if (reading_table[i].name && reading_known(r, i))
			row(reading_table[i].name, reading_text(r, i, buf, sizeof(buf)));
	if (reading_get(r, UPSY_R_ALARMS, 0))
		printf("%sAlarms: %s%s\n", paint(COLOR_BAD), alarms_text(r, buf, sizeof(buf)),
		       paint(COLOR_OFF));
}

int cmd_show(int argc, char **argv)
{
	struct upsy_link *link;
	struct ups_list list = { };
	const struct upsy_ups *u = NULL;

	if (argc > 2) {
		log_error("'show' takes one UPS; 'upsyctl list' shows all");
		return STATUS_USAGE;
	}
	link = open_module();
	if (!link)
		return STATUS_FAILED;
	if (!list_load(link, &list))
		u = list_find(&list, argv[1]);
	upsy_close(link);
	if (u && settings.json)
		print_json(whole(u));
	else if (u)
		print_ups(u);
	list_free(&list);
	return u ? STATUS_OK : STATUS_NO_UPS;
}
