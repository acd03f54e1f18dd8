#include "agent/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/blob.h"
#include "base/json.h"
#include "base/mem.h"

enum { WINDOW = 256 * 1024 };

struct records {
	struct blob *blob;
	uint64_t at;        /* of the next line */
	uint64_t line;      /* of the last one */
	struct buf bytes;   /* a piece of the file */
	size_t used;        /* its bytes before `at` */
	size_t searched;    /* no newline between `used` and here */
	struct arena *arena; /* of the current record */
	bool torn;
};

struct records *records_open(const char *path, struct err *e)
{
	struct blob *b = blob_open(path, e);
	struct records *rs;

	if (!b)
		return NULL;
	rs = xcalloc(1, sizeof *rs);
	rs->blob = b;
	rs->arena = arena_new();
	buf_init(&rs->bytes, JOURNAL_LINE_MAX + WINDOW);
	return rs;
}

void records_close(struct records *rs)
{
	if (!rs)
		return;
	arena_free(rs->arena);
	buf_release(&rs->bytes);
	blob_free(rs->blob);
	free(rs);
}

bool records_torn(const struct records *rs)
{
	return rs->torn;
}

/* ---- fields ---- */

/* Strings; absent, null and of another type are empty. */
static struct slice str(struct arena *a, struct slice object, const char *key)
{
	struct slice s = {0};

	return json_get_str(a, object, key, &s) ? s : (struct slice){0};
}

static uint64_t num(struct slice object, const char *key)
{
	uint64_t v = 0;

	slice_u64(json_member(object, key), &v);
	return v;
}

static int64_t when(struct arena *a, struct slice object, const char *key)
{
	int64_t us;

	return when_parse(str(a, object, key), &us, NULL) ? us : WHEN_NONE;
}

/* A member that must be of this type to count; else empty, or p NULL. */
static struct slice raw(struct slice object, const char *key, enum json_type type)
{
	struct slice v = json_member(object, key);

	return v.p && json_type(v) == type ? v : (struct slice){0};
}

/* Seq and the like: the largest means that there is none. */
static uint32_t seq(struct slice object, const char *key)
{
	uint64_t v;

	return slice_u64(json_member(object, key), &v) && v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

static int read_head(struct records *rs, struct slice v, struct record *r)
{
	struct journal_head *h = &r->head;
	struct arena *a = rs->arena;
	struct slice in = raw(v, "inputs", JSON_OBJECT), k = raw(v, "kernel", JSON_OBJECT);
	struct slice parent = raw(v, "parent", JSON_OBJECT);
	struct json_iter it = json_iter(in);
	struct journal_input *input;
	size_t n = 0;

	while (json_next(&it))
		n++;
	input = arena_alloc(a, (n + 1) * sizeof *input);
	for (it = json_iter(in); in.p && json_next(&it); h->ninput++) {
		input[h->ninput].name = json_string(a, it.key);
		if (json_type(it.value) == JSON_STRING)
			input[h->ninput].value = json_string(a, it.value);
	}
	h->input = input;
	h->time = when(a, v, "time");
	h->workflow = str(a, v, "workflow");
	h->instruction_sha256 = str(a, v, "instruction_sha256");
	if (k.p) {
		h->kernel.dir = str(a, k, "dir");
		h->kernel.commit = str(a, k, "commit");
		h->kernel.tree = str(a, k, "tree");
		h->kernel.version = str(a, k, "version");
		json_get_bool(k, "dirty", &h->kernel.dirty);
	}
	h->provider = str(a, v, "provider");
	h->base_url = str(a, v, "base_url");
	h->model = str(a, v, "model");
	h->settings = raw(v, "settings", JSON_OBJECT);
	if (parent.p) {
		h->parent_run = str(a, parent, "run");
		h->parent_seq = (uint32_t)num(parent, "seq");
	}
	h->version = str(a, v, "version");
	h->nonce = str(a, v, "nonce");
	return 0;
}

static int read_span(struct records *rs, struct slice v, struct record *r)
{
	struct span_out *s = &r->span;
	struct arena *a = rs->arena;

	s->seq = seq(v, "Seq");
	if (s->seq == UINT32_MAX)
		return -1;
	s->nesting = (uint32_t)num(v, "Nesting");
	r->span_type = str(a, v, "Type");
	s->type = span_type_of(r->span_type);
	s->name = str(a, v, "Name");
	s->model = str(a, v, "Model");
	s->started = when(a, v, "Started");
	s->finished = when(a, v, "Finished");
	s->error = str(a, v, "Error");
	s->args = raw(v, "Args", JSON_OBJECT);
	s->results = raw(v, "Results", JSON_OBJECT);
	s->instruction = str(a, v, "Instruction");
	s->prompt = str(a, v, "Prompt");
	s->reply = str(a, v, "Reply");
	s->thoughts = str(a, v, "Thoughts");
	s->tokens_in = num(v, "InputTokens");
	s->tokens_out = num(v, "OutputTokens");
	s->tokens_thought = num(v, "OutputThoughtsTokens");
	return 0;
}

static size_t elements(struct slice array)
{
	struct json_iter it = json_iter(array);
	size_t n = 0;

	while (array.p && json_next(&it))
		n++;
	return n;
}

static void read_calls(struct arena *a, struct slice array, struct journal_exchange *x)
{
	struct json_iter it = json_iter(array);
	struct journal_call *call = arena_alloc(a, (elements(array) + 1) * sizeof *call);

	for (; array.p && json_next(&it); x->ncall++) {
		if (json_type(it.value) != JSON_OBJECT)
			continue;
		call[x->ncall].id = str(a, it.value, "id");
		call[x->ncall].name = str(a, it.value, "name");
		call[x->ncall].args = raw(it.value, "args", JSON_OBJECT);
		call[x->ncall].bad_args = str(a, it.value, "bad_args");
	}
	x->call = call;
}

static int read_exchange(struct records *rs, struct slice v, struct record *r)
{
	struct journal_exchange *x = &r->exchange;
	struct arena *a = rs->arena;
	struct slice outcome = raw(v, "outcome", JSON_OBJECT), usage = raw(v, "usage", JSON_OBJECT);
	struct slice turns = raw(v, "turns", JSON_ARRAY);
	struct json_iter it = json_iter(turns);
	struct slice *turn = arena_alloc(a, (elements(turns) + 1) * sizeof *turn);

	x->seq = seq(v, "seq");
	if (x->seq == UINT32_MAX || !outcome.p)
		return -1;
	x->tries = (uint32_t)num(v, "try");
	x->time = when(a, v, "time");
	x->request_sha256 = str(a, v, "request_sha256");
	while (turns.p && json_next(&it))
		turn[x->nturn++] = it.value;
	x->turn = turn;
	x->reply = raw(v, "reply", JSON_ARRAY);
	x->outcome.end = str(a, outcome, "end");
	json_get_int(outcome, "http", &x->outcome.http);
	x->outcome.code = str(a, outcome, "code");
	x->outcome.message = str(a, outcome, "message");
	json_get_int(outcome, "wait_us", &x->outcome.wait_us);
	if (usage.p) {
		x->usage.in = num(usage, "in");
		x->usage.cached = num(usage, "cached");
		x->usage.out = num(usage, "out");
		x->usage.thought = num(usage, "thought");
	}
	x->thoughts = str(a, v, "thoughts");
	x->text = str(a, v, "text");
	read_calls(a, raw(v, "calls", JSON_ARRAY), x);
	x->model = str(a, v, "model");
	return 0;
}

static int read_control(struct records *rs, struct slice v, struct record *r)
{
	struct journal_control *c = &r->control;
	struct arena *a = rs->arena;

	c->time = when(a, v, "time");
	c->what = journal_what_of(str(a, v, "what"));
	c->seq = seq(v, "seq");
	c->text = str(a, v, "text");
	c->tool = str(a, v, "tool");
	c->args = json_member(v, "args");
	c->reason = str(a, v, "reason");
	return 0;
}

static int read_end(struct records *rs, struct slice v, struct record *r)
{
	struct slice word = str(rs->arena, v, "state");
	int s = JOURNAL_DONE;

	while (s <= JOURNAL_STOPPED && !slice_is(word, journal_state_name((enum journal_state)s)))
		s++;
	if (s > JOURNAL_STOPPED)
		return -1;
	r->end = (struct journal_end){when(rs->arena, v, "time"), (enum journal_state)s, str(rs->arena, v, "error")};
	return 0;
}

static const struct {
	const char *key;
	int (*read)(struct records *rs, struct slice v, struct record *r);
} kinds[] = {
	[RECORD_HEAD] = {"journal", read_head}, [RECORD_SPAN] = {"span", read_span},
	[RECORD_EXCHANGE] = {"exchange", read_exchange}, [RECORD_CONTROL] = {"control", read_control},
	[RECORD_END] = {"end", read_end},
};

/* ---- lines ---- */

static int bad(const struct records *rs, uint64_t at, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "cannot read '%s': line %llu, byte %llu: %s", blob_name(rs->blob),
		       (unsigned long long)rs->line, (unsigned long long)at, why);
}

/* Make room, and read on.  1: more bytes are there; 0: the file has no more; -1. */
static int read_on(struct records *rs, struct err *e)
{
	struct buf more = BUF_INIT;
	uint64_t from = rs->at + (rs->bytes.n - rs->used), left = blob_size(rs->blob) - from;
	size_t n = left < WINDOW ? (size_t)left : WINDOW;
	int rc = n ? blob_read(rs->blob, from, n, &more, e) : 0;

	if (n && rc == 0) {
		if (rs->used) {
			memmove(rs->bytes.p, rs->bytes.p + rs->used, rs->bytes.n - rs->used);
			buf_cut(&rs->bytes, rs->bytes.n - rs->used);
			rs->searched -= rs->used;
			rs->used = 0;
		}
		if (buf_add_slice(&rs->bytes, buf_slice(&more)) < 0)
			rc = bad(rs, rs->at, "the line is longer than 256 MiB, which is the most", e);
	}
	buf_release(&more);
	return rc < 0 ? -1 : n > 0;
}

/* The next line, without its newline: 1 and `*line`, borrowed until the next call; 0 at the end; -1. */
static int next_line(struct records *rs, struct slice *line, struct err *e)
{
	size_t nl;
	int more;

	while ((nl = slice_chr(buf_slice(&rs->bytes), '\n', rs->searched)) == SLICE_NONE) {
		rs->searched = rs->bytes.n;
		more = read_on(rs, e);
		if (more < 0)
			return -1;
		if (more == 0) {
			rs->torn = rs->bytes.n > rs->used;
			return 0;
		}
	}
	*line = slice_sub(buf_slice(&rs->bytes), rs->used, nl);
	return 1;
}

static int parse(struct records *rs, struct slice line, struct record *r, struct err *e)
{
	struct json_iter it;
	struct slice json, name;
	struct err why;
	size_t at = 0;

	if (json_check(line, &json, &at, &why) < 0)
		return bad(rs, rs->at + at, "it is not JSON here", e);
	it = json_iter(json);
	if (json_type(json) != JSON_OBJECT || !json_next(&it))
		return bad(rs, rs->at, "it is no record", e);
	name = json_string(rs->arena, it.key);
	r->kind = RECORD_HEAD;
	while (r->kind < RECORD_OTHER && !slice_is(name, kinds[r->kind].key))
		r->kind++;
	if ((rs->at == 0) != (r->kind == RECORD_HEAD))
		return bad(rs, rs->at, rs->at ? "it is a second head" : "it does not begin as a journal does", e);
	if (r->kind < RECORD_OTHER && (json_type(it.value) != JSON_OBJECT || kinds[r->kind].read(rs, it.value, r) < 0))
		return bad(rs, rs->at, "a field of the record is missing or wrong", e);
	return 0;
}

int records_next(struct records *rs, struct record *r, struct err *e)
{
	struct slice line;
	int rc;

	arena_free(rs->arena);
	rs->arena = arena_new();
	for (;;) {
		*r = (struct record){.kind = RECORD_OTHER, .at = rs->at, .line = ++rs->line};
		rc = next_line(rs, &line, e);
		if (rc <= 0)
			return rc;
		r->raw = line; /* it stays where it is until more is read */
		if (slice_trim(line).n && parse(rs, line, r, e) < 0)
			return -1;
		rs->at += line.n + 1;
		rs->used += line.n + 1;
		rs->searched = rs->used;
		if (slice_trim(line).n)
			return 1;
	}
}
