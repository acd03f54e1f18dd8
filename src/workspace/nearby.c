#define _GNU_SOURCE /* uname */
#include "workspace/nearby.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/mem.h"
#include "workspace/kbuild.h"

enum { CONFIG_MAX = 16 << 20 };

void nearby_init(struct nearby *n, const struct root *r)
{
	const struct root *const roots[] = {r->build, r};
	const struct kbuild_arch *arch = NULL;
	struct buf config = BUF_INIT;
	struct utsname here;

	*n = (struct nearby){0};
	buf_init(&config, CONFIG_MAX);
	for (size_t i = 0; i < 2 && !arch; i++)
		if (roots[i] && root_read(roots[i], SLICE(".config"), &config, NULL) == 0)
			arch = kbuild_arch(buf_slice(&config));
	buf_release(&config);
	if (!arch && uname(&here) == 0)
		arch = kbuild_machine(here.machine);
	if (arch)
		snprintf(n->arch, sizeof n->arch, "%s", arch->name);
}

/* "arch/NAME/"; empty: it lies elsewhere. */
static struct slice arch_of(struct slice path)
{
	struct slice rest = path;
	size_t end;

	if (!slice_eat(&rest, "arch/") || (end = slice_chr(rest, '/', 0)) == SLICE_NONE)
		return (struct slice){0};
	return slice_sub(rest, 0, end);
}

static struct slice beside(struct slice path)
{
	static const char *const dirs[] = {"tools/", "samples/", "scripts/", "Documentation/"};

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		if (slice_starts(path, dirs[i]))
			return slice_str(dirs[i]);
	return (struct slice){0};
}

enum nearby_turn nearby_turn(const struct nearby *n, struct slice path)
{
	struct slice context = slice_str(n->context), dir = slice_sub(context, 0, slice_rfind(context, "/")), arch = arch_of(path);
	struct slice own = arch_of(context).n ? arch_of(context) : slice_str(n->arch);

	if (context.n && slice_eq(path, context))
		return NEARBY_SAME;
	if (context.n && slice_rfind(context, "/") != SLICE_NONE && slice_eq(slice_sub(path, 0, slice_rfind(path, "/")), dir))
		return NEARBY_DIR;
	if (beside(path).n)
		return slice_eq(beside(path), beside(context)) ? NEARBY_INCLUDE : NEARBY_BESIDE;
	if (arch.n && !slice_eq(arch, own))
		return NEARBY_ARCH;
	if (arch.n)
		return slice_find(path, "/include/", 0) != SLICE_NONE ? NEARBY_OWN : NEARBY_REST;
	/* an architecture's own header stands for a generic one */
	return slice_starts(path, "include/") && !slice_starts(path, "include/asm-generic/") ? NEARBY_INCLUDE : NEARBY_REST;
}

struct place {
	enum nearby_turn turn;
	const char *path;
};

static int by_turn(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->turn != y->turn)
		return x->turn < y->turn ? -1 : 1;
	return strcmp(x->path, y->path);
}

void nearby_sort(const struct nearby *near, const char **path, size_t n)
{
	struct place *all = xcalloc(n + 1, sizeof *all);

	for (size_t i = 0; i < n; i++)
		all[i] = (struct place){nearby_turn(near, slice_str(path[i])), path[i]};
	if (n)
		qsort(all, n, sizeof *all, by_turn);
	for (size_t i = 0; i < n; i++)
		path[i] = all[i].path;
	free(all);
}
