#include "model/claim_parts.h"

/* Places in the source that a text names: which file is meant, and who has the line. */

/* The file that all accesses are in; empty where there are several. */
static struct slice racing_file(const struct claim_check *k)
{
	struct slice file = {0};

	for (unsigned a = 0; a < k->crash->naccesses; a++) {
		const struct access *acc = &k->crash->access[a];

		if (acc->nframes == 0 || acc->frames[0].file.n == 0)
			continue;
		if (file.n && !slice_eq(file, acc->frames[0].file))
			return (struct slice){0};
		file = acc->frames[0].file;
	}
	return file;
}

/* Where the function is that a line is given for: by the report if it has that line, else by what tools returned. */
static struct slice file_of_function(struct claim_check *k, const struct claim *function, const struct claim *c)
{
	struct claim_answer a;
	struct claim_pieces p = {0};

	for (unsigned s = 0; s < crash_nstacks(k->crash); s++) {
		size_t n;
		const struct frame *f = crash_frames(k->crash, s, &n);

		for (size_t i = 0; i < n; i++)
			if (slice_eq(f[i].function, function->what) && f[i].line >= c->first && f[i].line <= c->last)
				return f[i].file;
	}
	claim_with_sign(&p, "", function->what, "(");
	if (!claim_found_in(k, &p, c, &a) || (a.state != CLAIM_PRESENT && a.state != CLAIM_NEVER_READ))
		a.path = (struct slice){0};
	buf_release(&p.s);
	return a.path;
}

struct slice claim_check_file(struct claim_check *k, const struct claim *c, const struct claim *near)
{
	struct slice racing = racing_file(k);

	if (!c->spoken_of)
		return c->file;
	if (near && (near->kind == CLAIM_FUNCTION || near->kind == CLAIM_CODE))
		return file_of_function(k, near, c);
	return racing.n && (c->file.n == 0 || claim_is_end_of(c->file, racing)) ? racing : (struct slice){0};
}

/* The first of the lines that a text has. */
static uint32_t line_in(const struct claim_text *t, const struct claim *c)
{
	for (size_t i = 0; i < t->n; i++)
		if (claim_is_stated(c, t->lines[i].line))
			return t->lines[i].line;
	return 0;
}

/* By the report; `file` is not empty. */
static bool place_in_report(const struct claim_check *k, const struct claim *c, struct slice file, struct claim_answer *out)
{
	for (unsigned a = 0; a < crash_nstacks(k->crash); a++) {
		size_t n;
		const struct frame *f = crash_frames(k->crash, a, &n);

		for (size_t i = 0; i < n; i++)
			if (claim_is_end_of(file, f[i].file) && claim_is_stated(c, f[i].line)) {
				*out = (struct claim_answer){CLAIM_NEVER_READ, f[i].file, f[i].line};
				return true;
			}
	}
	return false;
}

/* In one of the texts; `unread`: in those of the tree. */
static bool place_in_texts(const struct claim_check *k, const struct claim *c, struct slice file, bool unread, struct claim_answer *out)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct claim_text *t = &k->texts[i];
		uint32_t line = t->unread == unread && claim_is_end_of(file, t->path) ? line_in(t, c) : 0;

		if (line) {
			*out = (struct claim_answer){claim_state_in(t), t->path, line};
			return true;
		}
	}
	return false;
}

void claim_place_ask(struct claim_check *k, const struct claim *c, const struct claim *near, enum claim_tree tree, struct claim_answer *out)
{
	struct slice file = claim_check_file(k, c, near);

	if (file.n == 0 || place_in_texts(k, c, file, false, out) || place_in_report(k, c, file, out) ||
	    place_in_texts(k, c, file, true, out))
		return;
	for (size_t i = 0; i < k->n && c->first; i++) { /* behind the end of it? */
		const struct claim_text *t = &k->texts[i];

		if (claim_is_end_of(file, t->path) && t->whole && t->n && c->first > t->lines[t->n - 1].line) {
			*out = (struct claim_answer){CLAIM_ABSENT, t->path, t->lines[t->n - 1].line};
			return;
		}
	}
	if (tree == CLAIM_TREE_NAMELESS && !c->spoken_of && !c->proposed)
		out->state = CLAIM_ABSENT;
}
