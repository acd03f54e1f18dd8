/* What the agents of a live run may call: the workflow's tools and sub-agents, as models are told of them. */
#ifndef APP_LIVE_TOOLS_H
#define APP_LIVE_TOOLS_H

#include "app/live_inputs.h"

/* Fill tool, sub and set_results by the workflow.  -1, ERR_INPUT: it names a tool that there is not. */
int live_tools_declare(struct live_inputs *in, struct err *e);

/* Fill role by sub, once the instructions are there. */
void live_tools_roles(struct live_inputs *in);

/* The row of set-results for that agent: "expert", or a sub-agent's name. */
const struct tool *live_tools_results(const struct live_inputs *in, const char *who);

#endif
