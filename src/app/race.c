#include "app/race.h"

#include <string.h>

#include "app/listing.h"

/* A statement that begins on the line may go on. */
enum { MORE_LINES = 3, LINE_MAX_BYTES = 2000 };

/* On 32-bit machines addresses have up to 8 digits behind the 0x. */
static uint32_t pointer_size(const struct access *a)
{
	return a->address_text.n > 10 ? 8 : 4;
}

/* The text from the line on, to the end of its statement. */
static bool statement(const struct session *s, const struct listing *l, uint32_t line, struct buf *out)
{
	const struct evidence_line *read;
	struct slice text;

	for (uint32_t i = 0; i <= MORE_LINES && listing_at(s, l, line + i, &text, &read); i++) {
		buf_add_slice(out, slice_sub(text, 0, LINE_MAX_BYTES));
		buf_addc(out, '\n');
		if (slice_chr(text, ';', 0) != SLICE_NONE || slice_chr(text, '{', 0) != SLICE_NONE)
			break;
	}
	return out->n > 0;
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
		buf_addf(out, "is of %s.", r->candidate[0].text);
		return;
	case RACE_SEVERAL:
		break;
	}
	buf_adds(out, "is of one of these: ");
	for (size_t i = 0; i < r->n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", r->candidate[i].text);
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
	    strcmp(side[0].candidate[0].text, side[1].candidate[0].text) == 0) {
		buf_addf(&b, "Both are of %s.", side[0].candidate[0].text);
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
