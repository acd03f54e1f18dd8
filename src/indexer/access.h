/* What an expression does to what it names, told by the expressions around it. */
#ifndef INDEXER_ACCESS_H
#define INDEXER_ACCESS_H

#include <clang-c/Index.h>

/* A node of the walk with those above it, and the how-manieth child of them it is. */
struct frame {
	const struct frame *up;
	CXCursor cursor;
	unsigned child;    /* its own number among the children of `up`, from 0 */
	unsigned children; /* so many of its own have been visited */
};

/* INDEX_… bits for the expression of `f`; `function`: it names a function. */
unsigned access_of(const struct frame *f, int function);

#endif
