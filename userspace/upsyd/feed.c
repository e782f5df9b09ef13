// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Feeding the module.
 *
 * What must stay true: a snapshot has all readings the UPS was registered with,
 * and no other; one that has become unknown keeps its last value.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/log.h"
#include "lib/options.h"
#include "upsyd/feed.h"

#define SUPPLIES	"/sys/class/power_supply"

static bool read_word(const char *dir, const char *name, const char *file, char *to, size_t size)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s", dir, name, file);
	f = fopen(path, "re");
	to[0] = '\0';
	if (!f)
		return false;
	if (!fgets(to, (int)size, f))
		to[0] = '\0';
	fclose(f);
	to[strcspn(to, "\n")] = '\0';
	return true;
}

/* A battery of the machine's own: not ours, and not a mouse's. */
static bool is_own_battery(const char *dir, const char *name)
{
	char word[64];

	if (name[0] == '.' || !strncmp(name, "BAT_UPS", 7))
		return false;
	if (!read_word(dir, name, "type", word, sizeof(word)) || strcmp(word, "Battery"))
		return false;
	read_word(dir, name, "scope", word, sizeof(word));
	if (!strcmp(word, "Device"))
		return false;
	/* what is not there feeds nothing */
	read_word(dir, name, "present", word, sizeof(word));
	return strcmp(word, "0") != 0;
}

uint32_t scope_of_machine(const char *dir)
{
	uint32_t scope = UPSY_SCOPE_SYSTEM;
	const struct dirent *e;
	DIR *d = opendir(dir);

	while (d && (e = readdir(d)))
		if (is_own_battery(dir, e->d_name))
			scope = UPSY_SCOPE_DEVICE;
	if (d)
		closedir(d);
	return scope;
}

static void settle(struct feed *f, const struct options *opt)
{
	const char *scope = option_text(opt, "scope");
	const char *powers = option_text(opt, "powers");

	f->ups.powers = UPSY_POWERS_SYSTEM;
	if (powers && !strcasecmp(powers, "other"))
		f->ups.powers = UPSY_POWERS_OTHER;
	else if (powers && strcasecmp(powers, "system"))
		log_warn("powers = %s: it can be system or other; taken as system", powers);

	if (f->ups.powers == UPSY_POWERS_OTHER)
		f->ups.scope = UPSY_SCOPE_DEVICE;
	else if (scope && !strcasecmp(scope, "system"))
		f->ups.scope = UPSY_SCOPE_SYSTEM;
	else if (scope && !strcasecmp(scope, "device"))
		f->ups.scope = UPSY_SCOPE_DEVICE;
	else
		f->auto_scope = true;
	if (scope && strcasecmp(scope, "system") && strcasecmp(scope, "device") &&
	    strcasecmp(scope, "auto"))
		log_warn("scope = %s: it can be auto, system or device; taken as auto", scope);
}

int feed_open(struct feed *f, const struct options *opt, const struct policy *p)
{
	int ret;

	memset(f, 0, sizeof(*f));
	ret = upsy_open(&f->link);
	if (ret) {
		log_error("%s", upsy_strerror(NULL));
		return ret;
	}
	f->ups.shutdown_charge = policy_shutdown_charge(p);
	f->ups.shutdown_runtime = policy_shutdown_runtime(p);
	settle(f, opt);
	return 0;
}

void feed_close(struct feed *f)
{
	upsy_close(f->link);
	memset(f, 0, sizeof(*f));
}

/*
 * Return: whether @r differs from what was sent. Readings that have come up
 * since then count only on line, where registering anew disturbs nobody.
 */
static bool merge(struct feed *f, const struct readings *r, bool *more)
{
	struct readings *sent = &f->ups.readings;
	bool changed = false;

	*more = false;
	for (unsigned int id = 1; id <= UPSY_R_MAX; id++) {
		if (!reading_known(r, id) || !reading_table[id].name)
			continue;
		if (!reading_known(sent, id)) {
			*more |= reading_get(r, UPSY_R_ONLINE, 0) == 1;
			continue;
		}
		changed |= reading_get(sent, id, 0) != reading_get(r, id, 0);
		reading_set(sent, id, reading_get(r, id, 0));
	}
	return changed;
}

struct search {
	const char *key;
	struct feed *feed;
};

static int look_for(const struct upsy_ups *ups, void *ctx)
{
	struct search *s = ctx;

	if (strcmp(ups->id.key, s->key) || ups->feed != UPSY_FEED_LOST ||
	    reading_get(&ups->readings, UPSY_R_ONLINE, 1))
		return 0;
	s->feed->kept = ups->readings;
	if (s->feed->auto_scope)
		s->feed->ups.scope = ups->scope;
	s->feed->resumed = true;
	return 0;
}

const struct readings *feed_resume(struct feed *f, const char *key)
{
	struct search s = { key, f };

	if (upsy_dump(f->link, look_for, &s))
		log_info("%s", upsy_strerror(f->link));
	return f->resumed ? &f->kept : NULL;
}

/* These the kernel shows of every UPS, told or not. */
static bool shown_anyway(unsigned int id)
{
	return id == UPSY_R_PRESENT || id == UPSY_R_TECHNOLOGY || id == UPSY_R_ENERGY_FULL ||
	       id == UPSY_R_ENERGY_FULL_DESIGN || id == UPSY_R_CAPACITY_LEVEL;
}

/* In an outage it has to be taken over as it is; back on line it is registered anew. */
static void take_face(struct feed *f)
{
	struct readings *r = &f->ups.readings;

	for (unsigned int id = 1; id <= UPSY_R_MAX; id++) {
		if (shown_anyway(id) || reading_known(r, id) == reading_known(&f->kept, id))
			continue;
		if (reading_known(r, id))
			reading_clear(r, id);
		else
			reading_set(r, id, reading_get(&f->kept, id, 0));
		f->other_face = true;
	}
}

static int register_ups(struct feed *f, const struct identity *id, const struct readings *r,
			int deadline_ms)
{
	int ret;

	f->ups.id = *id;
	/* what was known before and isn't now keeps its value */
	for (unsigned int i = 1; i <= UPSY_R_MAX; i++)
		if (reading_known(r, i) && reading_table[i].name)
			reading_set(&f->ups.readings, i, reading_get(r, i, 0));
	if (f->resumed && !reading_get(r, UPSY_R_ONLINE, 1))
		take_face(f);
	/* as late as can be: a laptop's battery may come up later than its USB */
	if (f->auto_scope && !f->resumed)
		f->ups.scope = scope_of_machine(SUPPLIES);
	f->resumed = false;
	f->ups.deadline_ms = (uint32_t)deadline_ms;
	ret = upsy_new(f->link, &f->ups);
	if (ret) {
		log_error("the module does not take this UPS: %s", upsy_strerror(f->link));
		return ret;
	}
	f->registered = true;
	f->sent_ms = clock_ms();
	log_note("%s %s is BAT_UPS%u", f->ups.id.manufacturer, f->ups.id.model_name, f->ups.n);
	return 0;
}

int feed_publish(struct feed *f, const struct identity *id, const struct readings *r,
		 int deadline_ms)
{
	bool more, changed;
	int ret;

	if (!f->registered)
		return register_ups(f, id, r, deadline_ms);
	changed = merge(f, r, &more);
	if (f->other_face && reading_get(r, UPSY_R_ONLINE, 0)) {
		memset(&f->ups.readings, 0, sizeof(f->ups.readings));
		f->other_face = false;
		more = true;
	}
	if (more) {
		log_info("readings have come up: registering anew");
		ret = upsy_del(f->link, f->ups.n);
		if (ret)
			log_warn("%s", upsy_strerror(f->link));
		f->registered = false;
		return register_ups(f, id, r, deadline_ms);
	}
	if (!changed && clock_ms() < feed_due_ms(f))
		return 0;
	ret = upsy_set(f->link, f->ups.n, &f->ups.readings);
	/* an answer that was lost among events: the same once more does no harm */
	if (ret == -ENOBUFS || ret == -ETIMEDOUT)
		ret = upsy_set(f->link, f->ups.n, &f->ups.readings);
	if (ret) {
		log_error("the module refused a snapshot: %s", upsy_strerror(f->link));
		return ret;
	}
	f->sent_ms = clock_ms();
	return 0;
}

int64_t feed_due_ms(const struct feed *f)
{
	return f->sent_ms + f->ups.deadline_ms / 2;
}
