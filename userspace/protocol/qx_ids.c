// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * USB ids of the Qx carriers, and which carriers a device may have. Nothing is
 * sent to decide that.
 */
#include <string.h>

#include "protocol/qx_carrier.h"

/*
 * Ids, as NUT lists them. Rows of one id stand in the order
 * in which they are tried; the first whose strings match comes first.
 */
const struct qx_id qx_ids[] = {
	{ 0x05b8, 0x0000, NULL, NULL, "cypress", true, "Agiler UPS" },
	{ 0xffff, 0x0000, NULL, NULL, "ablerex", false, "Ablerex 625L USB" },
	{ 0xffff, 0x0000, NULL, NULL, "krauler", false, "Powersa RT3000" },
	{ 0x1cb0, 0x0035, NULL, NULL, "krauler", true, "Legrand Daker DK, DK Plus" },
	{ 0x0665, 0x5161, NULL, NULL, "cypress", false, "Voltronic Power; Belkin F6C1200-UNV" },
	{ 0x06da, 0x0002, "Phoenixtec Power", "USB Cable (V2.00)", "phoenixtec", false,
	  "Masterguard A series" },
	{ 0x06da, 0x0002, NULL, NULL, "cypress", false, "Online Yunto YQ450" },
	{ 0x06da, 0x0003, NULL, NULL, "ippon", false, "Mustek PowerMust; Ippon" },
	{ 0x06da, 0x0004, NULL, NULL, "cypress", false, "Phoenixtec Innova 3/1 T" },
	{ 0x06da, 0x0005, NULL, NULL, "cypress", false, "Phoenixtec Innova RT" },
	{ 0x06da, 0x0201, NULL, NULL, "cypress", false, "Phoenixtec Innova T" },
	{ 0x06da, 0x0601, NULL, NULL, "phoenix", false, "Online Zinto A" },
	{ 0x0f03, 0x0001, NULL, NULL, "cypress", true, "Unitek Alpha 1200Sx" },
	{ 0x14f0, 0x00c9, NULL, NULL, "phoenix", true, "General Electric EP series" },
	{ 0x0483, 0x0035, NULL, NULL, "sgs", true, "TS Shara" },
	{ 0x0590, 0x00b7, NULL, NULL, "omron", true, "Omron BN150T" },
	{ 0x0001, 0x0000, "MEC", "MEC0003", "fabula", false, "Fideltronik/MEC Lupus 500 USB" },
	{ 0x0001, 0x0000, NULL, "MEC0003", "hunnox", false, "Hunnox HNX 850, Powercool" },
	{ 0x0001, 0x0000, NULL, "MEC0003", "snr", false, "SNR-UPS-LID" },
	{ 0x0001, 0x0000, "ATCL FOR UPS", "ATCL FOR UPS", "fuji", false, "Fuji" },
	{ 0x0001, 0x0000, NULL, NULL, "krauler", false, "Krauler UP-M500VA" },
	{ 0x0925, 0x1234, NULL, NULL, "armac", false, "Armac, Vultech, ExeGate" },
	{ 0, 0, NULL, NULL, NULL, false, NULL },
};

static bool string_is(const char *want, const char *have)
{
	size_t len = strlen(have);

	while (len && have[len - 1] == ' ')
		len--;
	return !want || (strlen(want) == len && !strncmp(want, have, len));
}

int qx_carriers_for(const struct transport *t, const struct qx_carrier **list, int max)
{
	int n = 0;

	if (transport_can(t, TRANSPORT_STREAM) && n < max)
		list[n++] = &qx_serial;
	else if (transport_can(t, TRANSPORT_EXCHANGE) && n < max)
		list[n++] = &qx_replay;
	if (n || !transport_can(t, TRANSPORT_USB))
		return n;
	for (const struct qx_id *id = qx_ids; id->carrier && n < max; id++) {
		if (id->vendor != t->info.vendor || id->product != t->info.product)
			continue;
		if (string_is(id->manufacturer, t->info.manufacturer) &&
		    string_is(id->product_name, t->info.product_name))
			list[n++] = qx_carrier_named(id->carrier);
	}
	return n;
}
