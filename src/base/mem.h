/* Memory that cannot be missing: allocation either succeeds or ends the program through one hook. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/*
 * Set the function that runs once when memory is exhausted, before the program ends with
 * status 70.  It must not allocate.  The screen uses it to restore the terminal and to save.
 */
void mem_on_exhausted(void (*hook)(void *arg), void *arg);

/* As malloc, calloc, realloc; never NULL, `n` of 0 is taken as 1.  Free with free(). */
void *xmalloc(size_t n);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *p, size_t n);

/* As xrealloc for `count` items of `size` bytes, with the product checked. */
void *xreallocarray(void *p, size_t count, size_t size);

/* Copy `n` bytes (or a whole C string) and end them with NUL.  Free with free(). */
char *xstrndup(const char *p, size_t n);
char *xstrdup(const char *s);

/*
 * Grow an array by doubling: make room for `need` items of `size` bytes where `*cap` are allocated.
 * Returns the array, perhaps moved, and updates `*cap`.
 */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size);

#endif
