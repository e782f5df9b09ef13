// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * upsyctl import-nut FILE: NUT's ups.conf as an upsy.conf, on standard output.
 *
 * A section of ups.conf means the same to upsy as it stands; this says what
 * does not, line by line: units that differ, options that were renamed, and
 * those that have no meaning here, which stay as comments with the reason.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "upsyctl/upsyctl.h"

#define LINES_MAX	4096
#define LINE_MAX_BYTES	1024

/**
 * struct conf_line - one line of ups.conf
 * @raw: as it stands, without its newline
 * @name: of an option, NULL for blank lines and comments
 * @value: without quotes; "" for a flag
 */
struct conf_line {
	char *raw, *name, *value;
};

enum family { QX, BLAZER, OLD_VOLTRONIC, HID, CONTACT, OTHER };

/* NUT's drivers. What is not here is left to upsy's own probing. */
static const struct { const char *driver; enum family family; } drivers[] = {
	{ "nutdrv_qx", QX }, { "blazer_ser", BLAZER }, { "blazer_usb", BLAZER },
	{ "megatec", BLAZER }, { "megatec_usb", BLAZER }, { "mustek", BLAZER },
	{ "voltronic_ser", OLD_VOLTRONIC }, { "voltronic_usb", OLD_VOLTRONIC },
	{ "bestups", QX }, { "masterguard", QX }, { "usbhid-ups", HID },
	{ "nutdrv_atcl_usb", CONTACT }, { "richcomm_usb", CONTACT },
};

/* What nutdrv_qx(8) lists as renamed. */
static const struct { const char *from, *to; } renamed[] = {
	{ "battnumb", "battery_number" }, { "battpacks", "battery_packs" },
	{ "battlow", "battery.voltage.low" }, { "auto_reboot", "ups.start.auto" },
	{ "battery_protection", "battery.protection" }, { "energy_saving", "battery.energysave" },
	{ "cold_start", "ups.start.battery" }, { "outlet_control", "outlet.0.switchable" },
	{ "max_eco_volt", "input.transfer.high" }, { "min_eco_volt", "input.transfer.low" },
	{ "max_eco_freq", "input.frequency.high" }, { "min_eco_freq", "input.frequency.low" },
	{ "outlet1_delay", "outlet.1.delay.shutdown" },
	{ "outlet2_delay", "outlet.2.delay.shutdown" },
	{ "outlet3_delay", "outlet.3.delay.shutdown" },
	{ "outlet4_delay", "outlet.4.delay.shutdown" }, { "batt_type", "battery.type" },
};

static const struct { const char *name, *why; } dropped[] = {
	{ "battvolts", "give default.battery.voltage.low and default.battery.voltage.high" },
	{ "dtr", "use cablepower" }, { "rts", "use cablepower" },
	{ "ignoreoff", "never meant anything" }, { "nombattvolt", "found out" },
	{ "battvoltmult", "found out; battery_packs overrides" }, { "id", "not needed" },
	{ "testing", "not needed" }, { "noscanlangid", "not needed" },
	{ "maxstartdelay", "a UPS is started when it appears" },
	{ "maxretry", "a UPS is started when it appears" },
	{ "retrydelay", "a UPS is started when it appears" },
	{ "synchronous", "not needed" }, { "driverpath", "not needed" },
	{ "chroot", "systemd confines the service" }, { "user", "systemd confines the service" },
	{ "group", "systemd confines the service" }, { "nolock", "not needed" },
	{ "statepath", "not needed" }, { "debug_min", "not needed" }, { "sdorder", "not needed" },
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static enum family family_of(const char *driver)
{
	for (size_t i = 0; driver && i < N_OF(drivers); i++) {
		if (!strcasecmp(drivers[i].driver, driver))
			return drivers[i].family;
	}
	return OTHER;
}

static char *copy(const char *s, size_t len)
{
	char *out = malloc(len + 1);

	if (out) {
		memcpy(out, s, len);
		out[len] = '\0';
	}
	return out;
}

/* A value ends at blanks or '#', unless it is quoted; \ takes the next as it is. */
static char *value_of(const char *s)
{
	char *out = malloc(strlen(s) + 1);
	bool quoted = false;
	size_t n = 0;

	if (!out)
		return NULL;
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '"') {
		quoted = true;
		s++;
	}
	for (; *s && (quoted ? *s != '"' : *s != '#'); s++) {
		if (*s == '\\' && s[1])
			s++;
		out[n++] = *s;
	}
	while (!quoted && n && isspace((unsigned char)out[n - 1]))
		n--;
	out[n] = '\0';
	return out;
}

static int parse(struct conf_line *l)
{
	const char *s = l->raw, *end;

	while (isspace((unsigned char)*s))
		s++;
	if (!*s || *s == '#')
		return 0;
	if (*s == '[') {
		end = strchr(s, ']');
		l->name = copy("[", 1);
		l->value = copy(s + 1, end ? (size_t)(end - s - 1) : strlen(s + 1));
		return l->name && l->value ? 0 : -ENOMEM;
	}
	for (end = s; *end && *end != '=' && *end != '#' && !isspace((unsigned char)*end); end++)
		;
	l->name = copy(s, (size_t)(end - s));
	while (isspace((unsigned char)*end))
		end++;
	l->value = value_of(*end == '=' ? end + 1 : "");
	return l->name && l->value ? 0 : -ENOMEM;
}

static bool is(const struct conf_line *l, const char *name)
{
	return l->name && !strcasecmp(l->name, name);
}

static void say(const char *name, const char *value)
{
	if (!*value)
		printf("%s\n", name);
	else if (strpbrk(value, "#;\"") || value[0] == ' ')
		printf("%s = \"%s\"\n", name, value);
	else
		printf("%s = %s\n", name, value);
}

static void comment(const struct conf_line *l, const char *why)
{
	printf("# %s%s%s  (%s)\n", l->name, *l->value ? " = " : "", l->value, why);
}

/* Digits alone: what upsy matches; NUT takes regular expressions here. */
static bool is_hex_id(const char *s)
{
	return strlen(s) == 4 && strspn(s, "0123456789abcdefABCDEF") == 4;
}

static void minutes(const struct conf_line *l)
{
	char *end;
	long v = strtol(l->value, &end, 10);

	if (end == l->value || *end || v < 0 || v > 9999)
		comment(l, "must be minutes, 0 to 9999");
	else
		printf("%s = %ld\n", l->name, v * 60);
}

static void print_driver(const struct conf_line *l, enum family f)
{
	if (f == OTHER)
		comment(l, "found out");
	else if (f == CONTACT)
		say("driver", l->value);
	else
		say("driver", f == HID ? "usbhid-ups" : "nutdrv_qx");
}

static void print_option(const struct conf_line *l, enum family f)
{
	for (size_t i = 0; i < N_OF(dropped); i++) {
		if (is(l, dropped[i].name)) {
			comment(l, dropped[i].why);
			return;
		}
	}
	for (size_t i = 0; i < N_OF(renamed); i++) {
		if (is(l, renamed[i].from)) {
			say(renamed[i].to, l->value);
			return;
		}
	}
	if (is(l, "driver"))
		print_driver(l, f);
	else if (is(l, "ondelay") && (f == BLAZER || f == OLD_VOLTRONIC))
		minutes(l);
	else if ((is(l, "vendorid") || is(l, "productid")) && !is_hex_id(l->value))
		comment(l, "only four hexadecimal digits are matched; write them");
	else if (is(l, "vendor") || is(l, "product") || is(l, "bus"))
		comment(l, "a device is named by vendorid, productid and serial");
	else
		say(l->name, l->value);
}

/* The driver of the section that starts at @at. */
static const char *driver_of(const struct conf_line *lines, size_t n, size_t at)
{
	for (size_t i = at + 1; i < n && !is(&lines[i], "["); i++) {
		if (is(&lines[i], "driver"))
			return lines[i].value;
	}
	return NULL;
}

static int print_all(const struct conf_line *lines, size_t n)
{
	enum family f = OTHER;
	int sections = 0;

	for (size_t i = 0; i < n; i++) {
		const struct conf_line *l = &lines[i];

		if (!l->name) {
			printf("%s\n", l->raw);
		} else if (is(l, "[")) {
			f = family_of(driver_of(lines, n, i));
			printf("[%s]\n", l->value);
			sections++;
		} else {
			print_option(l, f);
		}
	}
	return sections;
}

static int read_lines(FILE *f, const char *path, struct conf_line *lines, size_t *n)
{
	char buf[LINE_MAX_BYTES];

	for (*n = 0; fgets(buf, sizeof(buf), f); (*n)++) {
		size_t len = strlen(buf);

		if (*n == LINES_MAX) {
			fprintf(stderr, "%s: more than %d lines; is this a ups.conf?\n", path,
				LINES_MAX);
			return -EFBIG;
		}
		if (len == sizeof(buf) - 1 && buf[len - 1] != '\n') {
			fprintf(stderr, "%s:%zu: line is longer than %zu bytes; is this a ups.conf?\n",
				path, *n + 1, sizeof(buf) - 2);
			return -EFBIG;
		}
		while (len && (buf[len - 1] == '\n' || buf[len - 1] == '\r'))
			len--;
		lines[*n].raw = copy(buf, len);
		if (!lines[*n].raw || parse(&lines[*n]))
			return -ENOMEM;
	}
	if (ferror(f)) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -EIO;
	}
	return 0;
}

int cmd_import_nut(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "/etc/nut/ups.conf";
	struct conf_line *lines;
	size_t n = 0;
	int err;
	FILE *f;

	if (argc > 2) {
		fprintf(stderr, "import-nut takes one file; /etc/nut/ups.conf when none is given\n");
		return 2;
	}
	f = fopen(path, "re");
	if (!f) {
		fprintf(stderr, "%s: %s; give the path of NUT's ups.conf\n", path, strerror(errno));
		return 1;
	}
	lines = calloc(LINES_MAX + 1, sizeof(*lines));
	err = lines ? read_lines(f, path, lines, &n) : -ENOMEM;
	fclose(f);
	if (!err && !print_all(lines, n)) {
		fprintf(stderr, "%s: no [section]: this is no ups.conf\n", path);
		err = -EINVAL;
	}
	if (err == -ENOMEM)
		fprintf(stderr, "out of memory\n");
	for (size_t i = 0; lines && i <= n && i < LINES_MAX; i++) {
		free(lines[i].raw);
		free(lines[i].name);
		free(lines[i].value);
	}
	free(lines);
	return err ? 1 : 0;
}
