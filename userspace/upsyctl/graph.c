// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drawing a history: charge, load and mains voltage one above the other, in
 * the terminal and as SVG. Where nothing was recorded nothing is drawn.
 */
#include <string.h>
#include <time.h>

#include "upsyctl/history.h"

#define ROWS		5	/* of text, a panel */
#define MARGIN		8	/* for the scale at the left */
#define COLUMNS_MAX	400

/**
 * struct panel - one curve
 * @name: of the curve
 * @unit: of its scale
 * @scale: what to divide the value by
 * @zero: the scale starts at 0 and goes to @top at least
 * @colour: in SVG
 * @ansi: in the terminal
 */
static const struct panel {
	const char *name, *unit;
	int scale;
	bool zero;
	int top;
	const char *colour, *ansi;
} panels[] = {
	{ "charge", "%", 1, true, 100, "#2a9d4a", "32" },
	{ "load", "%", 1, true, 100, "#2f6fd0", "34" },
	{ "mains", "V", 1000, false, 0, "#c77700", "33" },
};

#define PANELS	(sizeof(panels) / sizeof(panels[0]))

static int32_t value_of(const struct history_point *p, size_t panel)
{
	switch (panel) {
	case 0:
		return p->capacity;
	case 1:
		return p->load;
	default:
		return p->input_voltage;
	}
}

static bool in_plot(const struct history_point *p, const struct plot *plot)
{
	return p->time >= plot->from && p->time <= plot->to;
}

/* Return: false when there is nothing to draw. */
static bool range_of(const struct chronicle *c, const struct plot *plot, size_t panel,
		     int64_t *low, int64_t *high)
{
	bool any = false;

	for (size_t i = 0; i < c->n; i++) {
		int32_t v = value_of(&c->points[i], panel);

		if (v == HISTORY_UNKNOWN || !in_plot(&c->points[i], plot))
			continue;
		if (!any || v < *low)
			*low = v;
		if (!any || v > *high)
			*high = v;
		any = true;
	}
	if (!any)
		return false;
	if (panels[panel].zero) {
		*low = 0;
		if (*high < panels[panel].top)
			*high = panels[panel].top;
	} else {
		int64_t room = (*high - *low) / 10 + panels[panel].scale;

		*low = *low > room ? *low - room : 0;
		*high += room;
	}
	return true;
}

static void time_label(int64_t t, const struct plot *plot, char *buf, size_t size)
{
	time_t tt = t;
	struct tm tm;

	localtime_r(&tt, &tm);
	if (plot->to - plot->from > 2 * 86400)
		strftime(buf, size, "%d %b", &tm);
	else if (plot->to - plot->from > 1800)
		strftime(buf, size, "%H:%M", &tm);
	else
		strftime(buf, size, "%H:%M:%S", &tm);
}

/* Lowest and highest value of each of @n slices of time; low > high: nothing. */
static void slices(const struct chronicle *c, const struct plot *plot, size_t panel, int n,
		   int64_t *low, int64_t *high)
{
	for (int i = 0; i < n; i++) {
		low[i] = 1;
		high[i] = 0;
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct history_point *p = &c->points[i];
		int32_t v = value_of(p, panel);
		int x;

		if (v == HISTORY_UNKNOWN || !in_plot(p, plot))
			continue;
		x = (p->time - plot->from) * n / (plot->to - plot->from + 1);
		if (low[x] > high[x])
			low[x] = high[x] = v;
		if (v < low[x])
			low[x] = v;
		if (v > high[x])
			high[x] = v;
	}
	/* Records are a minute apart: between two of them the curve goes on. */
	for (int i = 1; i < n; i++) {
		int64_t slice = (plot->to - plot->from) / n;

		if (low[i] > high[i] && low[i - 1] <= high[i - 1] && slice < 120)
			for (int j = i; j < n && (j - i) * (slice + 1) < 150; j++)
				if (low[j] <= high[j]) {
					low[i] = low[i - 1];
					high[i] = high[i - 1];
					break;
				}
	}
}

/* Dots of a braille cell by column and row, Unicode chapter "Braille Patterns". */
static const unsigned char dots[2][4] = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

static void put_cell(FILE *out, unsigned int bits, bool braille)
{
	if (!bits)
		fputc(' ', out);
	else if (braille)
		fprintf(out, "\xe2%c%c", 0xa0 | bits >> 6, 0x80 | (bits & 63));
	else
		fputc('#', out);
}

static void panel_text(FILE *out, const struct plot *plot, const struct chronicle *c, size_t panel,
		       int width)
{
	int64_t low[COLUMNS_MAX * 2], high[COLUMNS_MAX * 2], bottom, top;
	unsigned char cells[ROWS][COLUMNS_MAX] = { 0 };
	const struct panel *p = &panels[panel];

	if (!range_of(c, plot, panel, &bottom, &top))
		return;
	slices(c, plot, panel, width * 2, low, high);
	for (int x = 0; x < width * 2; x++) {
		int from, to;

		if (low[x] > high[x])
			continue;
		from = (low[x] - bottom) * (ROWS * 4 - 1) / (top - bottom);
		to = (high[x] - bottom) * (ROWS * 4 - 1) / (top - bottom);
		for (int y = from; y <= to; y++) {
			int row = ROWS * 4 - 1 - y;

			cells[row / 4][x / 2] |= dots[x % 2][row % 4];
		}
	}
	fprintf(out, "%s\n", p->name);
	for (int row = 0; row < ROWS; row++) {
		if (row == 0 || row == ROWS - 1)
			fprintf(out, "%*lld %-2s", MARGIN - 4,
				(long long)((row ? bottom : top) / p->scale), p->unit);
		else
			fprintf(out, "%*s", MARGIN - 1, "");
		fputs(plot->braille ? "\xe2\x94\x82" : "|", out);
		if (plot->color)
			fprintf(out, "\033[%sm", p->ansi);
		for (int x = 0; x < width; x++)
			put_cell(out, cells[row][x], plot->braille);
		fputs(plot->color ? "\033[0m\n" : "\n", out);
	}
}

/* Outages as a line of marks under the curves. */
static void outages_text(FILE *out, const struct plot *plot, const struct chronicle *c, int width)
{
	char line[COLUMNS_MAX + 1];
	bool any = false;

	memset(line, ' ', width);
	line[width] = '\0';
	for (size_t i = 0; i < c->n_outages; i++) {
		const struct outage *o = &c->outages[i];
		int64_t span = plot->to - plot->from + 1, end = o->end ? o->end : plot->to;

		if (end < plot->from || o->start > plot->to)
			continue;
		any = true;
		for (int64_t x = (o->start - plot->from) * width / span;
		     x <= (end - plot->from) * width / span; x++)
			if (x >= 0 && x < width)
				line[x] = '^';
	}
	if (any)
		fprintf(out, "%*s%s outage\n", MARGIN, "", line);
}

void graph_text(FILE *out, const struct plot *plot, const struct chronicle *c)
{
	int width = plot->columns - MARGIN;
	char from[32], to[32], middle[32];
	int64_t low, high;
	bool any = false;

	if (width > COLUMNS_MAX)
		width = COLUMNS_MAX;
	if (width < 20)
		width = 20;
	fprintf(out, "%s\n", plot->title);
	for (size_t i = 0; i < PANELS; i++) {
		any |= range_of(c, plot, i, &low, &high);
		panel_text(out, plot, c, i, width);
	}
	if (!any) {
		fputs("Nothing was recorded in this time.\n", out);
		return;
	}
	outages_text(out, plot, c, width);
	time_label(plot->from, plot, from, sizeof(from));
	time_label(plot->from + (plot->to - plot->from) / 2, plot, middle, sizeof(middle));
	time_label(plot->to, plot, to, sizeof(to));
	fprintf(out, "%*s%-*s%-*s%s\n", MARGIN, "", width / 2, from,
		width - width / 2 - (int)strlen(to), middle, to);
}

#define SVG_WIDTH	900
#define SVG_LEFT	60
#define SVG_RIGHT	20
#define SVG_PANEL	130
#define SVG_GAP		30
#define SVG_TOP		50
#define SVG_INNER	(SVG_WIDTH - SVG_LEFT - SVG_RIGHT)

static int svg_x(const struct plot *plot, int64_t t)
{
	if (t < plot->from)
		t = plot->from;
	if (t > plot->to)
		t = plot->to;
	return SVG_LEFT + (t - plot->from) * SVG_INNER / (plot->to - plot->from + 1);
}

static void svg_text(FILE *out, int x, int y, const char *anchor, const char *text)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">", x, y, anchor);
	for (; *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
	fputs("</text>\n", out);
}

static void panel_svg(FILE *out, const struct plot *plot, const struct chronicle *c, size_t panel,
		      int top_y)
{
	const struct panel *p = &panels[panel];
	int64_t bottom, top, last = INT64_MIN;
	char label[64];
	bool open = false;

	fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" class=\"panel\"/>\n", SVG_LEFT,
		top_y, SVG_INNER, SVG_PANEL);
	svg_text(out, SVG_LEFT + 6, top_y + 15, "start", p->name);
	if (!range_of(c, plot, panel, &bottom, &top)) {
		svg_text(out, SVG_LEFT + SVG_INNER / 2, top_y + SVG_PANEL / 2, "middle", "not known");
		return;
	}
	snprintf(label, sizeof(label), "%lld %s", (long long)(top / p->scale), p->unit);
	svg_text(out, SVG_LEFT - 6, top_y + 12, "end", label);
	snprintf(label, sizeof(label), "%lld %s", (long long)(bottom / p->scale), p->unit);
	svg_text(out, SVG_LEFT - 6, top_y + SVG_PANEL, "end", label);

	for (size_t i = 0; i < c->n; i++) {
		const struct history_point *pt = &c->points[i];
		int32_t v = value_of(pt, panel);

		if (v == HISTORY_UNKNOWN || !in_plot(pt, plot))
			continue;
		/* A gap in the records is a gap in the curve. */
		if (open && pt->time - last > 150) {
			fputs("\"/>\n", out);
			open = false;
		}
		if (!open)
			fprintf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"",
				p->colour);
		open = true;
		last = pt->time;
		fprintf(out, "%d,%lld ", svg_x(plot, pt->time),
			(long long)(top_y + SVG_PANEL - (v - bottom) * SVG_PANEL / (top - bottom)));
	}
	if (open)
		fputs("\"/>\n", out);
}

void graph_svg(FILE *out, const struct plot *plot, const struct chronicle *c)
{
	int bottom = SVG_TOP + (int)PANELS * (SVG_PANEL + SVG_GAP) - SVG_GAP, height = bottom + 40;
	char label[32];

	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"font-family=\"sans-serif\" font-size=\"12\">\n"
		"<style>.panel{fill:none;stroke:#999} .outage{fill:#d33;opacity:.15}</style>\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n", SVG_WIDTH, height);
	svg_text(out, SVG_LEFT, 25, "start", plot->title);
	for (size_t i = 0; i < c->n_outages; i++) {
		const struct outage *o = &c->outages[i];
		int from = svg_x(plot, o->start), to = svg_x(plot, o->end ? o->end : plot->to);

		if ((o->end && o->end < plot->from) || o->start > plot->to)
			continue;
		fprintf(out, "<rect class=\"outage\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n", from,
			SVG_TOP, to > from ? to - from : 1, bottom - SVG_TOP);
	}
	for (size_t i = 0; i < PANELS; i++)
		panel_svg(out, plot, c, i, SVG_TOP + (int)i * (SVG_PANEL + SVG_GAP));
	for (int i = 0; i <= 6; i++) {
		int64_t t = plot->from + (plot->to - plot->from) * i / 6;

		time_label(t, plot, label, sizeof(label));
		svg_text(out, svg_x(plot, t), bottom + 20, "middle", label);
	}
	fputs("</svg>\n", out);
}
