/* The Text pane's document while the text of its span streams in. */
#include "ui/doc.h"

#include "tests/test.h"

enum { LLM = 7 };

/* A live run's session, as far as documents know it: its spans, one of them an llm turn that has just begun. */
struct world {
	struct session s;
	struct run *run;
	const char *thoughts; /* of the span's record, once it is told */
	struct doc d;
};

static int load(void *ctx, const struct span *sp, struct body *b, struct err *e)
{
	const struct world *w = ctx;

	(void)e;
	if (sp->seq == LLM && w->thoughts)
		b->field[FIELD_THOUGHTS] = arena_slice(b->arena, slice_str(w->thoughts));
	return 0;
}

static void put(struct world *w, uint32_t seq, enum span_type type, bool finished)
{
	const struct span_put p = {.seq = seq, .nesting = seq > 0, .type = type, .name = SLICE("x"), .started = 1,
				   .finished = finished ? 2 : WHEN_NONE};

	traj_put(w->run->traj, &p);
}

static struct world *begin(void)
{
	static const struct traj_source source = {.load = load};
	static struct world w;

	w = (struct world){.run = run_new(), .d = {.span = SIZE_MAX}};
	w.run->traj = traj_new(&source, &w);
	w.s.run = w.run;
	put(&w, 0, SPAN_FLOW, false);
	put(&w, LLM, SPAN_LLM, false);
	doc_span(&w.d, &w.s, 1);
	return &w;
}

static void end(struct world *w)
{
	doc_release(&w->d);
	run_free(w->run);
}

static void stream(struct world *w, enum traj_field f, const char *text)
{
	traj_stream(w->run->traj, LLM, f, slice_str(text));
}

/* The document, grown or not, is the one that is made anew, and its parts lie side by side. */
static void assert_as_anew(struct world *w)
{
	struct doc anew = {.span = SIZE_MAX};
	size_t at = 0;

	doc_span(&anew, &w->s, 1);
	assert_string_equal(buf_str(&w->d.text), buf_str(&anew.text));
	assert_int_equal(w->d.n, anew.n);
	for (size_t i = 0; i < anew.n; i++) {
		assert_int_equal(w->d.parts[i].from, at);
		assert_int_equal(w->d.parts[i].to, anew.parts[i].to);
		assert_int_equal(w->d.parts[i].role, anew.parts[i].role);
		assert_int_equal(w->d.parts[i].seq, anew.parts[i].seq);
		at = anew.parts[i].to;
	}
	assert_int_equal(at, w->d.text.n);
	doc_release(&anew);
}

static void more(struct world *w, bool grows)
{
	assert_int_equal(doc_more(&w->d, &w->s), grows);
	if (!grows)
		doc_span(&w->d, &w->s, 1);
	assert_as_anew(w);
}

static void a_text_grows_where_it_ends(void **state)
{
	struct world *w = begin();

	(void)state;
	stream(w, FIELD_THOUGHTS, "**One");
	more(w, false); /* its heading was not there */
	more(w, true);
	stream(w, FIELD_THOUGHTS, " thought**\n\nof w\xc3");
	more(w, true);
	stream(w, FIELD_THOUGHTS, "\xb6rds");
	more(w, true);
	assert_true(slice_find(buf_slice(&w->d.text), "Thoughts\nOne thought\n\nof w\xc3\xb6rds\n", 0) != SLICE_NONE);
	end(w);
}

static void a_reply_behind_thoughts_has_a_heading_of_its_own(void **state)
{
	struct world *w = begin();

	(void)state;
	stream(w, FIELD_THOUGHTS, "thought");
	more(w, false);
	stream(w, FIELD_REPLY, "it is");
	more(w, false);
	stream(w, FIELD_REPLY, " so");
	more(w, true);
	stream(w, FIELD_THOUGHTS, " again"); /* before what stands there last */
	more(w, false);
	end(w);
}

/* A request that is tried again begins anew, and may be further than the first when it is looked at. */
static void what_was_dropped_does_not_stay(void **state)
{
	struct world *w = begin();

	(void)state;
	stream(w, FIELD_THOUGHTS, "first try");
	more(w, false);
	traj_stream_drop(w->run->traj, LLM);
	more(w, false);
	stream(w, FIELD_THOUGHTS, "first try");
	more(w, false);
	traj_stream_drop(w->run->traj, LLM);
	stream(w, FIELD_THOUGHTS, "the second try");
	more(w, false);
	end(w);
}

static void the_record_has_the_last_word(void **state)
{
	struct world *w = begin();

	(void)state;
	stream(w, FIELD_THOUGHTS, "as it streamed");
	more(w, false);
	w->thoughts = "as it was recorded, with its end";
	put(w, LLM, SPAN_LLM, true);
	more(w, false);
	end(w);
}

static void other_documents_do_not_grow(void **state)
{
	struct world *w = begin();
	struct doc d = {.span = SIZE_MAX};
	size_t had;

	(void)state;
	stream(w, FIELD_THOUGHTS, "thought");
	doc_span(&d, &w->s, 0);
	had = d.text.n;
	assert_true(doc_more(&d, &w->s)); /* and need not be made anew for what streams elsewhere */
	assert_int_equal(d.text.n, had);
	doc_answer(&d, &w->s);
	assert_false(doc_more(&d, &w->s));
	doc_release(&d);
	assert_false(doc_more(&d, &w->s));
	end(w);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_text_grows_where_it_ends),
	cmocka_unit_test(a_reply_behind_thoughts_has_a_heading_of_its_own),
	cmocka_unit_test(what_was_dropped_does_not_stay),
	cmocka_unit_test(the_record_has_the_last_word),
	cmocka_unit_test(other_documents_do_not_grow),
};

TEST_MAIN()
