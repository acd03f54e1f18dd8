#include "app/kernel.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workspace/tree.h"

struct kernel {
	struct app *app;
	struct loop *l;
	void (*news)(void *arg);
	void *arg;
	char *named;       /* owned; the setting when `repo` was opened; NULL: it was not tried yet */
	struct repo *repo; /* owned; NULL: it could not be opened, and `why` says why */
	struct err why;
};

struct kernel *kernel_new(struct app *a, struct loop *l, void (*news)(void *arg), void *arg)
{
	struct kernel *k = xcalloc(1, sizeof *k);

	*k = (struct kernel){.app = a, .l = l, .news = news, .arg = arg};
	a->kernel = k;
	return k;
}

void kernel_free(struct kernel *k)
{
	if (!k)
		return;
	k->app->kernel = NULL;
	repo_free(k->repo);
	free(k->named);
	free(k);
}

struct repo *kernel_repo(struct kernel *k, struct err *e)
{
	const char *name;

	*e = (struct err){0};
	if (!k)
		return NULL;
	name = k->app->conf.value[OPT_KERNEL];
	if (!k->named || strcmp(k->named, name) != 0) {
		free(k->named);
		k->named = xstrdup(name);
		repo_free(k->repo);
		k->repo = NULL;
		k->why = (struct err){0};
		/* a kernel that is no repository is only told of where it was named */
		if (name[0] || tree_is_kernel(".", NULL, 0))
			k->repo = repo_new(k->l, name[0] ? name : ".", k->news, k->arg, &k->why);
		if (!name[0])
			k->why = (struct err){0};
	}
	if (!k->repo)
		*e = k->why;
	return k->repo;
}
