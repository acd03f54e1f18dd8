#include "llm/dialect.h"

#include <stdio.h>
#include <string.h>

#include "llm/clean.h"

static const struct llm_dialect *const dialects[] = {&llm_gemini, &llm_openai};

const struct llm_dialect *llm_dialect_find(const char *provider)
{
	for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++)
		if (strcmp(dialects[i]->provider, provider) == 0)
			return dialects[i];
	return NULL;
}

const char *llm_dialect_names(void)
{
	return "gemini, openai";
}

/* Put the elements of array `more` behind those of the array in `turn`. */
static void append(struct buf *turn, struct slice more)
{
	if (turn->n > 2) {
		buf_cut(turn, turn->n - 1);
		buf_addc(turn, ',');
		more = slice_sub(more, 1, more.n);
	} else {
		buf_clear(turn);
	}
	buf_add_slice(turn, more);
}

void llm_turn_text(const struct llm_dialect *d, struct buf *turn, struct slice text)
{
	struct buf b = BUF_INIT;
	struct json_w w;

	json_w_init(&w, &b, false);
	json_open(&w, '[');
	d->user_text(&w, text);
	json_close(&w, ']');
	append(turn, buf_slice(&b));
	buf_release(&b);
}

void llm_turn_results(const struct llm_dialect *d, struct buf *turn, const struct llm_result *r, size_t n, struct slice extra)
{
	struct buf b = BUF_INIT;
	struct json_w w;

	json_w_init(&w, &b, false);
	json_open(&w, '[');
	d->results(&w, r, n, extra);
	json_close(&w, ']');
	append(turn, buf_slice(&b));
	buf_release(&b);
}

void llm_kstr(struct json_w *w, const char *key, struct slice s)
{
	json_key(w, key);
	llm_clean_str(w, s);
}

void llm_copy(struct json_w *w, struct arena *a, const struct json_iter *it)
{
	if (it->object)
		json_key_slice(w, json_string(a, it->key));
	llm_clean_raw(w, it->value);
}

void llm_turns(struct json_w *w, const struct llm_request *rq, void (*message)(struct json_w *w, struct slice raw, void *arg),
	       void *arg)
{
	for (size_t i = 0; i < rq->nturns; i++)
		for (struct json_iter it = json_iter(rq->turn[i].raw); json_next(&it);)
			message(w, it.value, arg);
}

uint64_t llm_count(struct slice object, const char *key)
{
	int64_t v;

	return json_get_int(object, key, &v) && v > 0 ? (uint64_t)v : 0;
}

void llm_url_escape(struct buf *out, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c && strchr("-._~", c)))
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

void llm_number(struct json_w *w, double v)
{
	unsigned thousandths = (unsigned)(v * 1000 + 0.5);
	char text[32];
	int n = snprintf(text, sizeof text, "%u.%03u", thousandths / 1000, thousandths % 1000);

	json_raw(w, (struct slice){text, (size_t)n});
}
