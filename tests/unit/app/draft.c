#include "tests/store.h"

#include "app/draft.h"
#include "app/session_export.h"
#include "base/mem.h"
#include "tests/test.h"

#define FLOW "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-01-01T00:00:00Z\"}\n"
#define TOOL "{\"Seq\":1,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"t\",\"Started\":\"2026-01-01T00:00:00Z\"}\n"
#define END "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-01-01T00:00:00Z\"," \
	"\"Finished\":\"2026-01-01T00:00:09Z\",\"Results\":{\"Benign\":true}}\n"

struct fixture {
	char dir[64], path[96];
	struct app app;
};

static int64_t fake_now(void)
{
	static int64_t t = 1772355600000000;

	return t += 1000000;
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	test_dir(f->dir);
	snprintf(f->path, sizeof f->path, "%s/run.jsonl", f->dir);
	f->app = (struct app){.now = fake_now, .data_dir = xstrdup(f->dir), .reviewer = xstrdup("ann")};
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	app_release(&f->app);
	test_dir_remove(f->dir);
	free(f);
	return 0;
}

static void write_file(struct fixture *f, const char *text)
{
	FILE *out = fopen(f->path, "w");

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

/* As the screen opens it: events, then what was kept. */
static struct session *open_file(struct fixture *f, bool follow, int notes)
{
	struct err e = {0};
	struct session *s = session_begin(&f->app, f->path, follow, &e);

	if (!s)
		fail_msg("%s", e.msg);
	assert_int_equal(session_reload(s, &e), 0);
	assert_int_equal(draft_recover(s, &e), notes);
	return s;
}

/* The same, once the file is of that text. */
static struct session *open_as(struct fixture *f, const char *text, bool follow, int notes)
{
	write_file(f, text);
	return open_file(f, follow, notes);
}

/* The program ends, and is started again. */
static struct session *reopen(struct fixture *f, struct session *s, bool follow, int notes)
{
	session_free(s);
	return open_file(f, follow, notes);
}

static void note(struct session *s, const char *text, int want)
{
	struct place place = {.kind = PLACE_SPAN, .seq = 1, .field = FIELD_RECORD, .to = 4};

	assert_int_equal(session_annotate(s, &place, 1, slice_str(text), VIA_SCREEN, NULL), want);
}

static void put(struct session *s, const char *text)
{
	const struct place place = {.kind = PLACE_SPAN, .seq = 1, .field = FIELD_RECORD, .to = 4};
	struct draft d = {0};
	struct err e = {0};

	draft_add_place(&d, &place);

	buf_adds(&d.note, text);
	buf_addf(&d.steer, "%s, to the agent", text);
	assert_int_equal(draft_put(s, *text ? &d : NULL, &e), 0);
	draft_release(&d);
}

static void assert_draft(struct session *s, const char *want)
{
	struct draft d = {0};
	struct err e = {0};

	assert_int_equal(draft_get(s, &d, &e), want ? 1 : 0);
	if (want) {
		assert_string_equal(buf_str(&d.note), want);
		assert_slice(slice_sub(buf_slice(&d.steer), strlen(want), d.steer.n), ", to the agent");
	}
	draft_release(&d);
}

/* So many notes are there, and this draft; NULL: none. */
static void assert_kept(struct session *s, size_t notes, const char *draft)
{
	assert_int_equal(s->review->nannotations, notes);
	assert_draft(s, draft);
}

/* A program that follows writes a note and begins another, and is gone. */
static void write_and_die(struct fixture *f)
{
	struct session *s = open_as(f, FLOW TOOL, true, 0);

	assert_true(s->following);
	note(s, "done", 1);
	put(s, "begun");
	session_free(s);
}

static void what_grows_has_its_words_again(void **state)
{
	struct fixture *f = *state;
	struct session *s;

	write_and_die(f);
	s = open_file(f, true, 1);
	assert_int_equal(s->review->nannotations, 1);
	assert_string_equal(s->review->annotations[0].text, "done");
	assert_string_equal(s->run->id, "");
	assert_draft(s, "begun");
	assert_int_equal(draft_recover(s, &(struct err){0}), 0); /* once */
	session_free(s);
}

static void when_it_has_ended_they_are_the_runs_own(void **state)
{
	struct fixture *f = *state;
	struct session *s;

	write_and_die(f);
	s = open_as(f, FLOW TOOL END, false, 1);
	assert_true(s->stored);
	assert_kept(s, 1, "begun");
	assert_null(s->draft_key);
	put(s, "");
	s = reopen(f, s, false, 0);
	assert_kept(s, 1, NULL);
	session_free(s);
}

/* Saved when the recording ended, but the program was gone before the copy was: no note comes twice. */
static void a_note_that_was_saved_does_not_come_again(void **state)
{
	struct fixture *f = *state;
	struct session *s;

	write_and_die(f);
	write_file(f, FLOW TOOL END);
	s = session_begin(&f->app, f->path, false, &(struct err){0});
	note(s, "done", 0);
	s = reopen(f, s, false, 0);
	assert_kept(s, 1, "begun");
	session_free(s);
}

static void another_recording_in_the_same_file_gets_nothing(void **state)
{
	struct fixture *f = *state;
	struct session *s;

	write_and_die(f);
	s = open_as(f, TOOL FLOW, true, 0);
	assert_kept(s, 0, NULL);
	session_free(s);
	s = open_as(f, FLOW TOOL, true, 1); /* and they are still there for the one they were written on */
	assert_draft(s, "begun");
	session_free(s);
}

/* Each has its own, and comes to it when it lies there again. */
static void recordings_in_the_same_file_do_not_take_each_others(void **state)
{
	struct fixture *f = *state;
	struct session *s;

	write_and_die(f);
	s = open_as(f, TOOL FLOW, true, 0);
	note(s, "of the second", 1);
	put(s, "begun on it");
	put(s, "begun, and more");
	session_free(s);
	s = open_as(f, FLOW TOOL, true, 1);
	assert_string_equal(s->review->annotations[0].text, "done");
	assert_draft(s, "begun");
	session_free(s);
	s = open_as(f, TOOL FLOW, true, 1);
	assert_string_equal(s->review->annotations[0].text, "of the second");
	assert_draft(s, "begun, and more");
	session_free(s);
}

static void who_has_no_row_left_is_told(void **state)
{
	struct fixture *f = *state;
	struct draft d = {0};
	struct err e = {0};
	struct session *s;
	char text[64];

	for (int i = 0; i <= 8; i++) {
		snprintf(text, sizeof text, "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"%d\"}\n", i);
		s = open_as(f, text, true, 0);
		note(s, "a note", 1);
		if (i < 8)
			put(s, "begun");
		else
			assert_int_equal(draft_put(s, &d, &e), -1);
		session_free(s);
	}
	assert_int_equal(e.cls, ERR_STORE);
}

/* Two programs of one reviewer on one recording: neither writes over what the other has written. */
static void programs_do_not_write_over_each_others(void **state)
{
	struct fixture *f = *state;
	struct session *a, *b;

	write_and_die(f);
	a = open_file(f, true, 1);
	b = open_file(f, true, 1);
	note(a, "by a", 1);
	put(a, "a");
	note(b, "by b", 1);
	put(b, "b");
	put(a, "a, again");
	session_free(a);
	session_free(b);
	a = open_as(f, FLOW TOOL END, false, 3);
	assert_int_equal(a->review->nannotations, 3);
	session_free(a);
}

/* Words that are begun on the run are not taken for those under its file, nor lost with them. */
static void begun_words_stay_until_there_is_room(void **state)
{
	struct fixture *f = *state;
	struct session *s;

	write_and_die(f);
	write_file(f, FLOW TOOL END);
	s = session_begin(&f->app, f->path, false, &(struct err){0});
	put(s, "on the run");
	assert_int_equal(draft_recover(s, &(struct err){0}), 1);
	assert_draft(s, "on the run");
	s = reopen(f, s, false, 0);
	assert_draft(s, "on the run");
	put(s, "");
	s = reopen(f, s, false, 0);
	assert_draft(s, "begun");
	put(s, "");
	s = reopen(f, s, false, 0);
	assert_draft(s, NULL);
	session_free(s);
}

/* ---- what could not be saved ---- */

/* The store takes nothing in, or does again. */
static void refuse(struct fixture *f, bool refuse)
{
	char tmp[96], away[96];

	snprintf(tmp, sizeof tmp, "%s/tmp", f->dir);
	snprintf(away, sizeof away, "%s/away", f->dir);
	assert_int_equal(refuse ? rename(tmp, away) : rename(away, tmp), 0);
}

/* It ends, but its notes cannot be saved. */
static struct session *ended_in_vain(struct fixture *f, const char *begun)
{
	struct err e = {0};
	struct session *s = open_as(f, FLOW TOOL, true, 0);

	note(s, "one", 1);
	note(s, "two", 1);
	put(s, begun);
	refuse(f, true);
	write_file(f, FLOW TOOL END);
	assert_int_equal(session_watch(s, &e), 1);
	assert_int_equal(session_finish(s, &e), -1);
	assert_non_null(strstr(e.msg, "cannot save the notes"));
	assert_string_not_equal(s->run->id, "");
	assert_true(session_keeps(s));
	assert_int_equal(s->review->nannotations, 2);
	assert_int_equal(session_export(s, exporter_find("json"), NULL, NULL, &e), -1); /* their history is in no store yet */
	assert_int_equal(e.cls, ERR_NO);
	return s;
}

static void notes_that_could_not_be_saved_go_with_the_next_decision(void **state)
{
	struct fixture *f = *state;
	struct decision d = {.kind = DECIDE_DEFER};
	struct session *s = ended_in_vain(f, "begun");
	struct err e = {0};

	assert_int_equal(session_may_decide(s, &e), 0);
	assert_int_equal(session_decide(s, &d, false, VIA_SCREEN, &e), -1);
	assert_int_equal(s->review->nannotations, 2);
	refuse(f, false);
	assert_int_equal(session_decide(s, &d, false, VIA_SCREEN, &e), 0);
	assert_false(session_keeps(s));
	assert_int_equal(s->review->state, REVIEW_DEFERRED);
	assert_int_equal(s->events.n, 3);
	assert_string_equal(s->events.e[0].kind, "annotate");
	assert_string_equal(s->review->annotations[1].text, "two");
	assert_int_equal(events_verify(&s->events, &e), 0);
	s = reopen(f, s, false, 0);
	assert_int_equal(s->review->nannotations, 2);
	session_free(s);
}

static void notes_that_could_not_be_saved_are_edited_and_kept(void **state)
{
	struct fixture *f = *state;
	struct session *s = ended_in_vain(f, "begun");
	struct err e = {0};

	assert_int_equal(session_edit(s, s->review->annotations[0].event->hash, SLICE("first"), VIA_SCREEN, &e), 1);
	assert_int_equal(session_remove(s, s->review->annotations[1].event->hash, VIA_SCREEN, &e), 1);
	assert_int_equal(session_reload(s, &e), 0);
	assert_int_equal(s->review->nannotations, 1);
	put(s, "begun");
	session_free(s);
	refuse(f, false);
	s = session_begin(&f->app, f->path, false, &e);
	assert_int_equal(session_reload(s, &e), 0);
	assert_true(draft_recover(s, &e) > 0);
	assert_string_equal(s->review->annotations[0].text, "first");
	assert_draft(s, "begun");
	session_free(s);
}

/* At every moment they are somewhere on the disk: the file's row stays until the run's own has them. */
static void outlive(struct fixture *f, const char *begun)
{
	struct session *s = ended_in_vain(f, begun);
	struct err e = {0};

	assert_int_equal(session_reload(s, &e), 0);
	assert_int_equal(draft_recover(s, &e), 0); /* as the screen does once the run has its id */
	session_free(s);
	refuse(f, false);
	s = open_file(f, false, 2);
	assert_kept(s, 2, *begun ? begun : NULL);
	put(s, "");
	s = reopen(f, s, false, 0);
	assert_kept(s, 2, NULL);
	session_free(s);
}

static void notes_that_could_not_be_saved_outlive_the_program(void **state)
{
	outlive(*state, "");
}

static void so_they_do_with_words_that_are_begun(void **state)
{
	outlive(*state, "begun");
}

/* Changed while they waited, they do not come back as they were. */
static void notes_that_were_changed_meanwhile_come_once(void **state)
{
	struct fixture *f = *state;
	struct session *s = ended_in_vain(f, "begun");
	struct err e = {0};

	assert_int_equal(draft_recover(s, &e), 0);
	assert_int_equal(session_edit(s, s->review->annotations[0].event->hash, SLICE("first"), VIA_SCREEN, &e), 1);
	put(s, "begun");
	refuse(f, false);
	put(s, "");
	assert_false(session_keeps(s));
	s = reopen(f, s, false, 0);
	assert_int_equal(s->review->nannotations, 2);
	assert_string_equal(s->review->annotations[0].text, "first");
	session_free(s);
}

/* What is shown beside them is the store's: a decision is seen though notes still wait. */
static void what_others_say_is_seen_while_notes_wait(void **state)
{
	struct fixture *f = *state;
	struct session *s = ended_in_vain(f, "begun"), *other;
	struct decision d = {.kind = DECIDE_DEFER};
	struct app bob = {.now = fake_now, .data_dir = f->dir, .reviewer = xstrdup("bob")};
	struct err e = {0};

	refuse(f, false);
	other = session_begin(&bob, f->path, false, &e);
	assert_int_equal(session_decide(other, &d, false, VIA_SCREEN, &e), 0);
	session_free(other);
	store_close(bob.store);
	free(bob.reviewer);
	assert_int_equal(session_reload(s, &e), 0);
	assert_int_equal(s->review->state, REVIEW_DEFERRED);
	assert_int_equal(s->review->nannotations, 2);
	assert_true(session_keeps(s));
	put(s, ""); /* the next chance is taken */
	assert_false(session_keeps(s));
	assert_int_equal(s->review->nannotations, 2);
	session_free(s);
}

/* What could not be saved when the recording ends is not taken before. */
static void what_is_too_long_to_be_saved_is_refused_at_once(void **state)
{
	const struct place place = {.kind = PLACE_SPAN, .seq = 1, .field = FIELD_RECORD, .to = 4};
	struct fixture *f = *state;
	char *bytes = xmalloc(2 << 20);
	struct slice text = {bytes, 2 << 20};
	struct err e = {0};
	struct session *s;

	memset(bytes, 'x', text.n);
	s = open_as(f, FLOW TOOL, true, 0);
	assert_int_equal(session_annotate(s, &place, 1, text, VIA_SCREEN, &e), -1);
	assert_int_equal(e.cls, ERR_USAGE);
	for (int i = 0; i < 8; i++)
		assert_int_equal(session_annotate(s, &place, 1, slice_sub(text, 0, 1000000), VIA_SCREEN, &e), 1);
	assert_int_equal(session_annotate(s, &place, 1, slice_sub(text, 0, 1000000), VIA_SCREEN, &e), -1);
	put(s, "and still there is room for what is begun");
	assert_int_equal(session_finish(s, &e), 0);
	assert_int_equal(s->review->nannotations, 8);
	session_free(s);
	free(bytes);
}

static void what_was_cut_keeps_them_for_what_is_left(void **state)
{
	struct fixture *f = *state;
	struct session *s = open_as(f, FLOW TOOL, true, 0);

	note(s, "done", 1);
	assert_int_equal(truncate(f->path, sizeof FLOW - 1), 0);
	put(s, "begun");
	s = reopen(f, s, true, 1);
	assert_draft(s, "begun");
	session_free(s);
}

/* A sentence of a thought and a source line together, and then no word yet. */
static void places_that_were_collected_stay_without_a_text(void **state)
{
	char thought[] = "a thought", path[] = "a/b.c";
	const struct place a = {.kind = PLACE_SPAN, .seq = 1, .field = FIELD_THOUGHTS, .from = 3, .to = 9, .excerpt = thought};
	const struct place b = {.kind = PLACE_SOURCE, .field = FIELD_N, .path = path, .line_first = 7, .line_last = 9};
	struct fixture *f = *state;
	struct draft d = {.collected = true};
	struct err e = {0};
	struct session *s = open_as(f, FLOW TOOL END, false, 0);

	draft_add_place(&d, &a);
	draft_add_place(&d, &b);
	assert_int_equal(draft_put(s, &d, &e), 0);
	assert_int_equal(draft_get(s, &d, &e), 1);
	assert_int_equal(d.nplaces, 2);
	assert_true(d.collected);
	assert_true(draft_has_note(&d));
	assert_int_equal(d.places[0].from, 3);
	assert_string_equal(d.places[0].excerpt, "a thought");
	assert_string_equal(d.places[1].path, "a/b.c");
	assert_int_equal(d.places[1].line_last, 9);
	draft_drop_place(&d, 0);
	assert_int_equal(d.places[0].kind, PLACE_SOURCE);
	d.collected = false; /* a note of the cursor's place that got no word is none */
	assert_int_equal(draft_put(s, &d, &e), 0);
	assert_int_equal(draft_get(s, &d, &e), 0);
	draft_release(&d);
	session_free(s);
}

static void a_note_has_so_many_places_and_no_more(void **state)
{
	struct draft d = {0};

	(void)state;
	for (uint32_t i = 0; i < PLACES_MAX; i++)
		assert_true(draft_add_place(&d, &(struct place){.kind = PLACE_SPAN, .seq = i}));
	assert_false(draft_add_place(&d, &(struct place){.kind = PLACE_SPAN, .seq = PLACES_MAX}));
	assert_int_equal(d.nplaces, PLACES_MAX);
	draft_release(&d);
}

static void an_edit_that_was_begun_knows_its_note(void **state)
{
	struct fixture *f = *state;
	struct draft d = {0};
	struct err e = {0};
	struct session *s = open_as(f, FLOW TOOL END, false, 0);
	char hash[SHA256_HEX + 1];

	note(s, "done", 0);
	memcpy(hash, s->review->annotations[0].event->hash, sizeof hash);
	memcpy(d.edits, hash, sizeof hash);
	draft_add_place(&d, &s->review->annotations[0].places[0]);
	buf_adds(&d.note, "done, nearly");
	assert_int_equal(draft_put(s, &d, &e), 0);
	draft_release(&d);
	assert_string_equal(d.edits, "");
	assert_int_equal(draft_get(s, &d, &e), 1);
	assert_string_equal(d.edits, hash);
	assert_string_equal(buf_str(&d.note), "done, nearly");
	draft_release(&d);
	session_free(s);
}

/* As versions before wrote it: one place, and nothing said of collecting or editing. */
static void a_draft_of_the_old_form_is_read(void **state)
{
	static const char old[] = "{\"decision\":null,\"note\":{\"places\":[{\"commit\":null,\"excerpt\":null,"
		"\"field\":\"Thoughts\",\"first\":null,\"from\":1,\"kind\":\"span\",\"last\":null,\"member\":null,"
		"\"path\":null,\"span\":1,\"to\":4}],\"text\":\"half a thou\"}}";
	struct fixture *f = *state;
	struct draft d = {0};
	struct err e = {0};
	struct session *s = open_as(f, FLOW TOOL END, false, 0);

	assert_int_equal(store_draft_put(app_store(s->app, true, &e), s->run->id, "ann", slice_str(old), &e), 0);
	assert_int_equal(draft_get(s, &d, &e), 1);
	assert_string_equal(buf_str(&d.note), "half a thou");
	assert_int_equal(d.nplaces, 1);
	assert_int_equal(d.places[0].to, 4);
	assert_false(d.collected);
	assert_string_equal(d.edits, "");
	draft_release(&d);
	session_free(s);
}

/* While the recording grows nothing is saved: a note is changed, or dropped, where it is kept. */
static void a_note_that_waits_can_be_edited_and_removed(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};
	struct session *s = open_as(f, FLOW TOOL, true, 0);

	note(s, "one", 1);
	note(s, "two", 1);
	assert_int_equal(session_edit(s, s->review->annotations[0].event->hash, SLICE("first"), VIA_SCREEN, &e), 1);
	assert_int_equal(s->review->nannotations, 2);
	assert_string_equal(s->review->annotations[0].text, "first");
	assert_int_equal(s->review->annotations[0].nplaces, 1);
	assert_int_equal(session_remove(s, s->review->annotations[1].event->hash, VIA_SCREEN, &e), 1);
	assert_int_equal(s->review->nannotations, 1);
	put(s, "begun");
	s = reopen(f, s, true, 1);
	assert_string_equal(s->review->annotations[0].text, "first");
	assert_int_equal(session_remove(s, s->review->annotations[0].event->hash, VIA_SCREEN, &e), 1);
	assert_false(session_keeps(s));
	session_free(s);
}

static void a_message_to_the_agent_alone_is_a_draft(void **state)
{
	struct fixture *f = *state;
	struct draft d = {0};
	struct err e = {0};
	struct session *s = open_as(f, FLOW TOOL END, false, 0);

	assert_int_equal(session_finish(s, &e), 0);
	buf_adds(&d.steer, "look \"there\"");
	assert_int_equal(draft_put(s, &d, &e), 0);
	assert_int_equal(draft_get(s, &d, &e), 1);
	assert_string_equal(buf_str(&d.steer), "look \"there\"");
	assert_int_equal(d.note.n, 0);
	buf_clear(&d.steer);
	assert_int_equal(draft_put(s, &d, &e), 0);
	assert_int_equal(draft_get(s, &d, &e), 0);
	draft_release(&d);
	session_free(s);
}

static void looking_leaves_no_store(void **state)
{
	struct fixture *f = *state;
	struct session *s = open_as(f, FLOW TOOL, true, 0);

	put(s, "");
	assert_draft(s, NULL);
	assert_null(f->app.store);
	session_free(s);
}

#define RUN_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

static const struct CMUnitTest tests[] = {
	RUN_TEST(what_grows_has_its_words_again),
	RUN_TEST(when_it_has_ended_they_are_the_runs_own),
	RUN_TEST(a_note_that_was_saved_does_not_come_again),
	RUN_TEST(another_recording_in_the_same_file_gets_nothing),
	RUN_TEST(recordings_in_the_same_file_do_not_take_each_others),
	RUN_TEST(who_has_no_row_left_is_told),
	RUN_TEST(programs_do_not_write_over_each_others),
	RUN_TEST(begun_words_stay_until_there_is_room),
	RUN_TEST(notes_that_could_not_be_saved_go_with_the_next_decision),
	RUN_TEST(notes_that_could_not_be_saved_are_edited_and_kept),
	RUN_TEST(notes_that_could_not_be_saved_outlive_the_program),
	RUN_TEST(so_they_do_with_words_that_are_begun),
	RUN_TEST(notes_that_were_changed_meanwhile_come_once),
	RUN_TEST(what_others_say_is_seen_while_notes_wait),
	RUN_TEST(what_is_too_long_to_be_saved_is_refused_at_once),
	RUN_TEST(what_was_cut_keeps_them_for_what_is_left),
	RUN_TEST(places_that_were_collected_stay_without_a_text),
	RUN_TEST(a_note_has_so_many_places_and_no_more),
	RUN_TEST(an_edit_that_was_begun_knows_its_note),
	RUN_TEST(a_draft_of_the_old_form_is_read),
	RUN_TEST(a_note_that_waits_can_be_edited_and_removed),
	RUN_TEST(a_message_to_the_agent_alone_is_a_draft),
	RUN_TEST(looking_leaves_no_store),
};

TEST_MAIN()
