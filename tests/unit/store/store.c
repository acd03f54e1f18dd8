#include "tests/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/test.h"
#include "tests/words.h"

/* Run SQL on the store's database as another program would; the message of a failure goes to `why` (256 bytes). */
static int raw(const char *dir, const char *sql, char *why)
{
	char *path = fs_join(dir, "verdict.db");
	sqlite3 *db;
	int rc;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	if (why)
		snprintf(why, 256, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	free(path);
	return rc;
}

static int64_t number(const char *dir, const char *sql)
{
	char *path = fs_join(dir, "verdict.db");
	sqlite3_stmt *st;
	sqlite3 *db;
	int64_t v;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	v = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	free(path);
	return v;
}

static void a_new_store_is_private_and_keeps_its_id(void **state)
{
	char dir[64], id[17];
	struct stat st;
	struct store *s;
	char *sub, *db;

	(void)state;
	test_dir(dir);
	sub = fs_join(dir, "deep/er");
	db = fs_join(sub, "verdict.db");
	s = store_open(sub, NULL);
	assert_non_null(s);
	assert_int_equal(strlen(store_id(s)), 16);
	assert_int_equal(strspn(store_id(s), "0123456789abcdef"), 16);
	memcpy(id, store_id(s), sizeof id);
	assert_int_equal(stat(sub, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(db, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	store_close(s);
	s = store_open(sub, NULL);
	assert_string_equal(store_id(s), id);
	store_close(s);
	assert_int_equal(number(sub, "PRAGMA application_id"), 0x76726474);
	assert_int_equal(number(sub, "PRAGMA user_version"), 2);
	free(sub);
	free(db);
	test_dir_remove(dir);
}

static void an_event_needs_its_run(void **state)
{
	char dir[64], why[256];
	struct store *s;

	(void)state;
	test_dir(dir);
	s = store_open(dir, NULL);
	assert_int_equal(raw(dir, "PRAGMA foreign_keys = ON; INSERT INTO event VALUES ('h', '', 'no run', 'a', 's', 1, 'k', 'v', '{}')",
			     why), SQLITE_CONSTRAINT);
	assert_non_null(strstr(why, "FOREIGN KEY"));
	store_close(s);
	test_dir_remove(dir);
}

static void a_store_of_a_newer_version_or_of_others_is_refused_untouched(void **state)
{
	static const struct {
		const char *sql, *why;
	} cases[] = {
		{"PRAGMA user_version = 3", "newer"},
		{"PRAGMA application_id = 7", "another program"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char dir[64];
		struct err e = {0};

		test_dir(dir);
		store_close(store_open(dir, NULL));
		assert_int_equal(raw(dir, cases[i].sql, NULL), SQLITE_OK);
		assert_null(store_open(dir, &e));
		assert_int_equal(e.cls, ERR_STORE);
		assert_non_null(strstr(e.msg, cases[i].why));
		test_dir_remove(dir);
	}
}

/* What a store of version 1 had: the list of runs had no columns and tables of its own. */
static const char version_1[] =
	"DROP TRIGGER run_tally_insert; DROP TRIGGER run_tally_update; DROP TABLE tally;"
	"DROP INDEX run_age; DROP INDEX run_state; DROP INDEX run_title; DROP INDEX run_outputs; DROP INDEX run_reviewer;"
	"ALTER TABLE run DROP COLUMN best; ALTER TABLE run DROP COLUMN decided; ALTER TABLE run DROP COLUMN until;"
	"CREATE INDEX run_review ON run (review, added DESC, id); PRAGMA user_version = 1";

static void a_store_of_an_older_version_is_brought_up_with_all_that_is_in_it(void **state)
{
	char dir[64], id[3][SHA256_HEX + 1], why[256];
	size_t runs, undecided;
	struct run_row row;
	struct store *s;

	(void)state;
	test_dir(dir);
	s = store_open(dir, NULL);
	test_take(s, "1", "a", 1, id[0], NULL);
	test_take(s, "2", "a", 2, id[1], NULL); /* of the two the newer one is listed */
	test_take(s, "3", "", 3, id[2], NULL);
	test_decide(s, id[2], "ann", DECIDE_OVERRIDE, false, 4, NULL, NULL);
	store_close(s);
	assert_int_equal(raw(dir, version_1, why), SQLITE_OK);
	s = store_open(dir, NULL);
	assert_non_null(s);
	assert_int_equal(number(dir, "PRAGMA user_version"), 2);
	assert_int_equal(store_count(s, &runs, &undecided, NULL), 0);
	assert_int_equal(runs, 2);
	assert_int_equal(undecided, 1);
	assert_int_equal(store_get(s, id[2], &row, NULL), 1);
	assert_int_equal(row.review, REVIEW_OVERRIDDEN);
	assert_string_equal(row.decided, "harmful");
	run_row_release(&row);
	assert_int_equal(number(dir, "SELECT count(*) FROM event"), 1);
	store_close(s);
	test_dir_remove(dir);
}

static void what_is_no_database_is_refused_with_a_sentence(void **state)
{
	char dir[64];
	struct err e = {0};

	(void)state;
	test_dir(dir);
	assert_int_equal(fs_write_atomic(dir, "verdict.db", SLICE("this is a shopping list, and a rather long one"), NULL), 0);
	assert_null(store_open(dir, &e));
	assert_int_equal(e.cls, ERR_STORE);
	assert_non_null(strstr(e.msg, "not a database"));
	test_dir_remove(dir);
	e = (struct err){0};
	assert_null(store_open("/proc/no/such/place", &e));
	assert_int_equal(e.cls, ERR_STORE);
}

static void events_cannot_be_changed_deleted_or_replaced(void **state)
{
	static const char *const sql[] = {
		"UPDATE event SET payload = '{}'",
		"UPDATE event SET time = time + 1",
		"DELETE FROM event",
		"INSERT OR REPLACE INTO event SELECT hash, prev, run, 'eve', store, time, kind, via, payload FROM event",
		"INSERT OR REPLACE INTO event SELECT 'x', prev, run, reviewer, store, time, kind, via, '{}' FROM event",
		"REPLACE INTO event SELECT * FROM event",
	};
	char dir[64], id[65], why[256];
	struct store *s;

	(void)state;
	test_dir(dir);
	s = store_open(dir, NULL);
	assert_int_equal(test_take(s, "one", "job", 1, id, NULL), 0);
	assert_int_equal(test_decide(s, id, "ann", DECIDE_APPROVE, true, 2, NULL, NULL), 0);
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
		assert_int_equal(raw(dir, sql[i], why), SQLITE_CONSTRAINT);
		assert_non_null(strstr(why, "events are never"));
	}
	store_close(s);
	test_dir_remove(dir);
}

/* Many programs that find no store at the same time must agree on one. */
static void several_processes_create_one_store(void **state)
{
	enum { CHILDREN = 6 };
	char dir[64];
	pid_t child[CHILDREN];
	struct store *s;
	int go[2];

	(void)state;
	test_dir(dir);
	assert_int_equal(pipe(go), 0);
	for (int i = 0; i < CHILDREN; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			char bytes[16], id[65], c;

			close(go[1]);
			if (read(go[0], &c, 1) != 0) /* end of file: all start together */
				_exit(3);
			s = store_open(dir, NULL);
			snprintf(bytes, sizeof bytes, "run %d", i);
			_exit(s && test_take(s, bytes, "", i, id, NULL) == 0 ? 0 : 1);
		}
	}
	close(go[0]);
	close(go[1]);
	for (int i = 0; i < CHILDREN; i++) {
		int status;

		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	assert_int_equal(number(dir, "SELECT count(*) FROM run"), CHILDREN);
	assert_int_equal(number(dir, "SELECT count(*) FROM meta"), 1);
	test_dir_remove(dir);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_new_store_is_private_and_keeps_its_id),
	cmocka_unit_test(an_event_needs_its_run),
	cmocka_unit_test(a_store_of_a_newer_version_or_of_others_is_refused_untouched),
	cmocka_unit_test(a_store_of_an_older_version_is_brought_up_with_all_that_is_in_it),
	cmocka_unit_test(what_is_no_database_is_refused_with_a_sentence),
	cmocka_unit_test(events_cannot_be_changed_deleted_or_replaced),
	cmocka_unit_test(several_processes_create_one_store),
};

TEST_MAIN_WORDS()
