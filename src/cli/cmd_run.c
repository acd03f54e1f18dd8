/* verdict run, resume, replay: an agent judges a report here. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/live.h"
#include "app/session.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "sys/loop.h"
#include "ui/ui.h"

/* For who sits before it; a log has no use for it. */
static void say(const char *what)
{
	if (isatty(STDERR_FILENO))
		cli_tell("%s", what);
}

static void options_of(const struct cli_args *args, struct live_options *o)
{
	*o = (struct live_options){
		.kernel = cli_value(args, "kernel"), .commit = cli_value(args, "commit"), .config = cli_value(args, "config"),
		.workflow = cli_value(args, "workflow"), .provider = cli_value(args, "provider"),
		.model = cli_value(args, "model"), .base_url = cli_value(args, "base-url"),
		.thinking = cli_value(args, "thinking"), .headless = cli_given(args, "headless"),
		.anyway = cli_given(args, "anyway"), .say = say,
	};
}

static void tell(const struct diags *said)
{
	for (size_t i = 0; i < said->n; i++)
		if (said->d[i].level != DIAG_NOTE)
			cli_warn("%s", said->d[i].text);
}

/* ---- without a screen ---- */

struct headless {
	struct live *live; /* the session's */
	struct session *session;
	struct loop *loop;
	size_t told; /* spans whose end was told, as far as they ended in order */
	bool *seen;  /* by index: its end was told */
	size_t cap;
	int64_t waits; /* since when, of the wait that was told last */
	struct err err;
};

static void tell_span(struct session *ses, size_t i)
{
	const struct run *r = ses->run;
	const struct span *s = traj_span(r->traj, i);
	struct slice name = traj_name(r->traj, i), file = {0}, error = {0};
	struct buf line = BUF_INIT;

	if (session_member(ses, i, FIELD_ARGS, "File", &file) <= 0 &&
	    session_member(ses, i, FIELD_ARGS, "Expression", &file) <= 0 &&
	    session_member(ses, i, FIELD_ARGS, "Question", &file) <= 0)
		session_member(ses, i, FIELD_ARGS, "Dir", &file);
	buf_addf(&line, "%4" PRIu32 " %s %.*s", s->seq, span_type_name((enum span_type)s->type), (int)name.n, name.p);
	if (file.n)
		buf_addf(&line, " %.*s", (int)(file.n < 80 ? file.n : 80), file.p);
	if (s->tokens_in)
		buf_addf(&line, "  %" PRIu32 " tokens in, %" PRIu32 " out", s->tokens_in, s->tokens_out);
	if (s->started != WHEN_NONE && s->finished != WHEN_NONE) {
		buf_adds(&line, "  ");
		when_add_duration(&line, s->finished - s->started, WHEN_SECOND);
	}
	if (session_field(ses, i, FIELD_ERROR, &error, NULL) > 0 && error.n)
		buf_addf(&line, "  error: %.*s", (int)(error.n < 300 ? error.n : 300), error.p);
	cli_line("%s", buf_str(&line));
	buf_release(&line);
	traj_release_bodies(r->traj);
}

/* A provider that fails is tried again in a while: silence would look like a hang. */
static void tell_wait(struct headless *h, const struct agent_next *n)
{
	struct buf line = BUF_INIT;

	if (n->what != AGENT_WAIT || n->since == h->waits)
		return;
	h->waits = n->since;
	buf_addf(&line, "%4" PRIu32 " tries again in ", n->seq);
	when_add_duration(&line, n->wait_us < 1000000 ? 1000000 : n->wait_us, WHEN_SECOND);
	buf_addf(&line, ": %s", n->why);
	cli_line("%s", buf_str(&line));
	buf_release(&line);
	fflush(stdout);
}

/* Spans that had ended when a run is resumed were told by whoever ran it then. */
static void know(struct headless *h)
{
	const struct run *r = h->session->run;

	h->told = traj_count(r->traj);
	h->seen = mem_grow(h->seen, &h->cap, h->told + 1, sizeof *h->seen);
	for (size_t i = 0; i < h->told; i++)
		h->seen[i] = traj_span(r->traj, i)->flags & SPAN_FINISHED;
}

static void tell_news(struct headless *h)
{
	const struct run *r = h->session->run;
	size_t n = traj_count(r->traj);

	h->seen = mem_grow(h->seen, &h->cap, n + 1, sizeof *h->seen);
	for (; h->told < n; h->told++)
		h->seen[h->told] = false;
	for (size_t i = 0; i < n; i++)
		if (!h->seen[i] && traj_span(r->traj, i)->flags & SPAN_FINISHED) {
			h->seen[i] = true;
			tell_span(h->session, i);
		}
	fflush(stdout);
}

static void read_on(struct headless *h)
{
	struct err e = {0};
	int more = session_watch(h->session, &e);

	while (more > 0)
		more = session_step(h->session, &e);
	if (more < 0 && h->err.cls == ERR_NONE)
		h->err = e;
}

static void each_turn(void *arg)
{
	struct headless *h = arg;
	const struct agent_next *n = live_next(h->live);

	read_on(h);
	tell_news(h);
	tell_wait(h, n);
	if (n->what == AGENT_DONE)
		loop_stop(h->loop, 0);
	else if (n->what == AGENT_HALTED)
		loop_stop(h->loop, -1);
}

static void changed(void *arg)
{
	(void)arg; /* looked at once a turn */
}

static void on_signal(void *arg, int signo)
{
	struct headless *h = arg;

	loop_stop(h->loop, signo);
}

/* What became of it, as an exit status. */
static int outcome(struct headless *h, int stopped, struct err *e)
{
	const struct run *r = h->session->run;
	struct slice error = session_may_show(h->session, SESSION_RUN, PART_ERROR) ? r->error : SLICE("");
	struct buf words = BUF_INIT;
	int rc = 0;

	if (h->err.cls != ERR_NONE) {
		*e = h->err;
		return -1;
	}
	if (live_failure(h->live)[0])
		return err_set(e, ERR_STORE, "run %.12s stopped: %s; verdict resume %.12s goes on", r->id, live_failure(h->live),
			       r->id);
	if (stopped < 0)
		return err_set(e, ERR_NET, "run %.12s halted: %s; verdict resume %.12s goes on", r->id,
			       live_next(h->live)->why, r->id);
	if (stopped > 0)
		return err_set(e, ERR_NO, "run %.12s was interrupted; verdict resume %.12s goes on", r->id, r->id);
	if (session_finish(h->session, e) < 0)
		return -1;
	if (session_is_blind(h->session))
		buf_adds(&words, "hidden until you have decided");
	else
		outputs_words(&words, &r->outputs);
	if (live_ok(h->live))
		cli_line("%-5s  %.12s  %s  %.*s", run_state_name(r->state), r->id, buf_str(&words), (int)r->title.n, r->title.p);
	else
		rc = err_set(e, ERR_NO, "run %.12s %s: %.*s", r->id, run_state_name(r->state),
			     (int)(error.n < 300 ? error.n : 300), error.n ? error.p : "");
	buf_release(&words);
	return rc;
}

static int run_headless(struct live *live, struct err *e)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	struct headless h = {.live = live};
	int rc = -1;

	h.session = live_session(live, e);
	h.loop = h.session ? loop_new(e) : NULL;
	if (!h.session)
		live_free(live);
	if (h.loop) {
		read_on(&h);
		know(&h);
		cli_line("run   %.12s  %.*s", live_id(live), (int)h.session->run->title.n, h.session->run->title.p);
		rc = 0;
		for (size_t i = 0; rc == 0 && i < sizeof ends / sizeof *ends; i++)
			rc = loop_signal(h.loop, ends[i], on_signal, &h, e);
		loop_each_turn(h.loop, each_turn, &h);
		if (rc == 0)
			rc = live_start(live, h.loop, changed, &h, e);
		if (rc == 0)
			rc = outcome(&h, loop_run(h.loop), e);
	}
	session_free(h.session);
	loop_free(h.loop);
	free(h.seen);
	return rc;
}

/* Each report is a run; one that fails does not keep the next from being run. */
static int all_headless(struct app *a, const struct cli_args *args, struct live_options *o, struct err *e)
{
	size_t failed = 0;
	struct err first = {0};

	for (size_t i = 0; i < args->nwords; i++) {
		struct diags said = {0};
		struct err own = {0};
		struct live *live;

		o->report = args->word[i];
		live = live_prepare(a, o, &said, &own);
		tell(&said);
		diags_release(&said);
		if (live && run_headless(live, &own) == 0)
			continue;
		if (failed++ == 0)
			first = own;
		if (args->nwords > 1)
			cli_warn("%s", own.msg);
	}
	if (failed == 0)
		return 0;
	if (args->nwords == 1) {
		*e = first;
		return -1;
	}
	return err_set(e, ERR_NO, "%zu of %zu runs came to no verdict", failed, args->nwords);
}

/* ---- on the screen ---- */

/* Before a run is begun, or gone on with, that nobody would see. */
static int need_screen(struct err *e)
{
	return ui_check(e) == 0 ? 0 : err_wrap(e, "no screen for the run, and no --headless");
}

static int on_screen(struct app *a, struct live *live, struct err *e)
{
	struct session *s = live_session(live, e);

	if (!s) {
		live_free(live);
		return -1;
	}
	return ui_main(a, s, false, e);
}

static int run(struct app *a, const struct cli_args *args, struct err *e)
{
	struct live_options o;
	struct diags said = {0};
	struct live *live;
	int rc;

	options_of(args, &o);
	if (cli_given(args, "vmlinux") && conf_set(&a->conf, SLICE("vmlinux"), slice_str(cli_value(args, "vmlinux")), "command line", e) < 0)
		return -1;
	if (o.headless)
		return all_headless(a, args, &o, e);
	if (args->nwords > 1)
		return err_set(e, ERR_USAGE, "run: one report at a time on the screen; --headless runs several");
	if (need_screen(e) < 0)
		return -1;
	o.report = args->word[0];
	live = live_prepare(a, &o, &said, e);
	rc = live ? on_screen(a, live, e) : -1;
	if (!live)
		tell(&said);
	diags_release(&said);
	return rc;
}

static int resume(struct app *a, const struct cli_args *args, struct err *e)
{
	struct live_options o;
	struct diags said = {0};
	struct live *live;
	int rc = -1;

	options_of(args, &o);
	if (!o.headless && need_screen(e) < 0)
		return -1;
	live = live_resume(a, args->word[0], &o, &said, e);
	if (!live || o.headless)
		tell(&said);
	if (live)
		rc = o.headless ? run_headless(live, e) : on_screen(a, live, e);
	diags_release(&said);
	return rc;
}

#define RUN_OPTIONS \
	{"provider", "NAME", "gemini or openai"}, {"base-url", "URL", "where the provider is, such as a local server"}, \
	{"model", "NAME", "the model to ask"}, {"thinking", "LEVEL", "none, low, medium or high"}

const struct cli_command cli_run = {
	.name = "run",
	.args = "REPORT...",
	.help = "have an agent judge a crash report, and review it as it works",
	.options = {{"kernel", "DIR", "the kernel tree that it reads"},
		    {"commit", "COMMIT", "read this commit, not the working tree"},
		    {"config", "FILE", "apply this configuration first, in the cache: make runs programs of the tree; else setting \"config\""},
		    {"workflow", "NAME", "what to judge; else the one that fits the report"}, RUN_OPTIONS,
		    {"vmlinux", "FILE", "gives places to a report that has none: set vmlinux FILE"},
		    {"headless", NULL, "no screen: progress lines; the run waits in the store, unreviewed"},
		    {"anyway", NULL, "run although report and tree disagree"}},
	.min = 1,
	.max = SIZE_MAX,
	.run = run,
};

const struct cli_command cli_resume = {
	.name = "resume",
	.args = "RUN",
	.help = "go on with a run that was interrupted or halted",
	.options = {{"base-url", "URL", "where the provider is now"}, {"headless", NULL, "no screen: progress lines"},
		    {"anyway", NULL, "go on although the tree has changed"}},
	.min = 1,
	.max = 1,
	.run = resume,
};

static int replay(struct app *a, const struct cli_args *args, struct err *e)
{
	struct replay_count count;
	struct buf difference = BUF_INIT;
	int rc = live_replay(a, args->word[0], &count, &difference, e);

	if (rc > 0)
		cli_line("same: %zu span records, %zu exchanges, %zu controls%s", count.spans, count.exchanges, count.controls,
			 count.ended ? "" : "; the journal has no end");
	else if (rc == 0)
		rc = err_set(e, ERR_NO, "the run is not the same: %s", buf_str(&difference));
	buf_release(&difference);
	return rc < 0 ? -1 : 0;
}

const struct cli_command cli_replay = {
	.name = "replay",
	.args = "RUN",
	.help = "run the agent again on the recorded answers, and name the first difference",
	.min = 1,
	.max = 1,
	.run = replay,
};
