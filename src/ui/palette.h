/* Colours, and what becomes of them on terminals that have fewer: arithmetic alone. */
#ifndef UI_PALETTE_H
#define UI_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

/* A colour: the terminal's own, a number of the palette of 256, or COLOUR_RGB + 0xRRGGBB. */
typedef int32_t ui_colour;
enum { COLOUR_OWN = -1, COLOUR_RGB = 0x1000000 };

struct style {
	bool set; /* false: as the fallback role */
	ui_colour fg, bg;
	bool bold, dim, underline, reverse;
};

enum palette { PALETTE_8, PALETTE_16, PALETTE_256, PALETTE_TRUE };

/* What a terminal with so many colours has; what lies between 256 and all of them is used as 8. */
enum palette palette_of(int colours);

/* 0xRRGGBB of a colour that is not the terminal's own; of the first 16 as xterm has them. */
uint32_t palette_rgb(ui_colour c);

/*
 * The colour that comes closest: of the first 16 in 8 and 16, of all numbers in 256.  PALETTE_TRUE leaves what it is given.
 * Between the first 16 it is the hue that counts: a dark red stays red.
 */
ui_colour palette_fit(ui_colour c, enum palette p);

/*
 * A style for that palette.  With 8 colours a bright foreground is a bold one, and a bright black is the terminal's own,
 * dim.  What could be told from its background still can.
 */
struct style palette_style(struct style st, enum palette p);

/*
 * Attributes of a cell that is a search's match (`match`: the style of one), or selected, or both.  A match differs from the
 * cell as it is without (where `match` has attributes), what is selected from what is not.
 */
struct style palette_overlay(struct style st, struct style match, bool matched, bool selected);

#endif
