#include "tests/test.h"

#include <locale.h>

#include "base/mem.h"
#include "export/export.h"
#include "tests/events.h"
#include "tests/run.h"
#include "tests/words.h"

static int take(void *arg, struct slice piece)
{
	return buf_add_slice(arg, piece);
}

static void write_markdown(struct run *r, const struct events *es, struct buf *b)
{
	struct review *review = review_fold(es, NULL);
	struct export_in in = {.run = r, .events = es, .review = review, .racing = SLICE("Both lines name p->level.")};

	assert_int_equal(exporter_find("markdown")->write(&in, take, b, NULL), 0);
	review_free(review);
}

static void a_run_reads_as_a_document(void **state)
{
	static const char want[] =
		"# KCSAN: data-race in pond_fill / pond_level\n"
		"\n"
		"- AI verdict: benign\n"
		"- Reviewed: overridden: harmful; by ann, 2026-01-01T00:00:00Z\n"
		"- Run: `ID`, done\n"
		"- Job: `0f0f-1234`\n"
		"- Workflow: `assessment-kcsan`\n"
		"- Model: `model-x`\n"
		"- Kernel commit: `0123456789ab`\n"
		"\n"
		"## The race\n"
		"\n"
		"write of 4 bytes by task 101 on cpu 0:\n"
		"\n"
		"     pond_fill drivers/pond/pond.c:41\n"
		"     worker drivers/pond/work.c:12\n"
		"\n"
		"read of 4 bytes by task 102 on cpu 1:\n"
		"\n"
		"     pond_get drivers/pond/pond.h:7 [inline]\n"
		"     pond_level drivers/pond/pond.c:77\n"
		"\n"
		"value changed: 0x00000001 -> 0x00000002\n"
		"\n"
		"Both lines name p->level.\n"
		"\n"
		"## Explanation\n"
		"\n"
		"The level is only a *hint*.^[[31m red\n"
		"Caf\xc3\xa9 <U+202E> txet | `code`\n"
		"\n"
		"## Notes\n"
		"\n"
		"### bob, 2026-01-01T00:00:01Z\n"
		"\n"
		"look\n"
		"\n"
		"At drivers/pond/pond.c:41:\n"
		"\n"
		">     *a = `b`;\n"
		">     c\n"
		"\n"
		"## History\n"
		"\n"
		"- 2026-01-01T00:00:00Z `HASH` ann: override: harmful\n"
		"- 2026-01-01T00:00:01Z `HASH` bob: note on\n"
		"  drivers/pond/pond.c:41: \"look\"\n";
	struct place place = {.kind = PLACE_SOURCE, .path = xstrdup("drivers/pond/pond.c"), .line_first = 41,
			      .line_last = 41, .excerpt = xstrdup("*a = `b`;\nc")};
	struct run *r = test_run_new();
	struct events es = {0};
	struct buf b = BUF_INIT, expect = BUF_INIT;

	(void)state;
	events_decide(&es, "ann", 1767225600000000, DECIDE_OVERRIDE, false, NULL);
	events_note(&es, "bob", 1767225601000000, &place, 1, "look");
	write_markdown(r, &es, &b);
	/* the pieces that are made of hashes, in their order */
	for (size_t from = 0, i = 0; i < 4; i++) {
		static const char *const marks[] = {"ID", "HASH", "HASH"};
		size_t at = i < 3 ? slice_find(slice_str(want), marks[i], from) : strlen(want);

		buf_add(&expect, want + from, at - from);
		if (i < 3) {
			buf_add(&expect, i ? es.e[i - 1].hash : r->id, RUN_SHORT);
			from = at + strlen(marks[i]);
		}
	}
	assert_string_equal(buf_str(&b), buf_str(&expect));
	place_release(&place);
	buf_release(&b);
	buf_release(&expect);
	events_release(&es);
	run_free(r);
}

/* The words as they are now, on all their places. */
static void an_edited_note_shows_its_last_words_and_every_place(void **state)
{
	char path[] = "a.c", member[] = "Explanation", excerpt[] = "Consequences:** it *may*\nbe `a\n\nor `_b *c` or `d` and";
	char half[] = "the `e` and `f";
	struct place places[] = {{.kind = PLACE_SOURCE, .path = path, .line_first = 3, .line_last = 5},
				 {.kind = PLACE_SPAN, .seq = 7, .field = FIELD_THOUGHTS, .to = 9, .excerpt = excerpt},
				 {.kind = PLACE_SPAN, .seq = 0, .field = FIELD_RESULTS, .member = member, .to = 9, .excerpt = half}};
	struct run *r = test_run_new();
	struct events es = {0};
	struct buf b = BUF_INIT, edit = BUF_INIT;
	char note[SHA256_HEX + 1];

	(void)state;
	memcpy(note, events_note(&es, "bob", 1767225601000000, places, 3, "first"), sizeof note);
	payload_edit(&edit, note, SLICE("second\nand third"));
	events_put(&es, "bob", "store", "edit", 1767225602000000, &edit);
	buf_clear(&edit);
	claim_mark_payload(&edit, CLAIM_MARK_FALSE, CLAIM_PRESENT, places, 1);
	events_put(&es, "bob", "store", "mark-claim", 1767225603000000, &edit);
	write_markdown(r, &es, &b);
	assert_non_null(strstr(buf_str(&b), "### bob, 2026-01-01T00:00:01Z, edited\n\nsecond\nand third\n\nAt a.c:3-5.\n\n"
					    "In the thoughts of span 7:\n\n> Consequences: it \\*may\\* be a\n>\n> or `_b *c` or `d` and\n\n"
					    "In the explanation:\n\n> the e and f\n"));
	assert_non_null(strstr(buf_str(&b), "\n## Claims\n\n### false, by bob, 2026-01-01T00:00:03Z; in the source: present\n\nAt a.c:3-5."));
	buf_release(&b);
	buf_release(&edit);
	events_release(&es);
	run_free(r);
}

static void markup_in_names_is_text(void **state)
{
	struct run *r = test_run_new();
	struct events es = {0};
	struct buf b = BUF_INIT;

	(void)state;
	r->title = SLICE("a_b __c <img> [x](y) `z` *s*\n# h \x1b[m");
	r->job = SLICE("j`o`b|");
	events_decide(&es, "<b>", 1, DECIDE_APPROVE, true, NULL);
	write_markdown(r, &es, &b);
	assert_true(slice_starts(buf_slice(&b), "# a_b __c \\<img> \\[x\\](y) \\`z\\` \\*s\\*^J# h ^\\[\\[m\n"));
	assert_null(strstr(buf_str(&b), "\n# h"));
	assert_non_null(strstr(buf_str(&b), "- Job: `` j`o`b| ``\n"));
	assert_null(strstr(buf_str(&b), " <b>"));
	assert_null(strchr(buf_str(&b), 0x1b));
	buf_release(&b);
	events_release(&es);
	run_free(r);
}

/* It is pasted into a mail: names, addresses and operators stay as they are where Markdown takes them for text. */
static void a_mail_is_read_as_it_stands(void **state)
{
	struct decided_on on = {.recording = "r", .report = ""};
	struct decision d = {.kind = DECIDE_OVERRIDE, .blind = true};
	struct run *r = test_run_new();
	struct events es = {0};
	struct buf b = BUF_INIT;
	struct slice rest, line;

	(void)state;
	r->title = SLICE("KCSAN: data-race in __f [jbd2] / g");
	r->explanation = SLICE("The race is on one long line that has to be broken, as a mail has no more than seventy-two columns or so.\n"
			       "*   An item goes on below its words, and not below its sign, when it is as long as this one is here.\n"
			       "```c\nint code = that_is_never_broken(however_long, it_may_be) || on_one_line_of_a_mail(of_the_reviewer);\n```\n"
			       "A minus that comes where the line would end is no item of a list: this is - so.\n");
	outputs_set(&d.outputs, SLICE("Benign"), false);
	payload_decide(&b, &d, &on);
	events_put(&es, "Ann <ann@example.org>", "store", "decide", 1767225600000000, &b);
	buf_clear(&b);
	write_markdown(r, &es, &b);
	assert_true(slice_starts(buf_slice(&b), "# KCSAN: data-race in __f [jbd2] / g\n"));
	assert_non_null(strstr(buf_str(&b), "- Reviewed: overridden: harmful; by Ann <ann@example.org>,\n  2026-01-01T00:00:00Z\n"));
	assert_non_null(strstr(buf_str(&b), "- Blind: Ann <ann@example.org> judged before what the AI said was seen:\n  harmful\n"));
	assert_non_null(strstr(buf_str(&b), "and not below its sign, when it is\n    as long as this one is here.\n"));
	assert_non_null(strstr(buf_str(&b), "\nint code = that_is_never_broken(however_long, it_may_be) || on_one_line_of_a_mail(of_the_reviewer);\n"));
	assert_null(strstr(buf_str(&b), "\n- so"));
	for (rest = buf_slice(&b); slice_line(&rest, &line);)
		if (!slice_starts(line, "int code"))
			assert_true(line.n <= 76);
	decision_release(&d);
	buf_release(&b);
	events_release(&es);
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_run_reads_as_a_document),
	cmocka_unit_test(an_edited_note_shows_its_last_words_and_every_place),
	cmocka_unit_test(markup_in_names_is_text),
	cmocka_unit_test(a_mail_is_read_as_it_stands),
};

int main(void)
{
	test_words();
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
