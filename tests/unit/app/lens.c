/* What is held around the accesses of runs: of the example, of the page, and of reports told in a few lines. */
#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/lens.h"

#include <inttypes.h>

#include "tests/app.h"

/* The rows of a recording: "part label words path:line" each.  Closes it. */
static const char *rows_of_opened(struct test_opened *o)
{
	static const char *const parts[] = {"1", "2", "both", "one", "open"}, *const tones[] = {"", "? ", "- "};
	static struct buf b;
	struct lens *l = lens_new(o->session);
	const struct lens_row *r;
	size_t n;

	assert_int_equal(lens_rows(l, &r), 0);
	while (lens_step(l, 1))
		;
	n = lens_rows(l, &r);
	buf_clear(&b);
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, "%s: %s%s%s%.*s", parts[r[i].part], tones[r[i].tone], r[i].label, r[i].label[0] ? " " : "", (int)r[i].words.n, r[i].words.p);
		if (r[i].path.n)
			buf_addf(&b, " %.*s:%" PRIu32, (int)r[i].path.n, r[i].path.p, r[i].line);
		buf_addc(&b, '\n');
	}
	lens_free(l);
	test_close(o);
	return buf_str(&b);
}

static const char *rows_of_text(const char *name, const char *text)
{
	return rows_of_opened(test_open_text(name, slice_str(text)));
}

static void quote(struct buf *b, const char *text)
{
	buf_addc(b, '"');
	for (; *text; text++)
		if (*text == '\n')
			buf_adds(b, "\\n");
		else if (*text == '\t')
			buf_adds(b, "\\t");
		else if (*text == '"')
			buf_adds(b, "\\\"");
		else
			buf_addc(b, *text);
	buf_addc(b, '"');
}

/* A run on a report, whose agent read the files, names and texts in turn, up to a NULL. */
static const char *rows_of_run(const char *report, const char *const *files)
{
	struct buf b = BUF_INIT;
	const char *rows;

	buf_adds(&b, "[{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-05-11T08:00:00Z\",\"Finished\":\"2026-05-11T08:00:09Z\"},\n"
		     "{\"Seq\":1,\"Nesting\":1,\"Type\":\"agent\",\"Name\":\"e\",\"Started\":\"2026-05-11T08:00:01Z\",\"Finished\":\"2026-05-11T08:00:08Z\",\"Prompt\":");
	quote(&b, report);
	buf_adds(&b, "}");
	for (int seq = 2; *files; files += 2, seq++) {
		buf_addf(&b, ",\n{\"Seq\":%d,\"Nesting\":2,\"Type\":\"tool\",\"Name\":\"read-file\",\"Started\":\"2026-05-11T08:00:02Z\","
			     "\"Finished\":\"2026-05-11T08:00:03Z\",\"Args\":{\"File\":\"%s\"},\"Results\":{\"Contents\":", seq, files[0]);
		quote(&b, files[1]);
		buf_adds(&b, "}}");
	}
	buf_adds(&b, "]\n");
	rows = rows_of_text("run.json", buf_str(&b));
	buf_release(&b);
	return rows;
}

#define REPORT(writer, reader) "BUG: KCSAN: data-race in fa / fb\n\nwrite to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\n" writer \
	"\nread to 0xffff888100000000 of 4 bytes by task 2 on cpu 1:\n" reader

static void the_page_holds_the_control_mutex_at_the_write(void **state)
{
	(void)state;
	assert_string_equal(rows_of_opened(test_open_file(test_data("syzbot-assessment-kcsan-audit.txt"))),
			    "1: held audit_cmd_mutex.lock, by mutex_lock() in audit_ctl_lock() kernel/audit.c:248\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic kernel/audit.c:249\n"
			    "1: - not known netlink_unicast_kernel() and 19 more that called it, up to entry_SYSCALL_64_after_hwframe(): their text is not known net/netlink/af_netlink.c:1318\n"
			    "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic kernel/audit.c:270\n"
			    "2: - not known common_lsm_audit() and 17 more that called it, up to entry_SYSCALL_64_after_hwframe(): their text is not known security/lsm_audit.c:442\n"
			    "one: The write holds audit_cmd_mutex.lock; the read does not, by the 2 of its 20 functions that are known. kernel/audit.c:248\n");
}

/* A helper of the same file is looked at; one of another file is not. */
static void helpers_that_take_locks(void **state)
{
	static const char *const files[] = {
		"net/a.c", "static DEFINE_MUTEX(m);\n\nstatic void m_lock(void)\n{\n	mutex_lock(&m);\n}\n\nvoid fa(struct s *p)\n{\n	m_lock();\n	p->n = 1;\n	m_unlock();\n}\n",
		"net/b.c", "int fb(struct s *q)\n{\n	other_lock(q);\n	return q->n;\n}\n", NULL};

	(void)state;
	assert_string_equal(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:11\n", " fb+0x1/0x2 net/b.c:4\n"), files),
			    "1: held m, by m_lock() in fa() net/a.c:10\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:11\n"
			    "2: ? undecided other_lock(q), in fb(): it is called like a lock, and what it takes is not known net/b.c:3\n"
			    "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:4\n"
			    "open: ? The write holds m; whether the read does is undecided. net/a.c:10\n"
			    "open: ? Undecided whether the read holds other_lock(q): it is called like a lock, and what it takes is not known. net/b.c:3\n");
}

/* What a caller holds is held, unless a function in between releases it or is not known. */
static void callers(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct s *p)\n{\n	p->n = 1;\n}\n\nvoid up(struct s *s)\n{\n	spin_lock(&s->lock);\n	fa(s);\n	spin_unlock(&s->lock);\n}\n",
		"net/b.c", "int fb(struct s *q)\n{\n	spin_unlock(&q->lock);\n	return q->n;\n}\n\nvoid up2(struct s *s)\n{\n	spin_lock(&s->lock);\n	fb(s);\n}\n", NULL};

	(void)state;
	assert_string_equal(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:3\n up+0x1/0x2 net/a.c:9\n", " fb+0x1/0x2 net/b.c:4\n up2+0x1/0x2 net/b.c:10\n"), files),
			    "1: held s->lock, by spin_lock() in up() net/a.c:8\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:3\n"
			    "2: released q->lock, which fb() releases without having taken it net/b.c:3\n"
			    "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:4\n"
			    "one: Only the write holds s->lock. net/a.c:8\n");
	assert_string_equal(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:3\n mid+0x1/0x2 net/m.c:3\n up+0x1/0x2 net/a.c:9\n", " fc+0x1/0x2 net/c.c:4\n"), files),
			    "1: ? undecided s->lock, by spin_lock() in up(): mid() is called with it, of which the text is not known net/a.c:8\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:3\n"
			    "1: - not known mid(): its text is not known net/m.c:3\n"
			    "2: - not known fc(): its text is not known net/c.c:4\n"
			    "open: ? Undecided whether the write holds s->lock: mid() is called with it, of which the text is not known. net/a.c:8\n");
}

/* The two ways in which a socket is locked, and functions of which only the name is known. */
static void what_keeps_out_under_a_condition(void **state)
{
	static const char *const files[] = {
		"net/a.c", "int fa(struct sock *sk)\n{\n	bh_lock_sock_nested(sk);\n	sk->n = 1;\n	bh_unlock_sock(sk);\n}\nint fc(struct s *s)\n{\n	far_lock(s);\n	s->n = 1;\n}\n",
		"net/b.c", "int fb(struct s *p)\n{\n	lock_sock(p->sk);\n	return p->sk->n;\n}\nint fd(struct s *t)\n{\n	far_lock(t);\n	return t->n;\n}\n"
			   "int fe(struct s *t)\n{\n	near_lock(t);\n	return t->n;\n}\n", NULL};

	(void)state;
	assert_string_equal(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:4\n", " fb+0x1/0x2 net/b.c:4\n"), files),
			    "1: held sk->sk_lock.slock, by bh_lock_sock_nested() in fa() net/a.c:3\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:4\n"
			    "2: held p->sk->sk_lock, by lock_sock() in fb() net/b.c:3\n"
			    "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:4\n"
			    "open: ? The read owns a socket (p->sk->sk_lock), the write holds the spinlock of one (sk->sk_lock.slock): of the same socket they keep "
			    "each other out only where the write found sock_owned_by_user() false. net/a.c:3\n");
	assert_string_equal(rows_of_run(REPORT(" fc+0x1/0x2 net/a.c:10\n", " fd+0x1/0x2 net/b.c:9\n"), files),
			    "1: ? undecided far_lock(s), in fc(): it is called like a lock, and what it takes is not known net/a.c:9\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:10\n"
			    "2: ? undecided far_lock(t), in fd(): it is called like a lock, and what it takes is not known net/b.c:8\n"
			    "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:9\n"
			    "open: ? Undecided whether both hold the same: both called far_lock(), and what it takes is not known. net/a.c:9\n");
	assert_non_null(strstr(rows_of_run(REPORT(" fc+0x1/0x2 net/a.c:10\n", " fe+0x1/0x2 net/b.c:14\n"), files),
			       "open: ? Undecided whether the read holds near_lock(t): it is called like a lock, and what it takes is not known. net/b.c:13\n"));
}

/* Who holds it for reading is said; an "if" that is not indented begins no function. */
static void one_for_reading(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct s *p)\n{\n	down_write(&sem);\nif (x) {\n	p->n = 1;\n}\n}\n",
		"net/b.c", "int fb(struct s *q)\n{\n	down_read(&sem);\n	return q->n;\n}\n", NULL};

	(void)state;
	assert_non_null(strstr(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:5\n", " fb+0x1/0x2 net/b.c:4\n"), files),
			       "both: Both hold sem, the read for reading. net/a.c:3\n"));
}

/* What orders stands before and behind the line: the two nearest of each. */
static void marks_around_the_line(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct s *p)\n{\n	smp_mb();\n	smp_rmb();\n	barrier();\n	WRITE_ONCE(p->n, atomic_read(&p->m));\n	smp_wmb();\n	complete(&p->c);\n	wake_up(&p->q);\n}\n",
		"net/b.c", "int fb(struct s *q)\n{\n	smp_rmb();	return q->n;\n}\n", NULL};

	(void)state;
	assert_non_null(strstr(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:6\n", " fb+0x1/0x2 net/b.c:3\n"), files),
			       "1: at line WRITE_ONCE(p->n, atomic_read(&p->m)) net/a.c:6\n"
			       "1: at line atomic_read(&p->m) net/a.c:6\n"
			       "1: at line the racing access itself is plain: the report does not call it marked net/a.c:6\n"
			       "1: before barrier() net/a.c:5\n"
			       "1: before smp_rmb() net/a.c:4\n"
			       "1: behind smp_wmb() net/a.c:7\n"
			       "1: behind complete(&p->c) net/a.c:8\n"
			       "2: at line smp_rmb() net/b.c:3\n"
			       "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:3\n"));
}

/* Sequence counts are told in one row; of local locks each cpu has its own. */
static void pairs_of_a_kind(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct s *p)\n{\n	local_lock(&cpu.lock);\n	write_seqcount_begin(&p->seq);\n	p->n = 1;\n}\n",
		"net/b.c", "int fb(struct s *q)\n{\n	local_lock(&cpu.lock);\n	seq = read_seqcount_begin(&q->seq);\n	return q->n;\n}\n"
			   "int fc(struct s *q)\n{\n	seq = read_seqbegin(&q->seq);\n	return q->n;\n}\n", NULL};

	(void)state;
	assert_non_null(strstr(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:5\n", " fb+0x1/0x2 net/b.c:5\n"), files),
			       "both: Both hold cpu.lock, of which each cpu has its own: it keeps nobody out who runs on another one. net/a.c:3\n"
			       "both: The write is in a writer's part of the sequence count p->seq, the read in a reader's part of q->seq: it reads again where they met, "
			       "if it is that of the same object. net/a.c:4\n"));
	assert_null(strstr(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:5\n", " fb+0x1/0x2 net/b.c:5\n"), files), "one: "));
	/* a seqlock is no seqcount */
	assert_non_null(strstr(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:5\n", " fc+0x1/0x2 net/b.c:10\n"), files), "one: Only the write holds p->seq. net/a.c:4\n"));
	assert_non_null(strstr(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:5\n", " fx+0x1/0x2 net/x.c:10\n"), files),
			       "one: The write holds p->seq; of the read the text of no function is known. net/a.c:4\n"));
}

/* What the racing function releases on another way may be held; where a caller does so, what it called took it. */
static void what_is_released_untaken(void **state)
{
	static const char *const files[] = {
		"net/a.c", "int fa(struct s *p)\n{\n	p->n = 1;\n	if (x)\n		spin_unlock(&p->lock);\n}\nint up(struct s *q)\n{\n	if (fa(q))\n		mutex_unlock(&q->m);\n}\n",
		"net/b.c", "int fb(struct s *p)\n{\n	return p->n;\n}\n", NULL};

	(void)state;
	assert_string_equal(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:3\n up+0x1/0x2 net/a.c:9\n", " fb+0x1/0x2 net/b.c:3\n"), files),
			    "1: ? undecided p->lock, in fa(): at line 5 it is released without having been taken there: what takes it is not known net/a.c:5\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:3\n"
			    "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:3\n"
			    "open: ? Undecided whether the write holds p->lock: at line 5 it is released without having been taken there: what takes it is not known. net/a.c:5\n");
}

/* What is released and taken again in a loop is held at the line where a caller holds it, though not all the time. */
static void what_a_caller_left_held(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct base *b)\n{\n	while (x) {\n		b->n = 1;\n		spin_unlock(&b->lock);\n		y();\n		spin_lock(&b->lock);\n	}\n}\n"
			   "void up(struct t *t)\n{\n	spin_lock(&t->base.lock);\n	fa(&t->base);\n	spin_unlock(&t->base.lock);\n}\nvoid up2(struct t *t)\n{\n	fa(&t->base);\n}\n",
		"net/b.c", "int fb(struct s *p, unsigned seq)\n{\n	if (read_seqretry(&p->seq, seq))\n		return 0;\n	return p->n;\n}\n", NULL};
	const char *said;

	(void)state;
	said = rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:4\n up+0x1/0x2 net/a.c:13\n", " fb+0x1/0x2 net/b.c:5\n"), files);
	assert_string_equal(said, "1: held t->base.lock, by spin_lock() in up(), but fa() may release it for a while, by spin_unlock() at line 5 net/a.c:12\n"
				  "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:4\n"
				  "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:5\n"
				  "one: Only the write holds t->base.lock, but fa() may release it for a while, by spin_unlock() at line 5. net/a.c:12\n");
	said = rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:4\n up2+0x1/0x2 net/a.c:18\n", " fb+0x1/0x2 net/b.c:5\n"), files);
	assert_non_null(strstr(said, "open: ? Undecided whether the write holds b->lock: it is taken on some ways to the line only. net/a.c:7\n"));
}

/* However the functions that are not known stand among those that are, they are one row. */
static void unknown_functions_are_one_row(void **state)
{
	static const char *const files[] = {"net/a.c", "int fa(struct s *p)\n{\n	p->n = 1;\n}\nint up(struct s *q)\n{\n	mid(q);\n}\n", NULL};

	(void)state;
	assert_non_null(strstr(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:3\n mid+0x1/0x2 net/m.c:4\n up+0x1/0x2 net/a.c:7\n top+0x1/0x2 net/t.c:4\n end+0x1/0x2 net/t.c:9\n",
						  " fb+0x1/0x2 net/b.c:3\n"), files),
			       "1: - not known mid() and 2 of those that called it, up to end(): their text is not known net/m.c:4\n2:"));
}

/* The rows of side 2, the read, that are of locks. */
static const char *held_by_read(const char *reader, const char *reading)
{
	static struct buf b;
	const char *files[] = {"net/a.c", "void fa(struct s *p)\n{\n	p->n = 1;\n}\n", "net/b.c", reading, NULL};
	struct buf report = BUF_INIT;
	struct slice rows, row;

	buf_addf(&report, "BUG: KCSAN: data-race in fa / fb\n\nwrite to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\n fa+0x1/0x2 net/a.c:3\n\n"
			  "read to 0xffff888100000000 of 4 bytes by task 2 on cpu 1:\n%s", reader);
	rows = slice_str(rows_of_run(buf_str(&report), files));
	buf_clear(&b);
	while (slice_line(&rows, &row))
		if (slice_starts(row, "2: ") && slice_find(row, "at line nothing", 0) == SLICE_NONE)
			buf_addf(&b, "%.*s\n", (int)row.n, row.p);
	buf_release(&report);
	return b.n ? buf_str(&b) : "";
}

/* What an inner function surely released is not held; of two that it may be, neither is known to be. */
static void released_by_inner_functions(void **state)
{
	const char *at = " fb+0x1/0x2 net/b.c:5\n up+0x1/0x2 net/b.c:12\n";

	(void)state;
	/* as a work is run */
	assert_string_equal(held_by_read(at, "static void fb(struct worker *w)\n__releases(&pool->lock)\n{\n	spin_unlock_irq(&pool->lock);\n	w->n(w);\n"
					     "	spin_lock_irq(&pool->lock);\n}\n\nvoid up(void)\n{\n	spin_lock_irq(&pool->lock);\n	fb(w);\n}\n"),
			    "2: released pool->lock, which fb() releases without having taken it net/b.c:4\n");
	assert_string_equal(held_by_read(at, "static void fb(struct worker *w)\n{\n	if (w->m)\n		spin_unlock(&pool->lock);\n	w->n(w);\n"
					     "}\n\n\n\nvoid up(void) {\n	spin_lock(&pool->lock);\n	fb(w);\n}\n"),
			    "2: ? undecided pool->lock, which fb() releases on some ways to the line without having taken it net/b.c:4\n"
			    "2: ? undecided pool->lock, by spin_lock() in up(): fb() releases one at line 4 net/b.c:11\n");
	/* in a loop; another lock has another name */
	assert_string_equal(held_by_read(at, "void fb(struct timer *t)\n{\n	while (t->m) {\n		spin_unlock(&t->lock);\n		t->n(t);\n		spin_lock(&t->lock);\n"
					     "	}\n}\nvoid up(void) {\n	spin_lock(&b->lock);\n	spin_lock(&t->lock);\n	fb(t);\n}\n"),
			    "2: released t->lock, which fb() releases without having taken it net/b.c:4\n"
			    "2: held b->lock, by spin_lock() in up() net/b.c:10\n");
	assert_string_equal(held_by_read(at, "static void fb(struct worker *w)\n{\n	spin_unlock(&w->lock);\n\n	w->n(w);\n"
					     "}\n\n\nvoid up(void) {\n	spin_lock(&a->lock);\n	spin_lock(&b->lock);\n	fb(w);\n}\n"),
			    "2: released w->lock, which fb() releases without having taken it net/b.c:3\n"
			    "2: ? undecided a->lock, by spin_lock() in up(): fb() releases one at line 3 net/b.c:10\n"
			    "2: ? undecided b->lock, by spin_lock() in up(): fb() releases one at line 3 net/b.c:11\n");
}

/* What an inner function releases for a while is held again at the access, but was not all the time. */
static void released_for_a_while_by_inner_functions(void **state)
{
	const char *at = " fb+0x1/0x2 net/b.c:5\n up+0x1/0x2 net/b.c:12\n";

	(void)state;
	assert_string_equal(held_by_read(at, "int fb(struct sock *sk)\n{\n	sk_wait_event(sk, &timeo, sk->sk_err, &wait);\n\n	return sk->n;\n"
					     "}\n\n\nvoid up(struct sock *sk)\n{\n	lock_sock(sk);\n	fb(sk);\n}\n"),
			    "2: held sk->sk_lock, by lock_sock() in up(), but fb() may release it for a while, by sk_wait_event() at line 3 net/b.c:11\n");
	assert_string_equal(held_by_read(at, "int fb(struct sock *sk)\n{\n\n	return sk_wait_event(sk, &timeo,\n			sk->n, &wait);\n"
					     "}\n\n\nvoid up(struct sock *sk)\n{\n	lock_sock(sk);\n	fb(sk);\n}\n"),
			    "2: ? undecided sk->sk_lock, by lock_sock() in up(): fb() may release it for a while in the line itself, by sk_wait_event() net/b.c:11\n");
	/* by the function itself, which then holds it; and before the call */
	assert_string_equal(held_by_read(at, "int fb(struct sock *sk)\n{\n	release_sock(sk);\n	lock_sock(sk);\n	return sk->n;\n"
					     "}\n\nvoid up(struct sock *sk)\n{\n	lock_sock(sk);\n	sk_wait_data(sk, &timeo, NULL);\n	fb(sk);\n}\n"),
			    "2: held sk->sk_lock, by lock_sock() in fb() net/b.c:4\n"
			    "2: held sk->sk_lock, by lock_sock() in up(), but fb() may release it for a while, by release_sock() at line 3 net/b.c:10\n");
	/* what is in the middle of its call has not come back, even if it is one that releases */
	assert_string_equal(held_by_read(" sk_wait_data+0x1/0x2 net/b.c:5\n up+0x1/0x2 net/b.c:12\n",
					 "int sk_wait_data(struct sock *sk)\n{\n\n\n	return sk->n;\n"
					 "}\n\n\nvoid up(struct sock *sk)\n{\n	lock_sock(sk);\n	sk_wait_data(sk, &timeo, NULL);\n}\n"),
			    "2: held sk->sk_lock, by lock_sock() in up() net/b.c:11\n");
	assert_string_equal(held_by_read(" sk_wait_data+0x1/0x2 net/b.c:5\n up+0x1/0x2 net/b.c:12\n",
					 "int sk_wait_data(struct sock *sk)\n{\n\n\n	return sk->n;\n"
					 "}\n\nvoid up(struct sock *sk)\n{\n	lock_sock(sk);\n	for (;;)\n		sk_wait_data(sk, &timeo, NULL);\n}\n"),
			    "2: held sk->sk_lock, by lock_sock() in up(), but sk_wait_data() at line 12 may release it for a while net/b.c:10\n");
	/* one that nobody is known to hold, and one of another object */
	assert_string_equal(held_by_read(at, "int fb(struct sock *sk)\n{\n	sk_wait_event(sk, &timeo, sk->sk_err, &wait);\n\n	return sk->n;\n"
					     "}\n\n\nvoid up(struct sock *sk)\n{\n	spin_lock(&sk->lock);\n	fb(sk);\n}\n"),
			    "2: released sk->sk_lock, for a while, perhaps, by sk_wait_event() in fb() net/b.c:3\n"
			    "2: held sk->lock, by spin_lock() in up() net/b.c:11\n");
	/* a helper whose text is known, and one that waits, of which it is not */
	assert_string_equal(held_by_read(at, "int fb(struct sock *sk)\n{\n	fb_wait(sk);\n\n	return sk->n;\n"
					     "}\n\n\nvoid up(struct sock *sk)\n{\n	spin_lock(&sk->lock);\n	fb(sk);\n}\n\n"
					     "static void fb_wait(struct sock *s)\n{\n	spin_unlock(&s->lock);\n	spin_lock(&s->lock);\n}\n"),
			    "2: held sk->lock, by spin_lock() in up(), but fb() may release it for a while, by fb_wait() at line 3 net/b.c:11\n");
	assert_string_equal(held_by_read(at, "int fb(struct sock *sk)\n{\n	fb_wait(sk);\n\n	return sk->n;\n"
					     "}\n\n\nvoid up(struct sock *sk)\n{\n	spin_lock(&sk->lock);\n	fb(sk);\n}\n"),
			    "2: held sk->lock, by spin_lock() in up(), but fb() may release it for a while, by fb_wait() at line 3 net/b.c:11\n");
}

/* The same global lock is one; the same member of what pointers lead to may be another. */
static void what_both_hold(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct s *p)\n{\n	rcu_read_lock();\n	down_read(&sem);\n	spin_lock(&p->lock);\n	spin_lock(&p->other);\n	p->n = 1;\n}\n",
		"net/b.c", "int fb(struct s *q)\n{\n	rcu_read_lock();\n	down_read(&sem);\n	spin_lock(&q->lock);\n	spin_lock(&p->other);\n	return READ_ONCE(q->n);\n}\n", NULL};

	(void)state;
	assert_string_equal(rows_of_run(REPORT(" fa+0x1/0x2 net/a.c:7\n", " fb+0x1/0x2 net/b.c:7\n"), files),
			    "1: rcu rcu_read_lock, by rcu_read_lock() in fa() net/a.c:3\n"
			    "1: held sem for reading, by down_read() in fa() net/a.c:4\n"
			    "1: held p->lock, by spin_lock() in fa() net/a.c:5\n"
			    "1: held p->other, by spin_lock() in fa() net/a.c:6\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:7\n"
			    "2: rcu rcu_read_lock, by rcu_read_lock() in fb() net/b.c:3\n"
			    "2: held sem for reading, by down_read() in fb() net/b.c:4\n"
			    "2: held q->lock, by spin_lock() in fb() net/b.c:5\n"
			    "2: held p->other, by spin_lock() in fb() net/b.c:6\n"
			    "2: at line READ_ONCE(q->n) net/b.c:7\n"
			    "2: at line the racing access itself is plain: the report does not call it marked net/b.c:7\n"
			    "both: Both are in a read-side section (rcu_read_lock), which keeps neither out. net/a.c:3\n"
			    "both: Both hold sem, both for reading, which keeps neither out. net/a.c:4\n"
			    "both: Both hold p->other, by that name: check that it is of the same object. net/a.c:6\n"
			    "open: ? The write holds p->lock, the read q->lock: the same field, but whether of the same object the text does not tell. net/a.c:5\n");
}

/* What was interrupted may hold what it likes: the interrupt does not. */
static void an_interrupt(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct s *p)\n{\n	p->n = 1;\n}\n\nvoid task(struct s *s)\n{\n	spin_lock_bh(&s->lock);\n	s->n++;\n	spin_unlock_bh(&s->lock);\n}\n",
		"net/b.c", "int fb(struct s *q)\n{\n	spin_lock_irqsave(&q->lock, flags);\n	return q->n;\n}\n", NULL};

	(void)state;
	assert_string_equal(rows_of_run("BUG: KCSAN: data-race in fa / fb\n\nwrite to 0xffff888100000000 of 4 bytes by interrupt on cpu 0:\n fa+0x1/0x2 net/a.c:3\n"
					" asm_sysvec_apic_timer_interrupt+0x1/0x2 arch/x86/e.h:9\n task+0x1/0x2 net/a.c:9\n"
					"\nread to 0xffff888100000000 of 4 bytes by task 2 on cpu 1:\n fb+0x1/0x2 net/b.c:4\n", files),
			    "1: context an interrupt: asm_sysvec_apic_timer_interrupt() came in the middle of other code\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:3\n"
			    "1: held s->lock, by spin_lock_bh() in task(); of the code that was interrupted, on this cpu net/a.c:8\n"
			    "1: bh off by spin_lock_bh() in task(); of the code that was interrupted, on this cpu net/a.c:8\n"
			    "2: held q->lock, by spin_lock_irqsave() in fb() net/b.c:3\n"
			    "2: irqs off by spin_lock_irqsave() in fb() net/b.c:3\n"
			    "2: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/b.c:4\n"
			    "one: Only the read holds q->lock. net/b.c:3\n"
			    "one: The read runs with interrupts off, which keeps out interrupts of its own cpu only. net/b.c:3\n");
}

/* An access that was reordered may take effect after its lock was released. */
static void a_reordered_access(void **state)
{
	static const char *const files[] = {
		"net/a.c", "void fa(struct s *p)\n{\n	spin_lock(&l);\n	p->n = 1;\n	spin_unlock(&l);\n}\n", NULL};

	(void)state;
	assert_string_equal(rows_of_run("BUG: KCSAN: data-race in fa / fb\n\nwrite (reordered) to 0xffff888100000000 of 4 bytes by task 1 on cpu 0:\n"
					" fa+0x1/0x2 net/a.c:4\n |\n +-> reordered to: fa+0x2/0x3 net/a.c:6\n"
					"\nread to 0xffff888100000000 of 4 bytes by task 2 on cpu 1:\n fb+0x1/0x2 net/b.c:4\n", files),
			    "1: ? undecided l, by spin_lock() in fa(): the access was reordered: where it took effect it may have been released net/a.c:3\n"
			    "1: at line nothing marks the access: no READ_ONCE(), WRITE_ONCE(), data_race(), atomic net/a.c:4\n"
			    "2: - not known fb(): its text is not known net/b.c:4\n"
			    "open: ? Undecided whether the write holds l: the access was reordered: where it took effect it may have been released. net/a.c:3\n");
}

/* The lock lines of a report are rows, and decide what the text does not. */
static void lines_of_the_report(void **state)
{
	(void)state;
	assert_string_equal(rows_of_text("r.txt", REPORT(" fa+0x1/0x2 net/a.c:11\n\n2 locks held by t/1:\n #0: ffff888000000000 (&x->a){+.+.}, at: walk+0x1/0x2\n"
							 " #1: ffff888000000008 (c){+.+.}, at: walk+0x1/0x2\n",
							 " fb+0x1/0x2 net/b.c:4\n\n2 locks held by t/2:\n #0: ffff888000000000 (&x->a){+.+.}, at: go+0x1/0x2\n"
							 " #1: ffff888000000010 (c){+.+.}, at: go+0x1/0x2\n\n")),
			    "1: report 2 locks are held by t/1\n"
			    "1: held &x->a at ffff888000000000, as the report says, taken in walk()\n"
			    "1: held c at ffff888000000008, as the report says, taken in walk()\n"
			    "1: - not known fa(): its text is not known net/a.c:11\n"
			    "2: report 2 locks are held by t/2\n"
			    "2: held &x->a at ffff888000000000, as the report says, taken in go()\n"
			    "2: held c at ffff888000000010, as the report says, taken in go()\n"
			    "2: - not known fb(): its text is not known net/b.c:4\n"
			    "both: Both hold &x->a at ffff888000000000, as the report says, but not in which mode.\n"
			    "one: Both hold a lock of the class c, but not the same one: their addresses differ, as the report says.\n");
	assert_non_null(strstr(rows_of_text("r.txt", REPORT(" fa+0x1/0x2 net/a.c:11\n\nno locks held by t/1.\n", " fb+0x1/0x2 net/b.c:4\n\nno locks held by t/2.\n\n")),
			       "both: Neither holds a lock, as the report says.\n"));
	assert_non_null(strstr(rows_of_text("r.txt", REPORT(" fa+0x1/0x2 net/a.c:11\n", " fb+0x1/0x2 net/b.c:4\n\nno locks held by t/2.\n\n")),
			       "one: The read holds no lock, as the report says.\n"));
	assert_non_null(strstr(rows_of_text("r.txt", REPORT(" fa+0x1/0x2 net/a.c:11\n\n3 locks held by t/1:\n #0: ffff888000000000 ((wq_completion)ev){+.+.}, at: p+0x1/0x2\n"
							    " #1: ffff888000000100 ((work_completion)(&w->w)){+.+.}, at: p+0x1/0x2\n"
							    " #2: ffffffff81000000 (rcu_read_lock){....}, at: go+0x1/0x2\n", " fb+0x1/0x2 net/b.c:4\n\n")),
			       "one: The write is in a read-side section (rcu_read_lock), as the report says.\n"));
	assert_null(strstr(rows_of_text("r.txt", REPORT(" fa+0x1/0x2 net/a.c:11\n\n1 lock held by t/1:\n #0: ffff888000000000 ((wq_completion)ev){+.+.}, at: p+0x1/0x2\n",
							" fb+0x1/0x2 net/b.c:4\n\n")), "one: "));
	assert_string_equal(rows_of_text("r.txt", REPORT(" fa+0x1/0x2 net/a.c:11\n\n1 lock held by t/1:\n #0: ffff888000000000 (&x->a){+.+.}, at: walk+0x1/0x2\n",
							 " fb+0x1/0x2 net/b.c:4\n\nno locks held by t/2.\n\n")),
			    "1: report 1 lock is held by t/1\n"
			    "1: held &x->a at ffff888000000000, as the report says, taken in walk()\n"
			    "1: - not known fa(): its text is not known net/a.c:11\n"
			    "2: report no lock is held by t/2\n"
			    "2: - not known fb(): its text is not known net/b.c:4\n"
			    "one: Only the write holds &x->a, as the report says.\n");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_page_holds_the_control_mutex_at_the_write),
	cmocka_unit_test(helpers_that_take_locks),
	cmocka_unit_test(callers),
	cmocka_unit_test(released_by_inner_functions),
	cmocka_unit_test(released_for_a_while_by_inner_functions),
	cmocka_unit_test(what_keeps_out_under_a_condition),
	cmocka_unit_test(one_for_reading),
	cmocka_unit_test(marks_around_the_line),
	cmocka_unit_test(pairs_of_a_kind),
	cmocka_unit_test(what_is_released_untaken),
	cmocka_unit_test(what_a_caller_left_held),
	cmocka_unit_test(unknown_functions_are_one_row),
	cmocka_unit_test(what_both_hold),
	cmocka_unit_test(an_interrupt),
	cmocka_unit_test(a_reordered_access),
	cmocka_unit_test(lines_of_the_report),
};

TEST_MAIN()
