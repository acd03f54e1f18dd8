/*
 * lines-since: whether and how lines of a file, or all of it, are others in another commit, a branch most often: what it is called
 * there, the commits in between, and the difference.
 */
#include <stdio.h>
#include <string.h>

#include "workspace/tool_lines.h"
#include "workspace/tools.h"

enum { TIME_MS = 5 * 60 * 1000, RENAMES = 8, DIFF_LINES = 2000, DIFF_BYTES = 1 << 20 };

struct since {
	struct tool_git g;
	struct arena *a;
	struct lines_question q;
	char to[TREE_ID];        /* the other commit */
	const char *path;        /* what the file is called there; NULL: it is gone */
	const char *gone;        /* with which commit; NULL: it is not known */
	int64_t first, last;     /* the lines there; last < first: none is left of them */
	size_t hunks, touching;  /* differences of the file, and those of them that are of the lines */
	struct buf said, diff;   /* diff: those that are */
};

/* "COMMIT:PATH" */
static const char *spec(struct since *s, const char *commit, const char *path)
{
	struct buf b = BUF_INIT;
	const char *out;

	buf_addf(&b, "%s:%s", commit, path);
	out = arena_str(s->a, buf_slice(&b));
	buf_release(&b);
	return out;
}

/* The id of a file's content, in the arena; empty where there is no such file. */
static int blob_of(struct since *s, const char *commit, const char *path, struct slice *id, struct err *e)
{
	const char *args[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", NULL, NULL};
	int status;

	args[4] = spec(s, commit, path);
	if (tool_git_read(&s->g, args, &s->said, &status, e) < 0)
		return -1;
	*id = status == 0 ? arena_slice(s->a, slice_trim(buf_slice(&s->said))) : SLICE("");
	return 0;
}

/* ---- what the file is called there ---- */

static struct slice next_field(struct slice *rest)
{
	size_t end = slice_chr(*rest, '\0', 0);
	struct slice field = slice_sub(*rest, 0, end);

	*rest = slice_sub(*rest, end == SLICE_NONE ? rest->n : end + 1, rest->n);
	return field;
}

/* What commit `id`, in which `path` went, made of it: "R097" FROM TO; NULL where nothing. */
static int renamed_in(struct since *s, const char *id, const char *path, const char **to, struct err *e)
{
	const char *args[] = {"diff-tree", "-r", "-M", "-z", "--no-commit-id", "--name-status", "--root", NULL, NULL};
	struct slice rest;

	args[7] = id;
	*to = NULL;
	if (tool_git_read(&s->g, args, &s->said, NULL, e) < 0)
		return -1;
	rest = buf_slice(&s->said);
	while (rest.n && !*to) {
		struct slice kind = next_field(&rest), from = next_field(&rest), target = {0};

		if (slice_starts(kind, "R") || slice_starts(kind, "C"))
			target = next_field(&rest);
		if (slice_starts(kind, "R") && slice_is(from, path))
			*to = arena_str(s->a, target);
	}
	return 0;
}

/* The commit between the two in which `path` went; empty where none is known. */
static int deletion(struct since *s, const char *path, struct slice *id, struct err *e)
{
	const char *args[] = {"log", "-1", "--format=%H", "--diff-filter=D", "--no-renames", "--no-show-signature", NULL, NULL, "--", NULL,
			      NULL};
	char not[TREE_ID + 1];

	snprintf(not, sizeof not, "^%s", s->g.tree.commit);
	args[6] = s->to;
	args[7] = not;
	args[9] = path;
	if (tool_git_read(&s->g, args, &s->said, NULL, e) < 0)
		return -1;
	*id = arena_slice(s->a, slice_trim(buf_slice(&s->said)));
	return 0;
}

static int find_path(struct since *s, struct slice *blob, struct err *e)
{
	const char *path = s->q.file, *to;
	struct slice id;

	for (int i = 0; i <= RENAMES; i++) {
		if (blob_of(s, s->to, path, blob, e) < 0)
			return -1;
		if (blob->n) {
			s->path = path;
			return 0;
		}
		if (deletion(s, path, &id, e) < 0)
			return -1;
		if (id.n == 0)
			return 0;
		s->gone = arena_str(s->a, id);
		if (renamed_in(s, s->gone, path, &to, e) < 0)
			return -1;
		if (!to)
			return 0;
		path = to;
	}
	return 0;
}

/* ---- the difference ---- */

/* "@@ -12,3 +14,0 @@ …" */
static bool read_hunk(struct slice line, int64_t v[4])
{
	struct slice word;

	v[1] = v[3] = 1;
	if (!slice_eat(&line, "@@ "))
		return false;
	for (int i = 0; i < 4; i += 2) {
		size_t comma;

		if (!slice_word(&line, &word) || !slice_eat(&word, i ? "+" : "-"))
			return false;
		comma = slice_chr(word, ',', 0);
		if (!slice_i64(slice_sub(word, 0, comma), &v[i]) ||
		    (comma != SLICE_NONE && !slice_i64(slice_sub(word, comma + 1, word.n), &v[i + 1])))
			return false;
	}
	return true;
}

/* Lines v[0] … of `v[1]` became those from v[2] of `v[3]`; of none, v[0] is the line in front of what came in. */
static bool touches(const struct since *s, const int64_t v[4])
{
	int64_t first = v[0], last = v[0] + v[1] - 1;

	if (s->q.end == 0)
		return true;
	if (v[1] == 0) /* between two of them, or right in front of the first one: that is not theirs */
		return v[0] >= s->q.start && v[0] < s->q.end;
	return first <= s->q.end && last >= s->q.start;
}

/* What the hunk does to where the lines are there. */
static void shift(struct since *s, const int64_t v[4])
{
	int64_t first = v[0] + (v[1] == 0), end = v[0] + (v[1] == 0) + v[1], by = v[3] - v[1];

	if (s->q.end == 0)
		return;
	if (end <= s->q.start && !touches(s, v)) { /* above */
		s->first += by;
		s->last += by;
	} else if (touches(s, v)) {
		int64_t there = v[2] + (v[3] == 0); /* where what it puts in begins */

		if (first < s->q.start)
			s->first = there;
		s->last = end > s->q.end + 1 ? there + v[3] - 1 : s->last + by;
	}
}

static int compare(struct since *s, struct err *e)
{
	const char *args[] = {"diff", "--no-color", "--no-ext-diff", "--no-textconv", "-U0", NULL, NULL, "--", NULL};
	struct slice rest, line;
	int64_t v[4];
	bool keep = false;
	size_t lines = 0;

	args[5] = spec(s, s->g.tree.commit, s->q.file);
	args[6] = spec(s, s->to, s->path);
	s->first = s->q.start;
	s->last = s->q.end;
	if (tool_git_read(&s->g, args, &s->said, NULL, e) < 0)
		return -1;
	rest = buf_slice(&s->said);
	while (slice_line(&rest, &line)) {
		if (read_hunk(line, v)) {
			keep = touches(s, v);
			s->hunks++;
			s->touching += keep;
			shift(s, v);
		} else if (!s->hunks) {
			continue; /* names and ids */
		}
		if (keep && lines++ < DIFF_LINES && s->diff.n < DIFF_BYTES) {
			buf_add_slice(&s->diff, line);
			buf_addc(&s->diff, '\n');
		}
	}
	return 0;
}

/* ---- the commits in between ---- */

static int find_commits(struct since *s, struct err *e)
{
	const char *args[20] = {"log", "--no-patch", LINES_FORMAT, "--no-color", "--no-decorate", "--no-ext-diff", "--no-textconv",
				"--no-show-signature", "--no-mailmap"};
	bool lines = s->q.end && s->path && s->hunks && s->last >= s->first;
	struct buf range = BUF_INIT;
	char count[32], not[TREE_ID + 1];
	size_t n = 9;
	int rc;

	snprintf(count, sizeof count, "--max-count=%d", LINES_COMMITS + 1);
	snprintf(not, sizeof not, "^%s", s->g.tree.commit);
	args[n++] = count;
	if (lines) {
		buf_addf(&range, "-L%lld,%lld:%s", (long long)s->first, (long long)s->last, s->path);
		args[n++] = buf_str(&range);
	} else {
		args[n++] = "--no-merges";
		if (s->path)
			args[n++] = "--follow";
	}
	args[n++] = s->to;
	args[n++] = not;
	args[n++] = "--";
	if (!lines)
		args[n++] = s->path ? s->path : s->q.file;
	args[n] = NULL;
	rc = tool_git_read(&s->g, args, &s->said, NULL, e);
	buf_release(&range);
	return rc;
}

/* Is the commit in what the other one is made of? */
static int is_before(struct since *s, bool *before, struct err *e)
{
	const char *args[] = {"merge-base", "--is-ancestor", s->g.tree.commit, s->to, NULL};
	int status;

	if (tool_git_read(&s->g, args, &s->said, &status, e) < 0)
		return -1;
	*before = status == 0;
	return 0;
}

/* ---- the answer ---- */

/* Where git shows no difference of what differs, as of binary files, it may be anywhere. */
static const char *state_of(const struct since *s, bool same)
{
	return !s->path ? "gone" : same ? "unchanged" : s->hunks && !s->touching ? "elsewhere" : "changed";
}

static int look(struct since *s, struct buf *out, struct err *e)
{
	struct slice here, there;
	bool before, more = false, same;
	const char *state;
	struct json_w w;
	int rc;

	if (tree_commit(&s->g.tree, arena_str(s->a, s->q.since), s->to, e) < 0) {
		e->cls = ERR_NO;
		return -1;
	}
	if (blob_of(s, s->g.tree.commit, s->q.file, &here, e) < 0 || find_path(s, &there, e) < 0 || is_before(s, &before, e) < 0)
		return -1;
	if (here.n == 0)
		return err_set(e, ERR_NO, "'%.200s' is not in commit %.12s", s->q.file, s->g.tree.commit);
	same = slice_eq(here, there);
	if (s->path && !same && compare(s, e) < 0)
		return -1;
	state = state_of(s, same);
	rc = strcmp(state, "changed") == 0 || strcmp(state, "gone") == 0 ? find_commits(s, e) : 0;
	if (rc < 0)
		return -1;
	json_w_init(&w, out, false);
	json_open(&w, '{');
	json_kcstr(&w, "State", state);
	json_kcstr(&w, "To", s->to);
	json_kcstr(&w, "File", s->path);
	json_kcstr(&w, "Gone", s->path ? NULL : s->gone);
	if (s->path && s->q.end && !same && s->last >= s->first) {
		json_kint(&w, "Start", s->first);
		json_kint(&w, "End", s->last);
	}
	if (s->path && s->q.end)
		json_kbool(&w, "LinesLeft", same || s->last >= s->first);
	json_kbool(&w, "Before", before);
	lines_write_commits(&w, strcmp(state, "changed") == 0 || strcmp(state, "gone") == 0 ? buf_slice(&s->said) : SLICE(""), &more);
	json_key(&w, "Diff");
	json_str(&w, buf_slice(&s->diff));
	lines_write_note(&w, &s->g, more ? "There are older commits." : "");
	json_close(&w, '}');
	return 0;
}

static int lines_since(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct since s = {.a = arena_new()};
	int rc = lines_read(s.a, raw, true, &s.q, e) < 0 ? -1 : tool_git_open(&s.g, "lines-since", r, e);

	if (rc == 0) {
		s.g.ms = TIME_MS;
		s.g.advice = "Ask for fewer lines, or for a nearer commit.";
		buf_init(&s.said, TOOL_GIT_BYTES);
		rc = look(&s, out, e);
		tool_git_release(&s.g);
	}
	buf_release(&s.said);
	buf_release(&s.diff);
	arena_free(s.a);
	return rc;
}

static const struct tool_field args[] = {
	{"File", TOOL_STRING, false, "path of the file, relative to the root of the source tree", "file", NULL},
	{"Start", TOOL_INTEGER, true, "number of the first line; without lines it is asked of the whole file", "start", NULL},
	{"End", TOOL_INTEGER, true, "number of the last line", "end", NULL},
	{"Since", TOOL_STRING, false, "the other commit: a branch, a tag, an id", "since", NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"State", TOOL_STRING, false, "unchanged; elsewhere: the file changed, these lines did not; changed; gone: there is no such file",
	 NULL, NULL},
	{"To", TOOL_STRING, false, "the other commit", NULL, NULL},
	{"File", TOOL_STRING, true, "what the file is called there", NULL, NULL},
	{"Gone", TOOL_STRING, true, "the commit that took it away", NULL, NULL},
	{"Start", TOOL_INTEGER, true, "the first of these lines there", NULL, NULL},
	{"End", TOOL_INTEGER, true, "the last of them", NULL, NULL},
	{"LinesLeft", TOOL_BOOLEAN, true, "something is left of the lines", NULL, NULL},
	{"Before", TOOL_BOOLEAN, false, "the other commit is made of this one: false where both have changes of their own", NULL, NULL},
	{"Commits", TOOL_OBJECTS, false, "that changed them in between, the newest first, at most 50", NULL, NULL},
	{"Diff", TOOL_STRING, false, "what is otherwise there, of these lines", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_lines_since = {
	.name = "lines-since",
	.description = "Say whether lines of a file are others in another commit, by which commits, and how.",
	.args = args,
	.results = results,
	.history = true,
	.run = lines_since,
};
