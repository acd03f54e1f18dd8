/*
 * What the codesearch tools share: having what a question is about indexed, finding the definition meant, and where there is no
 * index an approximation.  Their rules are those of syzkaller-workflow §4.4 and §4.5.
 */
#ifndef WORKSPACE_CODE_H
#define WORKSPACE_CODE_H

#include "base/json.h"
#include "workspace/indexing.h"
#include "workspace/naming.h"

enum { CODE_MS = 4 * 60000 }; /* after which no file is begun for a question */

struct code {
	const struct root *root;
	struct arena *a;
	bool exact;          /* there is an index; else all is approximate, and `why` says why */
	struct err why;
	struct indexing g;
	struct nearby near;  /* without a file in question */
	struct buf note;     /* sentences that the one who asks must know */
};

void code_open(struct code *c, const struct root *r);
void code_release(struct code *c);

/*
 * The clean path of a file of either tree, in the arena; NULL with the sentence of the reference where it is not there.
 * `text` (may be NULL) gets its content.
 */
const char *code_file(struct code *c, struct slice path, struct buf *text, struct err *e);

/* Have a file indexed: as one of its own, or a header with one that includes it.  -1: ERR_TOOL. */
int code_prepare(struct code *c, const char *file, struct err *e);

bool code_is_c(const char *file); /* a .c file, no header */

/* Note what limits what is known of a file that was prepared. */
void code_note_state(struct code *c, const char *file);

/* Of several files those that are not understood as they are. */
struct code_unparsed {
	const char **failed;     /* in `c->a`; of which nothing is known */
	size_t nfailed, npartly; /* npartly: in which there are errors */
	const char *why_failed, *partly, *why_partly; /* of the first of each; in `c->a`, or NULL */
};

/* The same for several files at once, as far as there is time; `left` gets how many there was none for, `un` those that are not understood. */
int code_prepare_all(struct code *c, const char *const *files, size_t n, size_t *left, struct code_unparsed *un, struct err *e);

/* Is `file`, which was prepared, one of which nothing is known?  It is added to `un` then. */
bool code_is_unparsed(struct code *c, const char *file, struct code_unparsed *un);

/* How much speaks for a definition, to a file in question. */
enum code_rank {
	CODE_OWN,   /* it is in that file */
	CODE_SEEN,  /* in one that it includes */
	CODE_OTHER,
	CODE_ODD,   /* of another architecture, of a program beside the kernel, or not compiled */
};
enum code_rank code_rank(struct code *c, const char *context, const struct index_def *d);
bool code_shared(const struct index_def *d); /* may other files mean it? */

/* Sort definitions of one name: those that `context` is likely to mean first. */
void code_order(struct code *c, const char *context, struct index_def *defs, size_t n);

/* Can `context` mean only the first of them, which are in order? */
bool code_is_sure(struct code *c, const char *context, const struct index_def *defs, size_t n);

/*
 * The definition that `name` means in `context` (clean, or NULL): one in that file; else one that it includes; else the last that
 * others can see; else any.  1: `d` is it; 0: there is none; -1: an error.  In a file that cannot be parsed it is looked for by text:
 * `d->id` is 0 then, and a note says so.  A macro, which has no `id` either, is found where the context sees it, or nothing else is.
 */
int code_find(struct code *c, const char *context, struct slice name, struct index_def *d, struct err *e);

/* The same of what the index knows already, without macros. */
int code_find_known(struct code *c, const char *context, struct slice name, struct index_def *d, struct err *e);

/*
 * All definitions of that name that were met, in `c->a`, the one that code_find() gives first; `sure`: in that context only it can be
 * meant.  -1 as of code_find().
 */
int code_find_all(struct code *c, const char *context, struct slice name, struct index_def **defs, size_t *n, bool *sure, struct err *e);

/*
 * A field that line Line of ContextFile names, or else some line of it: `name` becomes "struct::field", in `c->a`, where the index
 * leaves no choice; else it stays as it is.  -1: ERR_TOOL, or the file is not there.
 */
int code_field_at(struct code *c, struct slice args, struct slice *name, struct err *e);

/* The same only where that line itself names it, as a member alone. */
int code_member_at(struct code *c, struct slice args, struct slice *name, struct err *e);

/*
 * Where `field` of the struct or union `record`, as it is known in `context`, is declared: 1, `d` is that line; 0: that is not known.
 * -1 as of code_find().
 */
int code_find_field(struct code *c, const char *context, struct slice record, struct slice field, struct index_def *d, struct err *e);

/* naming_find(), whose answer is kept where the tree never changes: it reads all of it. */
int code_naming(struct code *c, enum naming_how how, const char *name, const char *prefix, size_t max, struct naming *out, struct err *e);

/* What `file` defines, as of index_in_file(). */
int code_in_file(struct code *c, const char *file, struct index_def **defs, size_t *n, struct err *e);

/* The context of a call: -1 where it is given and is no file.  NULL in `context`: none is given. */
int code_context(struct code *c, struct slice args, const char **context, struct err *e);

/* Append lines `first` to `last` of a file, numbered; a bound holds. */
int code_lines(struct code *c, const struct index_def *d, uint32_t first, uint32_t last, struct buf *out, struct err *e);

/* Add what must be known to the answer, which is an open object. */
void code_note(struct code *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void code_write_note(struct code *c, struct json_w *w);

/* "requested entity does not exist" */
int code_missing(struct err *e);

#endif
