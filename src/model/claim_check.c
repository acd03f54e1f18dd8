#include "model/claim_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clex.h"
#include "base/mem.h"

enum {
	TEXT_MAX = 4 << 20,   /* bytes of source that are searched; behind them all is undecided */
	ADDED_MAX = 16 << 20, /* bytes of files of the tree that are added */
	ADDED_FILES = 400,
	CALLS_MAX = 300,      /* calls before a claim that are looked at: the last ones */
	STEP_LINES = 2000,
	DEFINITION_MAX = 2000, /* bytes of parameters */
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

/* The next line of a text; false behind the last. */
static bool take_line(struct claim_check *k, struct claim_text *t, struct coming *c)
{
	const struct evidence_line *l;
	struct slice line;

	if (!c->file) {
		if (!slice_line(&c->rest, &line))
			return false;
		claim_text_add(t, (uint32_t)++k->next, line);
		return true;
	}
	if (k->next == c->file->n)
		return false;
	l = &c->file->lines[k->next++];
	if (!k->shows || k->shows(k->arg, l))
		claim_text_add(t, l->line, l->text);
	else
		t->whole = false;
	return true;
}

bool claim_check_step(struct claim_check *k)
{
	for (size_t i = 0; i < STEP_LINES && k->filled < k->n && !k->cut; i++) {
		struct claim_text *t = &k->texts[k->filled];
		struct coming *c = &k->coming[k->filled];

		if (take_line(k, t, c))
			continue;
		free(c->text);
		c->text = NULL;
		if (c->file)
			k->bytes += t->s.n;
		k->cut = k->bytes > TEXT_MAX;
		k->filled++;
		k->next = 0;
	}
	return k->filled < k->n && !k->cut;
}

static struct coming *add_text(struct claim_check *k, struct slice path, bool whole, bool unread)
{
	k->texts = mem_grow(k->texts, &k->cap, k->n + 1, sizeof *k->texts);
	k->coming = mem_grow(k->coming, &k->cap_coming, k->n + 1, sizeof *k->coming);
	k->texts[k->n] = (struct claim_text){.path = path, .whole = whole, .unread = unread};
	k->coming[k->n] = (struct coming){0};
	return &k->coming[k->n++];
}

struct claim_check *claim_check_new(const struct evidence *ev, const struct crash *c, struct traj *t,
				    bool (*shows)(void *arg, const struct evidence_line *l), void *arg)
{
	struct claim_check *k = xcalloc(1, sizeof *k);

	*k = (struct claim_check){.crash = c, .traj = t, .shows = shows, .arg = arg};
	for (size_t i = 0; i < evidence_files(ev); i++) {
		const struct evidence_file *f = evidence_at(ev, i);

		add_text(k, f->path, f->whole, false)->file = f;
	}
	claim_text_squeeze(&k->report, c->text);
	return k;
}

bool claim_check_has(const struct claim_check *k, struct slice path)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->texts[i].unread && slice_eq(k->texts[i].path, path))
			return true;
	return false;
}

bool claim_check_add(struct claim_check *k, struct slice path, struct slice text)
{
	struct coming *c;
	char *name;

	if (claim_check_has(k, path) || k->added + text.n > ADDED_MAX || k->n >= ADDED_FILES || k->cut)
		return false;
	name = xstrndup(path.p, path.n);
	c = add_text(k, slice_str(name), true, true);
	c->path = name;
	c->text = xstrndup(text.p, text.n);
	c->rest = (struct slice){c->text, text.n};
	k->added += text.n;
	return true;
}

void claim_check_free(struct claim_check *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < k->n; i++) {
		claim_text_release(&k->texts[i]);
		free(k->coming[i].path);
		free(k->coming[i].text);
	}
	free(k->texts);
	free(k->coming);
	buf_release(&k->report);
	free(k);
}

bool claim_is_end_of(struct slice asked, struct slice path)
{
	return slice_eq(asked, path) || (asked.n < path.n && path.p[path.n - asked.n - 1] == '/' &&
					 slice_eq(asked, slice_sub(path, path.n - asked.n, path.n)));
}

/* ---- quotes ---- */

static bool is_named(const struct claim *stated, const struct claim_text *t)
{
	return stated && (stated->file.n == 0 || claim_is_end_of(stated->file, t->path));
}

bool claim_is_stated(const struct claim *stated, uint32_t line)
{
	return stated->first == 0 || (line >= stated->first && line <= stated->last);
}

/* Are all the lines known that it is said to be in?  Else it may be there, too. */
static bool knows_stated(const struct claim_check *k, const struct claim *stated)
{
	for (size_t i = 0; stated->file.n && i < k->n; i++) {
		const struct claim_text *t = &k->texts[i];
		bool all = is_named(stated, t) && (t->whole || (stated->first && stated->last - stated->first < STEP_LINES));

		for (uint32_t l = stated->first; all && !t->whole && l <= stated->last; l++)
			all = claim_text_has(t, l);
		if (all)
			return true;
	}
	return false;
}

enum claim_state claim_state_in(const struct claim_text *t)
{
	return t->unread ? CLAIM_NEVER_READ : CLAIM_PRESENT;
}

bool claim_found_in(struct claim_check *k, const struct claim_pieces *p, const struct claim *stated, struct claim_answer *out)
{
	bool found = false;

	for (size_t i = 0; i < k->n; i++) {
		const struct claim_text *t = &k->texts[i];
		bool named = is_named(stated, t);

		for (size_t at = claim_pieces_find(t, p, 0); at != SLICE_NONE; at = claim_pieces_find(t, p, at + 1)) {
			uint32_t line = claim_text_line(t, at);
			bool there = !stated || (named && claim_is_stated(stated, line));

			if (!found || there)
				*out = (struct claim_answer){there ? claim_state_in(t) : CLAIM_ELSEWHERE, t->path, line};
			found = true;
			if (there)
				return true;
			if (!named)
				break;
		}
	}
	if (found && !knows_stated(k, stated))
		out->state = CLAIM_UNDECIDED;
	return found;
}

/* The words of a comment. */
static bool found_in_comment(struct claim_check *k, struct slice words, struct claim_answer *out)
{
	for (size_t i = 0; i < k->n; i++) {
		uint32_t line = claim_text_comment(&k->texts[i], words);

		if (line) {
			*out = (struct claim_answer){claim_state_in(&k->texts[i]), k->texts[i].path, line};
			return true;
		}
	}
	return false;
}

/* The next identifier of `code` that is a name, from `*at` on. */
static bool next_name(struct slice code, size_t *at, struct slice *name)
{
	while (*at < code.n) {
		size_t from = *at, end = from;

		while (end < code.n && clex_is_ident(code.p[end]))
			end++;
		*at = end + (end == from);
		*name = slice_sub(code, from, end);
		if (name->n && claim_has_name(*name))
			return true;
	}
	return false;
}

/* Is a file known whole, and does every name of the quote stand in it?  Then the quote is about it. */
static bool is_about(const struct claim_text *t, struct slice code)
{
	size_t at = 0;
	struct slice w;

	while (t->whole && next_name(code, &at, &w))
		if (claim_text_find(t, w, 0) == SLICE_NONE)
			return false;
	return t->whole;
}

void claim_check_names(const struct claim *c, struct buf *out)
{
	struct claim_pieces p = {0};
	struct slice w;
	size_t at = 0;

	if (c->kind == CLAIM_CODE)
		claim_pieces_cut(c->what, &p); /* words of comments are none */
	else
		buf_add_slice(&p.s, c->what);
	while (next_name(buf_slice(&p.s), &at, &w)) {
		struct slice have = buf_slice(out), one;
		bool known = false;

		while (slice_word(&have, &one))
			known |= slice_eq(one, w);
		if (!known) {
			buf_adds(out, out->n ? " " : "");
			buf_add_slice(out, w);
		}
	}
	buf_release(&p.s);
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

/* ---- each kind ---- */

void claim_with_sign(struct claim_pieces *p, const char *before, struct slice name, const char *behind)
{
	buf_clear(&p->s);
	buf_addf(&p->s, "%s%.*s%s", before, (int)name.n, name.p, behind);
	p->n = 1;
	p->end[0] = p->s.n;
}

/* Is there no such name anywhere?  What stands in the report is somewhere. */
static bool is_nowhere(const struct claim_check *k, struct slice what, enum claim_tree tree)
{
	struct buf s = BUF_INIT;
	bool none;

	claim_text_squeeze(&s, what);
	none = tree == CLAIM_TREE_NAMELESS && !k->cut && slice_find_slice(buf_slice(&k->report), buf_slice(&s), 0) == SLICE_NONE;
	buf_release(&s);
	return none;
}

/* Is a body behind the parameters that begin at `open`? */
static bool is_defined(struct slice s, size_t open)
{
	size_t depth = 0, at = open;

	for (; at < s.n && at - open < DEFINITION_MAX; at++) {
		depth += s.p[at] == '(';
		depth -= s.p[at] == ')' && depth > 0;
		if (depth == 0)
			break;
	}
	return at + 1 < s.n && s.p[at] == ')' && s.p[at + 1] == '{';
}

/* Is it "#define call", or does a body follow? */
static bool is_definition(struct slice s, size_t at, size_t n)
{
	static const char define[] = "#define ";
	struct slice before = slice_sub(s, at < sizeof define - 1 ? 0 : at - (sizeof define - 1), at);

	return slice_is(before, define) ||
	       (is_defined(s, at + n - 1) && (at == 0 || clex_is_ident(s.p[at - 1]) || s.p[at - 1] == ' ' || s.p[at - 1] == '*'));
}

/* Where it is defined says more than where it is used: in what was returned, or else in the tree. */
static void prefer_definition(struct claim_check *k, struct slice name, struct claim_answer *out)
{
	bool unread = out->state == CLAIM_NEVER_READ;
	struct claim_pieces p = {0};

	claim_with_sign(&p, "", name, "(");
	for (size_t i = 0; (unread || out->state == CLAIM_PRESENT) && i < k->n; i++) {
		const struct claim_text *t = &k->texts[i];
		size_t at = t->unread == unread ? claim_text_find(t, buf_slice(&p.s), 0) : SLICE_NONE;

		while (at != SLICE_NONE && !is_definition(buf_slice(&t->s), at, p.s.n))
			at = claim_text_find(t, buf_slice(&p.s), at + 1);
		if (at == SLICE_NONE)
			continue;
		out->path = t->path;
		out->line = claim_text_line(t, at);
		break;
	}
	buf_release(&p.s);
}

static void ask_function(struct claim_check *k, const struct claim *c, enum claim_tree tree, struct claim_answer *out)
{
	struct claim_pieces p = {0};

	claim_with_sign(&p, "", c->what, "(");
	if (claim_found_in(k, &p, NULL, out))
		prefer_definition(k, c->what, out);
	else if (!in_report(k, c->what, out) && is_nowhere(k, c->what, tree))
		out->state = CLAIM_ABSENT;
	buf_release(&p.s);
}

static void ask_field(struct claim_check *k, const struct claim *c, enum claim_tree tree, struct claim_answer *out)
{
	static const char *const signs[] = {".", "->"};
	struct claim_answer seen[2] = {{.state = CLAIM_STATES}, {.state = CLAIM_STATES}};
	struct claim_pieces p = {0};
	size_t best;

	for (size_t i = 0; i < 2; i++) {
		claim_with_sign(&p, signs[i], c->what, "");
		claim_found_in(k, &p, NULL, &seen[i]);
	}
	best = seen[0].state == CLAIM_PRESENT || seen[1].state == CLAIM_STATES ? 0 : seen[1].state == CLAIM_PRESENT || seen[0].state == CLAIM_STATES;
	if (seen[best].state != CLAIM_STATES)
		*out = seen[best];
	else if (is_nowhere(k, c->what, tree))
		out->state = CLAIM_ABSENT;
	buf_release(&p.s);
}

/* Is it C, by its signs?  Much else stands between backticks. */
static bool is_code(struct slice s)
{
	static const char *const signs[] = {"->", "(", ";", " = ", "==", "!=", "[", "{", "&&", "||", "++", "--", "|=", "&="};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (slice_find(s, signs[i], 0) != SLICE_NONE)
			return true;
	return false;
}

/* Is each line of a quote there, although not one below the other?  The model left out what is between. */
static bool has_its_lines(struct claim_check *k, struct slice code)
{
	bool there = slice_chr(slice_trim(code), '\n', 0) != SLICE_NONE;
	struct claim_answer at;
	struct slice line;

	while (there && slice_line(&code, &line)) {
		struct claim_pieces p = {0};

		claim_pieces_cut(line, &p);
		there = p.n == 0 || claim_found_in(k, &p, NULL, &at);
		buf_release(&p.s);
	}
	return there;
}

/* A quote that was found nowhere: is it certain that it is nowhere?  A file that it seems to be about is told. */
static void ask_absent(struct claim_check *k, const struct claim *c, enum claim_tree tree, struct claim_answer *out)
{
	struct buf s = BUF_INIT;

	claim_text_squeeze(&s, c->what);
	if (c->proposed || k->cut || slice_find_slice(buf_slice(&k->report), buf_slice(&s), 0) != SLICE_NONE ||
	    has_its_lines(k, c->what)) {
		buf_release(&s);
		return;
	}
	buf_release(&s);
	for (size_t i = 0; i < k->n; i++)
		if ((!k->texts[i].unread || tree != CLAIM_TREE_UNKNOWN) && is_about(&k->texts[i], c->what)) {
			*out = (struct claim_answer){CLAIM_ABSENT, k->texts[i].path, 0};
			return;
		}
	if (tree != CLAIM_TREE_UNKNOWN && is_code(c->what))
		out->state = CLAIM_ABSENT;
}

static void ask_code(struct claim_check *k, const struct claim *c, const struct claim *stated, enum claim_tree tree, struct claim_answer *out)
{
	struct claim_pieces p = {0};
	bool name = true;

	claim_pieces_cut(c->what, &p);
	for (size_t i = 0; i < c->what.n; i++)
		name &= clex_is_ident(c->what.p[i]);
	if (p.n == 0 || claim_found_in(k, &p, name ? NULL : stated, out)) {
		if (p.n && name)
			prefer_definition(k, c->what, out);
	} else if (name) {
		/* a word alone may be anything: one of C's names has a '_' more often than not */
		if (!in_report(k, c->what, out) && !c->proposed && slice_chr(c->what, '_', 0) != SLICE_NONE &&
		    is_nowhere(k, c->what, tree) && !found_in_comment(k, c->what, out))
			out->state = CLAIM_ABSENT;
	} else if (!found_in_comment(k, c->what, out)) {
		ask_absent(k, c, tree, out);
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
	ask_code(k, &code, NULL, CLAIM_TREE_UNKNOWN, &seen);
	/* what stands in text that was returned can have been checked there */
	if (c->kind == CLAIM_SEARCHED || seen.state != CLAIM_PRESENT)
		out->state = k->cut || cut ? CLAIM_UNDECIDED : CLAIM_NO_CALL;
	else
		out->path = seen.path, out->line = seen.line;
}

void claim_check_ask(struct claim_check *k, const struct claim *c, const struct claim *beside, size_t by, enum claim_tree tree,
		     struct claim_answer *out)
{
	*out = (struct claim_answer){.state = CLAIM_UNDECIDED};
	switch (c->kind) {
	case CLAIM_PLACE:
		claim_place_ask(k, c, beside, tree, out);
		break;
	case CLAIM_FUNCTION:
		ask_function(k, c, tree, out);
		break;
	case CLAIM_FIELD:
		ask_field(k, c, tree, out);
		break;
	case CLAIM_CODE:
		ask_code(k, c, beside, tree, out);
		break;
	default:
		ask_deed(k, c, by, out);
	}
}
