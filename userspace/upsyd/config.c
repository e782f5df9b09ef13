// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration, read by inih. A section is collected whole before it is
 * known whom it is for, because what says so may stand on its last line.
 */
#include <errno.h>
#include <ini.h>
#include <regex.h>
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
	"device", "driver", "port", "vendorid", "productid", "vendor", "product", "serial",
	"subdriver", "protocol", "desc", "force", "bus",
	/* what is published */
	"scope", "powers", "shutdown.charge", "shutdown.runtime", "ignorelb",
	/* USB and serial */
	"cablepower", "baudrate", "langid_fix", "pollonly", "interruptonly", "pollfreq",
	"pollinterval", "explore", "maxreport", "interruptsize",
	/* Qx */
	"norating", "novendor", "nooutstats", "ignoresab", "slave_addr", "noscanlangid",
	"powercom_order",
	"pins_shutdown_mode", "battery_number", "output_phase_angle", "work_range_type",
	"alarm_control", "bypass_alarm", "battery_alarm", "bypass_when_off", "bypass_forbidding",
	"converter_mode", "eco_mode", "advanced_eco_mode", "battery_open_status_check",
	"site_fault_detection", "constant_phase_angle", "limited_runtime_on_battery",
	"max_bypass_volt", "min_bypass_volt", "max_bypass_freq", "min_bypass_freq",
	"input.transfer.high", "input.transfer.low", "input.frequency.high",
	"input.frequency.low", "ups.start.auto", "ups.start.battery", "battery.protection",
	"battery.energysave", "battery.packs", "battery.type", "battery.voltage.low",
	"output.voltage.nominal", "reset_to_default", "outlet.0.switchable",
	"outlet.1.delay.shutdown", "outlet.2.delay.shutdown", "outlet.3.delay.shutdown",
	"outlet.4.delay.shutdown",
	/* battery and shutdown */
	"runtimecal", "chargetime", "idleload", "battery_packs", "offdelay", "ondelay", "stayoff",
	/* NUT's, that mean nothing here and do no harm */
	"maxstartdelay", "retrydelay", "maxretry", "user", "group", "synchronous", "sdorder",
	"nolock", "chroot", "debug_min", "usb_set_altinterface", "allow_killpower",
	"nowait", "driverpath", "statepath", "sddelay", "sdcommands", "testing", "busport",
	"usb_config_index", "usb_hid_rep_index", "usb_hid_desc_index", "usb_hid_ep_in",
	"usb_hid_ep_out", "allow_duplicates", "disable_fix_report_desc", "lbrb_log_delay_sec",
	"onlinedischarge", "onlinedischarge_onbattery", "onlinedischarge_calibration",
	"onlinedischarge_log_throttle_sec", "battery_voltage_reports_one_pack", "libusb_debug",
	"reconnect_max_tries", "reconnect_report_freq",
	NULL
};

/* Variables that default.* and override.* give. */
static const char *const known_variables[] = {
	"battery.voltage.low", "battery.voltage.high", "battery.voltage.nominal", "battery.packs",
	"battery.charge.low", "battery.runtime.low", "input.voltage.nominal",
	"output.voltage.nominal", "input.frequency.nominal", "ups.power.nominal",
	"ups.realpower.nominal", NULL
};

/* Sections that are other programs'. */
static const char *const foreign_sections[] = { "guard", "notify", "nutd", NULL };

/** enum fit - for whom a section is */
enum fit { FIT_NOT, FIT_ALL, FIT_ANY_USB, FIT_THIS };

struct section {
	struct section *next;
	char *name;
	struct options *opt;
	enum fit fit;
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

bool config_knows_option(const char *name)
{
	if (!strncasecmp(name, "default.", 8))
		return listed(known_variables, name + 8);
	if (!strncasecmp(name, "override.", 9))
		return listed(known_variables, name + 9);
	return listed(known_options, name);
}

/* A ";" between quotation marks, which inih would take for a comment, meanwhile. */
#define HIDDEN	'\x01'

/* One line of the file, with those that continue it behind a "\". Return: its length. */
static size_t physical_lines(struct reading *r, char *buf, size_t size)
{
	size_t len = 0;

	while (fgets(buf + len, (int)(size - len), r->f)) {
		r->line++;
		len += strlen(buf + len);
		if (len < 2 || strcmp(buf + len - 2, "\\\n"))
			break;
		len -= 2;
		buf[len] = '\0';
	}
	return len;
}

/* A comment goes, as ups.conf has it: "#" after a blank, but not between quotes. */
static void cut_comment(char *text)
{
	bool quoted = false;

	for (char *s = text; *s; s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (*s == ';' && quoted)
			*s = HIDDEN;
		else if (*s == '#' && !quoted && s > text && strchr(" \t", s[-1]))
			*s = '\0';
	}
}

/*
 * inih wants a "=", takes lines of 199 bytes, knows no "\" and no quotes, and takes
 * an indented line for more of the value before. Here a flag alone gets its "=",
 * blanks before a line go (ups.conf indents), and a line that is too long is left
 * out rather than cut.
 */
static char *read_line(char *buf, int size, void *ctx)
{
	struct reading *r = ctx;
	size_t len = physical_lines(r, buf, (size_t)size - 2);
	const char *text;

	if (!len && (feof(r->f) || ferror(r->f)))
		return NULL;
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
	memmove(buf, text, strlen(text) + 1);
	text = buf + strspn(buf, "\xef\xbb\xbf");
	if (!*text || strchr(";#[\r\n", *text))
		return buf;
	cut_comment(buf);
	len = strlen(buf);
	while (len && strchr("\r\n \t", buf[len - 1]))
		len--;
	strcpy(buf + len, strpbrk(text, "=:") ? "\n" : "=\n");
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

/* ups.conf puts values between quotation marks that have blanks in them, and \ before "". */
static const char *unquoted(const char *value, char *buf, size_t size)
{
	bool quoted = *value == '"';
	size_t n = 0;

	for (value += quoted; *value && !(quoted && *value == '"') && n + 1 < size; value++) {
		if (*value == '\\' && value[1])
			value++;
		buf[n++] = *value == HIDDEN ? ';' : *value;
	}
	buf[n] = '\0';
	return buf;
}

static int take(void *ctx, const char *section, const char *name, const char *value)
{
	struct reading *r = ctx;
	struct section *s;
	char buf[256];

	if (listed(foreign_sections, section))
		return 1;
	if (!config_knows_option(name)) {
		log_warn("%s:%u: there is no option \"%s\"; it is left out, see upsy.conf(5)",
			 r->path, r->line, name);
		return 1;
	}
	s = section_named(r, section);
	if (!s || options_set(s->opt, name, unquoted(value, buf, sizeof(buf))))
		r->error = -ENOMEM;
	return 1;
}

/* A file of a USB device's directory, without the newline and blanks around. */
static void read_attribute(const char *device, const char *name, char *out, size_t size)
{
	char path[640];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", device, name);
	f = fopen(path, "re");
	if (!f)
		return;
	if (!fgets(out, (int)size, f))
		*out = '\0';
	fclose(f);
	len = strlen(out);
	while (len && strchr("\r\n \t", out[len - 1]))
		out[--len] = '\0';
	len = strspn(out, " \t");
	memmove(out, out + len, strlen(out + len) + 1);
}

static unsigned int read_number(const char *device, const char *name, int base)
{
	char text[16] = "";

	read_attribute(device, name, text, sizeof(text));
	return (unsigned int)strtoul(text, NULL, base);
}

void config_look_at(const char *device, struct config_device *out)
{
	memset(out, 0, sizeof(*out));
	out->name = device;
	if (!strncmp(device, "usb:", 4)) {
		sscanf(device, "usb:%4x:%4x:%127s", &out->vendor, &out->product, out->serial);
		return;
	}
	if (strncmp(device, "/sys/", 5))
		return;
	config_look_at_usb(device, out);
}

void config_look_at_usb(const char *dir, struct config_device *out)
{
	out->vendor = read_number(dir, "idVendor", 16) & 0xffff;
	out->product = read_number(dir, "idProduct", 16) & 0xffff;
	read_attribute(dir, "serial", out->serial, sizeof(out->serial));
	read_attribute(dir, "manufacturer", out->maker, sizeof(out->maker));
	read_attribute(dir, "product", out->model, sizeof(out->model));
	snprintf(out->bus, sizeof(out->bus), "%03u", read_number(dir, "busnum", 10) % 1000);
	snprintf(out->number, sizeof(out->number), "%03u", read_number(dir, "devnum", 10) % 1000);
}

/* "serial:/dev/ttyS0", "/dev/ttyS0" and a link to it are the same device. */
static bool same_device(const char *a, const char *b)
{
	char *real_a, *real_b;
	bool same;

	if (!strncmp(a, "serial:", 7))
		a += 7;
	if (!strncmp(b, "serial:", 7))
		b += 7;
	if (!strcmp(a, b))
		return true;
	if (*a != '/' || *b != '/')
		return false;
	real_a = realpath(a, NULL);
	real_b = realpath(b, NULL);
	same = real_a && real_b && !strcmp(real_a, real_b);
	free(real_a);
	free(real_b);
	return same;
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

static bool names_device(const char *value)
{
	return *value == '/' || strchr(value, ':');
}

/* As NUT has it: an extended regular expression for the whole, in any case. */
static bool matches(const char *option, const char *pattern, const char *text)
{
	char whole[300];
	regex_t re;
	bool ok;

	if (snprintf(whole, sizeof(whole), "^(%s)$", pattern) >= (int)sizeof(whole) ||
	    regcomp(&re, whole, REG_EXTENDED | REG_ICASE | REG_NOSUB)) {
		log_warn("%s = %s: is no regular expression, so it fits no device", option,
			 pattern);
		return false;
	}
	ok = !regexec(&re, text, 0, NULL, 0);
	regfree(&re);
	return ok;
}

/* "463" and "0x463" are 0463. */
static bool is_id(const char *text, unsigned int id)
{
	char *end;
	unsigned long v = strtoul(text, &end, 16);

	return *text && !*end && v == id;
}

/* NUT's ways to name a USB device; an option that is missing fits any. */
static bool nut_usb_matches(const struct config_device *dev, const struct options *opt,
			    bool *specific)
{
	char vendor[8], product[8];
	const struct { const char *option, *text; unsigned int id; } of[] = {
		{ "vendorid", vendor, dev->vendor }, { "productid", product, dev->product },
		{ "vendor", dev->maker, 0 }, { "product", dev->model, 0 },
		{ "serial", dev->serial, 0 }, { "bus", dev->bus, 0 }, { "device", dev->number, 0 },
	};

	if (!dev->vendor)
		return false;
	snprintf(vendor, sizeof(vendor), "%04x", dev->vendor & 0xffff);
	snprintf(product, sizeof(product), "%04x", dev->product & 0xffff);
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		const char *pattern = option_text(opt, of[i].option);

		if (!pattern)
			continue;
		*specific = true;
		if (!(of[i].id && is_id(pattern, of[i].id)) &&
		    !matches(of[i].option, pattern, of[i].text))
			return false;
	}
	return true;
}

static bool is_for_all(const struct section *s)
{
	static const char *const names[] = { "", "global", "default", "defaults", NULL };

	return listed(names, s->name);
}

/* Drivers of NUT that are for USB alone do not look at port=. */
static bool is_usb_driver(const char *driver)
{
	static const char *const names[] = {
		"usbhid-ups", "blazer_usb", "megatec_usb", "voltronic_usb", "nutdrv_atcl_usb",
		"richcomm_usb", NULL
	};

	return driver && listed(names, driver);
}

static enum fit fit_of(const struct section *s, const struct config_device *dev)
{
	const char *name = option_text(s->opt, "device"), *port = option_text(s->opt, "port");
	bool specific = false;

	if (is_for_all(s))
		return FIT_ALL;
	if (same_device(s->name, dev->name) || ids_match(dev, s->name))
		return FIT_THIS;
	if (!name || !names_device(name))
		name = port;
	if (name && (same_device(name, dev->name) || ids_match(dev, name)))
		return FIT_THIS;
	if (name && strcasecmp(name, "auto") && !is_usb_driver(option_text(s->opt, "driver")))
		return FIT_NOT;
	if (!nut_usb_matches(dev, s->opt, &specific))
		return FIT_NOT;
	return specific ? FIT_THIS : name ? FIT_ANY_USB : FIT_NOT;
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

/*
 * Of the sections for any USB device only one can be meant: none counts where a
 * section names this device, or where there are several.
 */
static bool only_one_for_any(const struct reading *r)
{
	const struct section *any = NULL;

	for (const struct section *s = r->first; s; s = s->next) {
		if (s->fit == FIT_THIS)
			return false;
	}
	for (const struct section *s = r->first; s; s = s->next) {
		if (s->fit != FIT_ANY_USB)
			continue;
		if (any) {
			log_warn("%s: [%s] and [%s] may both be meant for this device, so neither is; give them a vendorid",
				 r->path, any->name, s->name);
			return false;
		}
		any = s;
	}
	return any;
}

static int merge(struct reading *r, const struct config_device *dev, struct options *to)
{
	struct merge m = { .to = to, .error = r->error };
	struct section *next;
	bool any;

	for (struct section *s = r->first; s; s = s->next)
		s->fit = fit_of(s, dev);
	any = only_one_for_any(r);
	/* what counts for all first, wherever it stands */
	for (enum fit fit = FIT_ALL; fit <= FIT_THIS; fit++) {
		for (struct section *s = r->first; s; s = s->next) {
			if (s->fit == fit && (fit != FIT_ANY_USB || any))
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
