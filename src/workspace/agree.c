#include "workspace/agree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "workspace/racing.h"

struct check {
	const struct tree *t, *repository;
	const struct crash *c;
	struct diags *out;
};

/* Add a sentence, once: both accesses may lie in the same file. */
static void say(const struct check *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(const struct check *k, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	bool known = false;
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < k->out->n; i++)
		known = known || strcmp(k->out->d[i].text, buf_str(&b)) == 0;
	if (!known)
		diags_add(k->out, DIAG_WARNING, 0, 0, "%s", buf_str(&b));
	buf_release(&b);
}

/* For "%.*s": long texts of reports are cut. */
static int len(struct slice s)
{
	return s.n < 120 ? (int)s.n : 120;
}

/* ---- which kernel ---- */

static void check_release(const struct check *k)
{
	struct slice release = k->c->release;

	if (!k->t->kernel)
		say(k, "'%s' is no kernel tree (no Makefile with VERSION and PATCHLEVEL): name one with --kernel DIR", k->t->dir);
	else if (release.n && !tree_is_release(k->t->version, release))
		say(k, "the report is of kernel %.*s, the tree is %s", len(release), release.p, k->t->version);
}

static void check_commit(const struct check *k)
{
	struct slice hash = crash_release_commit(k->c);
	char id[TREE_ID], name[TREE_ID];
	struct err e = {0};

	if (!hash.n || hash.n >= sizeof name)
		return;
	if (!k->t->git_dir) {
		diags_add(k->out, DIAG_NOTE, 0, 0,
			  "the report is of commit %.*s; the tree is not under git, so its commit is unknown", len(hash), hash.p);
		return;
	}
	memcpy(name, hash.p, hash.n);
	name[hash.n] = '\0';
	if (k->t->commit[0] && strncmp(k->t->commit, name, hash.n) == 0) {
		if (k->t->dirty)
			say(k, "the tree has changes since commit %s, which the report is of: --commit %s reads it without them", name,
			    name);
		return;
	}
	if (tree_commit(k->repository, name, id, &e) < 0)
		say(k, "the report is of another commit than the tree (%.12s): %s", k->t->commit[0] ? k->t->commit : "none", e.msg);
	else
		say(k, "the report is of commit %s, the tree is at %.12s: --commit %s reads the right one", name,
		    k->t->commit[0] ? k->t->commit : "none", name);
}

/* ---- which machine ---- */

/* The architecture in "arch/NAME/…" of any frame; empty where there is none. */
static struct slice arch_of(const struct crash *c)
{
	for (size_t i = 0; i < crash_nstacks(c); i++) {
		size_t n;
		const struct frame *f = crash_frames(c, i, &n);

		for (size_t j = 0; j < n; j++) {
			struct slice s = f[j].file;
			size_t at = slice_starts(s, "arch/") ? 0 : slice_find(s, "/arch/", 0);

			if (at == SLICE_NONE)
				continue;
			s = slice_sub(s, at + (at ? 6 : 5), s.n);
			return slice_sub(s, 0, slice_chr(s, '/', 0));
		}
	}
	return (struct slice){0};
}

/* The architecture that the tree is configured for: "# Linux/x86 6.18.0 Kernel Configuration". */
static struct slice configured_arch(struct slice config)
{
	struct slice line;

	for (int i = 0; i < 5 && slice_line(&config, &line); i++)
		if (slice_eat(&line, "# Linux/"))
			return slice_sub(line, 0, slice_chr(line, ' ', 0));
	return (struct slice){0};
}

static void check_machine(const struct check *k)
{
	struct slice arch = arch_of(k->c), other;
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct stat st;

	if (!arch.n || arch.n > 32 || !k->t->kernel || k->t->bare)
		return;
	buf_addf(&path, "%s/arch/%.*s", k->t->dir, (int)arch.n, arch.p);
	if (stat(buf_str(&path), &st) < 0)
		say(k, "the report is of a machine with arch/%.*s, which the tree does not have", (int)arch.n, arch.p);
	buf_clear(&path);
	buf_addf(&path, "%s/.config", k->t->dir);
	buf_init(&text, 4 << 20);
	if (stat(buf_str(&path), &st) == 0 && S_ISREG(st.st_mode) && fs_read(buf_str(&path), &text, NULL) == 0) {
		other = configured_arch(buf_slice(&text));
		if (other.n && !slice_eq(other, arch))
			say(k, "the report is of a machine with arch/%.*s, the tree is configured for %.*s", (int)arch.n, arch.p,
			    len(other), other.p);
	}
	buf_release(&path);
	buf_release(&text);
}

/* ---- the racing functions ---- */

/* Without what a compiler adds: "f.isra.0", "f.constprop.0". */
static struct slice plain_name(struct slice function)
{
	return slice_sub(function, 0, slice_chr(function, '.', 0));
}

static void check_frame(const struct check *k, const struct root *r, const struct frame *f)
{
	struct buf text = BUF_INIT, path = BUF_INIT, name = BUF_INIT;
	struct err e = {0};
	struct function fn;

	if (!f->file.n || !f->line)
		return;
	if (racing_read(r, f, &text, &path, &e) < 0) {
		say(k, "%.*s, where the crash happened, is not in the tree: %s", len(f->file), f->file.p, e.msg);
	} else if (!function_at(buf_slice(&text), f->line, &fn)) {
		say(k, "%s: line %u lies in no function, the report says %.*s()", buf_str(&path), (unsigned)f->line,
		    len(f->function), f->function.n ? f->function.p : "");
	} else if (!fn.macro && f->function.n && !slice_eq(fn.name, plain_name(f->function))) {
		function_name(&name, &fn);
		say(k, "%s: line %u lies in %s, the report says %.*s(): is this the source that crashed?", buf_str(&path),
		    (unsigned)f->line, buf_str(&name), len(f->function), f->function.p);
	}
	buf_release(&text);
	buf_release(&path);
	buf_release(&name);
}

/* ---- the functions that led there ---- */

/* Of all stacks together; frames in one file often follow each other, so the last file is kept. */
enum { OUTER_MAX = 256, OUTER_BYTES = 64 << 20 }; /* frames, and bytes of their files */

struct frames {
	const struct check *k;
	struct root r;
	struct slice file;      /* of a frame: what `text` and `path` are of */
	struct buf text, path;
	bool read;              /* the file is there */
	size_t looked, missing; /* outer frames with a place in C code; those whose file the tree does not have */
	struct slice first;     /* missing file */
	size_t bytes, left;     /* read of files; frames past a ceiling */
};

static bool is_c(struct slice file)
{
	return slice_ends(file, ".c") || slice_ends(file, ".h");
}

static void read_file(struct frames *all, const struct frame *f)
{
	struct err e;

	if (slice_eq(all->file, f->file))
		return;
	buf_release(&all->text);
	buf_release(&all->path);
	all->file = f->file;
	all->read = racing_read(&all->r, f, &all->text, &all->path, &e) == 0;
	all->bytes += all->text.n;
}

/*
 * Farther out less speaks against a tree than where the crash happened: entries stand in lists that macros make functions of,
 * and a small tree has not all files.  What counts is a line of another function.
 */
static void check_outer(struct frames *all, const struct frame *f)
{
	struct buf name = BUF_INIT;
	struct function fn;

	if (!is_c(f->file) || !f->line)
		return;
	if (all->looked == OUTER_MAX || all->bytes > OUTER_BYTES) {
		all->left++;
		return;
	}
	all->looked++;
	read_file(all, f);
	if (!all->read) {
		if (all->missing++ == 0)
			all->first = f->file;
		return;
	}
	if (!f->function.n || !function_at(buf_slice(&all->text), f->line, &fn) || fn.macro || slice_eq(fn.name, plain_name(f->function)))
		return;
	function_name(&name, &fn);
	say(all->k, "%s: line %u lies in %s, the report says %.*s(), farther out: is this the source that crashed?", buf_str(&all->path),
	    (unsigned)f->line, buf_str(&name), len(f->function), f->function.p);
	buf_release(&name);
}

/* All frames of all stacks but those of each_frame(). */
static void check_outer_frames(struct frames *all)
{
	const struct crash *c = all->k->c;

	for (size_t i = 0; i < crash_nstacks(c); i++) {
		bool racing = c->naccesses || i == c->stack_main;
		size_t n;
		const struct frame *f = crash_frames(c, i, &n);

		for (size_t j = racing ? crash_site(c, i) + 1 : 0; j < n; j++)
			check_outer(all, &f[j]);
	}
	if (all->missing)
		diags_add(all->k->out, DIAG_NOTE, 0, 0, "%zu of %zu frames farther out cannot be compared: the tree does not have %.*s%s",
			  all->missing, all->looked, len(all->first), all->first.p, all->missing > 1 ? " and others" : "");
	if (all->left)
		diags_add(all->k->out, DIAG_NOTE, 0, 0, "%zu further frames are not compared: there are too many", all->left);
	buf_release(&all->text);
	buf_release(&all->path);
}

static void each_frame(void *arg, const struct frame *f)
{
	struct frames *all = arg;

	check_frame(all->k, &all->r, f);
}

static void check_frames(const struct check *k)
{
	struct frames all = {.k = k};

	if (k->t->bare || root_open(&all.r, k->t->dir, NULL) < 0)
		return;
	racing_frames(k->c, each_frame, &all);
	check_outer_frames(&all);
	root_release(&all.r);
}

void agree_check(const struct tree *t, const struct tree *repository, const struct crash *c, struct diags *out)
{
	struct check k = {t, repository, c, out};

	check_release(&k);
	check_commit(&k);
	check_machine(&k);
	check_frames(&k);
}
