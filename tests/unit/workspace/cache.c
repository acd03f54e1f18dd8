#define _GNU_SOURCE
#include "workspace/cache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/test.h"
#include "workspace/scratch.h"

static char dir[64];

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/verdict-cache-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	scratch_remove(dir);
	return 0;
}

/* A file of `size` bytes, used at `when`. */
static void put(const char *id, off_t size, time_t when)
{
	static const char *const ends[] = {".db", ".db-wal", ".lock"};

	for (size_t i = 0; i < 3; i++) {
		char *path = cache_beside(dir, id, ends[i]);
		int fd = open(path, O_RDWR | O_CREAT, 0600);

		assert_true(fd >= 0);
		assert_int_equal(ftruncate(fd, i == 0 ? size : 0), 0);
		assert_int_equal(futimens(fd, (struct timespec[]){{.tv_sec = when}, {.tv_sec = when}}), 0);
		close(fd);
		free(path);
	}
}

static bool there(const char *id, const char *end)
{
	char *path = cache_beside(dir, id, end);
	bool yes = access(path, F_OK) == 0;

	free(path);
	return yes;
}

/* Of a commit that nobody asks for again a gigabyte would stay. */
static void what_is_left_half_made_goes(void **state)
{
	char *part = cache_beside(dir, "half", ".part"), *lock = cache_beside(dir, "half", ".lock");
	int fd = open(lock, O_RDWR | O_CREAT, 0600);

	(void)state;
	assert_int_equal(mkdir(part, 0700), 0);
	assert_int_equal(cache_lock(fd, LOCK_EX), 0); /* somebody is at it */
	cache_trim(dir, "", 9, 0);
	assert_true(there("half", ".part"));
	close(fd);
	cache_trim(dir, "", 9, 0);
	assert_false(there("half", ".part"));
	free(part);
	free(lock);
}

static void the_oldest_go_by_size_and_by_number(void **state)
{
	char *lock = cache_beside(dir, "old", ".lock");
	int fd;

	(void)state;
	put("oldest", 100, 1000);
	put("old", 100, 2000);
	put("new", 100, 3000);
	put("newest", 100, 4000);
	cache_trim(dir, ".db", 10, 400);
	assert_true(there("oldest", ".db"));
	fd = open(lock, O_RDWR);
	assert_int_equal(cache_lock(fd, LOCK_SH), 0);
	cache_trim(dir, ".db", 10, 250);
	assert_false(there("oldest", ".db"));
	assert_false(there("oldest", ".db-wal"));
	assert_true(there("oldest", ".lock"));
	assert_true(there("old", ".db")); /* in use */
	assert_true(there("old", ".db-wal"));
	close(fd);
	cache_trim(dir, ".db", 1, 0);
	assert_false(there("old", ".db"));
	assert_false(there("new", ".db"));
	assert_true(there("newest", ".db"));
	free(lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_go_by_size_and_by_number),
		cmocka_unit_test(what_is_left_half_made_goes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
