// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration, read by inih. A section is collected whole before it is
 * known whom it is for, because what says so may stand on its last line.
 */
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/log.h"
#include "upsyd/config.h"

/* Options that somebody reads, besides default.* and override.*. */
static const char *const known_options[] = {
	/* which device, which driver */
	"device", "driver", "port", "vendorid", "productid", "serial", "subdriver", "protocol",
	"desc", "force", "bus",
	/* what is published */
	"scope", "powers", "shutdown.charge", "shutdown.runtime", "ignorelb",
	/* USB and serial */
	"cablepower", "baudrate", "langid_fix", "pollonly", "interruptonly", "pollfreq",
	"pollinterval", "explore", "maxreport", "interruptsize",
	/* Qx */
	"norating", "novendor", "ignoresab", "slave_addr", "noscanlangid",
	"powercom_order",
	"pins_shutdown_mode", "battery_number", "output_phase_angle", "work_range_type",
	"alarm_control", "bypass_alarm", "battery_alarm", "bypass_when_off", "bypass_forbidding",
	"converter_mode", "eco_mode", "advanced_eco_mode", "battery_open_status_check",
	"site_fault_detection", "constant_phase_angle", "limited_runtime_on_battery",
	"max_bypass_volt", "min_bypass_volt", "max_bypass_freq", "min_bypass_freq",
	"input.transfer.high", "input.transfer.low", "input.frequency.high",
	"input.frequency.low", "ups.start.auto", "ups.start.battery", "battery.protection",
	"battery.energysave", "battery.packs", "battery.type", "outlet.0.switchable",
	"outlet.1.delay.shutdown", "outlet.2.delay.shutdown", "outlet.3.delay.shutdown",
	"outlet.4.delay.shutdown",
	/* battery and shutdown */
	"runtimecal", "chargetime", "idleload", "battery_packs", "offdelay", "ondelay", "stayoff",
	/* NUT's, that mean nothing here and do no harm */
	"maxstartdelay", "retrydelay", "maxretry", "user", "group", "synchronous", "sdorder",
	"nolock", "chroot", "debug_min", "usb_set_altinterface", "allow_killpower",
	NULL
};

/* Sections that are other programs'. */
static const char *const foreign_sections[] = { "guard", "notify", "nutd", NULL };

struct section {
	struct section *next;
	char *name;
	struct options *opt;
};

struct reading {
	const char *path;
	FILE *f;
	unsigned int line;
	struct section *first, **last;
	int error;
};

static bool listed(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcasecmp(*list, name))
			return true;
	return false;
}

/*
 * inih wants a "=", takes lines of 199 bytes, and takes an indented line for more
 * of the value before. Here a flag alone gets its "=", blanks before a line go
 * (ups.conf indents), and a line that is too long is left out rather than cut.
 */
static char *read_line(char *buf, int size, void *ctx)
{
	struct reading *r = ctx;
	const char *text;
	size_t len;

	if (!fgets(buf, size - 2, r->f))
		return NULL;
	r->line++;
	len = strlen(buf);
	if (len && buf[len - 1] != '\n' && !feof(r->f)) {
		int c;

		log_warn("%s:%u: the line is longer than %d bytes; it is left out", r->path,
			 r->line, size - 4);
		while ((c = fgetc(r->f)) != EOF && c != '\n')
			;
		strcpy(buf, "\n");
		return buf;
	}
	text = buf + strspn(buf, " \t");
	len -= (size_t)(text - buf);
	memmove(buf, text, len + 1);
	text = buf + strspn(buf, "\xef\xbb\xbf");
	if (*text && !strchr(";#[\r\n", *text) && !strpbrk(text, "=:")) {
		while (len && strchr("\r\n \t", buf[len - 1]))
			len--;
		strcpy(buf + len, "=\n");
	}
	return buf;
}

static struct section *section_named(struct reading *r, const char *name)
{
	struct section *s;

	for (s = r->first; s; s = s->next)
		if (!strcmp(s->name, name))
			return s;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->name = strdup(name);
	s->opt = options_new();
	if (!s->name || !s->opt) {
		options_free(s->opt);
		free(s->name);
		free(s);
		return NULL;
	}
	*r->last = s;
	r->last = &s->next;
	return s;
}

/* ups.conf puts values between quotation marks that have blanks in them. */
static const char *unquoted(const char *value, char *buf, size_t size)
{
	size_t len = strlen(value);

	if (len < 2 || value[0] != '"' || value[len - 1] != '"' || len - 2 >= size)
		return value;
	memcpy(buf, value + 1, len - 2);
	buf[len - 2] = '\0';
	return buf;
}

static int take(void *ctx, const char *section, const char *name, const char *value)
{
	struct reading *r = ctx;
	struct section *s;
	char buf[256];

	if (listed(foreign_sections, section))
		return 1;
	if (!listed(known_options, name) && strncasecmp(name, "default.", 8) &&
	    strncasecmp(name, "override.", 9)) {
		log_warn("%s:%u: there is no option \"%s\"; it is left out, see upsy.conf(5)",
			 r->path, r->line, name);
		return 1;
	}
	s = section_named(r, section);
	if (!s || options_set(s->opt, name, unquoted(value, buf, sizeof(buf))))
		r->error = -ENOMEM;
	return 1;
}

void config_look_at(const char *device, struct config_device *out)
{
	static const struct {
		const char *file;
		size_t offset;
	} ids[] = {
		{ "idVendor", offsetof(struct config_device, vendor) },
		{ "idProduct", offsetof(struct config_device, product) },
	};
	char path[640];
	FILE *f;

	memset(out, 0, sizeof(*out));
	out->name = device;
	if (!strncmp(device, "usb:", 4)) {
		sscanf(device, "usb:%4x:%4x:%127s", &out->vendor, &out->product, out->serial);
		return;
	}
	if (strncmp(device, "/sys/", 5))
		return;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", device, ids[i].file);
		f = fopen(path, "re");
		if (!f)
			continue;
		if (fscanf(f, "%4x", (unsigned int *)((char *)out + ids[i].offset)) != 1)
			log_trace("%s: no id", path);
		fclose(f);
	}
	snprintf(path, sizeof(path), "%s/serial", device);
	f = fopen(path, "re");
	if (!f)
		return;
	if (fgets(out->serial, sizeof(out->serial), f))
		out->serial[strcspn(out->serial, "\n")] = '\0';
	fclose(f);
}

/* "serial:/dev/ttyS0" and "/dev/ttyS0" are the same device. */
static bool same_device(const char *a, const char *b)
{
	if (!strncmp(a, "serial:", 7))
		a += 7;
	if (!strncmp(b, "serial:", 7))
		b += 7;
	return !strcmp(a, b);
}

static bool ids_match(const struct config_device *dev, const char *name)
{
	unsigned int vendor, product;
	char serial[128] = "";

	if (strncmp(name, "usb:", 4) || !dev->vendor ||
	    sscanf(name, "usb:%4x:%4x:%127s", &vendor, &product, serial) < 2)
		return false;
	return vendor == dev->vendor && product == dev->product &&
	       (!*serial || !strcmp(serial, dev->serial));
}

/* NUT's way to name a USB device; an option that is missing fits any. */
static bool nut_usb_matches(const struct config_device *dev, const struct options *opt)
{
	const char *vendor = option_text(opt, "vendorid");
	const char *product = option_text(opt, "productid");
	const char *serial = option_text(opt, "serial");

	if (!dev->vendor)
		return false;
	return (!vendor || strtoul(vendor, NULL, 16) == dev->vendor) &&
	       (!product || strtoul(product, NULL, 16) == dev->product) &&
	       (!serial || !strcmp(serial, dev->serial));
}

static bool is_for_all(const struct section *s)
{
	static const char *const names[] = { "", "global", "default", "defaults", NULL };

	return listed(names, s->name);
}

static bool is_for(const struct section *s, const struct config_device *dev)
{
	const char *port = option_text(s->opt, "device");

	if (is_for_all(s))
		return true;
	if (same_device(s->name, dev->name) || ids_match(dev, s->name))
		return true;
	if (!port)
		port = option_text(s->opt, "port");
	if (port && (same_device(port, dev->name) || ids_match(dev, port)))
		return true;
	if (port ? strcmp(port, "auto") : !option_text(s->opt, "vendorid"))
		return false;
	return nut_usb_matches(dev, s->opt);
}

struct merge {
	struct options *to;
	int error;
};

static void merge_one(void *ctx, const char *name, const char *value)
{
	struct merge *m = ctx;

	if (options_set(m->to, name, value))
		m->error = -ENOMEM;
}

static int merge(struct reading *r, const struct config_device *dev, struct options *to)
{
	struct merge m = { .to = to, .error = r->error };
	struct section *next;

	/* what counts for all first, wherever it stands */
	for (int own = 0; own < 2; own++) {
		for (struct section *s = r->first; s; s = s->next) {
			if (is_for_all(s) == !own && is_for(s, dev))
				options_each(s->opt, merge_one, &m);
		}
	}
	for (struct section *s = r->first; s; s = next) {
		next = s->next;
		options_free(s->opt);
		free(s->name);
		free(s);
	}
	return m.error;
}

int config_load(const char *path, bool must_exist, const struct config_device *dev,
		struct options **out)
{
	struct reading r = { .path = path };
	int bad, ret;

	*out = NULL;
	r.last = &r.first;
	r.f = fopen(path, "re");
	if (!r.f && (errno != ENOENT || must_exist)) {
		ret = -errno;
		log_error("%s: %s", path, strerror(-ret));
		return ret;
	}
	*out = options_new();
	if (!*out) {
		ret = -ENOMEM;
		goto out;
	}
	if (!r.f)
		return 0;
	bad = ini_parse_stream(read_line, &r, take, &r);
	if (bad > 0)
		log_warn("%s:%d: neither [section] nor name = value; the line is left out", path,
			 bad);
	ret = merge(&r, dev, *out);
	if (!ret && ferror(r.f)) {
		ret = -EIO;
		log_error("%s: cannot be read", path);
	}
out:
	if (r.f)
		fclose(r.f);
	if (ret) {
		options_free(*out);
		*out = NULL;
	}
	return ret;
}
