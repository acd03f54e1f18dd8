/* A small source tree in a folder of its own, under git or not, for tests of what reads trees. */
#ifndef TESTS_TREE_H
#define TESTS_TREE_H

#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/fs.h"
#include "sys/proc.h"
#include "tests/test.h"

struct test_tree {
	char top[64];   /* holds the tree and whatever else a test makes */
	char dir[80];   /* the tree */
};

static inline int test_tree_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_DNR)
		chmod(path, 0700);
	return remove(path);
}

static inline void test_tree_remove(struct test_tree *t)
{
	nftw(t->top, test_tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Run a program in the tree; its output, without the last line end, in a static buffer.  Fails the test where it fails. */
static inline const char *test_tree_run(struct test_tree *t, const char *script)
{
	static struct buf out;
	const char *const argv[] = {"sh", "-euc", "cd \"$1\"; eval \"$2\"", "sh", t->dir, script, NULL};
	struct err e = {0};
	int status = proc_capture(argv, &out, 1 << 20, 60000, &e);

	if (status != 0)
		fail_msg("%s: status %d %s", script, status, e.msg);
	buf_cut(&out, slice_trim(buf_slice(&out)).n);
	return buf_str(&out);
}

static inline void test_tree_write(struct test_tree *t, const char *name, struct slice text)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", t->dir, name);
	for (char *p = path + strlen(t->dir) + 1; (p = strchr(p, '/')); *p++ = '/') {
		*p = '\0';
		mkdir(path, 0755);
	}
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text.p ? text.p : "", 1, text.n, f), text.n);
	assert_int_equal(fclose(f), 0);
}

/* A new tree with a few files that look like a kernel's. */
static inline void test_tree_make(struct test_tree *t)
{
	struct buf pond = BUF_INIT;
	struct err e;

	strcpy(t->top, "/tmp/verdict-tree-XXXXXX");
	assert_non_null(mkdtemp(t->top));
	snprintf(t->dir, sizeof t->dir, "%s/linux", t->top);
	assert_int_equal(mkdir(t->dir, 0755), 0);
	test_tree_write(t, "Makefile", SLICE("# SPDX-License-Identifier: GPL-2.0\nVERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL = 0\n"
					     "EXTRAVERSION = -rc4\nNAME = Baby Opossum Posse\n"));
	test_tree_write(t, "Kconfig", SLICE("mainmenu \"Linux/$(ARCH)\"\n"));
	test_tree_write(t, ".gitattributes", SLICE("*.c diff=cpp\n*.h diff=cpp\n"));
	test_tree_write(t, ".gitignore", SLICE("*.o\n"));
	test_tree_write(t, "arch/x86/Kconfig", SLICE("config X86\n"));
	for (size_t i = 0; i < 5; i++) {
		static const char *const names[] = {"pond.h", "pond_irq.c", "pond_feed.c", "pond_bus.c", "pond_sysfs.c"};
		char from[200], to[200];

		snprintf(from, sizeof from, "examples/tree/drivers/pond/%s", names[i]);
		snprintf(to, sizeof to, "drivers/pond/%s", names[i]);
		assert_int_equal(fs_read(test_src(from), &pond, &e), 0);
		test_tree_write(t, to, buf_slice(&pond));
	}
	buf_release(&pond);
}

/* Put all of it under git, one commit; skips the test where there is no git. */
static inline void test_tree_commit(struct test_tree *t)
{
	static const char *const env[][2] = {
		{"GIT_CONFIG_NOSYSTEM", "1"}, {"GIT_CONFIG_GLOBAL", "/dev/null"},
		{"GIT_AUTHOR_NAME", "A"}, {"GIT_AUTHOR_EMAIL", "a@example.org"}, {"GIT_AUTHOR_DATE", "1767225600 +0000"},
		{"GIT_COMMITTER_NAME", "A"}, {"GIT_COMMITTER_EMAIL", "a@example.org"}, {"GIT_COMMITTER_DATE", "1767225600 +0000"},
	};
	struct buf out = BUF_INIT;
	const char *const git[] = {"git", "--version", NULL};

	if (proc_capture(git, &out, 4096, 10000, NULL) != 0) {
		print_message("# git is absent: skipped\n");
		skip();
	}
	buf_release(&out);
	for (size_t i = 0; i < sizeof env / sizeof *env; i++)
		setenv(env[i][0], env[i][1], 1);
	test_tree_run(t, "git init -q; git config gc.auto 0; git add -A; git commit -qm 'A pond'");
}

#endif
