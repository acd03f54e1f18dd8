/* An owned string of bytes that grows, up to a ceiling. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

/* The ceiling of a buffer that names none: 1 GiB. */
#define BUF_MAX ((size_t)1 << 30)

struct buf {
	char *p;    /* owned; NULL only before the first byte; always ended with NUL otherwise */
	size_t n;   /* bytes, without the NUL */
	size_t cap; /* bytes allocated */
	size_t max; /* ceiling in bytes; 0 is BUF_MAX */
	bool over;  /* something did not fit: nothing was added since, and the content is incomplete */
};

/* All zeroes is an empty buffer with the default ceiling; this one sets another. */
#define BUF_INIT ((struct buf){0})
void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* free the content; the buffer is empty and usable */
void buf_clear(struct buf *b);   /* forget the content, keep the memory */

/*
 * Add bytes.  0, or -1 with `over` set and nothing added where the ceiling would be passed; once `over`,
 * every further call is -1 too, so a caller may add many times and test `over` once.
 */
int buf_add(struct buf *b, const void *p, size_t n);
int buf_adds(struct buf *b, const char *s);
int buf_add_slice(struct buf *b, struct slice s);
int buf_addc(struct buf *b, char c);
int buf_pad(struct buf *b, char c, size_t times);
int buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int buf_addv(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Room for `n` more bytes at the end: where to write them, or NULL past the ceiling.  buf_wrote() counts them in. */
char *buf_room(struct buf *b, size_t n);
void buf_wrote(struct buf *b, size_t n);

/* Keep the first `n` bytes. */
void buf_cut(struct buf *b, size_t n);

/* The content, borrowed until the next change; as a C string, never NULL; handed out, to be freed by the caller. */
struct slice buf_slice(const struct buf *b);
const char *buf_str(const struct buf *b);
char *buf_detach(struct buf *b);

#endif
