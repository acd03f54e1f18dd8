/*
 * What is known of a kernel's C code: definitions, fields, references, found by verdict-index in files one by one and kept in
 * one SQLite file for each tree, commit and configuration.  It can always be made again, so it lies in the cache and is
 * written without waiting for the disk.  Several workers write to it, each a file in one transaction, while others read.
 */
#ifndef INDEX_INDEX_H
#define INDEX_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sha256.h"
#include "base/slice.h"

enum index_kind { INDEX_FUNCTION, INDEX_STRUCT, INDEX_UNION, INDEX_ENUM, INDEX_TYPEDEF, INDEX_VARIABLE, INDEX_FIELD, INDEX_MACRO };
enum { INDEX_KINDS = INDEX_MACRO + 1 };

/* As the tools name them: "function", "global_variable". */
const char *index_kind_name(enum index_kind k);

/* What an expression does to what it names: bits, because a macro may name its argument several times.  0: something else. */
enum { INDEX_READ = 1, INDEX_WRITE = 2, INDEX_ADDRESS = 4, INDEX_CALL = 8 };

/* Strings are borrowed from whoever fills it in; of a query, from its arena. */
struct index_def {
	int64_t id;
	enum index_kind kind;
	const char *name, *type; /* the type in C's words, of functions and variables; else "" */
	const char *file;        /* relative to its root */
	int root;                /* 0: the source tree, 1: the build tree */
	uint32_t first, last;    /* lines, from 1 */
	uint32_t doc_first, doc_last; /* of its comment, in the same file; 0: none */
	bool is_static;
};

struct index_field {
	const char *name; /* "" of an anonymous struct or union, whose members follow it */
	uint64_t offset, size; /* bits, from the beginning of the outermost struct; the size of a flexible array is 0 */
};

struct index_ref {
	enum index_kind kind;    /* of what is referred to */
	const char *name;        /* of it; of a field "struct::field" */
	unsigned access;         /* INDEX_… bits */
	const char *file;
	int root;
	uint32_t line, column;
	const char *macro;       /* that the expression is an argument of: "READ_ONCE"; "" where it is plain */
	enum index_kind in_kind; /* the definition around it */
	const char *in_name;
	uint32_t in_first, in_last;
};

struct index;

/*
 * Open the file `path`, which is made where it is not there, and remade where another version of this program made it.
 * `source` and `build` (may be NULL) are the directories that its paths are relative to.  NULL: ERR_TOOL.
 */
struct index *index_open(const char *path, const char *source, const char *build, struct err *e);
void index_close(struct index *x);

/*
 * From now on a file that was found as it was is not looked at again within `us` microseconds: twenty files of a kernel include
 * the same hundreds of headers.
 */
void index_trust(struct index *x, int64_t us);

/* Nothing of the directories ever changes: from now on no file is looked at. */
void index_fixed(struct index *x);

/* ---- writing: between index_begin() and index_end(), by verdict-index ---- */

int index_begin(struct index *x, struct err *e);
int index_end(struct index *x, bool ok, struct err *e); /* commits where `ok` */

/* What is known of `path` in the source tree, a .c file, is from other flags: forget it. */
int index_again(struct index *x, const char *path, struct err *e);

/*
 * The number of a file that is being read; `known`: its content was indexed with another file, and has not changed.  -1 as
 * number: an error.
 */
int64_t index_file(struct index *x, int root, const char *path, bool *known, struct err *e);

/* Definition `d` in file number `file`; returns its number, or -1. */
int64_t index_add_def(struct index *x, int64_t file, const struct index_def *d, struct err *e);

/* A macro of `name` in file number `file`, lines `first` to `last`. */
int index_add_macro(struct index *x, int64_t file, const char *name, uint32_t first, uint32_t last, struct err *e);

int index_add_field(struct index *x, int64_t def, unsigned at, const struct index_field *f, struct err *e);

/* `def`: the number of the definition around it; `home`: the file of the static definition meant, 0 where it is not static. */
int index_add_ref(struct index *x, int64_t file, int64_t def, int64_t home, const struct index_ref *r, struct err *e);

/* File number `file` includes `what`. */
int index_add_include(struct index *x, int64_t file, int64_t what, struct err *e);

/*
 * The file `path` of the source tree has been indexed, with what the `n` files (numbers) say; `why`: the first error in it, or
 * NULL.  Where a worker died there are no files, and it is only noted that it is not to be tried again.
 */
int index_done(struct index *x, const char *path, const int64_t *files, size_t n, const char *flags, const char *why, struct err *e);

/* ---- asking ---- */

enum index_state { INDEX_UNKNOWN, INDEX_WHOLE, INDEX_PARTLY /* it has errors */, INDEX_FAILED };

/*
 * Has `path` been indexed as a file of its own with these flags, and has nothing that it includes changed since?  What has
 * changed is forgotten.  `why` (may be NULL) gets the first error, in `a`.
 */
enum index_state index_state(struct index *x, const char *path, const char *flags, struct arena *a, const char **why);

/* The same as it was when it was indexed: what it includes, hundreds of files, is not looked at. */
enum index_state index_recorded(struct index *x, const char *path, const char *flags, struct arena *a, const char **why);

/*
 * Has `path` been seen, with another file or as one of its own, and is it, with all that it includes, as it was?  What is not is
 * forgotten.
 */
bool index_knows(struct index *x, const char *path);

/* Is `path` of the source tree itself as it was when it was seen?  If not, what it said is forgotten. */
bool index_stands(struct index *x, const char *path);

/*
 * A word for how all files are now that the index knows, and `files` of the source tree (ended by NULL): another one as soon as one
 * of them is changed, added or gone.
 */
void index_stamp(struct index *x, const char *const *files, char word[SHA256_HEX + 1]);

/* What was kept for a question, in `a`; false: nothing was. */
bool index_answer(struct index *x, struct arena *a, struct slice question, struct slice *text);
/* Keep it; where that fails, it is asked again. */
void index_keep_answer(struct index *x, struct slice question, struct slice text);

/* The definitions of that name, or in that file, in the order in which they were found.  -1: ERR_TOOL. */
int index_named(struct index *x, struct arena *a, struct slice name, struct index_def **defs, size_t *n, struct err *e);
int index_in_file(struct index *x, struct arena *a, struct slice path, struct index_def **defs, size_t *n, struct err *e);

/* The macros of that name that were defined where they were met, which the two above leave out: `id` is 0.  -1: ERR_TOOL. */
int index_macros(struct index *x, struct arena *a, struct slice name, struct index_def **macros, size_t *n, struct err *e);

/* Is `path`, below root `root`, among what is parsed with `context` of the source tree: with it, or with what includes it? */
bool index_sees(struct index *x, const char *context, int root, const char *path);

int index_fields(struct index *x, struct arena *a, int64_t def, struct index_field **fields, size_t *n, struct err *e);

/*
 * References to a name of a kind, by file and line.  `home`: the path of the file that holds the static definition meant, or
 * NULL for one that all files share.  `prefix`: only from files whose path begins so.  At most `max`; `more` says whether
 * there are others.
 */
int index_refs(struct index *x, struct arena *a, struct slice name, enum index_kind kind, const char *home, struct slice prefix,
	       size_t max, struct index_ref **refs, size_t *n, bool *more, struct err *e);

/*
 * What the fields are called, "struct::field", that line `line` of `path` in the source tree names as `field`, or any line of it where
 * `line` is 0: each once, `max` of them at most, in `a`.  -1: ERR_TOOL.
 */
int index_fields_at(struct index *x, struct arena *a, struct slice path, uint32_t line, struct slice field, const char **names, size_t max,
		    size_t *n, struct err *e);

#endif
