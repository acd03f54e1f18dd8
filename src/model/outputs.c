#include "model/outputs.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/mem.h"

/* Of the workflows: outputs_speak(). */
static const struct output_words *rows;
static size_t nrows;

void outputs_speak(const struct output_words *given, size_t n)
{
	rows = given;
	nrows = n;
}

void outputs_release(struct outputs *os)
{
	for (size_t i = 0; i < os->n; i++)
		free(os->o[i].name);
	free(os->o);
	*os = (struct outputs){0};
}

/* The first output whose name is not before `name`. */
static size_t place_of(const struct outputs *os, struct slice name)
{
	size_t i = 0;

	while (i < os->n && slice_cmp(slice_str(os->o[i].name), name) < 0)
		i++;
	return i;
}

void outputs_set(struct outputs *os, struct slice name, bool value)
{
	size_t i = place_of(os, name);

	if (i < os->n && slice_is(name, os->o[i].name)) {
		os->o[i].value = value;
		return;
	}
	if (os->n >= OUTPUTS_MAX || name.n == 0 || slice_chr(name, '\0', 0) != SLICE_NONE)
		return;
	os->o = mem_grow(os->o, &os->cap, os->n + 1, sizeof *os->o);
	memmove(os->o + i + 1, os->o + i, (os->n - i) * sizeof *os->o);
	os->o[i] = (struct output){xstrndup(name.p, name.n), value};
	os->n++;
}

void outputs_set_json(struct outputs *os, struct slice object)
{
	struct arena *a = arena_new();
	struct json_iter it = json_iter(object);

	while (json_next(&it))
		if (it.object && json_type(it.value) == JSON_BOOL)
			outputs_set(os, json_string(a, it.key), it.value.p[0] == 't');
	arena_free(a);
}

void outputs_of_workflow(struct outputs *os, struct slice workflow)
{
	for (size_t i = 0; i < nrows; i++)
		if (rows[i].asked && slice_is(workflow, rows[i].workflow))
			outputs_set(os, slice_str(rows[i].name), false);
}

void outputs_drop(struct outputs *os, struct slice name)
{
	for (size_t i = 0; i < os->n; i++) {
		if (!slice_is(name, os->o[i].name))
			continue;
		free(os->o[i].name);
		memmove(&os->o[i], &os->o[i + 1], (os->n - i - 1) * sizeof *os->o);
		os->n--;
		return;
	}
}

void outputs_copy(struct outputs *to, const struct outputs *from)
{
	outputs_release(to);
	for (size_t i = 0; i < from->n; i++)
		outputs_set(to, slice_str(from->o[i].name), from->o[i].value);
}

bool outputs_equal(const struct outputs *a, const struct outputs *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->o[i].value != b->o[i].value || strcmp(a->o[i].name, b->o[i].name) != 0)
			return false;
	return true;
}

const struct output *outputs_get(const struct outputs *os, struct slice name)
{
	size_t i = place_of(os, name);

	return i < os->n && slice_is(name, os->o[i].name) ? &os->o[i] : NULL;
}

static bool same_word(struct slice a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

/* The row with an output's words; NULL where it has none of its own. */
static const struct output_words *words_of(const char *name)
{
	for (size_t i = 0; i < nrows; i++)
		if (rows[i].yes && strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static bool own_word(const char *name, struct slice word, bool *v)
{
	const struct output_words *w = words_of(name);

	if (!w)
		return false;
	*v = same_word(word, w->yes);
	return *v || same_word(word, w->no);
}

static bool value_of(const char *name, struct slice word, bool *v)
{
	*v = same_word(word, "true") || same_word(word, "yes");
	return *v || same_word(word, "false") || same_word(word, "no") || own_word(name, word, v);
}

static int unknown(const struct outputs *known, struct slice word, const char *why, struct err *e)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < known->n; i++)
		buf_addf(&names, "%s%s", i ? ", " : "", known->o[i].name);
	err_set(e, ERR_USAGE, "cannot take '%.*s' for an output: %s; the outputs are: %s",
		(int)(word.n < 100 ? word.n : 100), word.n ? word.p : "", why, names.n ? buf_str(&names) : "none");
	buf_release(&names);
	return -1;
}

int outputs_parse(struct outputs *os, const struct outputs *known, struct slice word, struct err *e)
{
	size_t eq = slice_chr(word, '=', 0);
	struct slice name = slice_sub(word, 0, eq);
	struct slice value = slice_sub(word, eq == SLICE_NONE ? word.n : eq + 1, word.n);
	bool v;

	for (size_t i = 0; i < known->n; i++) {
		if (eq == SLICE_NONE ? !own_word(known->o[i].name, word, &v) : !same_word(name, known->o[i].name))
			continue;
		if (eq != SLICE_NONE && !value_of(known->o[i].name, value, &v))
			return unknown(known, word, "the value is neither yes nor no", e);
		outputs_set(os, slice_str(known->o[i].name), v);
		return 0;
	}
	return unknown(known, word, eq == SLICE_NONE ? "NAME=VALUE is needed, or one of the words for it" : "no such name", e);
}

void outputs_word(struct buf *b, const struct output *o)
{
	const struct output_words *w = words_of(o->name);

	if (w)
		buf_adds(b, o->value ? w->yes : w->no);
	else
		buf_addf(b, "%s %s", o->name, o->value ? "yes" : "no");
}

void outputs_words(struct buf *b, const struct outputs *os)
{
	for (size_t i = 0; i < os->n; i++) {
		if (i)
			buf_adds(b, ", ");
		outputs_word(b, &os->o[i]);
	}
	if (os->n == 0)
		buf_adds(b, "no verdict");
}
