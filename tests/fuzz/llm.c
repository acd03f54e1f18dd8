/*
 * An answer of a provider, or with "HTTP/" in front a raw one with its head: both dialects read it whole and in pieces to
 * the same end, and what they give can be sent back.  The same bytes as a list of models.
 */
#include "llm/decode.h"
#include "llm/learn.h"
#include "llm/retry.h"
#include "tests/fuzz/fuzz.h"

#define KEY "hush-hush-hush"

struct got {
	struct llm_outcome o;
	struct buf streamed, reply, turn;
};

static void on_event(void *arg, const struct llm_event *ev)
{
	struct got *g = arg;

	MUST(ev->kind == LLM_USAGE || ev->slot < LLM_CALLS_MAX);
	if (ev->kind == LLM_THOUGHT || ev->kind == LLM_TEXT)
		buf_add_slice(&g->streamed, ev->text);
}

/* The head of a raw answer to the decoder; what is left is the body. */
static struct slice feed_head(struct llm_decoder *d, struct slice s)
{
	struct slice rest = s, line;
	uint64_t status = 200;

	if (slice_eat(&rest, "HTTP/") && slice_line(&rest, &line)) {
		if (!slice_u64(slice_sub(line, 4, 7), &status) || status < 100)
			status = 200;
		while (slice_line(&rest, &line) && slice_trim(line).n) {
			size_t colon = slice_chr(line, ':', 0);

			if (colon != SLICE_NONE)
				llm_decoder_head(d, (long)status, slice_sub(line, 0, colon),
						 slice_trim(slice_sub(line, colon + 1, line.n)), 0);
		}
		s = rest;
	}
	llm_decoder_head(d, (long)status, (struct slice){0}, (struct slice){0}, 0);
	return s;
}

/* Bytes of their own, so that nothing is read past a piece or after it is gone. */
static int feed_piece(struct llm_decoder *d, struct slice s)
{
	char *p = malloc(s.n ? s.n : 1);
	int rc;

	memcpy(p, s.n ? s.p : "", s.n);
	rc = llm_decoder_data(d, (struct slice){p, s.n});
	free(p);
	return rc;
}

/* A conversation with the reply in it is a request. */
static void send_back(const struct llm_dialect *dialect, const struct llm_reply *r)
{
	struct buf question = BUF_INIT, answers = BUF_INIT, body = BUF_INIT;
	struct llm_result results[LLM_CALLS_MAX];

	for (size_t i = 0; i < r->ncalls; i++)
		results[i] = (struct llm_result){r->call[i].id, r->call[i].name, r->call[i].args};
	llm_turn_text(dialect, &question, r->text);
	llm_turn_results(dialect, &answers, results, r->ncalls, r->thoughts);
	for (unsigned how = 0; how < 4; how++) {
		struct llm_turn turns[] = {{false, buf_slice(&question)}, {true, r->turn}, {false, buf_slice(&answers)}};
		struct llm_request rq = {.model = "m", .turn = turns, .nturns = 3, .temperature = -1};
		struct llm_learnt learnt = {.dummy = how & 1, .strip = how & 2};

		buf_clear(&body);
		dialect->request(&body, &rq, &learnt);
		fuzz_must_be_json(buf_slice(&body));
	}
	buf_release(&question);
	buf_release(&answers);
	buf_release(&body);
}

static void take_reply(struct got *g, const struct llm_dialect *dialect, const struct llm_reply *r)
{
	buf_add_slice(&g->reply, r->text);
	buf_add_slice(&g->reply, r->thoughts);
	buf_add_slice(&g->turn, r->turn);
	MUST(r->ncalls <= LLM_CALLS_MAX);
	for (size_t i = 0; i < r->ncalls; i++) {
		MUST(r->call[i].id.n && (r->call[i].name.n || g->o.end != LLM_END_REPLY));
		fuzz_must_be_json(r->call[i].args);
		MUST(json_type(r->call[i].args) == JSON_OBJECT);
		buf_add_slice(&g->reply, r->call[i].args);
		fuzz_touch(r->call[i].bad_args);
	}
	if (r->turn.n) {
		fuzz_must_be_json(r->turn);
		MUST(json_type(r->turn) == JSON_ARRAY);
		send_back(dialect, r);
	}
}

static void decode(struct got *g, const struct llm_dialect *dialect, struct slice s, size_t piece)
{
	struct llm_decoder *d = llm_decoder_new(dialect, SLICE(KEY), on_event, g);
	struct llm_learnt learnt = {0};
	const struct llm_reply *r;
	unsigned lessons = 0;

	*g = (struct got){0};
	for (s = feed_head(d, s); s.n && feed_piece(d, slice_sub(s, 0, piece)) == 0; s = slice_sub(s, piece, s.n))
		;
	g->o = *llm_decoder_end(d, &(struct llm_transfer){.ok = true});
	r = llm_decoder_reply(d);
	MUST(g->o.end < LLM_ENDS && g->o.end != LLM_END_ADJUSTED);
	MUST(g->o.end == LLM_END_REPLY ? r != NULL : g->o.message[0] != '\0');
	MUST(!strstr(g->o.message, KEY) && !strstr(g->o.code, KEY));
	MUST(g->o.wait_us >= 0 && llm_retry_wait(&g->o, 99, 1) <= 0);
	while (llm_learn(&learnt, dialect, ~0u, g->o.http, llm_decoder_fault(d)))
		MUST(++lessons < 10);
	if (r)
		take_reply(g, dialect, r);
	llm_decoder_free(d);
}

static bool same(const struct got *a, const struct got *b)
{
	return a->o.end == b->o.end && a->o.http == b->o.http && a->o.wait_us == b->o.wait_us &&
	       strcmp(a->o.message, b->o.message) == 0 && slice_eq(buf_slice(&a->streamed), buf_slice(&b->streamed)) &&
	       slice_eq(buf_slice(&a->reply), buf_slice(&b->reply)) && slice_eq(buf_slice(&a->turn), buf_slice(&b->turn));
}

static void release(struct got *g)
{
	buf_release(&g->streamed);
	buf_release(&g->reply);
	buf_release(&g->turn);
}

static bool one_model(void *unused, const struct llm_model *m)
{
	(void)unused;
	return fuzz_touch(m->id) + fuzz_touch(m->title) != 1;
}

static void list(const struct llm_dialect *dialect, struct slice s)
{
	struct arena *a = arena_new();
	struct buf next = BUF_INIT, url = BUF_INIT;
	struct err e = {0};

	MUST(dialect->models(s, a, one_model, NULL, &next, &e) == 0 || e.msg[0]);
	dialect->models_url(&url, "https://host", buf_slice(&next));
	for (size_t i = 0; i < url.n; i++)
		MUST(url.p[i] > ' ' && url.p[i] < 127);
	buf_release(&next);
	buf_release(&url);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct llm_dialect *const dialects[] = {&llm_gemini, &llm_openai};
	struct slice s = fuzz_slice(data, size);

	for (size_t i = 0; i < 2; i++) {
		struct got whole, pieces;

		decode(&whole, dialects[i], s, SIZE_MAX);
		decode(&pieces, dialects[i], s, 1 + size % 5);
		MUST(same(&whole, &pieces));
		release(&whole);
		release(&pieces);
		list(dialects[i], s);
	}
	return 0;
}
