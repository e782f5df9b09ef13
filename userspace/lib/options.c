// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options of one section. A handful of them, looked up rarely: a list will do.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/log.h"
#include "lib/options.h"

struct option {
	struct option *next;
	char *value;
	char name[];
};

struct options {
	struct option *first;
};

struct options *options_new(void)
{
	return calloc(1, sizeof(struct options));
}

void options_free(struct options *o)
{
	struct option *next;

	if (!o)
		return;
	for (struct option *p = o->first; p; p = next) {
		next = p->next;
		free(p->value);
		free(p);
	}
	free(o);
}

static struct option *find(const struct options *o, const char *name)
{
	for (struct option *p = o ? o->first : NULL; p; p = p->next)
		if (!strcasecmp(p->name, name))
			return p;
	return NULL;
}

int options_set(struct options *o, const char *name, const char *value)
{
	struct option *p = find(o, name);
	char *copy = strdup(value ? value : "");

	if (!copy)
		return -ENOMEM;
	if (p) {
		free(p->value);
		p->value = copy;
		return 0;
	}
	p = malloc(sizeof(*p) + strlen(name) + 1);
	if (!p) {
		free(copy);
		return -ENOMEM;
	}
	strcpy(p->name, name);
	p->value = copy;
	p->next = o->first;
	o->first = p;
	return 0;
}

const char *option_text(const struct options *o, const char *name)
{
	const struct option *p = find(o, name);

	return p ? p->value : NULL;
}

bool option_flag(const struct options *o, const char *name)
{
	const char *v = option_text(o, name);

	return v && strcasecmp(v, "no") && strcasecmp(v, "off") && strcasecmp(v, "false") &&
	       strcmp(v, "0");
}

/* Digits, a point, digits; scaled, and rounded toward zero. Return: 0 or -EINVAL. */
static int parse_scaled(const char *s, int64_t scale, int64_t *out)
{
	int64_t whole = 0, part = 0, unit = scale;
	bool minus = false, any = false;

	while (isspace((unsigned char)*s))
		s++;
	if (*s == '-' || *s == '+')
		minus = *s++ == '-';
	for (; isdigit((unsigned char)*s); s++, any = true) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, *s - '0', &whole))
			return -EINVAL;
	}
	if (*s == '.') {
		for (s++; isdigit((unsigned char)*s); s++, any = true) {
			unit /= 10;
			part += (*s - '0') * unit;
		}
	}
	while (isspace((unsigned char)*s))
		s++;
	if (!any || *s || __builtin_mul_overflow(whole, scale, &whole) ||
	    __builtin_add_overflow(whole, part, &whole))
		return -EINVAL;
	*out = minus ? -whole : whole;
	return 0;
}

int option_number(const struct options *o, const char *name, int64_t scale,
		  int64_t min, int64_t max, int64_t *out)
{
	const char *text = option_text(o, name);
	int64_t v;

	if (!text)
		return -ENOENT;
	if (parse_scaled(text, scale, &v) || v < min || v > max) {
		log_warn("option %s = %s: must be a number from %g to %g; it is left out", name,
			 text, (double)min / scale, (double)max / scale);
		return -EINVAL;
	}
	*out = v;
	return 0;
}

void options_each(const struct options *o,
		  void (*each)(void *ctx, const char *name, const char *value), void *ctx)
{
	for (const struct option *p = o ? o->first : NULL; p; p = p->next)
		each(ctx, p->name, p->value);
}
