#include "ui/link.h"

#include "base/clex.h"
#include "ui/word.h"

/* Of a line, before and behind the byte that is asked about: lines may be very long. */
enum { LOOK = 512 };

static bool is_path(char c)
{
	return clex_is_ident(c) || c == '.' || c == '/' || c == '-' || c == '+';
}

/* Digits at `*at`: their number, 0 where there are none or too many; `*at` goes behind them. */
static uint32_t number(struct slice s, size_t *at)
{
	uint64_t v = 0;
	size_t from = *at;

	while (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9' && *at - from < 9)
		v = v * 10 + (uint64_t)(s.p[(*at)++] - '0');
	if (*at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9')
		v = 0;
	return (uint32_t)v;
}

/* ---- files ---- */

static bool is_source(struct slice path)
{
	static const char *const ends[] = {".c", ".h", ".S", ".s", ".rs", ".lds", ".inc", ".cc", ".cpp", ".hpp", ".dts", ".dtsi"};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct slice stem = path;

		if (!slice_ends(path, ends[i]))
			continue;
		stem.n -= slice_str(ends[i]).n;
		return stem.n && clex_is_ident(stem.p[stem.n - 1]);
	}
	return false;
}

/* ":249", ":249-260", ":249:5", "#L249", "#L249-L260" behind a path: the line; `*end` goes behind it. */
static uint32_t line_behind(struct slice s, size_t *end)
{
	size_t at = *end;
	bool anchor = slice_starts(slice_sub(s, at, s.n), "#L");
	uint32_t line;

	if (!anchor && !slice_starts(slice_sub(s, at, s.n), ":"))
		return 0;
	at += anchor ? 2 : 1;
	line = number(s, &at);
	if (line == 0)
		return 0;
	*end = at;
	if (at < s.n && (s.p[at] == '-' || s.p[at] == ':')) {
		at += slice_starts(slice_sub(s, at, s.n), "-L") ? 2 : 1;
		if (number(s, &at))
			*end = at;
	}
	return line;
}

/* The run of path characters from `from` to `end`: a path, perhaps with a full stop behind it? */
static bool as_file(struct slice s, size_t from, size_t end, struct link *out)
{
	struct slice path;

	while (end > from && (s.p[end - 1] == '.' || s.p[end - 1] == '-' || s.p[end - 1] == '/'))
		end--;
	path = slice_sub(s, from, end);
	/* what stands behind "://" is another machine's */
	if (path.n == 0 || path.n > LINK_MAX || slice_starts(path, "//") || !is_source(path))
		return false;
	*out = (struct link){.kind = LINK_FILE, .from = from, .to = end, .name = path};
	out->line = line_behind(s, &out->to);
	return true;
}

/* ---- functions ---- */

/* The first identifier from `from` to `end` that is called, or stands alone between backticks. */
static bool as_function(struct slice s, size_t from, size_t end, struct link *out)
{
	while (from < end) {
		size_t a = from, b;

		while (a < end && !clex_is_ident(s.p[a]))
			a++;
		for (b = a; b < end && clex_is_ident(s.p[b]); b++)
			;
		from = b;
		if (b - a < 2 || b - a > LINK_MAX || (s.p[a] >= '0' && s.p[a] <= '9') || word_is_c(slice_sub(s, a, b)))
			continue;
		if (b < s.n && (s.p[b] == '(' || (s.p[b] == '`' && a > 0 && s.p[a - 1] == '`'))) {
			*out = (struct link){.kind = LINK_FUNCTION, .from = a, .to = b, .name = slice_sub(s, a, b)};
			if (slice_starts(slice_sub(s, b, s.n), "()"))
				out->to += 2;
			return true;
		}
	}
	return false;
}

/* ---- along a line ---- */

bool link_next(struct slice line, size_t from, struct link *out)
{
	while (from < line.n) {
		size_t end = from;

		if (!is_path(line.p[from])) {
			from++;
			continue;
		}
		while (end < line.n && is_path(line.p[end]))
			end++;
		if (as_file(line, from, end, out) || as_function(line, from, end, out))
			return true;
		from = end;
	}
	return false;
}

bool link_at(struct slice line, size_t at, struct link *out)
{
	size_t from = at < line.n ? at : line.n, least = at > LOOK ? at - LOOK : 0;

	while (from > least && line.p[from - 1] != ' ' && line.p[from - 1] != '\t')
		from--;
	line = slice_sub(line, 0, at + LOOK);
	while (link_next(line, from, out) && out->from <= at) {
		if (at < out->to)
			return true;
		from = out->to;
	}
	return false;
}
