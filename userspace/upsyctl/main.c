// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsyctl - look at UPSes and have them do something
 *
 * A UPS is asked about in the kernel, which knows all of them; a daemon is
 * never spoken to.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lib/log.h"
#include "upsyctl/history.h"
#include "upsyctl/schedule.h"
#include "upsyctl/upsyctl.h"

struct settings settings;

static const struct command commands[] = {
	{ "list", "", "a table of all UPSes", cmd_list },
	{ "show", "[UPS]", "everything one UPS tells", cmd_show },
	{ "watch", "[UPS]", "follow changes as they happen", cmd_watch },
	{ "doctor", "", "find out why a UPS does not show up, and what to do", cmd_doctor },
	{ "probe", "DEVICE", "what a device offers, for a bug report", cmd_probe },
	{ "outages", "[UPS]", "when mains failed, and how low the battery got", cmd_outages },
	{ "graph", "[UPS]", "draw charge, load and volts", cmd_graph },
	{ "tests", "[UPS]", "results of battery tests", cmd_tests },
	{ "beeper", "on|off|mute [UPS]", "the audible alarm", cmd_action },
	{ "test", "quick|deep|stop [UPS]", "test the battery; --schedule WHEN for a timer", cmd_test },
	{ "shutdown", "return|stayoff|cancel [UPS]", "switch the load off after the delay",
	  cmd_action },
	{ "load", "on|off [UPS]", "switch the load at once", cmd_action },
	{ "outlet", "N on|off [UPS]", "switch one outlet", cmd_action },
	{ "bypass", "on|off [UPS]", "feed the load past the inverter", cmd_action },
	{ "get", "[NAME] [UPS]", "a setting of the UPS, or all of them", cmd_action },
	{ "set", "NAME VALUE [UPS]", "change a setting of the UPS", cmd_action },
	{ "import-nut", "FILE", "print an upsy.conf made from a NUT ups.conf", cmd_import_nut },
	{ }
};

static void usage(FILE *out)
{
	fputs("Usage: upsyctl [--json] [--yes] COMMAND [ARGUMENTS]\n\n", out);
	for (const struct command *c = commands; c->name; c++) {
		char left[64];

		snprintf(left, sizeof(left), "%s %s", c->name, c->args);
		fprintf(out, "  %-38s %s\n", left, c->help);
	}
	fputs("\nUPS is BAT_UPS0, UPS0, 0 or the beginning of a model's name; it can be left out\n"
	      "where there is only one.\n\n"
	      "  --json     print JSON\n"
	      "  --yes      do not ask before switching something off\n"
	      "  --may      what to allow: harmless, test or all actions, and nothing else\n"
	      "  --help     this text\n"
	      "  --version  the version\n", out);
}

struct upsy_link *open_module(void)
{
	struct upsy_link *link;
	int ret = upsy_open(&link);

	if (!ret)
		return link;
	if (ret == -ENOENT)
		log_error("the kernel module is not loaded; load it with 'modprobe upsy', and "
			  "see 'upsyctl doctor'");
	else
		log_error("cannot talk to the kernel module: %s", strerror(-ret));
	return NULL;
}

static int append(const struct upsy_ups *ups, void *ctx)
{
	struct ups_list *list = ctx;
	struct upsy_ups *more = realloc(list->ups, (list->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	list->ups = more;
	list->ups[list->n++] = *ups;
	return 0;
}

int list_load(struct upsy_link *link, struct ups_list *list)
{
	int ret;

	list_free(list);
	ret = upsy_dump(link, append, list);
	if (!ret)
		return 0;
	log_error("cannot ask the kernel: %s", upsy_strerror(link));
	list_free(list);
	return -1;
}

void list_free(struct ups_list *list)
{
	free(list->ups);
	*list = (struct ups_list){ };
}

/* Its number, when @name is "BAT_UPS0", "UPS0" or "0"; otherwise -1. */
static long number_of(const char *name)
{
	char *end;
	long n;

	if (!strncasecmp(name, "BAT_", 4))
		name += 4;
	if (!strncasecmp(name, "UPS", 3))
		name += 3;
	n = strtol(name, &end, 10);
	return *name >= '0' && *name <= '9' && !*end && n >= 0 && n < UPSY_UPS_MAX ? n : -1;
}

const struct upsy_ups *list_find(const struct ups_list *list, const char *name)
{
	const struct upsy_ups *found = NULL;
	long n = name ? number_of(name) : -1;
	size_t matches = 0;

	if (!list->n) {
		log_error("no UPS is registered; see 'upsyctl doctor'");
		return NULL;
	}
	for (size_t i = 0; i < list->n; i++) {
		const struct upsy_ups *u = &list->ups[i];

		if (!name || n == u->n ||
		    (n < 0 && !strncasecmp(name, u->id.model_name, strlen(name)))) {
			found = u;
			matches++;
		}
	}
	if (matches == 1)
		return found;
	if (!name)
		log_error("there are %zu UPSes; say which one, see 'upsyctl list'", list->n);
	else if (matches)
		log_error("'%s' fits %zu UPSes; use its name from 'upsyctl list'", name, matches);
	else
		log_error("there is no UPS '%s'; see 'upsyctl list'", name);
	return NULL;
}

/* Only these heed settings.may; nothing else is run with it. */
static bool is_action(const char *name)
{
	for (const struct command *cmd = commands; cmd->name; cmd++)
		if (!strcmp(cmd->name, name))
			return cmd->run == cmd_action || cmd->run == cmd_test;
	return false;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "yes", no_argument, NULL, 'y' },
		{ "may", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ }
	};
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	int c;

	log_set_name("upsyctl");
	settings.color = isatty(STDOUT_FILENO) && !(no_color && *no_color) &&
			 term && strcmp(term, "dumb");
	/* options of a command come after its name and are its own */
	while ((c = getopt_long(argc, argv, "+jyh", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			settings.json = true;
			break;
		case 'y':
			settings.yes = true;
			break;
		case 'm':
			/* polkit has granted the first one: a second may not widen it */
			if (settings.may || !(settings.may = may_by_name(optarg))) {
				log_error("--may is harmless, test or all, and is said once");
				return STATUS_USAGE;
			}
			break;
		case 'h':
			usage(stdout);
			return STATUS_OK;
		case 'V':
			puts("upsyctl " UPSY_VERSION);
			return STATUS_OK;
		default:
			usage(stderr);
			return STATUS_USAGE;
		}
	}
	argc -= optind;
	argv += optind;
	if (settings.may && (!argc || !is_action(argv[0]))) {
		log_error("--may is for actions only");
		return STATUS_USAGE;
	}
	if (!argc)
		return cmd_list(0, argv);
	for (const struct command *cmd = commands; cmd->name; cmd++) {
		if (strcmp(cmd->name, argv[0]))
			continue;
		optind = 0;
		return cmd->run(argc, argv);
	}
	log_error("there is no command '%s'; 'upsyctl --help' lists them", argv[0]);
	return STATUS_USAGE;
}
