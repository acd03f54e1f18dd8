/* Where notes stand: what is found fast is what looking at every place would find. */
#include "ui/noted.h"

#include "tests/test.h"
#include "ui/view.h"

enum { NOTES = 400 };

struct world {
	struct review review;
	struct session session;
	struct ui ui;
	struct annotation notes[NOTES];
	struct place places[NOTES];
};

static uint32_t seed;

static uint32_t some(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static struct world *begin(void)
{
	static char paths[][8] = {"a/b.c", "a/b.h", "z.c"};
	static struct world w;

	w = (struct world){0};
	seed = 7;
	for (uint32_t i = 0; i < NOTES; i++) {
		struct place *p = &w.places[i];

		p->kind = (enum place_kind)(i % PLACE_KINDS);
		p->from = some(5000);
		p->to = p->from + 1 + (some(20) ? some(30) : some(2000)); /* few are long and lie over many others */
		p->seq = some(20);
		if (p->kind == PLACE_SOURCE) {
			p->path = paths[some(3)];
			p->line_first = 1 + some(900);
			p->line_last = p->line_first + (some(20) ? some(3) : some(300));
		}
		w.notes[i] = (struct annotation){.places = p, .nplaces = 1};
	}
	w.review = (struct review){.annotations = w.notes, .nannotations = NOTES};
	w.session.review = &w.review;
	w.session.run = run_new();
	w.session.folds = 1;
	w.ui.session = &w.session;
	return &w;
}

static void finish(struct world *w)
{
	noted_release(&w->ui.noted);
	run_free(w->session.run);
}

static bool report_noted(const struct world *w, uint64_t from, uint64_t to)
{
	for (uint32_t i = 0; i < NOTES; i++)
		if (w->places[i].kind == PLACE_REPORT && w->places[i].from < to && w->places[i].to > from)
			return true;
	return false;
}

static bool source_noted(const struct world *w, const char *path, uint32_t first, uint32_t last)
{
	for (uint32_t i = 0; i < NOTES; i++)
		if (w->places[i].kind == PLACE_SOURCE && strcmp(w->places[i].path, path) == 0 &&
		    w->places[i].line_first <= last && w->places[i].line_last >= first)
			return true;
	return false;
}

static void every_row_finds_its_note(void **state)
{
	struct world *w = begin();
	size_t hits = 0;

	(void)state;
	for (uint64_t at = 0; at < 7000; at += 13) {
		uint32_t note = noted_report(&w->ui, at, at + 40);

		assert_int_equal(note != NOTED_NONE, report_noted(w, at, at + 40));
		hits += note != NOTED_NONE;
		if (note != NOTED_NONE)
			assert_true(w->places[note].kind == PLACE_REPORT && w->places[note].from < at + 40 && w->places[note].to > at);
	}
	assert_true(hits > 10 && hits < 7000 / 13);
	for (uint32_t line = 1; line < 1300; line++) {
		assert_int_equal(noted_source(&w->ui, SLICE("a/b.h"), line, line) != NOTED_NONE, source_noted(w, "a/b.h", line, line));
		assert_int_equal(noted_source(&w->ui, SLICE("z.c"), line, line + 4) != NOTED_NONE, source_noted(w, "z.c", line, line + 4));
		assert_int_equal(noted_source(&w->ui, SLICE("a/b"), line, line), NOTED_NONE);
	}
	finish(w);
}

static void a_span_has_all_its_places(void **state)
{
	struct world *w = begin();
	size_t all = 0, first, end;

	(void)state;
	for (uint32_t seq = 0; seq < 22; seq++) {
		noted_of_span(&w->ui, seq, &first, &end);
		for (size_t i = first; i < end; i++)
			assert_int_equal(noted_place(&w->ui, &w->ui.noted.m[i])->seq, seq);
		assert_int_equal(noted_span(&w->ui, seq) != NOTED_NONE, end > first);
		all += end - first;
	}
	assert_int_equal(all, (NOTES + 2) / 3); /* every third, from the first on */
	finish(w);
}

/* A note that is removed is gone with the next fold, and not before something was folded. */
static void it_is_made_anew_for_each_fold(void **state)
{
	struct world *w = begin();

	(void)state;
	w->review.nannotations = 1;
	assert_int_equal(noted_span(&w->ui, w->places[0].seq), 0);
	w->review.nannotations = 0;
	w->session.folds++;
	assert_int_equal(noted_span(&w->ui, w->places[0].seq), NOTED_NONE);
	assert_int_equal(noted_report(&w->ui, 0, UINT64_MAX), NOTED_NONE);
	assert_int_equal(noted_source(&w->ui, SLICE("a/b.c"), 1, 9), NOTED_NONE);
	finish(w);
}

/* What is collected for a note that is begun has a mark of its own; for one that is only being typed there is none. */
static void collected_places_are_marked_before_notes(void **state)
{
	char path[] = "a/b.c";
	struct place p[] = {{.kind = PLACE_REPORT, .from = 20, .to = 25},
			    {.kind = PLACE_SOURCE, .path = path, .line_first = 5, .line_last = 6}, {.kind = PLACE_SPAN, .seq = 3}};
	struct world *w = begin();
	struct draft *d = &w->ui.decide.draft;

	(void)state;
	w->review.nannotations = 0;
	for (size_t i = 0; i < sizeof p / sizeof *p; i++)
		assert_true(draft_add_place(d, &p[i]));
	assert_string_equal(noted_sign(noted_span(&w->ui, 3)), "");
	d->collected = true;
	assert_string_equal(noted_sign(noted_span(&w->ui, 3)), "+");
	assert_string_equal(noted_sign(noted_report(&w->ui, 24, 30)), "+");
	assert_string_equal(noted_sign(noted_report(&w->ui, 25, 30)), "");
	assert_string_equal(noted_sign(noted_source(&w->ui, SLICE("a/b.c"), 6, 6)), "+");
	assert_string_equal(noted_sign(noted_source(&w->ui, SLICE("a/b.c"), 7, 7)), "");
	draft_release(d);
	finish(w);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(collected_places_are_marked_before_notes),
	cmocka_unit_test(every_row_finds_its_note),
	cmocka_unit_test(a_span_has_all_its_places),
	cmocka_unit_test(it_is_made_anew_for_each_fold),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
