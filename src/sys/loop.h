/* The one wait of the program: descriptors, timers, signals. */
#ifndef SYS_LOOP_H
#define SYS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct loop;

struct loop *loop_new(struct err *e);
void loop_free(struct loop *l);

enum { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_HANGUP = 4 };

/* Call `fn` while `fd` is ready for `events`; LOOP_HANGUP is reported even where not asked for.  One entry a descriptor. */
void loop_fd(struct loop *l, int fd, unsigned events, void (*fn)(void *arg, int fd, unsigned ready), void *arg);
void loop_forget_fd(struct loop *l, int fd);

/* Microseconds of the clock by which timers run: it never goes back. */
int64_t loop_now(void);

/*
 * The program did nothing since `since` (as loop_now() gave it then): it was stopped, or an editor had the terminal.  The
 * clock goes on as if that time had not passed, so that nothing counts as too late that could not be on time.
 */
void loop_skip(int64_t since);

/*
 * Call `fn` once, `us` microseconds from now.  Returns a number for loop_cancel(), never 0.  Cancelling one that has run
 * does nothing.
 */
unsigned loop_timer(struct loop *l, int64_t us, void (*fn)(void *arg), void *arg);
void loop_cancel(struct loop *l, unsigned timer);

/* Have signal `signo` (blocked from now on in this process) delivered as a call from the loop. */
int loop_signal(struct loop *l, int signo, void (*fn)(void *arg, int signo), void *arg, struct err *e);

/* Called once a turn, after all handlers and before the next wait: drawing happens here. */
void loop_each_turn(struct loop *l, void (*fn)(void *arg), void *arg);

/* Run until loop_stop(); returns the value given to it. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l, int value);

#endif
