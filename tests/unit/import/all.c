#define _GNU_SOURCE /* nftw */
#include "tests/test.h"

#include <ftw.h>

#include "base/mem.h"
#include "base/when.h"
#include "import/import.h"

/* Every real file, one comment row each: form, spans, warnings, time.  The time is told and never tested. */

static struct paths {
	char **p;
	size_t n, cap;
} paths;

static int add_path(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	if (type == FTW_F) {
		paths.p = mem_grow(paths.p, &paths.cap, paths.n + 1, sizeof *paths.p);
		paths.p[paths.n++] = xstrdup(path);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What the files of a folder are: `form` of each whose name begins so; the rest are no recordings. */
static const struct kind {
	const char *folder, *form;
	bool json; /* only the names that end so */
	unsigned files;
} kinds[] = {
	{"syzkaller-trajectories/", "span JSON", true, 45},
	{"syzbot-assessment-kcsan-", "text page", false, 1},
	{"kcsan-reports/collected/", "crash report", false, 202},
	{"kcsan-reports/syzkaller/", "crash report", false, 4},
	{"other-reports/", "crash report", false, 19},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* Index into kinds, or KINDS.  A report's file name begins with a digit. */
static size_t kind_of(struct slice name)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct slice rest = name;

		if (slice_eat(&rest, kinds[i].folder) && (!kinds[i].json || slice_ends(rest, ".json")) &&
		    (strcmp(kinds[i].form, "crash report") != 0 || (rest.n && *rest.p >= '0' && *rest.p <= '9')))
			return i;
	}
	return KINDS;
}

static void check_file(const char *path, const char *name, unsigned seen[KINDS])
{
	size_t kind = kind_of(slice_str(name)), warnings;
	struct err e = {0};
	int64_t from = when_now();
	struct run *r = import_file(path, &e);
	double ms = (double)(when_now() - from) / 1000;

	if (!r) {
		print_message("# %-62s refused %8.1f ms\n", name, ms);
		assert_int_equal(e.cls, ERR_INPUT);
		assert_true(kind == KINDS);
		return;
	}
	warnings = diags_count(&r->diags, DIAG_WARNING);
	print_message("# %-62s %-12s %3zu spans %2zu warnings %8.1f ms\n", name, r->format, traj_count(r->traj), warnings, ms);
	for (size_t i = 0; i < r->diags.n; i++)
		print_message("#   %s\n", r->diags.d[i].text);
	if (kind < KINDS) {
		seen[kind]++;
		assert_string_equal(r->format, kinds[kind].form);
		assert_int_equal(warnings, 0);
		assert_true((traj_count(r->traj) > 0) == (strcmp(r->format, "crash report") != 0));
		assert_true(strcmp(r->format, "crash report") != 0 || crash_nstacks(r->crash) > 0);
	}
	run_free(r);
}

static void every_file_opens_or_is_refused_with_a_reason(void **state)
{
	char *dir = xstrdup(test_data(""));
	unsigned seen[KINDS] = {0};

	(void)state;
	assert_int_equal(nftw(dir, add_path, 16, FTW_PHYS), 0);
	assert_true(paths.n > 0);
	qsort(paths.p, paths.n, sizeof *paths.p, by_name);
	for (size_t i = 0; i < paths.n; i++) {
		const char *name = paths.p[i] + strlen(dir);

		check_file(paths.p[i], name + (*name == '/'), seen);
		free(paths.p[i]);
	}
	print_message("# %zu files:", paths.n);
	for (size_t i = 0; i < KINDS; i++)
		print_message(" %u %s in %s%s", seen[i], kinds[i].form, kinds[i].folder, i + 1 < KINDS ? "," : "\n");
	for (size_t i = 0; i < KINDS; i++)
		assert_true(seen[i] >= kinds[i].files);
	free(paths.p);
	free(dir);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(every_file_opens_or_is_refused_with_a_reason),
};

TEST_MAIN()
