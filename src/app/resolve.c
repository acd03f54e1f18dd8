#include "app/resolve.h"

#include <string.h>

#include "app/kernel.h"
#include "base/clex.h"
#include "sys/loop.h"

/* Lines that are looked at between two looks at the clock. */
enum { LINES = 512 };

/* ---- files ---- */

/* Is one of the paths the end of the other, from a directory on? */
static bool is_end(struct slice end, struct slice path)
{
	if (end.n == 0 || end.n > path.n || !slice_eq(slice_sub(path, path.n - end.n, path.n), end))
		return false;
	return end.n == path.n || path.p[path.n - end.n - 1] == '/';
}

/* A bare name of a tool's file does not stand for a path with directories that nobody returned. */
static bool fits(struct slice asked, struct slice known)
{
	return is_end(asked, known) || (slice_chr(known, '/', 0) != SLICE_NONE && is_end(known, asked));
}

static void take_evidence(struct target *t, const struct evidence_file *f, uint32_t line)
{
	*t = (struct target){.found = true, .path = f->path, .line = line ? line : f->n ? f->lines[0].line : 1, .others = t->others};
}

static void in_evidence(const struct session *s, struct slice path, uint32_t line, struct target *t)
{
	const struct evidence_file *f = session_file(s, path);
	bool has_line = false;

	if (f) {
		take_evidence(t, f, line);
		return;
	}
	for (size_t i = 0; i < evidence_files(s->evidence); i++) {
		bool has;

		f = evidence_at(s->evidence, i);
		if (!fits(path, f->path) || !session_file(s, f->path))
			continue;
		has = line && session_line(s, f->path, line);
		if (t->found)
			t->others++;
		if (!t->found || (has && !has_line))
			take_evidence(t, f, line);
		has_line |= has;
	}
}

static void in_frames(const struct session *s, struct slice path, uint32_t line, struct target *t)
{
	const struct crash *c = s->run->crash;

	for (unsigned a = 0; a < crash_nstacks(c) && !t->found; a++) {
		size_t n;
		const struct frame *f = crash_frames(c, a, &n);

		for (size_t i = 0; i < n && !t->found; i++)
			if (f[i].file.n && (!line || f[i].line == line) && fits(path, f[i].file))
				*t = (struct target){.found = true, .path = f[i].file, .line = f[i].line, .frame = true, .stack = a,
						     .index = i};
	}
}

/* What nobody returned may be in the repository, if one is named: who goes there is told when it is not. */
static bool is_in_repository(const struct session *s, struct slice path)
{
	struct err e;

	return slice_chr(path, '/', 0) != SLICE_NONE && kernel_repo(s->app ? s->app->kernel : NULL, &e);
}

struct target resolve_file(const struct session *s, struct slice path, uint32_t line)
{
	struct target t = {0};

	in_evidence(s, path, line, &t);
	if (t.found && !line) { /* where the report is in it, before its first line */
		struct target in = {0};

		in_frames(s, t.path, 0, &in);
		t.line = in.found && in.line ? in.line : t.line;
	}
	if (!t.found)
		in_frames(s, path, line, &t);
	if (!t.found && line) { /* another line of a file that the report knows */
		in_frames(s, path, 0, &t);
		t.line = line;
		t.frame = false;
	}
	if (!t.found && is_in_repository(s, path))
		t = (struct target){.found = true, .path = path, .line = line ? line : 1};
	return t;
}

/* ---- functions ---- */

/* Words of a type alone: identifiers, blanks and asterisks from the first column on, or the "}" of a structure. */
static bool is_type(struct slice s)
{
	if (s.n && s.p[0] == '}')
		s = slice_sub(s, 1, s.n);
	else if (s.n && !clex_is_ident(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!clex_is_ident(s.p[i]) && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '*')
			return false;
	return !slice_starts(s, "extern ") && !slice_starts(s, "return ") && !slice_starts(s, "goto ");
}

/* "struct foo {" */
static bool is_tag(struct slice before, struct slice behind)
{
	before = slice_rtrim(before);
	return behind.n && behind.p[behind.n - 1] == '{' && slice_trim(behind).n == 1 &&
	       (slice_is(before, "struct") || slice_is(before, "union") || slice_is(before, "enum"));
}

/* "static DEFINE_MUTEX(foo);", "SYSCALL_DEFINE3(foo, int, fd," */
static bool is_defined_by_macro(struct slice before)
{
	size_t open = slice_rfind(before, "(");
	struct slice macro = slice_sub(before, 0, open);

	return open != SLICE_NONE && is_type(macro) && slice_find(macro, "DEFINE", 0) != SLICE_NONE;
}

bool resolve_defines(struct slice line, struct slice name)
{
	size_t at = slice_find_slice(line, name, 0);
	struct slice before, behind;
	char next;

	line = slice_rtrim(line);
	if (name.n == 0 || at == SLICE_NONE || (at > 0 && clex_is_ident(line.p[at - 1])))
		return false;
	before = slice_sub(line, 0, at);
	behind = slice_sub(line, at + name.n, line.n);
	if (behind.n && clex_is_ident(behind.p[0]))
		return false;
	if (slice_starts(line, "#define"))
		return slice_trim(slice_sub(before, 7, at)).n == 0;
	if (is_tag(before, behind) || is_defined_by_macro(before))
		return true;
	if (!is_type(before))
		return false;
	next = slice_trim(behind).n ? *slice_trim(behind).p : 0;
	if (next == '(') /* what ends with the line is a declaration */
		return behind.p[0] == '(' && line.p[line.n - 1] != ';';
	/* a variable has a type in front of it: more than the word that begins one */
	before = slice_rtrim(before);
	return before.n && !slice_ends(before, "struct") && !slice_ends(before, "union") && !slice_ends(before, "enum") &&
	       (next == ';' || next == '=' || next == '[');
}

void resolve_begin(struct resolve *r, struct slice name)
{
	*r = (struct resolve){0};
	memcpy(r->name, name.p, name.n < sizeof r->name - 1 ? name.n : sizeof r->name - 1);
}

/* Compilers' copies of a function have its name and more: "foo.isra.0". */
static bool is_name(struct slice function, struct slice name)
{
	return slice_eq(slice_sub(function, 0, slice_chr(function, '.', 0)), name);
}

static struct target frame_in(const struct session *s, struct slice name)
{
	const struct crash *c = s->run->crash;

	for (unsigned a = 0; a < crash_nstacks(c); a++) {
		size_t n;
		const struct frame *f = crash_frames(c, a, &n);

		for (size_t i = 0; i < n; i++)
			if (is_name(f[i].function, name))
				return (struct target){.found = true, .path = f[i].file, .line = f[i].line, .frame = true, .stack = a,
						       .index = i};
	}
	return (struct target){0};
}

static struct target definition(const struct evidence_file *f, uint32_t line)
{
	return (struct target){.found = true, .path = f->path, .line = line, .by_looks = true};
}

/* No line that was read is a definition: what was grepped, else a frame. */
static void settle(const struct session *s, struct resolve *r)
{
	if (r->have && r->grepped_file < evidence_files(s->evidence))
		r->target = definition(evidence_at(s->evidence, r->grepped_file), r->grepped_line);
	else
		r->target = frame_in(s, slice_str(r->name));
}

/* Spans got other indexes: the evidence is read anew, and files have other numbers. */
static void begin_again(struct resolve *r, uint64_t moves)
{
	r->begun = true;
	r->moves = moves;
	r->have = false;
	r->file = r->line = 0;
}

bool resolve_step(const struct session *s, struct resolve *r, int64_t us)
{
	int64_t until = loop_now() + us;
	size_t looked = 0;

	if (!r->begun || r->moves != traj_moves(s->run->traj))
		begin_again(r, traj_moves(s->run->traj));
	for (; r->file < evidence_files(s->evidence); r->file++, r->line = 0) {
		const struct evidence_file *f = evidence_at(s->evidence, r->file);

		for (; r->line < f->n; r->line++) {
			const struct evidence_line *l = &f->lines[r->line];

			if (++looked % LINES == 0 && loop_now() >= until)
				return true;
			if (!resolve_defines(l->text, slice_str(r->name)) || !session_shows_line(s, l))
				continue;
			if (l->kind == EVIDENCE_READ) {
				r->target = definition(f, l->line);
				return false;
			}
			if (!r->have) {
				r->have = true;
				r->grepped_file = r->file;
				r->grepped_line = l->line;
			}
		}
	}
	settle(s, r);
	return false;
}
