#include "app/session_export.h"

#include "app/listing.h"
#include "app/race.h"
#include "report/report.h"

struct export_in session_export_in(struct session *s)
{
	return (struct export_in){.run = s->run, .events = &s->events, .review = s->review, .commit = session_commit(s)};
}

int session_export(struct session *s, const struct exporter *x, export_sink sink, void *arg, struct err *e)
{
	struct export_in in = session_export_in(s);
	struct crash *shown = s->run->crash;
	struct buf racing = BUF_INIT;
	int rc;

	if (session_keeps(s))
		return err_set(e, ERR_NO, "cannot export: there are notes that are not saved yet");
	race_words(s, &racing);
	in.racing = buf_slice(&racing);
	s->run->crash = report_parse(s->run->report_text);
	rc = x->write(&in, sink, arg, e);
	crash_free(s->run->crash);
	s->run->crash = shown;
	buf_release(&racing);
	return rc;
}
