/*
 * No confirmed decision is lost and none is half-made, wherever the program is killed and whenever the disk is full or
 * broken.  The program starts itself again with the shim preloaded, which is idle until a child asks for it.  Children
 * then use a store: one to count the calls that change files, then one for each call and each mode, in a fresh folder
 * each; the parent looks at what was left.  Prints TAP.
 */
#include "tests/store.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/mem.h"

static const char *const modes[] = {"kill-before", "kill-half", "kill-after", "full", "broken"};

enum { MODES = sizeof modes / sizeof *modes, RUNS = 2 };

/* ---- the driver ---- */

static void confirm(const struct event *ev)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "confirmed %s\n", ev->hash);
	fs_write_all(STDOUT_FILENO, b.p, b.n);
	buf_release(&b);
}

/* A run that was written here is begun and sealed. */
static void drive_live(struct store *s)
{
	struct test_run t = test_journal(TEST_JOURNAL);

	if (test_journal_put(s, &t, TEST_JOURNAL) == 0 && store_begin_live(s, &t.run, 20, NULL) == 0)
		store_seal(s, &t.run, t.blob, NULL);
	blob_free(t.blob);
}

/*
 * Two runs taken in, and decisions, a note, an undo and drafts on them.  After a failure it goes on with the rest, as a
 * person would.
 */
static void drive(const char *dir)
{
	static const char *const recordings[RUNS] = {"the first recording\n", "the second recording, another one\n"};
	struct store *s = store_open(dir, NULL);

	for (int i = 0; s && i < RUNS; i++) {
		struct event ev = {0};
		struct buf b = BUF_INIT;
		char id[SHA256_HEX + 1];

		test_take(s, recordings[i], "job", 10 + i, id, NULL);
		store_draft_put(s, id, "ann", SLICE("{\"begun\":true}"), NULL);
		if (test_decide(s, id, "ann", DECIDE_APPROVE, true, 100, &ev, NULL) == 0)
			confirm(&ev);
		payload_target(&b, ev.hash);
		event_release(&ev);
		if (test_decide(s, id, "bob", DECIDE_OVERRIDE, false, 200, &ev, NULL) == 0)
			confirm(&ev);
		event_release(&ev);
		if (store_append(s, id, "ann", "undo", "screen", buf_str(&b), 300, &ev, NULL) == 0)
			confirm(&ev);
		event_release(&ev);
		buf_release(&b);
	}
	if (s)
		drive_live(s);
	store_close(s);
}

/* The child: turn the shim on, use the store, say how many calls there were. */
static void child(const char *dir, const char *mode, long at)
{
	long (*calls)(void);
	struct buf b = BUF_INIT;

	*(void **)&calls = dlsym(RTLD_DEFAULT, "fault_calls");
	buf_addf(&b, "%ld", at);
	setenv("FAULT_MODE", mode, 1);
	setenv("FAULT_AT", buf_str(&b), 1);
	setenv("FAULT_DIR", dir, 1);
	drive(dir);
	buf_clear(&b);
	buf_addf(&b, "calls %ld\n", calls ? calls() : 0);
	fs_write_all(STDOUT_FILENO, b.p, b.n);
	_exit(calls ? 0 : 3);
}

/* Run the driver under the shim; what it printed goes to `out`.  Its status as wait() gives it. */
static int spawn(const char *dir, const char *mode, long at, struct buf *out)
{
	int fd[2], status = -1;
	ssize_t n;
	pid_t pid;

	buf_clear(out);
	if (pipe(fd) < 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		dup2(fd[1], STDOUT_FILENO);
		child(dir, mode, at);
	}
	close(fd[1]);
	while ((n = read(fd[0], buf_room(out, 4096), 4096)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			buf_wrote(out, (size_t)n);
	close(fd[0]);
	waitpid(pid, &status, 0);
	return status;
}

/* ---- the checker ---- */

struct check {
	struct store *s;
	struct buf why; /* empty: all is well */
};

static void fault(struct check *c, const char *what, const char *about)
{
	if (c->why.n == 0)
		buf_addf(&c->why, "%s: %s", what, about);
}

static void check_recording(struct check *c, const struct run_row *row)
{
	bool sealed = row->recording[0] != '\0';
	char *path = sealed ? store_recording_path(c->s, row->recording) : store_journal_path(c->s, row->id);
	char hash[SHA256_HEX + 1];
	struct buf bytes = BUF_INIT;
	struct err e = {0};

	if (fs_read(path, &bytes, &e) < 0)
		fault(c, "a run without its recording", e.msg);
	sha256_of(buf_slice(&bytes), hash);
	if (sealed && strcmp(hash, row->recording) != 0)
		fault(c, "a recording with wrong bytes", row->recording);
	buf_release(&bytes);
	free(path);
}

/* What lists show is what the events say, and a decision took its draft along. */
static void check_row(struct check *c, const struct run_row *row, const struct events *es)
{
	struct review *r = review_fold(es, NULL);
	struct buf draft = BUF_INIT;

	if (row->review != r->state)
		fault(c, "the list does not show what the events say", review_state_name(row->review));
	if (r->unknown)
		fault(c, "an event that cannot be understood", row->id);
	for (size_t i = 0; i < es->n; i++)
		if (strcmp(es->e[i].reviewer, "ann") == 0 && store_draft_get(c->s, row->id, "ann", &draft, NULL) != 0)
			fault(c, "a decision and its draft", row->id);
	buf_release(&draft);
	review_free(r);
}

static int check_run(void *arg, const struct run_row *row)
{
	struct check *c = arg;
	struct events es = {0};
	struct err e = {0};

	check_recording(c, row);
	if (store_events(c->s, row->id, &es, &e) < 0 || events_verify(&es, &e) < 0)
		fault(c, "events", e.msg);
	check_row(c, row, &es);
	events_release(&es);
	return 0;
}

/* Collects the hashes of all events, each between blanks. */
static int collect(void *arg, const struct run_row *row)
{
	void **both = arg;
	struct events es = {0};

	store_events(both[0], row->id, &es, NULL);
	for (size_t i = 0; i < es.n; i++)
		buf_addf(both[1], " %s", es.e[i].hash);
	events_release(&es);
	return 0;
}

/* Every line "confirmed HASH" of the driver must be in the store.  Returns how many there were. */
static size_t check_confirmed(struct check *c, const struct buf *out)
{
	struct slice rest = buf_slice(out), line;
	struct buf hashes = BUF_INIT;
	void *both[] = {c->s, &hashes};
	size_t n = 0;

	store_list(c->s, collect, both, NULL);
	buf_addc(&hashes, ' ');
	while (slice_line(&rest, &line)) {
		struct buf hash = BUF_INIT;

		if (!slice_eat(&line, "confirmed "))
			continue;
		n++;
		buf_add_slice(&hash, line);
		if (line.n != SHA256_HEX || !strstr(buf_str(&hashes), buf_str(&hash)))
			fault(c, "a confirmed event is lost", buf_str(&hash));
		buf_release(&hash);
	}
	buf_release(&hashes);
	return n;
}

/* The store must work as if nothing had happened. */
static void check_use(struct check *c)
{
	struct test_run t = test_journal(TEST_JOURNAL);
	struct run_row row = {0};
	struct err e = {0};
	char id[SHA256_HEX + 1];

	/* what was begun with a live run is ended */
	if (store_get(c->s, t.run.id, &row, &e) > 0 && store_seal(c->s, &t.run, t.blob, &e) < 0)
		fault(c, "a run cannot be sealed", e.msg);
	run_row_release(&row);
	blob_free(t.blob);
	if (test_take(c->s, "the first recording\n", "job", 900, id, &e) < 0)
		fault(c, "a run cannot be taken in", e.msg);
	else if (test_decide(c->s, id, "ann", DECIDE_OVERRIDE, false, 1, NULL, &e) < 0)
		fault(c, "nothing can be appended", e.msg);
}

/* What a killed or failed driver left in `dir`.  The number of confirmed events, or -1 after a line that says why. */
static long check(const char *dir, const struct buf *out)
{
	struct check c = {0};
	struct err e = {0};
	size_t confirmed = 0;

	c.s = store_open(dir, &e);
	if (!c.s) {
		fault(&c, "the store does not open", e.msg);
	} else {
		if (store_list(c.s, check_run, &c, &e) < 0)
			fault(&c, "the list", e.msg);
		confirmed = check_confirmed(&c, out);
		check_use(&c);
		if (store_list(c.s, check_run, &c, &e) < 0)
			fault(&c, "the list afterwards", e.msg);
		store_close(c.s);
	}
	if (c.why.n)
		printf("# %s\n", buf_str(&c.why));
	confirmed = c.why.n ? SIZE_MAX : confirmed;
	buf_release(&c.why);
	return confirmed == SIZE_MAX ? -1 : (long)confirmed;
}

/* ---- all of it ---- */

static long calls_of(const struct buf *out)
{
	const char *at = strstr(buf_str(out), "calls ");

	return at ? strtol(at + 6, NULL, 10) : 0;
}

/* One mode at every call.  Kills must kill, failures must not. */
static bool try_mode(const char *mode, long calls)
{
	struct buf out = BUF_INIT;
	long bad = 0, least = LONG_MAX, most = 0;
	bool kills = strncmp(mode, "kill", 4) == 0;

	for (long at = 1; at <= calls; at++) {
		char dir[64];
		long confirmed;
		int status;

		test_dir(dir);
		status = spawn(dir, mode, at, &out);
		confirmed = check(dir, &out);
		if (kills ? !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) : !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
			printf("# the driver ended with status %d\n", status);
			confirmed = -1;
		}
		if (confirmed < 0) {
			printf("# ... %s at call %ld\n", mode, at);
			bad++;
		} else {
			least = confirmed < least ? confirmed : least;
			most = confirmed > most ? confirmed : most;
		}
		test_dir_remove(dir);
	}
	printf("# %s: %ld calls, %ld to %ld events confirmed, %ld failures\n", mode, calls, least, most, bad);
	buf_release(&out);
	return bad == 0 && most > 0;
}

/* Start again with the shim in front of the C library. */
static int preload(char **argv)
{
	char shim[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", shim, sizeof shim - 16);

	shim[n > 0 ? n : 0] = '\0';
	if (n > 0)
		strcpy(strrchr(shim, '/'), "/shim.so");
	setenv("LD_PRELOAD", shim, 1);
	/* the shim stands before the sanitizer's library; a killed child looks like one that leaks; small forks are quick */
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0:quarantine_size_mb=1", 1);
	setenv("FAULT_SHIM", "1", 1);
	execv("/proc/self/exe", argv);
	printf("Bail out! cannot start again\n");
	return 1;
}

int main(int argc, char **argv)
{
	struct buf out = BUF_INIT;
	bool ok;
	char dir[64];
	long calls, confirmed;
	int failed;

	(void)argc;
	if (!getenv("FAULT_SHIM"))
		return preload(argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("1..%d\n", MODES + 1);
	test_dir(dir);
	ok = spawn(dir, "count", 0, &out) == 0;
	calls = calls_of(&out);
	confirmed = check(dir, &out);
	test_dir_remove(dir);
	buf_release(&out);
	ok = ok && calls > 20 && confirmed == 3 * RUNS;
	printf("# %ld calls, %ld events confirmed\n", calls, confirmed);
	printf("%sok 1 - without faults everything is confirmed and kept\n", ok ? "" : "not ");
	failed = !ok;
	for (int m = 0; m < MODES; m++) {
		ok = calls > 0 && try_mode(modes[m], calls);
		printf("%sok %d - %s at any call loses nothing that was confirmed\n", ok ? "" : "not ", m + 2, modes[m]);
		failed |= !ok;
	}
	return failed;
}
