#include "llm/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "llm/fail.h"
#include "llm/outcome.h"
#include "net/sse.h"

struct llm_decoder {
	const struct llm_dialect *dialect;
	struct slice key; /* borrowed */
	struct arena *a;  /* what is handed out */
	struct llm_draft draft;
	void *own; /* the dialect's */
	struct sse *sse;
	struct buf body; /* of an answer that is no event stream, or before it is known to be one */
	size_t begin;    /* of its first byte that says what it is */
	enum { BODY_UNKNOWN, BODY_STREAM, BODY_PLAIN } form;
	long status;
	struct llm_hints hints;
	bool done;     /* [DONE] */
	bool faulty;   /* `fault` came in the stream */
	bool broken;   /* an event that is no JSON */
	const char *over;
	struct llm_fault fault;
	struct llm_outcome out;
	struct llm_reply reply;
	bool replied;
};

static void on_event(void *arg, struct slice name, struct slice data);

struct llm_decoder *llm_decoder_new(const struct llm_dialect *dialect, struct slice key,
				    void (*event)(void *arg, const struct llm_event *), void *arg)
{
	struct llm_decoder *d = xcalloc(1, sizeof *d);

	d->dialect = dialect;
	d->key = key;
	d->a = arena_new();
	d->hints = (struct llm_hints)LLM_HINTS_INIT;
	llm_draft_init(&d->draft, key, event, arg);
	d->own = dialect->open(&d->draft);
	d->sse = sse_new(on_event, d, LLM_REPLY_MAX);
	return d;
}

void llm_decoder_free(struct llm_decoder *d)
{
	if (!d)
		return;
	d->dialect->free(d->own);
	llm_draft_release(&d->draft);
	sse_free(d->sse);
	buf_release(&d->body);
	arena_free(d->a);
	free(d);
}

void llm_decoder_head(struct llm_decoder *d, long status, struct slice name, struct slice value, int64_t now)
{
	d->status = status;
	llm_hints_header(&d->hints, name, value, now);
}

static bool good(const struct llm_decoder *d)
{
	return d->status >= 200 && d->status <= 299;
}

/* ---- pieces ---- */

static void object(struct llm_decoder *d, struct slice raw, bool error)
{
	struct arena *scratch;

	if (d->faulty || d->draft.over)
		return;
	scratch = arena_new();
	if (llm_fault_in(&d->fault, scratch, raw) || error) {
		/* from a copy: the stream goes on, and its buffer with it */
		llm_fault_read(&d->fault, d->a, arena_slice(d->a, raw));
		d->faulty = true;
	} else {
		d->dialect->chunk(d->own, scratch, raw);
	}
	arena_free(scratch);
}

/* A provider that says the key back says it to the screen and to the journal: they get it without. */
static struct slice without_key(const struct llm_decoder *d, struct slice text)
{
	struct llm_veil veil = {.key = d->key};
	struct buf clean = BUF_INIT;

	if (d->key.n < LLM_KEY_MIN || slice_find_slice(text, d->key, 0) == SLICE_NONE)
		return text;
	llm_veil_add(&veil, &clean, text);
	llm_veil_end(&veil, &clean);
	text = arena_slice(d->a, buf_slice(&clean));
	buf_release(&clean);
	return text;
}

/* JSON as an event, or as a whole body: an object, or an array of them (A.1, A.11).  `error`: an event of that name. */
static void json(struct llm_decoder *d, struct slice text, bool error)
{
	struct slice raw;

	if (json_check(without_key(d, text), &raw, NULL, NULL) < 0) {
		d->broken = true;
		return;
	}
	if (json_type(raw) == JSON_ARRAY)
		for (struct json_iter it = json_iter(raw); json_next(&it);)
			object(d, it.value, error);
	else
		object(d, raw, error);
}

static void on_event(void *arg, struct slice name, struct slice data)
{
	struct llm_decoder *d = arg;

	data = slice_trim(data);
	if (!data.n || d->done || d->broken)
		return;
	if (slice_starts(data, "[DONE]"))
		d->done = true;
	else
		json(d, data, slice_is(name, "error"));
}

#define BOM "\xef\xbb\xbf"

/* Move `begin` past a byte order mark and blanks. */
static void find_begin(struct llm_decoder *d)
{
	struct slice s = buf_slice(&d->body);

	if (d->begin == 0 && slice_starts(s, BOM))
		d->begin = strlen(BOM);
	while (d->begin < s.n && memchr(" \t\r\n", s.p[d->begin], 4))
		d->begin++;
}

/* The body that is kept, without what stands around it. */
static struct slice plain(const struct llm_decoder *d)
{
	return slice_rtrim(slice_sub(buf_slice(&d->body), d->begin, d->body.n));
}

/*
 * What the body is, by its first byte and not by its type, which servers and proxies get wrong: JSON and pages begin with
 * a bracket, a stream of events never does.
 */
static void look(struct llm_decoder *d)
{
	find_begin(d);
	if (!good(d))
		d->form = BODY_PLAIN;
	else if (d->begin < d->body.n && (d->begin || d->body.n >= strlen(BOM) || d->body.p[0] != BOM[0])) /* else it may become one */
		d->form = memchr("{[<", d->body.p[d->begin], 3) ? BODY_PLAIN : BODY_STREAM;
}

int llm_decoder_data(struct llm_decoder *d, struct slice bytes)
{
	size_t most = good(d) ? LLM_REPLY_MAX : LLM_ERROR_MAX;
	struct slice all = bytes;

	if (d->over || d->draft.over)
		return -1;
	if (d->form == BODY_UNKNOWN) {
		buf_add_slice(&d->body, bytes);
		all = buf_slice(&d->body);
		look(d);
		if (d->form == BODY_PLAIN && d->body.n > most)
			buf_cut(&d->body, most);
	} else if (d->form == BODY_PLAIN) {
		buf_add_slice(&d->body, slice_sub(bytes, 0, most - d->body.n));
	}
	if (d->form == BODY_STREAM && sse_feed(d->sse, all) < 0)
		d->over = "one event of it is longer than 16 MiB";
	if (d->form != BODY_STREAM && d->body.n >= most && good(d))
		d->over = "it is longer than 16 MiB";
	return d->over || d->draft.over ? -1 : 0;
}

/* ---- the end ---- */

static const struct llm_reason *reason(const struct llm_decoder *d)
{
	const struct llm_reason *r = d->dialect->reasons;

	while (r->word && !slice_is(buf_slice(&d->draft.finish), r->word))
		r++;
	return r;
}

static void end(struct llm_decoder *d, enum llm_end how, struct slice code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static void end(struct llm_decoder *d, enum llm_end how, struct slice code, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	llm_outcome_set(&d->out, how, code, buf_slice(&b), d->key);
	buf_release(&b);
}

static bool all_calls_named(const struct llm_draft *r)
{
	for (unsigned i = 0; i < r->ncalls; i++)
		if (!r->call[i].name.n)
			return false;
	return true;
}

/* A key that came in pieces stands in what was put together of them; the draft's own texts have none. */
static void clean_reply(struct llm_decoder *d)
{
	struct llm_reply *r = &d->reply;

	r->turn = without_key(d, r->turn);
	r->model = without_key(d, r->model);
	r->id = without_key(d, r->id);
	for (size_t i = 0; i < r->ncalls; i++) {
		r->call[i].id = without_key(d, r->call[i].id);
		r->call[i].name = without_key(d, r->call[i].name);
	}
}

/* The turn and the rest of the reply, into the arena. */
static void take_reply(struct llm_decoder *d)
{
	struct buf turn = BUF_INIT;

	llm_draft_reply(&d->draft, d->a, &d->reply);
	buf_init(&turn, 2 * (size_t)LLM_REPLY_MAX);
	if (d->out.end == LLM_END_REPLY || d->out.end == LLM_END_LENGTH)
		d->dialect->turn(d->own, d->out.end == LLM_END_REPLY, &turn);
	if (turn.over)
		end(d, LLM_END_FATAL, SLICE("too_large"), "the reply was given up: its turn is longer than 32 MiB");
	else
		d->reply.turn = json_one_line(d->a, buf_slice(&turn));
	clean_reply(d);
	d->replied = true;
	buf_release(&turn);
}

/* A whole answer, by the word that the provider has for its end and by what it holds. */
static void whole(struct llm_decoder *d)
{
	const struct llm_draft *r = &d->draft;
	struct slice word = buf_slice(&r->finish);
	enum llm_end how = r->blocked ? LLM_END_REFUSED : reason(d)->end;
	bool text = slice_trim(buf_slice(&r->text.b)).n > 0;

	if (how == LLM_END_REPLY && !all_calls_named(r))
		how = LLM_END_MALFORMED;
	if (how == LLM_END_REPLY && !text && !r->ncalls)
		how = LLM_END_EMPTY;
	if (how == LLM_END_REPLY)
		end(d, how, word, "%s", "");
	else if (how == LLM_END_EMPTY)
		end(d, how, word, r->thoughts.b.n ? "the reply holds thoughts and nothing else" : "the reply is empty");
	else if (how == LLM_END_LENGTH)
		end(d, how, word, text ? "the reply was cut at the output limit"
				       : "the output limit was reached before any answer: allow more output or less thinking");
	else if (how == LLM_END_MALFORMED)
		end(d, how, word, "the model made a tool call that is none: %s", r->why.n ? buf_str(&r->why) : buf_str(&r->finish));
	else if (how == LLM_END_REFUSED)
		end(d, how, word, "%s: %s", r->blocked && word.n ? "the provider refused the prompt" : "the provider refused to answer",
		    r->why.n ? buf_str(&r->why) : buf_str(&r->finish));
	else
		end(d, how, word, "the provider ended the reply: %s", buf_str(&r->finish));
	if (how == LLM_END_FATAL) /* what there is to learn from */
		d->fault.message = arena_slice(d->a, word);
	d->out.http = d->status;
	take_reply(d);
}

/* An answer of 2xx. */
static void answered(struct llm_decoder *d, const struct llm_transfer *t)
{
	bool page = d->form == BODY_PLAIN && slice_starts(plain(d), "<");

	if (page)
		end(d, LLM_END_FATAL, SLICE("page"), "%s answered with a page, not as the API does: is the base URL right?",
		    d->dialect->title);
	else if (d->faulty)
		llm_fail(&d->out, d->status, &d->fault, &d->hints, d->key);
	else if (!d->broken && (d->done || d->draft.finish.n || d->draft.blocked))
		whole(d);
	else if (!t->ok)
		llm_fail_transfer(&d->out, d->status, t->fatal, t->message, d->key);
	else
		end(d, LLM_END_RETRY, SLICE("truncated"), d->broken ? "the reply holds a piece that is no JSON"
								    : "the reply broke off before its end");
}

/*
 * An error as bare JSON within the stream (A.11).  Any other line that is no event's, which gateways leave, says nothing
 * about the reply.
 */
static void bare_error(struct llm_decoder *d, struct slice rest)
{
	struct slice raw;
	struct json_iter it;

	if (json_check(rest, &raw, NULL, NULL) < 0)
		return;
	it = json_iter(raw);
	if (json_type(raw) == JSON_ARRAY && json_next(&it))
		raw = it.value;
	if (json_type(raw) == JSON_OBJECT && json_member(raw, "error").n)
		object(d, raw, false);
}

static void last_bytes(struct llm_decoder *d)
{
	if (d->form == BODY_PLAIN) {
		if (good(d) && !slice_starts(plain(d), "<"))
			json(d, buf_slice(&d->body), false);
		return;
	}
	sse_end(d->sse);
	bare_error(d, sse_rest(d->sse));
}

const struct llm_outcome *llm_decoder_end(struct llm_decoder *d, const struct llm_transfer *t)
{
	const char *over;

	last_bytes(d);
	d->dialect->close(d->own);
	llm_draft_end(&d->draft);
	over = d->over ? d->over : d->draft.over;
	d->out.http = d->status;
	memcpy(d->out.request_id, d->hints.request_id, sizeof d->out.request_id);
	if (over) {
		end(d, LLM_END_FATAL, SLICE("too_large"), "the reply was given up: %s", over);
	} else if (good(d)) {
		answered(d, t);
	} else if (d->status == 0) {
		llm_fail_transfer(&d->out, 0, t->fatal, t->message, d->key);
	} else {
		llm_fault_read(&d->fault, d->a, buf_slice(&d->body));
		llm_fail(&d->out, d->status, &d->fault, &d->hints, d->key);
	}
	return &d->out;
}

const struct llm_reply *llm_decoder_reply(const struct llm_decoder *d)
{
	return d->replied ? &d->reply : NULL;
}

const struct llm_fault *llm_decoder_fault(const struct llm_decoder *d)
{
	return &d->fault;
}
