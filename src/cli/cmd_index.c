/* verdict index: have code indexed before it is asked about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "workspace/indexing.h"
#include "workspace/prepare.h"
#include "workspace/reading.h"

/* Files that miss what is generated for them alone: they are tried again once make has made it. */
struct retry {
	struct prepared *p; /* borrowed */
	const struct tree *t;
	const char *config;
	struct arena *a;
	const char *file[PREPARE_OBJECTS], *why[PREPARE_OBJECTS];
	size_t n;
};

struct tally {
	bool terminal;
	size_t partly, failed;
	struct retry *retry; /* NULL: what is missing stays so */
};

/* "'flask.h' file not found" */
static bool misses(const char *why)
{
	return why && slice_find(slice_str(why), "' file not found", 0) != SLICE_NONE;
}

static bool keep(struct retry *r, const char *file, const char *why)
{
	if (!r || r->n == PREPARE_OBJECTS || !misses(why) || !slice_ends(slice_str(file), ".c"))
		return false;
	r->file[r->n] = arena_str(r->a, slice_str(file));
	r->why[r->n++] = arena_str(r->a, slice_str(why));
	return true;
}

static void step(void *arg, size_t done, size_t total, const char *file, enum index_state state, const char *why)
{
	struct tally *t = arg;
	struct buf line = BUF_INIT;

	if (t->terminal) {
		utf8_fit(&line, slice_str(file), 60);
		fprintf(stderr, "\r\x1b[K%zu/%zu %s", done, total, buf_str(&line));
		buf_release(&line);
	}
	if (state != INDEX_PARTLY && state != INDEX_FAILED)
		return;
	if (state == INDEX_PARTLY && keep(t->retry, file, why))
		return;
	t->partly += state == INDEX_PARTLY;
	t->failed += state == INDEX_FAILED;
	if (t->terminal)
		fprintf(stderr, "\r\x1b[K");
	cli_warn(state == INDEX_FAILED ? "%s is not indexed: %s" : "%s has errors: %s", file, why ? why : "it is not said why");
}

static void say(void *arg, const char *what)
{
	(void)arg;
	cli_tell("%s", what);
}

/* Have make compile them, one of a directory for each thing that is missing, as what is made for one is there for all. */
static int make_missing(struct retry *r, struct err *e)
{
	const struct prepare_progress progress = {.say = say};
	const char *object[PREPARE_OBJECTS + 1] = {0}, *key[PREPARE_OBJECTS];
	struct buf b = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct slice file = slice_str(r->file[i]), why = slice_str(r->why[i]);
		size_t quote = slice_find(why, "' file not found", 0), k = 0;

		buf_clear(&b);
		buf_add_slice(&b, slice_sub(file, 0, slice_rfind(file, "/")));
		buf_add_slice(&b, slice_sub(why, slice_rfind(slice_sub(why, 0, quote), "'"), quote));
		while (k < n && strcmp(key[k], buf_str(&b)) != 0)
			k++;
		if (k < n)
			continue;
		key[n] = arena_str(r->a, buf_slice(&b));
		buf_clear(&b);
		buf_addf(&b, "%.*s.o", (int)(file.n - 2), file.p);
		object[n++] = arena_str(r->a, buf_slice(&b));
	}
	cli_tell("%zu file%s include%s what is made when they are compiled: make %s%s", r->n, r->n == 1 ? "" : "s", r->n == 1 ? "s" : "", object[0],
		 n > 1 ? " and others" : "");
	buf_release(&b);
	return prepare_objects(r->p, r->t, r->config, object, &progress, e);
}

static int try_again(struct indexing *g, struct tally *t, struct err *e)
{
	struct indexing_progress p = {.step = step, .arg = t};
	struct retry *r = t->retry;
	size_t partly = t->partly;
	struct err why = {0};
	int rc;

	t->retry = NULL;
	if (make_missing(r, &why) < 0 && why.cls == ERR_NO) {
		*e = why;
		return -1;
	}
	for (size_t i = 0; i < r->n; i++)
		if (indexing_forget(g, r->file[i], r->why[i], e) < 0)
			return -1;
	rc = indexing_run(g, r->file, r->n, &p, NULL, e);
	if (t->partly > partly && why.msg[0]) /* what it could not make may have been made all the same */
		cli_warn("what they miss could not be made: %s", why.msg);
	return rc;
}

static int index_files(struct indexing *g, const char *const *files, size_t n, bool again, struct retry *retry, struct err *e)
{
	struct tally t = {.terminal = isatty(STDERR_FILENO), .retry = retry};
	struct indexing_progress p = {.step = step, .arg = &t, .again = again};
	int rc = indexing_run(g, files, n, &p, NULL, e);

	if (t.terminal)
		fprintf(stderr, "\r\x1b[K");
	if (rc == 0 && retry && retry->n)
		rc = try_again(g, &t, e);
	if (t.terminal)
		fprintf(stderr, "\r\x1b[K");
	if (rc < 0)
		return -1;
	cli_line("%zu file%s indexed, %zu with errors, %zu not", n - t.failed, n - t.failed == 1 ? "" : "s", t.partly, t.failed);
	return t.failed ? err_set(e, ERR_NO, "%zu of %zu files could not be indexed", t.failed, n) : 0;
}

static int all(struct indexing *g, struct retry *retry, struct err *e)
{
	struct arena *a = arena_new();
	int rc = index_files(g, commands_files(g->commands, a), commands_count(g->commands), false, retry, e);

	arena_free(a);
	return rc;
}

/* Each of them must be a file of the tree. */
static int named(struct indexing *g, const struct root *r, char *const *word, size_t n, struct retry *retry, struct err *e)
{
	struct arena *a = arena_new();
	const char **files = xcalloc(n + 1, sizeof *files);
	struct buf clean = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		int fd = root_clean(slice_str(word[i]), &clean, e) < 0 ? -1 : root_open_path(r, slice_str(word[i]), "file", e);

		if (fd < 0) {
			rc = err_wrap(e, "cannot index '%s'", word[i]);
		} else {
			close(fd);
			files[i] = arena_str(a, buf_slice(&clean));
		}
	}
	if (rc == 0)
		rc = index_files(g, files, n, true, retry, e);
	buf_release(&clean);
	free(files);
	arena_free(a);
	return rc;
}

/* The one that is to be applied; NULL: none, the tree is built already, or stays as it is. */
static const char *configuration(struct app *a, const struct cli_args *args)
{
	const char *config = cli_value(args, "config");

	if (!config && !cli_given(args, "build") && *a->conf.value[OPT_CONFIG])
		config = a->conf.value[OPT_CONFIG];
	return config;
}

/* The build directory: of a configuration that is named, which is made ready; else as it is given. */
static int open_build(struct app *a, const struct cli_args *args, const struct tree *t, struct prepared *p, struct root *built,
		      struct err *e)
{
	const struct prepare_progress progress = {.say = say};
	const char *build = cli_value(args, "build"), *config = configuration(a, args);

	if (config) {
		if (prepare_open(p, t, config, &progress, e) < 0)
			return -1;
		build = p->dir;
	} else if (!build) {
		build = a->conf.value[OPT_BUILD];
	}
	return *build ? root_open(built, build, e) : 0;
}

static int index_tree(struct app *a, const struct cli_args *args, const struct tree *t, struct err *e)
{
	struct root root = {.fd = -1}, built = {.fd = -1};
	struct prepared p = {.lock = -1};
	struct indexing g;
	int rc = open_build(a, args, t, &p, &built, e);

	if (rc == 0)
		rc = root_open(&root, t->dir, e);
	if (built.fd >= 0)
		root.build = &built;
	if (rc == 0 && (rc = indexing_open(&g, &root, e)) == 0) {
		struct retry again = {.p = &p, .t = t, .config = configuration(a, args), .a = arena_new()}, *retry = p.dir ? &again : NULL;

		rc = args->nwords ? named(&g, &root, args->word, args->nwords, retry, e) : cli_given(args, "all") ? all(&g, retry, e) : 0;
		arena_free(again.a);
		if (rc == 0 && p.dir)
			cli_line("--kernel %s --build %s", t->dir, p.dir);
		indexing_release(&g);
	} else if (rc < 0 && e->cls == ERR_NO && root.fd >= 0) {
		err_wrap(e, "cannot index '%s'", t->dir);
		e->cls = ERR_TOOL;
	}
	root_release(&root);
	root_release(&built);
	prepare_release(&p);
	return rc;
}

static int run_index(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *dir = app_kernel(a, cli_value(args, "kernel"), e), *commit = cli_value(args, "commit"), *config = configuration(a, args);
	struct reading r;
	int rc;

	if (!dir)
		return -1;
	if (config ? cli_given(args, "all") && args->nwords : cli_given(args, "all") == (args->nwords > 0))
		return err_set(e, ERR_USAGE, "verdict index needs files, or --all%s", config ? ", or none" : "");
	if (cli_given(args, "config") && cli_given(args, "build"))
		return err_set(e, ERR_USAGE, "verdict index: --config has a build directory of its own: --build does not go with it");
	if (commit)
		say(NULL, "making the files of the commit ready");
	if (!commit && !config) {
		struct tree t;

		if (tree_open(&t, dir, e) < 0)
			return -1;
		rc = index_tree(a, args, &t, e);
		tree_release(&t);
		return rc;
	}
	if (reading_open(&r, dir, commit, e) < 0)
		return -1;
	rc = index_tree(a, args, r.read, e);
	reading_release(&r);
	return rc;
}

const struct cli_command cli_index = {
	.name = "index",
	.args = "[FILE...]",
	.help = "have files of a kernel tree indexed before their code is asked about",
	.options = {
		{"all", NULL, "all files that are compiled; what is indexed already is not done again"},
		{"config", "FILE", "apply this configuration first, in the cache: make runs programs of the tree; else setting \"config\""},
		{"commit", "NAME", "index this commit of it, from a checkout in the cache"},
		{"kernel", "DIR", "the source tree; else setting \"kernel\", or the current directory"},
		{"build", "DIR", "where it is built: compile_commands.json and .config lie there; else setting \"build\", or the source tree"},
	},
	.max = 100000,
	.run = run_index,
};
