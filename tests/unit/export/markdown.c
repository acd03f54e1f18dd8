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
	struct export_in in = {.run = r, .events = es, .review = review};

	assert_int_equal(exporter_find("markdown")->write(&in, take, b, NULL), 0);
	review_free(review);
}

static void a_run_reads_as_a_document(void **state)
{
	static const char want[] =
		"# KCSAN: data-race in pond_fill / pond_level\n"
		"\n"
		"- AI verdict: benign\n"
		"- Review: overridden: harmful; by ann, 2026-01-01T00:00:00Z\n"
		"- Run: `ID`, done\n"
		"- Job: `0f0f-1234`\n"
		"- Workflow: `assessment-kcsan`\n"
		"- Model: `model-x`\n"
		"- Kernel commit: `0123456789ab`\n"
		"\n"
		"## Racing accesses\n"
		"\n"
		"| Access | Bytes | By | Function | Place |\n"
		"|---|---|---|---|---|\n"
		"| write | 4 | task 101, cpu 0 | `pond_fill` | `drivers/pond/pond.c:41` |\n"
		"| read | 4 | task 102, cpu 1 | `pond_get` | `drivers/pond/pond.h:7` |\n"
		"| called from | | | `pond_level` | `drivers/pond/pond.c:77` |\n"
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
		"At `drivers/pond/pond.c:41`:\n"
		"\n"
		">     *a = `b`;\n"
		">     c\n"
		"\n"
		"## History\n"
		"\n"
		"- 2026-01-01T00:00:00Z `HASH` ann: override: harmful\n"
		"- 2026-01-01T00:00:01Z `HASH` bob: note on drivers/pond/pond.c:41: \"look\"\n";
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
	char path[] = "a.c", excerpt[] = "a thought";
	struct place places[] = {{.kind = PLACE_SOURCE, .path = path, .line_first = 3, .line_last = 5},
				 {.kind = PLACE_SPAN, .seq = 7, .field = FIELD_THOUGHTS, .to = 9, .excerpt = excerpt}};
	struct run *r = test_run_new();
	struct events es = {0};
	struct buf b = BUF_INIT, edit = BUF_INIT;
	char note[SHA256_HEX + 1];

	(void)state;
	memcpy(note, events_note(&es, "bob", 1767225601000000, places, 2, "first"), sizeof note);
	payload_edit(&edit, note, SLICE("second\nand third"));
	events_put(&es, "bob", "store", "edit", 1767225602000000, &edit);
	buf_clear(&edit);
	claim_mark_payload(&edit, CLAIM_MARK_FALSE, CLAIM_PRESENT, places, 1);
	events_put(&es, "bob", "store", "mark-claim", 1767225603000000, &edit);
	write_markdown(r, &es, &b);
	assert_non_null(strstr(buf_str(&b), "### bob, 2026-01-01T00:00:01Z, edited\n\nsecond\nand third\n\nAt `a.c:3-5`\n\n"
					    "At `span 7 Thoughts`:\n\n>     a thought\n"));
	assert_non_null(strstr(buf_str(&b), "\n## Claims\n\n### false, by bob, 2026-01-01T00:00:03Z; in the source: present\n\nAt `a.c:3-5`"));
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
	assert_true(slice_starts(buf_slice(&b), "# a_b \\_\\_c \\<img\\> \\[x\\](y) \\`z\\` \\*s\\*^J\\# h ^\\[\\[m\n"));
	assert_null(strstr(buf_str(&b), "\n# h"));
	assert_non_null(strstr(buf_str(&b), "- Job: `` j`o`b\\| ``\n"));
	assert_null(strstr(buf_str(&b), "<b>"));
	assert_null(strchr(buf_str(&b), 0x1b));
	buf_release(&b);
	events_release(&es);
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_run_reads_as_a_document),
	cmocka_unit_test(an_edited_note_shows_its_last_words_and_every_place),
	cmocka_unit_test(markup_in_names_is_text),
};

int main(void)
{
	test_words();
	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
