// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsyd: one process for one UPS. Takes the command line apart and decides what
 * is done with what the UPS says: fed to the module, or printed.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/format.h"
#include "lib/json.h"
#include "lib/log.h"
#include "lib/notify.h"
#include "upsyd/config.h"
#include "upsyd/feed.h"
#include "upsyd/loop.h"
#include "upsyd/remember.h"

struct arguments {
	bool once, dry_run, json, verbose;
	const char *record, *config, *device;
};

static const char usage[] =
	"Usage: upsyd [--once] [--dry-run] [--json] [--verbose] [--record FILE]\n"
	"             [--config FILE] DEVICE\n"
	"\n"
	"Speaks with one UPS and shows it to the kernel as a power supply.\n"
	"\n"
	"  --once         read once, print or publish, and end\n"
	"  --dry-run      publish nothing: needs neither the module nor root\n"
	"  --json         print readings as JSON, one object per line\n"
	"  --verbose      say what is being done, and what the device offers\n"
	"  --record FILE  write down the conversation; replay:FILE plays it\n"
	"  --config FILE  instead of " CONFIG_FILE "\n"
	"  --version      print the version\n"
	"\n"
	"DEVICE is usb:VVVV:PPPP[:SERIAL], the path of a USB device in /sys,\n"
	"serial:/dev/ttyS0 or replay:FILE.\n";

/* Return: 0, or what to exit with plus one. */
static int parse(int argc, char **argv, struct arguments *a)
{
	static const struct option options[] = {
		{ "once", no_argument, NULL, 'o' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "record", required_argument, NULL, 'r' },
		{ "config", required_argument, NULL, 'c' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "v", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			a->once = true;
			break;
		case 'n':
			a->dry_run = true;
			break;
		case 'j':
			a->json = true;
			break;
		case 'v':
			a->verbose = true;
			break;
		case 'r':
			a->record = optarg;
			break;
		case 'c':
			a->config = optarg;
			break;
		case 'V':
			puts("upsyd " UPSY_VERSION);
			return EX_OK + 1;
		case 'h':
			fputs(usage, stdout);
			return EX_OK + 1;
		default:
			fputs("Try upsyd --help\n", stderr);
			return EX_USAGE + 1;
		}
	}
	if (optind != argc - 1) {
		fprintf(stderr, optind == argc ?
			"upsyd: which device? Try upsyd --help\n" :
			"upsyd: one device only; each UPS has a process of its own\n");
		return EX_USAGE + 1;
	}
	a->device = argv[optind];
	return 0;
}

static void print_text(const struct identity *id, const struct readings *r)
{
	char buf[FORMAT_MAX];

	printf("%s %s, %s, %s\n", id->manufacturer, id->model_name, id->protocol, id->link);
	for (unsigned int i = 1; i <= UPSY_R_MAX; i++)
		if (reading_known(r, i))
			printf("  %-26s %s\n", reading_table[i].name,
			       format_reading(i, r->value[i], buf, sizeof(buf)));
}

struct printer {
	const struct arguments *a;
	const struct identity *id;
	struct readings last;
	bool any;
};

/* What hasn't changed is not printed again. */
static int print(void *ctx, const struct readings *r)
{
	struct printer *p = ctx;
	json_t *j;

	if (p->any && !memcmp(&p->last, r, sizeof(*r)))
		return 0;
	p->last = *r;
	p->any = true;
	if (p->a->json) {
		j = json_of_ups(p->id, r);
		if (!j)
			return -ENOMEM;
		json_dumpf(j, stdout, p->a->once ? JSON_INDENT(2) : JSON_COMPACT);
		putchar('\n');
		json_decref(j);
	} else {
		print_text(p->id, r);
	}
	return fflush(stdout) ? -EIO : 0;
}

static int feed_once(struct session *s)
{
	struct feed f;
	int ret = feed_open(&f, s->ups.opt, s->policy);

	if (ret)
		return ret;
	ret = feed_publish(&f, &s->id, &s->out, s->ups.deadline_ms > 100 ? s->ups.deadline_ms : 5000);
	feed_close(&f);
	return ret;
}

/*
 * What nothing is known of and does not answer as a UPS is none: the service must
 * not ask it again and again. But a UPS that was one before, or a serial port
 * that somebody named, is worth another try: it may only be switched off.
 */
static int exit_code(int err, bool worth_trying)
{
	switch (err) {
	case 0:
		return EX_OK;
	case -ENXIO:
		if (worth_trying)
			return EXIT_FAILURE;
		/* for the service manager this is a service that has done its work */
		notify_systemd("READY=1\nSTATUS=this is no UPS");
		return EX_UNAVAILABLE;
	case -EINVAL:
		return EX_CONFIG;
	default:
		return EXIT_FAILURE;
	}
}

/* A recording needs no time: pauses pass at once. */
static int64_t no_time(void)
{
	return 1000000;
}

/* A recording has all of a device in it, not only what is understood already. */
static void describe(const struct arguments *a, struct ups *ups)
{
	FILE *nowhere;

	if (!ups->protocol->describe)
		return;
	if (a->verbose && a->dry_run) {
		ups->protocol->describe(ups, stderr);
	} else if (a->record) {
		nowhere = fopen("/dev/null", "we");
		if (nowhere) {
			ups->protocol->describe(ups, nowhere);
			fclose(nowhere);
		}
	}
}

static int run(const struct arguments *a, struct options *opt, enum loop_end *end)
{
	struct printer p = { .a = a };
	struct session s;
	int ret;

	ret = session_open(&s, a->device, opt, a->record);
	if (ret)
		return ret;
	p.id = &s.id;
	describe(a, &s.ups);
	if (a->once) {
		ret = session_once(&s);
		if (!ret && !a->dry_run)
			ret = feed_once(&s);
		if ((!ret && (a->dry_run || a->json)) || (ret == -ENODATA && a->dry_run))
			ret = print(&p, &s.out);
	} else {
		*end = loop_run(&s, a->config ? a->config : CONFIG_FILE,
				a->dry_run ? print : NULL, &p);
		ret = *end == LOOP_FAILED ? -EIO : 0;
	}
	session_close(&s);
	return ret;
}

int main(int argc, char **argv)
{
	struct arguments a = { };
	struct config_device dev;
	struct options *opt;
	enum loop_end end = LOOP_STOPPED;
	bool worth_trying;
	int ret;

	ret = parse(argc, argv, &a);
	if (ret)
		return ret - 1;
	log_set_name("upsyd");
	if (a.verbose)
		log_set_level(LOG_TRACE);
	if (!strncmp(a.device, "replay:", 7) && a.once)
		clock_set_source(no_time);
	config_look_at(a.device, &dev);
	ret = config_load(a.config ? a.config : CONFIG_FILE, a.config != NULL, &dev, &opt);
	if (ret)
		return EX_CONFIG;
	if (!a.dry_run)
		remember_load(REMEMBER_DIR, a.device, opt);
	worth_trying = option_text(opt, "remembered.dialect") || !strncmp(a.device, "/dev/", 5) ||
		       !strncmp(a.device, "serial:", 7);
	ret = run(&a, opt, &end);
	options_free(opt);
	if (end == LOOP_RELOAD) {
		/* the next process takes the UPS over, and nobody else notices */
		notify_systemd("RELOADING=1");
		execv("/proc/self/exe", argv);
		log_error("cannot start anew: %s", strerror(errno));
		return EXIT_FAILURE;
	}
	return exit_code(ret, worth_trying);
}
