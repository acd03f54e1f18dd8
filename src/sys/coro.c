#define _GNU_SOURCE /* MAP_STACK, getcontext */
#include "sys/coro.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "base/mem.h"

#if defined(__SANITIZE_ADDRESS__)
#define CORO_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CORO_ASAN 1
#endif
#endif
#ifdef CORO_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

enum {
	STACK = 256 * 1024,
	GUARD = 64 * 1024, /* a multiple of any page size in use */
};

struct coro {
	void (*fn)(struct coro *self, void *arg);
	void *arg;
	char *stack; /* GUARD + STACK bytes, mapped */
	ucontext_t outside, inside;
	bool returned;
#ifdef CORO_ASAN
	void *outside_fake, *inside_fake;
	const void *outside_bottom;
	size_t outside_size;
#endif
};

/*
 * As swapcontext(), which the address sanitizer replaces by one that prints a warning over the screen; what
 * it warns of is told to it by the calls around.
 */
static void switch_context(ucontext_t *from, const ucontext_t *to)
{
	volatile bool resumed = false;

	getcontext(from);
	if (!resumed) {
		resumed = true;
		setcontext(to);
	}
}

void coro_leave(struct coro *c)
{
#ifdef CORO_ASAN
	__sanitizer_start_switch_fiber(c->returned ? NULL : &c->inside_fake, c->outside_bottom,
				       c->outside_size);
#endif
	switch_context(&c->inside, &c->outside);
#ifdef CORO_ASAN
	__sanitizer_finish_switch_fiber(c->inside_fake, &c->outside_bottom, &c->outside_size);
#endif
}

/* The one that is entered for the first time: makecontext() hands over integers only. */
static struct coro *starting;

static void run(void)
{
	struct coro *c = starting;

#ifdef CORO_ASAN
	__sanitizer_finish_switch_fiber(NULL, &c->outside_bottom, &c->outside_size);
#endif
	c->fn(c, c->arg);
	c->returned = true;
	coro_leave(c);
}

bool coro_enter(struct coro *c)
{
	if (c->returned)
		return false;
	/*
	 * A context carries a signal mask: inside, nothing may be unblocked that the program blocks by now.
	 */
	sigprocmask(SIG_BLOCK, NULL, &c->inside.uc_sigmask);
	starting = c;
#ifdef CORO_ASAN
	__sanitizer_start_switch_fiber(&c->outside_fake, c->stack + GUARD, STACK);
#endif
	switch_context(&c->outside, &c->inside);
#ifdef CORO_ASAN
	__sanitizer_finish_switch_fiber(c->outside_fake, NULL, NULL);
#endif
	return !c->returned;
}

struct coro *coro_new(void (*fn)(struct coro *self, void *arg), void *arg, struct err *e)
{
	struct coro *c = xcalloc(1, sizeof *c);
	void *m = mmap(NULL, GUARD + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
		       -1, 0);

	c->fn = fn;
	c->arg = arg;
	c->stack = m == MAP_FAILED ? NULL : m;
	if (!c->stack || mprotect(m, GUARD, PROT_NONE) < 0 || getcontext(&c->inside) < 0) {
		err_sys(e, ERR_TOOL, errno, "cannot get a second stack");
		coro_free(c);
		return NULL;
	}
	c->inside.uc_stack.ss_sp = c->stack + GUARD;
	c->inside.uc_stack.ss_size = STACK;
	c->inside.uc_link = NULL;
	makecontext(&c->inside, run, 0);
	return c;
}

void coro_free(struct coro *c)
{
	if (!c)
		return;
	if (c->stack) {
#ifdef CORO_ASAN
		__asan_unpoison_memory_region(c->stack + GUARD, STACK);
#endif
		munmap(c->stack, GUARD + STACK);
	}
	free(c);
}
