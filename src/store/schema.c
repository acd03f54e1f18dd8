#include "store/db.h"

/*
 * Events are only ever added.  The triggers refuse UPDATE and DELETE, and, because REPLACE deletes without a trigger,
 * an INSERT over an event that is there.  UNIQUE on the chain keeps two programs from continuing it twice.
 * run.review and run.reviewer are a cache of the fold of the run's events, for lists.
 */
const char store_schema[] =
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
	"CREATE INDEX run_review ON run (review, added DESC, id);"
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
