// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsyctl outages, tests, graph: what the histories in /var/lib/upsy hold. They
 * need neither the module nor a daemon.
 */
#include <errno.h>
#include <getopt.h>
#include <glob.h>
#include <jansson.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/netlink.h"
#include "upsyctl/history.h"
#include "upsyctl/upsyctl.h"

#define DAY	86400

/**
 * struct request - the command line
 * @dir: where the histories are
 * @ups: only this one, or NULL
 * @svg: file to write, or NULL
 * @json: print JSON
 * @seconds: to draw, up to now
 * @outage: to draw, 1 for the latest, or 0
 */
struct request {
	const char *dir, *ups, *svg;
	bool json;
	int64_t seconds;
	int outage;
};

static const char usage[] =
	"Usage: upsyctl outages [--json] [UPS]\n"
	"       upsyctl tests [--json] [UPS]\n"
	"       upsyctl graph [--day | --week | --outage N] [--svg FILE] [UPS]\n"
	"\n"
	"UPS is BAT_UPS0, UPS0, 0 or a part of a model's name; without it, all of them.\n"
	"--outage 1 is the latest one. --dir DIR reads histories from elsewhere.\n";

static int parse(int argc, char **argv, struct request *req)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "svg", required_argument, NULL, 's' },
		{ "day", no_argument, NULL, 'd' },
		{ "week", no_argument, NULL, 'w' },
		{ "outage", required_argument, NULL, 'o' },
		{ "dir", required_argument, NULL, 'D' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	char *end;
	int c;

	*req = (struct request){ .dir = HISTORY_DIR, .seconds = DAY, .json = settings.json };
	optind = 0;
	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			req->json = true;
			break;
		case 's':
			req->svg = optarg;
			break;
		case 'd':
			req->seconds = DAY;
			break;
		case 'w':
			req->seconds = 7 * DAY;
			break;
		case 'o':
			req->outage = strtol(optarg, &end, 10);
			if (*end || req->outage < 1) {
				log_error("--outage %s: give a number, 1 for the latest", optarg);
				return STATUS_USAGE;
			}
			break;
		case 'D':
			req->dir = optarg;
			break;
		default:
			fputs(usage, c == 'h' ? stdout : stderr);
			return c == 'h' ? STATUS_OK : STATUS_USAGE;
		}
	}
	if (argc - optind > 1) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	req->ups = argv[optind];
	return -1;
}

/* "0", "UPS0" and "BAT_UPS0" are the kernel's names; it knows the key that names the file. */
static bool file_of_kernel_name(const struct request *req, char *path, size_t size)
{
	const char *digits = strstr(req->ups, "UPS") ? strstr(req->ups, "UPS") + 3 : req->ups;
	struct upsy_link *link;
	struct upsy_ups ups;
	char *end;
	long n = strtol(digits, &end, 10);
	bool found;

	if (end == digits || *end || n < 0 || upsy_open(&link))
		return false;
	found = upsy_get(link, n, &ups) == 0;
	if (found)
		history_file(path, size, req->dir, ups.id.key);
	upsy_close(link);
	return found;
}

/* Calls @each for every history that is asked for. Return: how many, or -1. */
static int each_history(const struct request *req, void (*each)(struct chronicle *c, void *ctx),
			void *ctx)
{
	char path[512];
	struct chronicle c;
	bool exact = req->ups && file_of_kernel_name(req, path, sizeof(path));
	int done = 0;
	glob_t found;

	if (!exact)
		snprintf(path, sizeof(path), "%s/*%s", req->dir, HISTORY_SUFFIX);
	if (glob(path, 0, NULL, &found)) {
		log_error("%s: no history there; upsyd keeps one for each UPS it feeds", req->dir);
		return -1;
	}
	for (size_t i = 0; i < found.gl_pathc; i++) {
		int ret = chronicle_read(found.gl_pathv[i], &c);

		if (ret)
			log_warn("%s: %s", found.gl_pathv[i], ret == -EINVAL ?
				 "not a history" : strerror(-ret));
		else if (!req->ups || exact || strcasestr(c.model, req->ups)) {
			each(&c, ctx);
			done++;
		}
		chronicle_free(&c);
	}
	globfree(&found);
	if (!done)
		log_error("%s: no history of such a UPS; upsyctl list has their names",
			  req->ups ? req->ups : req->dir);
	return done ? done : -1;
}

static const char *when(int64_t t, char buf[32])
{
	time_t tt = t;
	struct tm tm;

	localtime_r(&tt, &tm);
	strftime(buf, 32, "%Y-%m-%d %H:%M:%S", &tm);
	return buf;
}

static const char *lasted(int64_t s, char buf[32])
{
	if (s < 60)
		snprintf(buf, 32, "%lld s", (long long)s);
	else if (s < 3600)
		snprintf(buf, 32, "%lld:%02lld min", (long long)s / 60, (long long)s % 60);
	else
		snprintf(buf, 32, "%lld:%02lld h", (long long)s / 3600, (long long)s / 60 % 60);
	return buf;
}

static const char *percent(int32_t v, char buf[16])
{
	if (v == HISTORY_UNKNOWN)
		return "-";
	snprintf(buf, 16, "%d %%", v);
	return buf;
}

static void set_known(json_t *o, const char *name, int32_t v)
{
	json_object_set_new(o, name, v == HISTORY_UNKNOWN ? json_null() : json_integer(v));
}

static void set_time(json_t *o, const char *name, int64_t t)
{
	json_object_set_new(o, name, t ? json_integer(t) : json_null());
}

static void outages_json(struct chronicle *c, void *ctx)
{
	for (size_t i = 0; i < c->n_outages; i++) {
		const struct outage *a = &c->outages[i];
		json_t *o = json_object();

		json_object_set_new(o, "model_name", json_string(c->model));
		set_time(o, "start", a->start);
		set_time(o, "end", a->end);
		set_time(o, "down", a->down);
		set_known(o, "first_capacity", a->first_capacity);
		set_known(o, "lowest_capacity", a->lowest_capacity);
		set_known(o, "highest_load", a->highest_load);
		json_array_append_new(ctx, o);
	}
}

static void outages_table(struct chronicle *c, void *ctx)
{
	char start[32], time_text[32], low[16], load[16];

	printf("%s\n", *c->model ? c->model : "UPS");
	if (!c->n_outages) {
		puts("  no outage recorded");
		return;
	}
	printf("  %2s  %-19s  %-10s  %-13s  %-4s  %s\n", "N", "START", "LASTED", "LOWEST CHARGE",
	       "LOAD", "");
	/* The latest first, and numbered as graph --outage wants it. */
	for (size_t n = 1; n <= c->n_outages; n++) {
		const struct outage *o = &c->outages[c->n_outages - n];

		printf("  %2zu  %-19s  %-10s  %-13s  %-4s  %s\n", n, when(o->start, start),
		       o->end ? lasted(o->end - o->start, time_text) : "-",
		       percent(o->lowest_capacity, low), percent(o->highest_load, load),
		       o->down ? "machine went down" : o->end ? "" : "not over");
	}
}

static int show(int argc, char **argv, void (*table)(struct chronicle *c, void *ctx),
		void (*json)(struct chronicle *c, void *ctx))
{
	struct request req;
	json_t *list;
	int ret = parse(argc, argv, &req);

	if (ret >= 0)
		return ret;
	if (!req.json)
		return each_history(&req, table, NULL) < 0;
	list = json_array();
	ret = each_history(&req, json, list);
	json_dumpf(list, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(list);
	return ret < 0;
}

int cmd_outages(int argc, char **argv)
{
	return show(argc, argv, outages_table, outages_json);
}

static void tests_json(struct chronicle *c, void *ctx)
{
	for (size_t i = 0; i < c->n_tests; i++) {
		const struct battery_test *t = &c->tests[i];
		const char *name = reading_name_of(UPSY_R_SELF_TEST, t->result);
		json_t *o = json_object();

		json_object_set_new(o, "model_name", json_string(c->model));
		set_time(o, "time", t->time);
		json_object_set_new(o, "result", json_string(name ? name : ""));
		json_array_append_new(ctx, o);
	}
}

static void tests_table(struct chronicle *c, void *ctx)
{
	char time_text[32];

	printf("%s\n", *c->model ? c->model : "UPS");
	if (!c->n_tests)
		puts("  no battery test recorded");
	for (size_t i = c->n_tests; i-- > 0;)
		printf("  %s  %s\n", when(c->tests[i].time, time_text),
		       reading_name_of(UPSY_R_SELF_TEST, c->tests[i].result));
}

int cmd_tests(int argc, char **argv)
{
	return show(argc, argv, tests_table, tests_json);
}

struct drawing {
	const struct request *req;
	int ret, count;
};

static void draw(struct chronicle *c, void *ctx)
{
	struct drawing *d = ctx;
	struct plot plot = { .to = time(NULL) };
	struct winsize size = { 0 };
	char title[160], start[32];
	FILE *out = stdout;

	/* SVG is one picture; the first UPS has it. */
	if (d->ret || (d->req->svg && d->count++))
		return;
	plot.from = plot.to - d->req->seconds;
	if (d->req->outage) {
		const struct outage *o;
		int64_t end, room;

		if ((size_t)d->req->outage > c->n_outages) {
			log_error("%s: only %zu outages are recorded", c->model, c->n_outages);
			d->ret = 1;
			return;
		}
		o = &c->outages[c->n_outages - d->req->outage];
		end = o->end ? o->end : plot.to;
		room = (end - o->start) / 10 + 60;
		plot.from = o->start - room;
		plot.to = end + room;
	}
	snprintf(title, sizeof(title), "%s, from %s", *c->model ? c->model : "UPS",
		 when(plot.from, start));
	plot.title = title;
	plot.columns = 80;
	if (!d->req->svg && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		plot.columns = size.ws_col;
	plot.color = settings.color;
	setlocale(LC_CTYPE, "");
	plot.braille = !strcmp(nl_langinfo(CODESET), "UTF-8");

	if (!d->req->svg) {
		graph_text(out, &plot, c);
		return;
	}
	if (strcmp(d->req->svg, "-"))
		out = fopen(d->req->svg, "we");
	if (!out) {
		log_error("%s: %s", d->req->svg, strerror(errno));
		d->ret = 1;
		return;
	}
	graph_svg(out, &plot, c);
	if (out != stdout && fclose(out)) {
		log_error("%s: %s", d->req->svg, strerror(errno));
		d->ret = 1;
	}
}

int cmd_graph(int argc, char **argv)
{
	struct request req;
	struct drawing d = { .req = &req };
	int ret = parse(argc, argv, &req);

	if (ret >= 0)
		return ret;
	if (each_history(&req, draw, &d) < 0)
		return 1;
	return d.ret;
}
