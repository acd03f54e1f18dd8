/* A walk through the screen by chance, as its parts see it. */
#ifndef TESTS_SCREENS_MONKEY_H
#define TESTS_SCREENS_MONKEY_H

#include "base/buf.h"
#include "ui/view.h"

enum { MONKEY_TOLD = 30 };

struct monkey {
	uint64_t seed, state;
	unsigned step, steps;
	struct app app;
	struct ui *ui;
	struct buf file;       /* that was opened */
	bool grows;            /* it is followed, and written to now and then */
	unsigned spans;        /* written to it so far */
	bool ascii;            /* the terminal has no UTF-8 */
	bool kernel;           /* there is a repository, and questions about the code are answered */
	struct loop *loop;     /* what they tell comes from there; NULL: there are none */
	struct kernel *source;
	struct ask *ask;
	unsigned rows, cols;
	char told[MONKEY_TOLD][80];   /* the last steps, in a ring */
	unsigned ntold;
	struct buf failure;
};

/* Below `below`; the same walk for the same seed. */
uint64_t monkey_chance(struct monkey *m, uint64_t below);

#define PICK(m, list) ((list)[monkey_chance(m, sizeof(list) / sizeof *(list))])

/* Remember a step, to be told where the walk fails. */
void monkey_tell(struct monkey *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What must hold does not: the first one counts. */
void monkey_fail(struct monkey *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Draw the screen, and look whether it can be so. */
void monkey_look(struct monkey *m);

/* A repository for all walks; false where there is no git.  It is removed at the end. */
bool monkey_kernel_make(void);
void monkey_kernel_remove(void);

/* A screen is opened, or closed; hear what comes from children within some microseconds. */
void monkey_kernel_begin(struct monkey *m);
void monkey_kernel_end(struct monkey *m);
void monkey_kernel_listen(struct monkey *m, int64_t us);

/* Something to type; arguments for `c`, of the kind that the command table names. */
const char *monkey_phrase(struct monkey *m);
void monkey_arguments(struct monkey *m, enum command c, struct buf *out);

#endif
