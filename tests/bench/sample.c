#define _GNU_SOURCE /* kill, clock_gettime */
#include "tests/bench/sample.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "base/utf8.h"

enum { QUIT_MS = 3000, REST_MS = 300, FRAME_MS = 10, QUIET_MS = 25 };

void result_add(struct result *r, int64_t v)
{
	r->v = mem_grow(r->v, &r->cap, r->n + 1, sizeof *r->v);
	r->v[r->n++] = v;
}

void result_note(struct result *r, int64_t v)
{
	if (v < 0)
		r->failed = true;
	else
		result_add(r, v);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

void result_sort(struct result *r)
{
	if (r->n)
		qsort(r->v, r->n, sizeof *r->v, by_size);
}

void result_release(struct result *r)
{
	free(r->v);
	*r = (struct result){0};
}

int64_t percentile(const struct result *r, size_t percent)
{
	return r->v[(r->n * percent + 99) / 100 - 1];
}

int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void until_rest(struct pty *p)
{
	int64_t end = now_us() + (int64_t)TIMEOUT_MS * 1000, until;
	struct timespec was = {0}, is = {0};
	clockid_t cpu;

	if (clock_getcpuclockid(pty_pid(p), &cpu) != 0)
		return;
	do {
		was = is;
		for (until = now_us() + REST_MS * 1000; now_us() < until;)
			pty_pump(p, REST_MS);
		clock_gettime(cpu, &is);
	} while (now_us() < end && (is.tv_sec != was.tv_sec || is.tv_nsec - was.tv_nsec > 1000000));
}

bool until_settled(struct pty *p, int64_t start, int silent_ms, int64_t *painted, int64_t *settled)
{
	int64_t until = start + (int64_t)silent_ms * 1000, now;
	size_t n = pty_raw(p).n;
	bool gap = false;

	*painted = *settled = start;
	while ((now = now_us()) < until && pty_pump(p, (int)((until - now) / 1000) + 1)) {
		if (pty_raw(p).n == n)
			continue;
		n = pty_raw(p).n;
		now = now_us();
		gap |= *settled > start && now - *settled > FRAME_MS * 1000;
		*settled = now;
		if (!gap)
			*painted = now;
		until = now + (int64_t)QUIET_MS * 1000;
	}
	return *painted > start;
}

void hang_up(struct pty *p)
{
	int64_t end = now_us() + (int64_t)QUIT_MS * 1000;

	kill(pty_pid(p), SIGHUP);
	while (now_us() < end && pty_pump(p, QUIT_MS))
		;
	pty_kill(p);
}

void show_screen(struct pty *p, const char *what)
{
	struct buf b = BUF_INIT, safe = BUF_INIT;

	pty_screen_text(p, &b);
	utf8_escape(&safe, buf_slice(&b), true);
	fprintf(stderr, "bench: %s came no further than this:\n%s\n", what, buf_str(&safe));
	buf_release(&b);
	buf_release(&safe);
}
