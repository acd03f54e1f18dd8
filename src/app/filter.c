#include "app/filter.h"

#include <stdlib.h>
#include <string.h>

#include "app/find_raw.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/search.h"
#include "conf/line.h"
#include "sys/loop.h"

enum kind { BY_TYPE, BY_NAME, BY_FILE, BY_TEXT, BY_ERROR };

static const char *const keys[] = {[BY_TYPE] = "type=", [BY_NAME] = "name=", [BY_FILE] = "file=", [BY_TEXT] = "text="};

/* A file that BY_FILE names, by its number in the evidence, and which of its spans were taken over. */
struct fitting {
	size_t file, took;
	uint32_t last; /* the last one of them: where another stands there now, one came between */
};

struct condition {
	enum kind kind;
	struct slice value; /* in the filter's arena */
	bool names;           /* of BY_TEXT: type and name of the span count, too */
	struct search search; /* of BY_TEXT */
	struct find_raw *raw; /* of BY_TEXT; NULL: every span is decoded */
	size_t next; /* of BY_TEXT: by their raw bytes the spans up to this one hold no hit */
	struct fitting *files; /* of BY_FILE, as all below; owned */
	size_t nfiles, cap_files, seen; /* seen: so many files of the evidence were asked for their names */
	uint8_t *returned; /* a bit a span that returned some of one of them; owned */
	size_t cap_returned;
};

/* Headers that are looked at between two looks at the clock. */
enum { HEADERS = 1024 };

/* Spans that were open when they were tried; those past this many are not tried again. */
enum { OPEN_MAX = 64 };

struct filter {
	struct session *session; /* borrowed */
	struct arena *arena;
	struct slice words;
	struct condition c[FILTER_CONDITIONS];
	size_t n;
	uint8_t *keep; /* a bit a span; owned */
	size_t cap, done, kept;
	uint32_t open[OPEN_MAX];
	size_t nopen;
	uint64_t moves, rounds;
	bool all; /* nothing was hidden when spans were tried */
	bool files; /* there is a condition BY_FILE */
};

static struct traj *traj_of(const struct filter *f)
{
	return f->session->run->traj;
}

/* ---- from words ---- */

static int add(struct filter *f, enum kind kind, struct slice value, struct err *e)
{
	struct condition *c;

	if (f->n == FILTER_CONDITIONS)
		return err_set(e, ERR_USAGE, "filter: more than %d conditions", FILTER_CONDITIONS);
	if (kind != BY_ERROR && value.n == 0)
		return err_set(e, ERR_USAGE, "filter: '%s' needs something behind it", keys[kind]);
	c = &f->c[f->n++];
	*c = (struct condition){.kind = kind, .value = value};
	f->files |= kind == BY_FILE;
	if (kind == BY_TEXT) {
		if (search_set(&c->search, value, e) < 0)
			return -1;
		c->raw = find_raw_new(traj_of(f), &c->search);
	}
	return 0;
}

/* One condition.  What looks like another key is a slip, not a text to look for. */
static int read_word(struct filter *f, struct slice word, struct err *e)
{
	size_t letters = 0;

	if (slice_is(word, "errors"))
		return add(f, BY_ERROR, word, e);
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		if (slice_starts(word, keys[k]))
			return add(f, (enum kind)k, slice_sub(word, strlen(keys[k]), word.n), e);
	while (letters < word.n && word.p[letters] >= 'a' && word.p[letters] <= 'z')
		letters++;
	if (letters && letters < word.n && word.p[letters] == '=')
		return err_set(e, ERR_USAGE, "filter: '%.*s' is none of type= name= file= text= errors; text=%.*s looks for the text",
			       (int)letters + 1, word.p, (int)(word.n < 40 ? word.n : 40), word.p);
	if (add(f, BY_TEXT, word, e) < 0)
		return -1;
	f->c[f->n - 1].names = true;
	return 0;
}

struct filter *filter_new(struct session *s, struct slice words, struct err *e)
{
	struct filter *f = xcalloc(1, sizeof *f);
	struct conf_line w;
	int rc;

	f->session = s;
	f->arena = arena_new();
	f->words = arena_slice(f->arena, slice_trim(words));
	f->moves = traj_moves(traj_of(f));
	f->all = session_may_show(s, SESSION_RUN, PART_ALL);
	rc = conf_split(f->arena, f->words, &w, e);
	if (rc == 0 && w.n == 0)
		rc = err_set(e, ERR_USAGE, "filter: nothing to filter by");
	for (size_t i = 0; rc == 0 && i < w.n; i++)
		rc = read_word(f, w.word[i], e);
	if (rc == 0)
		return f;
	if (e)
		e->cls = ERR_USAGE;
	filter_free(f);
	return NULL;
}

void filter_free(struct filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n; i++) {
		search_release(&f->c[i].search);
		find_raw_free(f->c[i].raw);
		free(f->c[i].files);
		free(f->c[i].returned);
	}
	arena_free(f->arena);
	free(f->keep);
	free(f);
}

/* ---- words with stars ---- */

/* The star that was met last takes one character more wherever what follows does not fit. */
static bool glob(struct slice g, struct slice s)
{
	size_t i = 0, k = 0, star = SLICE_NONE, from = 0;

	while (k < s.n) {
		if (i < g.n && g.p[i] == '*') {
			star = i++;
			from = k;
		} else if (i < g.n && (g.p[i] == '?' || g.p[i] == s.p[k])) {
			i++;
			k++;
		} else if (star != SLICE_NONE) {
			i = star + 1;
			k = ++from;
		} else {
			return false;
		}
	}
	while (i < g.n && g.p[i] == '*')
		i++;
	return i == g.n;
}

/* The next word of a list with commas; false where there is none. */
static bool next_word(struct slice *list, struct slice *word)
{
	size_t comma = slice_chr(*list, ',', 0);

	if (list->n == 0)
		return false;
	*word = slice_sub(*list, 0, comma);
	*list = comma == SLICE_NONE ? SLICE("") : slice_sub(*list, comma + 1, list->n);
	return true;
}

bool filter_glob(struct slice globs, struct slice s)
{
	struct slice word;

	while (next_word(&globs, &word))
		if (glob(word, s))
			return true;
	return false;
}

/* The same for a path, which may have directories in front of what the glob says. */
static bool fits_path(struct slice globs, struct slice path)
{
	for (;;) {
		size_t slash;

		if (filter_glob(globs, path))
			return true;
		slash = slice_chr(path, '/', 0);
		if (slash == SLICE_NONE)
			return false;
		path = slice_sub(path, slash + 1, path.n);
	}
}

/* ---- which spans returned some of a file ---- */

static void set_bit(struct condition *c, uint32_t i)
{
	size_t had = c->cap_returned;

	c->returned = mem_grow(c->returned, &c->cap_returned, i / 8 + 1, 1);
	memset(c->returned + had, 0, c->cap_returned - had);
	c->returned[i / 8] |= (uint8_t)(1 << i % 8);
}

/* What came to the evidence since the last time; all files are not gone through for each span. */
static void take_up(struct condition *c, const struct evidence *ev)
{
	if (evidence_next(ev) == 0) /* its files may be about to go: spans have other indexes */
		return;
	for (; c->seen < evidence_files(ev); c->seen++)
		if (fits_path(c->value, evidence_at(ev, c->seen)->path)) {
			c->files = mem_grow(c->files, &c->cap_files, c->nfiles + 1, sizeof *c->files);
			c->files[c->nfiles++] = (struct fitting){.file = c->seen};
		}
	for (size_t k = 0; k < c->nfiles; k++) {
		struct fitting *fit = &c->files[k];
		const struct evidence_file *file = evidence_at(ev, fit->file);

		if (fit->took && (fit->took > file->nspans || file->spans[fit->took - 1] != fit->last))
			fit->took = 0;
		for (; fit->took < file->nspans; fit->took++) {
			fit->last = file->spans[fit->took];
			set_bit(c, fit->last);
		}
	}
}

static void forget_files(struct condition *c)
{
	c->nfiles = c->seen = 0;
	if (c->returned)
		memset(c->returned, 0, c->cap_returned);
}

/* ---- one span ---- */

static bool returned(const struct filter *f, const struct condition *c, size_t i)
{
	return i / 8 < c->cap_returned && c->returned[i / 8] >> i % 8 & 1 && session_may_show(f->session, i, FIELD_RESULTS);
}

static bool by_file(struct filter *f, const struct condition *c, size_t i)
{
	struct slice object;
	struct arena *a;
	struct json_iter it;
	bool found = false;

	if (traj_span(traj_of(f), i)->type != SPAN_TOOL)
		return false;
	if (returned(f, c, i))
		return true;
	if (session_field(f->session, i, FIELD_ARGS, &object, NULL) <= 0)
		return false;
	a = arena_new();
	for (it = json_iter(object); it.object && !found && json_next(&it);)
		found = json_type(it.value) == JSON_STRING && fits_path(c->value, json_string(a, it.value));
	arena_free(a);
	return found;
}

/* Arguments and results: the members one by one, as they are shown. */
static bool in_object(const struct search *s, struct slice object)
{
	struct json_iter it = json_iter(object);
	struct arena *a = arena_new();
	size_t start, end;
	bool found = false;

	while (it.object && !found && json_next(&it))
		found = search_find(s, json_type(it.value) == JSON_STRING ? json_string(a, it.value) : it.value, 0, &start, &end);
	arena_free(a);
	return found;
}

static bool by_text(struct filter *f, const struct condition *c, size_t i)
{
	static const enum traj_field texts[] = {FIELD_ERROR, FIELD_THOUGHTS, FIELD_REPLY, FIELD_PROMPT, FIELD_INSTRUCTION};
	static const enum traj_field objects[][2] = {{FIELD_ARGS, FIELD_ARGS_RAW}, {FIELD_RESULTS, FIELD_RESULTS_RAW}};
	struct slice text;
	size_t start, end;

	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
		if ((k || !(traj_span(traj_of(f), i)->flags & SPAN_HIDDEN_ERROR)) && /* what stands there is the dashboard's */
		    session_field(f->session, i, texts[k], &text, NULL) > 0 && search_find(&c->search, text, 0, &start, &end))
			return true;
	for (size_t k = 0; k < 2; k++) {
		if (session_field(f->session, i, objects[k][0], &text, NULL) > 0) {
			if (in_object(&c->search, text))
				return true;
		} else if (session_field(f->session, i, objects[k][1], &text, NULL) > 0 &&
			   search_find(&c->search, text, 0, &start, &end)) {
			return true;
		}
	}
	return false;
}

/* What the header tells, before any text is read. */
static bool by_header(const struct filter *f, const struct condition *c, size_t i)
{
	const struct traj *t = traj_of(f);

	switch (c->kind) {
	case BY_TYPE:
		return filter_glob(c->value, traj_type_word(t, i));
	case BY_NAME:
		return filter_glob(c->value, traj_name(t, i));
	case BY_FILE:
		return traj_span(t, i)->type == SPAN_TOOL;
	case BY_ERROR:
		return (traj_span(t, i)->flags & SPAN_ERROR) != 0 && session_may_show(f->session, i, PART_FINISH);
	default:
		return true;
	}
}

/* May it hold a hit, by the raw bytes of its record? */
static bool by_raw(struct condition *c, size_t i)
{
	size_t next = i;
	bool may = true;

	if (!c->raw || i < c->next)
		return !c->raw;
	while ((may = find_raw_step(c->raw, &next)) && next < i) /* it begins where it was: spans between were not asked for */
		next++;
	c->next = next;
	return may && next == i;
}

static bool in_names(const struct filter *f, const struct condition *c, size_t i)
{
	size_t start, end;

	return search_find(&c->search, traj_type_word(traj_of(f), i), 0, &start, &end) ||
	       search_find(&c->search, traj_name(traj_of(f), i), 0, &start, &end);
}

/* `*texts` is set where some were read: that takes time. */
static bool try(struct filter *f, size_t i, bool *texts)
{
	for (size_t k = 0; k < f->n; k++)
		if (!by_header(f, &f->c[k], i))
			return false;
	for (size_t k = 0; k < f->n; k++) {
		struct condition *c = &f->c[k];

		*texts |= c->kind == BY_TEXT || c->kind == BY_FILE;
		if (c->kind == BY_FILE && !by_file(f, c, i))
			return false;
		if (c->kind == BY_TEXT && !(c->names && in_names(f, c, i)) && (!by_raw(c, i) || !by_text(f, c, i)))
			return false;
	}
	return true;
}

/* ---- all of them ---- */

static bool sees_all(const struct filter *f)
{
	return session_may_show(f->session, SESSION_RUN, PART_ALL);
}

static void begin_again(struct filter *f)
{
	f->all = sees_all(f);
	f->done = f->kept = f->nopen = 0;
	f->moves = traj_moves(traj_of(f));
	f->rounds++;
	for (size_t k = 0; k < f->n; k++)
		forget_files(&f->c[k]);
}

/* Are all tries void: other indexes, or other things may be seen than then? */
static bool is_stale(const struct filter *f)
{
	return f->moves != traj_moves(traj_of(f)) || f->all != sees_all(f);
}

/* Its end is known, and may be seen; and what it returned is known, where that is asked for. */
static bool is_over(const struct filter *f, size_t i)
{
	return traj_span(traj_of(f), i)->flags & SPAN_FINISHED && session_may_show(f->session, i, PART_FINISH) &&
	       !(f->files && evidence_waits(f->session->evidence, i));
}

/*
 * A walk through the run shows spans one after the other: those behind are not tried yet.  Nor are those that were not looked
 * at for what they returned, where that is asked for.
 */
static bool is_seen(const struct filter *f)
{
	return f->done < traj_count(traj_of(f)) && session_may_show(f->session, f->done, PART_SPAN) &&
	       !(f->files && f->done >= evidence_next(f->session->evidence));
}

bool filter_waits(const struct filter *f)
{
	for (size_t k = 0; k < f->nopen; k++)
		if (is_over(f, f->open[k]))
			return true;
	return is_stale(f) || is_seen(f);
}

/* Spans that came to their end since they were tried. */
static void try_ended(struct filter *f)
{
	size_t n = 0;

	for (size_t k = 0; k < f->nopen; k++) {
		uint32_t i = f->open[k];
		bool texts = false, keep;

		if (!is_over(f, i)) {
			f->open[n++] = i;
			continue;
		}
		keep = try(f, i, &texts);
		if (keep == filter_keeps(f, i))
			continue;
		f->keep[i / 8] ^= (uint8_t)(1 << i % 8);
		f->kept += keep ? 1 : (size_t)-1;
		f->rounds++;
	}
	f->nopen = n;
	traj_release_bodies(traj_of(f));
}

static void settle(struct filter *f, bool keep)
{
	size_t i = f->done++;

	f->keep = mem_grow(f->keep, &f->cap, i / 8 + 1, 1);
	if (i % 8 == 0)
		f->keep[i / 8] = 0;
	f->keep[i / 8] |= (uint8_t)(keep << i % 8);
	f->kept += keep;
	if (!is_over(f, i) && f->nopen < OPEN_MAX)
		f->open[f->nopen++] = (uint32_t)i;
}

bool filter_step(struct filter *f, int64_t us)
{
	int64_t until = loop_now() + us;
	size_t looked = 0;

	if (is_stale(f))
		begin_again(f);
	for (size_t k = 0; k < f->n; k++) { /* records may have come, or taken the place of others */
		f->c[k].next = 0;
		if (f->c[k].raw)
			find_raw_forget(f->c[k].raw);
		if (f->c[k].kind == BY_FILE)
			take_up(&f->c[k], f->session->evidence);
	}
	try_ended(f);
	while (is_seen(f)) {
		bool texts = false;

		settle(f, try(f, f->done, &texts));
		if (texts)
			traj_release_bodies(traj_of(f));
		if ((texts || ++looked % HEADERS == 0) && loop_now() >= until)
			break;
	}
	return is_seen(f);
}

uint64_t filter_rounds(const struct filter *f)
{
	return f->rounds;
}

size_t filter_done(const struct filter *f)
{
	return f->done;
}

bool filter_keeps(const struct filter *f, size_t i)
{
	return i < f->done && f->keep[i / 8] >> i % 8 & 1;
}

size_t filter_kept(const struct filter *f)
{
	return f->kept;
}

struct slice filter_words(const struct filter *f)
{
	return f->words;
}
