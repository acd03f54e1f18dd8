/* Starting another program: what lies between fork and exec, for those who then wait for it in one way or another. */
#ifndef SYS_SPAWN_H
#define SYS_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/err.h"

struct spawn_limit {
	int resource; /* RLIMIT_… */
	rlim_t max;   /* hard and soft */
};

/* What the child gets.  Nothing else of this program is left open in it, and its signals are as at start. */
struct spawn {
	int fd[3];        /* its descriptors 0 to 2; -1: as they are here */
	int tty;          /* the terminal that its group becomes the foreground of, or -1 */
	char *const *env; /* its whole environment, ended by NULL; borrowed */
	const char *dir;  /* where it runs; NULL: here */
	bool bound;       /* it is killed when this program ends, in whatever way */
	const struct spawn_limit *limit; /* borrowed */
	size_t nlimits;
};

/*
 * Start argv[0] (found in this program's PATH, no shell) in a process group of its own, whose number is the child's.
 * Returns when exec has worked: the child's pid, to be reaped by the caller; or -1, ERR_TOOL, with nothing left to reap.
 */
pid_t spawn(const char *const argv[], const struct spawn *s, struct err *e);

/* Make `group` the foreground of terminal `tty`, also where this program is not. */
void spawn_foreground(int tty, pid_t group);

/* waitpid(), through interruptions.  0, or -1 with errno. */
int spawn_reap(pid_t pid, int *status, int options);

#endif
