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

#include "protocol/qx.h"
#include "upsyctl/upsyctl.h"
#include "upsyd/config.h"

#define LINES_MAX	4096
#define LINE_MAX_BYTES	1024

/**
 * struct conf_line - one line of ups.conf, or several that a "\\" joins
 * @raw: as it stands, without its newline
 * @name: of an option, NULL for blank lines and comments
 * @value: without quotes; "" for a flag
 * @remark: the comment behind it, "" for none
 */
struct conf_line {
	char *raw, *name, *value;
	const char *remark;
};

enum family { QX, BLAZER, OLD_VOLTRONIC, HID, CONTACT, FOREIGN, NONE };

/* NUT's drivers whose UPSes upsy can speak to. */
static const struct { const char *driver; enum family family; } drivers[] = {
	{ "nutdrv_qx", QX }, { "blazer_ser", BLAZER }, { "blazer_usb", BLAZER },
	{ "megatec", BLAZER }, { "megatec_usb", BLAZER }, { "mustek", BLAZER },
	{ "fentonups", BLAZER }, { "blazer", BLAZER }, { "ippon", BLAZER }, { "krauler", BLAZER },
	{ "voltronic_ser", OLD_VOLTRONIC }, { "voltronic_usb", OLD_VOLTRONIC },
	{ "bestups", QX }, { "masterguard", QX },
	{ "usbhid-ups", HID }, { "newhidups", HID }, { "hidups", HID },
	{ "nutdrv_atcl_usb", CONTACT }, { "richcomm_usb", CONTACT },
};

/* What nutdrv_qx(8) lists as renamed. */
static const struct { const char *from, *to; } renamed[] = {
	{ "battnumb", "battery_number" }, { "battpacks", "battery.packs" },
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
	{ "dtr", "use cablepower" }, { "rts", "use cablepower" },
	{ "ignoreoff", "never meant anything" }, { "nombattvolt", "found out" },
	{ "battvoltmult", "found out; battery_packs overrides" },
	{ "battery_voltage_reports_one_pack", "found out; battery_packs overrides" },
	{ "id", "not needed" }, { "testing", "not needed" },
	{ "maxstartdelay", "a UPS is started when it appears" },
	{ "maxretry", "a UPS is started when it appears" },
	{ "retrydelay", "a UPS is started when it appears" },
	{ "nowait", "a UPS is started when it appears" },
	{ "reconnect_max_tries", "a UPS is started when it appears" },
	{ "reconnect_report_freq", "not needed" },
	{ "synchronous", "not needed" }, { "driverpath", "not needed" },
	{ "chroot", "systemd confines the service" }, { "user", "systemd confines the service" },
	{ "group", "systemd confines the service" }, { "nolock", "not needed" },
	{ "statepath", "not needed" }, { "debug_min", "upsyd --verbose" },
	{ "libusb_debug", "upsyd --verbose" },
	{ "sdorder", "each UPS is told at the end, all at once" },
	{ "sddelay", "see offdelay" }, { "sdcommands", "see stayoff" },
	{ "allow_killpower", "see kill-power in [guard]" }, { "allow_duplicates", "not needed" },
	{ "usb_set_altinterface", "not needed" }, { "usb_config_index", "found out" },
	{ "usb_hid_rep_index", "found out" }, { "usb_hid_desc_index", "found out" },
	{ "usb_hid_ep_in", "found out" }, { "usb_hid_ep_out", "found out" },
	{ "disable_fix_report_desc", "repairs are by rule" }, { "explore", "use upsyctl probe" },
	{ "maxreport", "not needed" }, { "interruptsize", "not needed" },
	{ "interruptonly", "not needed" }, { "waitbeforereconnect", "not needed" },
	{ "lbrb_log_delay_sec", "decided by what the UPS says otherwise" },
	{ "onlinedischarge", "decided by what the UPS says otherwise" },
	{ "onlinedischarge_onbattery", "decided by what the UPS says otherwise" },
	{ "onlinedischarge_calibration", "decided by what the UPS says otherwise" },
	{ "onlinedischarge_log_throttle_sec", "decided by what the UPS says otherwise" },
	{ "busport", "name it by bus, or section [/sys/...]" },
	{ "reset_to_default", "\"upsyctl set reset_to_default yes\" does it once" },
	{ "override.battery.charge.warning", "nothing here warns at a charge" },
	{ "default.battery.charge.warning", "nothing here warns at a charge" },
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static enum family family_of(const char *driver)
{
	for (size_t i = 0; driver && i < N_OF(drivers); i++) {
		if (!strcasecmp(drivers[i].driver, driver))
			return drivers[i].family;
	}
	return driver ? FOREIGN : NONE;
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

/*
 * A value ends at '#', unless it is quoted; \ takes the next as it is. Return: it,
 * with @rest at what follows.
 */
static char *value_of(const char *s, const char **rest)
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
	*rest = s;
	return out;
}

static int parse(struct conf_line *l)
{
	const char *s = l->raw, *end;

	l->remark = "";
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
	l->value = value_of(*end == '=' ? end + 1 : "", &s);
	if (!l->name || !l->value)
		return -ENOMEM;
	end = strchr(*end == '=' ? s : end, '#');
	l->remark = end ? end : "";
	return 0;
}

static bool is(const struct conf_line *l, const char *name)
{
	return l->name && !strcasecmp(l->name, name);
}

/* Quoted where it has to be, so that upsyd reads what stands here. */
static void say(const char *name, const char *value, const char *remark)
{
	bool quoted = strpbrk(value, "#;\"\\") || value[0] == ' ';

	printf("%s%s%s", name, *value ? " = " : "", quoted ? "\"" : "");
	for (const char *s = value; *s; s++)
		printf("%s%c", quoted && strchr("\"\\", *s) ? "\\" : "", *s);
	printf("%s%s%s\n", quoted ? "\"" : "", *remark ? "\t" : "", remark);
}

static void comment(const struct conf_line *l, const char *why)
{
	printf("# %s%s%s  (%s)\n", l->name, *l->value ? " = " : "", l->value, why);
}

static void minutes(const struct conf_line *l)
{
	char *end;
	long v = strtol(l->value, &end, 10);

	if (end == l->value || *end || v < 0 || v > 9999)
		comment(l, "must be minutes, 0 to 9999");
	else
		printf("%s = %ld\t# %ld min\n", l->name, v * 60, v);
}

/* Volts of an empty and of a full battery: "20.5:27" */
static void battery_volts(const struct conf_line *l)
{
	char low[16], high[16], end;

	if (sscanf(l->value, " %15[0-9.] : %15[0-9.] %c", low, high, &end) != 2) {
		comment(l, "give default.battery.voltage.low and default.battery.voltage.high");
		return;
	}
	printf("default.battery.voltage.low = %s\n", low);
	printf("default.battery.voltage.high = %s\n", high);
}

/* @usb: the driver is for USB alone, and never looked at its port= */
static void print_option(const struct conf_line *l, enum family f, bool usb)
{
	for (size_t i = 0; i < N_OF(dropped); i++) {
		if (is(l, dropped[i].name)) {
			comment(l, dropped[i].why);
			return;
		}
	}
	for (size_t i = 0; i < N_OF(renamed); i++) {
		if (is(l, renamed[i].from)) {
			say(renamed[i].to, l->value, l->remark);
			return;
		}
	}
	if (f == FOREIGN && is(l, "driver"))
		comment(l, "upsy does not speak to such UPSes; this one stays with NUT");
	else if (f == FOREIGN)
		comment(l, "stays with NUT");
	else if (is(l, "driver"))
		say("driver", f == CONTACT ? l->value : f == HID ? "usbhid-ups" : "nutdrv_qx",
		    l->remark);
	else if (is(l, "ondelay") && (f == BLAZER || f == OLD_VOLTRONIC))
		minutes(l);
	else if (is(l, "port") && usb)
		say("port", "auto", l->remark);
	else if (is(l, "battvolts"))
		battery_volts(l);
	else if (is(l, "subdriver") && f == HID)
		comment(l, "found out");
	else if (is(l, "device"))
		comment(l, "is another each time it is plugged in; name it by serial or bus");
	else if (!config_knows_option(l->name))
		comment(l, "there is no such option, see upsy.conf(5)");
	else
		say(l->name, l->value, l->remark);
}

static const struct conf_line *option(const struct conf_line *lines, size_t n, size_t at,
				      const char *name)
{
	for (size_t i = at + 1; i < n && !is(&lines[i], "["); i++) {
		if (is(&lines[i], name))
			return &lines[i];
	}
	return NULL;
}

/* The name of a device in that of a unit, as systemd-escape --path makes it. */
static void print_unit(const char *device)
{
	printf("# to start it: systemctl enable --now upsyd@");
	while (*device == '/')
		device++;
	for (const char *s = device; *s; s++) {
		if (*s == '/')
			putchar('-');
		else if (isalnum((unsigned char)*s) ||
			 (strchr(":_.", *s) && (s != device || *s != '.')))
			putchar(*s);
		else
			printf("\\x%02x", (unsigned char)*s);
	}
	puts(".service");
}

static bool is_hex_id(const struct conf_line *l)
{
	return l && strlen(l->value) == 4 && strspn(l->value, "0123456789abcdefABCDEF") == 4;
}

/* udev starts upsyd for the ids that are known; of others it has to be told. */
static void print_unknown_id(const struct conf_line *lines, size_t n, size_t at)
{
	const struct conf_line *vendor = option(lines, n, at, "vendorid");
	const struct conf_line *product = option(lines, n, at, "productid");
	unsigned long v, p;

	if (!is_hex_id(vendor) || !is_hex_id(product))
		return;
	v = strtoul(vendor->value, NULL, 16);
	p = strtoul(product->value, NULL, 16);
	for (const struct qx_id *id = qx_ids; id->carrier; id++) {
		if (id->vendor == v && id->product == p)
			return;
	}
	printf("# to start it: put the lines \"usb:v%04lXp%04lX*\" and \" UPSY_QX=1\" into\n"
	       "# /etc/udev/hwdb.d/61-upsy.hwdb, run 'systemd-hwdb update' and plug it in anew\n",
	       v, p);
}

/* Whether the section at @at is for whatever UPS is on USB. */
static bool is_for_any(const struct conf_line *lines, size_t n, size_t at)
{
	static const char *const names[] = {
		"vendorid", "productid", "vendor", "product", "serial", "bus",
	};
	const struct conf_line *driver = option(lines, n, at, "driver");
	const struct conf_line *port = option(lines, n, at, "port");
	enum family f = family_of(driver ? driver->value : NULL);

	if (f == FOREIGN || f == NONE || !port || (f == QX && strcasecmp(port->value, "auto")))
		return false;
	if (strcasecmp(port->value, "auto") && !strstr(driver->value, "usb"))
		return false;
	for (size_t i = 0; i < N_OF(names); i++) {
		if (option(lines, n, at, names[i]))
			return false;
	}
	return true;
}

static int print_all(const struct conf_line *lines, size_t n)
{
	const struct conf_line *driver, *port;
	enum family f = NONE;
	int sections = 0, any = 0;
	bool usb = false;

	for (size_t i = 0; i < n; i++)
		any += is(&lines[i], "[") && is_for_any(lines, n, i);
	for (size_t i = 0; i < n; i++) {
		const struct conf_line *l = &lines[i];

		if (!l->name) {
			printf("%s\n", l->raw);
		} else if (is(l, "[")) {
			driver = option(lines, n, i, "driver");
			f = family_of(driver ? driver->value : NULL);
			usb = f != NONE && strstr(driver->value, "usb");
			sections++;
			if (f == FOREIGN) {
				printf("# [%s]\n", l->value);
				continue;
			}
			printf("[%s]\n", l->value);
			port = option(lines, n, i, "port");
			if (port && !strncmp(port->value, "/dev/", 5) &&
			    (f == QX || f == BLAZER || f == OLD_VOLTRONIC) && !usb)
				print_unit(port->value);
			else if (f == QX || f == BLAZER || f == OLD_VOLTRONIC)
				print_unknown_id(lines, n, i);
			if (any > 1 && is_for_any(lines, n, i))
				puts("# which one? several sections are for any UPS on USB, so none counts; give a vendorid, see lsusb");
		} else {
			print_option(l, f, usb);
		}
	}
	return sections;
}

/* One line, with those that continue it behind a "\". Return: bytes, -1 when too long. */
static int read_joined(FILE *f, char *buf, size_t size)
{
	size_t len = 0;

	while (fgets(buf + len, (int)(size - len), f)) {
		len += strlen(buf + len);
		if (len == size - 1 && buf[len - 1] != '\n')
			return -1;
		if (len < 2 || strcmp(buf + len - 2, "\\\n"))
			break;
		len -= 2;
		buf[len] = '\0';
	}
	return (int)len;
}

static int read_lines(FILE *f, const char *path, struct conf_line *lines, size_t *n)
{
	char buf[LINE_MAX_BYTES];

	for (*n = 0; ; (*n)++) {
		int len = read_joined(f, buf, sizeof(buf));

		if (!len)
			break;
		if (*n == LINES_MAX) {
			fprintf(stderr, "%s: more than %d lines; is this a ups.conf?\n", path,
				LINES_MAX);
			return -EFBIG;
		}
		if (len < 0) {
			fprintf(stderr, "%s:%zu: line is longer than %zu bytes; is this a ups.conf?\n",
				path, *n + 1, sizeof(buf) - 2);
			return -EFBIG;
		}
		while (len && (buf[len - 1] == '\n' || buf[len - 1] == '\r'))
			len--;
		lines[*n].raw = copy(buf, (size_t)len);
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
