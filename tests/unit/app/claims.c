/* Every claim of two runs, with the answer that was worked out by hand, and what one changed word changes. */
#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/app.h"

struct world {
	char home[64];
	struct app app;
	struct session *session;
	struct claims *claims;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	test_dir(w->home);
	test_app_init(&w->app, w->home);
	*state = w;
	return 0;
}

static void close_run(struct world *w)
{
	claims_free(w->claims);
	session_free(w->session);
	w->claims = NULL;
	w->session = NULL;
}

static int teardown(void **state)
{
	struct world *w = *state;

	close_run(w);
	app_release(&w->app);
	test_dir_remove(w->home);
	free(w);
	return 0;
}

static void open_run(struct world *w, const char *file)
{
	close_run(w);
	w->session = test_app_open(&w->app, file);
	w->claims = claims_new(w->session);
	while (claims_step(w->claims, 1000)) /* as little as may be at a time */
		;
}

/* One claim, made first in that span; `what` is its beginning.  A line of 0: none is told. */
struct expected {
	uint32_t seq;
	enum claim_state state;
	enum claim_kind kind;
	const char *what;
	uint32_t line;
};

#define ABSENT CLAIM_ABSENT
#define NEVER CLAIM_NEVER_READ
#define OPEN CLAIM_UNDECIDED
#define THERE CLAIM_PRESENT

/* The page: kernel/audit.c was returned whole in span 6; lines were looked up in it. */
static const struct expected page[] = {
	/* the explanation */
	{0, THERE, CLAIM_FIELD, "owner", 249},
	{0, THERE, CLAIM_CODE, "audit_cmd_mutex", 197},
	{0, THERE, CLAIM_PLACE, "kernel/audit.c", 1},
	{0, THERE, CLAIM_FUNCTION, "audit_ctl_lock", 246},
	{0, THERE, CLAIM_CODE, "current", 249},
	{0, THERE, CLAIM_FUNCTION, "audit_ctl_unlock", 255},
	{0, THERE, CLAIM_FUNCTION, "audit_ctl_owner_current", 268},
	{0, THERE, CLAIM_FUNCTION, "audit_log_start", 1907},
	{0, THERE, CLAIM_CODE, "audit_ctl_unlock", 255},
	{0, OPEN, CLAIM_CODE, "owner == current", 0}, /* not in the source, but a sentence about what is the case "when …" */
	{0, THERE, CLAIM_CODE, "current == audit_cmd_mutex.owner", 270},
	{0, THERE, CLAIM_FUNCTION, "schedule_timeout", 1633},
	{0, THERE, CLAIM_FUNCTION, "READ_ONCE", 1542},
	{0, OPEN, CLAIM_FUNCTION, "WRITE_ONCE", 0}, /* a macro of files that nobody read */
	/* thoughts */
	{5, THERE, CLAIM_CODE, "audit_receive", 1595},
	{5, THERE, CLAIM_CODE, "audit_log_start", 1907},
	{5, THERE, CLAIM_CODE, "audit_ctl_lock", 246},
	{5, THERE, CLAIM_PLACE, "kernel/audit.c:1609", 1609},
	{5, THERE, CLAIM_CODE, "audit_ctl_owner_current", 268},
	{5, THERE, CLAIM_PLACE, "kernel/audit.c:1927", 1927},
	{7, THERE, CLAIM_CODE, "audit_cmd_mutex.owner", 249},
	{7, THERE, CLAIM_CODE, "audit_cmd_mutex.lock", 248},
	{7, THERE, CLAIM_CODE, "READ_ONCE", 1542},
	{7, OPEN, CLAIM_CODE, "WRITE_ONCE", 0},
	{9, NEVER, CLAIM_CODE, "selinux_socket_recvmsg", 5167}, /* a frame of the report: security/selinux/hooks.c */
	{9, THERE, CLAIM_CODE, "struct task_struct", 167},
	{9, THERE, CLAIM_CODE, "owner", 196},
	{9, OPEN, CLAIM_CODE, "NULL == owner", 0}, /* "… will mean": a comparison that is supposed, no quote */
	{9, OPEN, CLAIM_CHECKED, "READ_ONCE", 1542}, /* "in newer kernels": no call; but the word was in what was read */
	{9, THERE, CLAIM_CODE, "audit_cmd_mutex.owner = current", 249},
	{9, THERE, CLAIM_CODE, "mutex_lock", 248},
	{9, THERE, CLAIM_CODE, "audit_cmd_mutex.owner = NULL", 257},
	{9, THERE, CLAIM_CODE, "mutex_unlock", 258},
	{9, OPEN, CLAIM_CODE, "current == owner", 0}, /* "if … could be true" */
	{11, THERE, CLAIM_CODE, "task_struct", 167},
	{11, THERE, CLAIM_SEARCHED, "audit_cmd_mutex.owner", 0}, /* the call in span 8 */
	{11, THERE, CLAIM_CODE, "audit_log_lost", 392},
	{11, THERE, CLAIM_CODE, "\tif (!(auditd_test_task(current) || audit_ctl_owner_current())) {\n", 1927},
	{11, OPEN, CLAIM_CODE, "current != owner", 0},
	{11, THERE, CLAIM_CODE, "owner = current", 249},
	{11, THERE, CLAIM_CODE, "auditd_test_task(current)", 1927},
	{11, THERE, CLAIM_CODE, "int auditd_test_task(struct task_struct *task)\n", 230},
	{11, THERE, CLAIM_CODE, "struct audit_buffer *audit_log_start(struct audit_context *ctx, gfp_t gfp_mask,\n", 1907},
	{13, THERE, CLAIM_PLACE, "Line 1923", 1923}, /* of which file is not said: all accesses are in one */
	{13, THERE, CLAIM_CODE, "audit_enabled", 75},
	{13, THERE, CLAIM_CODE, "audit_failure", 84},
	{13, THERE, CLAIM_CODE, "audit_rate_limit", 127},
	{13, THERE, CLAIM_CODE, "audit_backlog_limit", 131},
	{13, THERE, CLAIM_CODE, "audit_receive_msg", 1254},
	{13, THERE, CLAIM_CODE, "audit_queue", 160},
	{13, THERE, CLAIM_CODE, "while (audit_backlog_limit &&\n", 1930},
	{13, THERE, CLAIM_CODE, "skb_queue_len", 634},
	{13, OPEN, CLAIM_CHECKED, "audit_ctl_owner_current", 268}, /* no call asked for it; it was in what was read */
	{13, THERE, CLAIM_CODE, "static void audit_receive(struct sk_buff *skb)\n", 1595}, /* with four things left out */
};

/* The project's own example. */
static const struct expected pond[] = {
	{0, THERE, CLAIM_FUNCTION, "pond_irq", 25},
	{0, NEVER, CLAIM_PLACE, "drivers/pond/pond_bus.c:45", 45},
	{5, THERE, CLAIM_PLACE, "line 37", 37}, /* of pond_irq(), by the report: pond_irq.c, not pond.h that was named last */
	{5, THERE, CLAIM_PLACE, "line 49", 49},
	{15, OPEN, CLAIM_PLACE, "pond_core.c", 0},
	{15, OPEN, CLAIM_PLACE, "line 51", 0}, /* of which of two files is not certain */
	{19, NEVER, CLAIM_FUNCTION, "pond_bus_irq", 45},
};

static const struct claim_row *find(const struct claims *c, const struct expected *x)
{
	for (size_t i = 0; i < claims_count(c); i++) {
		const struct claim_row *r = claims_at(c, i);

		if (r->seq == x->seq && r->kind == x->kind && (strchr(x->what, '\n') ? slice_starts(r->what, x->what) : slice_is(r->what, x->what)))
			return r;
	}
	return NULL;
}

static void assert_claims(const struct claims *c, const struct expected *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct claim_row *r = find(c, &x[i]);

		if (!r)
			fail_msg("span %u: no claim '%s'", x[i].seq, x[i].what);
		else if (r->state != x[i].state || r->line != x[i].line)
			fail_msg("span %u: '%s' is %s at line %u, not %s at line %u", x[i].seq, x[i].what, claim_state_name(r->state), r->line,
				 claim_state_name(x[i].state), x[i].line);
	}
}

static void every_claim_of_the_page_has_its_state(void **state)
{
	struct world *w = *state;
	size_t n = sizeof page / sizeof *page;

	open_run(w, test_data("syzbot-assessment-kcsan-audit.txt"));
	assert_claims(w->claims, page, n);
	assert_int_equal(claims_count(w->claims), n);
	assert_false(claims_are_cut(w->claims));
}

static void claims_of_the_example(void **state)
{
	struct world *w = *state;

	open_run(w, test_src("examples/pond-race.json"));
	assert_claims(w->claims, pond, sizeof pond / sizeof *pond);
	assert_int_equal(claims_in(w->claims, CLAIM_ABSENT) + claims_in(w->claims, CLAIM_NO_CALL) + claims_in(w->claims, CLAIM_ELSEWHERE), 0);
}

/* The page with `from` replaced by `to` where it stands first, in a file of the home. */
static const char *changed(struct world *w, const char *from, const char *to)
{
	static char path[100];
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct err e = {0};
	size_t at;

	assert_int_equal(fs_read(test_data("syzbot-assessment-kcsan-audit.txt"), &text, &e), 0);
	at = slice_find(buf_slice(&text), from, 0);
	assert_true(at != SLICE_NONE);
	buf_add(&out, text.p, at);
	buf_adds(&out, to);
	buf_add_slice(&out, slice_sub(buf_slice(&text), at + strlen(from), text.n));
	assert_int_equal(fs_write_atomic(w->home, "page.txt", buf_slice(&out), &e), 0);
	snprintf(path, sizeof path, "%s/page.txt", w->home);
	buf_release(&text);
	buf_release(&out);
	return path;
}

/* How many claims of the page are not in the table any more, and how many are new. */
static void differences(const struct claims *c, size_t *gone, size_t *came)
{
	size_t n = sizeof page / sizeof *page;

	*gone = 0;
	for (size_t i = 0; i < n; i++) {
		const struct claim_row *r = find(c, &page[i]);

		*gone += !r || r->state != page[i].state;
	}
	*came = claims_count(c) - (n - *gone);
}

static void one_changed_word_of_a_quote_changes_that_claim(void **state)
{
	static const struct {
		const char *from, *to;
	} words[] = {
		{"Could `audit_cmd_mutex.owner = current` be", "Could `audit_cmd_mutex.owner = currant` be"},
		{"could `audit_cmd_mutex.owner = NULL` be", "could `audit_cmd_mutex.owner = NULLS` be"},
		{"hits `audit_receive` at kernel/audit.c:1609", "hits `audit_receive` at kernel/audit.c:91609"},
		{"```c\n\tif (!(auditd_test_task(current) || audit", "```c\n\tif (!(auditd_test_task(current) && audit"},
		{"```c\nwhile (audit_backlog_limit &&", "```c\nwhile (audit_backlog_limits &&"},
		{"```c\nstatic void audit_receive(struct sk_buff *skb)", "```c\nstatic int audit_receive(struct sk_buff *skb)"},
		{"```c\nint auditd_test_task(struct task_struct *task)\n{\n\tint rc;", "```c\nint auditd_test_task(struct task_struct *task)\n{\n\tlong rc;"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t gone, came;

		open_run(w, changed(w, words[i].from, words[i].to));
		differences(w->claims, &gone, &came);
		if (gone != 1 || came != 1)
			fail_msg("'%s': %zu claims are gone, %zu came", words[i].to, gone, came);
	}
}

/* Without the result that held the file, the racing lines exist by the report alone. */
static void what_nobody_returned_was_never_read(void **state)
{
	static const struct expected then[] = {
		{5, NEVER, CLAIM_PLACE, "kernel/audit.c:1609", 1609},
		{5, NEVER, CLAIM_PLACE, "kernel/audit.c:1927", 1927},
		{5, NEVER, CLAIM_CODE, "audit_receive", 1609},
		{9, THERE, CLAIM_CODE, "audit_cmd_mutex.owner = current", 249}, /* grep had that line */
		{13, OPEN, CLAIM_CODE, "audit_receive_msg", 0},
	};
	struct world *w = *state;
	struct buf text = BUF_INIT, cut = BUF_INIT;
	struct err e = {0};
	size_t from, to;
	char path[100];

	assert_int_equal(fs_read(test_data("syzbot-assessment-kcsan-audit.txt"), &text, &e), 0);
	from = slice_find(buf_slice(&text), "map[Contents:// SPDX", 0);
	to = slice_find(buf_slice(&text), "\n7/2 ", from);
	assert_true(from != SLICE_NONE && to != SLICE_NONE);
	buf_add(&cut, text.p, from);
	buf_adds(&cut, "map[]\n");
	buf_add_slice(&cut, slice_sub(buf_slice(&text), to, text.n));
	assert_int_equal(fs_write_atomic(w->home, "page.txt", buf_slice(&cut), &e), 0);
	snprintf(path, sizeof path, "%s/page.txt", w->home);
	open_run(w, path);
	assert_claims(w->claims, then, sizeof then / sizeof *then);
	buf_release(&text);
	buf_release(&cut);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(every_claim_of_the_page_has_its_state),
	TEST(claims_of_the_example),
	TEST(one_changed_word_of_a_quote_changes_that_claim),
	TEST(what_nobody_returned_was_never_read),
};

TEST_MAIN()
