/*
 * Workflows as data (DESIGN §4, syzkaller-workflow §2): a folder NAME with workflow.json, instruction.md and prompt.md, and
 * with one file more for each sub-agent.
 * Some are built in; a folder of the same name in the user's settings replaces any of their files, other names add to
 * them.
 */
#ifndef AGENT_WORKFLOW_H
#define AGENT_WORKFLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/template.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "model/crash.h"

/* Ceilings of what a workflow's files may hold. */
enum { WORKFLOW_NAME_MAX = 64, WORKFLOW_FILE_MAX = 256 * 1024, WORKFLOW_ITEMS_MAX = 64, WORKFLOWS_MAX = 200 };

/* A result that the agent sets: a boolean, with its words. */
struct workflow_output {
	const char *name;    /* "Benign" */
	const char *yes, *no; /* "benign", "harmful"; NULL: it has no words of its own */
	const char *description; /* for the model */
	bool asked; /* false: older recordings have it; it is shown and decided in its words, not asked for */
};

struct workflow_input {
	const char *name; /* "CrashReport" */
	bool optional;    /* its place in a text is filled with nothing where it is absent */
};

/* Which reports it fits: all that a row names must be so; one row is enough. */
struct workflow_fit {
	const char *title; /* the title begins so; NULL: any */
	const char *word;  /* the title holds this; NULL: any */
	const char *kind;  /* crash_kind_name(); NULL: any */
};

struct workflow_model {
	const char *provider, *model; /* "gemini", "gemini-3-flash-preview" */
};

struct workflow_limits {
	uint64_t turns;         /* of one agent: 250 */
	uint64_t calls;         /* in one turn: 10 */
	uint64_t compress_at;   /* tokens beyond those of the first turn from which on the history is compressed: 150000 */
	uint64_t keep;          /* tokens of the newest turns that a compression leaves as they are: 20000 */
	uint64_t tokens;        /* input and output of the whole run; 0: no limit */
	uint64_t output_tokens; /* of one reply; 0: the provider's own limit */
	uint64_t result_bytes;  /* of one tool result; 0: each tool's own limit */
};

/* A sub-agent: a tool of the agent, whose calls an agent of its own answers; its instruction is the file NAME.md. */
struct workflow_agent {
	const char *name, *description; /* the description is for who calls it */
	const char *const *tool;        /* names, without set-results, ended by NULL */
	size_t ntool;
	struct workflow_limits limits;  /* `tokens`: of one question */
	struct slice instruction;       /* with its places */
};

struct workflow {
	struct arena *arena; /* owns all below */
	const char *name, *title;
	const char *origin;  /* "built in", the user's folder, or "built in, FILE... from FOLDER" */
	const struct workflow_fit *fit;
	const struct workflow_input *input;
	const struct workflow_output *output; /* in the order of the file, asked ones and others */
	const char *const *tool;              /* names, without set-results, ended by NULL */
	const struct workflow_model *model;
	const struct workflow_agent *agent;
	size_t nfit, ninput, noutput, ntool, nmodel, nagent;
	struct workflow_limits limits;
	const char *thinking; /* "default", "none", "low", "medium", "high" */
	double temperature;   /* < 0: not named, so not sent */
	struct slice instruction, prompt; /* the texts with their places */
};

/*
 * Load one by name; `dir` is the user's folder of workflows, NULL where there is none.  Keys that are not known are
 * warnings in `odd` (may be NULL).  NULL: ERR_INPUT with file and line.  Freed with workflow_free().
 */
struct workflow *workflow_load(const char *dir, const char *name, struct diags *odd, struct err *e);
void workflow_free(struct workflow *w);

/* Is there a built-in one of this name? */
bool workflow_is_builtin(const char *name);

/* All of them, by name: the built-in ones and those of `dir`.  One that cannot be loaded is an error in `odd`, and left out. */
struct workflows {
	struct workflow **w; /* owned, as what they point at */
	size_t n, cap;
};
void workflows_load(struct workflows *ws, const char *dir, struct diags *odd);
void workflows_release(struct workflows *ws);

/* The one of this name; the first that fits a report, those for given titles before those for any.  NULL: none. */
const struct workflow *workflows_get(const struct workflows *ws, struct slice name);
const struct workflow *workflows_fit(const struct workflows *ws, const struct crash *c);

/* The default model at a provider; NULL where the workflow names none. */
const char *workflow_model(const struct workflow *w, const char *provider);

/* How many outputs are asked for. */
size_t workflow_asked(const struct workflow *w);

/* JSON Schema of the arguments, and of the results, of set-results: added to `out`, compact. */
void workflow_schema(const struct workflow *w, struct buf *out);

/*
 * The agent's instruction and first message, added to `out`.  `v` are the values of the inputs and what earlier steps
 * made; the tools' names are there as "toolReadFile" for "read-file", and an optional input without a value is empty.
 * The instruction ends with the request for parallel calls and, where outputs are asked for, with what set-results is
 * (§2.4).  A sub-agent's has the same places.  -1 as template_fill().
 */
int workflow_instruction(const struct workflow *w, const struct template_value *v, size_t n, struct buf *out, struct err *e);
int workflow_sub_instruction(const struct workflow *w, const struct workflow_agent *sub, const struct template_value *v, size_t n,
			     struct buf *out, struct err *e);
int workflow_prompt(const struct workflow *w, const struct template_value *v, size_t n, struct buf *out, struct err *e);

#endif
