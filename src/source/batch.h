/*
 * Objects of a repository by name, from one `git cat-file --batch` that is started when first asked and answers for as long as it
 * is wanted.  Nobody waits for it: answers come by callback, in the order of the questions.
 */
#ifndef SOURCE_BATCH_H
#define SOURCE_BATCH_H

#include "source/git.h"
#include "sys/loop.h"

enum {
	BATCH_OBJECT = 8 << 20, /* bytes of an object; what is larger is not kept */
	BATCH_SPEC = 4608,      /* bytes of a question: a path and a commit */
};

enum batch_result {
	BATCH_FOUND,
	BATCH_MISSING,
	BATCH_LEFT_OUT,  /* a partial clone has it elsewhere, and nothing is fetched from here */
	BATCH_AMBIGUOUS, /* it begins several ids */
	BATCH_LARGE,     /* it is there, with more than BATCH_OBJECT bytes */
	BATCH_FAILED,    /* git cannot answer: `text` says why */
};

struct batch_answer {
	enum batch_result result;
	struct slice id, type; /* where it is there: in hexadecimal; "blob", "tree", "commit", "tag" */
	uint64_t size;
	struct slice text;     /* all borrowed until the callback returns */
};

struct batch;

/* On the repository `git_dir`, run in `dir`; both copied. */
struct batch *batch_new(struct loop *l, const char *dir, const char *git_dir,
			void (*answer)(void *arg, void *question, const struct batch_answer *a), void *arg);
void batch_free(struct batch *b); /* no callback comes after; NULL: nothing */

/*
 * Ask for `spec` as git names objects ("COMMIT:PATH"); at most BATCH_SPEC bytes, no line end.  `question` is handed back.  The answer never
 * comes from inside this call.
 */
void batch_ask(struct batch *b, struct slice spec, void *question);

/* Has it not answered for some seconds?  `late`, which may be NULL, is called from the loop when that begins or ends. */
bool batch_is_late(const struct batch *b);
/* It is late after `late` microseconds without a byte, first 3 s, and is killed and started anew after `dead`, first 30 s. */
void batch_patience(struct batch *b, int64_t late, int64_t dead);
void batch_tell_late(struct batch *b, void (*late)(void *arg));

#endif
