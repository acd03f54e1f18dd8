#include "ui/glyph.h"

#include "base/utf8.h"

static bool ascii;

static const char *const forms[GLYPHS][2] = {
#define GLYPH(sym, utf8, plain) {utf8, plain},
	UI_GLYPHS(GLYPH)
#undef GLYPH
};

const char *glyph(enum glyph g)
{
	return forms[g][ascii];
}

uint32_t glyph_cp(enum glyph g)
{
	uint32_t cp;

	utf8_decode(slice_str(glyph(g)), &cp);
	return cp;
}

void glyph_ascii(bool on)
{
	ascii = on;
}
