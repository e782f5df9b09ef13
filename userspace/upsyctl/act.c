// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Actions: asked for here, passed on by the kernel, done by the UPS's daemon.
 * What switches something off is asked for twice.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "upsyctl/upsyctl.h"

#define WAIT_MS 30000	/* longer than the kernel waits for the daemon */

/**
 * struct verb - words that mean an action
 * @command: first word
 * @word: second word; NULL where the second is an argument
 * @action: enum upsy_action
 * @may: what one has to be allowed
 * @danger: what to ask before it is done; NULL when nothing is switched off
 */
static const struct verb {
	const char *command, *word;
	uint32_t action;
	enum may may;
	const char *danger;
} verbs[] = {
	{ "beeper", "on", UPSY_ACTION_BEEPER_ON, MAY_HARMLESS, NULL },
	{ "beeper", "off", UPSY_ACTION_BEEPER_OFF, MAY_HARMLESS, NULL },
	{ "beeper", "mute", UPSY_ACTION_BEEPER_MUTE, MAY_HARMLESS, NULL },
	{ "test", "quick", UPSY_ACTION_TEST_QUICK, MAY_TEST, NULL },
	{ "test", "deep", UPSY_ACTION_TEST_DEEP, MAY_ALL, "run the battery down" },
	{ "test", "stop", UPSY_ACTION_TEST_STOP, MAY_HARMLESS, NULL },
	{ "shutdown", "return", UPSY_ACTION_SHUTDOWN_RETURN, MAY_ALL,
	  "cut the power of what hangs on it until mains is there" },
	{ "shutdown", "stayoff", UPSY_ACTION_SHUTDOWN_STAYOFF, MAY_ALL,
	  "cut the power of what hangs on it for good" },
	{ "shutdown", "cancel", UPSY_ACTION_SHUTDOWN_CANCEL, MAY_ALL, NULL },
	{ "load", "on", UPSY_ACTION_LOAD_ON, MAY_ALL, NULL },
	{ "load", "off", UPSY_ACTION_LOAD_OFF, MAY_ALL, "cut the power of what hangs on it at once" },
	{ "outlet", "on", UPSY_ACTION_OUTLET_ON, MAY_ALL, NULL },
	{ "outlet", "off", UPSY_ACTION_OUTLET_OFF, MAY_ALL, "cut the power of that outlet" },
	{ "bypass", "on", UPSY_ACTION_BYPASS_ON, MAY_ALL, "feed the load without protection" },
	{ "bypass", "off", UPSY_ACTION_BYPASS_OFF, MAY_ALL, NULL },
	{ "get", NULL, UPSY_ACTION_GET, MAY_ALL, NULL },
	{ "set", NULL, UPSY_ACTION_SET, MAY_ALL, NULL },
	{ }
};

static const struct verb *find_verb(const char *command, const char *word)
{
	for (const struct verb *v = verbs; v->command; v++)
		if (!strcmp(v->command, command) && (!v->word || (word && !strcmp(v->word, word))))
			return v;
	return NULL;
}

static bool copy(char *to, size_t size, const char *from, const char *what)
{
	if (strlen(from) >= size) {
		log_error("%s is too long; %zu characters are allowed", what, size - 1);
		return false;
	}
	strcpy(to, from);
	return true;
}

/* Return: whether to go on. */
static bool confirm(const struct verb *verb, const struct upsy_ups *u)
{
	char answer[8];

	if (!verb->danger || settings.yes)
		return true;
	if (!isatty(STDIN_FILENO)) {
		log_error("this will %s; say --yes if you mean it", verb->danger);
		return false;
	}
	printf("BAT_UPS%u (%s): this will %s. Sure? [y/N] ", u->n, u->id.model_name, verb->danger);
	fflush(stdout);
	if (fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y'))
		return true;
	puts("Nothing done.");
	return false;
}

static int act(const struct verb *verb, struct action_request *req, const char *name, int argc,
	       char **argv)
{
	struct upsy_link *link = open_module();
	struct ups_list list = { };
	const struct upsy_ups *u = NULL;
	int ret = STATUS_NO_UPS, err;

	if (!link)
		return STATUS_FAILED;
	if (!list_load(link, &list))
		u = list_find(&list, name);
	if (!u)
		goto out;
	ret = STATUS_FAILED;
	if (!confirm(verb, u))
		goto out;
	err = upsy_action_wait(link, u->n, req, WAIT_MS);
	if (err == -EPERM || err == -EACCES) {
		int status = elevate(verb->may, argc, argv);

		if (status >= 0)
			ret = status;
		else
			log_error("only root may have a UPS do something; try 'sudo upsyctl ...'");
	} else if (err == -ETIMEDOUT) {
		log_error("BAT_UPS%u: %s; look at 'systemctl status upsyd@*'", u->n,
			  *req->text ? req->text : "no answer");
	} else if (err) {
		log_error("BAT_UPS%u: %s", u->n, *req->text ? req->text : upsy_strerror(link));
	} else {
		printf("%s\n", *req->text ? req->text : "done");
		ret = STATUS_OK;
	}
out:
	list_free(&list);
	upsy_close(link);
	return ret;
}

/* A second word of "get" that names a UPS is one: settings have no such names. */
static bool names_ups(const char *word)
{
	return !strncmp(word, "BAT_UPS", 7) || !strncmp(word, "UPS", 3);
}

int cmd_action(int argc, char **argv)
{
	struct action_request req = { };
	const struct verb *verb;
	int next = 2;

	if (!strcmp(argv[0], "outlet")) {
		char *end;

		req.outlet = argc > 1 ? strtoul(argv[1], &end, 10) : 0;
		if (argc < 3 || !req.outlet || *end || req.outlet > 64) {
			log_error("say which outlet, from 1 on: 'upsyctl outlet 1 on'");
			return STATUS_USAGE;
		}
		verb = find_verb("outlet", argv[2]);
		next = 3;
	} else {
		verb = find_verb(argv[0], argc > 1 ? argv[1] : NULL);
	}
	if (!verb) {
		log_error("'%s' does not know '%s'; see 'upsyctl --help'", argv[0],
			  argc > 1 ? argv[next - 1] : "");
		return STATUS_USAGE;
	}
	if (!may_allows(settings.may, verb->may)) {
		log_error("--may does not cover '%s %s'", argv[0], verb->word ? verb->word : "");
		return STATUS_FAILED;
	}
	req.action = verb->action;
	if (verb->action == UPSY_ACTION_GET) {
		next = 1;
		if (argc > next && !names_ups(argv[next]) &&
		    !copy(req.name, sizeof(req.name), argv[next++], "the setting's name"))
			return STATUS_USAGE;
	} else if (verb->action == UPSY_ACTION_SET) {
		if (argc < 3) {
			log_error("say what to set: 'upsyctl set NAME VALUE'; 'upsyctl get' lists");
			return STATUS_USAGE;
		}
		if (!copy(req.name, sizeof(req.name), argv[1], "the setting's name") ||
		    !copy(req.value, sizeof(req.value), argv[2], "the value"))
			return STATUS_USAGE;
		next = 3;
	}
	if (argc > next + 1) {
		log_error("too many words after '%s'; see 'upsyctl --help'", argv[next]);
		return STATUS_USAGE;
	}
	return act(verb, &req, argv[next], argc, argv);
}
