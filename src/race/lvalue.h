/*
 * Which memory a line of C reads and writes, as far as its text tells: the candidates for the racing lvalue (DESIGN §6).  Types are
 * not known; so none is guessed where several fit.
 */
#ifndef RACE_LVALUE_H
#define RACE_LVALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { LVALUES_MAX = 24, LVALUE_MAX = 120 };

struct lvalue {
	char text[LVALUE_MAX]; /* without blanks: "p->stats.ripples"; of a long index only "[]" */
	char field[64];        /* the last member, or the name where it has none */
	bool read, write;
	bool pointer;          /* what it points to is used: it is as large as a pointer */
	bool plain;            /* a name alone: often a local variable */
	bool lent;             /* only its address is taken, for a function: that accesses it in lines of its own */
	bool linked;           /* or what it is linked with: a list's neighbours change with it */
	uint8_t size;          /* bytes, where what accesses it tells; FAMILY_POINTER; 0: not known */
};

/*
 * The lvalues of a statement or a part of one, in order; their number, at most `max`.  Declarators, labels, casts, sizeof and what is
 * called are none.
 */
size_t lvalue_find(struct slice code, struct lvalue *out, size_t max);

/*
 * Those that are more than lent, to the front; their number.  Where nothing else is left but names alone, which often are local, it is
 * `n`: the function may be a macro.
 */
size_t lvalue_drop_lent(struct lvalue *l, size_t n);

/* What the one lvalue is called that the code is; false: it is none, or too long. */
bool lvalue_name(struct slice code, struct lvalue *out);

/* Leave of its indexes only "[]". */
void lvalue_drop_indexes(struct lvalue *l);

/*
 * Of these the candidates for an access: of its direction (both: a read-modify-write), and no pointer where it had another size than
 * `pointer_size`; `current` and names in capitals are none.  Puts them to the front; their number.
 */
size_t lvalue_narrow(struct lvalue *l, size_t n, bool read, bool write, uint32_t size, uint32_t pointer_size);

#endif
