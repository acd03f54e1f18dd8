#include "model/crash.h"

#include <stdlib.h>

const char *access_kind_name(enum access_kind k)
{
	static const char *const names[] = {
		[ACCESS_READ] = "read",
		[ACCESS_WRITE] = "write",
		[ACCESS_READ_WRITE] = "read-write",
		[ACCESS_ASSERT_NO_WRITES] = "assert no writes",
		[ACCESS_ASSERT_NO_ACCESSES] = "assert no accesses",
	};

	return names[k];
}

const char *access_mark_name(unsigned n)
{
	static const char *const names[] = {"marked", "reordered", "scoped"};

	return n < sizeof names / sizeof *names ? names[n] : NULL;
}

const char *crash_kind_name(enum crash_kind k)
{
	static const char *const names[CRASH_KINDS] = {
		"raw", "kcsan", "kasan", "kmsan", "kfence", "ubsan", "warning", "bug", "fault", "lockdep", "hang", "stall",
		"leak", "sleep", "panic",
	};

	return names[k];
}

void crash_free(struct crash *c)
{
	if (!c)
		return;
	arena_free(c->arena);
	free(c);
}

size_t crash_call_site(const struct access *a)
{
	size_t i = 0;

	while (i < a->nframes && a->frames[i].inlined)
		i++;
	/* a stack cut inside an inline chain has no real function: its first frame is all there is */
	return i < a->nframes || a->nframes == 0 ? i : 0;
}

size_t crash_nstacks(const struct crash *c)
{
	return c->naccesses ? c->naccesses : c->nstacks;
}

const struct frame *crash_frames(const struct crash *c, size_t stack, size_t *n)
{
	*n = c->naccesses ? c->access[stack].nframes : c->stacks[stack].nframes;
	return c->naccesses ? c->access[stack].frames : c->stacks[stack].frames;
}

size_t crash_site(const struct crash *c, size_t stack)
{
	if (c->naccesses)
		return crash_call_site(&c->access[stack]);
	return c->stacks[stack].guilty < c->stacks[stack].nframes ? c->stacks[stack].guilty : 0;
}

struct slice crash_release_commit(const struct crash *c)
{
	size_t at = slice_rfind(c->release, "-g"), end;

	if (at == SLICE_NONE)
		return (struct slice){0};
	for (end = at + 2; end < c->release.n; end++) {
		char ch = c->release.p[end];

		if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f')))
			break;
	}
	return end - at - 2 >= 7 ? slice_sub(c->release, at + 2, end) : (struct slice){0};
}

/* ---- places from elsewhere ---- */

static void put_places(struct crash *c, struct frame *to, const struct frame *f, const struct crash_places *p)
{
	for (size_t k = 0; k < p->n; k++) {
		to[k] = *f;
		to[k].file = arena_slice(c->arena, p->place[k].file);
		to[k].line = p->place[k].line;
		if (k + 1 == p->n) /* the function itself, as the report calls it */
			break;
		to[k].function = arena_slice(c->arena, p->place[k].function);
		to[k].inlined = true;
		to[k].has_offset = false;
		to[k].offset = to[k].length = 0;
	}
}

/* The frames of one stack, with places; `guilty` (may be NULL) stays the number of the same one. */
static void fill(struct crash *c, unsigned stack, struct frame **frames, size_t *nframes, size_t *guilty, const struct crash_places *all,
		 size_t n)
{
	size_t total = *nframes, at = 0, next = 0, was = guilty ? *guilty : 0;
	struct frame *made;

	for (size_t i = 0; i < n; i++)
		if (all[i].stack == stack && all[i].n > 1)
			total += all[i].n - 1;
	made = arena_alloc(c->arena, (total + 1) * sizeof *made);
	for (size_t i = 0; i < *nframes; i++) {
		while (next < n && (all[next].stack < stack || (all[next].stack == stack && all[next].frame < i)))
			next++;
		if (guilty && i == was)
			*guilty = at;
		if (next < n && all[next].stack == stack && all[next].frame == i && all[next].n) {
			put_places(c, &made[at], &(*frames)[i], &all[next]);
			at += all[next].n;
		} else {
			made[at++] = (*frames)[i];
		}
	}
	if (guilty && was >= *nframes)
		*guilty = at;
	*frames = made;
	*nframes = at;
}

void crash_give_places(struct crash *c, const struct crash_places *all, size_t n)
{
	for (unsigned a = 0; a < c->naccesses; a++)
		fill(c, a, &c->access[a].frames, &c->access[a].nframes, NULL, all, n);
	for (unsigned s = 0; c->naccesses == 0 && s < c->nstacks; s++)
		fill(c, s, &c->stacks[s].frames, &c->stacks[s].nframes, &c->stacks[s].guilty, all, n);
}

void crash_give_definition(struct crash *c, unsigned stack, size_t frame, struct slice file, uint32_t line)
{
	struct frame *f = c->naccesses ? &c->access[stack].frames[frame] : &c->stacks[stack].frames[frame];

	f->defined_in = arena_slice(c->arena, file);
	f->defined = line;
}
