/*
 * The bytes that two accesses are to, drawn as rows of text: over the fields of a struct where its layout is known, else over bare
 * bytes.  Plain ASCII, at most PICTURE_COLS wide; letters tell the accesses apart, no colour.
 */
#ifndef RACE_PICTURE_H
#define RACE_PICTURE_H

#include "base/buf.h"
#include "race/members.h"

enum { PICTURE_COLS = 76 };

struct picture_access {
	char sign;        /* 'W', 'R', 'A' */
	uint64_t address;
	uint32_t size;    /* bytes */
};

struct picture {
	struct picture_access access[2];
	size_t n;                     /* how many there are */
	const struct members *members; /* NULL: none is known */
	struct slice name;            /* "struct pond" */
	uint64_t base;                /* with members: where the struct begins */
	bool changed;                 /* the value of the last access did, from `was` to `is`; at most 8 bytes */
	uint64_t was, is;
	bool big_endian;
};

enum picture_kind {
	PICTURE_HEAD,    /* what the columns are */
	PICTURE_TOUCHED, /* bytes of an access */
	PICTURE_BESIDE,  /* a field beside them, which neither touches */
	PICTURE_CHANGED, /* bytes of an access whose bits changed */
	PICTURE_NOTE,
};

typedef void picture_row(void *arg, enum picture_kind kind, struct slice text);

/* Do the accesses lie so near to each other that they can be drawn? */
bool picture_can(const struct picture *p);

/* Where access `i` begins: bytes from the beginning of the struct, else from the first byte of both. */
int64_t picture_offset(const struct picture *p, size_t i);

/* Draw, row by row; nothing where picture_can() is false. */
void picture_draw(const struct picture *p, picture_row *row, void *arg);

/* Add a sentence where the two accesses are not to the same bytes: which they share. */
void picture_shared(const struct picture *p, struct buf *out);

/* With members: add a sentence for an access that is not to one whole field. */
void picture_torn(const struct picture *p, struct buf *out);

#endif
