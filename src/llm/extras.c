#include "llm/extras.h"

#include <stdlib.h>

#include "base/mem.h"
#include "llm/clean.h"
#include "llm/llm.h"

enum { EXTRAS_MAX = 32 };

struct extra {
	char *key;
	enum json_type type;
	struct buf value; /* a text decoded, an array without its brackets, anything else raw */
};

static struct extra *find(struct extras *x, struct slice key)
{
	for (size_t i = 0; i < x->n; i++)
		if (slice_is(key, x->e[i].key))
			return &x->e[i];
	if (x->n == EXTRAS_MAX) {
		x->over = true;
		return NULL;
	}
	x->e = mem_grow(x->e, &x->cap, x->n + 1, sizeof *x->e);
	x->e[x->n] = (struct extra){.key = xstrndup(key.p, key.n)};
	buf_init(&x->e[x->n].value, LLM_REPLY_MAX);
	return &x->e[x->n++];
}

void extras_add(struct extras *x, struct arena *a, struct slice key, struct slice value)
{
	enum json_type type = json_type(value);
	struct extra *e = type == JSON_NULL ? NULL : find(x, json_string(a, key));

	if (!e)
		return;
	if (type != e->type || (type != JSON_STRING && type != JSON_ARRAY))
		buf_clear(&e->value);
	e->type = type;
	if (type == JSON_STRING)
		value = json_string(a, value);
	if (type == JSON_ARRAY) {
		value = slice_trim(slice_sub(value, 1, value.n - 1));
		if (value.n && e->value.n)
			buf_addc(&e->value, ',');
	}
	x->over |= buf_add_slice(&e->value, value) < 0;
}

void extras_write(const struct extras *x, struct json_w *w)
{
	for (size_t i = 0; i < x->n; i++) {
		const struct extra *e = &x->e[i];

		json_key(w, e->key);
		if (e->type == JSON_STRING) {
			llm_clean_str(w, buf_slice(&e->value));
		} else if (e->type == JSON_ARRAY) {
			json_open(w, '[');
			if (e->value.n)
				llm_clean_raw(w, buf_slice(&e->value));
			json_close(w, ']');
		} else {
			llm_clean_raw(w, buf_slice(&e->value));
		}
	}
}

void extras_release(struct extras *x)
{
	for (size_t i = 0; i < x->n; i++) {
		free(x->e[i].key);
		buf_release(&x->e[i].value);
	}
	free(x->e);
	*x = (struct extras){0};
}
