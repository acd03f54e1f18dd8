#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*exhausted_hook)(void *arg);
static void *exhausted_arg;

void mem_on_exhausted(void (*hook)(void *arg), void *arg)
{
	exhausted_hook = hook;
	exhausted_arg = arg;
}

static _Noreturn void exhausted(void)
{
	static const char msg[] = "verdict: out of memory\n";
	void (*hook)(void *arg) = exhausted_hook;

	exhausted_hook = NULL; /* a second failure inside the hook must not recurse */
	if (hook)
		hook(exhausted_arg);
	if (write(STDERR_FILENO, msg, sizeof msg - 1) < 0)
		_exit(71);
	_exit(70);
}

void *xmalloc(size_t n)
{
	void *p = malloc(n ? n : 1);

	if (!p)
		exhausted();
	return p;
}

void *xcalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		exhausted();
	return p;
}

void *xrealloc(void *p, size_t n)
{
	p = realloc(p, n ? n : 1);
	if (!p)
		exhausted();
	return p;
}

void *xreallocarray(void *p, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		exhausted();
	return xrealloc(p, count * size);
}

char *xstrndup(const char *p, size_t n)
{
	char *s = xmalloc(n + 1);

	if (n)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

void *mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 8;

	if (need <= *cap)
		return p;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n * 2;
	p = xreallocarray(p, n, size);
	*cap = n;
	return p;
}
