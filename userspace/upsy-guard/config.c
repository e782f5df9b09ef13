// SPDX-License-Identifier: GPL-2.0-or-later
/* Section [guard] of /etc/upsy/upsy.conf. */
#include <ini.h>
#include <stddef.h>
#include <string.h>

#include "lib/log.h"
#include "lib/options.h"
#include "upsy-guard/config.h"

static const struct {
	const char *name;
	size_t offset;
	int min, max;
} numbers[] = {
	{ "minsupplies", offsetof(struct guard_config, minsupplies), 1, SUPPLIES_MAX },
	{ "shutdown.grace", offsetof(struct guard_config, grace), 0, 3600 },
	{ "shutdown.need", offsetof(struct guard_config, need), 0, 3600 },
	{ "hibernate.need", offsetof(struct guard_config, hibernate_need), 30, 3600 },
};

static int take(void *ctx, const char *section, const char *name, const char *value)
{
	return strcmp(section, "guard") || !options_set(ctx, name, value);
}

void guard_config_read(const char *path, struct guard_config *out)
{
	struct options *o = options_new();
	const char *policy;
	int line;

	*out = guard_defaults;
	if (!o)
		return;
	line = ini_parse(path, take, o);
	if (line > 0)
		log_warn("%s:%d: cannot be read; it is passed over", path, line);

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int64_t v;

		if (option_number(o, numbers[i].name, 1, numbers[i].min, numbers[i].max, &v) == 0)
			*(int *)((char *)out + numbers[i].offset) = v;
	}
	policy = option_text(o, "policy");
	if (policy && !strcmp(policy, "hibernate"))
		out->policy = POLICY_HIBERNATE;
	else if (policy && strcmp(policy, "poweroff"))
		log_warn("%s: policy = %s: it can be poweroff or hibernate; powering off", path,
			 policy);
	options_free(o);
}
