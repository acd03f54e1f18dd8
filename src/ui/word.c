#include "ui/word.h"

static bool is_part(char c)
{
	return (c >= '0' && c <= '9') || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The next identifier from byte `from` on; `from` stands at the beginning of a word, or between words. */
static struct slice next(struct slice line, size_t from)
{
	size_t end;

	while (from < line.n) {
		for (; from < line.n && !is_part(line.p[from]); from++)
			;
		for (end = from; end < line.n && is_part(line.p[end]); end++)
			;
		if (from < end && !(line.p[from] >= '0' && line.p[from] <= '9'))
			return slice_sub(line, from, end);
		from = end;
	}
	return SLICE("");
}

struct slice word_at(struct slice line, size_t at)
{
	if (at >= line.n) /* behind the end stands who went down from a longer line */
		at = line.n ? line.n - 1 : 0;
	while (at > 0 && is_part(line.p[at]) && is_part(line.p[at - 1]))
		at--;
	return next(line, at);
}

bool word_is_c(struct slice word)
{
	static const char *const words[] = {
		"if", "else", "for", "while", "do", "switch", "case", "default", "break", "continue", "goto", "return", "sizeof",
		"typeof", "struct", "union", "enum", "typedef", "static", "extern", "inline", "const", "volatile", "register",
		"void", "char", "short", "int", "long", "signed", "unsigned", "float", "double", "bool", "true", "false", "NULL",
		"u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "size_t", "ssize_t", "gfp_t", "__always_inline", "noinline",
		"likely", "unlikely", "define", "include", "ifdef", "ifndef", "endif",
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_is(word, words[i]))
			return true;
	return false;
}

struct slice word_of_line(struct slice line)
{
	struct slice first = SLICE(""), w;
	size_t at = 0;

	while ((w = next(line, at)).n) {
		at = (size_t)(w.p - line.p) + w.n;
		if (word_is_c(w))
			continue;
		if (at < line.n && line.p[at] == '(')
			return w;
		if (first.n == 0)
			first = w;
	}
	return first;
}
