/*
 * The tools that an agent and its reviewer read a kernel tree with: one table.  From a row come the JSON Schema that a
 * model is given, the check of what it answers, the options and the help of "verdict tool NAME", and the run itself.
 * Names, arguments, results and error sentences are those of syzkaller-workflow §3.4 and §4.
 */
#ifndef WORKSPACE_TOOL_H
#define WORKSPACE_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"
#include "workspace/root.h"

enum tool_type { TOOL_STRING, TOOL_INTEGER, TOOL_BOOLEAN, TOOL_STRINGS, TOOL_OBJECTS /* results only */ };

/* An argument or a result. */
struct tool_field {
	const char *name; /* NULL ends a list */
	enum tool_type type;
	bool optional;        /* for a model: it may be left out */
	const char *help;     /* its description */
	const char *option;   /* arguments: the option's name for people */
	const char *fallback; /* arguments: what people get who leave it out; NULL: they must not */
};

struct tool {
	const char *name, *description;
	const struct tool_field *args, *results;
	bool history; /* it asks git alone: no files of the tree are needed */
	/*
	 * Append the results, one JSON object, to `out`.  `args` passed tool_check_args().  -1: ERR_NO is a sentence for the
	 * caller, who can do better; any other class ends a run.
	 */
	int (*run)(const struct root *r, struct slice args, struct buf *out, struct err *e);
};

extern const struct tool *const tools[]; /* in the order of declaration, ended by NULL */

/* The row of that name; NULL: ERR_NO, `tool "NAME" does not exist, please correct the name`. */
const struct tool *tool_find(struct slice name, struct err *e);

/* Append the JSON Schema of a list of fields: an object with these properties and no others. */
void tool_schema(struct buf *b, const struct tool_field *fields);

/*
 * Check the arguments of a call, one JSON object of any bytes, by the rules of §3.4: unknown ones are ignored, null is
 * missing.  `checked` (cleared first) gets them as one JSON object in the order of the table; those left out are not in it.
 * -1: ERR_NO and the sentence of the reference.
 */
int tool_check_args(const struct tool *t, struct slice args, struct buf *checked, struct err *e);

/*
 * Check and run: `out` (cleared first) gets what the model is answered, the results or {"error": SENTENCE}, one JSON object
 * either way.  -1: no such answer is possible, the run cannot go on.
 */
int tool_answer(const struct tool *t, const struct root *r, struct slice args, struct buf *out, struct err *e);

/* {"error": SENTENCE}, as the model is answered where a call failed before any tool ran. */
void tool_error(struct buf *out, const char *sentence);

/*
 * set-results takes the outputs of a workflow: a copy of its row with these fields as arguments and results.  `outputs` is
 * borrowed for as long as the copy is used.
 */
struct tool tool_set_results(const struct tool_field *outputs);

/*
 * A sub-agent as a tool: a row with these texts (borrowed) that takes a Question and gives an Answer.  It is not run here.
 */
struct tool tool_sub_agent(const char *name, const char *description);

/* The list, in `a`, of outputs that are named as in "Benign:boolean,Explanation:string"; NULL: ERR_USAGE. */
const struct tool_field *tool_parse_outputs(struct arena *a, struct slice text, struct err *e);

/* Address space that a child may take which runs a tool.  Sanitizers want all that there is. */
uint64_t tool_memory(void);

/*
 * The command that answers a call of `t` on the tree `dir`, which is built in `build` (NULL or "": in itself), as it was at commit
 * `at` (NULL or "": as it is), in a child: "verdict-tool NAME --json --kernel DIR", or for set-results "verdict-tool set-results --json
 * --outputs …".  That program is the command "verdict tool" alone: it starts in a third of the time, and cannot reach the network;
 * where it does not lie beside this one, this one does it.  The arguments object goes to its standard input, the answer comes from its
 * standard output, and status 0 says that it is one; else standard error has a sentence.  Strings and array (ended by NULL) lie in `a`.
 */
const char **tool_argv(struct arena *a, const struct tool *t, const char *dir, const char *build, const char *at);

#endif
