/* Whose fault a stack says that it was. */
#ifndef REPORT_GUILTY_H
#define REPORT_GUILTY_H

#include "base/arena.h"
#include "model/crash.h"

/* The first frame of a stack that is reliable and no helper of checkers, locks, lists …; `n` where there is none. */
size_t guilty_frame(const struct frame *f, size_t n);

/* Is this a helper that many callers share, so that it is hardly ever at fault itself? */
bool guilty_is_helper(struct slice function);

/*
 * The name as titles have it: without the compiler's suffixes, system calls by their own name, mangled C++ names plain.
 * A part of `function`, or in the arena.
 */
struct slice guilty_name(struct arena *a, struct slice function);

/* The system call that a stack came from, "sys_recvmmsg", in the arena or a part of a name; empty where there is none. */
struct slice guilty_syscall(struct arena *a, const struct frame *f, size_t n);

#endif
