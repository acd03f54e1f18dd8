/*
 * Shared libraries that are loaded when they are first needed: those which few runs of the program need, and which bring so
 * many others that to bind them takes longer than all else that a start does.  Never unloaded.
 */
#ifndef BASE_LIBRARY_H
#define BASE_LIBRARY_H

#include <stddef.h>

#include "base/err.h"

/*
 * Load the first of `names` (ended by NULL) that is there, and put the addresses of `functions` into `at`: a struct of `n`
 * pointers to functions, in this order, which is left alone where one is missing.  -1, ERR_TOOL, with the loader's sentence.
 */
int library_load(const char *const *names, const char *const *functions, size_t n, void *at, struct err *e);

#endif
