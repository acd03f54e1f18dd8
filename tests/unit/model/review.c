#include "tests/test.h"

#include "tests/events.h"
#include "tests/words.h"

/* Fold, hand what is wanted to the checks, and forget. */
static enum review_state state_of(const struct events *es)
{
	struct review *r = review_fold(es, NULL);
	enum review_state s = r->state;

	review_free(r);
	return s;
}

/* The hash in a buffer of its own, because events move when one is added. */
struct hash {
	char s[SHA256_HEX + 1];
};

static struct hash keep(const char *s)
{
	struct hash h;

	memcpy(h.s, s, sizeof h.s);
	return h;
}

static void words_go_there_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < DECISION_KINDS; i++) {
		enum decision_kind k = DECISION_KINDS;

		assert_true(decision_kind_of(slice_str(decision_kind_name((enum decision_kind)i)), &k) && (int)k == i);
	}
	for (int i = 0; i < ARGUMENTS; i++) {
		enum argument a = ARGUMENTS;

		assert_true(argument_of(slice_str(argument_name((enum argument)i)), &a) && (int)a == i);
	}
	for (int i = 1; i < REMEDIES; i++) {
		enum remedy r = REMEDY_UNSET;

		assert_true(remedy_of(slice_str(remedy_name((enum remedy)i)), &r) && (int)r == i);
	}
	for (int i = 1; i < CONFIDENCES; i++) {
		enum confidence c = CONFIDENCE_UNSET;

		assert_true(confidence_of(slice_str(confidence_name((enum confidence)i)), &c) && (int)c == i);
	}
	for (int i = 0; i < REVIEW_STATES; i++) {
		enum review_state s = REVIEW_STATES;

		assert_true(review_state_of(slice_str(review_state_name((enum review_state)i)), &s) && (int)s == i);
	}
	assert_null(remedy_name(REMEDY_UNSET));
	assert_false(remedy_of(SLICE("prayer"), &(enum remedy){REMEDY_UNSET}));
	assert_false(decision_kind_of(SLICE(""), &(enum decision_kind){DECIDE_JUDGE}));
}

static void canonical_bytes_are_exactly_as_documented(void **state)
{
	struct event ev = {
		.run = xstrdup("ab"), .reviewer = xstrdup("J\xc3\xbcrgen \"x\"\x7f"), .store = xstrdup("s1"),
		.kind = xstrdup("annotate"), .via = xstrdup("screen"), .payload = xstrdup("{\"text\":\"a\"}"),
		.time = 1767225600000001,
	};
	struct buf b = BUF_INIT;

	(void)state;
	event_canonical(&b, &ev);
	assert_string_equal(buf_str(&b),
			    "{\"kind\":\"annotate\",\"payload\":{\"text\":\"a\"},\"prev\":null,"
			    "\"reviewer\":\"J\\u00fcrgen \\\"x\\\"\\u007f\",\"run\":\"ab\",\"store\":\"s1\","
			    "\"time\":\"2026-01-01T00:00:00.000001Z\",\"via\":\"screen\"}");
	buf_clear(&b);
	ev.time = 1767225600000000;
	memcpy(ev.prev, "ff", 3);
	event_canonical(&b, &ev);
	assert_non_null(strstr(buf_str(&b), "\"prev\":\"ff\""));
	assert_non_null(strstr(buf_str(&b), "\"time\":\"2026-01-01T00:00:00Z\""));
	buf_release(&b);
	event_release(&ev);
}

static void payloads_have_sorted_keys_and_read_back(void **state)
{
	static const char *const sees[] = {"aa", "bb"};
	struct decided_on on = {.recording = "11", .report = "22", .instruction = "", .sees = sees, .nsees = 2};
	struct decision d = {.kind = DECIDE_OVERRIDE, .argument = ARGUMENT_FLAWED, .remedy = REMEDY_ONCE,
			     .confidence = CONFIDENCE_HIGH, .comment = xstrdup("caf\xc3\xa9\n")}, back = {0};
	struct buf b = BUF_INIT;

	(void)state;
	outputs_set(&d.outputs, SLICE("Confident"), true);
	outputs_set(&d.outputs, SLICE("Benign"), false);
	decision_add_reason(&d, SLICE("missed lock"));
	decision_add_reason(&d, SLICE("missed lock"));
	payload_decide(&b, &d, &on);
	assert_string_equal(buf_str(&b),
			    "{\"argument\":\"flawed\",\"comment\":\"caf\\u00e9\\n\",\"confidence\":\"high\",\"kind\":\"override\","
			    "\"on\":{\"instruction\":null,\"recording\":\"11\",\"report\":\"22\"},"
			    "\"outputs\":{\"Benign\":false,\"Confident\":true},\"reasons\":[\"missed lock\"],"
			    "\"remedy\":\"READ_ONCE/WRITE_ONCE\",\"sees\":[\"aa\",\"bb\"]}");
	assert_int_equal(payload_decision(buf_slice(&b), &back, NULL), 0);
	assert_int_equal(back.kind, DECIDE_OVERRIDE);
	assert_int_equal(back.argument, ARGUMENT_FLAWED);
	assert_int_equal(back.remedy, REMEDY_ONCE);
	assert_int_equal(back.confidence, CONFIDENCE_HIGH);
	assert_string_equal(back.comment, "caf\xc3\xa9\n");
	assert_true(outputs_equal(&back.outputs, &d.outputs));
	assert_int_equal(back.nreasons, 1);
	assert_slice(payload_member(buf_str(&b), true, "report"), "\"22\"");
	decision_drop_reason(&back, "missed lock");
	assert_false(decision_has_reason(&back, "missed lock"));
	decision_release(&back);
	decision_release(&d);
	buf_release(&b);
}

static void a_deferral_reads_back_with_its_day_and_nothing_else_has_one(void **state)
{
	struct decision d = {.kind = DECIDE_DEFER, .until = "2026-12-01"}, back = {0};
	struct buf b = BUF_INIT, day = BUF_INIT;

	(void)state;
	payload_decide(&b, &d, &(struct decided_on){0});
	assert_non_null(strstr(buf_str(&b), "\"sees\":[],\"until\":\"2026-12-01\"}"));
	assert_int_equal(payload_decision(buf_slice(&b), &back, NULL), 0);
	assert_string_equal(back.until, "2026-12-01");
	decision_copy(&d, &back);
	assert_string_equal(d.until, "2026-12-01");
	for (size_t i = 0; i < 4; i++) {
		static const char *const none[] = {
			"{\"kind\":\"defer\",\"until\":\"2026-12-32\"}", "{\"kind\":\"defer\",\"until\":\"2026-12-01 or so\"}",
			"{\"kind\":\"defer\",\"until\":20261201}", "{\"kind\":\"approve\",\"until\":\"2026-12-01\"}",
		};

		buf_clear(&day);
		buf_adds(&day, none[i]);
		assert_int_equal(payload_decision(buf_slice(&day), &back, NULL), 0);
		assert_string_equal(back.until, "");
	}
	decision_release(&back);
	decision_release(&d);
	buf_release(&b);
	buf_release(&day);
}

static void places_read_back_with_their_excerpts_cut_at_a_character(void **state)
{
	struct place in[] = {
		{.kind = PLACE_SPAN, .seq = 7, .field = FIELD_THOUGHTS, .from = 3, .to = 900, .excerpt = xmalloc(1001)},
		{.kind = PLACE_SOURCE, .path = xstrdup("kernel/audit.c"), .line_first = 249, .line_last = 252},
		{.kind = PLACE_REPORT, .from = 0, .to = 5},
		{.kind = PLACE_SPAN, .seq = 8, .field = FIELD_RESULTS, .member = xstrdup("Output")},
	};
	static const char *const words[] = {
		"span 7 Thoughts", "kernel/audit.c:249-252", "report", "span 8 Results.Output",
	};
	struct buf b = BUF_INIT;
	struct place *out;
	size_t n;

	(void)state;
	memset(in[0].excerpt, 'x', 1000);
	in[0].excerpt[1000] = '\0';
	memcpy(in[0].excerpt + PLACE_EXCERPT - 1, "\xc3\xa9", 2); /* the limit falls into this character */
	payload_annotate(&b, in, 4, SLICE("see"));
	assert_true(payload_read_places(buf_str(&b), &out, &n));
	assert_int_equal(n, 4);
	assert_int_equal(out[0].seq, 7);
	assert_int_equal(out[0].field, FIELD_THOUGHTS);
	assert_int_equal(out[0].to, 900);
	assert_int_equal(strlen(out[0].excerpt), PLACE_EXCERPT - 1);
	assert_int_equal(out[1].line_last, 252);
	assert_null(out[1].commit);
	for (size_t i = 0; i < n; i++) {
		struct buf w = BUF_INIT;

		place_words(&w, &out[i]);
		assert_string_equal(buf_str(&w), words[i]);
		buf_release(&w);
		place_release(&out[i]);
		place_release(&in[i]);
	}
	free(out);
	buf_release(&b);
}

static void a_nul_in_a_text_is_shown_not_a_silent_end(void **state)
{
	struct buf b = BUF_INIT;
	char *text;

	(void)state;
	payload_annotate(&b, NULL, 0, (struct slice){"a\0b", 3});
	assert_true(payload_read_text(buf_str(&b), &text));
	assert_string_equal(text, "a\xef\xbf\xbd" "b");
	free(text);
	buf_release(&b);
}

static void payloads_of_another_make_are_refused_not_trusted(void **state)
{
	static const char *const bad[] = {"", "[]", "{", "{\"kind\":7}", "{\"kind\":\"sing\"}", "{\"kind\":\"approve\"", "null"};
	struct decision d = {0};
	struct place *places;
	char target[SHA256_HEX + 1], *text;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct err e = {0};

		assert_int_equal(payload_decision(slice_str(bad[i]), &d, &e), -1);
		assert_int_equal(e.cls, ERR_STORE);
		assert_false(payload_read_target(bad[i], target));
		assert_false(payload_read_text(bad[i], &text));
		payload_member(bad[i], true, "report");
	}
	assert_false(payload_read_places("[]", &places, &n));
	assert_true(payload_read_places("{\"places\":[{},7,{\"kind\":\"moon\"},{\"kind\":\"span\",\"span\":99999999999}]}",
					&places, &n));
	assert_int_equal(n, 1);
	assert_int_equal(places[0].seq, 0);
	free(places);
	assert_true(payload_read_places("{\"places\":[{\"kind\":\"span\",\"from\":9,\"to\":4,\"first\":7,\"last\":2}]}", &places, &n));
	assert_int_equal(places[0].to, 9); /* what ends before it begins is empty */
	assert_int_equal(places[0].line_last, 7);
	free(places);
}

static void no_event_means_unreviewed(void **state)
{
	struct events es = {0};
	struct review *r = review_fold(&es, "ann");

	(void)state;
	assert_int_equal(r->state, REVIEW_UNREVIEWED);
	assert_null(r->effective);
	assert_null(r->can_undo);
	assert_null(r->can_redo);
	assert_int_equal(events_verify(&es, NULL), 0);
	review_free(r);
}

static void every_kind_of_decision_gives_its_state(void **state)
{
	static const enum review_state want[DECISION_KINDS] = {
		[DECIDE_APPROVE] = REVIEW_APPROVED, [DECIDE_OVERRIDE] = REVIEW_OVERRIDDEN,
		[DECIDE_JUDGE] = REVIEW_JUDGED, [DECIDE_DEFER] = REVIEW_DEFERRED,
	};

	(void)state;
	for (int k = 0; k < DECISION_KINDS; k++) {
		struct events es = {0};

		events_decide(&es, "ann", 10, (enum decision_kind)k, true, NULL);
		assert_int_equal(state_of(&es), want[k]);
		events_release(&es);
	}
}

static void the_fold_does_not_depend_on_the_order_of_events(void **state)
{
	struct events es = {0}, turned = {0};
	struct review *a, *b;

	(void)state;
	events_decide(&es, "ann", 10, DECIDE_APPROVE, true, NULL);
	events_decide(&es, "ann", 20, DECIDE_OVERRIDE, false, NULL);
	events_decide(&es, "bob", 20, DECIDE_DEFER, false, NULL);
	events_note(&es, "bob", 30, NULL, 0, "one");
	events_note(&es, "ann", 30, NULL, 0, "two");
	turned.e = xcalloc(es.n, sizeof *turned.e);
	for (size_t i = es.n; i-- > 0;)
		turned.e[turned.n++] = es.e[i]; /* shares strings: freed once below */
	a = review_fold(&es, "ann");
	b = review_fold(&turned, "ann");
	assert_int_equal(events_verify(&turned, NULL), 0);
	assert_int_equal(a->state, REVIEW_OVERRIDDEN);
	assert_int_equal(b->state, a->state);
	assert_string_equal(a->effective->event->hash, b->effective->event->hash);
	assert_int_equal(a->nannotations, 2);
	for (size_t i = 0; i < 2; i++)
		assert_string_equal(a->annotations[i].text, b->annotations[i].text);
	/* the same instant: the smaller hash comes first */
	assert_true(strcmp(a->annotations[0].event->hash, a->annotations[1].event->hash) < 0);
	assert_string_equal(a->can_undo->hash, b->can_undo->hash);
	review_free(a);
	review_free(b);
	free(turned.e);
	events_release(&es);
}

static void contrary_decisions_conflict_in_both_orders_and_agreeing_ones_do_not(void **state)
{
	static const struct {
		bool first, second;
		enum decision_kind kind;
		enum review_state want;
	} cases[] = {
		{true, false, DECIDE_OVERRIDE, REVIEW_CONFLICT},
		{false, true, DECIDE_OVERRIDE, REVIEW_CONFLICT},
		{true, true, DECIDE_JUDGE, REVIEW_JUDGED},
		{true, false, DECIDE_DEFER, REVIEW_APPROVED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int swap = 0; swap < 2; swap++) {
			struct events es = {0};
			struct review *r;

			events_decide(&es, swap ? "bob" : "ann", 10, DECIDE_APPROVE, cases[i].first, NULL);
			events_decide(&es, swap ? "ann" : "bob", 20, cases[i].kind, cases[i].second, NULL);
			r = review_fold(&es, NULL);
			assert_int_equal(r->state, cases[i].want);
			assert_int_equal(r->nstanding, 2);
			assert_int_equal(r->effective == NULL, cases[i].want == REVIEW_CONFLICT);
			review_free(r);
			events_release(&es);
		}
}

static void who_saw_the_others_settles_the_conflict(void **state)
{
	struct events es = {0};
	struct hash ann, bob;
	struct review *r;

	(void)state;
	ann = keep(events_decide(&es, "ann", 10, DECIDE_APPROVE, true, NULL));
	bob = keep(events_decide(&es, "bob", 20, DECIDE_OVERRIDE, false, ann.s));
	r = review_fold(&es, NULL);
	assert_int_equal(r->state, REVIEW_OVERRIDDEN);
	assert_true(r->standing[0].superseded);
	assert_false(r->standing[1].superseded);
	review_free(r);
	/* a third who saw only one of two that differ settles nothing */
	events_decide(&es, "cat", 15, DECIDE_APPROVE, true, NULL);
	assert_int_equal(state_of(&es), REVIEW_CONFLICT);
	/* ann comes back, having seen bob: her old decision is her own past, cat agrees with her */
	events_decide(&es, "ann", 30, DECIDE_APPROVE, true, bob.s);
	assert_int_equal(state_of(&es), REVIEW_APPROVED);
	events_release(&es);
}

static void taking_back_the_settling_decision_brings_the_other_back(void **state)
{
	struct events es = {0};
	struct hash ann, bob;

	(void)state;
	ann = keep(events_decide(&es, "ann", 10, DECIDE_APPROVE, true, NULL));
	bob = keep(events_decide(&es, "bob", 20, DECIDE_OVERRIDE, false, ann.s));
	events_target(&es, "bob", 30, "undo", bob.s, NULL);
	assert_int_equal(state_of(&es), REVIEW_APPROVED);
	events_target(&es, "bob", 40, "redo", bob.s, NULL);
	assert_int_equal(state_of(&es), REVIEW_OVERRIDDEN);
	events_release(&es);
}

/* One step of a walk: 'u' and 'r' take what can be undone or redone; letters A… add a decision named by its time. */
static void undo_and_redo_walk_back_and_forth_in_order(void **state)
{
	static const struct {
		const char *steps;   /* d: decide, u: undo, r: redo */
		int stands;          /* which decision stands at the end, from 0; -1: none */
		int undo, redo;      /* which could be taken back or brought back; -1: none */
	} cases[] = {
		{"d", 0, 0, -1},
		{"du", -1, -1, 0},
		{"dur", 0, 0, -1},
		{"ddd", 2, 2, -1},
		{"dddu", 1, 1, 2},
		{"ddduu", 0, 0, 1},
		{"ddduuu", -1, -1, 0},
		{"ddduuur", 0, 0, 1},
		{"ddduuurr", 1, 1, 2},
		{"ddduuurrr", 2, 2, -1},
		{"ddduurur", 1, 1, 2},
		{"ddduud", 3, 3, -1},
		{"ddduudu", 0, 0, 3},
		{"ddduuduu", -1, -1, 0},
		{"ddduuduurr", 3, 3, -1},
		{"ddurud", 2, 2, -1},
	};

	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct events es = {0};
		struct hash made[8];
		int n = 0;
		int64_t time = 100;
		struct review *r;

		for (const char *s = cases[c].steps; *s; s++, time++) {
			struct hash target;

			if (*s == 'd') {
				made[n++] = keep(events_decide(&es, "ann", time, DECIDE_APPROVE, true, NULL));
				continue;
			}
			/* folded anew before each step: nothing is remembered but the events */
			r = review_fold(&es, "ann");
			target = keep(*s == 'u' ? r->can_undo->hash : r->can_redo->hash);
			review_free(r);
			events_target(&es, "ann", time, *s == 'u' ? "undo" : "redo", target.s, NULL);
		}
		r = review_fold(&es, "ann");
		assert_int_equal(r->nstanding, cases[c].stands >= 0);
		if (cases[c].stands >= 0)
			assert_string_equal(r->effective->event->hash, made[cases[c].stands].s);
		assert_int_equal(r->can_undo != NULL, cases[c].undo >= 0);
		if (r->can_undo)
			assert_string_equal(r->can_undo->hash, made[cases[c].undo].s);
		assert_int_equal(r->can_redo != NULL, cases[c].redo >= 0);
		if (r->can_redo)
			assert_string_equal(r->can_redo->hash, made[cases[c].redo].s);
		review_free(r);
		events_release(&es);
	}
}

static void undo_edit_and_remove_do_not_touch_what_is_somebody_elses(void **state)
{
	struct events es = {0};
	struct hash decision, note;
	struct review *r;

	(void)state;
	decision = keep(events_decide(&es, "ann", 10, DECIDE_APPROVE, true, NULL));
	note = keep(events_note(&es, "ann", 20, NULL, 0, "mine"));
	events_target(&es, "bob", 30, "undo", decision.s, NULL);
	events_target(&es, "bob", 31, "edit", note.s, "his");
	events_target(&es, "bob", 32, "remove", note.s, NULL);
	r = review_fold(&es, "bob");
	assert_int_equal(r->state, REVIEW_APPROVED);
	assert_int_equal(r->nannotations, 1);
	assert_string_equal(r->annotations[0].text, "mine");
	review_free(r);
	events_release(&es);
}

static void notes_are_edited_removed_and_brought_back(void **state)
{
	struct events es = {0};
	struct place place = {.kind = PLACE_REPORT, .from = 1, .to = 2};
	struct hash note, edit, gone;
	struct review *r;

	(void)state;
	note = keep(events_note(&es, "ann", 10, &place, 1, "first"));
	edit = keep(events_target(&es, "ann", 20, "edit", note.s, "second"));
	events_target(&es, "ann", 30, "edit", note.s, "third");
	r = review_fold(&es, "ann");
	assert_string_equal(r->annotations[0].text, "third");
	assert_string_equal(r->annotations[0].event->hash, note.s);
	assert_int_equal(r->annotations[0].nplaces, 1);
	review_free(r);
	gone = keep(events_target(&es, "ann", 40, "remove", note.s, NULL));
	r = review_fold(&es, "ann");
	assert_int_equal(r->nannotations, 0);
	assert_string_equal(r->can_undo->hash, gone.s);
	review_free(r);
	events_target(&es, "ann", 50, "undo", gone.s, NULL);
	events_target(&es, "ann", 60, "undo", es.e[2].hash, NULL);
	r = review_fold(&es, "ann");
	assert_string_equal(r->annotations[0].text, "second");
	assert_string_equal(r->can_undo->hash, edit.s);
	review_free(r);
	events_release(&es);
}

/* A decision on Benign that says it was made blind. */
static void decide_blind(struct events *es, const char *reviewer, int64_t time, enum decision_kind kind, bool benign)
{
	struct decision d = {.kind = kind, .blind = true};
	struct buf b = BUF_INIT;

	outputs_set(&d.outputs, SLICE("Benign"), benign);
	payload_decide(&b, &d, &(struct decided_on){0});
	events_put(es, reviewer, "store", "decide", time, &b);
	decision_release(&d);
	buf_release(&b);
}

static void reveal(struct events *es, const char *reviewer, int64_t time)
{
	struct buf b = BUF_INIT;

	payload_reveal(&b, "show");
	assert_string_equal(buf_str(&b), "{\"by\":\"show\"}");
	events_put(es, reviewer, "store", "reveal", time, &b);
	buf_release(&b);
}

static void only_a_blind_decision_says_so(void **state)
{
	struct decision d = {.kind = DECIDE_JUDGE, .blind = true}, back = {0};
	struct buf b = BUF_INIT;

	(void)state;
	payload_decide(&b, &d, &(struct decided_on){0});
	assert_non_null(strstr(buf_str(&b), "{\"argument\":\"not judged\",\"blind\":true,\"comment\":null,"));
	assert_int_equal(payload_decision(buf_slice(&b), &back, NULL), 0);
	assert_true(back.blind);
	assert_int_equal(payload_decision(SLICE("{\"kind\":\"judge\",\"blind\":1}"), &back, NULL), 0);
	assert_false(back.blind);
	buf_release(&b);
}

static void a_blind_verdict_is_the_first_and_stays(void **state)
{
	struct events es = {0};
	struct review *r;

	(void)state;
	assert_false(events_have_seen(&es, "ann"));
	events_decide(&es, "ann", 1, DECIDE_DEFER, false, NULL);
	assert_false(events_have_seen(&es, "ann"));
	decide_blind(&es, "ann", 2, DECIDE_JUDGE, false);
	assert_true(events_have_seen(&es, "ann"));
	assert_false(events_have_seen(&es, "bob"));
	events_target(&es, "ann", 3, "undo", keep(es.e[1].hash).s, NULL);
	assert_true(events_have_seen(&es, "ann"));
	decide_blind(&es, "ann", 4, DECIDE_JUDGE, true); /* whatever it says: ann knew */
	events_decide(&es, "bob", 5, DECIDE_APPROVE, true, NULL);
	decide_blind(&es, "bob", 6, DECIDE_JUDGE, true);
	reveal(&es, "eve", 7);
	assert_true(events_have_seen(&es, "eve"));
	decide_blind(&es, "eve", 8, DECIDE_JUDGE, true);
	r = review_fold(&es, "ann");
	assert_int_equal(r->nblind, 1);
	assert_string_equal(r->blind[0].event->reviewer, "ann");
	assert_int_equal(r->blind[0].event->time, 2);
	assert_false(r->blind[0].decision.outputs.o[0].value);
	assert_int_equal(r->unknown, 0);
	assert_int_equal(r->nstanding, 3);
	review_free(r);
	events_release(&es);
}

static void what_is_not_understood_is_kept_and_counted(void **state)
{
	struct events es = {0};
	struct buf b = BUF_INIT;
	struct review *r;

	(void)state;
	buf_adds(&b, "{\"claim\":1}");
	events_put(&es, "ann", "store", "mark-claim", 10, &b);
	events_put(&es, "ann", "store", "decide", 20, &b);
	events_put(&es, "ann", "store", "annotate", 30, &b);
	events_put(&es, "ann", "store", "undo", 40, &b);
	r = review_fold(&es, "ann");
	assert_int_equal(r->unknown, 4);
	assert_int_equal(r->state, REVIEW_UNREVIEWED);
	review_free(r);
	assert_int_equal(events_verify(&es, NULL), 0);
	buf_release(&b);
	events_release(&es);
}

/* Three events of one writer and one of another; each case spoils them in one way. */
static void any_tampering_is_found(void **state)
{
	static const struct {
		const char *what;
		const char *why;
	} cases[] = {
		{"nothing", NULL},
		{"payload", "does not have its hash"},
		{"reviewer", "does not have its hash"},
		{"time", "does not have its hash"},
		{"resealed", "does not follow"},
		{"middle gone", "does not follow"},
		{"first gone", "is missing"},
		{"same time", "it "},
	};

	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		struct events es = {0};
		struct err e = {0};

		events_decide(&es, "ann", 10, DECIDE_APPROVE, true, NULL);
		events_decide(&es, "bob", 15, DECIDE_APPROVE, true, NULL);
		events_note(&es, "ann", 20, NULL, 0, "a note");
		events_note(&es, "ann", strcmp(cases[c].what, "same time") == 0 ? 20 : 30, NULL, 0, "another");
		if (strcmp(cases[c].what, "payload") == 0)
			*strstr(es.e[2].payload, "a note") = 'A';
		if (strcmp(cases[c].what, "reviewer") == 0)
			es.e[3].reviewer[0] = 'b';
		if (strcmp(cases[c].what, "time") == 0)
			es.e[2].time++;
		if (strcmp(cases[c].what, "resealed") == 0) {
			*strstr(es.e[2].payload, "a note") = 'A';
			event_seal(&es.e[2]);
		}
		if (strcmp(cases[c].what, "middle gone") == 0 || strcmp(cases[c].what, "first gone") == 0) {
			size_t i = cases[c].what[0] == 'm' ? 2 : 0;

			event_release(&es.e[i]);
			es.e[i] = es.e[--es.n];
		}
		assert_int_equal(events_verify(&es, &e), cases[c].why ? -1 : 0);
		if (cases[c].why) {
			assert_int_equal(e.cls, ERR_STORE);
			assert_non_null(strstr(e.msg, cases[c].why));
		}
		events_release(&es);
	}
}

static void events_are_told_in_words(void **state)
{
	struct events es = {0};
	struct decision d = {.kind = DECIDE_OVERRIDE, .comment = xstrdup("see\x1b[1m lock")};
	struct place place = {.kind = PLACE_SPAN, .seq = 3, .field = FIELD_REPLY};
	struct buf b = BUF_INIT, w = BUF_INIT;

	(void)state;
	outputs_set(&d.outputs, SLICE("Benign"), false);
	decision_add_reason(&d, SLICE("missed lock"));
	payload_decide(&b, &d, &(struct decided_on){0});
	events_put(&es, "ann", "store", "decide", 1, &b);
	event_words(&w, &es.e[0]);
	assert_string_equal(buf_str(&w), "override: harmful; missed lock; \"see^[[1m lock\"");
	events_note(&es, "ann", 2, &place, 1, "look\nhere");
	buf_clear(&w);
	event_words(&w, &es.e[1]);
	assert_non_null(strstr(buf_str(&w), "note on span 3 Reply: \"look"));
	assert_null(strchr(buf_str(&w), '\n'));
	events_target(&es, "ann", 3, "undo", es.e[1].hash, NULL);
	buf_clear(&w);
	event_words(&w, &es.e[2]);
	assert_memory_equal(buf_str(&w), "undo ", 5);
	buf_release(&b);
	buf_release(&w);
	decision_release(&d);
	events_release(&es);
}

/* A writer of 20,000 events: the fold and the check must not be quadratic. */
static void many_events_fold_quickly(void **state)
{
	enum { MANY = 20000 };
	struct events es = {0};
	struct buf b = BUF_INIT;
	struct review *r;

	(void)state;
	payload_annotate(&b, NULL, 0, SLICE("n"));
	es.e = mem_grow(NULL, &es.cap, MANY, sizeof *es.e);
	for (int i = 0; i < MANY; i++) {
		struct event *ev = &es.e[es.n++];

		*ev = (struct event){.run = xstrdup(TEST_RUN), .reviewer = xstrdup("ann"), .store = xstrdup("s"),
				     .kind = xstrdup("annotate"), .via = xstrdup("command"),
				     .payload = xstrdup(buf_str(&b)), .time = i};
		if (i)
			memcpy(ev->prev, ev[-1].hash, sizeof ev->prev);
		event_seal(ev);
	}
	assert_int_equal(events_verify(&es, NULL), 0);
	r = review_fold(&es, "ann");
	assert_int_equal(r->nannotations, MANY);
	review_free(r);
	buf_release(&b);
	events_release(&es);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(words_go_there_and_back),
	cmocka_unit_test(canonical_bytes_are_exactly_as_documented),
	cmocka_unit_test(payloads_have_sorted_keys_and_read_back),
	cmocka_unit_test(a_deferral_reads_back_with_its_day_and_nothing_else_has_one),
	cmocka_unit_test(places_read_back_with_their_excerpts_cut_at_a_character),
	cmocka_unit_test(a_nul_in_a_text_is_shown_not_a_silent_end),
	cmocka_unit_test(payloads_of_another_make_are_refused_not_trusted),
	cmocka_unit_test(no_event_means_unreviewed),
	cmocka_unit_test(every_kind_of_decision_gives_its_state),
	cmocka_unit_test(the_fold_does_not_depend_on_the_order_of_events),
	cmocka_unit_test(contrary_decisions_conflict_in_both_orders_and_agreeing_ones_do_not),
	cmocka_unit_test(who_saw_the_others_settles_the_conflict),
	cmocka_unit_test(taking_back_the_settling_decision_brings_the_other_back),
	cmocka_unit_test(undo_and_redo_walk_back_and_forth_in_order),
	cmocka_unit_test(undo_edit_and_remove_do_not_touch_what_is_somebody_elses),
	cmocka_unit_test(notes_are_edited_removed_and_brought_back),
	cmocka_unit_test(only_a_blind_decision_says_so),
		cmocka_unit_test(a_blind_verdict_is_the_first_and_stays),
		cmocka_unit_test(what_is_not_understood_is_kept_and_counted),
	cmocka_unit_test(any_tampering_is_found),
	cmocka_unit_test(events_are_told_in_words),
	cmocka_unit_test(many_events_fold_quickly),
};

TEST_MAIN_WORDS()
