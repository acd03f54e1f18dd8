/* One line of a stack, in any of the forms that the kernel, its scripts and people print. */
#ifndef REPORT_FRAME_H
#define REPORT_FRAME_H

#include "base/slice.h"
#include "model/crash.h"

enum frame_form {
	FRAME_NONE,
	FRAME_OFFSET,  /* f+0x1a/0x40 [mod] net/core/dev.c:12 */
	FRAME_INLINE,  /* f net/core/dev.c:9 [inline] */
	FRAME_DECODED, /* f (net/core/dev.c:12 include/linux/x.h:9) mod: its places are still to be taken */
	FRAME_PLACE,   /* f net/core/dev.c:12 */
	FRAME_AT,      /* f at mm/memory.c:12 */
	FRAME_BY,      /* (inlined by) f at mm/memory.c:12 */
	FRAME_ADDRESS, /* 0xeedc7805 */
	FRAME_BARE,    /* f, or f [mod] */
	FRAME_TAIL,    /* net/core/dev.c:12 or [inline] alone: the end of a line that was wrapped */
};

struct frame_line {
	enum frame_form form;
	struct frame f;      /* its text is the whole of what was parsed */
	struct slice places; /* DECODED: what follows the parenthesis; its end may be on a later line */
};

/* Parse a line without prefix.  FRAME_NONE where it is none of these. */
enum frame_form frame_parse(struct slice s, struct frame_line *fl);

/*
 * Take the next place from the list of a DECODED line.  1: a place; 0: the line ended, the list goes on with
 * the next one; -1: the list was closed (a module after it is in `*module`) or what follows is no place.
 */
int frame_next_place(struct slice *places, struct slice *file, uint32_t *line, struct slice *module);

/*
 * Could this frame stand anywhere (a name with an offset, an inline, a decoded line), or only directly among
 * others?
 */
bool frame_is_strong(enum frame_form form);

#endif
