// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening and probing. A USB device is opened as a Power Device first: its
 * report descriptor tells without a word being said. Only when it is none it
 * is opened as a carrier of something else, and spoken to.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/log.h"
#include "lib/options.h"
#include "transport/record.h"
#include "transport/transport.h"
#include "upsyd/device.h"

/* Names that NUT gives its drivers, and ours. */
static const struct {
	const char *driver;
	const char *protocol;
} aliases[] = {
	{ "usbhid-ups", "hid" }, { "hid-pdc", "hid" }, { "hid_pdc", "hid" },
	{ "nutdrv_qx", "qx" }, { "blazer_usb", "qx" }, { "blazer_ser", "qx" },
	{ "nutdrv_atcl_usb", "atcl" }, { "richcomm_usb", "richcomm" },
};

static bool wanted(const struct protocol *p, const struct options *opt)
{
	const char *driver = option_text(opt, "driver");

	if (!driver || !strcasecmp(driver, p->name))
		return true;
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (!strcasecmp(driver, aliases[i].driver))
			return !strncmp(p->name, aliases[i].protocol,
					strlen(aliases[i].protocol));
	return false;
}

static bool driver_exists(const struct options *opt)
{
	for (const struct protocol *const *p = protocols; *p; p++)
		if (wanted(*p, opt))
			return true;
	log_error("driver = %s: there is none of that name; leave it out to have it found",
		  option_text(opt, "driver"));
	return false;
}

/* A driver says what it has been told; what it left empty comes from the bus. */
void device_identity(const struct ups *ups, const char *device, struct identity *id)
{
	const struct device_info *info = &ups->link->info;
	char text[512];

	*id = ups->id;
	if (!*id->device)
		identity_copy(id->device, device, strlen(device));
	if (!*id->manufacturer)
		identity_copy(id->manufacturer, info->manufacturer, sizeof(info->manufacturer));
	if (!*id->model_name)
		identity_copy(id->model_name, info->product_name, sizeof(info->product_name));
	if (!*id->model_name)
		identity_copy(id->model_name, "UPS", 3);
	if (!*id->protocol)
		identity_copy(id->protocol, ups->protocol->name, strlen(ups->protocol->name));
	if (!*id->link) {
		snprintf(text, sizeof(text), "%s %s", ups->link->ops->name, info->port);
		identity_copy(id->link, text, strlen(text));
	}
	if (*id->key)
		return;
	if (info->vendor)
		snprintf(text, sizeof(text), "usb:%04x:%04x@%s", info->vendor, info->product,
			 info->port);
	else
		snprintf(text, sizeof(text), "%s:%s", ups->link->ops->name, info->port);
	/* the end tells more than the beginning, where it has to be cut */
	if (strlen(text) > UPSY_STRING_MAX)
		identity_copy(id->key, text + strlen(text) - UPSY_STRING_MAX, UPSY_STRING_MAX);
	else
		identity_copy(id->key, text, strlen(text));
}

/* Return: 0, -ENXIO when no driver knows it, other errnos when the link failed. */
static int probe(struct ups *ups)
{
	int ret, worst = -ENXIO;

	for (const struct protocol *const *p = protocols; *p; p++) {
		if (!((*p)->caps & ups->link->ops->caps) || !wanted(*p, ups->opt))
			continue;
		ups->protocol = *p;
		ret = (*p)->probe(ups);
		if (!ret)
			return 0;
		log_info("%s: %s", (*p)->name, ret == -ENODEV ? "is something else" :
			 strerror(-ret));
		if (ups->priv && ups->protocol->close)
			ups->protocol->close(ups);
		ups->priv = NULL;
		memset(&ups->now, 0, sizeof(ups->now));
		memset(&ups->id, 0, sizeof(ups->id));
		if (ret != -ENODEV)
			worst = ret;
	}
	return worst;
}

/* @last: there will be no other attempt; what no driver knows is described. */
static int open_as(const char *device, unsigned int want, const struct options *opt,
		   const char *record, bool last, struct ups *ups)
{
	int ret;

	memset(ups, 0, sizeof(*ups));
	ups->opt = opt;
	ret = transport_open(device, want, opt, &ups->link);
	if (ret)
		return ret;
	if (record) {
		ret = record_start(ups->link, record);
		if (ret)
			goto fail;
	}
	ret = probe(ups);
	if (!ret)
		return 0;
	if (last && ret == -ENXIO && transport_can(ups->link, TRANSPORT_HID) &&
	    (record || log_level() >= LOG_TRACE))
		hid_describe_unknown(ups->link, log_level() >= LOG_TRACE ? stderr : NULL);
fail:
	transport_close(ups->link);
	ups->link = NULL;
	return ret;
}

int device_open(const char *device, const struct options *opt, const char *record,
		struct ups *ups)
{
	bool usb = !strncmp(device, "usb:", 4) || !strncmp(device, "/sys/", 5);
	enum log_level level = log_level();
	int ret;

	if (!driver_exists(opt))
		return -EINVAL;
	/* the first of two attempts may fail without a word */
	if (usb && level < LOG_INFO)
		log_set_level(0);
	ret = open_as(device, TRANSPORT_HID, opt, record, !usb, ups);
	log_set_level(level);
	if (usb && ret)
		ret = open_as(device, TRANSPORT_USB, opt, record, true, ups);
	if (ret == -ENXIO)
		log_error("%s: no UPS that upsy knows; upsyd --dry-run --verbose --record FILE %s makes a recording for a bug report",
			  device, device);
	else if (ret == -ETIMEDOUT || ret == -EIO)
		log_error("%s: the UPS does not answer; is it on, is the cable the right one?",
			  device);
	return ret;
}

void device_close(struct ups *ups)
{
	if (ups->priv && ups->protocol && ups->protocol->close)
		ups->protocol->close(ups);
	transport_close(ups->link);
	memset(ups, 0, sizeof(*ups));
}
