/*
 * The journal of a run, verdict.journal/1 (verdict-formats(7)): JSON lines, appended while it runs.  This is the only
 * writer; agent/record.h reads it back for resume and replay, import/journal.h for review.  The writer holds flock() on
 * the file: where nobody does, nobody writes.
 *
 * What is written is named field by field below: no header, no key, no request as it was sent.  Of a URL, user, password
 * and query are left out.
 */
#ifndef AGENT_JOURNAL_H
#define AGENT_JOURNAL_H

#include <stdbool.h>

#include "agent/span_out.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"

#define JOURNAL_SCHEMA "verdict.journal/1"

/* The longest line: what readers take. */
#define JOURNAL_LINE_MAX ((size_t)256 << 20)

/* ---- the first line ---- */

struct journal_input {
	struct slice name;
	struct slice value; /* p NULL: null */
};

struct journal_head {
	int64_t time; /* µs */
	struct slice workflow;
	struct slice instruction_sha256; /* of the instruction as the agent gets it, 64 digits */
	const struct journal_input *input;
	size_t ninput;
	struct {
		struct slice dir, commit, tree, version; /* empty: null */
		bool dirty;
	} kernel;
	struct slice provider, base_url, model; /* base_url empty: null */
	struct slice settings; /* raw JSON object: limits, thinking, temperature, tools … */
	struct slice parent_run; /* a fork's: empty: null */
	uint32_t parent_seq;
	struct slice version, nonce; /* filled when read; the writer has its own */
};

/* Make the first line (without LF) with a new nonce, and the run id that follows from it. */
int journal_first(const struct journal_head *h, struct buf *line, char id[SHA256_HEX + 1], struct err *e);

/* ---- records ---- */

struct journal_call {
	struct slice id, name;
	struct slice args;     /* raw JSON object; empty: null */
	struct slice bad_args; /* what came in its place; empty: null */
};

/* One request and what came of it: each try is a record. */
struct journal_exchange {
	uint32_t seq; /* of its llm span */
	uint32_t tries; /* 1 for the first: "try" */
	int64_t time; /* µs, when it was sent */
	struct slice request_sha256;
	const struct slice *turn; /* the new user turns since the last exchange, each a raw JSON array of messages */
	size_t nturn;
	struct slice reply; /* the model's own turn, raw JSON array; empty: null */
	struct {
		struct slice end; /* "reply", "length", "empty", …, "cancelled" */
		int64_t http;     /* 0: no answer */
		struct slice code, message;
		int64_t wait_us;
	} outcome;
	struct {
		uint64_t in, cached, out, thought;
	} usage;
	struct slice thoughts, text;
	const struct journal_call *call;
	size_t ncall;
	struct slice model; /* that answered; empty: null */
};

enum journal_what {
	JOURNAL_PAUSE, JOURNAL_CONTINUE, JOURNAL_STEP, JOURNAL_STEER, JOURNAL_ASK, JOURNAL_ALLOW, JOURNAL_EDIT,
	JOURNAL_DENY, JOURNAL_CONCLUDE, JOURNAL_STOP, JOURNAL_COMPRESS, JOURNAL_RESUME, JOURNAL_WARNING, JOURNAL_HALT,
	JOURNAL_WHATS /* when read: a word of a later version */
};
const char *journal_what_name(enum journal_what w); /* "pause", … */
enum journal_what journal_what_of(struct slice word);

#define JOURNAL_NO_SEQ UINT32_MAX

/* What the person did, or what the engine has to say.  Empty texts are left out. */
struct journal_control {
	int64_t time; /* µs */
	enum journal_what what;
	uint32_t seq; /* of the span that it is about; JOURNAL_NO_SEQ: null */
	struct slice text, tool, reason;
	struct slice at; /* what was under way: agent_doing_name(); without it a replay could not tell a wait from its end */
	struct slice args; /* raw JSON: the edited arguments */
};

enum journal_state { JOURNAL_DONE, JOURNAL_FAILED, JOURNAL_STOPPED };
const char *journal_state_name(enum journal_state s); /* "done", "failed", "stopped" */

struct journal_end {
	int64_t time; /* µs */
	enum journal_state state;
	struct slice error; /* empty: null */
};

/* ---- writing ---- */

struct journal;

/* Make the file `path` (0600; must not be there) with its first line, on disk when this returns.  NULL: ERR_STORE. */
struct journal *journal_new(const char *path, struct slice first, struct err *e);

/*
 * Go on with a journal that has no end.  `*cut` (may be NULL) is the bytes of a torn last line that were cut off.  NULL:
 * ERR_NO where another program writes it or it has its end; ERR_INPUT where it is no journal; ERR_STORE.
 */
struct journal *journal_resume(const char *path, char id[SHA256_HEX + 1], uint64_t *cut, struct err *e);

/*
 * Append a record.  Finished spans and the end are on disk when these return 0.  -1: ERR_STORE where it could not be
 * written: then nothing of it stays, later records may be tried, and the first that can be written is preceded by a
 * control record that says what is missing.  ERR_INPUT where a raw value is no JSON, or the line is too long: nothing was
 * written.
 */
int journal_span(struct journal *j, const struct span_out *s, struct err *e);
int journal_exchange(struct journal *j, const struct journal_exchange *x, struct err *e);
int journal_control(struct journal *j, const struct journal_control *c, struct err *e);
int journal_finish(struct journal *j, const struct journal_end *end, struct err *e);

/* Give up the lock and close.  NULL is allowed. */
void journal_close(struct journal *j);

#endif
