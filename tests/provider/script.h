/* The script that the provider plays: what each request must be, and how it is answered (README.md has the language). */
#ifndef PROVIDER_SCRIPT_H
#define PROVIDER_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/slice.h"

enum dialect { GEMINI, OPENAI, ANTHROPIC };
enum framing { CHUNKED, LENGTH, UNTIL_CLOSE };
enum stop { STOP_NOT, STOP_STALL, STOP_RESET, STOP_CLOSE };

enum cond_kind { METHOD, PATH, HEADER, NO_HEADER, CONTAINS, LACKS, NEW, JSON_IS, JSON_HAS, MEMBER, NO_MEMBER };

struct cond {
	enum cond_kind kind;
	struct slice what;  /* text, name, member path, or the content of the file named */
	struct slice value; /* MEMBER: raw JSON; a file: its name */
};

enum step_kind { BYTES, THOUGHT, TEXT, CALL, USAGE, FINISH, FLOOD_THOUGHT, FLOOD_TEXT, WAIT, STOP };

struct step {
	enum step_kind kind;
	struct slice text; /* bytes; a thought or text; a call's name; FINISH: the provider's word, or empty */
	struct slice args; /* CALL: raw JSON */
	uint64_t n, rate;  /* FLOOD: pieces, pieces a second; USAGE: in, out; WAIT: n milliseconds */
	enum stop stop;
};

/* One request and its answer. */
struct block {
	unsigned line; /* of the script */
	uint64_t times; /* how many requests it takes; UINT64_MAX: all that come */
	struct cond *cond;
	size_t nconds, conds_cap;
	struct step *step;
	size_t nsteps, steps_cap;
	long status;
	struct slice headers; /* whole lines with CRLF */
	struct slice type;
	enum framing framing;
	bool raw; /* the steps hold status line and headers too */
	/* Cuts of the body: at offsets, every so many bytes, or at random; none of them: a piece an event. */
	size_t *cut;
	size_t ncuts, cuts_cap;
	uint64_t every, seed;
	uint64_t delay_ms, pause_ms;
	uint64_t at; /* bytes of the body until `at_stop` */
	enum stop at_stop;
	enum dialect dialect;
	bool words; /* a piece a word */
	bool stamp; /* each piece begins with its time */
};

struct script {
	struct arena *a; /* owns all texts */
	struct block *block; /* owned */
	size_t nblocks, blocks_cap;
	struct block fallback; /* for what comes after the last block; `line` 0: there is none */
	struct slice model;
	bool by_content; /* a request is taken by the last block that it fits, in no order and however often */
};

/* Read a script; the files it names lie in `dir`.  -1 with ERR_INPUT, the line and why.  Release in any case. */
int script_read(struct script *s, const char *path, const char *dir, struct err *e);
void script_release(struct script *s);

#endif
