#include "ui/palette.h"

enum { CUBE = 16, GREYS = 232, BRIGHT = 8, WHITE = 7 };

enum palette palette_of(int colours)
{
	if (colours >= COLOUR_RGB)
		return PALETTE_TRUE;
	return colours == 256 ? PALETTE_256 : colours >= 16 && colours < 256 ? PALETTE_16 : PALETTE_8;
}

/* One of the six levels of a part of a colour in the cube, as intensity from 0 to 255. */
static unsigned intensity(unsigned level)
{
	return level ? 55 + 40 * level : 0;
}

uint32_t palette_rgb(ui_colour c)
{
	static const uint32_t first[CUBE] = {
		0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
		0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
	};
	unsigned n = (unsigned)c;

	if (c >= COLOUR_RGB)
		return n - COLOUR_RGB;
	if (n < CUBE)
		return first[n];
	if (n >= GREYS)
		return (8 + 10 * (n - GREYS)) * 0x010101;
	n -= CUBE;
	return intensity(n / 36) << 16 | intensity(n / 6 % 6) << 8 | intensity(n % 6);
}

static unsigned part(uint32_t rgb, int i)
{
	return rgb >> (16 - 8 * i) & 0xff;
}

/* By the hue; what has next to none is black, one of two greys or white. */
static ui_colour to_16(uint32_t rgb)
{
	unsigned most = 0, least = 255, bits = 0;

	for (int i = 0; i < 3; i++) {
		most = part(rgb, i) > most ? part(rgb, i) : most;
		least = part(rgb, i) < least ? part(rgb, i) : least;
	}
	if (most - least < 32) {
		static const ui_colour greys[] = {0, BRIGHT, WHITE, BRIGHT + WHITE};

		return greys[most / 64];
	}
	for (int i = 0; i < 3; i++)
		bits |= (unsigned)(part(rgb, i) * 2 > most) << i;
	return (ui_colour)(bits + (most >= 224 ? BRIGHT : 0));
}

static unsigned level_of(unsigned v)
{
	return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;
}

static unsigned distance(uint32_t a, uint32_t b)
{
	unsigned d = 0;

	for (int i = 0; i < 3; i++) {
		int one = (int)part(a, i) - (int)part(b, i);

		d += (unsigned)(one * one);
	}
	return d;
}

/* The nearest of the cube and of the greys; never of the first 16, which terminals have as they like. */
static ui_colour to_256(uint32_t rgb)
{
	unsigned mean = (part(rgb, 0) + part(rgb, 1) + part(rgb, 2)) / 3;
	ui_colour cube = (ui_colour)(CUBE + 36 * level_of(part(rgb, 0)) + 6 * level_of(part(rgb, 1)) + level_of(part(rgb, 2)));
	ui_colour grey = (ui_colour)(GREYS + (mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10));

	return distance(rgb, palette_rgb(grey)) < distance(rgb, palette_rgb(cube)) ? grey : cube;
}

ui_colour palette_fit(ui_colour c, enum palette p)
{
	if (c < CUBE || p == PALETTE_TRUE)
		return c;
	if (p == PALETTE_256)
		return c < COLOUR_RGB ? c : to_256(palette_rgb(c));
	return to_16(palette_rgb(c));
}

/* Black or white, whatever can be read on that background of the first 16. */
static ui_colour against(ui_colour bg)
{
	return bg % BRIGHT == WHITE || bg % BRIGHT == 3 || bg % BRIGHT == 6 || bg % BRIGHT == 2 ? 0 : WHITE;
}

static struct style to_8(struct style st)
{
	if (st.fg == BRIGHT) {
		st.fg = st.bg < 0 ? COLOUR_OWN : against(st.bg);
		st.dim = true;
	} else if (st.fg > BRIGHT) {
		st.fg -= BRIGHT;
		st.bold = true;
	}
	if (st.bg >= BRIGHT)
		st.bg -= BRIGHT;
	return st;
}

struct style palette_style(struct style st, enum palette p)
{
	struct style out = st;

	out.fg = palette_fit(st.fg, p);
	out.bg = palette_fit(st.bg, p);
	if (p == PALETTE_8)
		out = to_8(out);
	if (out.bg >= 0 && out.fg == out.bg && st.fg != st.bg)
		out.fg = against(out.bg);
	return out;
}

static bool same_attributes(struct style a, struct style b)
{
	return a.bold == b.bold && a.dim == b.dim && a.underline == b.underline && a.reverse == b.reverse;
}

static struct style matched_style(struct style st, struct style match)
{
	struct style out = st;

	out.bold |= match.bold;
	out.dim |= match.dim;
	out.underline |= match.underline;
	out.reverse |= match.reverse;
	if (!same_attributes(out, st) || !(match.bold || match.dim || match.underline || match.reverse))
		return out;
	/* it has all of that by itself, as the line of a racing write has in mono: it is turned round */
	out.reverse = !st.reverse;
	out.underline = true;
	return out;
}

struct style palette_overlay(struct style st, struct style match, bool matched, bool selected)
{
	struct style bare;

	if (matched)
		st = matched_style(st, match);
	if (!selected)
		return st;
	st.dim = false;
	bare = st;
	/* where a match is shown reversed, the selected one must still differ */
	if (matched && st.reverse)
		st.bold = st.underline = true;
	if (same_attributes(st, bare))
		st.reverse = !st.reverse;
	return st;
}
