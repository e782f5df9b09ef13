// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who the UPS is: string descriptors, those that usages point to, and what
 * makes it the same UPS when it comes back.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "protocol/hid_pdc.h"

/* The string a usage points to; reads the report when that was not done yet. */
static bool fetch(struct ups *ups, struct hid_pdc *d, const char *path, char *buf, size_t len)
{
	struct hid_field *f = hid_lookup(d->hid, path, 0);

	if (!f || hid_skipped(d, f->report))
		return false;
	if (!f->valid && (f->type != HID_FEATURE || hid_get(ups, d, f->type, f->report) < 0))
		return false;
	if (!f->valid || f->raw < 1 || f->raw > 255)
		return false;
	return transport_string(ups->link, (uint8_t)f->raw, buf, len) > 0;
}

static const struct {
	const char *word;
	int technology;
} chemistries[] = {
	/* more special words first */
	{ "life", UPSY_TECHNOLOGY_LI_FE }, { "lfp", UPSY_TECHNOLOGY_LI_FE },
	{ "lip", UPSY_TECHNOLOGY_LI_POLY }, { "lipo", UPSY_TECHNOLOGY_LI_POLY },
	{ "li", UPSY_TECHNOLOGY_LI_ION }, { "pb", UPSY_TECHNOLOGY_LEAD_ACID },
	{ "lead", UPSY_TECHNOLOGY_LEAD_ACID }, { "vrla", UPSY_TECHNOLOGY_LEAD_ACID },
	{ "agm", UPSY_TECHNOLOGY_LEAD_ACID }, { "nimh", UPSY_TECHNOLOGY_NI_MH },
	{ "nicd", UPSY_TECHNOLOGY_NI_CD },
};

static void read_chemistry(struct ups *ups, struct hid_pdc *d)
{
	char text[64];

	if (d->vendor->quirks & HID_NO_CHEMISTRY ||
	    !fetch(ups, d, "iDeviceChemistry", text, sizeof(text)))
		return;
	for (size_t i = 0; i < sizeof(chemistries) / sizeof(chemistries[0]); i++) {
		const char *word = chemistries[i].word;

		if (strncasecmp(text, word, strlen(word)))
			continue;
		reading_set(&ups->now, UPSY_R_TECHNOLOGY, chemistries[i].technology);
		return;
	}
}

/* "Back-UPS ES 700 FW:871.O4 .I USB FW:O4": the model ends where it begins, and
 * that of the USB side is another one. */
static void split_firmware(struct ups *ups)
{
	char *fw = strstr(ups->id.model_name, " FW:"), *usb;
	size_t len;

	if (!fw)
		return;
	usb = strstr(fw + 4, " USB");
	len = usb ? (size_t)(usb - fw - 4) : strlen(fw + 4);
	identity_copy(ups->id.firmware, fw + 4, len);
	*fw = '\0';
}

/* MGE: the product string is the range, another one says which of it. */
static void add_to_model(struct identity *id, const char *text)
{
	char both[2 * sizeof(id->model_name) + 128];

	if (strcasestr(id->model_name, text))
		return;
	snprintf(both, sizeof(both), "%s %s", id->model_name, text);
	identity_copy(id->model_name, both, sizeof(both));
}

void hid_identify(struct ups *ups, struct hid_pdc *d)
{
	const struct device_info *info = &ups->link->info;
	struct identity *id = &ups->id;
	char text[128];

	identity_copy(id->manufacturer, info->manufacturer, sizeof(info->manufacturer));
	identity_copy(id->model_name, info->product_name, sizeof(info->product_name));
	identity_copy(id->serial_number, info->serial, sizeof(info->serial));
	if (!*id->manufacturer && fetch(ups, d, "iManufacturer", text, sizeof(text)))
		identity_copy(id->manufacturer, text, sizeof(text));
	if (!*id->model_name && fetch(ups, d, "iProduct", text, sizeof(text)))
		identity_copy(id->model_name, text, sizeof(text));
	if (!*id->serial_number && fetch(ups, d, "iSerialNumber", text, sizeof(text)))
		identity_copy(id->serial_number, text, sizeof(text));
	split_firmware(ups);
	if (d->vendor->firmware && fetch(ups, d, d->vendor->firmware, text, sizeof(text)))
		identity_copy(id->firmware, text, sizeof(text));
	if (d->vendor->model && fetch(ups, d, d->vendor->model, text, sizeof(text)))
		add_to_model(id, text);
	read_chemistry(ups, d);
	if (d->vendor->topology)
		reading_set(&ups->now, UPSY_R_TOPOLOGY, d->vendor->topology - 1);
	snprintf(id->protocol, sizeof(id->protocol), "hid/%s", d->vendor->name);
	snprintf(id->link, sizeof(id->link), "usb %.40s", info->port);
	/* Two UPSes without serial numbers are told apart by where they hang. */
	if (*id->serial_number)
		snprintf(id->key, sizeof(id->key), "usb:%04x:%04x:%.45s", info->vendor,
			 info->product, id->serial_number);
	else
		snprintf(id->key, sizeof(id->key), "usb:%04x:%04x@%.45s", info->vendor,
			 info->product, info->port);
}
