/* What the engine itself tells a model: every sentence that stands in a conversation and is no one else's (syzkaller-workflow §3). */
#ifndef AGENT_WORDS_H
#define AGENT_WORDS_H

#include "base/buf.h"

/* A reply that cannot be the last one (§3.3). */
extern const char words_no_results[]; /* set-results was not called yet */
extern const char words_no_answer[];  /* the same, of a sub-agent */
extern const char words_no_reply[];   /* nothing was said */
extern const char words_cut[];        /* the output limit cut it */
extern const char words_malformed[];  /* the provider could not read the call */

/* Too many calls at once: none is run (§3.4). */
void words_too_many(struct buf *b, size_t calls, unsigned most);

/* A call that came before: refused, and refused for the last time (§3.4). */
void words_duplicate(struct buf *b);
void words_stuck(struct buf *b, unsigned times, struct slice name, struct slice args);
void words_looping(struct buf *b, struct slice name, struct slice args); /* the error that ends the run */

/* Answers to calls that are not run. */
void words_unknown_tool(struct buf *b, struct slice name);
extern const char words_bad_args[];
extern const char words_concluding[];
extern const char words_answering[]; /* a sub-agent was told to answer now */
void words_edited(struct buf *b, struct slice name, struct slice args);
void words_denied(struct buf *b, struct slice reason); /* may be empty */

/* A sub-agent is at a limit, or its caller is to conclude (§3.7). */
extern const char words_answer_now[];

/* What the reviewer wants. */
void words_steer(struct buf *b, struct slice text);
void words_conclude(struct buf *b, bool results); /* results: set-results is still to be called */

/* Compression (§3.8). */
extern const char words_compressor[];       /* its system instruction */
extern const char words_compress_request[]; /* its last message */
void words_wrapped(struct buf *b, struct slice instruction, struct slice prompt);
void words_summary(struct buf *b, struct slice summary); /* an empty one is said to be */

#endif
