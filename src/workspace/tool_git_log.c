/* git-log: which commits changed something (syzkaller-workflow §4.7). */
#include <string.h>

#include "base/json.h"
#include "workspace/tool_git.h"
#include "workspace/tools.h"

enum { COUNT = 10, COUNT_MAX = 100, MESSAGES_MAX = 16, TIME_MS = 9 * 60 * 1000 };

/* What is asked; the strings lie in an arena, an absent one is empty. */
struct query {
	struct slice code, symbol, source, prefix, since;
	struct slice message[MESSAGES_MAX];
	size_t nmessages;
	int64_t count;
};

static int read_messages(struct arena *a, struct slice raw, struct query *q, struct err *e)
{
	struct json_iter it = json_iter(raw);

	while (raw.n && json_next(&it)) {
		struct slice m = json_string(a, it.value);

		if (m.n == 0)
			continue;
		if (q->nmessages == MESSAGES_MAX)
			return err_set(e, ERR_NO, "MessageRegexps has more than %d expressions", MESSAGES_MAX);
		if (tool_git_check(m, "an expression of MessageRegexps", e) < 0)
			return -1;
		q->message[q->nmessages++] = m;
	}
	return 0;
}

/* A number and a unit of time, as git's --since takes them: anything else it would take for now. */
static int check_since(struct slice s, struct err *e)
{
	static const char *const units[] = {"year", "years", "month", "months", "week", "weeks", "day", "days"};
	struct slice rest = slice_trim(s);
	size_t digits = 0;

	while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9')
		digits++;
	if (digits > 0 && digits < 6) {
		rest = slice_trim(slice_sub(rest, digits, rest.n));
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (slice_is(rest, units[i]))
				return 0;
	}
	return err_set(e, ERR_NO, "Since must be a number and a unit, as in \"2 years\": year(s), month(s), week(s) or day(s)");
}

/* It becomes half of -L:NAME:FILE, where a colon ends it. */
static bool is_symbol(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9')))
			return false;
	}
	return true;
}

static int check(const struct query *q, struct err *e)
{
	if (!q->code.n && !q->symbol.n && !q->nmessages && !q->prefix.n)
		return err_set(e, ERR_NO, "at least one of CodeRegexp, SymbolName, MessageRegexps, or PathPrefix must be set");
	if (q->symbol.n && !q->source.n)
		return err_set(e, ERR_NO, "SymbolName needs SourcePath, the file that it is in");
	if (q->symbol.n && q->prefix.n)
		return err_set(e, ERR_NO, "SymbolName and PathPrefix cannot be used together");
	if (!is_symbol(q->symbol))
		return err_set(e, ERR_NO, "SymbolName must be one identifier");
	if (tool_git_check(q->code, "CodeRegexp", e) < 0 || tool_git_check(q->symbol, "SymbolName", e) < 0)
		return -1;
	return q->since.n ? check_since(q->since, e) : 0;
}

static int read_query(struct arena *a, struct slice args, struct query *q, struct err *e)
{
	*q = (struct query){.count = 0};
	json_get_str(a, args, "CodeRegexp", &q->code);
	json_get_str(a, args, "SymbolName", &q->symbol);
	json_get_str(a, args, "SourcePath", &q->source);
	json_get_str(a, args, "PathPrefix", &q->prefix);
	json_get_str(a, args, "Since", &q->since);
	json_get_int(args, "Count", &q->count);
	q->count = q->count <= 0 ? COUNT : q->count > COUNT_MAX ? COUNT_MAX : q->count;
	return read_messages(a, json_member(args, "MessageRegexps"), q, e) < 0 ? -1 : check(q, e);
}

/* "HEAD" and "TAIL" in one string of the arena. */
static const char *joined(struct arena *a, const char *head, struct slice tail)
{
	struct buf b = BUF_INIT;
	const char *s;

	buf_adds(&b, head);
	buf_add_slice(&b, tail);
	s = arena_str(a, buf_slice(&b));
	buf_release(&b);
	return s;
}

static int clean(struct arena *a, struct slice *path, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc = root_clean(*path, &b, e);

	if (rc == 0)
		*path = arena_slice(a, buf_slice(&b));
	buf_release(&b);
	return rc;
}

/* The order matters to git in one place only: what is behind "--" are paths. */
static void fill(struct arena *a, const struct query *q, const char *commit, const char **args)
{
	static const char *const command[] = {
		"log", "--no-patch", "--format=%h %s", "--abbrev=12", "--no-color", "--no-decorate", "--no-ext-diff",
		"--no-textconv", "--no-show-signature", "--no-mailmap", "-E",
	};
	size_t n = sizeof command / sizeof *command;
	struct buf b = BUF_INIT;

	memcpy(args, command, sizeof command);
	buf_addf(&b, "--max-count=%lld", (long long)q->count);
	args[n++] = arena_str(a, buf_slice(&b));
	if (q->code.n)
		args[n++] = joined(a, "-G", q->code);
	if (q->symbol.n) {
		buf_clear(&b);
		buf_addf(&b, "-L:%.*s:%.*s", (int)q->symbol.n, q->symbol.p, (int)q->source.n, q->source.p);
		args[n++] = arena_str(a, buf_slice(&b));
	}
	if (!q->code.n && !q->symbol.n)
		args[n++] = "--no-merges";
	for (size_t i = 0; i < q->nmessages; i++)
		args[n++] = joined(a, "--grep=", q->message[i]);
	if (q->nmessages) {
		args[n++] = "--all-match";
		args[n++] = "--regexp-ignore-case";
	}
	if (q->since.n)
		args[n++] = joined(a, "--since=", slice_trim(q->since));
	args[n++] = commit;
	args[n++] = "--";
	if (q->prefix.n)
		args[n++] = arena_str(a, q->prefix);
	args[n] = NULL;
	buf_release(&b);
}

static int git_log(const struct root *r, struct slice raw, struct buf *out, struct err *e)
{
	struct arena *a = arena_new();
	const char *args[MESSAGES_MAX + 24];
	struct tool_git g;
	struct query q;
	int rc = read_query(a, raw, &q, e);

	if (rc == 0 && q.source.n)
		rc = clean(a, &q.source, e);
	if (rc == 0 && q.prefix.n)
		rc = clean(a, &q.prefix, e);
	if (rc == 0)
		rc = tool_git_open(&g, "git-log", r, e);
	if (rc == 0) {
		g.lines = COUNT_MAX;
		g.ms = TIME_MS;
		g.past = true;
		g.advice = "Give PathPrefix or Since, or a simpler expression.";
		fill(a, &q, g.tree.commit, args);
		rc = tool_git_answer(&g, args, out, e);
		tool_git_release(&g);
	}
	arena_free(a);
	return rc;
}

static const struct tool_field args[] = {
	{"CodeRegexp", TOOL_STRING, true, "commits that add or remove a line which this extended regular expression matches",
	 "code-regexp", NULL},
	{"SymbolName", TOOL_STRING, true, "commits that changed this function or struct; SourcePath must name its file", "symbol-name",
	 NULL},
	{"SourcePath", TOOL_STRING, true, "the file of SymbolName, relative to the root of the source tree", "source-path", NULL},
	{"MessageRegexps", TOOL_STRINGS, true,
	 "commits whose message matches all of these extended regular expressions, in any case of letters", "message-regexp", NULL},
	{"PathPrefix", TOOL_STRING, true, "commits that changed this file or directory; not together with SymbolName", "path-prefix",
	 NULL},
	{"Count", TOOL_INTEGER, true, "how many commits, 10 where it is absent, at most 100", "count", NULL},
	{"Since", TOOL_STRING, true, "only commits that are not older, as in \"2 years\": year(s), month(s), week(s), day(s)", "since",
	 NULL},
	{.name = NULL},
};

static const struct tool_field results[] = {
	{"Output", TOOL_STRING, false, "id and title of each commit, the newest first", NULL, NULL},
	{"Note", TOOL_STRING, true, "what limits this answer", NULL, NULL},
	{.name = NULL},
};

const struct tool tool_git_log = {
	.name = "git-log",
	.description = "Search the history that leads to this source tree: by changed code, by function, by message or by path.",
	.args = args,
	.results = results,
	.history = true,
	.run = git_log,
};
