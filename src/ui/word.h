/* Words of a text that name something in C. */
#ifndef UI_WORD_H
#define UI_WORD_H

#include "base/slice.h"

/* The identifier (letters, digits, underscores, no digit first) at byte `at` of `line`, else the next one; or empty. */
struct slice word_at(struct slice line, size_t at);

/*
 * The identifier that a line is most likely about: the first that a parenthesis follows and that is no word of C, else the first
 * that is none; or empty.
 */
struct slice word_of_line(struct slice line);

/* if, while, struct, …: a word of C, or of the kernel's C that names nothing of its own (u32, bool, inline). */
bool word_is_c(struct slice word);

#endif
