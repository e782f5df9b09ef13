/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one log: standard error, with the <N> prefixes that journald reads when
 * standard error is the journal. A message is one line, says what happened and
 * what to do.
 */
#ifndef UPSY_LOG_H
#define UPSY_LOG_H

enum log_level { LOG_ERROR = 3, LOG_WARN = 4, LOG_NOTE = 5, LOG_INFO = 6, LOG_TRACE = 7 };

/** log_set_level - show messages up to @level; the default is LOG_NOTE */
void log_set_level(enum log_level level);
enum log_level log_level(void);

/** log_set_name - prefix of every line, e.g. the program or the UPS */
void log_set_name(const char *name);

void log_at(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...)	log_at(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)	log_at(LOG_WARN, __VA_ARGS__)
#define log_note(...)	log_at(LOG_NOTE, __VA_ARGS__)
#define log_info(...)	log_at(LOG_INFO, __VA_ARGS__)
#define log_trace(...)	log_at(LOG_TRACE, __VA_ARGS__)

/**
 * struct log_limit - keeps a repeating message from flooding the journal
 *
 * Declare one static per message, zeroed. At most one message an hour; the
 * next that passes says how many were left out.
 */
struct log_limit { long long next_ms; unsigned int dropped; };

void log_limited(struct log_limit *l, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
