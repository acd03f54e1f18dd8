/* What is typed to filter the spans of a run: what is understood comes to an end, and counts what it keeps. */
#define _GNU_SOURCE /* setenv */
#include <stdio.h>
#include <unistd.h>

#include "app/filter.h"
#include "tests/fuzz/fuzz.h"

#define SPAN(seq, nesting, type, name) "{\"Seq\":" seq ",\"Nesting\":" nesting ",\"Type\":\"" type "\",\"Name\":\"" name "\"," \
	"\"Finished\":\"2026-03-01T09:00:00Z\""
static const char lines[] =
	SPAN("0", "0", "flow", "job") "}\n"
	SPAN("1", "1", "llm", "expert") ",\"Thoughts\":\"The owner of the l\\u006fck is read.\",\"Reply\":\"A wolf.\"}\n"
	SPAN("2", "1", "tool", "read-file") ",\"Args\":{\"File\":\"kernel/audit.c\"},\"Results\":{\"Contents\":\"   1:\\tint lock;\\n\"}}\n"
	SPAN("3", "1", "tool", "grepper") ",\"Args\":{\"Expression\":\"wolf\"},\"Error\":\"no such tree\"}\n"
	SPAN("4", "1", "tool", "read-file") ",\"Args\":{\"File\":\"mm/slub.c\"}}\n";

static struct app app;
static struct session *session; /* one run for all inputs */

static void end(void)
{
	session_free(session);
	app_release(&app);
}

static void begin(void)
{
	static char name[64];
	struct err e = {0};
	FILE *f;

	snprintf(name, sizeof name, "/tmp/verdict-fuzz-filter.%ld", (long)getpid());
	f = fopen(name, "w");
	MUST(f && fputs(lines, f) >= 0 && fclose(f) == 0);
	setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
	app_init(&app);
	session = session_open(&app, name, &e);
	MUST(session);
	remove(name);
	atexit(end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct filter *f;
	struct err e = {0};
	size_t kept = 0;

	if (!session)
		begin();
	f = filter_new(session, fuzz_slice(data, size), &e);
	if (!f) {
		MUST(e.cls == ERR_USAGE && e.msg[0]);
		return 0;
	}
	while (filter_step(f, 0))
		;
	MUST(filter_done(f) == traj_count(session->run->traj) && !filter_waits(f));
	for (size_t i = 0; i < filter_done(f); i++)
		kept += filter_keeps(f, i);
	MUST(kept == filter_kept(f));
	filter_free(f);
	return 0;
}
