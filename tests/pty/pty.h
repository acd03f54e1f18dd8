/*
 * A program on a pty of its own, its output fed into libvterm: tests send keys and look at the screen.  Waits
 * poll the pty, never sleep; what does not come in time fails the test and shows the screen as it is.
 */
#ifndef TESTS_PTY_PTY_H
#define TESTS_PTY_PTY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/slice.h"

struct pty;

/* Time enough for anything that comes at all, with sanitizers on a busy machine. */
enum { PTY_MS = 20000 };

/*
 * Start argv[0] (found in PATH) as leader of a session on a pty of rows × cols.  `env`: "NAME=VALUE" to set
 * and "NAME" to unset, ended with NULL, on top of the environment of the test and TERM=xterm-256color; may be
 * NULL.  The test fails where there is no pty.  Free with pty_kill().
 */
struct pty *pty_start(const char *const argv[], const char *const env[], unsigned rows, unsigned cols);

/* Kill what is still there of it, reap it, and free `p` (may be NULL). */
void pty_kill(struct pty *p);

pid_t pty_pid(const struct pty *p);
void pty_send(struct pty *p, const char *bytes);
void pty_send_n(struct pty *p, const char *bytes, size_t n);

/* The program gets SIGWINCH, as it does from a terminal. */
void pty_resize(struct pty *p, unsigned rows, unsigned cols);

/*
 * Wait until a row of the screen holds `text`, or no row does any more, or `true_now` says so (`what` names
 * it).
 */
void pty_wait(struct pty *p, const char *text, int ms);
void pty_wait_gone(struct pty *p, const char *text, int ms);
void pty_wait_until(struct pty *p, bool (*true_now)(struct pty *p, void *arg), void *arg, const char *what,
		    int ms);

/* Wait for its end: the exit status, or 128 + the signal that ended it. */
int pty_wait_exit(struct pty *p, int ms);

/*
 * Take in what was written so far, waiting at most `ms` for the first byte.  False when the program closed
 * the pty.
 */
bool pty_pump(struct pty *p, int ms);

/*
 * The screen as UTF-8, one line a row, blanks at the ends left out (`out` is cleared first); does it hold
 * `text`?
 */
void pty_screen_text(struct pty *p, struct buf *out);
bool pty_shows(struct pty *p, const char *text);

/* Where the cursor is (from 0) and whether it is shown. */
void pty_cursor(struct pty *p, unsigned *row, unsigned *col, bool *shown);

/* One cell: colours are palette numbers, -1 the terminal's own. */
struct pty_cell {
	uint32_t cp; /* 0: blank */
	int fg, bg;
	bool bold, underline, reverse; /* libvterm does not know dim */
};
struct pty_cell pty_cell(struct pty *p, unsigned row, unsigned col);

/* All bytes that ever came, to see that hostile ones did not; borrowed until the next call. */
struct slice pty_raw(const struct pty *p);

#endif
