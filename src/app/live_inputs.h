/*
 * What a live run is made of, all of it known before anything is sent: the report, the workflow with its texts filled in,
 * the kernel tree, the provider, the tools.
 */
#ifndef APP_LIVE_INPUTS_H
#define APP_LIVE_INPUTS_H

#include "agent/journal.h"
#include "agent/workflow.h"
#include "app/live.h"
#include "llm/dialect.h"
#include "llm/endpoint.h"
#include "workspace/tool.h"

struct live_inputs {
	struct arena *arena; /* owns the texts */
	struct workflow *workflow;            /* owned */
	const struct llm_dialect *dialect;
	struct llm_endpoint *endpoint;        /* owned */
	const char *model;
	enum llm_thinking thinking;
	double temperature;                   /* < 0: not sent */
	struct llm_tool *tool;                /* in the arena; set-results last */
	size_t ntools;
	struct tool set_results;              /* its row, with the outputs that are asked for */
	const char *ca_file, *proxy;          /* borrowed from the settings, or NULL */
	const char *dir;                      /* of the tree that the tools read */
	struct tree *tree;                    /* owned */
	struct slice commit, snapshot, version; /* of the tree; empty: unknown */
	bool dirty, paused;
	struct slice report, racing, instruction_sha256;
	struct buf instruction, prompt; /* as the model gets them */
	struct buf source;              /* JSON object: the results of the action that made the tree ready */
};

/* As live_prepare() says.  NULL: ERR_* of what is missing. */
struct live_inputs *live_inputs_new(struct app *a, const struct live_options *o, struct diags *said, struct err *e);

/* Those of a journal, to go on with it: what was recorded counts, not what the settings say now. */
struct live_inputs *live_inputs_recorded(struct app *a, const char *journal, const struct live_options *o,
					 struct diags *said, struct err *e);

void live_inputs_free(struct live_inputs *in);

/* The journal's first line, and the run's id. */
int live_inputs_first(const struct live_inputs *in, int64_t now, struct buf *line, char id[SHA256_HEX + 1], struct err *e);

#endif
