// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may have a UPS do what, when polkit is asked, and with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "upsyctl/elevate.c"
#include "upsyctl/act.c"

struct settings settings;

struct upsy_link *open_module(void)
{
	return NULL;
}

int list_load(struct upsy_link *link, struct ups_list *list)
{
	return -1;
}

void list_free(struct ups_list *list)
{
}

const struct upsy_ups *list_find(const struct ups_list *list, const char *name)
{
	return NULL;
}

static void allowed(void **state)
{
	static const bool table[4][4] = {
		/* needed: UNLIMITED, HARMLESS, TEST, ALL */
		[MAY_UNLIMITED] = { true, true, true, true },
		[MAY_HARMLESS] = { false, true, false, false },
		[MAY_TEST] = { false, true, true, false },
		[MAY_ALL] = { false, true, true, true },
	};

	for (int granted = 0; granted < 4; granted++)
		for (int needed = 0; needed < 4; needed++)
			assert_int_equal(may_allows(granted, needed), table[granted][needed]);
}

static void names(void **state)
{
	assert_int_equal(may_by_name("harmless"), MAY_HARMLESS);
	assert_int_equal(may_by_name("test"), MAY_TEST);
	assert_int_equal(may_by_name("all"), MAY_ALL);
	assert_int_equal(may_by_name(""), MAY_UNLIMITED);
	assert_int_equal(may_by_name("harm"), MAY_UNLIMITED);
	assert_int_equal(may_by_name("all "), MAY_UNLIMITED);
}

/* Whatever is asked about, and whatever is new in the table, is no free action. */
static void verbs_need(void **state)
{
	for (const struct verb *v = verbs; v->command; v++) {
		assert_int_not_equal(v->may, MAY_UNLIMITED);
		if (v->danger)
			assert_int_equal(v->may, MAY_ALL);
		if (v->may == MAY_HARMLESS)
			assert_true(!strcmp(v->command, "beeper") ||
				    v->action == UPSY_ACTION_TEST_STOP);
		if (v->may == MAY_TEST)
			assert_int_equal(v->action, UPSY_ACTION_TEST_QUICK);
	}
}

static void when(void **state)
{
	for (int i = 0; i < 8; i++) {
		struct surroundings s = { .root = i & 1, .terminal = i & 2, .display = i & 4 };

		assert_int_equal(may_elevate(&s, MAY_UNLIMITED), i == 2 || i == 4 || i == 6);
		/* What polkit started never asks polkit again. */
		assert_false(may_elevate(&s, MAY_HARMLESS));
		assert_false(may_elevate(&s, MAY_ALL));
	}
}

static void words(void **state)
{
	char *argv[] = { "beeper", "off", "UPS1" };
	static const char *const plain[] = { "pkexec", "/usr/bin/upsyctl", "--may=harmless", "--yes",
					     "beeper", "off", "UPS1" };
	static const char *const json[] = { "pkexec", "/usr/bin/upsyctl", "--may=all", "--yes",
					    "--json", "beeper" };
	const char *out[3 + 6];

	elevate_argv("/usr/bin/upsyctl", MAY_HARMLESS, false, 3, argv, out);
	for (int i = 0; i < 7; i++)
		assert_string_equal(out[i], plain[i]);
	assert_null(out[7]);
	elevate_argv("/usr/bin/upsyctl", MAY_ALL, true, 1, argv, out);
	for (int i = 0; i < 6; i++)
		assert_string_equal(out[i], json[i]);
	assert_null(out[6]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(allowed),
		cmocka_unit_test(names),
		cmocka_unit_test(verbs_need),
		cmocka_unit_test(when),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
