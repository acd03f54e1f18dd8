/*
 * The memory that both accesses are to: over the fields of a struct, where declarations and a layout that tools returned tell which,
 * else over bare bytes (DESIGN §6).  Changed bits are of a field only by such a layout.
 */
#ifndef APP_RACE_LAYOUT_H
#define APP_RACE_LAYOUT_H

#include "app/session.h"
#include "race/picture.h"

struct race_layout {
	struct arena *arena;    /* owned */
	struct picture picture; /* its members are NULL where no layout fits */
	struct members members;
	uint32_t span;          /* with members: index of the tool's span that returned the layout; EVIDENCE_NO_SPAN: the reviewer asked for it */
	struct slice wanted;    /* "pond": a name of the race is a field of that struct, whose layout is not known; or empty */
	struct slice user;      /* with wanted: a file that knows the struct */
	bool contradicts;       /* the layout that there is cannot be of the kernel that crashed: `why` says so */
	struct slice why;       /* why there is no layout, or what is taken for granted: a sentence; or empty */
};

/* Look at the report's accesses; release with race_layout_release(). */
void race_layout_of(struct session *s, struct race_layout *out);
void race_layout_release(struct race_layout *l);

/* Is there more to say than that both accesses are to the same bytes? */
bool race_layout_says(const struct race_layout *l);

/* Add of which struct the picture is and where that begins; of bare bytes nothing. */
void race_layout_caption(const struct session *s, const struct race_layout *l, struct buf *out);

/* Add which fields changed, and how, where a layout tells that: a sentence, or nothing. */
void race_layout_changed(struct session *s, struct buf *out);

/* Add what is to be known beside it, as sentences; perhaps nothing. */
void race_layout_words(struct session *s, const struct race_layout *l, struct buf *out);

#endif
