/*
 * Where functions begin and end in C source, found without a compiler: by the braces at the outermost level, with comments,
 * strings and preprocessor lines left out.  Good for kernel source; what fools it (a macro that opens a brace) makes one
 * function too long, not the rest of the file.
 */
#ifndef WORKSPACE_FUNCTION_H
#define WORKSPACE_FUNCTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/slice.h"

struct function {
	struct slice name;     /* part of the text; of one that a macro defines: "SYSCALL_DEFINE3(socket" */
	bool macro;
	uint32_t first, last;  /* lines, from that of its return type to that of its last brace; from 1 */
};

/* The function that `line` of `text` lies in, its head included; false where it lies in none.  Time is linear. */
bool function_at(struct slice text, uint32_t line, struct function *f);

/* Append "name()", "SYSCALL_DEFINE3(socket)". */
void function_name(struct buf *b, const struct function *f);

#endif
