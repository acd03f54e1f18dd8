/* One C file as libclang sees it, with what its walk shares.  Private to this folder. */
#ifndef INDEXER_UNIT_H
#define INDEXER_UNIT_H

#include <clang-c/Index.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "index/index.h"

struct confine;

/* A file that the unit consists of. */
struct source {
	CXFile file;    /* the key */
	int64_t id;     /* its number in the index; 0: it is in neither tree */
	bool visit;     /* what is in it is not indexed yet */
	bool header;
	const char *text; /* libclang's; NULL until it is asked for, which takes libclang long */
	size_t size;
};

/* Where a macro is expanded in a file: bytes [from, to). */
struct expansion {
	unsigned source;
	unsigned from, to, last_line;
	const char *name; /* in the arena */
};

struct unit {
	struct index *x;
	struct err *e;
	bool failed;             /* `e` says why */
	struct arena *a;
	CXTranslationUnit tu;
	const struct confine *may; /* borrowed; what may be read */
	const char *outside;     /* in the arena; what was read all the same; NULL: nothing */
	const char *root[2];     /* absolute, without links; [1] may be NULL */
	struct source *source;   /* owned */
	size_t nsources, sources_cap;
	unsigned *slot;          /* owned; hash table of numbers of sources + 1, by CXFile */
	size_t slots;
	struct expansion *expansion; /* owned; sorted by source and place */
	size_t nexpansions, expansions_cap;
	const char **macro;      /* owned, the names are in the arena; all that are defined, sorted; NULL until one is asked for */
	size_t nmacros, macros_cap;
};

/* A place in a file: of text in a macro's argument where that stands, of a macro's own text where the macro stands. */
struct place {
	unsigned source; /* number + 1; 0: none */
	unsigned line, column, offset;
};
struct place unit_place(struct unit *u, CXSourceLocation at);

struct source *unit_source(struct unit *u, struct place p); /* NULL: none */

/* What the files to be visited include, which macros they define, and where macros are expanded in them. */
void unit_expansions(struct unit *u);

/* The macro whose argument or text `p` is, the innermost one that does more than lead there; "" where there is none. */
const char *unit_macro(struct unit *u, struct place p);

/* Does a macro of that name only say what is likely, or complain?  What is done in it is as plain as outside. */
bool unit_says_nothing(const char *name);

/* Does a macro of that name only lead to a variable?  What is done to it the one around says: WRITE_ONCE(*this_cpu_ptr(&x), 1). */
bool unit_leads(const char *name);

/*
 * The innermost macro whose argument `p` is by the text of expansion `x`, which holds it; NULL: none but `x` itself.  One that only leads
 * there is put into `*way`, where that is empty, and passed over.
 */
const char *unit_nested(struct unit *u, const struct expansion *x, struct place p, const char **way);

/* The line on which a thing ends that ends at `p`, which may be a macro over several lines. */
unsigned unit_last_line(struct unit *u, struct place p);

/* A copy of a string of libclang's in the arena; the string is disposed of. */
const char *unit_string(struct unit *u, CXString s);

/* Index all that is in the files to be visited. */
void unit_walk(struct unit *u);

/* The fields of a struct or union that has just become definition number `def`. */
void unit_layout(struct unit *u, CXType type, int64_t def);

/* "struct::field" of a field; NULL where its struct has no name at all. */
const char *unit_field_name(struct unit *u, CXCursor field);

/* The name of a struct, union or enum, or of the typedef that it has its name from; NULL where it has none. */
const char *unit_record_name(struct unit *u, CXCursor record, bool *by_typedef);

#endif
