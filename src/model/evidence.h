/*
 * What the agent's tools returned of the source: which lines of which files, and in which span (DESIGN §6).  One reader
 * for every tool (model/evidence_read.h); it turns results into lines, and everything else (Source, "not read", links)
 * asks here.
 */
#ifndef MODEL_EVIDENCE_H
#define MODEL_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "model/traj.h"

/* How a line came to be known, weakest first: a grep hit is not a reading of the file. */
enum evidence_kind { EVIDENCE_GREP, EVIDENCE_READ };

#define EVIDENCE_NO_SPAN UINT32_MAX

/* Numbers above are no lines of a file: whoever counts on from a line never comes round to 0. */
enum { EVIDENCE_LINE_MAX = 1 << 30 };

struct evidence_line {
	struct slice text; /* without line end; owned by the evidence */
	uint32_t line;     /* 1-based */
	uint32_t span;     /* index of the tool span that returned it first in its strongest kind: its text is the one kept */
	uint32_t other;    /* the first known tool span that returned another text for it; EVIDENCE_NO_SPAN: none did */
	enum evidence_kind kind;
};

/* Lines of a file that one tool span returned, one behind the other. */
struct evidence_range {
	uint32_t span;
	uint32_t first, last;
	enum evidence_kind kind;
};

struct evidence_file {
	struct slice path;
	const struct evidence_line *lines; /* in order of line numbers; gaps where nothing was returned */
	size_t n;
	const uint32_t *spans; /* the tool spans that returned some of it, by index, each once, in order */
	size_t nspans;
	const struct evidence_range *ranges; /* all that they returned, by span, then by line */
	size_t nranges;
	bool ranges_cut; /* there were more than EVIDENCE_RANGES of all files */
	bool whole; /* one result held the file from its first line to its end */
	bool read;  /* at least one line is EVIDENCE_READ */
	bool contradicted; /* results have different texts for at least one line: its `other` */
};

struct evidence;

/* Over `t`, which must outlive it; nothing is read yet. */
struct evidence *evidence_new(struct traj *t);
void evidence_free(struct evidence *ev);

/*
 * Read the tool spans that came, or were finished, since the last call; or only as many as their records hold about
 * `budget` bytes: true where there are more.
 */
void evidence_update(struct evidence *ev);
bool evidence_step(struct evidence *ev, size_t budget);

/*
 * The file that a report or a tool calls `path` ("./" in front does not matter); NULL where no result had a line of it.
 * Borrowed until the next evidence_update() or evidence_step().
 */
const struct evidence_file *evidence_file(const struct evidence *ev, struct slice path);

/* All files that results had lines of, by number, in the order in which they came; borrowed likewise. */
size_t evidence_files(const struct evidence *ev);
const struct evidence_file *evidence_at(const struct evidence *ev, size_t i);

/* The tool spans, by index, that returned where fields of structures lie; borrowed likewise. */
size_t evidence_layouts(const struct evidence *ev, const uint32_t **spans);

/* A line of it, or NULL. */
const struct evidence_line *evidence_line(const struct evidence_file *f, uint32_t line);

/*
 * The range of the tool call nearest behind span `span`, or in front of it, that returned that line; NULL: none did.  For `span`
 * itself ask evidence_range_of().
 */
const struct evidence_range *evidence_range_next(const struct evidence_file *f, uint32_t line, uint32_t span, bool back);
const struct evidence_range *evidence_range_of(const struct evidence_file *f, uint32_t span, uint32_t line); /* line 0: its first one */

/* The file number `i` of those that a tool span returned some of, in the order in which they came; NULL behind the last. */
const struct evidence_file *evidence_of_span(struct evidence *ev, uint32_t span, size_t i);

/* Did this tool span, by index, return some of it? */
bool evidence_from(const struct evidence_file *f, uint32_t span);

/* How many spans were looked at, by their indexes of now; and: was this one open then, and its results are still to be read? */
size_t evidence_next(const struct evidence *ev);
bool evidence_waits(const struct evidence *ev, size_t span);

/* Results that named source but whose form was not understood, or not to the end. */
size_t evidence_unread(const struct evidence *ev);

/* Comments of definitions: they are source, but codesearch-definition-comment does not say of which file. */
size_t evidence_unplaced(const struct evidence *ev);

/* Ranges kept, at most. */
#define EVIDENCE_RANGES ((size_t)1 << 20)

/* Bytes of text kept, at most; results past it are counted as unread. */
#define EVIDENCE_BYTES ((size_t)256 << 20)

#endif
