/* The screen on a terminal: the loop that feeds it, and the way out to other programs. */
#define _GNU_SOURCE /* sigaction under -std=c11 */
#include <errno.h>
#include <inttypes.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/ask.h"
#include "app/kernel.h"
#include "app/places.h"
#include "app/live.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sys/loop.h"
#include "sys/proc.h"
#include "ui/glyph.h"
#include "ui/load.h"
#include "ui/prompt.h"
#include "ui/term.h"
#include "ui/view.h"

struct host {
	struct app *app;
	struct ui *ui;
	struct term *term;
	struct loop *loop;
	struct kernel *kernel;
	struct ask *ask;
	struct places *places;
	unsigned idle_timer; /* 0: none runs */
	unsigned rest_timer, watch_timer, clock_timer, frame_timer, play_timer;
	int64_t drawn; /* when, by loop_now() */
	bool touched;  /* by a key, what it asked for, or a signal: drawn at once */
	bool stale;    /* something changed: drawn when a frame is due */
	struct diags odd; /* about the theme, to be told once there is a screen */
	char left[13]; /* the beginning of the id of the run that was left before its end; or "" */
};

/* Drafts are written when the keys have rested a little: never between two letters of a word. */
static const int64_t rest_us = 200000;

static const int64_t frame_us = 16000, watch_us = 250000, clock_us = 1000000;

/* What the repository answered, a key has asked for: it shows as soon as that. */
static void on_idle(void *arg)
{
	struct host *h = arg;
	bool answered = h->ui->waiting & WAIT_KERNEL;

	h->idle_timer = 0;
	ui_idle(h->ui);
	h->touched |= answered && !(h->ui->waiting & WAIT_KERNEL);
	h->stale = true;
}

static void on_rest(void *arg)
{
	struct host *h = arg;

	h->rest_timer = 0;
	ui_rest(h->ui);
	h->stale = true;
}

static void on_watch(void *arg)
{
	struct host *h = arg;

	h->watch_timer = 0;
	h->stale |= ui_watch(h->ui) && h->ui->waiting & WAIT_IMPORT;
}

/* What is waited for tells since when. */
static void on_clock(void *arg)
{
	struct host *h = arg;

	h->clock_timer = 0;
	h->stale = true;
}

/* A run is played. */
static void on_play(void *arg)
{
	struct host *h = arg;

	h->play_timer = 0;
	ui_tick(h->ui);
	h->stale = true;
}

static void on_frame(void *arg)
{
	((struct host *)arg)->frame_timer = 0;
}

/* The repository answered: likewise. */
static void on_kernel(void *arg)
{
	((struct host *)arg)->ui->waiting |= WAIT_KERNEL;
}

/* A question about the code was answered: likewise. */
static void on_ask(void *arg)
{
	((struct host *)arg)->ui->waiting |= WAIT_ASK;
}

/* The live run has something new: it is looked at when the loop comes to it, never from inside. */
static void on_live(void *arg)
{
	((struct host *)arg)->ui->waiting |= WAIT_LIVE;
}

/* At once after a key; what else changed waits for the next frame, so that a stream does not cost a drawing a word. */
static void draw_if_due(struct host *h)
{
	int64_t left = h->drawn + frame_us - loop_now();

	if (!h->touched && !h->stale)
		return;
	if (!h->touched && left > 0) {
		if (!h->frame_timer)
			h->frame_timer = loop_timer(h->loop, left, on_frame, h);
		return;
	}
	term_draw(h->term, ui_draw(h->ui));
	h->drawn = loop_now();
	h->touched = h->stale = false;
}

static void each_turn(void *arg)
{
	struct host *h = arg;

	if (ui_done(h->ui)) {
		loop_stop(h->loop, 0);
		return;
	}
	draw_if_due(h);
	if ((ui_is_live(h->ui) || ask_state(h->ask) == ASK_WAITS) && !h->clock_timer)
		h->clock_timer = loop_timer(h->loop, clock_us, on_clock, h);
	if (!h->play_timer && ui_due(h->ui) >= 0)
		h->play_timer = loop_timer(h->loop, ui_due(h->ui), on_play, h);
	if (h->ui->session->following && !h->watch_timer)
		h->watch_timer = loop_timer(h->loop, watch_us, on_watch, h);
	if (h->ui->waiting & WAIT_DRAFT && !h->rest_timer)
		h->rest_timer = loop_timer(h->loop, rest_us, on_rest, h);
	if (h->ui->waiting & ~(unsigned)WAIT_DRAFT && !h->idle_timer)
		h->idle_timer = loop_timer(h->loop, 0, on_idle, h);
}

static void on_key(void *arg, int fd, unsigned ready)
{
	struct host *h = arg;
	ui_key k;

	(void)fd;
	h->touched = true;
	while ((k = term_key(h->term)) != UI_KEY_NONE)
		ui_press(h->ui, k);
	if (ready & LOOP_HANGUP) { /* the terminal is gone: keep what was typed, and end */
		ui_save(h->ui);
		loop_stop(h->loop, 0);
	}
}

static void on_resize(void *arg, int signo)
{
	struct host *h = arg;
	unsigned rows, cols;

	(void)signo;
	h->touched = true;
	term_size(h->term, &rows, &cols);
	ui_resize(h->ui, rows, cols);
	term_redraw(h->term);
}

static void on_end(void *arg, int signo)
{
	struct host *h = arg;

	ui_save(h->ui);
	loop_stop(h->loop, signo);
}

static void stop_here(void *arg)
{
	struct host *h = arg;
	int64_t since;

	ui_save(h->ui);
	if (getsid(0) == getpgrp()) { /* no shell is there that could continue it */
		ui_say(h->ui, ROLE_WARNING, "the program runs alone on this terminal: nothing could bring it back");
		return;
	}
	term_leave(h->term);
	since = loop_now();
	kill(0, SIGSTOP); /* the whole job, as the terminal's own ^Z would */
	loop_skip(since);
	term_enter(h->term);
	on_resize(h, SIGWINCH);
}

/* SIGTSTP from outside is the same as the key. */
static void on_stop(void *arg, int signo)
{
	(void)signo;
	stop_here(arg);
}

static bool want_colour(const struct app *a)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (strcmp(a->conf.value[OPT_COLOR], "auto") != 0)
		return strcmp(a->conf.value[OPT_COLOR], "always") == 0;
	return !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

static void restyle(void *arg, struct diags *ds)
{
	struct host *h = arg;
	struct theme theme;

	load_theme(h->app, want_colour(h->app), &theme, ds);
	term_theme(h->term, &theme);
}

static int copy(void *arg, struct slice text, struct err *e)
{
	return term_copy(((struct host *)arg)->term, text, e);
}

static void repaint(void *arg)
{
	term_redraw(((struct host *)arg)->term);
}

/* The reviewer's editor: setting "editor", $VISUAL, $EDITOR, vi. */
static int edit(void *arg, const char *path, uint32_t line, struct err *e)
{
	struct host *h = arg;
	const char *command = h->app->conf.value[OPT_EDITOR];
	char *argv[16];
	int64_t since;
	size_t n;
	int rc;

	if (!command[0])
		command = getenv("VISUAL");
	if (!command || !command[0])
		command = getenv("EDITOR");
	if (!command || !command[0])
		command = "vi";
	n = proc_split(command, argv, 14);
	if (n == 0)
		return err_set(e, ERR_TOOL, "cannot run the editor '%s': not a command line", command);
	const char *words[17];
	char at[16];

	for (size_t i = 0; i < n; i++)
		words[i] = argv[i];
	if (line) { /* as vi, emacs, nano and most others have it */
		snprintf(at, sizeof at, "+%" PRIu32, line);
		words[n++] = at;
	}
	words[n] = path;
	words[n + 1] = NULL;
	term_leave(h->term);
	since = loop_now();
	rc = proc_foreground(words, e);
	loop_skip(since); /* a tool or a provider that ran meanwhile is none too late for that */
	term_enter(h->term);
	on_resize(h, SIGWINCH);
	free(argv[0]);
	if (rc > 0)
		return err_set(e, ERR_TOOL, "the editor '%s' ended with status %d: its text is not taken", command, rc);
	return rc;
}

static void out_of_memory(void *arg)
{
	(void)arg;
	term_restore();
}

/* After a fault in the program itself the terminal must be usable; then the fault takes its way. */
static void on_fault(int signo)
{
	alarm(2); /* what restores may itself be what broke: the program ends in any case */
	term_restore();
	raise(signo); /* SA_RESETHAND: it is the system's now */
}

static void restore_on_faults(void)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
	static char stack[64 * 1024]; /* the fault may be that the other one is full */
	struct sigaction sa = {.sa_handler = on_fault, .sa_flags = SA_ONSTACK | (int)SA_RESETHAND | SA_NODEFER}, old;

	sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (sigaction(faults[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL) /* sanitizers have their own */
			sigaction(faults[i], &sa, NULL);
}

static char *history_path(void)
{
	char *dir = fs_user_dir(FS_STATE), *path = NULL;

	if (dir && fs_mkdirs(dir, NULL) == 0)
		path = fs_join(dir, "history");
	free(dir);
	return path;
}

/* What others may send to end the program: first what was begun is kept, and the terminal restored. */
static const int ends[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

static int run(struct host *h, struct session *s, bool queue, struct err *e)
{
	const struct ui_host host = {.arg = h, .edit = edit, .suspend = stop_here, .redraw = repaint, .copy = copy,
				     .restyle = restyle};
	unsigned rows, cols;
	char *history;
	int rc;

	term_size(h->term, &rows, &cols);
	h->ui = ui_new(h->app, s, rows, cols, &host, e);
	if (!h->ui)
		return -1;
	ui_warn(h->ui, &h->odd);
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (loop_signal(h->loop, ends[i], on_end, h, e) < 0)
			return -1;
	if (loop_signal(h->loop, SIGWINCH, on_resize, h, e) < 0 || loop_signal(h->loop, SIGTSTP, on_stop, h, e) < 0)
		return -1;
	loop_fd(h->loop, term_fd(h->term), LOOP_READ, on_key, h);
	loop_each_turn(h->loop, each_turn, h);
	if (queue)
		ui_queue(h->ui);
	term_draw(h->term, ui_draw(h->ui)); /* the first screen is there before anything else is read */
	if (h->ui->session->live && live_start(h->ui->session->live, h->loop, on_live, h, e) < 0)
		return -1;
	h->kernel = kernel_new(h->app, h->loop, on_kernel, h);
	h->ask = ask_new(h->app, h->loop, on_ask, h);
	h->ui->placed.places = h->places = places_new(h->app, h->loop, on_kernel, h);
	on_kernel(h);
	history = history_path();
	if (history)
		prompt_load_history(h->ui->prompt, history);
	rc = loop_run(h->loop);
	if (!ui_save(h->ui) && rc == 0)
		rc = err_set(e, ERR_STORE, "%s", buf_str(&h->ui->message));
	if (ui_is_live(h->ui))
		snprintf(h->left, sizeof h->left, "%s", live_id(h->ui->session->live));
	free(history);
	return rc;
}

int ui_check(struct err *e)
{
	return term_check(e);
}

int ui_main(struct app *a, struct session *s, bool queue, struct err *e)
{
	struct host h = {.app = a};
	struct theme theme;
	int rc = -1;

	load_theme(a, want_colour(a), &theme, &h.odd);
	signal(SIGPIPE, SIG_IGN);
	mem_on_exhausted(out_of_memory, NULL);
	glyph_ascii(strcmp(nl_langinfo(CODESET), "UTF-8") != 0);
	restore_on_faults();
	h.loop = loop_new(e);
	h.term = h.loop ? term_open(&theme, want_colour(a), e) : NULL;
	if (h.term)
		rc = run(&h, s, queue, e);
	else
		session_free(s);
	ui_free(h.ui);
	ask_free(h.ask);
	kernel_free(h.kernel);
	places_free(h.places);
	term_close(h.term);
	loop_free(h.loop);
	mem_on_exhausted(NULL, NULL);
	diags_release(&h.odd);
	if (h.left[0])
		fprintf(stderr, "verdict: the run was interrupted; verdict resume %s goes on\n", h.left);
	if (rc > 0) { /* ended by a signal: the shell must see that */
		signal(rc, SIG_DFL);
		sigset_t set;

		sigemptyset(&set);
		sigaddset(&set, rc);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		raise(rc);
	}
	return rc;
}
