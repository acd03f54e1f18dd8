/* One run as read from a recording: its job, inputs, results, report and trajectory. */
#ifndef MODEL_RUN_H
#define MODEL_RUN_H

#include "base/diag.h"
#include "base/sha256.h"
#include "model/aside.h"
#include "model/crash.h"
#include "model/outputs.h"
#include "model/traj.h"

enum run_state { RUN_PENDING, RUN_RUNNING, RUN_FAILED, RUN_DONE, RUN_STOPPED, RUN_INTERRUPTED, RUN_STATES };
const char *run_state_words(enum run_state s); /* the same for people: who reads "pending" waits for something; "no agent" has looked at it */
const char *run_state_name(enum run_state s); /* "pending", "running", "failed", "done", "stopped" (by a person), "interrupted" (a journal that nobody writes) */

struct run {
	char id[SHA256_HEX + 1];        /* of the recording's bytes and the member, or of a journal's first line (DESIGN §5) */
	bool named;                     /* the latter: known before the rest is read, and the same while it grows */
	char recording[SHA256_HEX + 1]; /* of the recording's bytes */
	unsigned member;                /* which run of the recording, from 0 */
	unsigned members;               /* how many the recording holds */
	const char *format;             /* static: "text page", "span JSON" */
	char *source;                   /* name of the file for messages; owned */
	struct arena *arena;            /* owns the strings below */
	/* all may be empty */
	struct slice job, workflow, title;
	struct slice agent_revision; /* the agent's own commit: never the kernel's */
	struct slice kernel_commit;
	struct slice provider, model; /* a journal's: whom the agent asks, and for which model */
	struct slice parent; /* the run that this one is a fork of */
	uint32_t parent_seq; /* and the span where it left it */
	struct slice error;
	bool error_hidden; /* the dashboard withheld it: `error` is what it shows instead */
	bool cut;          /* the recording ends in the middle: what came after is unknown */
	struct slice explanation; /* Results.Explanation of the flow, else the last agent's reply */
	struct slice report_text; /* the crash report */
	struct outputs outputs;   /* boolean results of the flow, or of the last agent that set some */
	int64_t created, started, finished;
	enum when_unit unit; /* precision of the recording's times */
	enum run_state state;
	bool tells;          /* the recording itself tells the state, which is then `told`, not the spans */
	enum run_state told;
	struct traj *traj;    /* NULL until an importer made it; never NULL in what import_*() hands out */
	struct crash *crash;  /* report_text parsed; never NULL in what import_*() hands out */
	struct asides asides; /* a journal's */
	struct diags diags;
	unsigned derived; /* enum run_derived */
};

/* What run_complete() filled because the importer had not: it is filled anew when more spans have come. */
enum run_derived {
	RUN_OWN_WORKFLOW = 1, RUN_OWN_ERROR = 2, RUN_OWN_EXPLANATION = 4, RUN_OWN_OUTPUTS = 8, RUN_OWN_REPORT = 16,
	RUN_OWN_STARTED = 32, RUN_OWN_FINISHED = 64,
	RUN_OWN_TITLE = 128, RUN_OWN_COMMIT = 256, /* from the report, by whoever parses it */
};

/* Did it end without coming to its own end: failed, or stopped by a person? */
bool run_has_failed(const struct run *r);

/* All empty; times WHEN_NONE. */
struct run *run_new(void);
void run_free(struct run *r);

/* First 12 digits of the id, for people. */
enum { RUN_SHORT = 12 };

/*
 * Ids from the recording's hash state after its last byte: the recording's own hash, and the run's:
 * SHA-256 of the bytes, a NUL and the member number in decimal.
 */
void run_identify(struct run *r, const struct sha256 *bytes, unsigned member);

/* The id of a journal, from its first line without LF; run_identify() leaves it then. */
void run_name(struct run *r, struct slice first_line);

/*
 * After the last span, or after those that are there so far: fill state, outputs, explanation, workflow, times, error and report_text from the
 * spans where the importer found none of its own.  The report itself is parsed above this layer.
 *
 * State: failed when the flow (or the job) ended with an error; running while any span is unfinished, or
 * where the recording is cut; done otherwise; without any span done, running or pending as the job's times say.  What
 * the recording tells itself goes before all that.
 */
void run_complete(struct run *r);

/*
 * The crash report in an agent's prompt: from the first "BUG:" line, or the "====" ruler right above it, to
 * the end, with at most one newline there; empty where there is none.  A part of `prompt`.
 */
struct slice run_report_in(struct slice prompt);

/*
 * The different models that answered, from finished llm spans (§1.4), else from agents, in order of
 * appearance, at most RUN_MODELS: `*names` (borrowed strings) is freed by the caller.
 */
enum { RUN_MODELS = 64 };
size_t run_models(const struct run *r, struct slice **names);

/*
 * The instruction of the first agent that has one: 1 and `*out`, borrowed until traj_release_bodies(); or 0.
 */
int run_instruction(struct run *r, struct slice *out);

/* What the dashboard shows where it hides an error from its visitor (§7.4). */
bool run_error_is_hidden(struct slice error);

#endif
