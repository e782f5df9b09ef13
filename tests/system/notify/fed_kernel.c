// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module that says what standard input says, for programs that read UPSes:
 * linked before lib/netlink.c, so that all else of the program is its own.
 *
 * A line is a UPS's state, "0 online=0 time_to_empty_now=840 capacity=99": its number,
 * then readings as in sysfs; "scope=device" is one too. At the start there is UPS
 * 0, of which nothing is known.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/netlink.h"

struct upsy_link {
	char buf[4096];
	size_t used;
};

int upsy_open(struct upsy_link **out)
{
	static struct upsy_link link;

	fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	*out = &link;
	return 0;
}

void upsy_close(struct upsy_link *l)
{
}

int upsy_fd(const struct upsy_link *l)
{
	return STDIN_FILENO;
}

const char *upsy_strerror(struct upsy_link *l)
{
	return "no more lines";
}

int upsy_subscribe(struct upsy_link *l)
{
	return 0;
}

int upsy_dump(struct upsy_link *l, int (*each)(const struct upsy_ups *ups, void *ctx), void *ctx)
{
	static const struct upsy_ups ups = { .id.model_name = "Smart 700" };

	return each(&ups, ctx);
}

/* As the module: only root may. */
int upsy_action_wait(struct upsy_link *l, uint32_t n, struct action_request *req, int timeout_ms)
{
	if (geteuid())
		return -EPERM;
	action_reply(req, "%s for root", action_names[req->action]);
	return 0;
}

/* "840", or a name out of the reading's table. */
static int64_t value_of(unsigned int id, const char *text)
{
	const struct reading_info *info = &reading_table[id];

	for (int i = 0; info->names && info->names[i]; i++)
		if (!strcmp(info->names[i], text))
			return info->kind == READING_FLAGS ? INT64_C(1) << i : i;
	return strtoll(text, NULL, 10);
}

static void take_word(struct upsy_ups *ups, char *word)
{
	char *value = strchr(word, '=');
	unsigned int id;

	if (!value) {
		ups->n = strtoul(word, NULL, 10);
		return;
	}
	*value++ = '\0';
	id = reading_by_name(word);
	if (id) {
		reading_set(&ups->readings, id, value_of(id, value));
	} else if (!strcmp(word, "scope")) {
		ups->scope = strcmp(value, "device") ? UPSY_SCOPE_SYSTEM : UPSY_SCOPE_DEVICE;
	} else {
		fprintf(stderr, "fed_kernel: no reading '%s'\n", word);
		abort();
	}
}

int upsy_receive(struct upsy_link *l, struct upsy_event *ev)
{
	char *end = memchr(l->buf, '\n', l->used), *save, *word;
	ssize_t n;

	if (!end) {
		n = read(STDIN_FILENO, l->buf + l->used, sizeof(l->buf) - l->used);
		if (n <= 0)
			return n < 0 && errno == EAGAIN ? 0 : -ENODEV;
		l->used += n;
		end = memchr(l->buf, '\n', l->used);
	}
	if (!end)
		return 0;
	*end++ = '\0';
	*ev = (struct upsy_event){ .type = UPSY_EVENT_CHANGE };
	ev->ups.powers = UPSY_POWERS_SYSTEM;
	ev->ups.scope = UPSY_SCOPE_SYSTEM;
	strcpy(ev->ups.id.model_name, "Smart 700");
	for (word = strtok_r(l->buf, " ", &save); word; word = strtok_r(NULL, " ", &save))
		take_word(&ev->ups, word);
	l->used -= end - l->buf;
	memmove(l->buf, end, l->used);
	return 1;
}
