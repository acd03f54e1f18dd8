/* A home of the test's own, so that nothing of the user is read or written. */
#ifndef TESTS_PTY_HOME_H
#define TESTS_PTY_HOME_H

#include "base/buf.h"
#include "base/fs.h"
#include "tests/test.h"

struct home {
	char dir[64];
	char env[2][96];
	const char *set[16]; /* for pty_start(); ended with NULL, with room for more */
	unsigned runs, marked; /* for the test's own counts */
};

/* cmocka set-up and tear-down; `*state` is a struct home. */
static inline int home_make(void **state)
{
	struct home *h = calloc(1, sizeof *h);

	strcpy(h->dir, "/tmp/verdict-pty-XXXXXX");
	if (!mkdtemp(h->dir))
		return -1;
	snprintf(h->env[0], sizeof h->env[0], "HOME=%s", h->dir);
	snprintf(h->env[1], sizeof h->env[1], "XDG_DATA_HOME=%s/data", h->dir);
	h->set[0] = h->env[0];
	h->set[1] = h->env[1];
	h->set[2] = "XDG_CONFIG_HOME";
	h->set[3] = "XDG_STATE_HOME";
	h->set[4] = "NO_COLOR";
	h->set[5] = "GIT_CONFIG_NOSYSTEM=1";
	*state = h;
	return 0;
}

static inline int home_drop(void **state)
{
	struct home *h = *state;
	char command[128];
	int rc;

	snprintf(command, sizeof command, "rm -rf %s", h->dir);
	rc = system(command);
	free(h);
	return rc;
}

/* Has the program written it to its store?  The store's files are looked at as bytes. */
static inline bool home_holds(const struct home *h, const char *words)
{
	static const char *const files[] = {"verdict.db", "verdict.db-wal"};
	bool found = false;

	for (size_t i = 0; i < 2 && !found; i++) {
		struct buf path = BUF_INIT, bytes = BUF_INIT;

		buf_addf(&path, "%s/data/verdict/%s", h->dir, files[i]);
		found = fs_read(buf_str(&path), &bytes, NULL) == 0 && slice_find(buf_slice(&bytes), words, 0) != SLICE_NONE;
		buf_release(&path);
		buf_release(&bytes);
	}
	return found;
}

#endif
