/* verdict index: have code indexed before it is asked about. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "workspace/indexing.h"

struct tally {
	bool terminal;
	size_t partly, failed;
};

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
	t->partly += state == INDEX_PARTLY;
	t->failed += state == INDEX_FAILED;
	if (t->terminal)
		fprintf(stderr, "\r\x1b[K");
	cli_warn(state == INDEX_FAILED ? "%s is not indexed: %s" : "%s has errors: %s", file, why ? why : "it is not said why");
}

static int index_files(struct indexing *g, const char *const *files, size_t n, struct err *e)
{
	struct tally t = {.terminal = isatty(STDERR_FILENO)};
	struct indexing_progress p = {.step = step, .arg = &t};
	int rc = indexing_run(g, files, n, &p, NULL, e);

	if (t.terminal)
		fprintf(stderr, "\r\x1b[K");
	if (rc < 0)
		return -1;
	cli_line("%zu file%s indexed, %zu with errors, %zu not", n - t.failed, n - t.failed == 1 ? "" : "s", t.partly, t.failed);
	return t.failed ? err_set(e, ERR_NO, "%zu of %zu files could not be indexed", t.failed, n) : 0;
}

static int all(struct indexing *g, struct err *e)
{
	struct arena *a = arena_new();
	int rc = index_files(g, commands_files(g->commands, a), commands_count(g->commands), e);

	arena_free(a);
	return rc;
}

/* Each of them must be a file of the tree. */
static int named(struct indexing *g, const struct root *r, char *const *word, size_t n, struct err *e)
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
		rc = index_files(g, files, n, e);
	buf_release(&clean);
	free(files);
	arena_free(a);
	return rc;
}

static int run_index(struct app *a, const struct cli_args *args, struct err *e)
{
	const char *dir = app_kernel(a, cli_value(args, "kernel"), e), *build = cli_value(args, "build");
	struct root root = {.fd = -1}, built = {.fd = -1};
	struct indexing g;
	int rc;

	if (!dir)
		return -1;
	if (!build)
		build = a->conf.value[OPT_BUILD];
	if (cli_given(args, "all") == (args->nwords > 0))
		return err_set(e, ERR_USAGE, "verdict index needs files, or --all");
	rc = root_open(&root, dir, e);
	if (rc == 0 && *build && (rc = root_open(&built, build, e)) == 0)
		root.build = &built;
	if (rc == 0 && (rc = indexing_open(&g, &root, e)) == 0) {
		rc = args->nwords ? named(&g, &root, args->word, args->nwords, e) : all(&g, e);
		indexing_release(&g);
	} else if (rc < 0 && e->cls == ERR_NO) {
		err_wrap(e, "cannot index '%s'", dir);
		e->cls = ERR_TOOL;
	}
	root_release(&root);
	root_release(&built);
	return rc;
}

const struct cli_command cli_index = {
	.name = "index",
	.args = "[FILE...]",
	.help = "have files of a kernel tree indexed before their code is asked about",
	.options = {
		{"all", NULL, "all files that are compiled; what is indexed already is not done again"},
		{"kernel", "DIR", "the source tree; else setting \"kernel\", or the current directory"},
		{"build", "DIR", "where it is built: compile_commands.json and .config lie there; else setting \"build\", or the source tree"},
	},
	.max = 100000,
	.run = run_index,
};
