#include "agent/drive.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "sys/child.h"
#include "workspace/tool.h"

enum { TOOL_OUT = 16 << 20, TOOL_MS = 10 * 60 * 1000 };

struct drive {
	struct drive_config c;
	/* what is under way: only one of the three */
	struct llm_running *request;
	struct child *child;
	unsigned timer;
	/* for which act of the agent */
	enum agent_doing what;
	uint32_t seq;
	unsigned tries;
	char hash[SHA256_HEX + 1];
};

struct drive *drive_new(const struct drive_config *c)
{
	struct drive *d = xcalloc(1, sizeof *d);

	d->c = *c;
	d->what = AGENT_DONE;
	return d;
}

static void cancel(struct drive *d)
{
	if (d->request)
		llm_cancel(d->request);
	child_kill(d->child);
	if (d->timer)
		loop_cancel(d->c.loop, d->timer);
	d->request = NULL;
	d->child = NULL;
	d->timer = 0;
}

void drive_free(struct drive *d)
{
	if (!d)
		return;
	cancel(d);
	free(d);
}

/* ---- the provider ---- */

static void on_event(void *arg, const struct llm_event *ev)
{
	struct drive *d = arg;

	d->c.stream(d->c.arg, d->seq, ev);
}

/* Is the same request to come once more, or to be given up? */
static bool asked_again(struct drive *d)
{
	const struct agent_next *n = agent_next(d->c.agent);

	return n->seq == d->seq && (n->what == AGENT_SEND || n->what == AGENT_HALTED);
}

static void on_end(void *arg, const struct llm_outcome *o, const struct llm_reply *reply)
{
	struct drive *d = arg;

	d->request = NULL;
	if (o->end != LLM_END_REPLY && o->end != LLM_END_LENGTH)
		d->c.stream(d->c.arg, d->seq, NULL);
	agent_replied(d->c.agent, o, reply, d->hash);
	if (o->end == LLM_END_LENGTH && asked_again(d))
		d->c.stream(d->c.arg, d->seq, NULL);
	drive_go(d);
}

/* -1: it was answered at once, as what cannot even be sent is. */
static int send_request(struct drive *d, const struct agent_next *n)
{
	static const struct llm_sink sink = {on_event, on_end};
	struct llm_outcome o = {.end = LLM_END_FATAL};
	struct err e = {0};

	d->hash[0] = '\0';
	d->request = llm_send(d->c.client, n->request, &sink, d, d->hash, &e);
	if (d->request)
		return 0;
	snprintf(o.message, sizeof o.message, "%.*s", (int)sizeof o.message - 1, e.msg);
	agent_replied(d->c.agent, &o, NULL, d->hash);
	return -1;
}

/* ---- tools ---- */

static void answer_error(struct drive *d, const char *tool, const char *what, struct slice why)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%s %s", tool, what);
	if (why.n) {
		buf_adds(&text, ": ");
		buf_add_slice(&text, slice_sub(why, 0, 1000));
	}
	agent_refused(d->c.agent, buf_slice(&text));
	buf_release(&text);
}

static struct slice first_line(struct slice s)
{
	struct slice line = {0};

	slice_line(&s, &line);
	return slice_trim(line);
}

static void take_result(struct drive *d, const struct child_result *r)
{
	const struct agent_next *n = agent_next(d->c.agent);
	char tool[128];
	struct slice raw;

	snprintf(tool, sizeof tool, "%.*s", (int)(n->tool.n < 100 ? n->tool.n : 100), n->tool.p);
	if (r->timed_out)
		answer_error(d, tool, "timed out: ask for less", (struct slice){0});
	else if (r->too_much)
		answer_error(d, tool, "returned too much: ask for less", (struct slice){0});
	else if (!r->exited)
		answer_error(d, tool, "was killed before it answered", (struct slice){0});
	else if (r->status != 0)
		answer_error(d, tool, "failed", first_line(r->err));
	else if (json_check(r->out, &raw, NULL, NULL) < 0 || json_type(raw) != JSON_OBJECT)
		answer_error(d, tool, "gave no answer that can be read", (struct slice){0});
	else
		agent_answered(d->c.agent, raw);
}

static void on_result(void *arg, const struct child_result *r)
{
	struct drive *d = arg;

	d->child = NULL;
	take_result(d, r);
	drive_go(d);
}

static int run_tool(struct drive *d, const struct agent_next *n)
{
	struct err e = {0};
	/* it writes to the cache: an index of code, a repository that borrows another's objects */
	struct child_request rq = {.argv = d->c.command(d->c.arg, n, &e), .input = n->args, .max_out = TOOL_OUT, .ms = TOOL_MS,
				   .max_memory = tool_memory(), .writes = true};

	if (rq.argv)
		d->child = child_start(d->c.loop, &rq, on_result, d, &e);
	if (d->child)
		return 0;
	answer_error(d, "the tool", "could not be started", slice_str(e.msg));
	return -1;
}

/* ---- waits ---- */

static void on_timer(void *arg)
{
	struct drive *d = arg;

	d->timer = 0;
	agent_waited(d->c.agent);
	drive_go(d);
}

static int wait_a_while(struct drive *d, const struct agent_next *n)
{
	d->timer = loop_timer(d->c.loop, n->wait_us, on_timer, d);
	return 0;
}

/* What is done for each act; for those that wait for a person, nothing. */
static int (*const acts[])(struct drive *d, const struct agent_next *n) = {
	[AGENT_SEND] = send_request, [AGENT_TOOL] = run_tool, [AGENT_WAIT] = wait_a_while, [AGENT_ASK] = NULL,
	[AGENT_PAUSED] = NULL, [AGENT_HALTED] = NULL, [AGENT_DONE] = NULL,
};

static bool under_way(const struct drive *d, const struct agent_next *n)
{
	return (d->request || d->child || d->timer) && d->what == n->what && d->seq == n->seq &&
	       (n->what == AGENT_TOOL || d->tries == n->tries);
}

void drive_go(struct drive *d)
{
	const struct agent_next *n = agent_next(d->c.agent);
	int rc = -1;

	while (rc < 0 && !under_way(d, n)) {
		cancel(d);
		d->what = n->what;
		d->seq = n->seq;
		d->tries = n->tries;
		rc = acts[n->what] ? acts[n->what](d, n) : 0;
		n = agent_next(d->c.agent);
	}
	d->c.changed(d->c.arg);
}
