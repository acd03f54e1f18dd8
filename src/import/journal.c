#include "import/journal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "import/lines.h"
#include "import/span_json.h"

const char journal_format[] = "journal";

struct reader {
	struct blob *blob; /* borrowed: the trajectory owns it */
	struct run *r;
	struct lines lines;
	bool head, end;
	bool asked;       /* the first request, which holds the prompt, was seen */
	uint64_t unknown; /* records of kinds that a later version has */
};

bool journal_sniff(struct slice head)
{
	return slice_starts(head, "{\"journal\":");
}

static void tell(struct reader *rd, enum diag_level level, uint64_t at, const char *what)
{
	diags_add(&rd->r->diags, level, lines_of(&rd->lines, at), at, "%s", what);
}

/* ---- the first line ---- */

/* A string member into the run's own memory; left alone where it is absent, null or something else. */
static void take(struct reader *rd, struct slice object, const char *key, struct slice *to)
{
	struct slice s;

	if (object.p && json_get_str(rd->r->arena, object, key, &s))
		*to = arena_slice(rd->r->arena, s);
}

static struct slice object_in(struct slice v, const char *key)
{
	struct slice o = json_member(v, key);

	return o.p && json_type(o) == JSON_OBJECT ? o : (struct slice){0};
}

/* The tree that the agent read, where it was not simply a commit. */
static void tell_kernel(struct reader *rd, struct slice kernel)
{
	struct slice dir = {0}, version = {0}, tree = {0};
	struct buf b = BUF_INIT;
	bool dirty = false;

	take(rd, kernel, "dir", &dir);
	take(rd, kernel, "version", &version);
	take(rd, kernel, "tree", &tree);
	json_get_bool(kernel, "dirty", &dirty);
	buf_addf(&b, "kernel tree '%.*s'", (int)(dir.n < 4096 ? dir.n : 4096), dir.n ? dir.p : "");
	if (version.n)
		buf_addf(&b, ", version %.*s", (int)(version.n < 80 ? version.n : 80), version.p);
	if (dirty)
		buf_addf(&b, ", with changes on top of its commit%s%.*s", tree.n ? ": tree " : "",
			 (int)(tree.n < 80 ? tree.n : 80), tree.n ? tree.p : "");
	tell(rd, DIAG_NOTE, 0, buf_str(&b));
	buf_release(&b);
}

static void take_head(struct reader *rd, struct slice v, uint64_t at)
{
	struct run *r = rd->r;
	struct slice inputs = object_in(v, "inputs"), kernel = object_in(v, "kernel"), parent = object_in(v, "parent");
	struct slice s = {0};
	int64_t seq;

	if (rd->head) {
		tell(rd, DIAG_WARNING, at, "a second head: it is left out");
		return;
	}
	rd->head = true;
	take(rd, v, "schema", &s);
	if (!slice_is(s, "verdict.journal/1"))
		tell(rd, DIAG_WARNING, at, "its schema is not verdict.journal/1: what this version knows of it is read");
	take(rd, v, "workflow", &r->workflow);
	take(rd, v, "provider", &r->provider);
	take(rd, v, "model", &r->model);
	take(rd, inputs, "CrashReport", &r->report_text);
	take(rd, kernel, "commit", &r->kernel_commit);
	take(rd, inputs, "KernelCommit", &r->kernel_commit);
	take(rd, parent, "run", &r->parent);
	if (parent.p && json_get_int(parent, "seq", &seq) && seq >= 0 && seq <= UINT32_MAX)
		r->parent_seq = (uint32_t)seq;
	s = (struct slice){0};
	take(rd, v, "time", &s);
	when_parse(s, &r->created, NULL);
	if (kernel.p)
		tell_kernel(rd, kernel);
}

/* ---- what the person did ---- */

static void add_text(struct buf *b, const char *before, struct slice s)
{
	if (s.n) {
		buf_adds(b, before);
		buf_add_slice(b, slice_sub(s, 0, 2000));
	}
}

/* The arguments that the agent itself gave the call: its record before the edit. */
static void add_own_args(struct reader *rd, uint32_t seq, struct slice args, struct buf *b)
{
	struct traj *t = rd->r->traj;
	size_t i = traj_find(t, seq);
	struct slice own;

	add_text(b, ": run with ", args);
	if (i < traj_count(t) && traj_field(t, i, FIELD_ARGS, &own, NULL) > 0)
		add_text(b, ", the agent asked for ", own);
	traj_release_bodies(t);
}

/* "12:03:05 steer: look at the other caller". */
static void take_control(struct reader *rd, struct slice v, uint64_t at)
{
	struct arena *a = arena_new();
	struct slice time = {0}, what = {0}, text = {0}, tool = {0}, reason = {0};
	bool own; /* the program's, not the reviewer's */
	struct buf b = BUF_INIT;
	int64_t us, seq;

	json_get_str(a, v, "time", &time);
	json_get_str(a, v, "what", &what);
	json_get_str(a, v, "text", &text);
	json_get_str(a, v, "tool", &tool);
	json_get_str(a, v, "reason", &reason);
	if (when_parse(time, &us, NULL)) {
		struct buf t = BUF_INIT;

		when_add(&t, us, WHEN_SECOND);
		buf_add_slice(&b, slice_sub(buf_slice(&t), 11, 19));
		buf_addc(&b, ' ');
		buf_release(&t);
	}
	buf_add_slice(&b, slice_sub(what, 0, 40));
	add_text(&b, " ", tool);
	add_text(&b, ": ", text);
	add_text(&b, ": ", reason);
	own = slice_is(what, "warning") || slice_is(what, "halt");
	if (json_get_int(v, "seq", &seq) && seq >= 0 && seq <= UINT32_MAX && !own) {
		if (slice_is(what, "edit"))
			add_own_args(rd, (uint32_t)seq, json_member(v, "args"), &b);
		asides_add(&rd->r->asides, (uint32_t)seq, ASIDE_ACT, buf_slice(&b));
	}
	tell(rd, own ? DIAG_WARNING : DIAG_NOTE, at, buf_str(&b));
	buf_release(&b);
	arena_free(a);
}

/* ---- what the model was told ---- */

/* The texts of a message of the user, as either dialect has it: a string, or parts with texts among them. */
static void take_message(struct reader *rd, uint32_t seq, struct slice message)
{
	struct arena *a = arena_new();
	struct slice s = {0};

	if (json_get_str(a, message, "role", &s) && slice_is(s, "user")) {
		if (json_get_str(a, message, "content", &s))
			asides_add(&rd->r->asides, seq, ASIDE_TOLD, s);
		s = json_member(message, "parts");
		if (json_type(s) == JSON_ARRAY)
			for (struct json_iter it = json_iter(s); json_next(&it);) {
				struct slice text = {0};

				if (json_type(it.value) == JSON_OBJECT && json_get_str(a, it.value, "text", &text))
					asides_add(&rd->r->asides, seq, ASIDE_TOLD, text);
			}
	}
	arena_free(a);
}

/* Beside the answers of tools, which are in their spans, and the prompt, which is the agent's. */
static void take_exchange(struct reader *rd, struct slice v, uint64_t at)
{
	struct slice turns = json_member(v, "turns");
	int64_t seq;

	(void)at;
	if (!rd->asked || !json_get_int(v, "seq", &seq) || seq < 0 || seq > UINT32_MAX || json_type(turns) != JSON_ARRAY) {
		rd->asked = true;
		return;
	}
	for (struct json_iter turn = json_iter(turns); json_next(&turn);)
		if (json_type(turn.value) == JSON_ARRAY)
			for (struct json_iter it = json_iter(turn.value); json_next(&it);)
				if (json_type(it.value) == JSON_OBJECT)
					take_message(rd, (uint32_t)seq, it.value);
}

/* ---- the end ---- */

static void take_end(struct reader *rd, struct slice v, uint64_t at)
{
	static const struct {
		const char *word;
		enum run_state state;
	} states[] = {{"done", RUN_DONE}, {"failed", RUN_FAILED}, {"stopped", RUN_STOPPED}};
	struct slice word = {0};
	size_t i = 0;

	take(rd, v, "state", &word);
	while (i < sizeof states / sizeof *states && !slice_is(word, states[i].word))
		i++;
	rd->end = true;
	if (i == sizeof states / sizeof *states) {
		tell(rd, DIAG_WARNING, at, "the end has no state that is known: the run counts as failed");
		rd->r->told = RUN_FAILED;
		return;
	}
	rd->r->told = states[i].state;
	take(rd, v, "error", &rd->r->error);
}

/* ---- lines ---- */

static bool span(struct slice *raw)
{
	struct slice s = *raw;

	if (!slice_eat(&s, "{\"span\":") || !slice_ends(s, "}"))
		return false;
	s.n--;
	*raw = s;
	return true;
}

static void other(void *ctx, struct slice raw, uint64_t at)
{
	static const struct {
		const char *key;
		void (*take)(struct reader *rd, struct slice v, uint64_t at);
	} kinds[] = {
		{"\"journal\"", take_head}, {"\"control\"", take_control}, {"\"end\"", take_end},
		{"\"exchange\"", take_exchange},
	};
	struct reader *rd = ctx;
	struct json_iter it;
	struct slice json;
	size_t wrong = 0;

	if (at == 0) /* the id is of these bytes, whatever they hold */
		run_name(rd->r, raw);
	if (json_check(raw, &json, &wrong, NULL) < 0) {
		tell(rd, DIAG_ERROR, at + wrong, "it is not JSON here");
		return;
	}
	it = json_iter(json);
	if (json_type(json) != JSON_OBJECT || !json_next(&it)) {
		tell(rd, DIAG_ERROR, at, "it is no record");
		return;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (slice_is(it.key, kinds[i].key)) {
			if (json_type(it.value) == JSON_OBJECT)
				kinds[i].take(rd, it.value, at);
			else
				tell(rd, DIAG_ERROR, at, "it is no record");
			return;
		}
	rd->unknown++;
}

static bool ended(const void *ctx)
{
	const struct reader *rd = ctx;

	return rd->end;
}

static int end(void *ctx, struct err *e)
{
	struct reader *rd = ctx;

	if (!rd->head)
		return err_set(e, ERR_INPUT, "cannot import '%s': line 1, byte 0: the journal's first line is not whole",
			       blob_name(rd->blob));
	if (rd->unknown)
		diags_add(&rd->r->diags, DIAG_NOTE, 0, 0,
			  "%" PRIu64 " record%s of kinds that this version does not know", rd->unknown,
			  rd->unknown == 1 ? "" : "s");
	return 0;
}

static const struct span_lines_form form = {journal_format, span, other, ended, end, free};

static void *begin(struct blob *b, struct run *r)
{
	struct reader *rd = xcalloc(1, sizeof *rd);

	*rd = (struct reader){.blob = b, .r = r, .lines = {.blob = b, .diags = &r->diags}};
	r->tells = true;
	r->told = RUN_RUNNING;
	return span_lines_begin(b, r, &form, rd);
}

const struct import_slices journal_slices = {
	begin, span_lines_step, span_lines_place, span_lines_tail, span_lines_ended, span_lines_end, span_lines_free,
};
