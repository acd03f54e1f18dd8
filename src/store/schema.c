#include "store/db.h"

/*
 * Events are only ever added.  The triggers refuse UPDATE and DELETE, and, because REPLACE deletes without a trigger,
 * an INSERT over an event that is there.  UNIQUE on the chain keeps two programs from continuing it twice.
 * run.review and run.reviewer are a cache of the fold of the run's events, for lists.
 */
static const char first[] =
	"CREATE TABLE meta ("
	" key TEXT PRIMARY KEY,"
	" value TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE run ("
	" id TEXT PRIMARY KEY,"
	" recording TEXT NOT NULL,"
	" member INTEGER NOT NULL,"
	" format TEXT NOT NULL,"
	" job TEXT,"
	" workflow TEXT,"
	" title TEXT,"
	" outputs TEXT NOT NULL,"
	" state TEXT NOT NULL,"
	" started INTEGER,"
	" finished INTEGER,"
	" added INTEGER NOT NULL,"
	" review TEXT NOT NULL DEFAULT 'unreviewed',"
	" reviewer TEXT"
	") STRICT;"
	"CREATE INDEX run_added ON run (added DESC, id);"
	"CREATE INDEX run_job ON run (job);"

	"CREATE TABLE event ("
	" hash TEXT PRIMARY KEY,"
	" prev TEXT NOT NULL," /* '' for a writer's first */
	" run TEXT NOT NULL REFERENCES run (id),"
	" reviewer TEXT NOT NULL,"
	" store TEXT NOT NULL,"
	" time INTEGER NOT NULL," /* µs since 1970 UTC */
	" kind TEXT NOT NULL,"
	" via TEXT NOT NULL,"
	" payload TEXT NOT NULL,"
	" UNIQUE (run, reviewer, store, prev)"
	") STRICT;"
	"CREATE INDEX event_run ON event (run, time, hash);"
	"CREATE TRIGGER event_no_update BEFORE UPDATE ON event"
	" BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;"
	"CREATE TRIGGER event_no_delete BEFORE DELETE ON event"
	" BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;"
	"CREATE TRIGGER event_no_replace BEFORE INSERT ON event"
	" WHEN EXISTS (SELECT 1 FROM event WHERE hash = NEW.hash OR (run = NEW.run AND reviewer = NEW.reviewer"
	" AND store = NEW.store AND prev = NEW.prev))"
	" BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;"

	"CREATE TABLE draft ("
	" run TEXT NOT NULL," /* may be a run that is not taken in yet */
	" reviewer TEXT NOT NULL,"
	" json TEXT NOT NULL,"
	" PRIMARY KEY (run, reviewer)"
	") STRICT, WITHOUT ROWID;";

/*
 * What a list of a hundred thousand runs needs to be quick (store/order.c).  "best": the row is the best recording of its
 * job, the one that lists show; run_rank() in runs.c keeps it.  "decided" and "until" belong to the cache: the outputs that
 * were decided, in words, and the day until which a deferred run waits.  Each order of the list has an index that holds all
 * that the order and what waits are told from.  "tally" counts the runs of a list by state, so that nothing is counted.
 */
static const char lists[] =
	"DROP INDEX IF EXISTS run_review;"
	"ALTER TABLE run ADD COLUMN best INTEGER NOT NULL DEFAULT 1;"
	"ALTER TABLE run ADD COLUMN decided TEXT;"
	"ALTER TABLE run ADD COLUMN until TEXT;" /* "2026-12-01" */
	"CREATE INDEX run_age ON run (added DESC, review, until) WHERE best;"
	"CREATE INDEX run_state ON run (review, added DESC, until) WHERE best;"
	"CREATE INDEX run_title ON run (title, added DESC, review, until, reviewer, outputs) WHERE best;"
	"CREATE INDEX run_outputs ON run (outputs, added DESC, review, until) WHERE best;"
	"CREATE INDEX run_reviewer ON run (reviewer, added DESC, review, until) WHERE best;"

	"CREATE TABLE tally ("
	" review TEXT PRIMARY KEY,"
	" n INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO tally SELECT review, count(*) FROM run GROUP BY review;"
	"CREATE TRIGGER run_tally_insert AFTER INSERT ON run WHEN NEW.best"
	" BEGIN INSERT INTO tally VALUES (NEW.review, 1) ON CONFLICT (review) DO UPDATE SET n = n + 1; END;"
	"CREATE TRIGGER run_tally_update AFTER UPDATE OF best, review ON run"
	" WHEN OLD.best <> NEW.best OR OLD.review <> NEW.review BEGIN"
	" UPDATE tally SET n = n - (OLD.best <> 0) WHERE review = OLD.review;"
	" INSERT INTO tally VALUES (NEW.review, NEW.best <> 0)"
	"  ON CONFLICT (review) DO UPDATE SET n = n + (NEW.best <> 0); END;";

const char *const store_schema[STORE_VERSION] = {first, lists};

/* The cache of every run that somebody decided on. */
static int refold_all(struct store *s, struct err *e)
{
	sqlite3_stmt *st = db_query(s, e, "SELECT id FROM run WHERE review <> 'unreviewed'", "");
	struct buf ids = BUF_INIT;
	int rc = st ? 0 : -1;

	while (rc >= 0 && (rc = db_step(s, st, e)) > 0) {
		char id[SHA256_HEX + 1];

		db_copy(st, 0, id, sizeof id);
		buf_add(&ids, id, sizeof id);
	}
	sqlite3_finalize(st);
	for (size_t at = 0; rc == 0 && at < ids.n; at += SHA256_HEX + 1)
		rc = run_refold(s, ids.p + at, e);
	buf_release(&ids);
	return rc;
}

int schema_fill(struct store *s, int64_t version, struct err *e)
{
	if (version != 2)
		return 0;
	return run_rank(s, NULL, e) < 0 ? -1 : refold_all(s, e);
}
