#define _GNU_SOURCE /* lstat */
#include "source/git.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"

enum { ARGS_MAX = 128, ENV_MAX = 32, GIT_MS = 60000 };

/* A broken or hostile pattern can want any amount of memory; what the largest kernel index needs is far below. */
#define GIT_MEMORY (UINT64_C(8) << 30)

/* What stands before every command. */
static const char *const head[] = {
	"git", "--no-pager",
	/* programs that a repository's configuration can name and that these commands would run */
	"-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.sshCommand=false",
	"-c", "log.showSignature=false", "-c", "gpg.program=false", "-c", "gpg.ssh.program=false", "-c", "gpg.x509.program=false",
	/* what would change the output, or look into other repositories */
	"-c", "core.quotePath=false", "-c", "submodule.recurse=false", "-c", "diff.ignoreSubmodules=all",
	"-c", "core.untrackedCache=false", "-c", "core.splitIndex=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
	"-c", "advice.addEmbeddedRepo=false", "-c", "log.follow=false", "-c", "grep.lineNumber=false", "-c", "grep.column=false",
};
enum { HEAD = sizeof head / sizeof *head };

static const char *const always[] = {
	"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
	"GIT_OPTIONAL_LOCKS=0", "GIT_NO_REPLACE_OBJECTS=1", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none",
	"GIT_ASKPASS=false", "SSH_ASKPASS=false", "GIT_PAGER=cat", "GIT_EDITOR=false", "LC_ALL=C.UTF-8",
};
enum { ALWAYS = sizeof always / sizeof *always };

/* One run; it has a loop of its own, so that it has the limits of every child. */
struct running {
	struct loop *l;
	const struct git *g;
	struct buf *out;
	struct git_end *end;
	int signal; /* that ended it, not by us */
};

struct slice git_words(struct slice errors)
{
	static const char *const marks[] = {"fatal: ", "error: "};
	struct slice rest = errors, line, first = {0};

	while (slice_line(&rest, &line)) {
		for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
			if (slice_eat(&line, marks[i]))
				return line;
		if (!first.n)
			first = line;
	}
	return first;
}

static void keep_words(struct git_end *end, struct slice errors)
{
	struct slice words = git_words(errors);

	snprintf(end->why, sizeof end->why, "%.*s", (int)(words.n < 250 ? words.n : 250), words.n ? words.p : "");
}

static void piece(void *arg, struct slice s)
{
	struct running *r = arg;

	r->g->data(r->g->arg, s);
}

static void ended(void *arg, const struct child_result *res)
{
	struct running *r = arg;

	r->end->timed_out = res->timed_out;
	r->end->too_much = res->too_much;
	if (res->exited && !res->too_much)
		r->end->status = res->status;
	else if (!res->timed_out && !res->too_much)
		r->signal = res->signal;
	keep_words(r->end, res->err);
	if (r->out)
		buf_add_slice(r->out, res->out);
	loop_stop(r->l, 0);
}

static void fill_argv(const char **argv, const char *const args[])
{
	size_t n = HEAD;

	memcpy(argv, head, sizeof head);
	for (size_t i = 0; args[i] && n + 1 < ARGS_MAX; i++)
		argv[n++] = args[i];
	argv[n] = NULL;
}

static void fill_env(const char **env, const struct git *g, const char *git_dir, const char *work_tree)
{
	size_t n = ALWAYS;

	memcpy(env, always, sizeof always);
	env[n++] = git_dir;
	if (g->work_tree)
		env[n++] = work_tree;
	for (size_t i = 0; g->env && g->env[i] && i < GIT_ENV; i++)
		env[n++] = g->env[i];
	env[n] = NULL;
}

struct child *git_start(struct loop *l, const struct git *g, const char *const args[], bool lasts,
			void (*done)(void *arg, const struct child_result *r), void *arg, struct err *e)
{
	const char *argv[ARGS_MAX], *env[ENV_MAX];
	struct buf git_dir = BUF_INIT, work_tree = BUF_INIT;
	struct child_request rq = {.argv = argv, .env = env, .dir = g->dir, .input = g->input, .max_out = g->max_out,
				   .ms = g->ms ? g->ms : GIT_MS, .max_memory = g->max_memory ? g->max_memory : GIT_MEMORY, .writes = g->writes, .lasts = lasts,
				   .data = g->data};
	struct child *c;

	/* without a repository git must not find one above the directory, with a configuration of its own */
	buf_addf(&git_dir, "GIT_DIR=%s", g->git_dir ? g->git_dir : "/dev/null");
	buf_addf(&work_tree, "GIT_WORK_TREE=%s", g->work_tree ? g->work_tree : "");
	fill_argv(argv, args);
	fill_env(env, g, buf_str(&git_dir), buf_str(&work_tree));
	c = child_start(l, &rq, done, arg, e);
	if (!c)
		err_wrap(e, "git is needed to read kernel trees");
	buf_release(&git_dir);
	buf_release(&work_tree);
	return c;
}

int git_run(const struct git *g, const char *const args[], struct buf *out, struct git_end *end, struct err *e)
{
	struct running r = {.l = loop_new(e), .g = g, .out = out, .end = end};
	struct git through = *g;
	int rc = 0;

	*end = (struct git_end){.status = -1};
	if (!r.l)
		return -1;
	if (out)
		buf_clear(out);
	through.data = g->data ? piece : NULL;
	if (!git_start(r.l, &through, args, false, ended, &r, e)) {
		rc = -1;
	} else {
		loop_run(r.l);
		if (r.signal)
			rc = err_set(e, ERR_TOOL, "git %s was ended by signal %d", args[0], r.signal);
	}
	loop_free(r.l);
	return rc;
}

int git_do(const struct git *g, const char *const args[], struct buf *out, struct err *e)
{
	struct git_end end;

	if (git_run(g, args, out, &end, e) < 0)
		return -1;
	if (end.status == 0)
		return 0;
	return err_set(e, ERR_TOOL, "git %s failed: %s", args[0],
		       end.timed_out  ? "it took too long"
		       : end.too_much ? "it wrote too much"
		       : end.why[0]   ? end.why
				      : "it does not say why");
}

/* ---- where it is ---- */

static bool has(const char *dir, const char *name)
{
	char *path = fs_join(dir, name);
	struct stat st;
	bool there = lstat(path, &st) == 0;

	free(path);
	return there;
}

char *git_find(const char *dir, bool *bare)
{
	*bare = !has(dir, ".git") && has(dir, "HEAD") && has(dir, "objects") && has(dir, "refs");
	if (*bare)
		return xstrdup(dir);
	return has(dir, ".git") ? fs_join(dir, ".git") : NULL;
}
