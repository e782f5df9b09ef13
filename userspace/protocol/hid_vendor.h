/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The vendor tables, each in a hid_vendor_*.c; hid_vendors[] lists them in order. */
#ifndef UPSY_HID_VENDOR_H
#define UPSY_HID_VENDOR_H

#include "protocol/hid_pdc.h"

/* Delta makes for many: Tripp Lite, Minuteman, Liebert, Legrand. The low digit is the
 * kind; seen right on six models. */
#define DELTA_TYPE_ROW									\
	{ UPSY_R_TOPOLOGY, "ffff007c", HID_CONV_ENUM, hid_delta_types, .mask = 0x0f }
extern const struct hid_value_map hid_delta_types[];

extern const struct hid_vendor hid_apc_5g;
extern const struct hid_vendor hid_apc_pro;
extern const struct hid_vendor hid_apc_smart;
extern const struct hid_vendor hid_apc;
extern const struct hid_vendor hid_cyberpower;
extern const struct hid_vendor hid_idowell;
extern const struct hid_vendor hid_kstar;
extern const struct hid_vendor hid_mge;
extern const struct hid_vendor hid_phoenixtec;
extern const struct hid_vendor hid_salicru;
extern const struct hid_vendor hid_tripplite_1330;
extern const struct hid_vendor hid_tripplite_550u;
extern const struct hid_vendor hid_tripplite_tenth;
extern const struct hid_vendor hid_tripplite;
extern const struct hid_vendor hid_legrand;
extern const struct hid_vendor hid_legrand_pdu;
extern const struct hid_vendor hid_belkin;
extern const struct hid_vendor hid_liebert_gxt5;
extern const struct hid_vendor hid_liebert;
extern const struct hid_vendor hid_powercom_first;
extern const struct hid_vendor hid_powercom_skp;
extern const struct hid_vendor hid_powercom;
extern const struct hid_vendor hid_delta;
extern const struct hid_vendor hid_ever;
extern const struct hid_vendor hid_powervar;
extern const struct hid_vendor hid_openups;
extern const struct hid_vendor hid_openups2;
extern const struct hid_vendor hid_ecoflow;
extern const struct hid_vendor hid_arduino;

#endif
