#include "compose.h"

#include "base/json.h"

/* A token is taken as four bytes. */
static void count(struct composer *c, enum step_kind kind, struct slice text)
{
	*(kind == THOUGHT ? &c->thought : &c->out) += text.n / 4 + 1;
}

static void kuint(struct json_w *w, const char *key, uint64_t v)
{
	json_key(w, key);
	json_uint(w, v);
}

static void kobj(struct json_w *w, const char *key, char bracket)
{
	json_key(w, key);
	json_open(w, bracket);
}

/* A string member that may be empty, which json_kstr() would make null. */
static void ktext(struct json_w *w, const char *key, struct slice s)
{
	json_key(w, key);
	json_str(w, s);
}

static void kid(struct json_w *w, const char *key, const char *what, unsigned a, unsigned b)
{
	struct buf id = BUF_INIT;

	buf_addf(&id, "%s_%u_%u", what, a, b);
	ktext(w, key, buf_slice(&id));
	buf_release(&id);
}

/* Arguments come in two pieces, cut between characters. */
static size_t middle(struct slice s)
{
	size_t at = s.n / 2;

	while (at > 0 && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static void close_all(struct json_w *w, const char *brackets)
{
	while (*brackets)
		json_close(w, *brackets++);
}

/* ---- Gemini ---- */

static void gemini_begin(struct json_w *w, struct buf *out)
{
	json_w_init(w, out, false);
	buf_adds(out, "data: ");
	json_open(w, '{');
	kobj(w, "candidates", '[');
	json_open(w, '{');
	kobj(w, "content", '{');
	kobj(w, "parts", '[');
	json_open(w, '{');
}

static void gemini_end(struct composer *c, struct json_w *w, const char *finish)
{
	close_all(w, "}]");
	json_kcstr(w, "role", "model");
	json_close(w, '}');
	if (finish)
		json_kcstr(w, "finishReason", finish);
	kuint(w, "index", 0);
	close_all(w, "}]");
	kobj(w, "usageMetadata", '{');
	kuint(w, "promptTokenCount", c->in);
	kuint(w, "candidatesTokenCount", c->out);
	kuint(w, "totalTokenCount", c->in + c->out + c->thought);
	kuint(w, "thoughtsTokenCount", c->thought);
	json_close(w, '}');
	ktext(w, "modelVersion", c->model);
	kid(w, "responseId", "scripted", c->reply, 0);
	json_close(w, '}');
	buf_adds(w->b, "\r\n\r\n");
}

static void gemini(struct composer *c, const struct step *st, struct slice text, struct buf *out)
{
	struct json_w w;
	const char *finish = NULL;

	gemini_begin(&w, out);
	if (st->kind == CALL) {
		kobj(&w, "functionCall", '{');
		ktext(&w, "name", st->text);
		json_key(&w, "args");
		json_raw(&w, st->args);
		kid(&w, "id", "fc", c->reply, c->calls);
		json_close(&w, '}');
		if (c->calls == 1) /* of parallel calls only the first is signed */
			kid(&w, "thoughtSignature", "c2lnbmVk", c->reply, 0);
	} else {
		ktext(&w, "text", st->kind == FINISH ? (struct slice){0} : text);
		if (st->kind == THOUGHT)
			json_kbool(&w, "thought", true);
	}
	if (st->kind == FINISH)
		finish = text.n ? text.p : "STOP";
	gemini_end(c, &w, finish);
}

/* ---- OpenAI ---- */

static void openai_begin(struct composer *c, struct json_w *w, struct buf *out)
{
	json_w_init(w, out, false);
	buf_adds(out, "data: ");
	json_open(w, '{');
	kid(w, "id", "chatcmpl", c->reply, 0);
	json_kcstr(w, "object", "chat.completion.chunk");
	kuint(w, "created", 1795400000);
	ktext(w, "model", c->model);
	kobj(w, "choices", '[');
}

static void openai_delta(struct composer *c, struct json_w *w, struct buf *out)
{
	openai_begin(c, w, out);
	json_open(w, '{');
	kuint(w, "index", 0);
	kobj(w, "delta", '{');
}

static void openai_end(struct json_w *w, const char *finish)
{
	json_close(w, '}');
	json_kcstr(w, "finish_reason", finish);
	close_all(w, "}]}");
	buf_adds(w->b, "\n\n");
}

static void openai_call(struct composer *c, const struct step *st, struct slice args, bool first, struct buf *out)
{
	struct json_w w;

	openai_delta(c, &w, out);
	kobj(&w, "tool_calls", '[');
	json_open(&w, '{');
	kuint(&w, "index", c->calls - 1);
	if (first) {
		kid(&w, "id", "call", c->reply, c->calls);
		json_kcstr(&w, "type", "function");
	}
	kobj(&w, "function", '{');
	if (first)
		ktext(&w, "name", st->text);
	ktext(&w, "arguments", args);
	close_all(&w, "}}]");
	openai_end(&w, NULL);
}

static void openai_finish(struct composer *c, struct slice reason, struct buf *out)
{
	struct json_w w;

	openai_delta(c, &w, out);
	openai_end(&w, reason.n ? reason.p : c->calls ? "tool_calls" : "stop");
	openai_begin(c, &w, out);
	json_close(&w, ']');
	kobj(&w, "usage", '{');
	kuint(&w, "prompt_tokens", c->in);
	kuint(&w, "completion_tokens", c->out + c->thought);
	kuint(&w, "total_tokens", c->in + c->out + c->thought);
	kobj(&w, "completion_tokens_details", '{');
	kuint(&w, "reasoning_tokens", c->thought);
	close_all(&w, "}}}");
	buf_adds(out, "\n\ndata: [DONE]\n\n");
}

static void openai(struct composer *c, const struct step *st, struct slice text, struct buf *out)
{
	struct json_w w;

	if (st->kind == CALL) {
		openai_call(c, st, (struct slice){0}, true, out);
		openai_call(c, st, slice_sub(st->args, 0, middle(st->args)), false, out);
		openai_call(c, st, slice_sub(st->args, middle(st->args), st->args.n), false, out);
	} else if (st->kind == FINISH) {
		openai_finish(c, text, out);
	} else {
		openai_delta(c, &w, out);
		ktext(&w, st->kind == THOUGHT ? "reasoning_content" : "content", text);
		openai_end(&w, NULL);
	}
}

/* ---- Anthropic ---- */

static void anthropic_begin(struct json_w *w, const char *event, struct buf *out)
{
	json_w_init(w, out, false);
	buf_addf(out, "event: %s\ndata: ", event);
	json_open(w, '{');
	json_kcstr(w, "type", event);
}

static void anthropic_end(struct json_w *w)
{
	json_close(w, '}');
	buf_adds(w->b, "\n\n");
}

static void anthropic_usage(struct composer *c, struct json_w *w)
{
	kobj(w, "usage", '{');
	kuint(w, "input_tokens", c->in);
	kuint(w, "output_tokens", c->out + c->thought);
	json_close(w, '}');
}

static void anthropic_message(struct composer *c, struct buf *out)
{
	struct json_w w;

	anthropic_begin(&w, "message_start", out);
	kobj(&w, "message", '{');
	kid(&w, "id", "msg", c->reply, 0);
	json_kcstr(&w, "type", "message");
	json_kcstr(&w, "role", "assistant");
	ktext(&w, "model", c->model);
	kobj(&w, "content", '[');
	json_close(&w, ']');
	json_kcstr(&w, "stop_reason", NULL);
	json_kcstr(&w, "stop_sequence", NULL);
	anthropic_usage(c, &w);
	json_close(&w, '}');
	anthropic_end(&w);
	c->begun = true;
}

static void anthropic_delta(struct composer *c, const char *type, const char *key, struct slice text, struct buf *out)
{
	struct json_w w;

	anthropic_begin(&w, "content_block_delta", out);
	kuint(&w, "index", c->block);
	kobj(&w, "delta", '{');
	json_kcstr(&w, "type", type);
	ktext(&w, key, text);
	json_close(&w, '}');
	anthropic_end(&w);
}

static void anthropic_close(struct composer *c, struct buf *out)
{
	struct json_w w;

	if (!c->open)
		return;
	if (c->kind == THOUGHT)
		anthropic_delta(c, "signature_delta", "signature", SLICE("c2lnbmVk"), out);
	anthropic_begin(&w, "content_block_stop", out);
	kuint(&w, "index", c->block++);
	anthropic_end(&w);
	c->open = false;
}

static void anthropic_open(struct composer *c, const struct step *st, struct buf *out)
{
	struct json_w w;

	anthropic_close(c, out);
	anthropic_begin(&w, "content_block_start", out);
	kuint(&w, "index", c->block);
	kobj(&w, "content_block", '{');
	json_kcstr(&w, "type", st->kind == CALL ? "tool_use" : st->kind == THOUGHT ? "thinking" : "text");
	if (st->kind == CALL) {
		kid(&w, "id", "toolu", c->reply, c->calls);
		ktext(&w, "name", st->text);
		kobj(&w, "input", '{');
		json_close(&w, '}');
	} else {
		ktext(&w, st->kind == THOUGHT ? "thinking" : "text", (struct slice){0});
	}
	if (st->kind == THOUGHT)
		ktext(&w, "signature", (struct slice){0});
	json_close(&w, '}');
	anthropic_end(&w);
	c->open = true;
	c->kind = st->kind;
}

static void anthropic_finish(struct composer *c, struct slice reason, struct buf *out)
{
	struct json_w w;

	anthropic_close(c, out);
	anthropic_begin(&w, "message_delta", out);
	kobj(&w, "delta", '{');
	json_kcstr(&w, "stop_reason", reason.n ? reason.p : c->calls ? "tool_use" : "end_turn");
	json_kcstr(&w, "stop_sequence", NULL);
	json_close(&w, '}');
	anthropic_usage(c, &w);
	anthropic_end(&w);
	anthropic_begin(&w, "message_stop", out);
	anthropic_end(&w);
}

static void anthropic(struct composer *c, const struct step *st, struct slice text, struct buf *out)
{
	if (!c->begun)
		anthropic_message(c, out);
	if (st->kind == FINISH) {
		anthropic_finish(c, text, out);
		return;
	}
	if (!c->open || c->kind != st->kind || st->kind == CALL)
		anthropic_open(c, st, out);
	if (st->kind == CALL) {
		anthropic_delta(c, "input_json_delta", "partial_json", slice_sub(st->args, 0, middle(st->args)), out);
		anthropic_delta(c, "input_json_delta", "partial_json", slice_sub(st->args, middle(st->args), st->args.n),
				out);
	} else {
		anthropic_delta(c, st->kind == THOUGHT ? "thinking_delta" : "text_delta",
				st->kind == THOUGHT ? "thinking" : "text", text, out);
	}
}

/* ---- all ---- */

void compose(struct composer *c, const struct step *st, struct slice text, struct buf *out)
{
	static void (*const dialects[])(struct composer *, const struct step *, struct slice, struct buf *) = {
		[GEMINI] = gemini, [OPENAI] = openai, [ANTHROPIC] = anthropic};

	if (st->kind == USAGE) {
		c->in = st->n;
		c->out = st->rate;
		return;
	}
	if (st->kind == CALL) {
		c->calls++;
		count(c, CALL, st->args);
	} else if (st->kind != FINISH) {
		count(c, st->kind, text);
	}
	dialects[c->dialect](c, st, text, out);
}
