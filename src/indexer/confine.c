#define _GNU_SOURCE /* O_PATH, realpath, syscall */
#include "indexer/confine.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#if __has_include(<linux/landlock.h>)
#include <linux/landlock.h>
#endif

#include "base/fs.h"
#include "base/slice.h"

void confine_init(struct confine *c, struct arena *a)
{
	static const char *const installed[] = {"/usr", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix/store", "/gnu/store"};

	*c = (struct confine){.a = a};
	for (size_t i = 0; i < sizeof installed / sizeof *installed; i++)
		confine_add(c, installed[i]);
}

void confine_add(struct confine *c, const char *dir)
{
	char *real = dir ? realpath(dir, NULL) : NULL;

	/* a root of everything would confine nothing */
	if (real && real[1] && c->n < CONFINE_DIRS)
		c->dir[c->n++] = arena_str(c->a, slice_str(real));
	free(real);
}

void confine_add_build(struct confine *c, const char *dir)
{
	char *made = fs_join(dir, "include/generated/autoconf.h");

	if (access(made, F_OK) == 0)
		confine_add(c, dir);
	free(made);
}

static void add_headers(struct confine *c, const char *dir)
{
	static const char *const kinds[] = {"/lib/gcc/", "/lib64/gcc/", "/lib/gcc-cross/", "/lib/clang/", "/lib64/clang/"};
	char *real = dir[0] == '/' ? realpath(dir, NULL) : NULL;
	bool own = false;

	for (size_t i = 0; real && i < sizeof kinds / sizeof *kinds; i++)
		own |= strstr(real, kinds[i]) != NULL;
	if (own)
		confine_add(c, real);
	free(real);
}

void confine_add_flags(struct confine *c, const char *const *argv, int argc)
{
	for (int i = 0; i < argc; i++) {
		struct slice flag = slice_str(argv[i]);

		if (!slice_eat(&flag, "-isystem"))
			slice_eat(&flag, "-I");
		if (flag.n)
			add_headers(c, flag.p);
	}
}

bool confine_allows(const struct confine *c, const char *path)
{
	char *real = realpath(path, NULL);
	bool allowed = false;

	for (size_t i = 0; real && i < c->n && !allowed; i++) {
		size_t n = strlen(c->dir[i]);

		allowed = strncmp(real, c->dir[i], n) == 0 && real[n] == '/';
	}
	free(real);
	return allowed;
}

#if defined SYS_landlock_create_ruleset && defined LANDLOCK_ACCESS_FS_READ_FILE
bool confine_enter(const struct confine *c)
{
	struct landlock_ruleset_attr all = {.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE};
	int rules = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0u);
	bool entered;

	if (rules < 0)
		return false;
	for (size_t i = 0; i < c->n; i++) {
		struct landlock_path_beneath_attr below = {.allowed_access = all.handled_access_fs,
							   .parent_fd = open(c->dir[i], O_PATH | O_DIRECTORY | O_CLOEXEC)};

		if (below.parent_fd < 0)
			continue;
		syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0u);
		close(below.parent_fd);
	}
	entered = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, rules, 0u) == 0;
	close(rules);
	return entered;
}
#else
bool confine_enter(const struct confine *c)
{
	(void)c;
	return false;
}
#endif
