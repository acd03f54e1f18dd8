#include "app/listing.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/kernel.h"
#include "workspace/tree.h"
#include "workspace/function.h"

/* Lines of a file that are looked at: the rest is as if it were not there. */
enum { LISTING_MAX = 1 << 20 };

enum { COMMIT_MIN = 7 }; /* hex digits that git takes for a commit */

struct slice session_commit(const struct session *s)
{
	const char *set = s->app ? s->app->conf.value[OPT_COMMIT] : NULL;

	return set && set[0] ? slice_str(set) : s->run->kernel_commit;
}

static void split(struct listing *out, struct arena *a, struct slice text)
{
	struct slice rest = text, line;
	size_t n = 0;

	while (n < LISTING_MAX && slice_line(&rest, &line))
		n++;
	out->line = arena_alloc(a, (n ? n : 1) * sizeof *out->line);
	rest = text;
	for (out->n = 0; out->n < n && slice_line(&rest, &line); out->n++)
		out->line[out->n] = line;
}

/* What is in front of a line end differs where tools leave blanks out. */
static bool same(struct slice a, struct slice b)
{
	return slice_eq(slice_rtrim(a), slice_rtrim(b));
}

/* A search shows the beginning of a long line, "..." behind it; a letter that was cut in two is none any more. */
static bool is_beginning(struct slice shown, struct slice text)
{
	static const char cut[] = "...", none[] = "\xef\xbf\xbd";

	if (!slice_ends(shown, cut))
		return false;
	shown.n -= sizeof cut - 1;
	while (slice_ends(shown, none))
		shown.n -= sizeof none - 1;
	return slice_eq(shown, slice_sub(text, 0, shown.n));
}

/* Is that how tools returned it? */
static bool agrees(const struct evidence_line *l, struct slice text)
{
	return same(l->text, text) || (l->kind == EVIDENCE_GREP && is_beginning(l->text, text));
}

/* Compare with what was returned and may be seen. */
static void compare(const struct session *s, struct listing *out)
{
	out->compared = out->differing = 0;
	for (size_t i = 0; out->file && i < out->file->n; i++) {
		const struct evidence_line *l = &out->file->lines[i];

		if (!session_shows_line(s, l))
			continue;
		out->compared++;
		out->differing += l->line > out->n || !agrees(l, out->line[l->line - 1]);
	}
}

/* The file as tools returned the whole of it; false where they did not. */
static bool whole(const struct session *s, const struct evidence_file *f, struct buf *text)
{
	if (!f || !f->whole || session_is_walking(s))
		return false;
	for (size_t i = 0; i < f->n; i++) {
		buf_add_slice(text, f->lines[i].text);
		buf_addc(text, '\n');
	}
	return true;
}

/* A commit whose file is as the tools returned it; empty where none is known (yet). */
static struct slice holder(const struct session *s, struct repo *r, struct slice path, struct arena *a, struct listing *out)
{
	struct slice id = {0}, why;
	struct buf text = BUF_INIT;
	enum repo_state state = REPO_NONE;

	if (whole(s, out->file, &text))
		state = repo_holder(r, path, buf_slice(&text), &id, &why);
	buf_release(&text);
	out->waits |= state == REPO_ASKED;
	return state == REPO_HAVE ? arena_slice(a, id) : SLICE("");
}

enum {
	HELD_FILES = 4, /* that are looked for in the history, where no commit is known */
	SHORT_ID = 12,
};

/* The commit that the recording names, where the one in use, in full, is another. */
static struct slice other_commit(const struct session *s, struct slice full)
{
	struct slice named = s->run->kernel_commit;
	size_t hex = 0;

	while (hex < named.n && strchr("0123456789abcdefABCDEF", named.p[hex]))
		hex++;
	if (hex < COMMIT_MIN || hex < named.n || named.n > full.n) /* a name, which may be that of the same one */
		return SLICE("");
	return strncasecmp(full.p, named.p, named.n) == 0 ? SLICE("") : named;
}

/* Is a commit, by its Makefile, of the report's release?  1, 0, or -1: not known (yet). */
static int is_of_release(const struct session *s, struct repo *r, struct slice commit, struct listing *out)
{
	struct slice release = s->run->crash->release, text, why;
	enum repo_state state = release.n ? repo_file(r, commit, SLICE("Makefile"), &text, &why) : REPO_NONE;
	char version[96];

	out->waits |= state == REPO_ASKED;
	if (state != REPO_HAVE || !tree_version(text, version, sizeof version))
		return -1;
	return tree_is_release(version, release);
}

/* The same of the release, where nothing else tells which kernel crashed. */
static struct slice other_release(const struct session *s, struct repo *r, struct listing *out)
{
	return !s->run->kernel_commit.n && is_of_release(s, r, out->commit, out) == 0 ? s->run->crash->release : SLICE("");
}

/* The tag that a release of that name has: "v6.1.192", "v6.18-rc4"; "": none. */
static void tag_of(const char *release, char tag[48])
{
	unsigned major, minor, patch, rc;
	int n = sscanf(release, "%4u.%4u.%4u-rc%3u", &major, &minor, &patch, &rc), at;

	tag[0] = '\0';
	if (n < 3)
		return;
	at = patch ? snprintf(tag, 48, "v%u.%u.%u", major, minor, patch) : snprintf(tag, 48, "v%u.%u", major, minor);
	if (n == 4)
		snprintf(tag + at, 48 - (size_t)at, "-rc%u", rc);
}

/* Nothing names the commit that crashed: what is checked out, or a tag, may be of its release. */
static void add_unknown(const struct session *s, struct repo *r, struct arena *a, struct listing *out, struct buf *b)
{
	const char *release = arena_str(a, s->run->crash->release);
	struct slice id, why;
	char tag[48];
	int fits = release[0] >= '0' && release[0] <= '9' ? is_of_release(s, r, SLICE("HEAD"), out) : -1;
	enum repo_state tagged = REPO_NONE;

	tag_of(release, tag);
	if (tag[0])
		tagged = repo_commit(r, slice_str(tag), &id, &why);
	out->waits |= tagged == REPO_ASKED;
	buf_adds(b, "the commit that crashed is not known");
	if (fits == 1)
		buf_addf(b, "; what is checked out is of its release %s: :set commit HEAD takes that", release);
	else if (tagged == REPO_HAVE)
		buf_addf(b, ", its release is %s: :set commit %s takes the one of that tag", release, tag);
	else if (fits == 0)
		buf_addf(b, ", and what is checked out is of another release than its %s: :set commit COMMIT names it", release);
	else
		buf_adds(b, ": :set commit COMMIT names it");
}

/*
 * Why there is no text of the repository: nothing names a commit.  One that has a file as tools returned it is told, but not taken:
 * the one that crashed may have that, too, and others otherwise.
 */
static void ask_for_commit(const struct session *s, struct repo *r, struct arena *a, struct listing *out)
{
	struct buf why = BUF_INIT;
	size_t held = 0;

	add_unknown(s, r, a, out, &why);
	for (size_t i = 0; i < evidence_files(s->evidence) && held < HELD_FILES; i++) {
		const struct evidence_file *f = session_file(s, evidence_at(s->evidence, i)->path);
		struct listing of = {.file = f};
		struct slice id;

		if (!f || !f->whole)
			continue;
		held++;
		id = holder(s, r, f->path, a, &of);
		out->waits |= of.waits;
		if (!id.n)
			continue;
		buf_addf(&why, "; %.*s is as in %.*s", (int)f->path.n, f->path.p, (int)(id.n < SHORT_ID ? id.n : SHORT_ID), id.p);
		break;
	}
	out->why = arena_slice(a, buf_slice(&why));
	buf_release(&why);
}

static void look(struct session *s, struct repo *r, struct slice path, struct arena *a, struct listing *out)
{
	struct slice text, why;
	enum repo_state state;

	if (out->commit.n == 0) {
		out->commit = holder(s, r, path, a, out);
		out->found = out->commit.n > 0;
	}
	if (out->commit.n == 0) {
		out->unnamed = true;
		ask_for_commit(s, r, a, out);
		return;
	}
	state = repo_file(r, out->commit, path, &text, &why);
	out->waits |= state == REPO_ASKED;
	if (state == REPO_NONE) {
		out->why = arena_slice(a, why);
		out->fits = holder(s, r, path, a, out);
	}
	if (state != REPO_HAVE)
		return;
	split(out, a, arena_slice(a, text));
	if (repo_commit(r, out->commit, &text, &why) == REPO_HAVE) { /* a name may mean another one tomorrow */
		out->commit = arena_slice(a, text);
		out->other = s->run->kernel_commit.n ? other_commit(s, out->commit) : other_release(s, r, out);
	}
	compare(s, out);
	if (out->differing)
		out->fits = holder(s, r, path, a, out);
	else
		out->from = LISTING_COMMIT;
}

static void look_at(struct session *s, struct slice path, struct slice commit, struct arena *a, struct listing *out)
{
	struct err e;
	struct repo *r = kernel_repo(s->app ? s->app->kernel : NULL, &e);

	*out = (struct listing){.file = session_file(s, path), .commit = arena_slice(a, commit)};
	out->from = out->file ? LISTING_TOOLS : LISTING_NONE;
	if (r && path.n)
		look(s, r, path, a, out);
	else if (e.cls != ERR_NONE)
		out->why = arena_slice(a, slice_str(e.msg));
	out->late = out->waits && repo_is_late(r);
}

void listing_of(struct session *s, struct slice path, struct arena *a, struct listing *out)
{
	look_at(s, path, session_commit(s), a, out);
}

void listing_at_commit(struct session *s, struct slice path, struct slice commit, struct arena *a, struct listing *out)
{
	look_at(s, path, commit, a, out);
	if (!out->differing)
		return;
	out->from = LISTING_COMMIT;
	out->file = NULL;
}

/* ---- is it of the kernel that crashed? ---- */

struct slice listing_file_of_run(const struct session *s, size_t i)
{
	const struct crash *c = s->run->crash;

	if (i < evidence_files(s->evidence))
		return evidence_at(s->evidence, i)->path;
	i -= evidence_files(s->evidence);
	for (unsigned a = 0; a < crash_nstacks(c); a++) {
		size_t n;
		const struct frame *f = crash_frames(c, a, &n);

		if (i < n)
			return f[i].file.n ? f[i].file : SLICE("?");
		i -= n;
	}
	return SLICE("");
}

/* Is a line that was returned another one there? */
static bool differs(const struct session *s, struct slice path, struct slice text)
{
	const struct evidence_file *f = session_file(s, path);
	struct slice line;
	uint32_t number = 0;

	while (f && slice_line(&text, &line)) {
		const struct evidence_line *l = evidence_line(f, ++number);

		if (l && session_shows_line(s, l) && !agrees(l, line))
			return true;
	}
	return f && f->n && session_shows_line(s, &f->lines[f->n - 1]) && f->lines[f->n - 1].line > number;
}

bool listing_is_foreign(struct session *s, bool *asks)
{
	struct err e;
	struct repo *r = kernel_repo(s->app ? s->app->kernel : NULL, &e);
	struct slice commit = session_commit(s), text, why, path;
	bool foreign = false;

	for (size_t i = 0; r && commit.n && i < LISTING_FILES && (path = listing_file_of_run(s, i)).n; i++) {
		enum repo_state state = repo_file(r, commit, path, &text, &why);

		*asks |= state == REPO_ASKED;
		foreign |= state == REPO_HAVE && differs(s, path, text);
		foreign |= state == REPO_NONE && session_file(s, path) && repo_is_gone(r, commit, path, asks);
	}
	return foreign;
}

/* ---- lines ---- */

bool listing_at(const struct session *s, const struct listing *l, uint32_t number, struct slice *text, const struct evidence_line **read)
{
	const struct evidence_line *e = l->file ? evidence_line(l->file, number) : NULL;

	*read = e && session_shows_line(s, e) ? e : NULL;
	if (l->from == LISTING_COMMIT) {
		if (number == 0 || number > l->n)
			return false;
		*text = l->line[number - 1];
		return true;
	}
	if (!*read)
		return false;
	*text = e->text;
	return true;
}

bool listing_function(struct session *s, struct slice path, uint32_t line, uint32_t *first, uint32_t *last)
{
	struct arena *a = arena_new();
	struct buf text = BUF_INIT;
	struct listing l;
	struct function f;
	bool found;

	listing_of(s, path, a, &l);
	if (l.from == LISTING_COMMIT)
		for (size_t i = 0; i < l.n; i++)
			buf_addf(&text, "%.*s\n", (int)l.line[i].n, l.line[i].p);
	else
		whole(s, l.file, &text);
	found = text.n && function_at(buf_slice(&text), line, &f);
	if (found) {
		*first = f.first;
		*last = f.last;
	}
	buf_release(&text);
	arena_free(a);
	return found;
}
