/*
 * What a live run is made of, all of it known before anything is sent: the report, the workflow with its texts filled in,
 * the kernel tree, the provider, the tools.
 */
#ifndef APP_LIVE_INPUTS_H
#define APP_LIVE_INPUTS_H

#include "agent/agent.h"
#include "agent/journal.h"
#include "agent/workflow.h"
#include "app/live.h"
#include "llm/dialect.h"
#include "llm/endpoint.h"
#include "workspace/tool.h"
#include "workspace/prepare.h"
#include "workspace/reading.h"

/* A sub-agent. */
struct live_sub {
	const struct workflow_agent *agent;
	struct tool row, set_results; /* as its caller, and as itself sees it */
	struct llm_tool *tool;        /* in the arena; set-results last */
	size_t ntools;
	struct buf instruction;       /* as the model gets it */
};

struct live_inputs {
	struct app *app;     /* borrowed */
	struct arena *arena; /* owns the texts */
	struct workflow *workflow; /* owned */
	const struct llm_dialect *dialect;
	const char *provider, *model, *base_url; /* base_url: recorded; NULL: the endpoint says it */
	struct llm_endpoint *endpoint; /* owned; NULL until it is connected */
	enum llm_thinking thinking;
	double temperature;      /* < 0: not sent */
	struct llm_tool *tool;   /* in the arena; set-results last */
	size_t ntools;
	struct tool set_results; /* its row, with the outputs that are asked for */
	struct live_sub *sub;    /* in the arena; one for each of the workflow's sub-agents */
	struct agent_role *role; /* in the arena: the same as the agent has them */
	size_t nsub;
	struct reading reading;  /* the kernel tree; all zeroes until it is opened */
	struct prepared prepared; /* its build directory, where a configuration was named; else without one */
	const char *dir;         /* of the tree that the tools read */
	const char *build;       /* where it is built, for the tools; "": in the tree */
	struct slice commit, snapshot, version; /* of the tree; empty: unknown */
	bool dirty, paused;
	struct crash *crash;     /* of the report; owned */
	struct slice report, racing, instruction_sha256;
	struct buf instruction, prompt; /* as the model gets them */
	struct buf source;       /* JSON object: the results of the action that made the tree ready */
};

/* As live_prepare() says.  NULL: ERR_* of what is missing. */
struct live_inputs *live_inputs_new(struct app *a, const struct live_options *o, struct diags *said, struct err *e);

/*
 * Those of a journal.  `as_recorded`: with the agent's instruction and prompt as they were recorded, to go on; else with the
 * workflow as it is now, to compare.  Nothing is connected.  NULL: ERR_INPUT.
 */
struct live_inputs *live_inputs_recorded(struct app *a, const char *journal, bool as_recorded, struct diags *said,
					 struct err *e);

/* Find key and tree again, to go on with a recorded run. */
int live_inputs_connect(struct live_inputs *in, const struct live_options *o, struct diags *said, struct err *e);

void live_inputs_free(struct live_inputs *in);

/* The journal's first line, and the run's id. */
int live_inputs_first(const struct live_inputs *in, int64_t now, struct buf *line, char id[SHA256_HEX + 1], struct err *e);

#endif
