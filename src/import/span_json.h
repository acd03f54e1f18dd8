/*
 * Span JSON: span records, events (start and finish) or merged spans (syzkaller-workflow §1.7), in one array or one a
 * line.
 */
#ifndef IMPORT_SPAN_JSON_H
#define IMPORT_SPAN_JSON_H

#include "import/import.h"

/* The parts of struct importer, for the array and for lines. */
bool span_json_sniff(struct slice head);
bool span_lines_sniff(struct slice head);
extern const struct import_slices span_json_slices, span_lines_slices;
extern const struct import_slices span_any_slices; /* one or the other, as the first byte will tell */

/* Where bodies come from: the bytes of a record in the blob, which it closes. */
extern const struct traj_source span_json_source;

/* Lines of which some hold a span record and others something else. */
struct span_lines_form {
	const char *format;
	/* Does the line hold one?  Then `*raw` is narrowed to it. */
	bool (*span)(struct slice *raw);
	void (*other)(void *ctx, struct slice raw, uint64_t at); /* take any other line, which begins at byte `at` */
	bool (*ended)(const void *ctx); /* will nothing come behind it? */
	int (*end)(void *ctx, struct err *e); /* nothing more will come; -1: ERR_INPUT, it is no recording */
	void (*free)(void *ctx);
};

/* The parts of struct import_slices for such a form; owns `ctx`. */
void *span_lines_begin(struct blob *b, struct run *r, const struct span_lines_form *form, void *ctx);
int span_lines_step(void *im, uint64_t upto, struct err *e);
uint64_t span_lines_place(const void *im);
void span_lines_tail(void *im);
bool span_lines_ended(void *im);
int span_lines_end(void *im, struct err *e);
void span_lines_free(void *im);

/* Ceilings: a longer record is skipped with a message; spans past the ceiling are left out with one. */
#define SPAN_RECORD_MAX ((uint64_t)256 << 20)
#define SPAN_COUNT_MAX ((size_t)16 << 20)

#endif
