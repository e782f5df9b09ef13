// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Qx dialects, as the UPS speaks them: command, answer. Written from the
 * published protocol papers (Megatec 2.7, Voltronic, Voltronic-QS, Sola) and
 * conversations of real UPSes, not from upsy's own tables: the two must only
 * meet on the wire. Lengths in the comments include the CR.
 */
#include <string.h>

#include "qx.h"

#define Q1_ANSWER "({in 5.1} {fault 5.1} {out 5.1} {load 3} {hz 4.1} {battq} {temp 4.1} {bits}\r"
#define I_ANSWER "#{maker 15} {model 10} {fw 10}\r"

static const struct qx_row q1_status[] = {
	{ "Q1", Q1_ANSWER },	/* 47 */
	{ }
};

static const struct qx_row f_rating[] = {
	{ "F", "#{nomv 5.1} {nomamps 3} {nombatt 5.2} {nomhz 4.1}\r" },	/* 22 */
	{ }
};

static const struct qx_row i_info[] = {
	{ "I", I_ANSWER },	/* 39 */
	{ }
};

static const struct qx_row fw_info[] = {
	{ "FW?", I_ANSWER },
	{ }
};

static const struct qx_row classic_actions[] = {
	{ "T", NULL, ACT_TEST },
	{ "TL", NULL, ACT_TEST_LOW },
	{ "T%n", NULL, ACT_TEST },
	{ "CT", NULL, ACT_TEST_STOP },
	{ "Q", NULL, ACT_BEEPER_TOGGLE },
	{ "C", NULL, ACT_CANCEL },
	{ "S%nR%m", NULL, ACT_SHUTDOWN },
	{ "S%n", NULL, ACT_SHUTDOWN },
	{ }
};

/* ---- voltronic ------------------------------------------------------------ */

static const struct qx_row voltronic[] = {
	{ "QPI", "(PI01\r" },
	{ "QGS", "({in 5.1} {hz 4.1} {out 5.1} {outhz 4.1} {amps 5.1} {load 3} 361.8 361.8 "
		 "{batt 5.1} ---.- {temp 5.1} {qgsbits}\r" },	/* 76 */
	{ "QMOD", "({mode}\r" },
	{ "QBV", "({batt 5.1} {blocks 2} 01 {charge 3} {runmin 3}\r" },
	/* 48 */
	{ "QMD", "({model 15} {va 7} {pf 2} 1/1 {nomv 3} {nomv 3} {blocks 2} 12.0\r" },
	{ "QRI", "({nomv 5.1} {nomamps 3} {nombatt 5.1} {nomhz 4.1}\r" },	/* 22 */
	{ "F", "#{nomv 5.1} {nomamps 3} {nombatt 5.1} {nomhz 4.1}\r" },
	{ "QMF", "({maker 15}\r" },
	{ "QVFW", "(VERFW:00322.02\r" },
	{ "QID", "(83310001000013\r" },
	{ "I", I_ANSWER },
	{ "QWS", "({warnings}\r" },
	{ "QFS", "({faultcode}\r" },
	{ "QFLAG", "{flags}" },
	{ "QHE", "(242 218\r" },
	{ "QBYV", "(264 170\r" },
	{ "QBYF", "(53.0 47.0\r" },
	{ "QFRE", "(53.0 47.0\r" },
	{ "QSK1", "(1\r" },
	{ "QSKT1", "(008\r" },
	{ "QLDL", "(005 080\r" },
	{ "QPAR", "(001\r" },
	{ "RE0", "#20\r" },
	{ "SON", NULL, ACT_LOAD_ON },
	{ "SOFF", NULL, ACT_LOAD_OFF },
	{ "S%nR%m", NULL, ACT_SHUTDOWN },
	{ "S%n", NULL, ACT_SHUTDOWN },
	{ "CS", NULL, ACT_CANCEL },
	{ "T", NULL, ACT_TEST },
	{ "T%n", NULL, ACT_TEST },
	{ "TL", NULL, ACT_TEST_LOW },
	{ "CT", NULL, ACT_TEST_STOP },
	{ "BZON", NULL, ACT_BEEPER_ON },
	{ "BZOFF", NULL, ACT_BEEPER_OFF },
	{ "PEA", NULL, ACT_BEEPER_ON },
	{ "PDA", NULL, ACT_BEEPER_OFF },
	{ "PEE", NULL, ACT_BYPASS_ON },
	{ "PDE", NULL, ACT_BYPASS_OFF },
	{ "SKON%d", NULL, ACT_NOTE },
	{ "SKOFF%d", NULL, ACT_NOTE },
	{ "BATN%*", NULL, ACT_NOTE },
	{ "BATGN%*", NULL, ACT_NOTE },
	{ "HEH%*", NULL, ACT_NOTE },
	{ "HEL%*", NULL, ACT_NOTE },
	{ "PHV%*", NULL, ACT_NOTE },
	{ "PLV%*", NULL, ACT_NOTE },
	{ "PGF%*", NULL, ACT_NOTE },
	{ "PSF%*", NULL, ACT_NOTE },
	{ }
};

/* PI30, CRC-16 at the end of everything; answers as the inverters print them */
static const struct qx_row axpert[] = {
	{ "QPI", "(PI30\r" },
	{ "QPIGS", "({in 5.1} {hz 4.1} {out 5.1} {outhz 4.1} {outva 4} {outw 4} {load 3} 460 "
		   "{batt 5.2} {chga 3} {charge 3} 0040 0000 000.0 00.00 {disa 5} {pi30bits} 00 00 "
		   "00000 010\r" },
	{ "QPIRI", "({nomv 5.1} 21.7 {nomv 5.1} {nomhz 4.1} 21.7 5000 4000 {nombatt 4.1} 46.0 42.0 "
		   "56.4 54.0 0 10 010 1 0 0 6 01 0 0 54.0 0 1\r" },
	{ "QMOD", "({mode}\r" },
	{ "QPIWS", "({pi30warnings}\r" },
	{ "QID", "(9293333010501\r" },
	{ "QVFW", "(VERFW:00072.70\r" },
	{ "QMN", "(MKS2-8000\r" },
	{ "QFLAG", "(EakxyDbjuvz\r" },
	{ "PEa", NULL, ACT_BEEPER_ON },
	{ "PDa", NULL, ACT_BEEPER_OFF },
	{ }
};

static const struct qx_row qs_status[] = {
	{ "QS", "({in 5.1} {fault 5.1} {out 5.1} {load 3} {outhz 4.1} {battq} {temp 4.1} "
		"{bits}\r" },
	{ }
};

static const struct qx_row voltronic_qs[] = {
	{ "M", "V\r" },
	/* 49 */
	{ "QI", "({charge 3} {runtime 5} {hz 4.1} {amps 5.1} {low 3} {high 3} "
		"000000000000000000\r" },
	{ "T", NULL, ACT_TEST },
	{ "CT", NULL, ACT_TEST_STOP },
	{ "Q", NULL, ACT_BEEPER_TOGGLE },
	{ "C", NULL, ACT_CANCEL },
	{ "S%nR%m", NULL, ACT_SHUTDOWN },
	{ "S%n", NULL, ACT_SHUTDOWN },
	{ }
};

static uint8_t status_byte(const struct emu_ups *u)
{
	char bits[16];
	uint8_t b = 0;
	const struct model *m = &u->m;

	snprintf(bits, sizeof(bits), "%d%d%d%d%d%d%d%d", !m->mains, model_low(m),
		 model_flag(m, FLAG_BOOST) || model_flag(m, FLAG_TRIM) ||
		 model_flag(m, FLAG_BYPASS),
		 model_flag(m, FLAG_FAULT), !m->online_type, m->test_in >= 0, m->off_in >= 0,
		 model_flag(m, FLAG_BEEPER));
	for (int i = 0; i < 8; i++)
		b = b << 1 | (bits[i] - '0');
	return b;
}

/* 28 is the escape: bytes that would end or confuse the frame go as 28 and a number */
static int put_escaped(uint8_t *out, uint8_t b)
{
	static const uint8_t special[] = { 0x0d, 0x11, 0x13, 0x0a, 0x20 };

	for (size_t i = 0; i < sizeof(special); i++) {
		if (b == special[i]) {
			out[0] = 0x28;
			out[1] = i;
			return 2;
		}
	}
	out[0] = b;
	return 1;
}

static int put_bytes(uint8_t *out, unsigned long v, int bytes)
{
	int n = 0;

	while (bytes--)
		n += put_escaped(out + n, v >> (8 * bytes));
	out[n++] = ' ';
	return n;
}

/* QS of P and T models: # AB C DE F G HI JKL M N O [P]; volts = AB * C / 51 / 256 */
static int qs_hex(const struct emu_ups *u, uint8_t *out, bool with_ratings)
{
	const struct model *m = &u->m;
	const int c = 112, f = 105, n_factor = 213, hi = 25000;
	double hz = m->mains ? m->mains_hz : m->nominal_hz;
	int n = 0;

	out[n++] = '#';
	n += put_bytes(out + n, model_input_volts(m) * 51 * 256 / c + 0.5, 2);
	n += put_bytes(out + n, c, 1);
	n += put_bytes(out + n, model_output_volts(m) * 51 * 256 / f + 0.5, 2);
	n += put_bytes(out + n, f, 1);
	n += put_bytes(out + n, m->load, 1);
	n += put_bytes(out + n, hi, 2);
	n += put_bytes(out + n, hz * hi + 0.5, 3);
	n += put_bytes(out + n, model_battery_volts(m) * 510 / n_factor + 0.5, 1);
	n += put_bytes(out + n, n_factor, 1);
	n += put_bytes(out + n, status_byte(u), 1);
	if (with_ratings) {
		int block = m->battery_nominal / 12 - 1;

		/* b7 60 Hz; b6 b5 12/24/36/48 V; b2-0 110/120/220/230/240 V */
		n += put_bytes(out + n, (m->nominal_hz > 55) << 7 | (block & 3) << 5 | 3, 1);
	}
	out[n - 1] = '\r';
	return n;
}

static int qs_hex_p(const struct emu_ups *u, uint8_t *out)
{
	return qs_hex(u, out, false);
}

static int qs_hex_t(const struct emu_ups *u, uint8_t *out)
{
	return qs_hex(u, out, true);
}

static const struct qx_row voltronic_qs_hex[] = {
	{ "M", "P\r" },
	{ "QS", NULL, ACT_NONE, qs_hex_p },
	{ }
};

static const struct qx_row voltronic_qs_hex_t[] = {
	{ "M", "T\r" },
	{ "QS", NULL, ACT_NONE, qs_hex_t },
	{ "Q", NULL, ACT_BEEPER_TOGGLE },
	{ "C", NULL, ACT_CANCEL },
	{ "S%nR%m", NULL, ACT_SHUTDOWN },
	{ "S%n", NULL, ACT_SHUTDOWN },
	{ }
};

/* ---- the classics ---------------------------------------------------------- */

static const struct qx_row megatec_old[] = {
	{ "D", Q1_ANSWER },
	{ }
};

static const struct qx_row mecer[] = {
	{ "QPI", "(PI98\r" },
	{ }
};

static const struct qx_row hunnox[] = {
	{ "BL", "BL{charge 3}\r" },
	{ }
};

static const struct qx_row bestups[] = {
	{ "ID", "FOR,{va},{nomv 3},{nomv 3},{battlow 4.1},{battfull 4.1}\r" },
	{ "RT", "{runmin 3}\r" },
	{ "BP?", "01\r" },
	{ "BP%d", NULL, ACT_NOTE },
	{ "SS?", "0\r" },
	{ "SS%d", NULL, ACT_NOTE },
	{ "M", "0\r" },
	/* stays off, but for a few models (Sola's text) */
	{ "S%n", NULL, ACT_SHUTDOWN_STAYOFF },
	{ }
};

static const struct qx_row masterguard[] = {
	/* 113 */
	{ "WH", "(01 01.00 01.00 A 1000                         1 {nomv 3} {nomhz 5.2} {cells 3} "
		"02.00 010.00 004.00 005 00 40 195 265 47.00 53.00\r" },
	/* 71 */
	{ "Q3", "(01 {in 5.1} {fault 5.1} {out 5.1} {load 3} {hz 4.1} {cell 5.2} {temp 4.1} "
		"{mmm.ss} {charge 3} {q3bits} 00000000\r" },
	{ "Q1", Q1_ANSWER },
	{ "GS,01", "(01 1 1\r" },
	{ "GSN,01", "(01 {serial}\r" },
	{ "TUD,01", NULL, ACT_TEST_LOW },
	{ "SS---0,01", NULL, ACT_BEEPER_OFF },
	{ "SS---1,01", NULL, ACT_BEEPER_ON },
	{ "FON", NULL, ACT_BYPASS_OFF },
	{ "FOFF", NULL, ACT_BYPASS_ON },
	/* the opposite of the classic: Sn stays off */
	{ "S%nR%m", NULL, ACT_SHUTDOWN_RETURN },
	{ "S%n", NULL, ACT_SHUTDOWN_STAYOFF },
	{ }
};

static int put16(uint8_t *out, unsigned int v)
{
	out[0] = v >> 8;
	out[1] = v;
	return 2;
}

/* Q5, big-endian: [1-2] output Hz x10, [7-8] battery volts (raw * nominal / 1200), … */
static int ablerex_q5(const struct emu_ups *u, uint8_t *out)
{
	const struct model *m = &u->m;
	double raw = model_battery_volts(m) * 1200 / m->battery_nominal;

	memset(out, 0, 22);
	out[0] = '(';
	put16(out + 1, m->nominal_hz * 10);
	put16(out + 7, raw + 0.5);
	put16(out + 9, 1050);
	put16(out + 13, model_flag(m, FLAG_FAULT));
	put16(out + 15, m->nominal_va / m->nominal_volts * m->load / 10);
	out[21] = '\r';
	return 22;
}

static int ablerex_runtime(const struct emu_ups *u, uint8_t *out)
{
	unsigned int s = model_runtime(&u->m);

	out[0] = '(';
	put16(out + 1, s >> 16);
	put16(out + 3, s);
	out[5] = '\r';
	return 6;
}

static const struct qx_row ablerex[] = {
	{ "Q5", NULL, ACT_NONE, ablerex_q5 },
	{ "At", NULL, ACT_NONE, ablerex_runtime },
	{ "TR", "{test 4}\r" },
	{ }
};

/* ---- three phases: Q2, Q6 --------------------------------------------------- */

#define Q6_ANSWER(topology) \
	"({in 5.1} 000.0 000.0 {hz 4.1} {out 5.1} 000.0 000.0 {outhz 4.1} {load 3} 000 000 " \
	"{batt 5.1} 000.0 {temp 4.1} {runtime 5} {charge 3} 32 00000000 00000000 " topology "\r"

static const struct qx_row q6_common[] = {
	/* 80 */
	{ "WA", "({kw 5.1} 000.0 000.0 {kva 5.1} 000.0 000.0 {kw 5.1} {kva 5.1} {amps 5.1} "
		"000.0 000.0 {load 3} 00000000\r" },
	{ "BPS", "({bypass 5.1} 000.0 000.0 {hz 4.1}\r" },	/* 24 */
	{ "FW?", "05516-1100\r" },
	{ "SASV07?", "GASV07DN05K10KB100004      \r" },
	{ "Q1", Q1_ANSWER },
	{ }
};

static const struct qx_row q6_31[] = {
	{ "Q6", Q6_ANSWER("31") },	/* 110 */
	{ "PI", "(0F\r" },
	{ }
};

static const struct qx_row q6_33[] = {
	{ "Q6", "({in 5.1} {in 5.1} {in 5.1} {hz 4.1} {out 5.1} {out 5.1} {out 5.1} {outhz 4.1} "
		"{load 3} {load 3} {load 3} {batt 5.1} 000.0 {temp 4.1} {runtime 5} {charge 3} 32 "
		"00000000 00000000 33\r" },
	{ }
};

static const struct qx_row q2[] = {
	/* 118 */
	{ "Q2", "({in 5.1} {in 5.1} {in 5.1} {fault 5.1} {out 5.1} 000.0 000.0 {load 3} 000 000 "
		"{hz 4.1} {batt 5.1} {temp 4.1} {bits} {mmm.ss} {charge 3} 02 00 00 00 00 00000000 "
		"11\r" },
	{ }
};

/* ---- others ------------------------------------------------------------------ */

static const struct qx_row gtec[] = {
	{ "Q4", "({in 5.1} 000.0 000.0 {fault 5.1} {out 5.1} 000.0 {load 3} {hz 4.1} 000.0 000.0 "
		"{batt 5.1} {temp 4.1} {letters}\r" },
	{ }
};

/* Answers as a BN150T gives them; bits b7 and b2 mean nothing here */
static const struct qx_row omron[] = {
	{ "Q1", Q1_ANSWER },
	{ "Bl ?", "{charge 3}\r" },
	{ "RTS", "{runtime 4}\r" },
	{ "TPb", "+{temp 4.1}\r" },
	{ "Lf ?", "{outhz 4.1}\r" },
	{ "PSNR", "A0Z25110005109G \r" },
	{ "FWV", "M:0.17(S:2.00)\r" },
	{ "BRR", "20260730\r" },
	{ "UN", "{w 4}W/{va 4}VA/{nombatt 3}V/160W/020W\r" },
	/* start by itself with the mains, or not; before S and Sf */
	{ "An", NULL, ACT_NOTE },
	{ "Af", NULL, ACT_NOTE },
	{ "T", NULL, ACT_TEST },
	{ "CT", NULL, ACT_TEST_STOP },
	{ "C", NULL, ACT_CANCEL },
	{ "Sf%n", NULL, ACT_SHUTDOWN_STAYOFF },
	{ "S%nR%m", NULL, ACT_SHUTDOWN },
	{ "S%n", NULL, ACT_SHUTDOWN_RETURN },
	{ }
};

#define CLASSIC classic_actions

const struct qx_dialect qx_dialects[] = {
	{ .name = "megatec",	.tables = { q1_status, f_rating, i_info, CLASSIC } },
	{ .name = "q1",		.tables = { q1_status, CLASSIC } },
	{ .name = "megatec/old", .tables = { megatec_old, f_rating, i_info, CLASSIC } },
	{ .name = "mustek",	.tables = { qs_status, f_rating, i_info, CLASSIC } },
	{ .name = "mecer",	.tables = { mecer, q1_status, f_rating, i_info, CLASSIC },
	  .ack = "(ACK\r",	.nak = "(NAK\r", .unknown = UNKNOWN_NAK },
	{ .name = "zinto",	.tables = { q1_status, f_rating, fw_info, CLASSIC } },
	{ .name = "hunnox",	.tables = { hunnox, q1_status, f_rating, fw_info, CLASSIC } },
	{ .name = "bestups",	.tables = { bestups, q1_status, CLASSIC } },
	{ .name = "masterguard", .tables = { masterguard, CLASSIC } },
	{ .name = "voltronic",	.tables = { voltronic },
	  .ack = "(ACK\r",	.nak = "(NAK\r", .unknown = UNKNOWN_NAK },
	{ .name = "voltronic-axpert", .tables = { axpert }, .crc = true,
	  .ack = "(ACK\r",	.unknown = UNKNOWN_NAK_CRC },
	{ .name = "voltronic-qs", .tables = { voltronic_qs, qs_status, f_rating } },
	{ .name = "voltronic-qs-hex", .tables = { voltronic_qs_hex, f_rating, CLASSIC },
	  .unknown = UNKNOWN_N },
	{ .name = "voltronic-qs-hex-t", .tables = { voltronic_qs_hex_t, f_rating },
	  .unknown = UNKNOWN_N },
	{ .name = "ablerex",	.maker = "ABLEREX",
	  .tables = { ablerex, q1_status, f_rating, i_info, CLASSIC } },
	{ .name = "innovart31",	.tables = { q6_31, q6_common, f_rating, CLASSIC },
	  .nak = "NAK\r",	.unknown = UNKNOWN_NAK },
	{ .name = "innovart33",	.tables = { q6_33, q6_common, f_rating, CLASSIC },
	  .nak = "NAK\r",	.unknown = UNKNOWN_NAK },
	{ .name = "q2",		.tables = { q2, q6_common, f_rating, CLASSIC },
	  .nak = "NAK\r",	.unknown = UNKNOWN_NAK },
	{ .name = "innovatae",	.maker = "222222222222222", .model = "2222222222",
	  .tables = { q1_status, f_rating, i_info, CLASSIC } },
	{ .name = "gtec",	.tables = { gtec, f_rating, i_info, CLASSIC } },
	{ .name = "omron",	.tables = { omron }, .ack = "OK\r", .nak = "NG\r",
	  .unknown = UNKNOWN_NAK },
	{ }
};
