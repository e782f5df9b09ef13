// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * supported-devices [--brief|--hwdb] - what the drivers' tables know, as text
 *
 * Without an option: Documentation/supported-devices.md. --brief: the table in
 * README.md. --hwdb: the patterns that udev/60-upsy.hwdb must have, sorted.
 * Nothing is written here by hand that a driver's table says; make docs puts it
 * in its place, and tests/system/docs.t sees that it is there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/action.h"
#include "protocol/hid_pdc.h"
#include "protocol/qx.h"
#include "protocol/qx_contact.h"

static const char head[] =
	"# Supported devices\n"
	"\n"
	"<!-- Made from the drivers' tables by `make docs`; changes here are lost. -->\n"
	"\n"
	"A UPS that is missing here may well work: a HID UPS needs no entry, and most UPSes with\n"
	"a serial port speak one of the dialects below. `upsyd --once --dry-run --json DEVICE`\n"
	"shows it. \"Unverified\" means that only documents or other programs say so.\n"
	"\n";

static const char hid_head[] =
	"## USB HID Power Devices\n"
	"\n"
	"Any UPS whose report descriptor says that it is one, of any brand, plugged in and ready.\n"
	"For these vendors upsy also knows what their descriptors don't say:\n"
	"\n"
	"| table | USB ids | seen with |\n"
	"|---|---|---|\n";

static const char carriers_head[] =
	"\n"
	"## Megatec/Q1 family on USB\n"
	"\n"
	"Found by id, then asked. \"Shared\" ids belong to other devices too: nothing is taken for\n"
	"a UPS that does not answer as one.\n"
	"\n"
	"| USB id | says | framing | id | found in |\n"
	"|---|---|---|---|---|\n";

static const char contacts_head[] =
	"\n"
	"## State only, on USB\n"
	"\n"
	"These tell mains lost and battery low, and nothing else; charge and runtime are estimated\n"
	"from the time on battery. Unverified.\n"
	"\n"
	"| USB id | says | driver | actions | found in |\n"
	"|---|---|---|---|---|\n";

static const char dialects_head[] =
	"\n"
	"## Megatec/Q1 family: dialects\n"
	"\n"
	"On any of the framings above, and on serial lines (`upsyd@dev-ttyS0.service`). Which one\n"
	"it is is found out; `protocol =` in upsy.conf says it.\n"
	"\n"
	"| dialect | only with framing | actions | settings |\n"
	"|---|---|---|---|\n";

static void print_ids(const struct hid_id *id)
{
	for (const char *sep = ""; id->vendor; id++, sep = ", ") {
		if (id->product < 0)
			printf("%s%04x:*", sep, (unsigned int)id->vendor);
		else
			printf("%s%04x:%04x", sep, (unsigned int)id->vendor,
			       (unsigned int)id->product);
		if (id->text)
			printf(" (%s)", id->text);
	}
}

static void print_hid(void)
{
	fputs(hid_head, stdout);
	for (const struct hid_vendor *const *v = hid_vendors; *v; v++) {
		printf("| %s | ", (*v)->name);
		print_ids((*v)->ids);
		printf(" | %s |\n", (*v)->seen ? (*v)->seen : "unverified");
	}
}

static void print_carriers(void)
{
	fputs(carriers_head, stdout);
	for (const struct qx_id *id = qx_ids; id->carrier; id++) {
		printf("| %04x:%04x | %s%s%s | %s | %s | %s |\n", id->vendor, id->product,
		       id->manufacturer ? id->manufacturer : "",
		       id->manufacturer && id->product_name ? " / " : "",
		       id->product_name ? id->product_name : "", id->carrier,
		       id->claim ? "its own" : "shared", id->seen ? id->seen : "unverified");
	}
}

static void print_contacts(void)
{
	fputs(contacts_head, stdout);
	for (const struct contact_id *id = contact_ids; id->driver; id++)
		printf("| %04x:%04x | %s | %s | %s | %s |\n", id->vendor, id->product,
		       id->manufacturer ? id->manufacturer : "", id->driver,
		       !strcmp(id->driver, contact_atcl.name) ?
		       action_names[UPSY_ACTION_SHUTDOWN_RETURN] : "", id->seen);
}

static void print_dialects(void)
{
	fputs(dialects_head, stdout);
	for (const struct qx_dialect *const *d = qx_dialects; *d; d++) {
		printf("| %s | %s |", (*d)->name, (*d)->bound && (*d)->carrier ? (*d)->carrier : "");
		for (const struct qx_command *c = (*d)->commands; c && c->cmd; c++)
			printf("%s %s", c == (*d)->commands ? "" : ",", action_names[c->action]);
		printf(" |");
		for (const struct qx_setting *s = (*d)->settings; s && s->name; s++)
			if (s == (*d)->settings || strcmp(s->name, s[-1].name))
				printf("%s %s", s == (*d)->settings ? "" : ",", s->name);
		puts(" |");
	}
}

/* "liebert-gxt5" is a Liebert: length of the vendor in the name of its table */
static int vendor_length(const char *name)
{
	return (int)strcspn(name, "-");
}

static bool named_before(const struct hid_vendor *const *v)
{
	int len = vendor_length((*v)->name);

	for (const struct hid_vendor *const *u = hid_vendors; u < v; u++)
		if (vendor_length((*u)->name) == len && !strncmp((*u)->name, (*v)->name, len))
			return true;
	return false;
}

/* One row for a kind of link, with the names that its tables know. */
static void print_brief(void)
{
	puts("| link | found | known |\n|---|---|---|");
	printf("| USB HID | by itself, any brand | ");
	for (const struct hid_vendor *const *v = hid_vendors; *v; v++)
		if (!named_before(v))
			printf("%s%.*s", v == hid_vendors ? "" : ", ", vendor_length((*v)->name),
			       (*v)->name);
	printf(" |\n| USB, Megatec family | by itself | ");
	for (const struct qx_id *id = qx_ids; id->carrier; id++)
		printf("%s%s", id == qx_ids ? "" : "; ", id->seen ? id->seen : id->carrier);
	printf(" |\n| USB, state only | by itself | ");
	for (const struct contact_id *id = contact_ids; id->driver; id++)
		printf("%s%s", id == contact_ids ? "" : "; ", id->seen);
	printf(" |\n| serial, Megatec family | one `systemctl enable` | ");
	for (const struct qx_dialect *const *d = qx_dialects; *d; d++)
		printf("%s%s", d == qx_dialects ? "" : ", ", (*d)->name);
	puts(" |");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void print_hwdb(void)
{
	static char patterns[256][16];
	size_t n = 0;

	for (const struct qx_id *id = qx_ids; id->carrier && n < 256; id++, n++)
		snprintf(patterns[n], sizeof(patterns[n]), "usb:v%04Xp%04X*", id->vendor,
			 id->product);
	for (const struct contact_id *id = contact_ids; id->driver && n < 256; id++, n++)
		snprintf(patterns[n], sizeof(patterns[n]), "usb:v%04Xp%04X*", id->vendor,
			 id->product);
	qsort(patterns, n, sizeof(patterns[0]), by_text);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(patterns[i], patterns[i - 1]))
			puts(patterns[i]);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--brief")) {
		print_brief();
	} else if (argc == 2 && !strcmp(argv[1], "--hwdb")) {
		print_hwdb();
	} else if (argc == 1) {
		fputs(head, stdout);
		print_hid();
		print_carriers();
		print_contacts();
		print_dialects();
	} else {
		fprintf(stderr, "usage: supported-devices [--brief|--hwdb]\n");
		return 2;
	}
	return 0;
}
