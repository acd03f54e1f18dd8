/*
 * What is held at a point of a function: for each lock how often at least and at most, on all the ways that lead there.  Places are
 * numbers of tokens, from 1.
 */
#ifndef RACE_HELD_H
#define RACE_HELD_H

#include "race/lens.h"

enum { HELD_KEYS = 32 };

/* What makes it uncertain. */
enum held_why {
	HELD_SURE, HELD_ONE_WAY, HELD_RELEASED_ONE_WAY, HELD_MAY_FAIL, HELD_CONDITIONAL, HELD_OTHER_NAME, HELD_BY_NAME, HELD_MAYBE_RELEASED, HELD_ASSIGNED,
	HELD_IN_LINE, HELD_ELSEWHERE,
};

/* The locks that a function names. */
struct held_key {
	char name[LENS_NAME], by[48];
	unsigned family;
	enum lock_kind kind;
	bool nests, pointer;
	uint32_t untaken; /* the place that releases it where nothing of its kind was taken; 0: there is none */
	bool any; /* named by an assertion only, which does not tell what takes it */
};
struct held_keys {
	struct held_key k[HELD_KEYS];
	size_t n;
	bool full; /* there were more */
};

struct held_slot {
	int8_t lo, hi;     /* how often it was taken; 0: as at the beginning of the function, below: released without having been taken */
	bool moved;        /* what its name goes through was assigned since */
	bool asserted;     /* taken elsewhere, as the code says, on some way at least */
	bool taken;        /* taken here, on some way at least */
	bool off;          /* on every way the last that was done to it was to release it */
	uint8_t why;       /* enum held_why */
	uint32_t from, at; /* where it was taken, where it was released or became uncertain; places, 0: nowhere */
	uint32_t pause;    /* where it may have been released for a while since it was taken; 0: nowhere */
	uint32_t dip;      /* where it was released, on some way, without having been taken here: a caller held it; 0: nowhere */
};
struct held {
	bool live; /* some way leads here */
	struct held_slot k[HELD_KEYS];
};

/* What holds where two ways meet; true where `*a` is another than before. */
bool held_join(struct held *a, const struct held *b);

/* The number of a key, which is added where it is new; HELD_KEYS where there are too many. */
size_t held_key(struct held_keys *ks, const struct held_key *k);

/* Taken or released at a place; `may`: only perhaps. */
void held_take(const struct held_keys *ks, struct held *h, size_t k, uint32_t place, enum held_why may);
void held_drop(const struct held_keys *ks, struct held *h, size_t k, uint32_t place, enum held_why may);

/* It may be released there for a while. */
void held_pause(struct held *h, size_t k, uint32_t place);

/* The code says that it is held there. */
void held_assert(struct held *h, size_t k, uint32_t place);

/* A call of an unknown function, which may release any of them. */
void held_doubt(const struct held_keys *ks, struct held *h, uint32_t place, enum held_why why);

/* A variable is assigned; what was asserted before place `but` still names the same. */
void held_assigned(const struct held_keys *ks, struct held *h, struct slice name, uint32_t but);

/* Is anything else that is taken and released by the same functions held, perhaps? */
bool held_any(const struct held_keys *ks, const struct held *h, size_t k);

/* Half a sentence: why it is uncertain; `by` takes it, `line` is that of s->at. */
void held_words(const struct held_slot *s, const char *by, uint32_t line, char out[LENS_WHY]);

#endif
