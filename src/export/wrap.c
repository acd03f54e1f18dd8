#include "export/wrap.h"

#include "base/utf8.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Cells of escaped text. */
static size_t cells(struct slice s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t cp;
		size_t used = utf8_decode(slice_sub(s, at, s.n), &cp);

		n += cp == '\t' ? 1 : utf8_width(cp);
		at += used ? used : 1;
	}
	return n;
}

/* Digits with a '.' or ')' behind them: their number with it; 0: none. */
static size_t number_mark(struct slice s)
{
	size_t n = 0;

	while (n < s.n && n < 9 && is_digit(s.p[n]))
		n++;
	return n && n < s.n && (s.p[n] == '.' || s.p[n] == ')') ? n + 1 : 0;
}

/* Would it be markup at the front of a line? */
static bool begins_block(struct slice word)
{
	static const char runs[] = "#=-*_";
	size_t n = 0;

	if (word.p[0] == '>' || word.p[0] == '|' || slice_starts(word, "```") || slice_starts(word, "~~~") || slice_is(word, "+"))
		return true;
	while (n < word.n && word.p[n] == word.p[0])
		n++;
	for (size_t i = 0; runs[i] && n == word.n; i++)
		if (word.p[0] == runs[i])
			return true;
	n = number_mark(word);
	return n && n == word.n;
}

static struct slice next_word(struct slice *rest)
{
	size_t n = 0;
	struct slice word;

	*rest = slice_trim(*rest);
	while (n < rest->n && !is_blank(rest->p[n]))
		n++;
	word = slice_sub(*rest, 0, n);
	*rest = slice_sub(*rest, n, rest->n);
	return word;
}

void wrap_add(struct buf *b, struct slice first, struct slice next, struct slice text)
{
	size_t column = cells(first);
	bool empty = true;
	struct slice word;

	buf_add_slice(b, first);
	while ((word = next_word(&text)).n) {
		size_t wide = cells(word);

		if (!empty && column + 1 + wide > WRAP_COLUMNS && !begins_block(word)) {
			buf_addc(b, '\n');
			buf_add_slice(b, next);
			column = cells(next);
			empty = true;
		}
		if (!empty) {
			buf_addc(b, ' ');
			column++;
		}
		buf_add_slice(b, word);
		column += wide;
		empty = false;
	}
	buf_addc(b, '\n');
}

/* ---- Markdown ---- */

/* Blanks and what makes a line an item or a quote, with the blanks behind; its bytes. */
static size_t lead_of(struct slice line, bool *item, bool *quote)
{
	size_t at = 0, n;

	*item = *quote = false;
	while (at < line.n && is_blank(line.p[at]))
		at++;
	if (at == line.n)
		return at;
	n = line.p[at] == '-' || line.p[at] == '*' || line.p[at] == '+' || line.p[at] == '>' ? 1 : number_mark(slice_sub(line, at, line.n));
	if (!n || (line.p[at] != '>' && (at + n >= line.n || !is_blank(line.p[at + n]))))
		return at;
	*quote = line.p[at] == '>';
	*item = !*quote;
	at += n;
	while (at < line.n && is_blank(line.p[at]))
		at++;
	return at;
}

struct wrapping {
	struct buf *b;
	const char *prefix;
	bool fence;
	bool list; /* lines that are indented go on with an item, and are no code */
	/* the paragraph, item or quote that is open */
	bool open, quote, too_long;
	struct buf first, next; /* what stands in front of it, and where it goes on */
	struct buf text;        /* its words, in one line */
	struct buf lines;       /* as they were: so they stay where all of them fit */
};

/* `breaks`: and the next line begins a new one, by two blanks at the end of this. */
static void end_paragraph(struct wrapping *w, bool breaks)
{
	if (w->too_long) {
		wrap_add(w->b, buf_slice(&w->first), buf_slice(&w->next), buf_slice(&w->text));
		buf_cut(w->b, w->b->n - 1);
		buf_adds(w->b, breaks ? "  \n" : "\n");
	} else {
		buf_add_slice(w->b, buf_slice(&w->lines));
	}
	w->open = w->too_long = false;
	buf_clear(&w->first);
	buf_clear(&w->next);
	buf_clear(&w->text);
	buf_clear(&w->lines);
}

static void add_line_to(struct wrapping *w, struct buf *to, struct slice line)
{
	buf_adds(to, w->prefix);
	buf_add_slice(to, line);
	buf_addc(to, '\n');
}

static void add_whole(struct wrapping *w, struct slice line)
{
	end_paragraph(w, false);
	add_line_to(w, w->b, line);
}

/* With `lead` bytes in front of what it says. */
static void begin_paragraph(struct wrapping *w, struct slice line, size_t lead, bool quote)
{
	end_paragraph(w, false);
	w->open = true;
	w->quote = quote;
	buf_adds(&w->first, w->prefix);
	buf_add_slice(&w->first, slice_sub(line, 0, lead));
	buf_adds(&w->next, w->prefix);
	if (quote)
		buf_add_slice(&w->next, slice_sub(line, 0, lead));
	else
		buf_pad(&w->next, ' ', lead);
}

static void go_on(struct wrapping *w, struct slice line, size_t lead)
{
	if (w->text.n)
		buf_addc(&w->text, ' ');
	buf_add_slice(&w->text, slice_sub(line, lead, line.n));
	add_line_to(w, &w->lines, line);
	w->too_long |= cells(line) + slice_str(w->prefix).n > WRAP_COLUMNS;
	if (slice_ends(line, "  "))
		end_paragraph(w, true);
}

/* Is it text, or part of code, a table, a heading, the line below one? */
static bool stays(const struct wrapping *w, struct slice line, size_t lead, bool item, bool quote)
{
	struct slice body = slice_trim(line);

	return w->fence || !body.n || body.p[0] == '|' || body.p[0] == '#' || (!item && !quote && begins_block(body)) ||
	       (lead >= 4 && !item && !w->list && !w->open);
}

static void add_line(struct wrapping *w, struct slice line)
{
	struct slice body = slice_trim(line);
	bool item, quote, fence = slice_starts(body, "```") || slice_starts(body, "~~~");
	size_t lead = lead_of(line, &item, &quote);

	if (!w->fence && item)
		w->list = true;
	else if (!w->fence && body.n && !is_blank(line.p[0]) && !w->open)
		w->list = false;
	if (fence || stays(w, line, lead, item, quote)) {
		w->fence ^= fence;
		add_whole(w, line);
		return;
	}
	if (!w->open || item || quote != w->quote)
		begin_paragraph(w, line, lead, quote);
	go_on(w, line, lead);
}

void wrap_markdown(struct buf *b, const char *prefix, struct slice text)
{
	struct wrapping w = {.b = b, .prefix = prefix};
	struct slice rest = slice_rtrim(text), line;

	while (slice_line(&rest, &line)) {
		struct buf seen = BUF_INIT;

		utf8_escape(&seen, line, true);
		add_line(&w, buf_slice(&seen));
		buf_release(&seen);
	}
	end_paragraph(&w, false);
	buf_release(&w.first);
	buf_release(&w.next);
	buf_release(&w.text);
	buf_release(&w.lines);
}
