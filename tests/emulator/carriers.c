// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Qx over USB, the device's side: how each family of bridge chips packs commands
 * and answers. Knows no dialect. One row per carrier; code where framing differs.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "qx.h"
#include "usb.h"

struct carrier;

struct bridge {
	struct usb_dev dev;
	const struct carrier *c;
	const struct qx_dialect *dialect;
	char cmd[128];
	size_t cmd_len;
	uint8_t report[48];	/* ablerex: the answer that waits */
	uint8_t answer[QX_ANSWER_MAX];
	int answer_len;
	struct timer delay;
	int dummy_reads;	/* hunnox */
};

/**
 * struct carrier - a framing
 * @wvalue: of SET_REPORT
 * @packet: size of an IN packet
 * @control, @string, @out: who takes a command
 * @send: packs an answer
 */
struct carrier {
	const char *name;
	uint16_t vid, pid;
	const char *maker, *product;
	uint8_t class, ep_in, ep_out, packet;
	uint16_t wvalue;
	int (*control)(struct bridge *b, const struct usb_setup *s, uint8_t *buf, int len);
	int (*string)(struct bridge *b, uint8_t index, uint16_t langid, char *out, int cap);
	void (*out)(struct bridge *b, const uint8_t *buf, int len);
	void (*send)(struct bridge *b, const uint8_t *buf, int len);
};

/* What these bridges say of themselves: 8 vendor bytes in and out, nothing of power. */
static const uint8_t bridge_desc[] = {
	0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01,		/* vendor page, application */
	0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x08,	/* 8 × 8 bits */
	0x09, 0x02, 0x81, 0x02, 0x09, 0x03, 0x91, 0x02, 0xc0,
};

/* ---- answers ------------------------------------------------------------- */

static void send_now(void *ctx)
{
	struct bridge *b = ctx;

	b->c->send(b, b->answer, b->answer_len);
}

static int ask(struct bridge *b, const char *cmd, size_t len, uint8_t *out)
{
	int n = qx_answer(b->dev.u, b->dialect, cmd, len, out);

	return fault_apply(b->dev.u, cmd, len, out, n, QX_ANSWER_MAX);
}

static void command(struct bridge *b, const char *cmd, size_t len)
{
	if (len && cmd[len - 1] == '\r')
		len--;
	if (!len)
		return;
	b->answer_len = ask(b, cmd, len, b->answer);
	if (b->answer_len <= 0)
		return;
	if (b->dev.u->f.slow_ms)
		timer_in(&b->delay, b->dev.u->f.slow_ms, send_now, b);
	else
		send_now(b);
}

/* Whole packets, the last one filled up with NULs */
static void send_padded(struct bridge *b, const uint8_t *buf, int len)
{
	for (int at = 0; at < len; at += b->c->packet) {
		uint8_t p[64] = { 0 };
		int n = len - at < b->c->packet ? len - at : b->c->packet;

		memcpy(p, buf + at, n);
		usb_send_packet(&b->dev, p, b->c->packet);
	}
}

static void send_plain(struct bridge *b, const uint8_t *buf, int len)
{
	usb_send(&b->dev, buf, len);
	if (len % b->c->packet == 0)
		usb_send_packet(&b->dev, buf, 0);
}

/* ---- cypress and its kin: SET_REPORT chunks in, interrupt packets out ------ */

static void take_bytes(struct bridge *b, const uint8_t *buf, int len)
{
	for (int i = 0; i < len; i++) {
		if (buf[i] == '\r') {
			command(b, b->cmd, b->cmd_len);
			b->cmd_len = 0;
			return;
		}
		if (buf[i] && b->cmd_len < sizeof(b->cmd))
			b->cmd[b->cmd_len++] = buf[i];
	}
}

static bool is_set_report(const struct usb_setup *s, uint16_t value)
{
	return s->type == 0x21 && s->request == HID_SET_REPORT && s->value == value;
}

static int cypress_control(struct bridge *b, const struct usb_setup *s, uint8_t *buf, int len)
{
	if (!is_set_report(s, b->c->wvalue))
		return -EPIPE;
	take_bytes(b, buf, len);
	return 0;
}

/* sgs: a length byte, then at most 7 bytes, both ways; no CR on the wire's answers */
static int sgs_control(struct bridge *b, const struct usb_setup *s, uint8_t *buf, int len)
{
	if (!is_set_report(s, b->c->wvalue) || len < 1)
		return -EPIPE;
	take_bytes(b, buf + 1, buf[0] < len ? buf[0] : len - 1);
	return 0;
}

static void sgs_send(struct bridge *b, const uint8_t *buf, int len)
{
	if (buf[len - 1] == '\r')
		len--;
	for (int at = 0; at < len; at += 7) {
		uint8_t p[8] = { 0 };

		p[0] = len - at < 7 ? len - at : 7;
		memcpy(p + 1, buf + at, p[0]);
		usb_send_packet(&b->dev, p, 8);
	}
}

/* ---- string descriptors: krauler, fabula, hunnox, snr ---------------------- */

static const struct { uint8_t index; const char *cmd; } krauler_commands[] = {
	{ 0x03, "Q1" }, { 0x0d, "F" }, { 0x0c, "I" }, { 0x04, "T" }, { 0x05, "TL" },
	{ 0x07, "Q" }, { 0x0b, "CT" }, { 0x68, "S.5R0001" }, { 0x69, "S.5R0000" },
};

static const struct { uint8_t index; const char *cmd; } fabula_commands[] = {
	{ 0x03, "Q1" }, { 0x0d, "F" }, { 0x0c, "I" }, { 0x07, "Q" }, { 0x0a, "C" },
};

static int no_ack(char *out)
{
	return sprintf(out, "UPS No Ack");
}

static int string_answer(struct bridge *b, const char *cmd, char *out, int cap, bool ack_actions)
{
	uint8_t buf[QX_ANSWER_MAX];
	int n;

	if (fault_take(b->dev.u, FAULT_NAK))
		return no_ack(out);
	b->dev.u->queries++;
	n = ask(b, cmd, strlen(cmd), buf);
	if (n < 0)
		return USB_NO_ANSWER;
	if (!n)
		return ack_actions ? 0 : no_ack(out);
	if (n > cap)
		n = cap;
	memcpy(out, buf, n);
	return n;
}

static int krauler_string(struct bridge *b, uint8_t index, uint16_t langid, char *out, int cap)
{
	for (size_t i = 0; i < ARRAY_LEN(krauler_commands); i++)
		if (krauler_commands[i].index == index)
			return string_answer(b, krauler_commands[i].cmd, out, cap, true);
	return -EPIPE;
}

/* Shutdown by index: .5 to .9 minutes 10…50, 1 to 10 minutes 60…f0, +8 to return */
static int fabula_string(struct bridge *b, uint8_t index, uint16_t langid, char *out, int cap)
{
	for (size_t i = 0; i < ARRAY_LEN(fabula_commands); i++)
		if (fabula_commands[i].index == index)
			return string_answer(b, fabula_commands[i].cmd, out, cap, false);
	if (index >= 0x10 && !(index & 7)) {
		int step = (index >> 4) - 1;
		char cmd[16];

		snprintf(cmd, sizeof(cmd), step < 5 ? "S.%d%s" : "S%02d%s",
			 step < 5 ? step + 5 : step - 4, index & 8 ? "" : "R0000");
		string_answer(b, cmd, out, cap, false);
		return no_ack(out);
	}
	return -EPIPE;
}

/* A dummy read of 0d, 03 and 0c stands between requests: out of step, it does not answer */
static int hunnox_string(struct bridge *b, uint8_t index, uint16_t langid, char *out, int cap)
{
	if (index == 0xf3)
		return string_answer(b, "BL", out, cap, false);
	return fabula_string(b, index, langid, out, cap);
}

static int snr_string(struct bridge *b, uint8_t index, uint16_t langid, char *out, int cap)
{
	if (index == 0x03 || index == 0x0d || index == 0x0c)
		return krauler_string(b, index, langid, out, cap);
	return -EPIPE;
}

static int no_control(struct bridge *b, const struct usb_setup *s, uint8_t *buf, int len)
{
	return -EPIPE;
}

/* ---- fuji: interrupt OUT 80 06 len+1 03 cmd(3) answer-length ---------------- */

static void fuji_out(struct bridge *b, const uint8_t *buf, int len)
{
	char cmd[4] = "";

	if (len < 8 || buf[0] != 0x80 || buf[1] != 0x06 || buf[3] != 0x03)
		return;
	memcpy(cmd, buf + 4, 3);
	b->dev.u->queries++;
	command(b, cmd, strlen(cmd));
}

/* ---- phoenixtec: vendor request 0d to the endpoint --------------------------- */

static int phoenixtec_control(struct bridge *b, const struct usb_setup *s, uint8_t *buf, int len)
{
	if ((s->type & 0xe0) != 0x40 || s->request != 0x0d)
		return -EPIPE;
	take_bytes(b, buf, len);
	return 0;
}

/* ---- ablerex: feature report 5, 47 bytes each way ---------------------------- */

static int ablerex_control(struct bridge *b, const struct usb_setup *s, uint8_t *buf, int len)
{
	if (is_set_report(s, 0x0305) && len >= 4) {
		size_t n = buf[2] < len - 3 ? buf[2] : len - 3;
		int got;

		if (n && buf[3 + n - 1] == '\r')
			n--;
		memset(b->report, 0, sizeof(b->report));
		got = ask(b, (char *)buf + 3, n, b->answer);
		if (got > 0)
			memcpy(b->report, b->answer, got < 47 ? got : 47);
		return 0;
	}
	if (s->type == 0xa1 && s->request == HID_GET_REPORT && s->value == 0x0305) {
		memcpy(buf, b->report, len < 47 ? len : 47);
		return len < 47 ? len : 47;
	}
	return -EPIPE;
}

/* ---- armac: [a0 + n] and 3 bytes in; [n] and 5 bytes out --------------------- */

static int armac_control(struct bridge *b, const struct usb_setup *s, uint8_t *buf, int len)
{
	if (!is_set_report(s, 0x0200) || len < 2)
		return -EPIPE;
	take_bytes(b, buf + 1, (buf[0] & 15) < len ? buf[0] & 15 : len - 1);
	return 0;
}

/* 6-byte packets, 1 to 3 of 5 bytes valid; what is behind them is stale */
static void armac_send(struct bridge *b, const uint8_t *buf, int len)
{
	static const int sizes[] = { 1, 1, 2, 3, 1, 1, 2, 3 };
	uint8_t p[6] = { 0 };

	for (int at = 0, i = 0; at < len; i++) {
		int n = sizes[i % ARRAY_LEN(sizes)];

		if (n > len - at)
			n = len - at;
		p[0] = (i & 1 ? 0xc0 : 0x80) | n;
		memcpy(p + 1, buf + at, n);
		usb_send_packet(&b->dev, p, sizeof(p));
		at += n;
	}
}

static void armac_new_out(struct bridge *b, const uint8_t *buf, int len)
{
	if (len < 1)
		return;
	b->dev.u->queries++;
	take_bytes(b, buf + 1, (buf[0] & 0x1f) < len ? buf[0] & 0x1f : len - 1);
}

static void armac_new_send(struct bridge *b, const uint8_t *buf, int len)
{
	uint8_t p[64] = { 0 };
	int n = len < 63 ? len : 63;

	p[0] = 0x80 | n;
	memcpy(p + 1, buf, n);
	usb_send_packet(&b->dev, p, sizeof(p));
}

/* ------------------------------------------------------------------------------ */

static const struct carrier carriers[] = {
	{ .name = "cypress", .vid = 0x0665, .pid = 0x5161, .maker = "INNO TECH",
	  .product = "USB to Serial", .class = 3, .ep_in = 0x81, .packet = 8, .wvalue = 0x0200,
	  .control = cypress_control, .send = send_padded },
	{ .name = "phoenix", .vid = 0x06da, .pid = 0x0601, .maker = "Phoenix", .product = "UPS",
	  .class = 3, .ep_in = 0x81, .packet = 8, .wvalue = 0x0200,
	  .control = cypress_control, .send = send_padded },
	{ .name = "ippon", .vid = 0x06da, .pid = 0x0003, .maker = "IPPON", .product = "UPS",
	  .class = 3, .ep_in = 0x81, .packet = 64, .wvalue = 0x0002,
	  .control = cypress_control, .send = send_padded },
	{ .name = "gtec", .vid = 0x0665, .pid = 0x5161, .maker = "GTEC", .product = "UPS",
	  .class = 3, .ep_in = 0x81, .packet = 64, .wvalue = 0x0002,
	  .control = cypress_control, .send = send_plain },
	{ .name = "omron", .vid = 0x0590, .pid = 0x00b7, .maker = "OMRON", .product = "BN150T",
	  .class = 3, .ep_in = 0x81, .packet = 64, .wvalue = 0x0002,
	  .control = cypress_control, .send = send_padded },
	{ .name = "sgs", .vid = 0x0483, .pid = 0x0035, .maker = "SGS", .product = "UPS",
	  .class = 3, .ep_in = 0x81, .packet = 8, .wvalue = 0x0200,
	  .control = sgs_control, .send = sgs_send },
	{ .name = "krauler", .vid = 0x0001, .pid = 0x0000, .maker = "", .product = "",
	  .class = 3, .ep_in = 0x81, .packet = 8,
	  .control = no_control, .string = krauler_string, .send = send_padded },
	{ .name = "fabula", .vid = 0x0001, .pid = 0x0000, .maker = "MEC", .product = "MEC0003",
	  .class = 3, .ep_in = 0x81, .packet = 8,
	  .control = no_control, .string = fabula_string, .send = send_padded },
	{ .name = "hunnox", .vid = 0x0001, .pid = 0x0000, .maker = "MEC", .product = "MEC0003",
	  .class = 3, .ep_in = 0x81, .packet = 8,
	  .control = no_control, .string = hunnox_string, .send = send_padded },
	{ .name = "snr", .vid = 0x0001, .pid = 0x0000, .maker = "MEC", .product = "MEC0003",
	  .class = 3, .ep_in = 0x81, .packet = 8,
	  .control = no_control, .string = snr_string, .send = send_padded },
	{ .name = "fuji", .vid = 0x0001, .pid = 0x0000, .maker = "ATCL FOR UPS",
	  .product = "ATCL FOR UPS", .class = 3, .ep_in = 0x81, .ep_out = 0x02, .packet = 8,
	  .control = no_control, .out = fuji_out, .send = send_padded },
	{ .name = "phoenixtec", .vid = 0x06da, .pid = 0x0002, .maker = "Phoenixtec Power",
	  .product = "USB Cable (V2.00)", .class = 3, .ep_in = 0x81, .packet = 8,
	  .control = phoenixtec_control, .send = send_padded },
	{ .name = "ablerex", .vid = 0xffff, .pid = 0x0000, .maker = "ABLEREX", .product = "UPS",
	  .class = 3, .ep_in = 0x81, .packet = 8,
	  .control = ablerex_control, .send = send_padded },
	{ .name = "armac", .vid = 0x0925, .pid = 0x1234, .maker = "Richcomm", .product = "UPS USB",
	  .class = 3, .ep_in = 0x81, .packet = 8,
	  .control = armac_control, .send = armac_send },
	{ .name = "armac-new", .vid = 0x0925, .pid = 0x1234, .maker = "Richcomm",
	  .product = "UPS USB", .class = 3, .ep_in = 0x82, .ep_out = 0x02, .packet = 64,
	  .control = no_control, .out = armac_new_out, .send = armac_new_send },
};

static int bridge_control(struct usb_dev *d, const struct usb_setup *s, uint8_t *buf, int len)
{
	struct bridge *b = d->priv;

	if (s->type == 0x21 && (s->request == HID_SET_IDLE || s->request == HID_SET_PROTOCOL))
		return 0;
	return b->c->control(b, s, buf, len);
}

static int bridge_string(struct usb_dev *d, uint8_t index, uint16_t langid, char *out, int cap)
{
	struct bridge *b = d->priv;

	return b->c->string ? b->c->string(b, index, langid, out, cap) : -EPIPE;
}

static void bridge_out(struct usb_dev *d, uint8_t ep, const uint8_t *buf, int len)
{
	struct bridge *b = d->priv;

	if (b->c->out)
		b->c->out(b, buf, len);
}

static const struct usb_function bridge_function = {
	.control = bridge_control, .string = bridge_string, .out = bridge_out,
};

static int bridge_plug(struct emu_ups *u, bool in)
{
	struct bridge *b = u->priv;

	if (in)
		return usb_plug(&b->dev);
	timer_stop(&b->delay);
	usb_unplug(&b->dev);
	return 0;
}

static int bridge_start(struct emu_ups *u)
{
	struct bridge *b = calloc(1, sizeof(*b));
	struct emu *e = u->emu;
	const struct carrier *c = NULL;
	int rc;

	if (!b)
		return -ENOMEM;
	u->priv = b;
	b->dev.fd = -1;
	b->dialect = qx_dialect(e->dialect);
	for (size_t i = 0; i < ARRAY_LEN(carriers); i++)
		if (!strcmp(carriers[i].name, e->carrier))
			c = &carriers[i];
	if (!c || !b->dialect) {
		if (!c)
			fprintf(stderr, "upsy-emu: no carrier %s; try --carrier help\n",
				e->carrier);
		return -EINVAL;
	}
	b->c = c;
	b->dev.u = u;
	b->dev.fn = &bridge_function;
	b->dev.priv = b;
	b->dev.vid = e->have_ids ? e->vid : c->vid;
	b->dev.pid = e->have_ids ? e->pid : c->pid;
	b->dev.release = 0x0002;
	b->dev.class = c->class;
	b->dev.ep_in = c->ep_in;
	b->dev.ep_out = c->ep_out;
	b->dev.packet_in = c->packet;
	b->dev.interval = 10;
	b->dev.report_desc = bridge_desc;
	b->dev.report_desc_len = sizeof(bridge_desc);
	/* Index 3 is a query on the carriers that use strings. */
	b->dev.no_serial = true;
	snprintf(b->dev.strings[0], 64, "%s", e->have_strings ? e->manufacturer : c->maker);
	snprintf(b->dev.strings[1], 64, "%s", e->have_strings ? e->product : c->product);
	rc = usb_plug(&b->dev);
	if (!rc)
		printf("%04x:%04x vhci port %u\n", b->dev.vid, b->dev.pid, b->dev.port);
	return rc;
}

static void bridge_state(struct emu_ups *u, FILE *out)
{
	struct bridge *b = u->priv;

	fprintf(out, ", \"carrier\": \"%s\", \"dialect\": \"%s\"", b->c->name, b->dialect->name);
}

static void bridge_stop(struct emu_ups *u)
{
	bridge_plug(u, false);
	free(u->priv);
	u->priv = NULL;
}

int qx_list(bool dialects)
{
	if (dialects)
		for (const struct qx_dialect *d = qx_dialects; d->name; d++)
			printf("%s\n", d->name);
	else
		for (size_t i = 0; i < ARRAY_LEN(carriers); i++)
			printf("%-12s %04x:%04x %s / %s\n", carriers[i].name, carriers[i].vid,
			       carriers[i].pid, carriers[i].maker, carriers[i].product);
	return 0;
}

const struct emu_kind kind_usb_qx = {
	.name = "usb-qx", .start = bridge_start, .plug = bridge_plug, .state = bridge_state,
	.stop = bridge_stop,
};
