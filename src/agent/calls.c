#include "agent/calls.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/sha256.h"

struct calls {
	char seen[CALLS_WINDOW][SHA256_HEX + 1]; /* by hash of name and canonical arguments */
	size_t n;                                /* noted in all; the newest is at n - 1 modulo the window */
};

struct calls *calls_new(void)
{
	return xcalloc(1, sizeof(struct calls));
}

void calls_free(struct calls *c)
{
	free(c);
}

void calls_clear(struct calls *c)
{
	c->n = 0;
}

struct member {
	struct slice key, value;
};

static int compare_members(const void *a, const void *b)
{
	return slice_cmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void canonical(struct arena *a, struct json_w *w, struct slice raw);

static void canonical_object(struct arena *a, struct json_w *w, struct slice raw)
{
	struct json_iter it = json_iter(raw);
	struct member *m = NULL;
	size_t n = 0, cap = 0;

	while (json_next(&it)) {
		m = mem_grow(m, &cap, n + 1, sizeof *m);
		m[n++] = (struct member){json_string(a, it.key), it.value};
	}
	if (n)
		qsort(m, n, sizeof *m, compare_members);
	json_open(w, '{');
	for (size_t i = 0; i < n; i++) {
		json_key_slice(w, m[i].key);
		canonical(a, w, m[i].value);
	}
	json_close(w, '}');
	free(m);
}

/* Sorted keys, no blanks, one way of escaping; numbers as they are written. */
static void canonical(struct arena *a, struct json_w *w, struct slice raw)
{
	struct json_iter it;

	switch (json_type(raw)) {
	case JSON_OBJECT:
		canonical_object(a, w, raw);
		break;
	case JSON_ARRAY:
		json_open(w, '[');
		for (it = json_iter(raw); json_next(&it);)
			canonical(a, w, it.value);
		json_close(w, ']');
		break;
	case JSON_STRING:
		json_str(w, json_string(a, raw));
		break;
	default:
		json_raw(w, raw);
	}
}

unsigned calls_note(struct calls *c, struct slice name, struct slice args)
{
	char *slot = c->seen[c->n++ % CALLS_WINDOW];
	struct arena *a = arena_new();
	struct buf text = BUF_INIT;
	struct json_w w;
	unsigned same = 0;

	json_w_init(&w, &text, false);
	json_open(&w, '[');
	json_str(&w, name);
	canonical(a, &w, args);
	json_close(&w, ']');
	sha256_of(buf_slice(&text), slot);
	for (size_t i = 0; i < c->n && i < CALLS_WINDOW; i++)
		same += strcmp(c->seen[i], slot) == 0;
	buf_release(&text);
	arena_free(a);
	return same;
}
