/* Child programs: argument vectors only, never a shell. */
#ifndef SYS_PROC_H
#define SYS_PROC_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Run argv[0] (found in PATH) and take its standard output, at most `max` bytes, within `ms` milliseconds; standard
 * input and error are /dev/null, signals are as at start.  Returns the exit status, or -1: ERR_TOOL (cannot be started,
 * killed, took too long or wrote too much: then its process group was killed).
 */
int proc_capture(const char *const argv[], struct buf *out, size_t max, unsigned ms, struct err *e);

/* Run argv[0] on the terminal (an editor) and wait for it.  The exit status, or -1 with ERR_TOOL. */
int proc_foreground(const char *const argv[], struct err *e);

/*
 * Split a command such as $VISUAL into words: blanks separate, '…' and "…" keep them, backslash takes the next
 * character.  `argv` gets at most `max` - 1 words and a NULL; the words lie in one allocation, freed with free(argv[0]).
 * Returns their number, 0 where there is none or a quote is left open.
 */
size_t proc_split(const char *command, char **argv, size_t max);

#endif
