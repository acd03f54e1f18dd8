#include "model/claim_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clex.h"
#include "base/mem.h"

enum {
	TEXT_MAX = 4 << 20,   /* bytes of source that are searched; behind them all is undecided */
	CALLS_MAX = 300,      /* calls before a claim that are looked at: the last ones */
	PIECES = 64,          /* of a quote that leaves things out */
	PIECE_SPAN = 64 << 10, /* bytes of source in which all its pieces lie */
	STEP_LINES = 2000,
	GAP = '\f',           /* between lines that do not follow each other: in no quote */
};

/* A file without comments and blanks but those that part two words. */
struct text {
	const struct evidence_file *file;
	struct buf s;
	struct line_start {
		uint32_t at, line;
	} *lines; /* owned: where each line begins */
	size_t n, cap;
	bool whole; /* all of the file */
};

struct claim_check {
	const struct crash *crash;
	struct traj *traj;
	struct text *texts; /* owned */
	size_t n, filled;   /* of these, texts that are complete */
	size_t next;        /* line of the next one */
	struct clex lexer;
	uint32_t before;    /* number of the line before */
	size_t bytes;
	bool (*shows)(void *arg, const struct evidence_line *l);
	void *arg;
	bool cut; /* there was more than TEXT_MAX */
};

const char *claim_state_name(enum claim_state s)
{
	static const char *const names[CLAIM_STATES] = {
		[CLAIM_ABSENT] = "absent", [CLAIM_NO_CALL] = "no such call", [CLAIM_ELSEWHERE] = "elsewhere",
		[CLAIM_NEVER_READ] = "never read", [CLAIM_UNDECIDED] = "undecided", [CLAIM_PRESENT] = "present",
	};

	return names[s];
}

/* ---- texts ---- */

/* Add code without its comments and blanks; one stays where two words would become one. */
static void add_code(struct buf *b, struct slice code)
{
	bool blank = true;

	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			blank = true;
			continue;
		}
		if (blank && b->n && clex_is_ident(b->p[b->n - 1]) && clex_is_ident(c))
			buf_addc(b, ' ');
		blank = false;
		buf_addc(b, c);
	}
}

static void add_line(struct buf *b, struct clex *c, struct slice line)
{
	struct clex_piece p = {0};
	struct buf code = BUF_INIT;

	buf_addc(&code, ' ');
	while (clex_next(c, line, &p))
		if (p.class == CLEX_COMMENT)
			buf_addc(&code, ' ');
		else
			buf_add_slice(&code, slice_sub(line, p.from, p.to));
	add_code(b, buf_slice(&code));
	buf_release(&code);
}

static void take_line(struct claim_check *k, struct text *t, const struct evidence_line *l)
{
	if (k->shows && !k->shows(k->arg, l)) {
		t->whole = false;
		return;
	}
	if (l->line != k->before + 1) {
		buf_addc(&t->s, GAP);
		k->lexer = (struct clex){0};
	}
	k->before = l->line;
	t->lines = mem_grow(t->lines, &t->cap, t->n + 1, sizeof *t->lines);
	t->lines[t->n++] = (struct line_start){(uint32_t)t->s.n, l->line};
	add_line(&t->s, &k->lexer, l->text);
}

bool claim_check_step(struct claim_check *k)
{
	for (size_t i = 0; i < STEP_LINES && k->filled < k->n && !k->cut; i++) {
		struct text *t = &k->texts[k->filled];

		if (k->next < t->file->n) {
			take_line(k, t, &t->file->lines[k->next++]);
			continue;
		}
		k->bytes += t->s.n;
		k->cut = k->bytes > TEXT_MAX;
		k->filled++;
		k->next = k->before = 0;
		k->lexer = (struct clex){0};
	}
	return k->filled < k->n && !k->cut;
}

struct claim_check *claim_check_new(const struct evidence *ev, const struct crash *c, struct traj *t,
				    bool (*shows)(void *arg, const struct evidence_line *l), void *arg)
{
	struct claim_check *k = xcalloc(1, sizeof *k);

	*k = (struct claim_check){.crash = c, .traj = t, .shows = shows, .arg = arg, .n = evidence_files(ev)};
	k->texts = xcalloc(k->n + 1, sizeof *k->texts);
	for (size_t i = 0; i < k->n; i++) {
		k->texts[i].file = evidence_at(ev, i);
		k->texts[i].whole = k->texts[i].file->whole;
	}
	return k;
}

void claim_check_free(struct claim_check *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->n; i++) {
		buf_release(&k->texts[i].s);
		free(k->texts[i].lines);
	}
	free(k->texts);
	free(k);
}

/* The line that byte `at` lies in. */
static uint32_t line_at(const struct text *t, size_t at)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->lines[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? t->lines[lo - 1].line : 0;
}

/* `piece`, where it neither begins nor ends in the middle of a word, at or after byte `from`. */
static size_t find_piece(struct slice s, struct slice piece, size_t from)
{
	char *needle = xstrndup(piece.p, piece.n);
	size_t at = from;

	while ((at = slice_find(s, needle, at)) != SLICE_NONE) {
		bool begins = at == 0 || !clex_is_ident(s.p[at - 1]) || !clex_is_ident(piece.p[0]);
		bool ends = at + piece.n >= s.n || !clex_is_ident(s.p[at + piece.n]) || !clex_is_ident(piece.p[piece.n - 1]);

		if (begins && ends)
			break;
		at++;
	}
	free(needle);
	return at;
}

/* A path may lack the folders in front. */
static bool is_end_of(struct slice asked, struct slice path)
{
	return slice_eq(asked, path) || (asked.n < path.n && path.p[path.n - asked.n - 1] == '/' &&
					 slice_eq(asked, slice_sub(path, path.n - asked.n, path.n)));
}

/* ---- quotes ---- */

struct pieces {
	struct buf s;
	size_t end[PIECES]; /* of each, in `s` */
	size_t n;
};

static struct slice piece(const struct pieces *p, size_t i)
{
	return slice_sub(buf_slice(&p->s), i ? p->end[i - 1] : 0, p->end[i]);
}

static void end_piece(struct pieces *p)
{
	size_t from = p->n ? p->end[p->n - 1] : 0;

	if (p->n == PIECES || p->s.n == from)
		return;
	if (claim_has_name(slice_sub(buf_slice(&p->s), from, p->s.n)))
		p->end[p->n++] = p->s.n;
	else
		buf_cut(&p->s, from); /* a brace alone says nothing */
}

/* What a quote leaves out: "...", "…", also as a comment.  `*n`: its bytes. */
static bool is_elision(struct slice s, size_t at, size_t *n)
{
	struct slice rest = slice_sub(s, at, s.n);

	*n = slice_starts(rest, "...") || slice_starts(rest, "…") ? 3 : 0;
	return *n > 0;
}

/* Its pieces without comments and blanks. */
static void cut_up(struct slice code, struct pieces *p)
{
	struct slice rest = code, line;
	struct clex c = {0};

	while (slice_line(&rest, &line)) {
		struct clex_piece part = {0};
		struct buf kept = BUF_INIT;

		buf_addc(&kept, ' ');
		while (clex_next(&c, line, &part)) {
			struct slice s = slice_sub(line, part.from, part.to);
			size_t n, done = 0;

			for (size_t i = 0; i < s.n; i++) {
				if (!is_elision(s, i, &n))
					continue;
				if (part.class != CLEX_COMMENT)
					buf_add_slice(&kept, slice_sub(s, done, i));
				add_code(&p->s, buf_slice(&kept));
				buf_clear(&kept);
				buf_addc(&kept, ' ');
				end_piece(p);
				done = i + n;
				i = done - 1;
			}
			if (part.class != CLEX_COMMENT)
				buf_add_slice(&kept, slice_sub(s, done, s.n));
			else
				buf_addc(&kept, ' ');
		}
		add_code(&p->s, buf_slice(&kept));
		buf_release(&kept);
	}
	end_piece(p);
}

/* All pieces in this order, near to each other, from byte `from` on: where the first is; SLICE_NONE: not so. */
static size_t find_pieces(const struct text *t, const struct pieces *p, size_t from)
{
	struct slice s = buf_slice(&t->s);
	size_t at;

	while ((at = find_piece(s, piece(p, 0), from)) != SLICE_NONE) {
		size_t end = at + piece(p, 0).n, i = 1, next = end;

		for (; i < p->n; i++) {
			next = find_piece(s, piece(p, i), end);
			if (next == SLICE_NONE) /* nor is it behind any later one */
				return SLICE_NONE;
			if (next - at >= PIECE_SPAN)
				break;
			end = next + piece(p, i).n;
		}
		if (i == p->n)
			return at;
		from = next - PIECE_SPAN > at ? next - PIECE_SPAN + 1 : at + 1;
	}
	return SLICE_NONE;
}

/* Where it is; of several places one between lines `first` and `last` of `file`, if they are given and one is there. */
static bool found_in(struct claim_check *k, const struct pieces *p, const struct claim *stated, struct claim_answer *out)
{
	bool found = false;

	for (size_t i = 0; i < k->n; i++) {
		const struct text *t = &k->texts[i];
		bool named = stated && (stated->file.n == 0 || is_end_of(stated->file, t->file->path));

		for (size_t at = find_pieces(t, p, 0); at != SLICE_NONE; at = find_pieces(t, p, at + 1)) {
			uint32_t line = line_at(t, at);
			bool there = named && line >= stated->first && line <= stated->last;

			if (!found || there)
				*out = (struct claim_answer){!stated || there ? CLAIM_PRESENT : CLAIM_ELSEWHERE, t->file->path, line};
			found = true;
			if (!stated || there)
				return true;
			if (!named)
				break;
		}
	}
	return found;
}

/* Is a file known whole, and does every name of the quote stand in it?  Then the quote is about it. */
static bool is_about(const struct text *t, struct slice code)
{
	for (size_t at = 0; at < code.n;) {
		size_t end = at;
		struct slice w;

		while (end < code.n && clex_is_ident(code.p[end]))
			end++;
		w = slice_sub(code, at, end);
		at = end + (end == at);
		if (w.n && claim_has_name(w) && find_piece(buf_slice(&t->s), w, 0) == SLICE_NONE)
			return false;
	}
	return t->whole;
}

/* ---- the report ---- */

static bool in_report(const struct claim_check *k, struct slice function, struct claim_answer *out)
{
	for (unsigned a = 0; a < crash_nstacks(k->crash); a++) {
		size_t n;
		const struct frame *f = crash_frames(k->crash, a, &n);

		for (size_t i = 0; i < n; i++)
			if (slice_eq(f[i].function, function)) {
				*out = (struct claim_answer){CLAIM_NEVER_READ, f[i].file, f[i].line};
				return true;
			}
	}
	return false;
}

static const struct text *text_of(const struct claim_check *k, struct slice file)
{
	for (size_t i = 0; i < k->n; i++)
		if (is_end_of(file, k->texts[i].file->path) && k->texts[i].n)
			return &k->texts[i];
	return NULL;
}

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

/* ---- each kind ---- */

static void with_sign(struct pieces *p, const char *before, struct slice name, const char *behind)
{
	buf_clear(&p->s);
	buf_addf(&p->s, "%s%.*s%s", before, (int)name.n, name.p, behind);
	p->n = 1;
	p->end[0] = p->s.n;
}

/* Where the function is that a line is given for: by the report if it has that line, else by what tools returned. */
static struct slice file_of_function(struct claim_check *k, const struct claim *function, const struct claim *c)
{
	struct claim_answer a;
	struct pieces p = {0};

	for (unsigned s = 0; s < crash_nstacks(k->crash); s++) {
		size_t n;
		const struct frame *f = crash_frames(k->crash, s, &n);

		for (size_t i = 0; i < n; i++)
			if (slice_eq(f[i].function, function->what) && f[i].line >= c->first && f[i].line <= c->last)
				return f[i].file;
	}
	with_sign(&p, "", function->what, "(");
	if (!found_in(k, &p, c, &a) || a.state != CLAIM_PRESENT)
		a.path = (struct slice){0};
	buf_release(&p.s);
	return a.path;
}

/* The file that is meant; empty where that is not certain. */
static struct slice file_of(struct claim_check *k, const struct claim *c, const struct claim *near)
{
	struct slice racing = racing_file(k);

	if (!c->spoken_of)
		return c->file;
	if (near && (near->kind == CLAIM_FUNCTION || near->kind == CLAIM_CODE))
		return file_of_function(k, near, c);
	return racing.n && (c->file.n == 0 || is_end_of(c->file, racing)) ? racing : (struct slice){0};
}

static void ask_place(struct claim_check *k, const struct claim *c, const struct claim *near, struct claim_answer *out)
{
	struct slice file = file_of(k, c, near);
	const struct text *t = file.n ? text_of(k, file) : NULL;

	for (size_t i = 0; t && i < t->n; i++)
		if (!c->first || (t->lines[i].line >= c->first && t->lines[i].line <= c->last)) {
			*out = (struct claim_answer){CLAIM_PRESENT, t->file->path, t->lines[i].line};
			return;
		}
	if (t && t->whole && t->n && c->first > t->lines[t->n - 1].line) {
		*out = (struct claim_answer){CLAIM_ABSENT, t->file->path, t->lines[t->n - 1].line};
		return;
	}
	for (unsigned a = 0; file.n && a < crash_nstacks(k->crash); a++) {
		size_t n;
		const struct frame *f = crash_frames(k->crash, a, &n);

		for (size_t i = 0; i < n; i++)
			if (is_end_of(file, f[i].file) && (!c->first || (f[i].line >= c->first && f[i].line <= c->last))) {
				*out = (struct claim_answer){CLAIM_NEVER_READ, f[i].file, f[i].line};
				return;
			}
	}
}

static void ask_function(struct claim_check *k, const struct claim *c, struct claim_answer *out)
{
	struct pieces p = {0};

	with_sign(&p, "", c->what, "(");
	if (!found_in(k, &p, NULL, out))
		in_report(k, c->what, out);
	buf_release(&p.s);
}

static void ask_field(struct claim_check *k, const struct claim *c, struct claim_answer *out)
{
	static const char *const signs[] = {".", "->"};
	struct pieces p = {0};
	bool found = false;

	for (size_t i = 0; i < sizeof signs / sizeof *signs && !found; i++) {
		with_sign(&p, signs[i], c->what, "");
		found = found_in(k, &p, NULL, out);
	}
	buf_release(&p.s);
}

static void ask_code(struct claim_check *k, const struct claim *c, const struct claim *stated, struct claim_answer *out)
{
	struct pieces p = {0};
	bool name = true;

	cut_up(c->what, &p);
	for (size_t i = 0; i < c->what.n; i++)
		name &= clex_is_ident(c->what.p[i]);
	if (p.n && !found_in(k, &p, name ? NULL : stated, out)) {
		if (name)
			in_report(k, c->what, out);
		else if (!c->proposed && !k->cut)
			for (size_t i = 0; i < k->n && out->state == CLAIM_UNDECIDED; i++)
				if (is_about(&k->texts[i], c->what))
					*out = (struct claim_answer){CLAIM_ABSENT, k->texts[i].file->path, 0};
	}
	buf_release(&p.s);
}

/* ---- what it says that it did ---- */

/* Is there a call before span `by` whose arguments hold it?  `cut`: there were more calls than are looked at. */
static bool was_asked_for(struct claim_check *k, struct slice what, size_t by, bool *cut)
{
	size_t i = by < traj_count(k->traj) ? by : traj_count(k->traj), calls = 0;
	char *needle = xstrndup(what.p, what.n);
	bool found = false;

	for (; i-- > 0 && !found && calls < CALLS_MAX;) {
		struct slice args;

		if (traj_span(k->traj, i)->type != SPAN_TOOL || slice_is(traj_name(k->traj, i), "set-results"))
			continue;
		calls++;
		if (traj_field(k->traj, i, FIELD_ARGS, &args, NULL) > 0 || traj_field(k->traj, i, FIELD_ARGS_RAW, &args, NULL) > 0)
			found = slice_find(args, needle, 0) != SLICE_NONE;
		traj_release_bodies(k->traj);
	}
	free(needle);
	*cut = calls == CALLS_MAX && !found;
	return found;
}

static void ask_deed(struct claim_check *k, const struct claim *c, size_t by, struct claim_answer *out)
{
	struct slice name = slice_ends(c->what, "()") ? slice_sub(c->what, 0, c->what.n - 2) : c->what;
	struct claim_answer seen = {.state = CLAIM_UNDECIDED};
	struct claim code = {.kind = CLAIM_CODE, .what = name, .proposed = true};

	bool cut;

	if (was_asked_for(k, name, by, &cut)) {
		out->state = CLAIM_PRESENT;
		return;
	}
	ask_code(k, &code, NULL, &seen);
	/* what stands in text that was returned can have been checked there */
	if (c->kind == CLAIM_SEARCHED || seen.state != CLAIM_PRESENT)
		out->state = k->cut || cut ? CLAIM_UNDECIDED : CLAIM_NO_CALL;
	else
		out->path = seen.path, out->line = seen.line;
}

void claim_check_ask(struct claim_check *k, const struct claim *c, const struct claim *beside, size_t by, struct claim_answer *out)
{
	*out = (struct claim_answer){.state = CLAIM_UNDECIDED};
	switch (c->kind) {
	case CLAIM_PLACE:
		ask_place(k, c, beside, out);
		break;
	case CLAIM_FUNCTION:
		ask_function(k, c, out);
		break;
	case CLAIM_FIELD:
		ask_field(k, c, out);
		break;
	case CLAIM_CODE:
		ask_code(k, c, beside, out);
		break;
	default:
		ask_deed(k, c, by, out);
	}
}
