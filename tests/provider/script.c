#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

struct reader {
	struct script *s;
	const char *dir;
	struct block base; /* what stands before the first request holds for all */
	struct block *at;
	unsigned line;
	struct err *e;
};

static int bad(struct reader *r, const char *why)
{
	return err_set(r->e, ERR_INPUT, "line %u: %s", r->line, why);
}

/* ---- pieces of a line ---- */

static int read_file(struct reader *r, struct slice name, struct slice *content)
{
	struct buf b = BUF_INIT;
	char *bare = arena_str(r->s->a, slice_trim(name));
	char *path = bare[0] == '/' ? xstrdup(bare) : fs_join(r->dir, bare);
	int rc = fs_read(path, &b, r->e);

	if (rc == 0)
		*content = arena_slice(r->s->a, buf_slice(&b));
	else
		err_wrap(r->e, "line %u", r->line);
	buf_release(&b);
	free(path);
	return rc;
}

/* \n \r \t \s (a blank), \xNN, and the character itself after any other backslash. */
static struct slice unescape(struct reader *r, struct slice s)
{
	static const char from[] = "nrts", to[] = "\n\r\t ";
	struct buf b = BUF_INIT;
	struct slice out;

	for (size_t i = 0; i < s.n; i++) {
		const char *known;
		uint64_t byte;

		if (s.p[i] != '\\' || i + 1 == s.n) {
			buf_addc(&b, s.p[i]);
			continue;
		}
		i++;
		known = memchr(from, s.p[i], 4);
		if (s.p[i] == 'x' && i + 2 < s.n && slice_hex(slice_sub(s, i + 1, i + 3), &byte)) {
			buf_addc(&b, (char)byte);
			i += 2;
		} else {
			buf_addc(&b, known ? to[known - from] : s.p[i]);
		}
	}
	out = arena_slice(r->s->a, buf_slice(&b));
	buf_release(&b);
	return out;
}

static bool number(struct slice *rest, uint64_t *v)
{
	struct slice word;

	return slice_word(rest, &word) && slice_u64(word, v);
}

/* A word of a table; -1 where it is none. */
static int choice(struct slice word, const char *const names[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(word, names[i]))
			return (int)i;
	return -1;
}

static const char *const stops[] = {"go-on", "stall", "reset", "close"};

/* ---- conditions ---- */

static int add_cond(struct reader *r, enum cond_kind kind, struct slice what, struct slice value)
{
	struct block *b = r->at;

	b->cond = mem_grow(b->cond, &b->conds_cap, b->nconds + 1, sizeof *b->cond);
	b->cond[b->nconds++] = (struct cond){kind, what, value};
	return 0;
}

static int cond_text(struct reader *r, int kind, struct slice rest)
{
	return add_cond(r, (enum cond_kind)kind, unescape(r, rest), (struct slice){0});
}

static int cond_file(struct reader *r, int kind, struct slice rest)
{
	struct slice content, raw;

	if (read_file(r, rest, &content) < 0)
		return -1;
	if (json_check(content, &raw, NULL, r->e) < 0)
		return err_wrap(r->e, "line %u", r->line);
	return add_cond(r, (enum cond_kind)kind, raw, arena_slice(r->s->a, rest));
}

static int cond_member(struct reader *r, int kind, struct slice rest)
{
	struct slice path, raw;

	if (!slice_word(&rest, &path) || json_check(rest, &raw, NULL, NULL) < 0)
		return bad(r, "wanted: member PATH JSON");
	return add_cond(r, (enum cond_kind)kind, arena_slice(r->s->a, path), arena_slice(r->s->a, raw));
}

/* ---- steps ---- */

static int add_step(struct reader *r, struct step st)
{
	struct block *b = r->at;

	b->step = mem_grow(b->step, &b->steps_cap, b->nsteps + 1, sizeof *b->step);
	b->step[b->nsteps++] = st;
	return 0;
}

static int step_text(struct reader *r, int kind, struct slice rest)
{
	return add_step(r, (struct step){.kind = (enum step_kind)kind, .text = unescape(r, rest)});
}

static int step_data(struct reader *r, int kind, struct slice rest)
{
	struct buf b = BUF_INIT;
	struct step st = {.kind = (enum step_kind)kind};

	buf_addf(&b, "data: %.*s\n\n", (int)rest.n, rest.p);
	st.text = arena_slice(r->s->a, buf_slice(&b));
	buf_release(&b);
	return add_step(r, st);
}

static int step_file(struct reader *r, int raw, struct slice rest)
{
	struct step st = {.kind = BYTES};

	if (read_file(r, rest, &st.text) < 0)
		return -1;
	r->at->raw = r->at->raw || raw;
	return add_step(r, st);
}

static int step_call(struct reader *r, int kind, struct slice rest)
{
	struct step st = {.kind = (enum step_kind)kind};
	struct slice name;

	if (!slice_word(&rest, &name) || json_check(rest, &st.args, NULL, NULL) < 0)
		return bad(r, "wanted: call NAME JSON");
	st.text = arena_slice(r->s->a, name);
	st.args = arena_slice(r->s->a, st.args);
	return add_step(r, st);
}

static int step_numbers(struct reader *r, int kind, struct slice rest)
{
	struct step st = {.kind = (enum step_kind)kind};

	if (!number(&rest, &st.n) || (st.kind != WAIT && !number(&rest, &st.rate)))
		return bad(r, "a number is missing");
	if (st.rate == 0 && (st.kind == FLOOD_TEXT || st.kind == FLOOD_THOUGHT))
		return bad(r, "a flood of 0 pieces a second never ends");
	return add_step(r, st);
}

static int step_stop(struct reader *r, int stop, struct slice rest)
{
	(void)rest;
	return add_step(r, (struct step){.kind = STOP, .stop = (enum stop)stop});
}

/* ---- the answer's settings ---- */

static int set_status(struct reader *r, int unused, struct slice rest)
{
	uint64_t v;

	(void)unused;
	if (!number(&rest, &v) || v < 100 || v > 999)
		return bad(r, "wanted: status NUMBER");
	r->at->status = (long)v;
	return 0;
}

static int set_answer_header(struct reader *r, int unused, struct slice rest)
{
	struct buf b = BUF_INIT;

	(void)unused;
	buf_add_slice(&b, r->at->headers);
	buf_add_slice(&b, rest);
	buf_adds(&b, "\r\n");
	r->at->headers = arena_slice(r->s->a, buf_slice(&b));
	buf_release(&b);
	return 0;
}

static int set_type(struct reader *r, int unused, struct slice rest)
{
	(void)unused;
	r->at->type = arena_slice(r->s->a, rest);
	return 0;
}

static int set_framing(struct reader *r, int unused, struct slice rest)
{
	static const char *const names[] = {"chunked", "length", "close"};
	int v = choice(slice_trim(rest), names, 3);

	(void)unused;
	if (v < 0)
		return bad(r, "wanted: framing chunked, length or close");
	r->at->framing = (enum framing)v;
	return 0;
}

static int set_cuts(struct reader *r, int unused, struct slice rest)
{
	struct slice content, line;
	struct block *b = r->at;

	(void)unused;
	if (read_file(r, rest, &content) < 0)
		return -1;
	while (slice_line(&content, &line)) {
		uint64_t v;

		if (!slice_u64(slice_trim(line), &v) || v == 0)
			return bad(r, "the file of cuts holds a line that is no offset");
		b->cut = mem_grow(b->cut, &b->cuts_cap, b->ncuts + 1, sizeof *b->cut);
		b->cut[b->ncuts++] = (size_t)v;
	}
	return 0;
}

static int set_number(struct reader *r, int which, struct slice rest)
{
	uint64_t *const to[] = {&r->at->every, &r->at->seed, &r->at->delay_ms, &r->at->pause_ms};
	uint64_t v;

	if (!number(&rest, &v))
		return bad(r, "a number is missing");
	*to[which] = v;
	return 0;
}

static int set_at(struct reader *r, int unused, struct slice rest)
{
	struct slice word;
	int v;

	(void)unused;
	if (!number(&rest, &r->at->at) || !slice_word(&rest, &word) || (v = choice(word, stops, 4)) <= 0)
		return bad(r, "wanted: at BYTES stall, reset or close");
	r->at->at_stop = (enum stop)v;
	return 0;
}

static int set_dialect(struct reader *r, int unused, struct slice rest)
{
	static const char *const names[] = {"gemini", "openai", "anthropic"};
	int v = choice(slice_trim(rest), names, 3);

	(void)unused;
	if (v < 0)
		return bad(r, "wanted: dialect gemini, openai or anthropic");
	r->at->dialect = (enum dialect)v;
	return 0;
}

static int set_flag(struct reader *r, int which, struct slice rest)
{
	bool *const to[] = {&r->at->words, &r->at->stamp, &r->at->raw};

	(void)rest;
	*to[which] = true;
	return 0;
}

static int set_model(struct reader *r, int unused, struct slice rest)
{
	(void)unused;
	r->s->model = arena_slice(r->s->a, rest);
	return 0;
}

static int set_by_content(struct reader *r, int unused, struct slice rest)
{
	(void)unused;
	(void)rest;
	r->s->by_content = true;
	return 0;
}

/* ---- blocks ---- */

static void release_block(struct block *b)
{
	free(b->cond);
	free(b->step);
	free(b->cut);
}

/* What the base block holds is copied, so that each block can be released alone. */
static void begin(struct reader *r, struct block *b)
{
	*b = r->base;
	b->line = r->line;
	b->times = 1;
	b->cond = NULL;
	b->nconds = b->conds_cap = 0;
	r->at = b;
	for (size_t i = 0; i < r->base.nconds; i++)
		add_cond(r, r->base.cond[i].kind, r->base.cond[i].what, r->base.cond[i].value);
}

static int begin_request(struct reader *r, int unused, struct slice rest)
{
	struct script *s = r->s;
	struct slice word;
	struct block *b;

	(void)unused;
	s->block = mem_grow(s->block, &s->blocks_cap, s->nblocks + 1, sizeof *s->block);
	b = &s->block[s->nblocks++];
	begin(r, b);
	if (!slice_word(&rest, &word))
		return 0;
	if (slice_is(word, "always"))
		b->times = UINT64_MAX;
	else if (!slice_u64(word, &b->times) || b->times == 0)
		return bad(r, "wanted: request, request NUMBER or request always");
	return 0;
}

static int begin_default(struct reader *r, int unused, struct slice rest)
{
	(void)unused;
	(void)rest;
	if (r->s->fallback.line)
		return bad(r, "there is a default already");
	begin(r, &r->s->fallback);
	return 0;
}

/* ---- lines ---- */

static const struct word {
	const char *name;
	int (*take)(struct reader *r, int which, struct slice rest);
	int which;
	bool anywhere; /* before the first request too */
} words[] = {
	{"request", begin_request, 0, true},
	{"default", begin_default, 0, true},
	{"by-content", set_by_content, 0, true},
	{"model", set_model, 0, true},
	{"method", cond_text, METHOD, true},
	{"path", cond_text, PATH, true},
	{"header", cond_text, HEADER, true},
	{"no-header", cond_text, NO_HEADER, true},
	{"contains", cond_text, CONTAINS, true},
	{"lacks", cond_text, LACKS, true},
	{"new", cond_text, NEW, true},
	{"json-is", cond_file, JSON_IS, false},
	{"json-has", cond_file, JSON_HAS, false},
	{"member", cond_member, MEMBER, true},
	{"no-member", cond_text, NO_MEMBER, true},
	{"status", set_status, 0, true},
	{"answer", set_answer_header, 0, true},
	{"type", set_type, 0, true},
	{"framing", set_framing, 0, true},
	{"cuts", set_cuts, 0, false},
	{"every", set_number, 0, true},
	{"random", set_number, 1, true},
	{"delay", set_number, 2, true},
	{"pace", set_number, 3, true},
	{"at", set_at, 0, false},
	{"dialect", set_dialect, 0, true},
	{"words", set_flag, 0, true},
	{"stamp", set_flag, 1, true},
	{"bare", set_flag, 2, false},
	{"http", step_file, 1, false},
	{"sse", step_file, 0, false},
	{"file", step_file, 0, false},
	{"data", step_data, BYTES, false},
	{"raw", step_text, BYTES, false},
	{"thought", step_text, THOUGHT, false},
	{"text", step_text, TEXT, false},
	{"call", step_call, CALL, false},
	{"usage", step_numbers, USAGE, false},
	{"finish", step_text, FINISH, false},
	{"flood-thought", step_numbers, FLOOD_THOUGHT, false},
	{"flood-text", step_numbers, FLOOD_TEXT, false},
	{"wait", step_numbers, WAIT, false},
	{"stall", step_stop, STOP_STALL, false},
	{"reset", step_stop, STOP_RESET, false},
	{"close", step_stop, STOP_CLOSE, false},
};

static int take_line(struct reader *r, struct slice line)
{
	struct slice name;

	while (slice_eat(&line, " ") || slice_eat(&line, "\t"))
		;
	if (line.n == 0 || line.p[0] == '#')
		return 0;
	name = slice_sub(line, 0, slice_chr(line, ' ', 0));
	line = slice_sub(line, name.n + 1, line.n);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!slice_is(name, words[i].name))
			continue;
		if (r->at == &r->base && !words[i].anywhere)
			return bad(r, "this word belongs to a request");
		return words[i].take(r, words[i].which, line);
	}
	return err_set(r->e, ERR_INPUT, "line %u: there is no word '%.*s'", r->line, (int)name.n, name.p);
}

static int take_lines(struct reader *r, struct slice rest)
{
	struct slice line;

	while (slice_line(&rest, &line)) {
		r->line++;
		if (take_line(r, line) < 0)
			return -1;
	}
	return 0;
}

int script_read(struct script *s, const char *path, const char *dir, struct err *e)
{
	struct reader r = {.s = s, .dir = dir, .e = e};
	struct buf text = BUF_INIT;
	int rc;

	*s = (struct script){.a = arena_new(), .model = SLICE("scripted-1")};
	r.base.status = 200;
	r.base.type = SLICE("text/event-stream");
	r.at = &r.base;
	rc = fs_read(path, &text, e);
	if (rc == 0)
		rc = take_lines(&r, buf_slice(&text));
	if (rc < 0)
		err_wrap(e, "cannot play '%s'", path);
	release_block(&r.base);
	buf_release(&text);
	return rc;
}

void script_release(struct script *s)
{
	for (size_t i = 0; i < s->nblocks; i++)
		release_block(&s->block[i]);
	release_block(&s->fallback);
	free(s->block);
	arena_free(s->a);
}
