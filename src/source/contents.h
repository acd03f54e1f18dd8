/* Which files a commit has, and which of them hold some words: each question a git of its own on the loop, with limits. */
#ifndef SOURCE_CONTENTS_H
#define SOURCE_CONTENTS_H

#include "source/git.h"
#include "sys/loop.h"

enum {
	CONTENTS_NAMES = 16 << 20, /* bytes of names of all files */
	CONTENTS_HITS = 64 << 10,  /* bytes of names of those that hold the words */
	CONTENTS_WORDS = 8,        /* of one question */
	CONTENTS_PASTES = 6 << 20, /* bytes of lines */
	CONTENTS_MANY = 48,        /* words that are asked for at once */
	CONTENTS_MATCHES = 8 << 20, /* bytes of what git tells of them */
};

struct contents;

/* `names`: paths, each ended by NUL; borrowed until the callback returns.  `cut`: there are more.  !ok: git could not tell. */
typedef void contents_fn(void *arg, bool ok, bool cut, struct slice names);

/* All files of a commit, as of repo_commit().  Nothing of the arguments is needed later.  NULL: ERR_TOOL, it cannot be started. */
struct contents *contents_names(struct loop *l, const char *dir, const char *git_dir, struct slice commit, contents_fn *done, void *arg,
				struct err *e);

/*
 * The text files of a commit that hold each of `words`, identifiers with blanks between them, as a word of its own.  Only the first
 * CONTENTS_WORDS are asked for.
 */
struct contents *contents_holding(struct loop *l, const char *dir, const char *git_dir, struct slice commit, struct slice words,
				  contents_fn *done, void *arg, struct err *e);

/*
 * Many words at once, which takes hardly longer than one: instead of names a path and behind it those of the words that stand in that
 * file, with blanks between them, each of the two ended by NUL; files with none are left out.  Only the first CONTENTS_MANY are asked for.
 */
struct contents *contents_spread(struct loop *l, const char *dir, const char *git_dir, struct slice commit, struct slice words,
				 contents_fn *done, void *arg, struct err *e);

/* All lines of C and assembler of a commit that have "##" in them, instead of names, each with its line end. */
struct contents *contents_pastes(struct loop *l, const char *dir, const char *git_dir, struct slice commit, contents_fn *done, void *arg,
				 struct err *e);

/* May one of these lines make the identifier `name`, with "##" behind its beginning or in front of its end? */
bool contents_may_paste(struct slice lines, struct slice name);

/* Forget it; it frees itself after its callback otherwise. */
void contents_stop(struct contents *c);

#endif
