/* A recording of 100 MB that another program writes while it is reviewed, then cuts or removes: the screen says so and stays. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>

#include "base/buf.h"
#include "base/fs.h"
#include "tests/pty/home.h"
#include "tests/pty/pty.h"
#include "tests/test.h"

enum { PIECES = 4, RECORDS = 250, RESULT = 105000 }; /* of a piece; bytes of the text of a record: 100 MB in all */

/* The file in the home, open for writing, with a flow and one span in it. */
struct growing {
	char path[96];
	int fd;
	unsigned spans;
};

static void put(struct growing *g, struct slice s)
{
	assert_int_equal(fs_write_all(g->fd, s.p, s.n), 0);
}

static void grow_open(struct growing *g, const struct home *h)
{
	*g = (struct growing){.spans = 2};
	snprintf(g->path, sizeof g->path, "%s/growing.jsonl", h->dir);
	g->fd = open(g->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(g->fd >= 0);
	put(g, SLICE("{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-01-01T00:00:00Z\"}\n"
		     "{\"Seq\":1,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"first\",\"Started\":\"2026-01-01T00:00:00Z\","
		     "\"Finished\":\"2026-01-01T00:00:01Z\",\"Results\":{\"Output\":\"the words of the first\"}}\n"));
}

static void grow(struct growing *g)
{
	static char filler[RESULT];
	struct buf b = BUF_INIT;

	memset(filler, 'x', sizeof filler);
	for (unsigned i = 0; i < RECORDS; i++, g->spans++) {
		buf_addf(&b, "{\"Seq\":%u,\"Nesting\":1,\"Type\":\"tool\",\"Name\":\"grepper\",\"Started\":\"2026-01-01T00:00:02Z\","
			 "\"Finished\":\"2026-01-01T00:00:03Z\",\"Results\":{\"Output\":\"", g->spans);
		buf_add(&b, filler, sizeof filler);
		buf_adds(&b, "\"}}\n");
	}
	put(g, buf_slice(&b));
	buf_release(&b);
}

static struct pty *follow(struct home *h, struct growing *g)
{
	static char program[4096];
	const char *argv[] = {program, "review", "--follow", "--set", "reviewer=Rita Reviewer <rita@example.org>", g->path, NULL};

	snprintf(program, sizeof program, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	return pty_start(argv, h->set, 45, 160);
}

static void grown(struct pty *p, const struct growing *g)
{
	char words[32];

	snprintf(words, sizeof words, "%u… spans", g->spans);
	pty_wait(p, words, PTY_MS);
}

/* What was being read stays on the screen, whatever comes behind it. */
static struct pty *grow_to_the_end(struct home *h, struct growing *g)
{
	struct pty *p;

	grow_open(g, h);
	p = follow(h, g);
	grown(p, g);
	pty_send(p, ":1\r");
	pty_wait(p, "the words of the first", PTY_MS);
	for (int i = 0; i < PIECES; i++) {
		grow(g);
		grown(p, g);
		assert_true(pty_shows(p, "the words of the first"));
		assert_true(pty_shows(p, "1 tool first"));
	}
	assert_true(pty_shows(p, "growing"));
	assert_true(lseek(g->fd, 0, SEEK_END) > 100 << 20);
	pty_send(p, "4c"); /* and the keys are alive */
	pty_wait(p, "note on span 1", PTY_MS);
	pty_send(p, "good so far\r");
	pty_wait(p, "1 note", PTY_MS);
	return p;
}

/* It said so; all that was read is there, and nothing can be decided. */
static void stays(struct pty *p, const char *words)
{
	pty_wait(p, words, PTY_MS);
	pty_wait(p, "not read to its end", PTY_MS);
	assert_true(pty_shows(p, "the words of the first"));
	pty_send(p, "a");
	pty_wait(p, "cannot decide", PTY_MS);
	pty_send(p, "3g");
	pty_wait(p, "0 flow f", PTY_MS);
	pty_send(p, "G");
	pty_wait(p, "1001 tool grepper", PTY_MS);
	pty_send(p, "M");
	pty_wait(p, words, PTY_MS);
	pty_send(p, "q");
	pty_wait_gone(p, "Messages", PTY_MS);
}

static void leave(struct pty *p)
{
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

static void a_recording_that_is_cut_under_the_reader_stays(void **state)
{
	struct home *h = *state;
	struct growing g;
	struct pty *p = grow_to_the_end(h, &g);

	assert_int_equal(ftruncate(g.fd, 50 << 20), 0);
	stays(p, "what was read stays"); /* found while it is looked at, or while its bytes are counted: in other words */
	leave(p);
	p = follow(h, &g); /* the note waits with what is left of the file */
	pty_wait(p, "1 note", PTY_MS);
	leave(p);
	close(g.fd);
}

static void a_recording_that_is_removed_stays(void **state)
{
	struct home *h = *state;
	struct growing g;
	struct pty *p = grow_to_the_end(h, &g);

	assert_int_equal(unlink(g.path), 0);
	stays(p, "was removed");
	leave(p);
	close(g.fd);
}

/* Killed in the middle of a word: a note that was confirmed and one that was begun are there again, and outlive the end. */
static void words_on_what_grows_outlive_a_kill(void **state)
{
	struct home *h = *state;
	const char *words = "half a thou";
	struct growing g;
	struct pty *p;

	grow_open(&g, h);
	p = follow(h, &g);
	grown(p, &g);
	pty_send(p, ":1\r4cgood so far\r");
	pty_wait(p, "1 note", PTY_MS);
	pty_send(p, "c");
	pty_wait(p, "note on span 1", PTY_MS);
	pty_send(p, words);
	for (int i = 0; !home_holds(h, words) && i < PTY_MS / 50; i++)
		pty_pump(p, 50);
	assert_true(home_holds(h, words));
	kill(pty_pid(p), SIGKILL);
	pty_wait_exit(p, PTY_MS);
	pty_kill(p);

	p = follow(h, &g);
	pty_wait(p, "1 note", PTY_MS);
	pty_wait(p, "a draft was kept", PTY_MS);
	put(&g, SLICE("{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"f\",\"Started\":\"2026-01-01T00:00:00Z\","
		      "\"Finished\":\"2026-01-01T00:00:09Z\",\"Results\":{\"Benign\":true}}\n"));
	pty_wait_gone(p, "growing", PTY_MS);
	pty_wait(p, "AI benign", PTY_MS);
	leave(p);

	p = follow(h, &g); /* it has ended: its note and its draft are its own now */
	pty_wait(p, "1 note", PTY_MS);
	pty_wait(p, "a draft was kept", PTY_MS);
	pty_send(p, "c");
	pty_wait(p, words, PTY_MS);
	pty_send(p, "\x1b");
	pty_wait(p, "the note is kept", PTY_MS);
	leave(p);
	close(g.fd);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, home_make, home_drop)
static const struct CMUnitTest tests[] = {
	TEST(a_recording_that_is_cut_under_the_reader_stays),
	TEST(a_recording_that_is_removed_stays),
	TEST(words_on_what_grows_outlive_a_kill),
};

TEST_MAIN()
