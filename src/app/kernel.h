/* The repository that the kernel's source is looked up in: setting "kernel", else the current directory where that is a kernel. */
#ifndef APP_KERNEL_H
#define APP_KERNEL_H

#include "app/app.h"
#include "source/repo.h"

struct kernel;

/* On a loop, for `a`, which hands it to sessions as long as it lives; `news` is called from the loop when something came. */
struct kernel *kernel_new(struct app *a, struct loop *l, void (*news)(void *arg), void *arg);
void kernel_free(struct kernel *k); /* NULL: nothing */

/*
 * The repository as the settings name it now; borrowed until the next call.  NULL: none is named (e->cls ERR_NONE), or it cannot be
 * used (ERR_TOOL).  `k` may be NULL: nothing can be looked up here.
 */
struct repo *kernel_repo(struct kernel *k, struct err *e);

#endif
