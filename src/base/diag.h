/* Messages about data that was read all the same: level, place, text; collected, never printed here. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stddef.h>
#include <stdint.h>

enum diag_level { DIAG_NOTE, DIAG_WARNING, DIAG_ERROR };

struct diag {
	enum diag_level level;
	uint64_t line; /* 1-based; 0 where a line makes no sense */
	uint64_t byte; /* 0-based offset in the recording */
	char *text;    /* owned by the list */
};

/* A list with a ceiling: past DIAG_MAX messages only the count goes on. */
enum { DIAG_MAX = 200 };

struct diags {
	struct diag *d; /* owned */
	size_t n, cap;
	size_t dropped; /* messages past the ceiling */
};

void diags_release(struct diags *ds);
void diags_add(struct diags *ds, enum diag_level level, uint64_t line, uint64_t byte, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* Messages of `level` or worse, those past the ceiling included. */
size_t diags_count(const struct diags *ds, enum diag_level level);

#endif
