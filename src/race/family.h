/* What functions and macros of the kernel do to the memory that they are given: one table, by families of names. */
#ifndef RACE_FAMILY_H
#define RACE_FAMILY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { FAMILY_POINTER = 255 }; /* a size: that of a pointer, which is that of a long, too */

struct family {
	const char *args; /* a letter an argument, see family_letter() */
	uint8_t size;     /* bytes that are accessed, or FAMILY_POINTER; 0: not known */
	bool function;    /* no macro: what it accesses is accessed in lines of its own, which have frames of their own, inline or not */
};

/* False: nothing is known of the name. */
bool family_of(struct slice name, struct family *f);

/*
 * What is done to argument number `i`: 'r' reads it, 'w' writes it, 'm' does both; in capitals to what it points to.  'L': both, to
 * what it points to or to what that is linked with.  'v': reads it, and the value is that of the call.  'l': the call is an lvalue.
 * '.': as in an expression.  '-': it is not evaluated.
 */
char family_letter(const struct family *f, size_t i);

#endif
