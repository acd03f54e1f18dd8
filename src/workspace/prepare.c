#define _GNU_SOURCE /* flock, futimens, uname */
#include "workspace/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/blob.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "sys/child.h"
#include "workspace/cache.h"
#include "workspace/kbuild.h"
#include "workspace/scratch.h"

enum { CONFIG_MAX = 16 << 20, LINE_MAX_N = 4 << 20, LIST_MAX = 256 << 20, OUT_MAX = 16 << 20, WORDS = 32 + PREPARE_OBJECTS };
enum { CONFIG_MS = 10 * 60000, PREPARE_MS = 30 * 60000, ASK_MS = 30 * 60000 };

/* It is whole when this file says for which state of the tree. */
static const char stamp_name[] = "verdict-prepared";
enum { STAMP = 1 };

struct job {
	const struct tree *t;
	const struct prepare_progress *progress;
	const char *dir;
	struct buf config;
	const struct kbuild_arch *arch; /* NULL: none is said, this machine's is taken */
	bool native, clang;
	char cross[80], arch_word[40], out_word[4200], jobs[16]; /* words for make */
};

static void say(const struct job *j, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(const struct job *j, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	if (j->progress && j->progress->say)
		j->progress->say(j->progress->arg, buf_str(&b));
	buf_release(&b);
}

/* ---- the configuration, and the programs that it needs ---- */

static int read_config(struct job *j, const char *path, struct err *e)
{
	struct blob *b = blob_open(path, e);
	int rc = b ? blob_read_all(b, &j->config, CONFIG_MAX, e) : -1;

	blob_free(b);
	if (rc < 0)
		return err_wrap(e, "cannot read the configuration");
	if (!kbuild_is_config(buf_slice(&j->config)))
		return err_set(e, ERR_INPUT, "cannot apply '%.300s': it is no kernel configuration", path);
	return 0;
}

static bool is_program(const char *name)
{
	struct slice rest = slice_str(getenv("PATH"));
	bool found = false;

	while (!found && rest.n) {
		size_t end = slice_chr(rest, ':', 0);
		struct buf b = BUF_INIT;

		buf_add_slice(&b, slice_sub(rest, 0, end));
		buf_addf(&b, "/%s", name);
		found = access(buf_str(&b), X_OK) == 0;
		buf_release(&b);
		rest = slice_sub(rest, end == SLICE_NONE ? rest.n : end + 1, rest.n);
	}
	return found;
}

/* The compiler that the configuration was made for is taken where it is there, else the other one. */
static int choose_compiler(struct job *j, struct buf *missing, struct err *e)
{
	struct slice value;
	struct utsname here;
	struct buf gcc = BUF_INIT;
	bool wants_clang = kbuild_option(buf_slice(&j->config), "CC_IS_CLANG", &value), has_gcc, has_clang = is_program("clang");

	j->arch = kbuild_arch(buf_slice(&j->config));
	if (!j->arch && slice_starts(buf_slice(&j->config), "#") && slice_find(buf_slice(&j->config), "# Linux/", 0) != SLICE_NONE)
		return err_set(e, ERR_TOOL, "cannot apply the configuration: it is for an architecture that this program does not know");
	j->native = !j->arch || uname(&here) < 0 || kbuild_native(j->arch, here.machine);
	buf_addf(&gcc, "%sgcc", j->native ? "" : j->arch->prefix);
	has_gcc = is_program(buf_str(&gcc));
	j->clang = wants_clang ? has_clang : !has_gcc && has_clang;
	if (!j->clang && !has_gcc)
		buf_addf(missing, " %s", j->native ? "gcc" : j->arch->package);
	else if (wants_clang != j->clang)
		say(j, "the configuration is for %s, which is not installed: %s is used", wants_clang ? "clang" : buf_str(&gcc),
		    wants_clang ? buf_str(&gcc) : "clang");
	if (!j->native && !j->clang)
		snprintf(j->cross, sizeof j->cross, "CROSS_COMPILE=%s", j->arch->prefix);
	if (j->arch)
		snprintf(j->arch_word, sizeof j->arch_word, "ARCH=%s", j->arch->name);
	buf_release(&gcc);
	return 0;
}

/* Before anything is begun: all that is missing in one sentence. */
static int check_programs(struct job *j, struct err *e)
{
	static const char *const needed[][2] = {{"make", "make"}, {"flex", "flex"}, {"bison", "bison"}, {"bc", "bc"}, {"ld", "binutils"}};
	struct buf missing = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!is_program(needed[i][0]))
			buf_addf(&missing, " %s", needed[i][1]);
	if (choose_compiler(j, &missing, e) < 0)
		rc = -1;
	else if (missing.n)
		rc = err_set(e, ERR_TOOL, "cannot prepare a kernel: what its build needs is not installed: apt install%s", buf_str(&missing));
	buf_release(&missing);
	return rc;
}

/* All that make is told besides its goals. */
static int choose_words(struct job *j, struct err *e)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (check_programs(j, e) < 0)
		return -1;
	snprintf(j->jobs, sizeof j->jobs, "-j%ld", cpus < 1 ? 1 : cpus > 64 ? 64 : cpus);
	if (snprintf(j->out_word, sizeof j->out_word, "O=%s", j->dir) >= (int)sizeof j->out_word)
		return err_set(e, ERR_TOOL, "cannot prepare the kernel: the path of the cache is too long");
	return 0;
}

/* ---- make ---- */

struct running {
	struct job *j;
	struct loop *l;
	struct child *child;
	struct buf line; /* one that is not whole yet */
	bool skip;       /* it was too long */
	struct json_w *w;
	size_t found;
	struct err *e;
	int rc;
	const char *what;
};

static void take_line(struct running *r)
{
	if (!r->skip && r->w->b->n < LIST_MAX - LINE_MAX_N &&
	    kbuild_command(buf_slice(&r->line), r->j->dir, r->j->native ? NULL : r->j->arch->target, r->w))
		r->found++;
	buf_clear(&r->line);
	r->skip = false;
}

static void data(void *arg, struct slice piece)
{
	struct running *r = arg;

	while (r->w && piece.n) {
		size_t end = slice_chr(piece, '\n', 0);

		if (r->line.n + piece.n > LINE_MAX_N)
			r->skip = true;
		if (!r->skip)
			buf_add_slice(&r->line, slice_sub(piece, 0, end));
		if (end == SLICE_NONE)
			return;
		take_line(r);
		piece = slice_sub(piece, end + 1, piece.n);
	}
}

static void ended(void *arg, const struct child_result *c)
{
	struct running *r = arg;
	struct slice why = kbuild_complaint(c->err);

	r->child = NULL;
	if (c->timed_out)
		r->rc = err_set(r->e, ERR_TOOL, "cannot prepare the kernel: %s took too long", r->what);
	else if (c->too_much)
		r->rc = err_set(r->e, ERR_TOOL, "cannot prepare the kernel: %s wrote more than %d MiB", r->what, OUT_MAX >> 20);
	else if (!c->exited)
		r->rc = err_set(r->e, ERR_TOOL, "cannot prepare the kernel: %s was ended by signal %d", r->what, c->signal);
	else if (c->status != 0 && !r->w) /* who is asked what it would do stops where it would need what it did not make */
		r->rc = err_set(r->e, ERR_TOOL, "cannot prepare the kernel: %s failed: %.*s", r->what, (int)(why.n < 300 ? why.n : 300),
				why.n ? why.p : "it does not say why");
	loop_stop(r->l, 0);
}

static void stopped(void *arg, int signo)
{
	struct running *r = arg;

	(void)signo;
	child_kill(r->child);
	r->child = NULL;
	r->rc = err_set(r->e, ERR_NO, "interrupted: the kernel is not prepared");
	loop_stop(r->l, 0);
}

static size_t add(const char **argv, size_t n, const char *word)
{
	if (word[0])
		argv[n++] = word;
	return n;
}

static void words(const struct job *j, const char *const *goals, bool ask, const char **argv)
{
	size_t n = 0;

	n = add(argv, n, "make");
	n = add(argv, n, "-C");
	n = add(argv, n, j->t->dir);
	n = add(argv, n, j->out_word);
	n = add(argv, n, j->arch_word);
	n = add(argv, n, j->cross);
	n = add(argv, n, !j->clang ? "" : is_program("ld.lld") ? "LLVM=1" : "CC=clang");
	n = add(argv, n, ask ? "V=1" : "--silent");
	n = add(argv, n, ask ? "-n" : j->jobs);
	n = add(argv, n, ask ? "-k" : "");
	for (; *goals; goals++)
		n = add(argv, n, *goals);
	argv[n] = NULL;
}

/* `goals` ended by NULL.  With `w`, what it would do is asked, and how files are compiled written to it. */
static int run_make(struct job *j, const char *what, const char *const *goals, unsigned ms, struct json_w *w, size_t *found, struct err *e)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	const char *argv[WORDS];
	struct running r = {.j = j, .w = w, .e = e, .what = what};
	struct child_request rq = {.argv = argv, .ms = ms, .writes = true, .max_out = w ? SIZE_MAX : OUT_MAX};
	sigset_t old;

	words(j, goals, w != NULL, argv);
	rq.data = data;
	r.l = loop_new(e);
	if (!r.l)
		return -1;
	sigprocmask(SIG_SETMASK, NULL, &old);
	for (size_t i = 0; r.rc == 0 && i < sizeof ends / sizeof *ends; i++)
		r.rc = loop_signal(r.l, ends[i], stopped, &r, e);
	if (r.rc == 0) {
		r.child = child_start(r.l, &rq, ended, &r, e);
		if (r.child)
			loop_run(r.l);
		else
			r.rc = -1;
	}
	loop_free(r.l);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (r.rc == 0 && w && r.line.n)
		take_line(&r);
	buf_release(&r.line);
	if (found)
		*found = r.found;
	return r.rc;
}

/* ---- the steps ---- */

static int write_file(const struct job *j, const char *name, struct slice text, struct err *e)
{
	if (fs_write_atomic(j->dir, name, text, e) == 0)
		return 0;
	e->cls = ERR_TOOL;
	return err_wrap(e, "cannot prepare the kernel");
}

static void tell_lost(const struct job *j)
{
	char *path = fs_join(j->dir, ".config");
	struct buf got = BUF_INIT;
	struct slice one = {0};
	size_t n;

	buf_init(&got, CONFIG_MAX);
	if (fs_read(path, &got, NULL) == 0 && (n = kbuild_lost(buf_slice(&j->config), buf_slice(&got), &one)) > 0)
		say(j, "%zu option%s of the configuration did not hold in this tree with this compiler, as CONFIG_%.*s", n,
		    n == 1 ? "" : "s", (int)(one.n < 80 ? one.n : 80), one.p);
	buf_release(&got);
	free(path);
}

/* Without the programs that look through what was compiled: nothing is, and they take half of the time. */
#define NO_CHECKERS "CONFIG_OBJTOOL=", "CONFIG_STACK_VALIDATION=", "CONFIG_DEBUG_INFO_BTF="

static int ask(struct job *j, struct err *e)
{
	static const char *const goals[] = {NO_CHECKERS, "vmlinux", "modules", NULL};
	struct buf list = BUF_INIT;
	struct json_w w;
	size_t found = 0;
	int rc;

	buf_init(&list, LIST_MAX);
	json_w_init(&w, &list, false);
	json_open(&w, '[');
	rc = run_make(j, "make -n vmlinux modules", goals, ASK_MS, &w, &found, e);
	json_close(&w, ']');
	if (rc == 0 && found == 0)
		rc = err_set(e, ERR_TOOL, "cannot prepare the kernel: make does not say how its files are compiled");
	if (rc == 0)
		rc = write_file(j, "compile_commands.json", buf_slice(&list), e);
	if (rc == 0)
		say(j, "ready: it is known how %zu files are compiled", found);
	buf_release(&list);
	return rc;
}

static int steps(struct job *j, struct err *e)
{
	static const char *const apply[] = {"olddefconfig", NULL}, *const prepare[] = {NO_CHECKERS, "prepare", NULL};

	if (write_file(j, ".config", buf_slice(&j->config), e) < 0)
		return -1;
	say(j, "applying the configuration: make olddefconfig");
	if (run_make(j, "make olddefconfig", apply, CONFIG_MS, NULL, NULL, e) < 0)
		return -1;
	tell_lost(j);
	say(j, "making what compiling a file needs: make prepare");
	if (run_make(j, "make prepare", prepare, PREPARE_MS, NULL, NULL, e) < 0)
		return -1;
	say(j, "asking how files are compiled: make -n vmlinux modules");
	return ask(j, e);
}

/* ---- opening ---- */

/* What must be the same for it to be good still. */
static void write_stamp(const struct tree *t, struct buf *b)
{
	buf_addf(b, "%d\n%s\n", STAMP, t->snapshot[0] ? t->snapshot : t->commit);
}

static bool is_whole(const char *dir, const struct tree *t)
{
	char *path = fs_join(dir, stamp_name);
	struct buf want = BUF_INIT, is = BUF_INIT;
	bool whole;

	buf_init(&is, 4096);
	write_stamp(t, &want);
	whole = fs_read(path, &is, NULL) == 0 && slice_eq(buf_slice(&is), buf_slice(&want));
	buf_release(&want);
	buf_release(&is);
	free(path);
	return whole;
}

/* It was made, for another state of the tree: make does again what has changed. */
static bool take_stamp(const char *dir)
{
	char *path = fs_join(dir, stamp_name);
	bool had = unlink(path) == 0;

	free(path);
	return had;
}

/*
 * In its place, because a build knows its own path.  What a program that was killed left there is removed first: others that it
 * had started may be at work in it still.
 */
static int fill(struct job *j, struct err *e)
{
	struct buf stamp = BUF_INIT;
	int rc;

	if (choose_words(j, e) < 0)
		return -1;
	if (!take_stamp(j->dir))
		scratch_remove(j->dir);
	rc = fs_mkdirs(j->dir, e);
	if (rc == 0)
		rc = steps(j, e);
	write_stamp(j->t, &stamp);
	if (rc == 0)
		rc = write_file(j, stamp_name, buf_slice(&stamp), e);
	if (rc < 0)
		scratch_remove(j->dir);
	buf_release(&stamp);
	return rc;
}

static int open_locked(struct prepared *p, struct job *j, const char *cache, const char *id, struct err *e)
{
	char *path = cache_beside(cache, id, ".lock");
	int rc = 0;

	p->dir = fs_join(cache, id);
	j->dir = p->dir;
	p->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (p->lock < 0 || cache_lock(p->lock, LOCK_SH) < 0) {
		rc = err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", path);
	} else {
		futimens(p->lock, NULL); /* used last now */
		if (!is_whole(p->dir, j->t)) {
			if (cache_lock(p->lock, LOCK_EX | LOCK_NB) < 0) {
				say(j, "waiting for another program that prepares or uses the same");
				rc = cache_lock(p->lock, LOCK_EX) < 0 ? err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", path) : 0;
			}
			/* changing the lock lets others in between: look again */
			if (rc == 0 && !is_whole(p->dir, j->t))
				rc = fill(j, e);
			if (rc == 0)
				cache_trim(cache, "", PREPARE_KEEP, 0);
			if (rc == 0 && cache_lock(p->lock, LOCK_SH) < 0)
				rc = err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", path);
		}
	}
	free(path);
	return rc;
}

/* A build belongs to a tree and a configuration. */
static void name_it(const struct job *j, char id[SHA256_HEX + 1])
{
	struct buf key = BUF_INIT;

	sha256_of(buf_slice(&j->config), id);
	buf_addf(&key, "%s\n%s\n", j->t->dir, id);
	sha256_of(buf_slice(&key), id);
	id[40] = '\0';
	buf_release(&key);
}

int prepare_open(struct prepared *p, const struct tree *t, const char *config, const struct prepare_progress *progress, struct err *e)
{
	char *user = fs_user_dir(FS_CACHE), *cache = user ? fs_join(user, "builds") : NULL;
	struct job j = {.t = t, .progress = progress};
	char id[SHA256_HEX + 1];
	int rc;

	*p = (struct prepared){.lock = -1};
	if (!cache)
		rc = err_set(e, ERR_TOOL, "cannot prepare a kernel: neither XDG_CACHE_HOME nor HOME is an absolute path");
	else if (!t->kernel)
		rc = err_set(e, ERR_TOOL, "cannot prepare '%.300s': it has no kernel's Makefile", t->dir);
	else if (t->bare)
		rc = err_set(e, ERR_TOOL, "cannot prepare '%.300s': it is a repository without files: --commit names one", t->dir);
	else
		rc = read_config(&j, config, e);
	if (rc == 0) {
		name_it(&j, id);
		rc = fs_mkdirs(cache, e);
		if (rc < 0)
			e->cls = ERR_TOOL;
		else
			rc = open_locked(p, &j, cache, id, e);
	}
	buf_release(&j.config);
	free(user);
	free(cache);
	if (rc < 0)
		prepare_release(p);
	return rc;
}

int prepare_objects(struct prepared *p, const struct tree *t, const char *config, const char *const *objects,
		    const struct prepare_progress *progress, struct err *e)
{
	const char *goals[PREPARE_OBJECTS + 5] = {"-k", NO_CHECKERS};
	struct job j = {.t = t, .progress = progress, .dir = p->dir};
	size_t n = 4;
	int rc = read_config(&j, config, e);

	for (size_t i = 0; objects[i] && i < PREPARE_OBJECTS; i++)
		goals[n++] = objects[i];
	if (rc == 0)
		rc = choose_words(&j, e);
	if (rc == 0 && cache_lock(p->lock, LOCK_EX | LOCK_NB) < 0)
		rc = err_set(e, ERR_TOOL, "another program uses the same build");
	if (rc == 0)
		rc = run_make(&j, "make", goals, PREPARE_MS, NULL, NULL, e);
	if (cache_lock(p->lock, LOCK_SH) < 0 && rc == 0)
		rc = err_sys(e, ERR_TOOL, errno, "cannot lock '%s'", p->dir);
	buf_release(&j.config);
	return rc;
}

int prepare_again(struct prepared *p, const char *dir, struct err *e)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s.lock", dir);
	*p = (struct prepared){.dir = xstrdup(dir), .lock = open(buf_str(&path), O_RDWR | O_CLOEXEC)};
	buf_release(&path);
	if (p->lock >= 0 && cache_lock(p->lock, LOCK_SH) == 0 && cache_has(dir)) {
		futimens(p->lock, NULL);
		return 0;
	}
	prepare_release(p);
	return err_set(e, ERR_TOOL, "what was prepared in '%.300s' is gone", dir);
}

void prepare_release(struct prepared *p)
{
	if (p->lock >= 0)
		close(p->lock);
	free(p->dir);
	*p = (struct prepared){.lock = -1};
}
