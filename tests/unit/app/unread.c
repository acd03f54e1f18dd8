/* What was read of a race that is told in a few lines of JSON. */
#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/unread.h"

#include "tests/app.h"

#define REPORT "BUG: KCSAN: data-race in fa / fb\\n\\nwrite to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\\n" \
	" fa+0x1/0x2 net/a.c:5\\n up+0x1/0x2 net/u.c:9\\n\\nread to 0xffff888100000000 of 4 bytes by task 2 on cpu 1:\\n fb+0x1/0x2 net/b.c:3\\n"
#define HEAD "[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-05-11T08:00:00Z\",\"Finished\":\"2026-05-11T08:00:09Z\"},\n" \
	"{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"e\",\"Started\":\"2026-05-11T08:00:01Z\",\"Finished\":\"2026-05-11T08:00:08Z\"," \
	"\"Prompt\":\"" REPORT "\"}"
#define TOOL(seq, name, args, results) ",\n{\"Seq\":" seq ",\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"" name "\",\"Started\":\"2026-05-11T08:00:02Z\"," \
	"\"Finished\":\"2026-05-11T08:00:03Z\",\"Args\":" args ",\"Results\":" results "}"

/* "state name[ of][ path:line][ got/lines]" a row. */
static const char *rows(const char *recording)
{
	static struct buf b;
	struct test_opened *o = test_open_text("run.json", slice_str(recording));
	struct arena *a = arena_new();
	struct unread_row *r;
	bool waits;
	size_t n;

	n = unread_find(o->session, a, &r, &waits);
	buf_clear(&b);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, "%s%s %.*s", i ? "; " : "", unread_state_name(r[i].state), (int)r[i].name.n, r[i].name.p);
		if (r[i].of.n)
			buf_addf(&b, " calls %.*s", (int)r[i].of.n, r[i].of.p);
		if (r[i].path.n)
			buf_addf(&b, " %.*s:%u", (int)r[i].path.n, r[i].path.p, r[i].line);
		if (r[i].lines)
			buf_addf(&b, " %u/%u", r[i].got, r[i].lines);
	}
	test_close(o);
	arena_free(a);
	return buf_str(&b);
}

static void nothing_was_read(void **state)
{
	(void)state;
	assert_string_equal(rows(HEAD "]\n"), "never read fa net/a.c:5; never read fb net/b.c:3; never read up calls fa net/u.c:9");
}

static void functions_are_read_whole_or_in_part(void **state)
{
	(void)state;
	assert_string_equal(rows(HEAD TOOL("2", "read-file", "{\"File\":\"net/a.c\",\"FirstLine\":2}",
					   "{\"Contents\":\"   2:\\t\\n   3:\\tvoid fa(struct x *p)\\n   4:\\t{\\n   5:\\t\\tp->n = 1;\\n   6:\\t}\\n\"}")
					TOOL("3", "read-file", "{\"File\":\"net/b.c\",\"FirstLine\":3}", "{\"Contents\":\"   3:\\t\\treturn p->n;\\n\"}") "]\n"),
			    "read fa net/a.c:5 4/4; partly read fb net/b.c:3; never read up calls fa net/u.c:9; never read n");
}

static void a_search_is_no_reading(void **state)
{
	(void)state;
	assert_string_equal(rows(HEAD TOOL("2", "grepper", "{\"Expression\":\"n\"}",
					   "{\"Output\":\"net/a.c:5:\\tp->n = 1;\\nnet/x.h:7:\\tint n;\\nnet/c.c:8:\\tif (p->n)\\n\"}") "]\n"),
			    "only grepped fa net/a.c:5; never read fb net/b.c:3; never read up calls fa net/u.c:9; only grepped n net/x.h:7; "
			    "only grepped n net/c.c:8");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(nothing_was_read),
	cmocka_unit_test(functions_are_read_whole_or_in_part),
	cmocka_unit_test(a_search_is_no_reading),
};

TEST_MAIN()
