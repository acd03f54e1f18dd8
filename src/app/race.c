#include "app/race.h"

#include <string.h>

#include "app/listing.h"
#include "base/clex.h"
#include "race/declared.h"

/* A statement that begins on the line may go on. */
enum { MORE_LINES = 3, LINE_MAX_BYTES = 2000, FUNCTION_LINES = 1000 };

/* On 32-bit machines addresses have up to 8 digits behind the 0x. */
static uint32_t pointer_size(const struct access *a)
{
	return a->address_text.n > 10 ? 8 : 4;
}

/* The text from the line on, to the end of its statement or of its condition. */
static bool statement(const struct session *s, const struct listing *l, uint32_t line, struct buf *out)
{
	const struct evidence_line *read;
	struct slice text;
	int open = 0;

	for (uint32_t i = 0; i <= MORE_LINES && listing_at(s, l, line + i, &text, &read); i++) {
		text = slice_rtrim(slice_sub(text, 0, LINE_MAX_BYTES));
		buf_add_slice(out, text);
		buf_addc(out, '\n');
		for (size_t k = 0; k < text.n; k++)
			open += (text.p[k] == '(') - (text.p[k] == ')');
		if (text.n && open <= 0 && strchr(";{})", text.p[text.n - 1]))
			break;
	}
	return out->n > 0;
}

static bool has_word(struct slice line, const char *name)
{
	size_t n = strlen(name);

	for (size_t at = 0; (at = slice_find(line, name, at)) != SLICE_NONE; at++)
		if ((at == 0 || !clex_is_ident(line.p[at - 1])) && (at + n >= line.n || !clex_is_ident(line.p[at + n])))
			return true;
	return false;
}

/* Is the name declared in the function around the line, or one of its parameters?  What is not known is not said to be. */
static bool is_local(const struct session *s, const struct listing *l, uint32_t line, const char *name)
{
	const struct evidence_line *read;
	struct slice text;
	bool head = false;

	for (uint32_t i = 1; i < line && i < FUNCTION_LINES && listing_at(s, l, line - i, &text, &read); i++) {
		if (head && (text.n == 0 || strchr("}#/ *", text.p[0])))
			return false;
		if (head ? has_word(text, name) : declared_is(text, name))
			return true;
		head |= text.n && text.p[0] == '{';
	}
	return false;
}

static void drop_locals(const struct session *s, const struct listing *l, uint32_t line, struct race_side *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!r->candidate[i].plain || !is_local(s, l, line, r->candidate[i].text))
			r->candidate[n++] = r->candidate[i];
	r->n = n;
}

void race_look(struct session *s, unsigned i, struct race_side *out)
{
	const struct access *a = &s->run->crash->access[i];
	bool read = a->kind == ACCESS_READ || a->kind == ACCESS_READ_WRITE, write = a->kind == ACCESS_WRITE || a->kind == ACCESS_READ_WRITE;
	struct arena *arena = arena_new();
	struct buf code = BUF_INIT;
	struct listing l;

	*out = (struct race_side){.known = RACE_NO_LINE};
	if (a->nframes && a->frames[0].line) {
		listing_of(s, a->frames[0].file, arena, &l);
		if (statement(s, &l, a->frames[0].line, &code)) {
			out->n = lvalue_find(buf_slice(&code), out->candidate, LVALUES_MAX);
			out->n = lvalue_narrow(out->candidate, out->n, read || !write, write, a->size, pointer_size(a));
			drop_locals(s, &l, a->frames[0].line, out);
			out->known = out->n == 0 ? RACE_NONE : out->n == 1 ? RACE_ONE : RACE_SEVERAL;
		}
	}
	buf_release(&code);
	arena_free(arena);
}

static void add_side(const struct access *a, const char *which, const struct race_side *r, struct buf *out)
{
	buf_addf(out, "%sThe %s %s ", out->n ? " " : "", which, access_kind_name(a->kind));
	switch (r->known) {
	case RACE_NO_LINE:
		buf_adds(out, "is to a line whose text is not known.");
		return;
	case RACE_NONE:
		buf_adds(out, "is not to be told from the text of its line.");
		return;
	case RACE_ONE:
		buf_addf(out, "is to %s%s, by the text of its line.", r->candidate[0].text, r->candidate[0].linked ? " or what it is linked with" : "");
		return;
	case RACE_SEVERAL:
		break;
	}
	buf_adds(out, "is to one of these: ");
	for (size_t i = 0; i < r->n; i++)
		buf_addf(out, "%s%s%s", i ? ", " : "", r->candidate[i].text, r->candidate[i].linked ? " or what it is linked with" : "");
	buf_addc(out, '.');
}

void race_words(struct session *s, struct buf *out)
{
	static const char *const which[] = {"first", "second"};
	const struct crash *c = s->run->crash;
	struct race_side side[2];
	struct buf b = BUF_INIT;

	for (unsigned i = 0; i < c->naccesses && i < 2; i++)
		race_look(s, i, &side[i]);
	if (c->naccesses == 2 && side[0].known == RACE_ONE && side[1].known == RACE_ONE &&
	    strcmp(side[0].candidate[0].text, side[1].candidate[0].text) == 0 &&
	    !side[0].candidate[0].linked && !side[1].candidate[0].linked) {
		buf_addf(&b, "Both lines name %s.", side[0].candidate[0].text);
	} else {
		bool known = false;

		for (unsigned i = 0; i < c->naccesses && i < 2; i++)
			known |= side[i].known != RACE_NO_LINE;
		for (unsigned i = 0; known && i < c->naccesses && i < 2; i++)
			add_side(&c->access[i], which[i], &side[i], &b);
	}
	if (b.n) {
		buf_addf(out, "%s", out->n ? " " : "");
		buf_add_slice(out, buf_slice(&b));
	}
	buf_release(&b);
}
