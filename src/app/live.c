#include "app/live.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/drive.h"
#include "agent/record.h"
#include "agent/replay.h"
#include "app/live_inputs.h"
#include "app/live_tools.h"
#include "app/session.h"
#include "base/mem.h"
#include "net/http.h"

struct live {
	struct app *app;
	struct live_inputs *in;
	char id[SHA256_HEX + 1];
	char *path;               /* of the journal */
	bool unknown;             /* the store has no row of it yet */
	struct journal *journal;
	struct agent_config config;
	struct agent *agent;
	struct session *session;  /* borrowed: it owns us */
	void (*changed)(void *arg);
	void *arg;
	struct http *http;
	struct llm_client *client;
	struct drive *drive;
	bool held;                /* paused before what was under way when the run was left */
	struct agent_next next;   /* then what is told */
};

/* ---- made and freed ---- */

static int64_t now(void *arg)
{
	return ((struct live *)arg)->app->now();
}

static double jitter(void *arg)
{
	(void)arg;
	return (double)(loop_now() % 1000) / 1000; /* any number that other runs do not have at the same time */
}

static struct live *new_live(struct app *a, struct live_inputs *in)
{
	struct live *l = xcalloc(1, sizeof *l);

	l->app = a;
	l->in = in;
	l->config = (struct agent_config){
		.workflow = in->workflow, .tool = in->tool, .ntools = in->ntools, .sub = in->role, .nsub = in->nsub, .dialect = in->dialect, .model = in->model,
		.thinking = in->thinking, .temperature = in->temperature, .instruction = buf_slice(&in->instruction),
		.prompt = buf_slice(&in->prompt), .source = buf_slice(&in->source), .now = now, .now_arg = l,
		.jitter = jitter, .paused = in->paused,
	};
	l->agent = agent_new(&l->config, &agent_to_journal, NULL);
	return l;
}

void live_free(struct live *l)
{
	if (!l)
		return;
	drive_free(l->drive);
	llm_client_free(l->client);
	http_free(l->http);
	agent_free(l->agent);
	if (l->unknown) /* nobody would find it again */
		unlink(l->path);
	journal_close(l->journal);
	live_inputs_free(l->in);
	free(l->path);
	free(l);
}

/* A new journal with its first line, in the store. */
static int open_journal(struct live *l, struct err *e)
{
	struct store *store = app_store(l->app, true, e);
	struct buf first = BUF_INIT;
	int rc = -1;

	if (store && live_inputs_first(l->in, l->app->now(), &first, l->id, e) == 0) {
		l->path = store_journal_path(store, l->id);
		l->journal = journal_new(l->path, buf_slice(&first), e);
		l->unknown = l->journal != NULL;
		rc = l->journal ? 0 : -1;
	}
	buf_release(&first);
	return rc;
}

/* Those said from number `from` on; returns how many there are. */
static size_t record_warnings(struct live *l, const struct diags *said, size_t from)
{
	size_t n = 0;

	for (size_t i = from; i < said->n; i++)
		if (said->d[i].level == DIAG_WARNING) {
			agent_warn(l->agent, slice_str(said->d[i].text));
			n++;
		}
	return n;
}

struct live *live_prepare(struct app *a, const struct live_options *o, struct diags *said, struct err *e)
{
	struct live_inputs *in = live_inputs_new(a, o, said, e);
	struct live *l;

	if (!in)
		return NULL;
	l = new_live(a, in);
	if (open_journal(l, e) < 0) {
		live_free(l);
		return NULL;
	}
	agent_sink(l->agent, &agent_to_journal, l->journal);
	record_warnings(l, said, 0);
	return l;
}

/* ---- resume ---- */

static int catch_up(struct live *l, struct records *rs, struct err *e)
{
	struct replay *r = replay_new(l->agent, rs, &agent_to_journal, l->journal);
	int rc = replay_run(r, e);

	if (rc == 0)
		err_set(e, ERR_NO, "cannot resume run %.12s: it would not go on as it began: %s", l->id,
			replay_difference(r));
	replay_free(r);
	agent_sink(l->agent, &agent_to_journal, l->journal);
	return rc > 0 ? 0 : -1;
}

/* An order that nobody has to type. */
static int obey(struct live *l, enum journal_what what, const char *text, struct err *e)
{
	int rc = agent_control(l->agent, &(struct journal_control){.what = what, .text = slice_str(text)}, e);

	return agent_failure(l->agent)[0] ? err_set(e, ERR_STORE, "%s", agent_failure(l->agent)) : rc;
}

/* Without a screen nobody answers: what waits for a person goes on, and that stands in the record. */
static int go_on_alone(struct live *l, struct err *e)
{
	enum agent_doing what = agent_next(l->agent)->what;

	if (agent_status(l->agent).asks && obey(l, JOURNAL_ASK, "off", e) < 0)
		return -1;
	if (what == AGENT_ASK && obey(l, JOURNAL_ALLOW, "", e) < 0)
		return -1;
	if (agent_status(l->agent).paused || what == AGENT_HALTED)
		return obey(l, JOURNAL_CONTINUE, "", e);
	return 0;
}

/* What the reviewer must know first is read before anything more is sent, as with a new run. */
static int heed(struct live *l, const struct live_options *o, size_t warnings, struct err *e)
{
	if (warnings && !o->anyway && o->headless)
		return err_set(e, ERR_NO, "not resumed: the kernel tree has changed; --anyway goes on all the same");
	if (o->headless)
		return go_on_alone(l, e);
	if (warnings && !o->anyway && !agent_status(l->agent).paused)
		return obey(l, JOURNAL_PAUSE, "", e);
	return 0;
}

static void tell_cut(struct live *l, uint64_t cut, struct diags *said)
{
	char text[96];

	if (!cut)
		return;
	snprintf(text, sizeof text, "%" PRIu64 " bytes of a torn last line were cut off", cut);
	diags_add(said, DIAG_NOTE, 0, 0, "%s", text);
	agent_warn(l->agent, slice_str(text));
}

struct live *live_resume(struct app *a, const char *run, const struct live_options *o, struct diags *said, struct err *e)
{
	struct store *store = app_store(a, false, e);
	struct run_row row = {0};
	struct live *l = NULL;
	struct live_inputs *in = NULL;
	struct records *rs = NULL;
	uint64_t cut = 0;
	char *path = NULL;
	int rc = -1;

	if (!store) {
		if (e->cls == ERR_NONE)
			err_set(e, ERR_INPUT, "cannot resume '%s': no run is stored yet", run);
		return NULL;
	}
	if (store_find(store, run, &row, e) < 0)
		return NULL;
	path = store_journal_path(store, row.id);
	if (access(path, F_OK) < 0) {
		err_set(e, ERR_NO, "cannot resume run %.12s: it has its end, or was not run here", row.id);
	} else if ((in = live_inputs_recorded(a, path, true, said, e))) {
		l = new_live(a, in);
		l->path = path;
		path = NULL;
		l->journal = journal_resume(l->path, l->id, &cut, e);
		rs = l->journal ? records_open(l->path, e) : NULL;
	}
	if (rs) {
		size_t known = said->n;
		struct record head;

		rc = live_inputs_connect(in, o, said, e);
		if (rc == 0)
			rc = records_next(rs, &head, e) > 0 ? catch_up(l, rs, e) : -1;
		if (rc == 0)
			tell_cut(l, cut, said);
		if (rc == 0)
			rc = heed(l, o, record_warnings(l, said, known), e);
	}
	records_close(rs);
	free(path);
	run_row_release(&row);
	if (rc < 0) {
		live_free(l);
		return NULL;
	}
	return l;
}

/* ---- replay ---- */

int live_replay(struct app *a, const char *run, struct replay_count *count, struct buf *difference, struct err *e)
{
	struct store *store = app_store(a, false, e);
	struct run_row row = {0};
	struct live_inputs *in;
	struct diags said = {0};
	struct records *rs = NULL;
	struct replay *r = NULL;
	struct live *l = NULL;
	struct record head;
	char *path;
	int rc = -1;

	if (!store)
		return e->cls == ERR_NONE ? err_set(e, ERR_INPUT, "cannot replay '%s': no run is stored yet", run) : -1;
	if (store_find(store, run, &row, e) < 0)
		return -1;
	path = row.recording[0] ? store_recording_path(store, row.recording) : store_journal_path(store, row.id);
	if (strcmp(row.format, "journal") != 0)
		err_set(e, ERR_INPUT, "cannot replay run %.12s: it is a %s, and only runs of verdict record what is needed", row.id,
			row.format);
	else if ((in = live_inputs_recorded(a, path, false, &said, e))) {
		l = new_live(a, in);
		rs = records_open(path, e);
	}
	if (rs && records_next(rs, &head, e) > 0) {
		r = replay_new(l->agent, rs, NULL, NULL);
		rc = replay_run(r, e);
		*count = replay_counted(r);
		buf_adds(difference, replay_difference(r));
	}
	replay_free(r);
	records_close(rs);
	live_free(l);
	diags_release(&said);
	free(path);
	run_row_release(&row);
	return rc;
}

/* ---- under way ---- */

const char *live_id(const struct live *l)
{
	return l->id;
}

/* The store's row, from what the journal's first line says. */
static int put_row(struct live *l, struct store *store, struct run_row *row, struct err *e)
{
	struct session *s = session_begin(l->app, l->path, true, e);
	int rc = s ? store_begin_live(store, s->run, l->app->now(), e) : -1;

	session_free(s);
	if (rc == 0)
		rc = store_get(store, l->id, row, e) > 0 ? 0 : -1;
	l->unknown &= rc < 0;
	return rc;
}

struct session *live_session(struct live *l, struct err *e)
{
	struct store *store = app_store(l->app, true, e);
	struct run_row row = {0};
	struct session *s = NULL;

	if (store && put_row(l, store, &row, e) == 0)
		s = session_begin_row(l->app, &row, e);
	run_row_release(&row);
	if (s)
		s->live = l;
	l->session = s;
	return s;
}

static void on_stream(void *arg, uint32_t seq, const struct llm_event *ev)
{
	static const enum traj_field fields[] = {[LLM_THOUGHT] = FIELD_THOUGHTS, [LLM_TEXT] = FIELD_REPLY};
	struct live *l = arg;
	struct traj *t = l->session->run->traj;

	if (!ev)
		traj_stream_drop(t, seq);
	else if (ev->kind == LLM_THOUGHT || ev->kind == LLM_TEXT)
		traj_stream(t, seq, fields[ev->kind], ev->text);
	else
		return;
	l->changed(l->arg);
}

static void on_change(void *arg)
{
	struct live *l = arg;
	const struct agent_next *n = agent_next(l->agent);

	if (n->what == AGENT_DONE) { /* its lock says that more may come */
		journal_close(l->journal);
		l->journal = NULL;
	}
	l->changed(l->arg);
}

static const char *const *command(void *arg, const struct agent_next *n, struct err *e)
{
	struct live *l = arg;
	const struct tool *t = tool_find(n->tool, e);

	if (t && slice_is(n->tool, l->in->set_results.name))
		t = live_tools_results(l->in, n->who);
	return t ? tool_argv(l->in->arena, t, l->in->dir, l->in->build, NULL) : NULL;
}

/* A pause lets what is under way come to its end; in a resumed run it is to be begun again, and has to wait. */
static bool under_way(const struct agent_next *n)
{
	return n->what == AGENT_SEND || n->what == AGENT_TOOL;
}

int live_start(struct live *l, struct loop *loop, void (*changed)(void *arg), void *arg, struct err *e)
{
	l->changed = changed;
	l->arg = arg;
	l->http = http_new(loop, e);
	if (!l->http)
		return -1;
	l->client = llm_client_new(l->http, l->in->endpoint);
	l->drive = drive_new(&(struct drive_config){.loop = loop, .agent = l->agent, .client = l->client,
						    .command = command, .stream = on_stream, .changed = on_change, .arg = l});
	l->held = under_way(agent_next(l->agent)) && agent_status(l->agent).paused;
	if (!l->held)
		drive_go(l->drive);
	return 0;
}

void live_tree(const struct live *l, const char **dir, const char **build)
{
	*dir = l->in->dir;
	*build = l->in->build ? l->in->build : "";
}

const struct agent_next *live_next(struct live *l)
{
	const struct agent_next *n = agent_next(l->agent);

	if (!l->held)
		return n;
	l->next = *n;
	l->next.what = AGENT_PAUSED;
	return &l->next;
}

struct agent_status live_status(const struct live *l)
{
	return agent_status(l->agent);
}

int live_control(struct live *l, struct journal_control *c, struct err *e)
{
	/* what is held was begun before the pause: that is the step, and the engine owes no other */
	if (l->held && c->what == JOURNAL_STEP) {
		l->held = false;
		drive_go(l->drive);
		return 0;
	}
	if (agent_control(l->agent, c, e) < 0)
		return -1;
	l->held = l->held && agent_status(l->agent).paused && !agent_over(l->agent);
	if (l->held)
		l->changed(l->arg);
	else
		drive_go(l->drive);
	return 0;
}

bool live_over(const struct live *l)
{
	return agent_over(l->agent);
}

bool live_ok(const struct live *l)
{
	return agent_ok(l->agent);
}

const char *live_failure(const struct live *l)
{
	return agent_failure(l->agent);
}
