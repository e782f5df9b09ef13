// SPDX-License-Identifier: GPL-2.0-or-later
/* Qx: finds the row of a command, fills in its answer, does what it says. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "qx.h"

#define MINUTE 60.0

static double runtime_minutes(const struct model *m) { return model_runtime(m) / 60; }
static double runtime_capped(const struct model *m)
{
	double s = model_runtime(m);

	return s < 99999 ? s : 99999;
}

static double get_charge(const struct model *m) { return m->charge * 100; }
static double get_load(const struct model *m) { return m->output == OUTPUT_ON ? m->load : 0; }
static double get_temp(const struct model *m) { return m->temp; }
static double get_in_hz(const struct model *m) { return m->mains ? m->mains_hz : 0; }
static double get_out_hz(const struct model *m) { return m->mains ? m->mains_hz : m->nominal_hz; }
static double get_nominal(const struct model *m) { return m->nominal_volts; }
static double get_nominal_hz(const struct model *m) { return m->nominal_hz; }
static double get_battery_nominal(const struct model *m) { return m->battery_nominal; }
static double get_va(const struct model *m) { return m->nominal_va; }
static double get_watts(const struct model *m) { return m->nominal_w; }
static double get_nominal_amps(const struct model *m) { return m->nominal_va / m->nominal_volts; }
static double get_blocks(const struct model *m) { return m->battery_nominal / 12; }
static double get_cells(const struct model *m) { return m->battery_nominal / 2; }
static double get_amps(const struct model *m) { return get_nominal_amps(m) * get_load(m) / 100; }
static double get_kw(const struct model *m) { return m->nominal_w * get_load(m) / 1e5; }
static double get_kva(const struct model *m) { return m->nominal_va * get_load(m) / 1e5; }
static double get_pf(const struct model *m) { return m->nominal_w * 100 / m->nominal_va; }
static double get_low(const struct model *m) { return m->nominal_volts * 0.85; }
static double get_high(const struct model *m) { return m->nominal_volts * 1.15; }
static double get_bypass(const struct model *m) { return m->mains ? m->mains_volts : 0; }
static double get_battery_low(const struct model *m) { return m->battery_nominal * 0.875; }
static double get_battery_full(const struct model *m) { return m->battery_nominal * 1.14; }

static double get_out_va(const struct model *m) { return m->nominal_va * get_load(m) / 100; }
static double get_out_watts(const struct model *m) { return m->nominal_w * get_load(m) / 100; }
static double get_charge_amps(const struct model *m) { return m->mains && m->charge < 1 ? 5 : 0; }
static double get_drain_amps(const struct model *m)
{
	return m->mains ? 0 : get_out_watts(m) / m->battery_nominal;
}

static const struct {
	const char *name;
	double (*get)(const struct model *m);
} numbers[] = {
	{ "in", model_input_volts },	{ "out", model_output_volts },
	{ "fault", model_input_volts },	{ "load", get_load },
	{ "hz", get_in_hz },		{ "outhz", get_out_hz },
	{ "batt", model_battery_volts }, { "cell", model_cell_volts },
	{ "temp", get_temp },		{ "charge", get_charge },
	{ "runtime", runtime_capped },	{ "runmin", runtime_minutes },
	{ "nomv", get_nominal },	{ "nomhz", get_nominal_hz },
	{ "nomamps", get_nominal_amps },	{ "nombatt", get_battery_nominal },
	{ "va", get_va },		{ "w", get_watts },
	{ "blocks", get_blocks },	{ "cells", get_cells },
	{ "amps", get_amps },		{ "kw", get_kw },
	{ "kva", get_kva },		{ "pf", get_pf },
	{ "low", get_low },		{ "high", get_high },
	{ "bypass", get_bypass },	{ "battlow", get_battery_low },
	{ "battfull", get_battery_full },
	{ "outva", get_out_va },	{ "outw", get_out_watts },
	{ "chga", get_charge_amps },	{ "disa", get_drain_amps },
};

static void put_bits(char *out, const bool *bits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = bits[i] ? '1' : '0';
	out[n] = 0;
}

static bool failed(const struct model *m)
{
	return model_flag(m, FLAG_FAULT);
}

static bool bypassed(const struct model *m)
{
	return model_flag(m, FLAG_BYPASS) || model_flag(m, FLAG_BOOST) || model_flag(m, FLAG_TRIM);
}

static bool shutting_down(const struct model *m)
{
	return model_flag(m, FLAG_SHUTDOWN) || m->off_in >= 0;
}

static bool beeping(const struct model *m)
{
	return model_flag(m, FLAG_BEEPER) && !model_flag(m, FLAG_MUTED);
}

/* Q1's eight bits, b7 first (fact: Megatec 2.7, section D1) */
static void text_q1_bits(const struct emu_ups *u, char *out)
{
	const struct model *m = &u->m;
	const bool bits[] = { !m->mains, model_low(m), bypassed(m), failed(m), !m->online_type,
			      m->test_in >= 0, shutting_down(m), beeping(m) };

	put_bits(out, bits, 8);
}

/* masterguard's Q3: the same, without the beeper */
static void text_q3_bits(const struct emu_ups *u, char *out)
{
	text_q1_bits(u, out);
	out[7] = '0';
}

/* QGS's twelve bits, b11 first; what b5, b1 and b0 mean is not known */
static void text_qgs_bits(const struct emu_ups *u, char *out)
{
	const struct model *m = &u->m;
	const bool bits[] = { m->online_type, !m->online_type, !m->mains, model_low(m), bypassed(m),
			      failed(m), 0, m->test_in >= 0, shutting_down(m), !beeping(m), 0, 0 };

	put_bits(out, bits, 12);
}

/* QWS: 64 warnings, number 1 first */
static void text_qws_bits(const struct emu_ups *u, char *out)
{
	const struct model *m = &u->m;

	memset(out, '0', 64);
	out[64] = 0;
	out[1 - 1] += model_flag(m, FLAG_NOBATTERY);
	out[8 - 1] += model_low(m);
	out[9 - 1] += model_flag(m, FLAG_OVERLOAD);
	out[13 - 1] += model_flag(m, FLAG_OVERTEMP);
	out[56 - 1] += model_flag(m, FLAG_REPLACE);
}

/* QMOD and the mode letter of Q6 */
static void text_mode(const struct emu_ups *u, char *out)
{
	const struct model *m = &u->m;

	out[0] = failed(m) ? 'F' : m->output != OUTPUT_ON ? 'S' : m->test_in >= 0 ? 'T' :
		 !m->mains ? 'B' : model_flag(m, FLAG_BYPASS) ? 'Y' :
		 model_flag(m, FLAG_ECO) ? 'E' : 'L';
	out[1] = 0;
}

/* gtec's Q4: a letter for each thing that is so */
static void text_letters(const struct emu_ups *u, char *out)
{
	const struct model *m = &u->m;
	const struct { bool is; char letter; } all[] = {
		{ !m->mains, 'A' }, { model_low(m), 'B' }, { bypassed(m), 'C' }, { failed(m), 'D' },
		{ m->test_in >= 0, 'E' }, { shutting_down(m), 'F' },
		{ m->test_result == 1, 'I' }, { model_flag(m, FLAG_NOBATTERY), 'K' },
		{ m->mains && m->output == OUTPUT_ON, 'M' }, { model_flag(m, FLAG_OVERLOAD), 'N' },
		{ m->output != OUTPUT_ON, 'L' },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].is)
			*out++ = all[i].letter;
	*out = 0;
}

/* "total" for standby types, per cell for online ones, always 4 characters */
static void text_q1_battery(const struct emu_ups *u, char *out)
{
	if (u->m.online_type)
		snprintf(out, 16, "%4.2f", model_cell_volts(&u->m));
	else if (u->m.battery_nominal < 80)
		snprintf(out, 16, "%04.1f", model_battery_volts(&u->m));
	else
		snprintf(out, 16, "%4.0f", model_battery_volts(&u->m));
}

/* mmm.ss */
static void text_runtime_ms(const struct emu_ups *u, char *out)
{
	unsigned int s = model_runtime(&u->m);

	snprintf(out, 16, "%03u.%02u", s / 60 < 999 ? s / 60 : 999, s % 60);
}

static void text_maker(const struct emu_ups *u, char *out)
{
	const struct qx_dialect *d = qx_dialect(u->emu->dialect);

	snprintf(out, 64, "%s", u->emu->have_strings ? u->emu->manufacturer :
		 d && d->maker ? d->maker : "UPSY");
}

static void text_model(const struct emu_ups *u, char *out)
{
	const struct qx_dialect *d = qx_dialect(u->emu->dialect);

	snprintf(out, 64, "%s", u->emu->have_strings ? u->emu->product :
		 d && d->model ? d->model : "EMU-1000");
}

static void text_serial(const struct emu_ups *u, char *out)
{
	snprintf(out, 64, "%s", u->emu->have_strings ? u->emu->serial : "E0001");
}

static void text_firmware(const struct emu_ups *u, char *out)
{
	snprintf(out, 64, "V1.00");
}

static void text_eco(const struct emu_ups *u, char *out)
{
	snprintf(out, 64, "(E%s%sD%s%s\r", beeping(&u->m) ? "a" : "",
		 model_flag(&u->m, FLAG_ECO) ? "e" : "", beeping(&u->m) ? "" : "a",
		 model_flag(&u->m, FLAG_ECO) ? "" : "e");
}

static void text_qs_fault(const struct emu_ups *u, char *out)
{
	snprintf(out, 64, failed(&u->m) ? "1A 230.1 50.0 000.0 00.0 000 000.0 000.0 025.0" : "OK");
}

/* PI30's QPIGS: b4 load on, b2 charging, b0 from the mains */
static void text_pi30_bits(const struct emu_ups *u, char *out)
{
	const struct model *m = &u->m;
	const bool charging = m->mains && m->charge < 1;
	const bool bits[] = { 0, 0, 0, m->output == OUTPUT_ON, 0, charging, 0, charging };

	put_bits(out, bits, 8);
}

/* PI30's QPIWS: 32 warnings; a5 no mains, a12 battery low, a16 overload */
static void text_pi30_warnings(const struct emu_ups *u, char *out)
{
	const struct model *m = &u->m;

	memset(out, '0', 32);
	out[32] = 0;
	out[5] += !m->mains;
	out[12] += model_low(m);
	out[16] += model_flag(m, FLAG_OVERLOAD);
}

static void text_test(const struct emu_ups *u, char *out)
{
	static const char *const names[] = { "0000", "0001", "0002", "0002", "0004", "0003" };

	snprintf(out, 16, "%s", names[u->m.test_result]);
}

static const struct {
	const char *name;
	void (*get)(const struct emu_ups *u, char *out);
} texts[] = {
	{ "bits", text_q1_bits },	{ "q3bits", text_q3_bits },
	{ "qgsbits", text_qgs_bits },	{ "warnings", text_qws_bits },
	{ "mode", text_mode },		{ "letters", text_letters },
	{ "battq", text_q1_battery },	{ "mmm.ss", text_runtime_ms },
	{ "maker", text_maker },	{ "model", text_model },
	{ "serial", text_serial },	{ "fw", text_firmware },
	{ "flags", text_eco },		{ "faultcode", text_qs_fault },
	{ "test", text_test },
	{ "pi30bits", text_pi30_bits },	{ "pi30warnings", text_pi30_warnings },
};

/* One {name width.precision} of a template. Return: its length. */
static int expand(const struct emu_ups *u, const char *spec, char *out, size_t cap)
{
	char name[24], text[256] = "";
	int width = 0, precision = -1;

	if (sscanf(spec, "%23[^ }] %d.%d", name, &width, &precision) < 1)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		double v;

		if (strcmp(numbers[i].name, name))
			continue;
		v = numbers[i].get(&u->m);
		if (precision < 0) {
			v = (int)(v + 0.5);
			precision = 0;
		}
		snprintf(text, sizeof(text), "%0*.*f", width, precision, v);
		/* A field never outgrows its place: the offsets are the format. */
		return snprintf(out, cap, "%.*s", width ? width : 32, text);
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (strcmp(texts[i].name, name))
			continue;
		texts[i].get(u, text);
		if (!width)
			return snprintf(out, cap, "%s", text);
		return snprintf(out, cap, "%-*.*s", width, width, text);
	}
	fprintf(stderr, "upsy-emu: template names no value: %s\n", name);
	abort();
}

static int fill_template(const struct emu_ups *u, const char *t, uint8_t *out)
{
	size_t n = 0;

	while (*t && n < QX_ANSWER_MAX - 1) {
		if (*t == '{') {
			n += expand(u, t + 1, (char *)out + n, QX_ANSWER_MAX - n);
			t = strchr(t, '}') + 1;
		} else {
			out[n++] = *t++;
		}
	}
	return n < QX_ANSWER_MAX ? n : QX_ANSWER_MAX - 1;
}

struct args {
	double n;	/* minutes, < 0 when there was no %n */
	int m;		/* minutes, < 0 when there was no %m */
	int d;
};

/* Takes @cmd apart by @pattern. Return: whether it fits, all of it. */
static bool match(const char *pattern, const char *cmd, size_t len, struct args *a)
{
	const char *end = cmd + len;

	*a = (struct args){ .n = -1, .m = -1, .d = -1 };
	for (; *pattern; pattern++) {
		if (*pattern != '%') {
			if (cmd == end || *cmd++ != *pattern)
				return false;
			continue;
		}
		switch (*++pattern) {
		case 'n':
			if (end - cmd < 2 || !isdigit(cmd[1]) || (*cmd != '.' && !isdigit(*cmd)))
				return false;
			a->n = *cmd == '.' ? (cmd[1] - '0') / 10.0 :
			       (cmd[0] - '0') * 10 + (cmd[1] - '0');
			cmd += 2;
			break;
		case 'm':
			if (end - cmd < 4)
				return false;
			a->m = 0;
			for (int i = 0; i < 4; i++, cmd++) {
				if (!isdigit(*cmd))
					return false;
				a->m = a->m * 10 + *cmd - '0';
			}
			break;
		case 'd':
			if (cmd == end || !isdigit(*cmd))
				return false;
			a->d = *cmd++ - '0';
			break;
		case '*':
			cmd = end;
			break;
		}
	}
	return cmd == end;
}

static void act(struct emu_ups *u, enum qx_act what, const struct args *a)
{
	double off = a->n >= 0 ? a->n * MINUTE : 0;

	switch (what) {
	case ACT_NONE:
	case ACT_NOTE:
		break;
	case ACT_SHUTDOWN:
		model_shutdown(u, off, a->m > 0 ? a->m * MINUTE : a->m < 0 ? 10 : -1);
		break;
	case ACT_SHUTDOWN_RETURN:
		model_shutdown(u, off, a->m > 0 ? a->m * MINUTE : 10);
		break;
	case ACT_SHUTDOWN_STAYOFF:
		model_shutdown(u, off, -1);
		break;
	case ACT_CANCEL:
	case ACT_LOAD_ON:
		model_cancel(u);
		break;
	case ACT_LOAD_OFF:
		model_shutdown(u, 0, -1);
		break;
	case ACT_TEST:
		model_test(u, off);
		break;
	case ACT_TEST_LOW:
		model_test(u, 3600);
		break;
	case ACT_TEST_STOP:
		model_test_stop(u);
		break;
	case ACT_BEEPER_TOGGLE:
		model_set_flag(u, FLAG_BEEPER, !model_flag(&u->m, FLAG_BEEPER));
		break;
	case ACT_BEEPER_ON:
	case ACT_BEEPER_OFF:
		model_set_flag(u, FLAG_BEEPER, what == ACT_BEEPER_ON);
		break;
	case ACT_BYPASS_ON:
	case ACT_BYPASS_OFF:
		model_set_flag(u, FLAG_ECO, what == ACT_BYPASS_ON);
		break;
	}
}

/* CRC-16/XMODEM; the bytes 28, 0d and 0a are sent as one more (PI30) */
static uint16_t crc_xmodem(const uint8_t *p, size_t n)
{
	uint16_t crc = 0;

	while (n--) {
		crc ^= *p++ << 8;
		for (int i = 0; i < 8; i++)
			crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return crc;
}

static uint8_t crc_byte(uint8_t b)
{
	return b == 0x28 || b == 0x0d || b == 0x0a ? b + 1 : b;
}

static int crc_add(uint8_t *out, int n)
{
	uint16_t crc;

	if (n && out[n - 1] == '\r')
		n--;
	crc = crc_xmodem(out, n);
	out[n++] = crc_byte(crc >> 8);
	out[n++] = crc_byte(crc);
	out[n++] = '\r';
	return n;
}

static int text_answer(const struct emu_ups *u, const struct qx_dialect *d, const char *t,
		       uint8_t *out)
{
	int n = fill_template(u, t, out);

	return d->crc && n ? crc_add(out, n) : n;
}

static int refuse(const struct emu_ups *u, const struct qx_dialect *d, const char *cmd,
		  size_t len, uint8_t *out)
{
	switch (d->unknown) {
	case UNKNOWN_ECHO:
		memcpy(out, cmd, len);
		out[len] = '\r';
		return len + 1;
	case UNKNOWN_NAK:
		return text_answer(u, d, d->nak ? d->nak : "(NAK\r", out);
	case UNKNOWN_N:
		return text_answer(u, d, "N\r", out);
	case UNKNOWN_NAK_CRC:
		return text_answer(u, d, "(NAK\r", out);
	case UNKNOWN_SILENT:
		return 0;
	}
	return 0;
}

int qx_answer(struct emu_ups *u, const struct qx_dialect *d, const char *cmd, size_t len,
	      uint8_t *out)
{
	const char *whole = cmd;
	size_t whole_len = len;
	struct args a;

	if (d->crc) {
		uint16_t crc;

		if (len < 3)
			return 0;
		crc = crc_xmodem((const uint8_t *)cmd, len - 2);
		if ((uint8_t)cmd[len - 2] != crc_byte(crc >> 8) ||
		    (uint8_t)cmd[len - 1] != crc_byte(crc))
			return refuse(u, d, whole, whole_len, out);
		len -= 2;
	}
	if (fault_take(u, FAULT_NAK))
		return refuse(u, d, whole, whole_len, out);
	for (size_t i = 0; i < ARRAY_LEN(d->tables) && d->tables[i]; i++) {
		for (const struct qx_row *r = d->tables[i]; r->cmd; r++) {
			if (!match(r->cmd, cmd, len, &a))
				continue;
			if (r->act != ACT_NONE) {
				emu_log(u, "command %.*s", (int)len, cmd);
				act(u, r->act, &a);
			}
			if (r->fill)
				return r->fill(u, out);
			if (r->answer)
				return text_answer(u, d, r->answer, out);
			return d->ack ? text_answer(u, d, d->ack, out) : 0;
		}
	}
	return refuse(u, d, whole, whole_len, out);
}

const struct qx_dialect *qx_dialect(const char *name)
{
	for (const struct qx_dialect *d = qx_dialects; d->name; d++)
		if (!strcmp(d->name, name))
			return d;
	fprintf(stderr, "upsy-emu: no dialect %s; try --dialect help\n", name);
	return NULL;
}
