// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Outages and battery tests, found in a history. A story is one word per
 * record: seconds since the last one, "on" or "off", charge; or "test=N".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "upsyctl/chronicle.c"
#include "upsyctl/graph.c"

#define T0	1700000000

static void tell(struct chronicle *c, const char *story)
{
	struct history_point p = {
		.time = T0, .online = 1, .capacity = 100, .load = 20,
		.input_voltage = 230000, .self_test = UPSY_SELF_TEST_NONE,
	};
	char buf[512], *save, *word;

	memset(c, 0, sizeof(*c));
	snprintf(buf, sizeof(buf), "%s", story);
	for (word = strtok_r(buf, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *rest;

		p.kind = HISTORY_SAMPLE;
		p.time += strtol(word, &rest, 10);
		if (*rest == '!') {
			p.kind = HISTORY_START;
			rest++;
		}
		if (!strncmp(rest, "test=", 5)) {
			p.self_test = atoi(rest + 5);
		} else {
			p.online = rest[1] == 'n';
			p.capacity = atoi(rest + strcspn(rest, "0123456789"));
		}
		assert_int_equal(take(&p, c), 0);
		p.seq++;
	}
}

static const struct {
	const char *story;
	size_t n;
	struct outage last;
} stories[] = {
	{ "60on100 60on100", 0, {} },
	{ "60on100 30off100 10off90 10off80 10on79", 1, { T0 + 90, T0 + 120, 0, 100, 80, 20 } },
	{ "60on100 30off100 10off90", 1, { T0 + 90, 0, 0, 100, 90, 20 } },
	{ "10off50 10on50 10off49 10on48", 2, { T0 + 30, T0 + 40, 0, 49, 49, 20 } },
	/* upsyd restarted in the outage: one outage */
	{ "10off50 10!off49 10on48", 1, { T0 + 10, T0 + 30, 0, 50, 49, 20 } },
	/* the machine went down in it, and came back */
	{ "10off50 10off9 7200!on30", 1, { T0 + 10, T0 + 7220, T0 + 20, 50, 9, 20 } },
	/* and came back while it still lasted */
	{ "10off50 10off9 7200!off30 60on20", 1, { T0 + 10, T0 + 7280, T0 + 20, 50, 9, 20 } },
	/* a gap on line is none */
	{ "10on50 7200!on30 60on20", 0, {} },
};

static void outages(void **state)
{
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct chronicle c;

		tell(&c, stories[i].story);
		if (c.n_outages != stories[i].n)
			fail_msg("%s: %zu outages", stories[i].story, c.n_outages);
		if (c.n_outages) {
			const struct outage *o = &c.outages[c.n_outages - 1], *e = &stories[i].last;

			if (memcmp(o, e, sizeof(*o)))
				fail_msg("%s: %lld to %lld, down %lld, %d %d %d", stories[i].story,
					 (long long)o->start - T0, (long long)o->end - T0,
					 (long long)o->down - T0, o->first_capacity,
					 o->lowest_capacity, o->highest_load);
		}
		chronicle_free(&c);
	}
}

static void tests_kept(void **state)
{
	struct chronicle c;

	tell(&c, "10on100 10test=1 20test=2 60on100 60test=1 20test=4 10test=0");
	assert_int_equal(c.n_tests, 2);
	assert_int_equal(c.tests[0].time, T0 + 40);
	assert_int_equal(c.tests[0].result, UPSY_SELF_TEST_PASSED);
	assert_int_equal(c.tests[1].result, UPSY_SELF_TEST_FAILED);
	chronicle_free(&c);
}

static char *drawn(struct chronicle *c, const struct plot *plot, bool svg)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (svg)
		graph_svg(f, plot, c);
	else
		graph_text(f, plot, c);
	fclose(f);
	return text;
}

/* Line @n of a text, counted from 0, up to 39 characters. */
static const char *line(const char *text, int n)
{
	static char buf[128];

	while (n-- && text)
		text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL;
	snprintf(buf, sizeof(buf), "%.*s", (int)strcspn(text ? text : "", "\n"), text ? text : "");
	return buf;
}

static void pictures(void **state)
{
	struct plot plot = { .title = "A <b> & c", .from = T0, .to = T0 + 1199, .columns = 48 };
	struct chronicle c;
	char *text;

	/* Half the time full, then straight down to empty. */
	tell(&c, "0on100 60on100 60on100 60on100 60on100 60on100 60on100 60on100 60on100 60on100 "
		 "60off100 60off90 60off80 60off70 60off60 60off50 60off40 60off30 60off20 60off10 0off0");
	text = drawn(&c, &plot, false);
	assert_string_equal(line(text, 0), "A <b> & c");
	assert_string_equal(line(text, 1), "charge");
	assert_true(!strncmp(line(text, 2), " 100 % |#######", 15));
	assert_non_null(strstr(text, "^"));
	assert_non_null(strstr(text, "outage"));
	assert_null(strstr(text, "\033"));
	free(text);

	text = drawn(&c, &plot, true);
	assert_true(!strncmp(text, "<svg ", 5));
	assert_non_null(strstr(text, "A &lt;b&gt; &amp; c"));
	assert_non_null(strstr(text, "class=\"outage\""));
	assert_non_null(strstr(text, "</svg>"));
	free(text);

	/* Nothing in this time, one point, no width: no harm. */
	plot.from = T0 + 90000;
	plot.to = T0 + 99000;
	text = drawn(&c, &plot, false);
	assert_non_null(strstr(text, "Nothing was recorded"));
	free(text);
	plot.from = plot.to = T0;
	plot.columns = 0;
	free(drawn(&c, &plot, false));
	plot.columns = 100000;
	free(drawn(&c, &plot, false));
	free(drawn(&c, &plot, true));
	chronicle_free(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(outages),
		cmocka_unit_test(tests_kept),
		cmocka_unit_test(pictures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
