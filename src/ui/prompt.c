/*
 * libedit asks for its keys; here the keys arrive one by one.  So el_wgets() runs on a stack of its own and
 * gives control back whenever it wants a key that is not there yet.  It reads and writes a private pty only,
 * because it edits on nothing but a terminal and changes the modes of the one it is given; what it would
 * print is thrown away, and the line is taken from its buffer.
 */
#define _GNU_SOURCE /* openpty */
#include "ui/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "sys/coro.h"

enum {
	HISTORY_FILE = 4 << 20,
	PTY_COLUMNS = 2000, /* wide, so that libedit has little to do with wrapping what nobody sees */
	PTY_ROWS = 8,
};

struct prompt {
	EditLine *el;
	HistoryW *history, *no_history;
	FILE *in, *null;
	int master;
	bool vi;

	struct coro *editor; /* where el_wgets() runs */

	/* what the editor side is told */
	wchar_t queue[2];
	size_t head, tail;
	wchar_t *initial; /* text to begin with, until it was inserted */
	bool cancel;
	size_t erase;    /* characters before the cursor to replace by `insert`, the answer to `asking` */
	wchar_t *insert; /* owned, or NULL */

	/* what it tells */
	bool editing; /* el_wgets() is under way */
	bool entered; /* it ended with a line, not with an end of file */
	bool asking;  /* for a completion */

	bool keep_history;
	char *path; /* of the history, or NULL; owned */
	prompt_complete complete;
	void *complete_arg;
	struct buf line, candidates;
	size_t cursor, chars;
};

/* ---- wide characters ---- */

/* `s` as wide characters, at most PROMPT_LINE of them, on one line; freed by the caller. */
static wchar_t *to_wide(struct slice s)
{
	wchar_t *w = xcalloc((s.n < PROMPT_LINE ? s.n : PROMPT_LINE) + 1, sizeof *w);
	size_t n = 0;
	uint32_t cp;

	for (size_t i = 0; i < s.n && n < PROMPT_LINE; n++) {
		i += utf8_decode(slice_sub(s, i, s.n), &cp);
		if (cp >= UTF8_BROKEN)
			cp = 0xfffd;
		w[n] = cp == 0 || cp == '\n' || cp == '\r' ? L' ' : (wchar_t)cp;
	}
	return w;
}

static void add_wide(struct buf *b, wchar_t c)
{
	uint32_t cp = (uint32_t)c;
	char bytes[4];

	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		cp = 0xfffd;
	buf_add(b, bytes, utf8_encode(cp, bytes));
}

/* ---- the editor's side ---- */

static struct prompt *owner(EditLine *el)
{
	void *p = NULL;

	el_wget(el, EL_CLIENTDATA, &p);
	return p;
}

/* libedit wants a key. */
static int next_key(EditLine *el, wchar_t *c)
{
	struct prompt *p = owner(el);

	if (p->initial) {
		el_winsertstr(el, p->initial);
		free(p->initial);
		p->initial = NULL;
	}
	while (!p->cancel && p->head == p->tail)
		coro_leave(p->editor);
	if (p->cancel)
		return 0;
	*c = p->queue[p->head++];
	return 1;
}

/* Tab: the words are asked for on the application's stack, which is not as small as this one. */
static unsigned char complete_key(EditLine *el, wint_t key)
{
	struct prompt *p = owner(el);

	(void)key;
	p->asking = true;
	coro_leave(p->editor);
	if (!p->insert)
		return CC_NORM;
	if (p->erase)
		el_wdeletestr(el, (int)p->erase);
	if (p->insert[0])
		el_winsertstr(el, p->insert);
	free(p->insert);
	p->insert = NULL;
	return CC_REFRESH;
}

/* The line that was entered, without its end. */
static void take_entered(struct prompt *p, const wchar_t *line, int n)
{
	buf_clear(&p->line);
	while (n > 0 && (line[n - 1] == L'\n' || line[n - 1] == L'\r'))
		n--;
	for (int i = 0; i < n; i++)
		add_wide(&p->line, line[i] == L'\n' || line[i] == L'\r' || line[i] == L'\0' ? L' ' : line[i]);
	p->cursor = p->line.n;
}

static void edit_lines(struct coro *self, void *arg)
{
	struct prompt *p = arg;

	for (;;) {
		const wchar_t *line;
		int n = 0;

		line = el_wgets(p->el, &n);
		p->entered = line && n > 0 && !p->cancel;
		if (p->entered)
			take_entered(p, line, n);
		p->editing = false;
		coro_leave(self);
	}
}

/* ---- making and freeing ---- */

/*
 * Keys without a character of their own reach libedit as these codes, bound in both keymaps.  Escape
 * sequences would not do: in vi mode their first byte is a command.
 */
static const struct {
	ui_key key;
	wchar_t code[2];
	const wchar_t *function;
} specials[] = {
	{UI_KEY_LEFT, L"\x81", L"ed-prev-char"},	 {UI_KEY_RIGHT, L"\x82", L"ed-next-char"},
	{UI_KEY_UP, L"\x83", L"ed-prev-history"},	 {UI_KEY_DOWN, L"\x84", L"ed-next-history"},
	{UI_KEY_HOME, L"\x85", L"ed-move-to-beg"},	 {UI_KEY_END, L"\x86", L"ed-move-to-end"},
	{UI_KEY_DELETE, L"\x87", L"ed-delete-next-char"},
};

enum { SPECIALS = sizeof specials / sizeof *specials };

static void bind_keys(EditLine *el)
{
	for (size_t i = 0; i < SPECIALS; i++) {
		el_wset(el, EL_BIND, specials[i].code, specials[i].function, NULL);
		el_wset(el, EL_BIND, L"-a", specials[i].code, specials[i].function, NULL);
	}
	el_wset(el, EL_ADDFN, L"verdict-complete", L"Complete the word", complete_key);
	el_wset(el, EL_BIND, L"^I", L"verdict-complete", NULL);
	/* These would start an editor over the screen, or read a command nobody sees. */
	el_wset(el, EL_BIND, L"-a", L"v", L"ed-unassigned", NULL);
	el_wset(el, EL_BIND, L"-a", L":", L"ed-unassigned", NULL);
}

static HistoryW *new_history(void)
{
	HistoryW *h = history_winit();
	HistEventW ev;

	if (h) {
		history_w(h, &ev, H_SETSIZE, PROMPT_HISTORY);
		history_w(h, &ev, H_SETUNIQUE, 1);
	}
	return h;
}

static int open_pty(struct prompt *p, struct err *e)
{
	struct winsize ws = {.ws_row = PTY_ROWS, .ws_col = PTY_COLUMNS};
	int slave;

	if (openpty(&p->master, &slave, NULL, NULL, &ws) < 0)
		return err_sys(e, ERR_TOOL, errno, "cannot get a pty for the prompt");
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	fcntl(slave, F_SETFD, FD_CLOEXEC);
	p->in = fdopen(slave, "r");
	p->null = fopen("/dev/null", "we");
	if (p->in && p->null)
		return 0;
	if (!p->in)
		close(slave);
	return err_sys(e, ERR_TOOL, errno, "cannot open the prompt");
}

/*
 * libedit looks up $TERM, in the same library as curses.  It gets the simplest terminal there is: nothing of
 * what it would print is seen, and the prompt works the same everywhere.
 */
static EditLine *init_editor(struct prompt *p)
{
	const char *term = getenv("TERM");
	char *kept = term ? xstrdup(term) : NULL;
	int fd = fileno(p->in);
	EditLine *el;

	setenv("TERM", "dumb", 1);
	el = el_init_fd("verdict", p->in, p->null, p->null, fd, fd, fd);
	if (kept)
		setenv("TERM", kept, 1);
	else
		unsetenv("TERM");
	free(kept);
	return el;
}

static int open_editor(struct prompt *p, struct err *e)
{
	const wchar_t *mode = NULL;

	p->el = init_editor(p);
	p->history = new_history();
	p->no_history = new_history();
	if (!p->el || !p->history || !p->no_history)
		return err_set(e, ERR_TOOL, "cannot start the line editor");
	el_set(p->el, EL_SIGNAL, 0);
	el_wset(p->el, EL_EDITOR, L"emacs");
	el_source(p->el, NULL);
	el_set(p->el, EL_EDITMODE, 1);
	el_wset(p->el, EL_CLIENTDATA, p);
	el_wset(p->el, EL_GETCFN, next_key);
	bind_keys(p->el);
	p->vi = el_wget(p->el, EL_EDITOR, &mode) == 0 && mode && wcscmp(mode, L"vi") == 0;
	return 0;
}

struct prompt *prompt_new(struct err *e)
{
	struct prompt *p = xcalloc(1, sizeof *p);

	p->master = -1;
	if (open_pty(p, e) == 0 && open_editor(p, e) == 0 && (p->editor = coro_new(edit_lines, p, e)))
		return p;
	prompt_free(p);
	return NULL;
}

void prompt_free(struct prompt *p)
{
	if (!p)
		return;
	prompt_stop(p);
	if (p->el)
		el_end(p->el);
	if (p->history)
		history_wend(p->history);
	if (p->no_history)
		history_wend(p->no_history);
	if (p->in)
		fclose(p->in);
	if (p->null)
		fclose(p->null);
	if (p->master >= 0)
		close(p->master);
	coro_free(p->editor);
	free(p->path);
	free(p->initial);
	free(p->insert);
	buf_release(&p->line);
	buf_release(&p->candidates);
	free(p);
}

/* ---- one line ---- */

/*
 * Take text and cursor from libedit's buffer.  During an incremental search what is searched for stands there
 * behind a line end: it is given out in the place of candidates.
 */
static void read_line(struct prompt *p)
{
	const LineInfoW *li = el_wline(p->el);
	const wchar_t *c = li->buffer;

	buf_clear(&p->line);
	p->cursor = SIZE_MAX;
	p->chars = (size_t)(li->lastchar - li->buffer);
	for (; c < li->lastchar && *c != L'\n'; c++) {
		if (c == li->cursor)
			p->cursor = p->line.n;
		add_wide(&p->line, *c);
	}
	if (p->cursor == SIZE_MAX)
		p->cursor = p->line.n;
	if (c == li->lastchar)
		return;
	buf_clear(&p->candidates);
	for (c++; c < li->lastchar; c++)
		add_wide(&p->candidates, *c);
	buf_addc(&p->candidates, '\n');
}

/* What all candidates begin with, whole characters only, and how many there are. */
static struct slice common_start(struct slice candidates, size_t *count)
{
	struct slice common = {0}, line;

	for (*count = 0; slice_line(&candidates, &line); ++*count) {
		size_t n = 0;

		line = slice_sub(line, 0, slice_chr(line, '\t', 0));
		if (*count == 0) {
			common = line;
			continue;
		}
		while (n < common.n && n < line.n && common.p[n] == line.p[n])
			n++;
		while (n > 0 && n < common.n && ((unsigned char)common.p[n] & 0xc0) == 0x80)
			n--;
		common.n = n;
	}
	return common;
}

/* Answer the editor's question for a completion. */
static void answer(struct prompt *p)
{
	struct slice head, word, common;
	size_t from, count;
	uint32_t cp;

	p->asking = false;
	buf_clear(&p->candidates);
	read_line(p);
	if (!p->complete)
		return;
	head = slice_sub(buf_slice(&p->line), 0, p->cursor);
	from = head.n;
	p->complete(p->complete_arg, head, &from, &p->candidates);
	word = slice_sub(head, from, head.n);
	common = common_start(buf_slice(&p->candidates), &count);
	if (count == 1 || (common.n > word.n && slice_eq(slice_sub(common, 0, word.n), word))) {
		p->insert = to_wide(common);
		p->erase = 0;
		for (size_t i = 0; i < word.n; p->erase++)
			i += utf8_decode(slice_sub(word, i, word.n), &cp);
	}
	if (count < 2)
		buf_clear(&p->candidates);
}

void prompt_start(struct prompt *p, struct slice text, bool history, prompt_complete complete, void *arg)
{
	wchar_t *initial = to_wide(text); /* first: `text` may be the line of before */

	prompt_stop(p);
	p->keep_history = history;
	p->complete = complete;
	p->complete_arg = arg;
	p->initial = initial;
	p->head = p->tail = 0;
	el_wset(p->el, EL_HIST, history_w, history ? p->history : p->no_history);
	p->editing = true;
	coro_enter(p->editor);
	read_line(p);
}

void prompt_stop(struct prompt *p)
{
	if (p->editing) {
		p->cancel = true;
		coro_enter(p->editor);
		p->cancel = false;
	}
	buf_clear(&p->line);
	buf_clear(&p->candidates);
	p->cursor = 0;
}

/* Put the characters of a key into the queue; false for a key that means nothing here. */
static bool queue_key(struct prompt *p, ui_key k)
{
	ui_key plain = k & ~(ui_key)UI_KEY_ALT;

	p->head = p->tail = 0;
	for (size_t i = 0; i < SPECIALS; i++)
		if (specials[i].key == plain) {
			p->queue[p->tail++] = specials[i].code[0];
			return true;
		}
	if (plain > 0x10ffff || (plain >= 0x80 && plain < 0xa0) || plain == 26)
		return false;
	if (plain >= ' ' && plain != 127 && p->chars >= PROMPT_LINE)
		return false;
	if (k & UI_KEY_ALT)
		p->queue[p->tail++] = 27;
	p->queue[p->tail++] = (wchar_t)plain;
	return true;
}

/* Words that look like a password in an address do not go to disk, nor does a line that begins with a blank. */
static bool private_line(struct slice line)
{
	size_t scheme = slice_find(line, "://", 0);

	return slice_starts(line, " ") || (scheme != SLICE_NONE && slice_chr(line, '@', scheme) != SLICE_NONE);
}

/* At once, so that nothing that ends the program loses it, and behind what other programs added. */
static void add_to_file(const char *path, struct slice line)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	struct buf b = BUF_INIT;

	if (fd < 0)
		return; /* a history is a help, no promise */
	buf_add_slice(&b, line);
	buf_addc(&b, '\n');
	fs_write_all(fd, b.p, b.n);
	close(fd);
	buf_release(&b);
}

static void remember(struct prompt *p)
{
	wchar_t *line;
	HistEventW ev;

	if (!p->keep_history || slice_trim(buf_slice(&p->line)).n == 0)
		return;
	line = to_wide(buf_slice(&p->line));
	history_w(p->history, &ev, H_ENTER, line);
	free(line);
	if (p->path && !private_line(buf_slice(&p->line)))
		add_to_file(p->path, buf_slice(&p->line));
}

enum prompt_result prompt_key(struct prompt *p, ui_key k)
{
	bool leave = k == 3 || k == 7 || (k == 27 && !p->vi) || (k == 4 && p->chars == 0);

	if (!p->editing)
		return PROMPT_CANCEL;
	if (leave) {
		prompt_stop(p);
		return PROMPT_CANCEL;
	}
	if (k == UI_KEY_NONE || !queue_key(p, k))
		return PROMPT_MORE;
	buf_clear(&p->candidates);
	coro_enter(p->editor);
	while (p->asking) {
		answer(p);
		coro_enter(p->editor);
	}
	if (p->editing) {
		read_line(p);
		return PROMPT_MORE;
	}
	if (!p->entered) {
		prompt_stop(p);
		return PROMPT_CANCEL;
	}
	remember(p);
	return PROMPT_DONE;
}

struct slice prompt_line(const struct prompt *p, size_t *cursor)
{
	if (cursor)
		*cursor = p->cursor;
	return buf_slice(&p->line);
}

struct slice prompt_candidates(const struct prompt *p)
{
	return buf_slice(&p->candidates);
}

/* ---- history ---- */

/* What was loaded, in place of a file that has grown long; a failure leaves that as it is. */
static void shorten(const struct prompt *p)
{
	const char *slash = strrchr(p->path, '/');
	char *dir = xstrndup(p->path, (size_t)(slash - p->path));
	struct buf text = BUF_INIT;
	HistEventW ev;

	/* For libedit the last event is the oldest one. */
	for (int rc = history_w(p->history, &ev, H_LAST); rc >= 0; rc = history_w(p->history, &ev, H_PREV)) {
		for (const wchar_t *c = ev.str; *c; c++)
			add_wide(&text, *c);
		buf_addc(&text, '\n');
	}
	fs_write_atomic(dir, slash + 1, buf_slice(&text), NULL);
	buf_release(&text);
	free(dir);
}

void prompt_load_history(struct prompt *p, const char *path)
{
	struct slice rest, line;
	struct buf text;
	HistEventW ev;
	struct stat st;
	size_t n = 0;

	free(p->path);
	p->path = xstrdup(path);
	buf_init(&text, HISTORY_FILE);
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && fs_read(path, &text, NULL) == 0) {
		rest = buf_slice(&text);
		while (slice_line(&rest, &line)) {
			wchar_t *w = to_wide(slice_rtrim(line));

			n++;
			if (w[0])
				history_w(p->history, &ev, H_ENTER, w);
			free(w);
		}
	}
	buf_release(&text);
	if (n > 2 * PROMPT_HISTORY && strrchr(path, '/'))
		shorten(p);
}
