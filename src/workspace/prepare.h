/*
 * A kernel tree made ready for its code to be parsed: a configuration is applied in a build directory of its own in the cache,
 * $XDG_CACHE_HOME/verdict/builds/ID, and there is made what compiling one file needs, and no more: no kernel is built.
 * compile_commands.json comes from make, which is asked what it would do.
 *
 * make runs programs of the tree, with the rights of the user.  So this is done only where a configuration was named.
 */
#ifndef WORKSPACE_PREPARE_H
#define WORKSPACE_PREPARE_H

#include "base/err.h"
#include "workspace/tree.h"

struct prepared {
	char *dir; /* owned */
	int lock;  /* held as long as it is in use: nobody deletes it meanwhile */
};

/* More than this many that are not in use are deleted, those used longest ago first.  One takes some ten MB, and its index more. */
enum { PREPARE_KEEP = 12 };

struct prepare_progress {
	void (*say)(void *arg, const char *what); /* what is being done now, and what must be known of it, as words; may be NULL */
	void *arg;
};

/*
 * Make `t` (with its snapshot, where it is under git) ready with the configuration in the file `config`, which may be compressed;
 * at once where that was done before.  Waits while another program does the same.  SIGINT, SIGTERM and SIGHUP end it meanwhile,
 * with all that was started (ERR_NO).  -1: ERR_INPUT, that is no configuration; ERR_TOOL, a program is missing, or make failed:
 * why, in its words.  Then nothing half made is left to be taken for whole.
 */
int prepare_open(struct prepared *p, const struct tree *t, const char *config, const struct prepare_progress *say, struct err *e);

enum { PREPARE_OBJECTS = 64 };

/*
 * Have make compile `objects` ("security/selinux/avc.o", ended by NULL, PREPARE_OBJECTS at most) in what prepare_open() made with these
 * arguments: so that what is generated for them alone is there.  Those that cannot be compiled are passed over.  -1: ERR_TOOL, some
 * could not be, or another program uses the directory; ERR_NO, it was interrupted.
 */
int prepare_objects(struct prepared *p, const struct tree *t, const char *config, const char *const *objects,
		    const struct prepare_progress *say, struct err *e);

/* Hold a directory that prepare_open() made before, for a run that goes on.  -1: ERR_TOOL, it is gone. */
int prepare_again(struct prepared *p, const char *dir, struct err *e);

void prepare_release(struct prepared *p);

#endif
