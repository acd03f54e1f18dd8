/* One side of a race as the lens sees it: its functions from the access outwards, and what each holds. */
#ifndef APP_LENS_SIDE_H
#define APP_LENS_SIDE_H

#include "app/lens.h"
#include "app/lens_helper.h"

enum lens_text_state {
	LENS_UNSEEN,    /* not looked at yet */
	LENS_LOOKED,
	LENS_ENTRY,     /* assembler that leads in: it takes no locks */
	LENS_NO_PLACE,  /* the report has no file and line of it */
	LENS_NO_TEXT,   /* the line is not known */
	LENS_NO_HEAD,   /* where the function begins is not */
	LENS_MACRO,     /* the line is of a macro */
	LENS_OTHER,     /* the function there has another name */
	LENS_TOO_LONG,
	LENS_FOREIGN,   /* tools returned other source than the repository's, of which its text is */
	LENS_NO_CALL,   /* the repository's text is of another commit, and the line there calls another function */
};

struct lens_frame {
	const struct frame *f; /* of the crash */
	enum lens_text_state state;
	const char *lost;      /* LOOKED: why it was not understood; NULL: it was */
	struct lens_find *find; /* in the arena of the side */
	size_t n;
};

struct lens_side {
	const struct access *a;
	struct lens_frame *frame; /* in `arena` */
	size_t n, done;           /* frames; looked at */
	bool foreign;             /* listing_is_foreign() */
	bool asks;                /* it waits for what the next frame calls to be looked up */
	struct arena *arena;      /* owned */
	struct arena *text;       /* owned: of `listing` */
	struct listing *listing;  /* in it: of the file that was looked at last */
	struct slice path;        /* of it */
};

void lens_side_begin(struct lens_side *d, const struct access *a, bool foreign);
void lens_side_release(struct lens_side *d);

/* Look at the next frame; false where there is none. */
bool lens_side_step(struct lens_side *d, struct session *s, struct lens_helpers *h);

/* Why nothing is known of the frame, in words behind its name; NULL: it is. */
const char *lens_frame_why(const struct lens_frame *f);

/* "audit_receive"; of one without a name "a function". */
struct slice lens_frame_name(const struct lens_frame *f);

/*
 * What find `i` of frame `k` comes to at the access, as functions between may release it.  Half a sentence is added to `why` where that is
 * not certain, and where it is held, but not all the time: "f() at line 3 may release it for a while".
 */
enum lens_state lens_side_state(const struct lens_side *d, size_t k, size_t i, struct buf *why);

/* Are all functions known and understood, as far as they led to the access? */
bool lens_side_is_known(const struct lens_side *d);

/* How many are, and how many there are. */
size_t lens_side_known(const struct lens_side *d, size_t *of);

#endif
