/* One run as read from a recording: its job, inputs, results, report and trajectory. */
#ifndef MODEL_RUN_H
#define MODEL_RUN_H

#include "base/diag.h"
#include "base/sha256.h"
#include "model/crash.h"
#include "model/outputs.h"
#include "model/traj.h"

enum run_state { RUN_PENDING, RUN_RUNNING, RUN_FAILED, RUN_DONE };
const char *run_state_name(enum run_state s); /* "pending", "running", "failed", "done" (DESIGN §2) */

struct run {
	char id[SHA256_HEX + 1];        /* of the recording's bytes and the member (DESIGN §5) */
	char recording[SHA256_HEX + 1]; /* of the recording's bytes */
	unsigned member;                /* which run of the recording, from 0 */
	const char *format;             /* static: "text page", "span JSON" */
	char *source;                   /* name of the file for messages; owned */
	struct arena *arena;            /* owns the strings below */
	/* all may be empty */
	struct slice job, workflow, title;
	struct slice agent_revision; /* the agent's own commit: never the kernel's */
	struct slice kernel_commit;
	struct slice error;
	struct slice explanation; /* Results.Explanation of the flow, else the last agent's reply */
	struct slice report_text; /* the crash report */
	struct outputs outputs;   /* boolean results of the flow, or of the last agent that set some */
	int64_t created, started, finished;
	enum when_unit unit; /* precision of the recording's times */
	enum run_state state;
	struct traj *traj;    /* never NULL */
	struct crash *crash;  /* never NULL */
	struct diags diags;
};

struct run *run_new(void);
void run_free(struct run *r);

/* First 12 digits of the id, for people. */
enum { RUN_SHORT = 12 };

/*
 * Ids from the recording's hash state after its last byte: the recording's own hash, and the run's:
 * SHA-256 of the bytes, a NUL and the member number in decimal.
 */
void run_identify(struct run *r, const struct sha256 *bytes, unsigned member);

/*
 * After the last span: fill state, outputs, explanation, workflow, times, error and report_text from the spans where the
 * importer found none of its own, and parse the report.
 */
void run_complete(struct run *r);

/* The different models that answered, from llm spans (§1.4), else agents: `*names` is freed by the caller. */
size_t run_models(const struct run *r, struct slice **names);

/* The instruction of the first agent that has one: 1, or 0; and its SHA-256. */
int run_instruction(struct run *r, struct slice *out);

#endif
