#include "tests/test.h"

#include "app/find.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/search.h"
#include "base/utf8.h"
#include "import/import.h"

static struct run *run_of(const struct buf *bytes)
{
	struct err e = {0};
	struct blob *b = blob_memory("test", buf_slice(bytes), &e);
	struct run *r = b ? import_blob(b, &e) : NULL;

	if (!r)
		fail_msg("%s", e.msg);
	return r;
}

/* What is searched: a session that hides nothing. */
static struct session over;

static struct find *search(struct run *r, struct slice pattern, int64_t us)
{
	struct err e = {0};
	struct find *f;

	over.run = r;
	f = find_new(&over, pattern, &e);
	if (!f)
		fail_msg("%s", e.msg);
	while (find_step(f, us))
		assert_false(find_done(f));
	assert_true(find_done(f));
	assert_int_equal(find_percent(f), 100);
	return f;
}

/* ---- against a search that decodes everything ---- */

struct naive {
	struct search search;
	struct buf hits; /* one line a hit */
};

static void tell(struct buf *out, bool report, uint32_t seq, enum traj_field f, const char *member, uint64_t from,
		 uint64_t to, uint64_t line)
{
	buf_addf(out, "%d %u %s %s %lu-%lu line %lu\n", report, seq, report ? "" : traj_field_name(f), member ? member : "",
		 (unsigned long)from, (unsigned long)to, (unsigned long)line);
}

static void naive_text(struct naive *n, bool report, uint32_t seq, enum traj_field f, const char *member, struct slice text)
{
	size_t from, to, at = 0;

	for (; search_find(&n->search, text, at, &from, &to); at = to > from ? to : to + 1) {
		uint64_t line = 1;

		for (size_t i = 0; i < from; i++)
			line += text.p[i] == '\n';
		if (to > from)
			tell(&n->hits, report, seq, f, member, from, to, line);
	}
}

static void naive_members(struct naive *n, uint32_t seq, enum traj_field f, struct slice object)
{
	struct arena *a = arena_new();

	for (struct json_iter it = json_iter(object); json_next(&it);)
		naive_text(n, false, seq, f, arena_str(a, json_string(a, it.key)),
			   json_type(it.value) == JSON_STRING ? json_string(a, it.value) : it.value);
	arena_free(a);
}

static void naive_search(struct naive *n, struct run *r)
{
	static const enum traj_field order[] = {FIELD_ERROR, FIELD_THOUGHTS, FIELD_ARGS, FIELD_RESULTS, FIELD_REPLY,
						FIELD_PROMPT, FIELD_INSTRUCTION};
	struct slice text;

	naive_text(n, true, 0, FIELD_N, NULL, r->crash->text);
	for (size_t i = 0; i < traj_count(r->traj); i++)
		for (size_t k = 0; k < sizeof order / sizeof *order; k++) {
			uint32_t seq = traj_span(r->traj, i)->seq;

			if (traj_field(r->traj, i, order[k], &text, NULL) <= 0)
				continue;
			if (order[k] == FIELD_ARGS || order[k] == FIELD_RESULTS)
				naive_members(n, seq, order[k], text);
			else
				naive_text(n, false, seq, order[k], NULL, text);
			traj_release_bodies(r->traj);
		}
}

/* Returns the number of spans that were decoded. */
static size_t assert_same(struct run *r, struct slice pattern, int64_t us)
{
	struct naive n = {.hits = BUF_INIT};
	struct buf got = BUF_INIT;
	struct find *f = search(r, pattern, us);
	struct err e = {0};
	size_t decoded;

	assert_int_equal(search_set(&n.search, pattern, &e), 0);
	naive_search(&n, r);
	for (size_t i = 0; i < find_count(f); i++) {
		const struct find_hit *h = find_hit(f, i);

		tell(&got, h->report, h->seq, h->field, h->member, h->from, h->to, h->line);
		assert_true(h->at + h->n <= h->excerpt.n && h->excerpt.n <= FIND_EXCERPT);
		assert_true(slice_chr(h->excerpt, '\n', 0) == SLICE_NONE);
	}
	if (strcmp(buf_str(&got), buf_str(&n.hits)) != 0)
		fail_msg("'%.*s': found\n%s\nbut there is\n%s", (int)pattern.n, pattern.p, buf_str(&got), buf_str(&n.hits));
	decoded = find_decoded(f);
	find_free(f);
	buf_release(&got);
	buf_release(&n.hits);
	search_release(&n.search);
	return decoded;
}

/* ---- recordings by chance ---- */

static uint64_t seed;

static unsigned below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* Few letters, so that short texts meet often; and all that JSON writers treat in ways of their own. */
static const uint32_t letters[] = {
	'a', 'b', 'k', 's', 'A', 'K', 'S', ' ', 'u', '0', '"', '\\', '/', '<', '>', '&', '\'', '\n', '\t', '{', '}', '[',
	']', ',', ':', '.', '-', 0xe9, 0xc9, 0x17f, 0x212a, 0x6f22, 0x1f600, 0xfffd, 0x7f, 0x2028,
};

static uint32_t letter(void)
{
	return letters[below(2) ? below(8) : below(sizeof letters / sizeof *letters)];
}

static void write_char(struct buf *b, uint32_t cp)
{
	static const char shorts[] = "\"\"\\\\//\nn\tt";
	char bytes[4];

	for (size_t i = 0; cp < 0x80 && shorts[i]; i += 2)
		if ((uint32_t)shorts[i] == cp && below(4)) {
			if (cp != '/' || below(2))
				buf_addc(b, '\\');
			buf_addc(b, shorts[i + 1]);
			return;
		}
	if (cp < 0x20 || cp == '"' || cp == '\\' || below(4) == 0) {
		if (cp >= 0x10000)
			buf_addf(b, "\\u%04x\\u%04X", 0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + (cp & 0x3ff));
		else
			buf_addf(b, below(2) ? "\\u%04x" : "\\u%04X", cp);
		return;
	}
	buf_add(b, bytes, utf8_encode(cp, bytes));
}

static void write_string(struct buf *b, unsigned longest)
{
	buf_addc(b, '"');
	for (unsigned n = below(longest); n > 0; n--) {
		if (below(200) == 0)
			buf_adds(b, "\\ud800"); /* without its other half */
		else if (below(200) == 0)
			buf_addc(b, '\xff');
		else
			write_char(b, letter());
	}
	buf_addc(b, '"');
}

static void write_object(struct buf *b)
{
	unsigned n = below(4);

	buf_addc(b, '{');
	for (unsigned i = 0; i < n; i++) {
		buf_adds(b, i ? ", " : "");
		write_string(b, 6);
		buf_addc(b, ':');
		switch (below(4)) {
		case 0:
			buf_adds(b, "[1, {\"a\": \"k\\u0073 \\\"b\"}, null]");
			break;
		case 1:
			buf_adds(b, "-12e3");
			break;
		default:
			write_string(b, 30);
			break;
		}
	}
	buf_addc(b, '}');
}

static void write_record(struct buf *b, unsigned seq, bool finished)
{
	static const char *const names[] = {"Thoughts", "Reply", "Prompt", "Instruction", "Error", "Th\\u006fughts", "Other"};

	buf_addf(b, "{\"Seq\":%u,\"Nesting\":%u,\"Type\":\"%s\",\"Name\":\"ask", seq, seq ? 1 : 0, seq ? "tool" : "flow");
	buf_addf(b, "\",\"Started\":\"2026-01-01T00:00:00Z\"");
	if (finished)
		buf_adds(b, ",\"Finished\":\"2026-01-01T00:00:01Z\"");
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (below(3) == 0) {
			buf_addf(b, ",\"%s\":", names[i]);
			write_string(b, 60);
		}
	if (below(2)) {
		buf_adds(b, ",\"Args\" : ");
		write_object(b);
	}
	if (below(2)) {
		buf_adds(b, ",\"Results\":");
		write_object(b);
	}
	buf_adds(b, ",\"Model\":\"bask\"}");
}

static void write_recording(struct buf *b, bool lines)
{
	unsigned spans = 2 + below(12);

	if (!lines)
		buf_addc(b, '[');
	for (unsigned i = 0; i < spans; i++) {
		/* starts, ends, and sometimes an order that nobody asked for */
		unsigned seq = below(5) ? i : below(spans);

		if (i && !lines)
			buf_adds(b, below(2) ? "," : " ,\n");
		if (i) /* the first one is plain: by it the form is known */
			write_record(b, seq, below(2));
		else
			buf_adds(b, "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"a\"}");
		if (lines)
			buf_addc(b, '\n');
	}
	buf_adds(b, lines ? "" : "]\n");
}

static void write_pattern(struct buf *b)
{
	static const char *const more[] = {"", ".", "s?", "a*", "+", "k|b", "[ab]", "(a)", "\\w", "{0}", "\\\\", "\\.", "^", "$"};

	for (unsigned n = 1 + below(3); n > 0; n--) {
		uint32_t cp = letter();
		char bytes[4];

		if (cp < 0x80 && strchr("\\^$.[|()?*+{", (int)cp))
			buf_addc(b, '\\');
		buf_add(b, bytes, utf8_encode(cp, bytes));
	}
	if (below(3) == 0)
		buf_adds(b, more[below(sizeof more / sizeof *more)]);
}

static void nothing_is_missed(void **state)
{
	size_t spans = 0, decoded = 0;

	(void)state;
	seed = 1;
	while (spans < 40000) {
		struct buf bytes = BUF_INIT;
		struct run *r;

		write_recording(&bytes, below(2));
		r = run_of(&bytes);
		for (int i = 0; i < 30; i++) {
			struct buf pattern = BUF_INIT;

			write_pattern(&pattern);
			decoded += assert_same(r, buf_slice(&pattern), below(2) ? 0 : INT64_MAX / 2);
			spans += traj_count(r->traj);
			buf_release(&pattern);
		}
		run_free(r);
		buf_release(&bytes);
	}
	assert_true(decoded < spans); /* else the quick look is none */
}

static void large_recordings(void **state)
{
	struct buf bytes = BUF_INIT;
	struct run *r;
	unsigned n = 3000;
	size_t decoded;

	(void)state;
	seed = 7;
	for (unsigned i = 0; i < n; i++) { /* several windows; ends far behind starts */
		write_record(&bytes, i, i % 3 == 0);
		buf_addc(&bytes, '\n');
	}
	for (unsigned i = n; i-- > 0;) {
		write_record(&bytes, i, true);
		buf_addc(&bytes, '\n');
	}
	r = run_of(&bytes);
	assert_true(bytes.n > 1 << 20);
	decoded = assert_same(r, SLICE("k \u00e9a"), 0);
	assert_true(decoded < n);
	assert_same(r, SLICE("\\\\\""), INT64_MAX / 2);
	run_free(r);
	buf_release(&bytes);
}

/* ---- single things ---- */

static struct run *run_of_text(const char *text)
{
	struct buf b = BUF_INIT;
	struct run *r;

	buf_adds(&b, text);
	r = run_of(&b);
	buf_release(&b);
	return r;
}

static void names_are_no_texts(void **state)
{
	struct run *r = run_of_text("{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"needle\",\"Model\":\"x\","
				    "\"Results\":{\"needle\":\"hay\",\"b\":[\"a\\nb\"]}}\n"
				    "{\"Seq\":1,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"needle\",\"Args\":{\"A\":\"1\\n\\t2 Needle\"}}\n");
	struct find *f = search(r, SLICE("needle"), 0);
	const struct find_hit *h;

	(void)state;
	assert_int_equal(find_count(f), 1);
	assert_int_equal(find_decoded(f), 1);
	h = find_hit(f, 0);
	assert_false(h->report);
	assert_int_equal(h->seq, 1);
	assert_int_equal(h->field, FIELD_ARGS);
	assert_string_equal(h->member, "A");
	assert_int_equal(h->line, 2);
	assert_slice(h->excerpt, "\t2 Needle");
	assert_int_equal(h->at, 3);
	assert_int_equal(h->n, 6);
	find_free(f);
	run_free(r);
}

static void long_lines_are_cut(void **state)
{
	struct buf b = BUF_INIT;
	struct run *r;
	struct find *f;
	const struct find_hit *h;

	(void)state;
	buf_adds(&b, "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Reply\":\"");
	for (int i = 0; i < 1000; i++)
		buf_adds(&b, "\u00e9");
	buf_adds(&b, "needle");
	for (int i = 0; i < 1000; i++)
		buf_adds(&b, "\u00e9");
	buf_adds(&b, "\"}\n");
	r = run_of(&b);
	f = search(r, SLICE("needle"), 0);
	assert_int_equal(find_count(f), 1);
	h = find_hit(f, 0);
	assert_int_equal(h->from, 2000);
	assert_true(utf8_valid(h->excerpt));
	assert_slice(slice_sub(h->excerpt, h->at, h->at + h->n), "needle");
	find_free(f);
	f = search(r, SLICE("\u00e9+n"), 0); /* a hit longer than what is kept */
	assert_int_equal(find_hit(f, 0)->to, 2001);
	assert_int_equal(find_hit(f, 0)->n, find_hit(f, 0)->excerpt.n);
	find_free(f);
	run_free(r);
	buf_release(&b);
}

static void many_hits_end_it(void **state)
{
	struct buf b = BUF_INIT;
	struct run *r;
	struct find *f;

	(void)state;
	buf_adds(&b, "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Reply\":\"");
	for (int i = 0; i < FIND_HITS; i++)
		buf_adds(&b, "a\\n");
	buf_adds(&b, "\"}\n{\"Seq\":1,\"Nesting\":1,\"Type\":\"llm\",\"Reply\":\"a\"}\n");
	r = run_of(&b);
	f = search(r, SLICE("a"), 0);
	assert_true(find_full(f));
	assert_int_equal(find_count(f), FIND_HITS);
	assert_int_equal(find_hit(f, FIND_HITS - 1)->line, FIND_HITS);
	assert_false(find_step(f, 0));
	find_free(f);
	f = search(r, SLICE("b*"), 0); /* what finds nothing anywhere has no hits */
	assert_int_equal(find_count(f), 0);
	assert_false(find_full(f));
	find_free(f);
	run_free(r);
	buf_release(&b);
}

static void wrong_expression(void **state)
{
	struct run *r = run_of_text("{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"a\"}\n");
	struct err e = {0};

	(void)state;
	over.run = r;
	assert_null(find_new(&over, SLICE("("), &e));
	assert_int_equal(e.cls, ERR_USAGE);
	run_free(r);
}

static void example(void **state)
{
	struct err e = {0};
	struct run *r = import_file(test_src("examples/pond-race.json"), &e);

	(void)state;
	assert_non_null(r);
	assert_true(assert_same(r, SLICE("p->flags"), 0) < traj_count(r->traj));
	assert_same(r, SLICE("KCSAN"), 0);
	assert_same(r, SLICE("pond_.*\\("), 0);
	run_free(r);
}

/* A page has no raw records: every span is decoded. */
static void page(void **state)
{
	struct err e = {0};
	struct run *r = import_file(test_data("syzbot-assessment-kcsan-audit.txt"), &e);
	struct find *f;

	(void)state;
	assert_non_null(r);
	f = search(r, SLICE("audit_cmd_mutex"), 0);
	assert_true(find_count(f) > 10);
	assert_int_equal(find_decoded(f), traj_count(r->traj));
	find_free(f);
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(nothing_is_missed),
	cmocka_unit_test(large_recordings),
	cmocka_unit_test(names_are_no_texts),
	cmocka_unit_test(long_lines_are_cut),
	cmocka_unit_test(many_hits_end_it),
	cmocka_unit_test(wrong_expression),
	cmocka_unit_test(example),
	cmocka_unit_test(page),
};

TEST_MAIN()
