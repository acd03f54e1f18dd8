/* workflow.json → struct workflow.  Private to this folder. */
#ifndef AGENT_WORKFLOW_JSON_H
#define AGENT_WORKFLOW_JSON_H

#include "agent/workflow.h"

/*
 * Fill all but name, origin and texts of `w` (fresh) from `text`; `file` is its name in messages.  -1, ERR_INPUT, with
 * line and byte.
 */
int workflow_json(struct workflow *w, struct slice text, const char *file, struct diags *odd, struct err *e);

#endif
