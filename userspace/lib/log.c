// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one log. The <N> prefix is written only where the journal reads it, which
 * is where $JOURNAL_STREAM names the file that standard error is.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "lib/clock.h"
#include "lib/log.h"

#define LIMIT_MS	(3600 * 1000LL)

static enum log_level max_level = LOG_NOTE;
static const char *log_name;

void log_set_level(enum log_level level)
{
	max_level = level;
}

enum log_level log_level(void)
{
	return max_level;
}

void log_set_name(const char *name)
{
	log_name = name;
}

static bool to_journal(void)
{
	static int known = -1;
	const char *stream;
	unsigned long long dev, ino;
	struct stat st;

	if (known < 0) {
		stream = getenv("JOURNAL_STREAM");
		known = stream && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
			fstat(2, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
	}
	return known;
}

static void log_line(enum log_level level, const char *text)
{
	char line[1200];
	int len;

	len = snprintf(line, sizeof(line), "%s%s%s", log_name && !to_journal() ? log_name : "",
		       log_name && !to_journal() ? ": " : "", text);
	for (int i = 0; i < len && i < (int)sizeof(line); i++)
		if (line[i] == '\n')
			line[i] = ' ';
	if (to_journal())
		fprintf(stderr, "<%d>%s\n", (int)level, line);
	else
		fprintf(stderr, "%s\n", line);
}

void log_at(enum log_level level, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	if (level > max_level)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	log_line(level, text);
}

void log_limited(struct log_limit *l, enum log_level level, const char *fmt, ...)
{
	char text[1024], more[1100];
	long long now = clock_ms();
	va_list args;

	if (level > max_level)
		return;
	if (l->next_ms && now < l->next_ms) {
		l->dropped++;
		return;
	}
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (l->dropped) {
		snprintf(more, sizeof(more), "%s (and %u times more since last said)", text,
			 l->dropped);
		log_line(level, more);
	} else {
		log_line(level, text);
	}
	l->next_ms = now + LIMIT_MS;
	l->dropped = 0;
}
