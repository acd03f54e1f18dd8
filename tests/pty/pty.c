#define _GNU_SOURCE /* forkpty, execvp with a changed environment */
#include "tests/pty/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <vterm.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "tests/test.h"

struct pty {
	pid_t pid;
	int fd;
	bool open;   /* the other side is not closed yet */
	bool reaped;
	int status;
	unsigned rows, cols;
	VTerm *vt;
	VTermScreen *screen;
	bool cursor_shown;
	struct buf raw;
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- starting and ending ---- */

static int on_prop(VTermProp prop, VTermValue *val, void *user)
{
	struct pty *p = user;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		p->cursor_shown = val->boolean;
	return 1;
}

/* What the terminal answers to questions about itself. */
static void on_answer(const char *bytes, size_t n, void *user)
{
	pty_send_n(user, bytes, n);
}

static void open_terminal(struct pty *p)
{
	static const VTermScreenCallbacks callbacks = {.settermprop = on_prop};

	p->vt = vterm_new((int)p->rows, (int)p->cols);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, on_answer, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_set_callbacks(p->screen, &callbacks, p);
	p->cursor_shown = true;
	vterm_screen_reset(p->screen, 1);
}

static void become(const char *const argv[], const char *const env[])
{
	sigset_t none;

	setenv("TERM", "xterm-256color", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	for (; env && *env; env++) {
		if (strchr(*env, '='))
			putenv(strdup(*env));
		else
			unsetenv(*env);
	}
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	fprintf(stderr, "cannot start %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

struct pty *pty_start(const char *const argv[], const char *const env[], unsigned rows, unsigned cols)
{
	struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	struct pty *p = xcalloc(1, sizeof *p);

	p->rows = rows;
	p->cols = cols;
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid == 0)
		become(argv, env);
	if (p->pid < 0)
		fail_msg("no pty is to be had: %s", strerror(errno));
	fcntl(p->fd, F_SETFD, FD_CLOEXEC);
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	p->open = true;
	open_terminal(p);
	return p;
}

void pty_kill(struct pty *p)
{
	if (!p)
		return;
	if (!p->reaped) {
		kill(-p->pid, SIGKILL);
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	close(p->fd);
	vterm_free(p->vt);
	buf_release(&p->raw);
	free(p);
}

pid_t pty_pid(const struct pty *p)
{
	return p->pid;
}

/* ---- bytes ---- */

bool pty_pump(struct pty *p, int ms)
{
	struct pollfd pfd = {.fd = p->fd, .events = POLLIN};
	char piece[8192];
	ssize_t n;

	if (!p->open || poll(&pfd, 1, ms) <= 0)
		return p->open;
	while ((n = read(p->fd, piece, sizeof piece)) > 0) {
		buf_add(&p->raw, piece, (size_t)n);
		vterm_input_write(p->vt, piece, (size_t)n);
	}
	/* EIO is the end of file of a pty. */
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		p->open = false;
	return p->open;
}

void pty_send_n(struct pty *p, const char *bytes, size_t n)
{
	while (n && p->open) {
		ssize_t w = write(p->fd, bytes, n);
		struct pollfd pfd = {.fd = p->fd, .events = POLLOUT};

		if (w > 0) {
			bytes += w;
			n -= (size_t)w;
		} else if (w < 0 && errno == EAGAIN) {
			poll(&pfd, 1, PTY_MS);
		} else if (w < 0 && errno != EINTR) {
			return;
		}
	}
}

void pty_send(struct pty *p, const char *bytes)
{
	pty_send_n(p, bytes, strlen(bytes));
}

void pty_resize(struct pty *p, unsigned rows, unsigned cols)
{
	struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	p->rows = rows;
	p->cols = cols;
	vterm_set_size(p->vt, (int)rows, (int)cols);
	ioctl(p->fd, TIOCSWINSZ, &ws);
}

struct slice pty_raw(const struct pty *p)
{
	return buf_slice(&p->raw);
}

/* ---- the screen ---- */

static VTermScreenCell vterm_cell(struct pty *p, unsigned row, unsigned col)
{
	VTermScreenCell cell;

	memset(&cell, 0, sizeof cell);
	vterm_screen_get_cell(p->screen, (VTermPos){.row = (int)row, .col = (int)col}, &cell);
	return cell;
}

void pty_screen_text(struct pty *p, struct buf *out)
{
	char bytes[4];

	buf_clear(out);
	for (unsigned row = 0; row < p->rows; row++) {
		size_t from = out->n, end;

		for (unsigned col = 0; col < p->cols; col++) {
			VTermScreenCell cell = vterm_cell(p, row, col);

			for (unsigned i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
				buf_add(out, bytes, utf8_encode(cell.chars[i], bytes));
			if (!cell.chars[0])
				buf_addc(out, ' ');
			if (cell.width == 2)
				col++;
		}
		for (end = out->n; end > from && out->p[end - 1] == ' ';)
			end--;
		buf_cut(out, end);
		buf_addc(out, '\n');
	}
}

bool pty_shows(struct pty *p, const char *text)
{
	struct buf b = BUF_INIT;
	bool found;

	pty_screen_text(p, &b);
	found = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return found;
}

void pty_cursor(struct pty *p, unsigned *row, unsigned *col, bool *shown)
{
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &at);
	*row = (unsigned)at.row;
	*col = (unsigned)at.col;
	*shown = p->cursor_shown;
}

static int colour_number(VTermColor c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(&c) || VTERM_COLOR_IS_DEFAULT_BG(&c) || !VTERM_COLOR_IS_INDEXED(&c))
		return -1;
	return c.indexed.idx;
}

struct pty_cell pty_cell(struct pty *p, unsigned row, unsigned col)
{
	VTermScreenCell c = vterm_cell(p, row, col);

	return (struct pty_cell){
		.cp = c.chars[0],
		.fg = colour_number(c.fg),
		.bg = colour_number(c.bg),
		.bold = c.attrs.bold,
		.underline = c.attrs.underline != 0,
		.reverse = c.attrs.reverse,
	};
}

/* ---- waiting ---- */

static void give_up(struct pty *p, const char *what, const char *text)
{
	struct buf b = BUF_INIT;
	unsigned row, col;
	bool shown;

	pty_screen_text(p, &b);
	pty_cursor(p, &row, &col, &shown);
	print_message("# screen %ux%u, cursor %u,%u%s%s:\n", p->rows, p->cols, row, col,
		      shown ? "" : " hidden", p->open ? "" : ", program gone");
	for (struct slice rest = buf_slice(&b), line; slice_line(&rest, &line);)
		print_message("# |%.*s\n", (int)line.n, line.n ? line.p : "");
	buf_release(&b);
	fail_msg("waited in vain for %s%s", what, text);
}

void pty_wait_until(struct pty *p, bool (*true_now)(struct pty *p, void *arg), void *arg, const char *what,
		    int ms)
{
	int64_t end = now_ms() + ms;

	while (!true_now(p, arg)) {
		int64_t left = end - now_ms();

		if (left <= 0 || (!pty_pump(p, (int)left) && !true_now(p, arg))) {
			give_up(p, what, "");
			return;
		}
	}
}

static bool shows(struct pty *p, void *text)
{
	return pty_shows(p, text);
}

static bool shows_not(struct pty *p, void *text)
{
	return !pty_shows(p, text);
}

void pty_wait(struct pty *p, const char *text, int ms)
{
	pty_wait_until(p, shows, (void *)(uintptr_t)text, text, ms);
}

void pty_wait_gone(struct pty *p, const char *text, int ms)
{
	pty_wait_until(p, shows_not, (void *)(uintptr_t)text, text, ms);
}

static bool ended(struct pty *p, void *arg)
{
	(void)arg;
	if (!p->reaped && waitpid(p->pid, &p->status, WNOHANG) == p->pid)
		p->reaped = true;
	return p->reaped;
}

int pty_wait_exit(struct pty *p, int ms)
{
	int64_t end = now_ms() + ms, left;
	struct pollfd fds[2] = {{.fd = p->fd, .events = POLLIN},
				{.fd = (int)syscall(SYS_pidfd_open, p->pid, 0), .events = POLLIN}};
	size_t n;

	while (!ended(p, NULL) && (left = end - now_ms()) > 0) {
		if (!p->open)
			fds[0].fd = -1;
		if (poll(fds, 2, (int)left) > 0 && fds[0].revents)
			pty_pump(p, 0);
	}
	if (fds[1].fd >= 0)
		close(fds[1].fd);
	if (!p->reaped) {
		give_up(p, "the end of the program", "");
		return -1;
	}
	/* Its last bytes, up to the end of the pty, unless a child of its own still holds that open. */
	do {
		n = p->raw.n;
		pty_pump(p, 1000);
	} while (p->open && p->raw.n > n);
	return WIFEXITED(p->status) ? WEXITSTATUS(p->status) : 128 + WTERMSIG(p->status);
}
