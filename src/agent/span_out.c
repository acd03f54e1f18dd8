#include "agent/span_out.h"

#include <string.h>

#include "base/json.h"

int span_out_raw(struct buf *b, struct slice raw, const char *what, struct err *e)
{
	struct slice checked;
	size_t at = b->n;
	struct err why;

	if (json_check(raw, &checked, NULL, &why) < 0)
		return err_set(e, ERR_INPUT, "cannot write %s to the journal: %s", what, why.msg);
	if (buf_add_slice(b, checked) == 0)
		for (; at < b->n; at++) /* in strings they are escaped: what stands here is between values */
			if (b->p[at] == '\n' || b->p[at] == '\r')
				b->p[at] = ' ';
	return 0;
}

static void text(struct json_w *w, const char *key, struct slice s)
{
	if (s.n == 0)
		return;
	json_key(w, key);
	json_str(w, s);
}

static void number(struct json_w *w, const char *key, uint64_t v)
{
	if (v == 0)
		return;
	json_key(w, key);
	json_uint(w, v);
}

static void when(struct json_w *w, const char *key, int64_t us)
{
	struct buf b = BUF_INIT;

	json_key(w, key);
	when_add(&b, us, WHEN_MICRO);
	json_str(w, buf_slice(&b));
	buf_release(&b);
}

static int object(struct json_w *w, const char *key, struct slice raw, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc = 0;

	if (!raw.p)
		return 0;
	if (json_type(slice_trim(raw)) != JSON_OBJECT)
		return err_set(e, ERR_INPUT, "cannot write %s to the journal: it is no JSON object", key);
	rc = span_out_raw(&b, raw, key, e);
	if (rc == 0) {
		json_key(w, key);
		json_raw(w, buf_slice(&b));
	}
	buf_release(&b);
	return rc;
}

int span_out_json(struct buf *b, const struct span_out *s, struct err *e)
{
	struct json_w w;

	json_w_init(&w, b, false);
	json_open(&w, '{');
	json_key(&w, "Seq");
	json_uint(&w, s->seq);
	json_key(&w, "Nesting");
	json_uint(&w, s->nesting);
	json_kcstr(&w, "Type", span_type_name(s->type));
	json_key(&w, "Name");
	json_str(&w, s->name);
	text(&w, "Model", s->model);
	when(&w, "Started", s->started);
	if (s->finished != WHEN_NONE)
		when(&w, "Finished", s->finished);
	text(&w, "Error", s->error);
	if (object(&w, "Args", s->args, e) < 0 || object(&w, "Results", s->results, e) < 0)
		return -1;
	text(&w, "Instruction", s->instruction);
	text(&w, "Prompt", s->prompt);
	text(&w, "Reply", s->reply);
	text(&w, "Thoughts", s->thoughts);
	number(&w, "InputTokens", s->tokens_in);
	number(&w, "OutputTokens", s->tokens_out);
	number(&w, "OutputThoughtsTokens", s->tokens_thought);
	json_close(&w, '}');
	return 0;
}
