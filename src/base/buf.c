#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void buf_release(struct buf *b)
{
	size_t max = b->max;

	free(b->p);
	buf_init(b, max);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->over = false;
	if (b->p)
		b->p[0] = '\0';
}

char *buf_room(struct buf *b, size_t n)
{
	size_t max = b->max ? b->max : BUF_MAX;

	if (b->over || n > max - b->n) {
		b->over = true;
		return NULL;
	}
	if (b->n + n + 1 > b->cap)
		b->p = mem_grow(b->p, &b->cap, b->n + n + 1, 1);
	return b->p + b->n;
}

void buf_wrote(struct buf *b, size_t n)
{
	b->n += n;
	b->p[b->n] = '\0';
}

int buf_add(struct buf *b, const void *p, size_t n)
{
	char *to = buf_room(b, n);

	if (!to)
		return -1;
	if (n)
		memcpy(to, p, n);
	buf_wrote(b, n);
	return 0;
}

int buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int buf_add_slice(struct buf *b, struct slice s)
{
	return buf_add(b, s.p, s.n);
}

int buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int buf_pad(struct buf *b, char c, size_t times)
{
	char *to = buf_room(b, times);

	if (!to)
		return -1;
	memset(to, c, times);
	buf_wrote(b, times);
	return 0;
}

int buf_addv(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char *to;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0 || !(to = buf_room(b, (size_t)n)))
		return -1;
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	buf_wrote(b, (size_t)n);
	return 0;
}

int buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = buf_addv(b, fmt, ap);
	va_end(ap);
	return rc;
}

void buf_cut(struct buf *b, size_t n)
{
	if (n < b->n) {
		b->n = n;
		b->p[n] = '\0';
	}
}

struct slice buf_slice(const struct buf *b)
{
	return (struct slice){b->p ? b->p : "", b->n};
}

const char *buf_str(const struct buf *b)
{
	return b->p ? b->p : "";
}

char *buf_detach(struct buf *b)
{
	char *p = b->p ? b->p : xstrdup("");
	size_t max = b->max;

	buf_init(b, max);
	return p;
}
