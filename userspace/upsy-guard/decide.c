// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When this machine must go down.
 *
 * What must stay true: without a critical, discharging UPS that feeds this
 * machine nothing ever happens, however few supplies there are; and a UPS
 * whose runtime nobody knows never buys a long grace period.
 */
#include <stdio.h>
#include <string.h>

#include "upsy-guard/decide.h"

/* Longest grace on a critical battery that doesn't tell how long it lasts. */
#define BLIND_GRACE	10

/* A battery inside the machine below this is no help. systemd's own line for "low". */
#define BATTERY_LOW	5

const struct guard_config guard_defaults = {
	.minsupplies = 1, .grace = 30, .need = 60, .hibernate_need = 180,
	.policy = POLICY_POWEROFF,
};

bool supply_critical(const struct supply *s)
{
	return s->kind == SUPPLY_UPS && s->feeds_us && s->present && s->discharging && s->critical;
}

bool supply_good(const struct supply *s)
{
	if (!s->feeds_us || !s->present)
		return false;
	if (s->kind == SUPPLY_BATTERY)
		return !s->critical && s->charge > BATTERY_LOW;
	return !supply_critical(s);
}

/*
 * The machine runs until fewer than @need of its supplies are left. @need of
 * them outlast the rest, so the shortest-lived of these decides.
 */
static int seconds_left(const struct supply *supplies, size_t n, int need)
{
	bool used[SUPPLIES_MAX] = { false };
	int left = UNKNOWN;

	while (need-- > 0) {
		size_t best = n;

		for (size_t i = 0; i < n; i++)
			if (!used[i] && supply_critical(&supplies[i]) &&
			    (best == n || supplies[i].runtime > supplies[best].runtime))
				best = i;
		if (best == n)
			break;
		used[best] = true;
		left = supplies[best].runtime;
	}
	return left;
}

static int grace(const struct guard_config *config, int left)
{
	int longest = BLIND_GRACE;

	if (left != UNKNOWN)
		longest = left > config->need ? left - config->need : 0;
	return config->grace < longest ? config->grace : longest;
}

void guard_decide(const struct guard_config *config, const struct supply *supplies, size_t n,
		  struct decision *out)
{
	const char *first = "";

	memset(out, 0, sizeof(*out));
	out->left = UNKNOWN;
	if (n > SUPPLIES_MAX)
		n = SUPPLIES_MAX;
	for (size_t i = 0; i < n; i++) {
		if (supply_good(&supplies[i]))
			out->good++;
		if (supply_critical(&supplies[i])) {
			if (!out->critical++)
				first = supplies[i].name;
		}
	}

	if (!out->critical) {
		out->verdict = GUARD_IDLE;
		snprintf(out->why, sizeof(out->why),
			 "no UPS that feeds this machine is critical and discharging");
		return;
	}
	if (out->good >= config->minsupplies) {
		out->verdict = GUARD_WATCH;
		snprintf(out->why, sizeof(out->why),
			 "%s is critical; good supplies: %d, needed: %d", first,
			 out->good, config->minsupplies);
		return;
	}

	out->left = seconds_left(supplies, n, config->minsupplies - out->good);
	out->grace = grace(config, out->left);
	out->verdict = GUARD_POWEROFF;
	if (config->policy == POLICY_HIBERNATE && config->can_hibernate &&
	    out->left != UNKNOWN && out->left - out->grace >= config->hibernate_need)
		out->verdict = GUARD_HIBERNATE;

	if (out->left == UNKNOWN)
		snprintf(out->why, sizeof(out->why),
			 "%s is critical, runtime not known; good supplies: %d, needed: %d",
			 first, out->good, config->minsupplies);
	else
		snprintf(out->why, sizeof(out->why),
			 "%s is critical, %d s of runtime left; good supplies: %d, needed: %d",
			 first, out->left, out->good, config->minsupplies);
}

size_t guard_keep_vanished(struct supply *now, size_t n, const struct supply *before,
			   size_t n_before)
{
	size_t seen = n;

	for (size_t i = 0; i < n_before && n < SUPPLIES_MAX; i++) {
		bool found = false;

		if (!supply_critical(&before[i]))
			continue;
		for (size_t j = 0; j < seen && !found; j++)
			found = !strcmp(now[j].name, before[i].name);
		if (!found)
			now[n++] = before[i];
	}
	return n;
}
