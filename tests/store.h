/* Stores in folders of their own, and small runs to put into them, for tests. */
#ifndef TESTS_STORE_H
#define TESTS_STORE_H

#define _GNU_SOURCE /* nftw */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/blob.h"
#include "base/fs.h"
#include "base/when.h"
#include "store/store.h"

static inline int test_unlink(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void test_dir_remove(const char *path)
{
	nftw(path, test_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* A new folder for one test, in `path` (64 bytes). */
static inline void test_dir(char path[64])
{
	strcpy(path, "/tmp/verdict-test-XXXXXX");
	if (!mkdtemp(path))
		abort();
}

/* A run over a recording of a few bytes; nothing in it is owned, but for the blob. */
struct test_run {
	struct run run;
	struct blob *blob;
};

static inline struct test_run test_run(const char *bytes, const char *job, const char *title)
{
	struct test_run t = {.run = {.format = "text page", .state = RUN_DONE, .started = 5, .finished = WHEN_NONE}};
	struct sha256 *h = sha256_new();

	sha256_add(h, bytes, strlen(bytes));
	run_identify(&t.run, h, 0);
	sha256_free(h);
	t.run.job = slice_str(job);
	t.run.title = slice_str(title);
	t.run.workflow = SLICE("assessment-kcsan");
	t.blob = blob_memory(title, slice_str(bytes), NULL);
	return t;
}

/* Take such a run in; its id goes to `id`. */
static inline int test_take(struct store *s, const char *bytes, const char *job, int64_t now, char id[SHA256_HEX + 1],
			    struct err *e)
{
	struct test_run t = test_run(bytes, job, "KCSAN: data-race in a / b");
	int rc;

	outputs_set(&t.run.outputs, SLICE("Benign"), true);
	rc = store_take(s, &t.run, t.blob, now, NULL, e);
	memcpy(id, t.run.id, SHA256_HEX + 1);
	outputs_release(&t.run.outputs);
	blob_free(t.blob);
	return rc;
}

/* The bytes of a small journal, and the run that it is, whole; nothing in it is owned, but for the blob. */
#define TEST_JOURNAL "{\"journal\":{}}\n{\"end\":{\"state\":\"done\"}}\n"

static inline struct test_run test_journal(const char *bytes)
{
	struct test_run t = test_run(bytes, "", "a live run");

	run_name(&t.run, slice_sub(slice_str(bytes), 0, slice_chr(slice_str(bytes), '\n', 0)));
	t.run.format = "journal";
	return t;
}

/* Write it where the store has the journal of this run.  0, or -1. */
static inline int test_journal_put(const struct store *s, const struct test_run *t, const char *bytes)
{
	char *path = store_journal_path(s, t->run.id), *slash = strrchr(path, '/');
	int rc;

	*slash = '\0';
	rc = fs_write_atomic(path, slash + 1, slice_str(bytes), NULL);
	free(path);
	return rc;
}

/* The payload of a decision on one output, freed by the caller. */
static inline char *test_decision(enum decision_kind kind, bool benign)
{
	struct decision d = {.kind = kind};
	struct buf b = BUF_INIT;

	if (kind != DECIDE_DEFER)
		outputs_set(&d.outputs, SLICE("Benign"), benign);
	payload_decide(&b, &d, &(struct decided_on){.recording = "r"});
	decision_release(&d);
	return buf_detach(&b);
}

static inline int test_decide(struct store *s, const char *run, const char *reviewer, enum decision_kind kind, bool benign,
			      int64_t now, struct event *out, struct err *e)
{
	char *payload = test_decision(kind, benign);
	int rc = store_append(s, run, reviewer, "decide", "command", payload, now, out, e);

	free(payload);
	return rc;
}

#endif
