/*
 * verdict-index: parse one C file of a kernel and write what is in it into an index.  It is a program of its own, started for
 * each file by verdict, because libclang takes memory, time to start, and may crash on what it is given.  What it is to do
 * comes as one JSON object on standard input.
 */
#define _GNU_SOURCE /* realpath, chdir */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "indexer/confine.h"
#include "indexer/unit.h"

enum { INPUT_MAX = 4 << 20, FLAGS_MAX = 4096 };

struct job {
	const char *index, *source, *build, *file, *directory, *flags; /* build may be NULL; flags is what they are known by */
	const char *argv[FLAGS_MAX + 4];
	int argc;
};

static int read_input(struct buf *in, struct err *e)
{
	ssize_t n;

	buf_init(in, INPUT_MAX);
	do {
		char *room = buf_room(in, 65536);

		if (!room)
			return err_set(e, ERR_USAGE, "the job on standard input is longer than %d bytes", INPUT_MAX);
		n = read(STDIN_FILENO, room, 65536);
		if (n > 0)
			buf_wrote(in, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? err_sys(e, ERR_USAGE, errno, "cannot read standard input") : 0;
}

static const char *member(struct arena *a, struct slice raw, const char *key)
{
	struct slice s;

	return json_get_str(a, raw, key, &s) ? arena_str(a, s) : NULL;
}

static int read_job(struct arena *a, struct slice text, struct job *j, struct err *e)
{
	struct json_iter it;
	struct slice raw;

	if (json_check(text, &raw, NULL, e) < 0)
		return err_wrap(e, "the job is no JSON");
	j->index = member(a, raw, "index");
	j->source = member(a, raw, "source");
	j->build = member(a, raw, "build");
	j->file = member(a, raw, "file");
	j->directory = member(a, raw, "directory");
	j->flags = member(a, raw, "id");
	if (!j->index || !j->source || !j->file || !j->directory || !j->flags)
		return err_set(e, ERR_USAGE, "the job has no index, source, file, directory or id");
	j->argv[j->argc++] = "clang";
	j->argv[j->argc++] = "-fparse-all-comments";
	it = json_iter(json_member(raw, "flags"));
	while (json_next(&it) && j->argc < FLAGS_MAX)
		if (json_type(it.value) == JSON_STRING)
			j->argv[j->argc++] = arena_str(a, json_string(a, it.value));
	return 0;
}

/* The first thing that is an error, in clang's words; NULL: there is none. */
static const char *first_error(struct unit *u)
{
	unsigned n = clang_getNumDiagnostics(u->tu);
	const char *found = NULL;

	for (unsigned i = 0; i < n && !found; i++) {
		CXDiagnostic d = clang_getDiagnostic(u->tu, i);

		if (clang_getDiagnosticSeverity(d) >= CXDiagnostic_Error)
			found = unit_string(u, clang_formatDiagnostic(d, CXDiagnostic_DisplaySourceLocation));
		clang_disposeDiagnostic(d);
	}
	return found;
}

static void look_at(CXFile file, CXSourceLocation *stack, unsigned n, CXClientData data)
{
	struct unit *u = data;

	(void)stack;
	(void)n;
	unit_place(u, clang_getLocation(u->tu, file, 1, 1));
}

static int index_unit(struct unit *u, const struct job *j, struct err *e)
{
	int64_t *files;
	size_t n = 0;
	int rc;

	if (index_begin(u->x, e) < 0)
		return -1;
	if (slice_ends(slice_str(j->file), ".c") && index_again(u->x, j->file, e) < 0)
		u->failed = true;
	clang_getInclusions(u->tu, look_at, u); /* the file itself, and all that it includes */
	if (u->outside && !u->failed) {
		err_set(e, ERR_INPUT, "it includes '%.200s', which lies outside of the tree", u->outside);
		u->failed = true;
	}
	unit_expansions(u);
	if (!u->failed)
		unit_walk(u);
	files = xcalloc(u->nsources + 1, sizeof *files);
	for (size_t i = 0; i < u->nsources; i++)
		if (u->source[i].id > 0)
			files[n++] = u->source[i].id;
	rc = u->failed ? -1 : index_done(u->x, j->file, files, n, j->flags, first_error(u), e);
	free(files);
	return index_end(u->x, rc == 0, e);
}

static int parse(struct unit *u, struct job *j, struct err *e)
{
	unsigned options = CXTranslationUnit_DetailedPreprocessingRecord | CXTranslationUnit_KeepGoing;
	CXIndex index = clang_createIndex(0, 0);
	char *path = NULL;
	enum CXErrorCode code;
	int rc;

	if (asprintf(&path, "%s/%s", u->root[0], j->file) < 0)
		return err_set(e, ERR_TOOL, "out of memory");
	j->argv[j->argc++] = path;
	code = clang_parseTranslationUnit2FullArgv(index, NULL, j->argv, j->argc, NULL, 0, options, &u->tu);
	if (code != CXError_Success)
		rc = err_set(e, ERR_TOOL, "clang cannot parse '%s' (error %d)", j->file, (int)code);
	else
		rc = index_unit(u, j, e);
	if (u->tu)
		clang_disposeTranslationUnit(u->tu);
	clang_disposeIndex(index);
	free(path);
	return rc;
}

/* What SQLite itself still has to open lies beside the index. */
static void confine(struct confine *may, const struct job *j, struct arena *a)
{
	struct slice index = slice_str(j->index);
	size_t slash = slice_rfind(index, "/");
	const char *beside = arena_str(a, slice_sub(index, 0, slash == SLICE_NONE ? 0 : slash));
	struct confine open;

	confine_init(may, a);
	confine_add(may, j->source);
	confine_add(may, j->build);
	confine_add_build(may, j->directory);
	confine_add_flags(may, j->argv, j->argc);
	open = *may;
	confine_add(&open, beside);
#ifdef __SANITIZE_ADDRESS__
	confine_add(&open, "/proc"); /* its last words */
#endif
	setenv("SQLITE_TMPDIR", beside, 1);
	confine_enter(&open);
}

static int run(struct job *j, struct arena *a, struct err *e)
{
	struct confine may = {0};
	struct unit u = {.a = a, .e = e, .root = {j->source, j->build}, .may = &may};
	int rc;

	if (chdir(j->directory) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot go to '%s'", j->directory);
	u.x = index_open(j->index, j->source, j->build, e);
	if (u.x)
		confine(&may, j, a);
	rc = u.x ? parse(&u, j, e) : -1;
	index_close(u.x);
	free(u.source);
	free(u.slot);
	free(u.expansion);
	free(u.macro);
	return rc;
}

static void print_version(void)
{
	CXString s = clang_getClangVersion();

	printf("verdict-index %s\n%s\n", VERDICT_VERSION, clang_getCString(s));
	clang_disposeString(s);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct buf in = BUF_INIT;
	struct job *j = xcalloc(1, sizeof *j);
	struct err e = {0};
	int rc = 0;

	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		print_version();
	else if (argc > 1)
		rc = err_set(&e, ERR_USAGE, "verdict-index is run by verdict; see verdict index --help");
	else
		rc = read_input(&in, &e) < 0 || read_job(a, buf_slice(&in), j, &e) < 0 || run(j, a, &e) < 0 ? -1 : 0;
	if (rc < 0)
		fprintf(stderr, "verdict-index: %s\n", e.msg);
	buf_release(&in);
	free(j);
	arena_free(a);
	return rc < 0 ? (int)e.cls : 0;
}
