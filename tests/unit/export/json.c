#define _GNU_SOURCE /* mkdtemp */
#include "tests/test.h"

#include <locale.h>
#include <sys/wait.h>

#include "base/fs.h"
#include "base/mem.h"
#include "export/export.h"
#include "tests/events.h"
#include "tests/run.h"

static int take(void *arg, struct slice piece)
{
	return buf_add_slice(arg, piece);
}

static void write_json(struct run *r, const struct events *es, struct buf *b)
{
	struct review *review = review_fold(es, NULL);
	struct export_in in = {.run = r, .events = es, .review = review};

	buf_clear(b);
	assert_int_equal(exporter_find("json")->write(&in, take, b, NULL), 0);
	review_free(review);
}

/* Every kind of place, decision and event, from two reviewers in conflict. */
static void fill(struct events *es)
{
	struct place places[] = {
		{.kind = PLACE_SPAN, .seq = 2, .field = FIELD_THOUGHTS, .from = 0, .to = 8, .excerpt = xstrdup("thinking")},
		{.kind = PLACE_SPAN, .seq = 0, .field = FIELD_RESULTS, .member = xstrdup("Explanation"), .from = 0, .to = 1},
		{.kind = PLACE_SOURCE, .path = xstrdup("drivers/pond/pond.c"), .commit = xstrdup("0123456789ab"),
		 .line_first = 41, .line_last = 43, .excerpt = xstrdup("\tlevel++; /* caf\xc3\xa9 */")},
		{.kind = PLACE_REPORT, .from = 4, .to = 9},
	};
	struct decision d = {.kind = DECIDE_OVERRIDE, .argument = ARGUMENT_FLAWED, .remedy = REMEDY_LOCK,
			     .confidence = CONFIDENCE_HIGH, .comment = xstrdup("no \"lock\" \xf0\x9f\x94\x92\x7f\xff")};
	struct decided_on on = {.recording = "r", .report = "", .instruction = "i"};
	char first[SHA256_HEX + 1], note[SHA256_HEX + 1];
	struct buf b = BUF_INIT;

	outputs_set(&d.outputs, SLICE("Benign"), false);
	decision_add_reason(&d, SLICE("missed lock"));
	payload_decide(&b, &d, &on);
	memcpy(first, events_put(es, "J\xc3\xbcrgen", "s1", "decide", 1767225600000000, &b), sizeof first);
	events_decide(es, "ann", 1767225600000001, DECIDE_APPROVE, true, NULL);
	events_decide(es, "bob", 1767225600000002, DECIDE_DEFER, true, NULL);
	memcpy(note, events_note(es, "ann", 1767225600000003, places, 4, "four places"), sizeof note);
	events_target(es, "ann", 1767225600000004, "edit", note, "edited");
	events_target(es, "ann", 1767225600000005, "undo", es->e[es->n - 1].hash, NULL);
	buf_clear(&b);
	buf_adds(&b, "{\"claim\":{\"at\":[1,2,{}],\"sure\":true}}");
	events_put(es, "ann", "store", "mark-claim", 1767225600000006, &b);
	buf_clear(&b);
	claim_mark_payload(&b, CLAIM_MARK_FALSE, CLAIM_NEVER_READ, places, 4);
	events_put(es, "ann", "store", "mark-claim", 1767225600000007, &b);
	buf_clear(&b);
	claim_mark_payload(&b, CLAIM_MARK_OPEN, CLAIM_UNDECIDED, places + 1, 1);
	events_put(es, "bob", "store", "mark-claim", 1767225600000008, &b);
	for (size_t i = 0; i < 4; i++)
		place_release(&places[i]);
	decision_release(&d);
	buf_release(&b);
}

static void assert_keys(struct slice object, const char *want)
{
	struct buf keys = BUF_INIT;
	struct json_iter it = json_iter(object);

	while (json_next(&it)) {
		buf_add(&keys, it.key.p + 1, it.key.n - 2);
		buf_addc(&keys, ' ');
	}
	assert_string_equal(buf_str(&keys), want);
	buf_release(&keys);
}

static struct slice element(struct slice array, size_t i)
{
	struct json_iter it = json_iter(array);

	while (json_next(&it))
		if (i-- == 0)
			return it.value;
	fail_msg("the array is too short");
	return (struct slice){0};
}

static void every_key_is_there_in_its_order(void **state)
{
	static const char decision[] = "state kind outputs argument remedy confidence reasons comment until blind reviewer decided on ";
	struct run *r = test_run_new();
	struct events es = {0};
	struct buf b = BUF_INIT;
	struct slice raw, conflict, note;

	(void)state;
	fill(&es);
	write_json(r, &es, &b);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	assert_keys(raw, "schema run case report ai decision conflict blind annotations claims evidence history ");
	assert_keys(json_member(raw, "run"), "id recording member format job workflow title state created started finished "
		    "kernel_commit agent_revision ");
	assert_keys(json_member(raw, "report"), "title kind hash functions accesses ");
	assert_keys(json_member(raw, "ai"), "outputs explanation models tokens instruction interventions ");
	assert_slice(json_member(raw, "decision"), "null");
	conflict = json_member(raw, "conflict");
	assert_keys(element(conflict, 0), decision);
	assert_keys(element(conflict, 1), decision);
	assert_keys(json_member(element(conflict, 0), "on"), "recording report instruction ");
	assert_slice(json_member(element(conflict, 0), "state"), "\"overridden\"");
	note = element(json_member(raw, "annotations"), 0);
	assert_keys(note, "id reviewer time text places ");
	assert_slice(json_member(note, "text"), "\"four places\"");
	assert_keys(element(json_member(note, "places"), 1), "kind span field member from to path commit first last excerpt ");
	assert_keys(element(json_member(raw, "history"), 0), "hash prev time reviewer store via kind payload ");
	buf_release(&b);
	events_release(&es);
	run_free(r);
}

static void hashes_are_of_the_texts(void **state)
{
	struct run *r = test_run_new();
	char report[SHA256_HEX + 1], instruction[SHA256_HEX + 1];
	struct events none = {0};
	struct buf b = BUF_INIT;
	struct slice raw, v;

	(void)state;
	sha256_of(r->report_text, report);
	sha256_of(slice_str(test_bodies[1].field[FIELD_INSTRUCTION]), instruction);
	write_json(r, &none, &b);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	v = json_member(json_member(raw, "report"), "hash");
	assert_slice(slice_sub(v, 1, v.n - 1), report);
	v = json_member(json_member(raw, "ai"), "instruction");
	assert_slice(slice_sub(v, 1, v.n - 1), instruction);
	assert_slice(json_member(json_member(raw, "run"), "created"), "\"2025-12-31T23:59:59.999999Z\"");
	buf_release(&b);
	run_free(r);
}

static void the_same_state_gives_the_same_bytes(void **state)
{
	struct run *one = test_run_new(), *two = test_run_new();
	struct events es = {0}, turned = {0};
	struct buf a = BUF_INIT, b = BUF_INIT;

	(void)state;
	fill(&es);
	turned.e = xcalloc(es.n, sizeof *turned.e);
	for (size_t i = es.n; i-- > 0;)
		turned.e[turned.n++] = es.e[i]; /* borrows the strings */
	assert_non_null(setlocale(LC_ALL, "C"));
	write_json(one, &es, &a);
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	write_json(two, &turned, &b);
	assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
	assert_non_null(strstr(buf_str(&a), "\"check\": \"never read\",\n      \"mark\": \"false\",\n      \"places\": ["));
	assert_non_null(strstr(buf_str(&a), "\"check\": \"undecided\",\n      \"mark\": null,\n"));
	assert_non_null(strstr(buf_str(&a), "Caf\xc3\xa9 \\u202e txet"));
	free(turned.e);
	events_release(&es);
	buf_release(&a);
	buf_release(&b);
	run_free(one);
	run_free(two);
}

/* ---- with Python ---- */

/* Run a script with the document on standard input; its exit status.  Skips the test where there is no Python. */
static int python(const char *script, const struct buf *document, bool quiet)
{
	char dir[] = "/tmp/verdict-test-XXXXXX";
	struct buf command = BUF_INIT;
	int rc;

	if (access("/usr/bin/python3", X_OK) < 0) {
		print_message("# no python3: skipped\n");
		skip();
	}
	assert_non_null(mkdtemp(dir));
	assert_int_equal(fs_write_atomic(dir, "script.py", slice_str(script), NULL), 0);
	assert_int_equal(fs_write_atomic(dir, "document.json", buf_slice(document), NULL), 0);
	buf_addf(&command, "/usr/bin/python3 -W ignore %s/script.py '%s' < %s/document.json > /dev/null%s", dir,
		 test_src("man/verdict.review.1.schema.json"), dir, quiet ? " 2>&1" : "");
	rc = system(buf_str(&command));
	buf_clear(&command);
	buf_addf(&command, "rm -r %s", dir);
	assert_int_equal(system(buf_str(&command)), 0);
	buf_release(&command);
	assert_true(WIFEXITED(rc));
	return WEXITSTATUS(rc);
}

static const char validate[] =
	"import json, sys\n"
	"try:\n"
	"    import jsonschema\n"
	"except ImportError:\n"
	"    sys.exit(77)\n"
	"schema = json.load(open(sys.argv[1]))\n"
	"jsonschema.Draft202012Validator.check_schema(schema)\n"
	"errors = list(jsonschema.Draft202012Validator(schema).iter_errors(json.load(sys.stdin)))\n"
	"for e in errors:\n"
	"    print(e.message, list(e.path), file=sys.stderr)\n"
	"sys.exit(1 if errors else 0)\n";

static void check_schema(const struct buf *b, int want)
{
	int rc = python(validate, b, want != 0);

	if (rc == 77) {
		print_message("# no python3-jsonschema: skipped\n");
		skip();
	}
	assert_int_equal(rc, want);
}

static void documents_of_every_state_fit_the_schema(void **state)
{
	struct run *r = test_run_new();
	struct buf b = BUF_INIT;
	struct events es = {0};

	(void)state;
	write_json(r, &es, &b);
	check_schema(&b, 0);
	events_decide(&es, "bob", 5, DECIDE_DEFER, true, NULL);
	write_json(r, &es, &b);
	check_schema(&b, 0);
	fill(&es);
	write_json(r, &es, &b);
	check_schema(&b, 0);
	events_release(&es);
	/* a run of which next to nothing is known */
	r->unit = WHEN_MINUTE;
	r->job = r->title = r->explanation = r->report_text = r->workflow = (struct slice){0};
	outputs_release(&r->outputs);
	crash_free(r->crash);
	r->crash = report_parse(r->report_text);
	write_json(r, &es, &b);
	assert_non_null(strstr(buf_str(&b), "\"started\": \"2026-01-01T00:00Z\""));
	check_schema(&b, 0);
	buf_release(&b);
	run_free(r);
}

static void the_schema_refuses_what_is_wrong(void **state)
{
	static const char *const wrong[][2] = {
		{"\"case\"", "\"cose\""}, {"\"Benign\": true", "\"Benign\": 1"}, {"verdict.review/1", "verdict.review/2"}, {"\"done\"", "\"over\""},
	};
	struct run *r = test_run_new();
	struct events none = {0};
	struct buf good = BUF_INIT, bad = BUF_INIT;

	(void)state;
	write_json(r, &none, &good);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		size_t at = slice_find(buf_slice(&good), wrong[i][0], 0);

		assert_true(at != SLICE_NONE);
		buf_clear(&bad);
		buf_add(&bad, good.p, at);
		buf_adds(&bad, wrong[i][1]);
		buf_adds(&bad, good.p + at + strlen(wrong[i][0]));
		check_schema(&bad, 1);
	}
	buf_release(&good);
	buf_release(&bad);
	run_free(r);
}

/* The literal text of an example in the manual, as a reader sees it. */
static void manual(const char *name, struct buf *out)
{
	struct buf page = BUF_INIT;
	char from[64];
	struct slice rest, part;

	assert_int_equal(fs_read(test_src("man/verdict-formats.7"), &page, NULL), 0);
	snprintf(from, sizeof from, ".\\\" example %s\n", name);
	rest = buf_slice(&page);
	assert_true(slice_find(rest, from, 0) != SLICE_NONE);
	rest = slice_sub(rest, slice_find(rest, from, 0) + strlen(from), rest.n);
	while (slice_line(&rest, &part) && !slice_is(part, ".\\\" end")) {
		size_t esc;

		while ((esc = slice_find(part, "\\e", 0)) != SLICE_NONE) {
			buf_add(out, part.p, esc);
			buf_addc(out, '\\');
			part = slice_sub(part, esc + 2, part.n);
		}
		buf_add_slice(out, part);
		buf_addc(out, '\n');
	}
	buf_release(&page);
}

static void the_manuals_program_finds_the_chains_whole_and_any_change(void **state)
{
	struct run *r = test_run_new();
	struct buf script = BUF_INIT, b = BUF_INIT;
	struct events es = {0};
	size_t at;

	(void)state;
	memcpy(r->id, TEST_RUN, sizeof r->id);
	fill(&es);
	manual("chain", &script);
	write_json(r, &es, &b);
	assert_int_equal(python(buf_str(&script), &b, false), 0);
	at = slice_find(buf_slice(&b), "\"edited\"", 0);
	assert_true(at != SLICE_NONE);
	b.p[at + 1] = 'E';
	assert_int_equal(python(buf_str(&script), &b, true), 1);
	event_release(&es.e[1]); /* ann's first */
	es.e[1] = es.e[--es.n];
	write_json(r, &es, &b);
	assert_int_equal(python(buf_str(&script), &b, true), 1);
	buf_release(&script);
	buf_release(&b);
	events_release(&es);
	run_free(r);
}

static void the_manuals_event_has_the_manuals_hash(void **state)
{
	struct event ev = {
		.run = xstrdup("d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"), .reviewer = xstrdup("ann"),
		.store = xstrdup("00c0ffee00c0ffee"), .kind = xstrdup("undo"), .via = xstrdup("command"),
		.time = 1767225600000001,
	};
	struct buf text = BUF_INIT, joined = BUF_INIT, payload = BUF_INIT, page = BUF_INIT, canonical = BUF_INIT;
	struct slice rest, part;

	(void)state;
	payload_target(&payload, "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
	ev.payload = buf_detach(&payload);
	event_seal(&ev);
	manual("event", &text);
	for (rest = buf_slice(&text); slice_line(&rest, &part);)
		buf_add_slice(&joined, slice_ends(part, "\\") ? slice_sub(part, 0, part.n - 1) : part);
	event_canonical(&canonical, &ev);
	assert_string_equal(buf_str(&joined), buf_str(&canonical));
	assert_int_equal(fs_read(test_src("man/verdict-formats.7"), &page, NULL), 0);
	assert_non_null(strstr(buf_str(&page), ev.hash));
	event_release(&ev);
	buf_release(&text);
	buf_release(&joined);
	buf_release(&page);
	buf_release(&canonical);
}

static void the_commit_is_what_the_reviewer_says(void **state)
{
	struct run *r = test_run_new();
	struct events es = {0};
	struct buf b = BUF_INIT;
	struct slice raw;
	struct review *review = review_fold(&es, NULL);
	struct export_in in = {.run = r, .events = &es, .review = review, .commit = SLICE("v6.1")};

	(void)state;
	assert_int_equal(exporter_find("json")->write(&in, take, &b, NULL), 0);
	assert_int_equal(json_check(buf_slice(&b), &raw, NULL, NULL), 0);
	assert_slice(json_member(json_member(raw, "run"), "kernel_commit"), "\"v6.1\"");
	review_free(review);
	buf_release(&b);
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_key_is_there_in_its_order),
	cmocka_unit_test(hashes_are_of_the_texts),
	cmocka_unit_test(the_same_state_gives_the_same_bytes),
	cmocka_unit_test(documents_of_every_state_fit_the_schema),
	cmocka_unit_test(the_schema_refuses_what_is_wrong),
	cmocka_unit_test(the_manuals_program_finds_the_chains_whole_and_any_change),
	cmocka_unit_test(the_manuals_event_has_the_manuals_hash),
	cmocka_unit_test(the_commit_is_what_the_reviewer_says),
};

TEST_MAIN()
