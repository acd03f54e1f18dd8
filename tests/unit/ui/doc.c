/* The Text pane's document while the text of its span streams in. */
#include "ui/doc.h"

#include <string.h>

#include "base/mem.h"
#include "tests/test.h"

enum { LLM = 7 };

/* A live run's session, as far as documents know it: its spans, one of them an llm turn that has just begun. */
struct world {
	struct session s;
	struct run *run;
	const char *thoughts; /* of the span's record, once it is told */
	const char *args, *results; /* the same, JSON */
	struct doc d;
};

static int load(void *ctx, const struct span *sp, struct body *b, struct err *e)
{
	const struct world *w = ctx;

	(void)e;
	if (sp->seq == LLM && w->thoughts)
		b->field[FIELD_THOUGHTS] = arena_slice(b->arena, slice_str(w->thoughts));
	if (sp->seq == LLM && w->args)
		b->field[FIELD_ARGS] = arena_slice(b->arena, slice_str(w->args));
	if (sp->seq == LLM && w->results)
		b->field[FIELD_RESULTS] = arena_slice(b->arena, slice_str(w->results));
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

/* Where `words` stand in the document. */
static size_t at(struct world *w, const char *words)
{
	size_t found = slice_find(buf_slice(&w->d.text), words, 0);

	if (found == SLICE_NONE)
		fail_msg("not in the document: %s\n%s", words, buf_str(&w->d.text));
	return found;
}

/* What is selected from the beginning of `words`, `n` bytes of it, is these bytes of the source. */
static void assert_place(struct world *w, const char *words, size_t n, uint64_t from, const char *excerpt)
{
	size_t begins = at(w, words), a, b;
	struct place p;

	assert_true(doc_place(&w->d, begins, begins + n, &p));
	assert_int_equal(p.from, from);
	assert_int_equal(p.to, from + strlen(excerpt));
	assert_string_equal(p.excerpt, excerpt);
	assert_true(doc_find(&w->d, &p, &a, &b));
	assert_true(a >= begins && b > a && b <= begins + n + 4);
	place_release(&p);
}

static struct world *told(const char *thoughts, const char *args, const char *results)
{
	struct world *w = begin();

	w->thoughts = thoughts;
	w->args = args;
	w->results = results;
	put(w, LLM, SPAN_LLM, true);
	traj_release_bodies(w->run->traj);
	doc_span(&w->d, &w->s, 1);
	return w;
}

static void places_are_of_the_text_as_it_was_written(void **state)
{
	struct world *w = told("a **bold** word.\n\n- item `x`\n- &lt;two", NULL, NULL);
	struct place p = {.kind = PLACE_SPAN, .seq = LLM, .field = FIELD_THOUGHTS, .from = 2, .to = 4};
	size_t from, to;

	(void)state;
	assert_place(w, "bold word", 4, 4, "bold");
	assert_place(w, "a bold", 11, 0, "a **bold** word");
	assert_place(w, "word.", 15, 11, "word.\n\n- item");
	assert_place(w, "• item", 3, 20, "i"); /* a sign of ours stands for what is behind it */
	assert_place(w, "<two", 1, 31, "&lt;");
	assert_true(doc_find(&w->d, &p, &from, &to)); /* the asterisks alone */
	assert_int_equal(from, at(w, "bold"));
	p.to = 10;
	assert_true(doc_find(&w->d, &p, &from, &to));
	assert_int_equal(from, at(w, "bold"));
	assert_int_equal(to, from + 4);
	assert_false(doc_place(&w->d, at(w, "Thoughts"), at(w, "Thoughts") + 4, &p));
	end(w);
}

static void arguments_are_laid_out_with_their_places(void **state)
{
	struct world *w = told(NULL, "{\"File\":\"a.c\",\"Pattern\":\"x\\ny\",\"List\":{\"one\":[1,2,\"a, b\"],\"another one\":{},"
				     "\"and\":\"so on and on and on\"}}", NULL);
	struct place p;

	(void)state;
	at(w, "File:    a.c\nPattern:\n    x\n    y\nList:");
	at(w, "\n    {\n      \"one\": [\n        1,\n        2,\n        \"a, b\"\n      ],\n      \"another one\": {},\n");
	assert_true(doc_place(&w->d, at(w, "y\nList"), at(w, "y\nList") + 1, &p));
	assert_int_equal(p.from, 2);
	assert_string_equal(p.member, "Pattern");
	place_release(&p);
	end(w);
}

static void a_long_result_shows_its_beginning(void **state)
{
	struct buf b = BUF_INIT;
	struct doc_view view = {0};
	struct place p = {.kind = PLACE_SPAN, .seq = LLM, .field = FIELD_RESULTS, .member = xstrdup("Output"), .from = 500, .to = 504};
	const struct doc_text *t;
	struct world *w;
	size_t from, to;

	(void)state;
	buf_adds(&b, "{\"Output\":\"");
	for (unsigned i = 0; i < 100; i++)
		buf_addf(&b, "line %4u\\n", i);
	buf_adds(&b, "\"}");
	w = told(NULL, NULL, buf_str(&b));
	w->d.view = &view;
	doc_span(&w->d, &w->s, 1);
	at(w, "line   19\n… 80 more lines, 800 bytes: Space unfolds\n");
	assert_false(doc_find(&w->d, &p, &from, &to));
	t = doc_hides(&w->d, &p);
	assert_non_null(t);
	doc_view_toggle(&view, doc_fold_key(t));
	doc_span(&w->d, &w->s, 1);
	assert_true(doc_find(&w->d, &p, &from, &to));
	assert_int_equal(from, at(w, "line   50"));
	assert_null(doc_hides(&w->d, &p));
	doc_view_toggle(&view, doc_fold_key(&w->d.texts[0]));
	assert_int_equal(view.n, 0);
	doc_view_release(&view);
	place_release(&p);
	buf_release(&b);
	end(w);
}

/* Of a string of JSON that is very long only the beginning is decoded; its size is told all the same. */
static void a_huge_result_is_decoded_to_its_beginning(void **state)
{
	struct buf b = BUF_INIT;
	struct world *w;

	(void)state;
	buf_adds(&b, "{\"Output\":\"");
	for (unsigned i = 0; i < 100000; i++)
		buf_adds(&b, "a\\tb\\\\n\\n");
	buf_adds(&b, "\"}");
	w = told(NULL, NULL, buf_str(&b));
	at(w, "… 99980 more lines, ");
	assert_true(w->d.source.n < 1000);
	buf_release(&b);
	end(w);
}

/* Line ends that are written as numbers are not counted there: what is left is then unknown, and not said. */
static void line_ends_that_were_not_counted_are_not_told(void **state)
{
	struct buf b = BUF_INIT;
	struct world *w;

	(void)state;
	buf_adds(&b, "{\"Output\":\"");
	for (unsigned i = 0; i < 30; i++)
		buf_adds(&b, "line\\u000a");
	buf_pad(&b, 'x', 50000);
	buf_adds(&b, "\\n");
	buf_pad(&b, 'x', 300000);
	buf_adds(&b, "\"}");
	w = told(NULL, NULL, buf_str(&b));
	at(w, "line\n… 350 kB more: Space unfolds\n");
	buf_release(&b);
	end(w);
}

/* Prose that is too long to be laid out while a key waits is folded, and unfolded it says why it looks as it does. */
static void very_long_prose_is_shown_as_it_was_written(void **state)
{
	struct doc_view view = {0};
	struct buf b = BUF_INIT;
	struct world *w;

	(void)state;
	while (b.n <= MARKDOWN_MAX)
		buf_adds(&b, "a line with **bold** words\n");
	w = told(buf_str(&b), NULL, NULL);
	w->d.view = &view;
	doc_span(&w->d, &w->s, 1);
	at(w, " more lines, ");
	doc_view_toggle(&view, doc_fold_key(&w->d.texts[0]));
	doc_span(&w->d, &w->s, 1);
	at(w, "Thoughts\n(too long to be laid out: shown as it was written)\na line with **bold** words\n");
	doc_view_release(&view);
	buf_release(&b);
	end(w);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_text_grows_where_it_ends),
	cmocka_unit_test(a_reply_behind_thoughts_has_a_heading_of_its_own),
	cmocka_unit_test(what_was_dropped_does_not_stay),
	cmocka_unit_test(the_record_has_the_last_word),
	cmocka_unit_test(other_documents_do_not_grow),
	cmocka_unit_test(places_are_of_the_text_as_it_was_written),
	cmocka_unit_test(arguments_are_laid_out_with_their_places),
	cmocka_unit_test(a_long_result_shows_its_beginning),
	cmocka_unit_test(a_huge_result_is_decoded_to_its_beginning),
	cmocka_unit_test(line_ends_that_were_not_counted_are_not_told),
	cmocka_unit_test(very_long_prose_is_shown_as_it_was_written),
};

TEST_MAIN()
