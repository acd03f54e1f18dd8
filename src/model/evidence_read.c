#include "model/evidence_read.h"

#include "base/arena.h"
#include "base/json.h"

static void add(struct evidence *ev, struct slice path, uint32_t line, struct slice text, size_t span, enum evidence_kind kind)
{
	evidence_add(ev, path, &(struct evidence_line){text, line, (uint32_t)span, EVIDENCE_NO_SPAN, kind});
}

static bool line_number(struct slice s, uint32_t *number)
{
	uint64_t v;

	if (!slice_u64(s, &v) || v == 0 || v > EVIDENCE_LINE_MAX)
		return false;
	*number = (uint32_t)v;
	return true;
}

/* "  12:\ttext" (syzkaller-workflow §4.2): the number, and the text behind the tab. */
static bool numbered(struct slice line, uint32_t *number, struct slice *text)
{
	size_t colon = slice_chr(line, ':', 0);

	if (colon == SLICE_NONE || !line_number(slice_trim(slice_sub(line, 0, colon)), number))
		return false;
	*text = slice_sub(line, colon + 1, line.n);
	return slice_eat(text, "\t") || text->n == 0;
}

/* Numbers must grow: a line that goes back, or has none, is not one that the tool wrote. */
static enum evidence_result add_numbered(struct evidence *ev, size_t span, struct slice path, struct slice text)
{
	enum evidence_result result = EVIDENCE_TOOK;
	struct slice line, shown;
	uint32_t number, last = 0;

	while (slice_line(&text, &line)) {
		if (numbered(line, &number, &shown) && number > last) {
			add(ev, path, number, shown, span, EVIDENCE_READ);
			last = number;
		} else if (slice_trim(line).n) {
			result = EVIDENCE_UNREAD;
		}
	}
	return result;
}

static bool is_numbered(struct slice text)
{
	struct slice line, shown;
	uint32_t number;

	return slice_line(&text, &line) && numbered(line, &number, &shown);
}

/* ---- one function a tool ---- */

/* Member `key` of the results; false where there is none, and `*result` says whether there should have been. */
static bool member(struct traj *t, size_t i, const char *key, struct slice *out, enum evidence_result *result)
{
	struct slice raw;

	if (traj_member(t, i, FIELD_RESULTS, key, out) > 0)
		return true;
	/* results that have no reading, for example a page's that ends in the middle */
	*result = traj_field(t, i, FIELD_RESULTS, &raw, NULL) != 0 || traj_field(t, i, FIELD_RESULTS_RAW, &raw, NULL) != 0
			  ? EVIDENCE_UNREAD
			  : EVIDENCE_TOOK;
	return false;
}

static enum evidence_result read_file(struct evidence *ev, struct traj *t, size_t i)
{
	struct slice path, text, line, value;
	enum evidence_result result;
	uint32_t number = 1;

	if (!member(t, i, "Contents", &text, &result))
		return result;
	if (traj_member(t, i, FIELD_ARGS, "File", &path) <= 0)
		return EVIDENCE_UNREAD;
	if (is_numbered(text))
		return add_numbered(ev, i, path, text);
	/* older runs return the text as it is, and the whole file */
	if (traj_member(t, i, FIELD_ARGS, "FirstLine", &value) > 0 && !line_number(value, &number))
		number = 1;
	if (number == 1 && text.n)
		evidence_add_whole(ev, path);
	while (slice_line(&text, &line) && number <= EVIDENCE_LINE_MAX)
		add(ev, path, number++, line, i, EVIDENCE_READ);
	return EVIDENCE_TOOK;
}

static enum evidence_result definition_source(struct evidence *ev, struct traj *t, size_t i)
{
	enum evidence_result result;
	struct slice path, text;

	if (!member(t, i, "SourceFile", &path, &result) || !member(t, i, "SourceCode", &text, &result))
		return result;
	return path.n ? add_numbered(ev, i, path, text) : EVIDENCE_UNREAD;
}

/* ContextFile does not tell: the definition may be found in another file. */
static enum evidence_result definition_comment(struct evidence *ev, struct traj *t, size_t i)
{
	enum evidence_result result;
	struct slice text;

	(void)ev;
	if (!member(t, i, "Comment", &text, &result))
		return result;
	return text.n ? EVIDENCE_UNPLACED : EVIDENCE_TOOK;
}

static enum evidence_result find_references(struct evidence *ev, struct traj *t, size_t i)
{
	enum evidence_result result;
	struct slice list, path, text;
	struct json_iter it;
	struct arena *a;

	if (!member(t, i, "References", &list, &result))
		return result;
	if (json_type(list) != JSON_ARRAY)
		return EVIDENCE_UNREAD;
	result = EVIDENCE_TOOK;
	a = arena_new();
	it = json_iter(list);
	while (json_next(&it)) {
		if (!json_get_str(a, it.value, "SourceSnippet", &text)) /* none was asked for */
			continue;
		if (!json_get_str(a, it.value, "SourceFile", &path) || path.n == 0 ||
		    add_numbered(ev, i, path, text) == EVIDENCE_UNREAD)
			result = EVIDENCE_UNREAD;
	}
	arena_free(a);
	return result;
}

/*
 * A line of git grep: PATH SEP NUMBER SEP TEXT with SEP ':' for a hit, '=' for the function around it, '-' for context.
 * Paths hold dashes, so a context line is told by the path of the hits around it.
 */
static bool grep_line(struct slice line, char sep, struct slice known, struct slice *path, uint32_t *number,
		      struct slice *text)
{
	size_t at = known.p ? known.n : slice_chr(line, sep, 0);

	if (known.p && (!slice_eq(slice_sub(line, 0, known.n), known) || at >= line.n || line.p[at] != sep))
		return false;
	for (; at != SLICE_NONE; at = slice_chr(line, sep, at + 1)) {
		size_t end = slice_chr(line, sep, at + 1);

		if (end == SLICE_NONE)
			return false;
		if (line_number(slice_sub(line, at + 1, end), number)) {
			*path = slice_sub(line, 0, at);
			*text = slice_sub(line, end + 1, line.n);
			return path->n > 0;
		}
		if (known.p)
			return false;
	}
	return false;
}

static bool grep_any(struct slice line, struct slice *known, uint32_t *number, struct slice *text)
{
	static const char seps[] = ":-=";
	struct slice path;

	for (const char *sep = seps; *sep; sep++)
		if (grep_line(line, *sep, *known, &path, number, text))
			return true;
	/* the next file of a group without "--" between */
	if (!grep_line(line, ':', (struct slice){0}, &path, number, text))
		return false;
	*known = path;
	return true;
}

/* The path that the first hit of a group names; {0} where it has none. */
static struct slice grep_path(struct slice group)
{
	struct slice line, path, text;
	uint32_t number;

	while (slice_line(&group, &line))
		if (grep_line(line, ':', (struct slice){0}, &path, &number, &text) ||
		    grep_line(line, '=', (struct slice){0}, &path, &number, &text))
			return path;
	return (struct slice){0};
}

/* What a search says beside lines: that a binary file has it, too, or that there were too many. */
static bool is_notice(struct slice line)
{
	return line.n == 0 || slice_starts(line, "Binary file ");
}

static enum evidence_result grepper(struct evidence *ev, struct traj *t, size_t i)
{
	struct slice text, rest, line, shown;
	bool took = false, strange = false;
	enum evidence_result result;
	uint32_t number;

	if (!member(t, i, "Output", &text, &result))
		return result;
	/* a group is what stands between "--" lines: its hits name the path, its context lines are read by it */
	while (text.n) {
		struct slice group, known;

		for (rest = text; slice_line(&rest, &line) && !slice_is(line, "--");)
			;
		group = slice_sub(text, 0, text.n - rest.n);
		text = rest;
		known = grep_path(group);
		while (slice_line(&group, &line)) {
			if (known.p && grep_any(line, &known, &number, &shown)) {
				add(ev, known, number, shown, i, EVIDENCE_GREP);
				took = true;
			} else {
				strange |= !is_notice(line) && !slice_is(line, "--");
			}
		}
	}
	return took || !strange ? EVIDENCE_TOOK : EVIDENCE_UNREAD;
}

/*
 * "^0123456789ab old/name.c  12) text": a commit, the file's name where it was another one then, the line's number and its
 * text at the kernel's commit.
 */
static bool blame_line(struct slice line, uint32_t *number, struct slice *text)
{
	struct slice word;
	size_t id = slice_chr(line, ' ', 0);

	if (id == SLICE_NONE)
		return false;
	word = slice_sub(line, 0, id);
	slice_eat(&word, "^");
	for (size_t k = 0; k < word.n; k++)
		if (!(word.p[k] >= '0' && word.p[k] <= '9') && !(word.p[k] >= 'a' && word.p[k] <= 'f'))
			return false;
	if (word.n < 7)
		return false;
	for (size_t end = slice_chr(line, ')', id); end != SLICE_NONE; end = slice_chr(line, ')', end + 1)) {
		size_t from = end;

		while (from > id && line.p[from - 1] >= '0' && line.p[from - 1] <= '9')
			from--;
		if (line.p[from - 1] == ' ' && line_number(slice_sub(line, from, end), number)) {
			*text = slice_sub(line, end + 1, line.n);
			return slice_eat(text, " ") || text->n == 0;
		}
	}
	return false;
}

static enum evidence_result git_blame(struct evidence *ev, struct traj *t, size_t i)
{
	enum evidence_result result;
	struct slice path, text, line, shown;
	uint32_t number, last = 0;

	if (!member(t, i, "Output", &text, &result))
		return result;
	if (traj_member(t, i, FIELD_ARGS, "File", &path) <= 0 || path.n == 0)
		return EVIDENCE_UNREAD;
	result = EVIDENCE_TOOK;
	while (slice_line(&text, &line)) {
		if (blame_line(line, &number, &shown) && number > last) {
			add(ev, path, number, shown, i, EVIDENCE_READ);
			last = number;
		} else if (slice_trim(line).n) {
			result = EVIDENCE_UNREAD;
		}
	}
	return result;
}

static enum evidence_result struct_layout(struct evidence *ev, struct traj *t, size_t i)
{
	(void)t;
	evidence_add_layout(ev, i);
	return EVIDENCE_TOOK;
}

evidence_reader *evidence_reader_of(struct slice tool)
{
	static const struct {
		const char *tool;
		evidence_reader *read;
	} readers[] = {
		{"read-file", read_file},
		{"grepper", grepper},
		{"codesearch-definition-source", definition_source},
		{"codesearch-definition-comment", definition_comment},
		{"codesearch-find-references", find_references},
		{"git-blame", git_blame},
		{"codesearch-struct-layout", struct_layout},
	};

	for (size_t r = 0; r < sizeof readers / sizeof *readers; r++)
		if (slice_is(tool, readers[r].tool))
			return readers[r].read;
	return NULL;
}
