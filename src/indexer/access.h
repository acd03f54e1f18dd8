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

/* Beside INDEX_… bits: as the first operand of assembly, or as another one. */
enum { ACCESS_FIRST = 1 << 8, ACCESS_OTHER = 1 << 9 };

/* INDEX_… and ACCESS_… bits for the expression of `f`; `function`: it names a function. */
unsigned access_of(const struct frame *f, int function);

/*
 * INDEX_… bits alone.  libclang does not tell which operands of assembly are outputs, only their order, in which outputs come first;
 * the macro around it (may be "") tells the rest: this_cpu_write(), this_cpu_xchg().
 */
unsigned access_settled(unsigned bits, const char *macro);

#endif
