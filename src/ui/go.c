#include "ui/go.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "ui/view.h"

/* Lines of evidence that are looked at for functions, at most: some milliseconds. */
enum { LINES_LOOKED = 100000 };

static bool word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

struct slice go_defines(struct slice line)
{
	size_t open = slice_chr(line, '(', 0), from = open;
	struct slice none = {0}, end = slice_rtrim(line);

	if (open == SLICE_NONE || open == 0 || !word_char(line.p[0]) || end.p[end.n - 1] == ';' || end.p[end.n - 1] == ':')
		return none;
	while (from > 0 && word_char(line.p[from - 1]))
		from--;
	/* a call or a macro that stands alone has nothing before its name */
	return from == 0 || from == open ? none : slice_sub(line, from, open);
}

/* ---- functions ---- */

struct looking {
	struct slice want;
	unsigned access;
	size_t frame;
	const struct evidence_file *file;
	uint32_t line;
	bool found;
};

static bool in_frames(struct ui *ui, struct slice name, unsigned *access, size_t *frame)
{
	const struct crash *c = ui->session->run->crash;

	for (unsigned k = 0; k < crash_nstacks(c); k++) {
		size_t n;
		const struct frame *f = crash_frames(c, k, &n);

		for (size_t i = 0; i < n; i++)
			if (f[i].line && slice_eq(f[i].function, name)) {
				*access = k;
				*frame = i;
				return true;
			}
	}
	return false;
}

/* Each definition in evidence, until `found` has enough or too many lines were looked at. */
static void definitions(struct ui *ui, bool (*found)(void *arg, struct slice name, const struct evidence_file *f, uint32_t line),
			void *arg)
{
	const struct evidence *ev = ui->session->evidence;
	size_t looked = 0;

	for (size_t i = 0; i < evidence_files(ev); i++) {
		const struct evidence_file *f = evidence_at(ev, i);

		for (size_t k = 0; k < f->n; k++) {
			struct slice name = go_defines(f->lines[k].text);

			if (++looked > LINES_LOOKED)
				return;
			if (name.n && session_shows_line(ui->session, &f->lines[k]) && !found(arg, name, f, f->lines[k].line))
				return;
		}
	}
}

struct telling {
	bool (*found)(void *arg, struct slice name);
	void *arg;
};

static bool tell(void *arg, struct slice name, const struct evidence_file *f, uint32_t line)
{
	const struct telling *t = arg;

	(void)f;
	(void)line;
	return t->found(t->arg, name);
}

void go_functions(struct ui *ui, bool (*found)(void *arg, struct slice name), void *arg)
{
	const struct crash *c = ui->session->run->crash;
	struct telling t = {found, arg};

	for (unsigned k = 0; k < crash_nstacks(c); k++) {
		size_t n;
		const struct frame *f = crash_frames(c, k, &n);

		for (size_t i = 0; i < n; i++)
			if (f[i].line && f[i].function.n && !found(arg, f[i].function))
				return;
	}
	definitions(ui, tell, &t);
}

static bool is_it(void *arg, struct slice name, const struct evidence_file *f, uint32_t line)
{
	struct looking *l = arg;

	if (!slice_eq(name, l->want))
		return true;
	l->file = f;
	l->line = line;
	l->found = true;
	return false;
}

/* ---- going ---- */

static void begin(struct ui *ui)
{
	jump_push(ui, false);
	ui_show(ui, VIEW_PANES);
}

static void go_span(struct ui *ui, struct slice word, uint64_t number)
{
	struct traj *t = ui->session->run->traj;
	size_t span = number > UINT32_MAX ? SIZE_MAX : traj_find(t, (uint32_t)number);

	if (span >= traj_count(t) || !session_may_show(ui->session, span, PART_SPAN)) {
		ui_say(ui, ROLE_WARNING, "there is no span %.*s", (int)word.n, word.p);
		return;
	}
	begin(ui);
	run_select(ui, span);
	follow_look(ui, CMD_OPEN);
}

/* "PATH" or "PATH:LINE" of evidence. */
static bool go_file(struct ui *ui, struct slice word)
{
	size_t colon = slice_rfind(word, ":");
	struct slice path = slice_sub(word, 0, colon);
	const struct evidence_file *f;
	uint64_t line = 0;

	if (colon != SLICE_NONE && (!slice_u64(slice_sub(word, colon + 1, word.n), &line) || line > UINT32_MAX))
		return false;
	f = session_file(ui->session, path);
	if (!f || f->n == 0)
		return false;
	begin(ui);
	source_file(ui, f->path, line ? (uint32_t)line : f->lines[0].line);
	ui_focus(ui, PANE_SOURCE);
	return true;
}

static bool go_function(struct ui *ui, struct slice name)
{
	struct looking l = {.want = name};

	if (in_frames(ui, name, &l.access, &l.frame)) {
		begin(ui);
		report_select(ui, l.access, l.frame);
		source_frame(ui, l.access, l.frame);
		ui_focus(ui, PANE_SOURCE);
		return true;
	}
	definitions(ui, is_it, &l);
	if (l.found) {
		begin(ui);
		source_file(ui, l.file->path, l.line);
		ui_focus(ui, PANE_SOURCE);
	}
	return l.found;
}

void go_do(struct ui *ui, const char *args)
{
	struct slice word = slice_trim(slice_str(args));
	uint64_t number;

	if (word.n == 0)
		ui_say(ui, ROLE_WARNING, "go: a span, FILE:LINE or a function is needed; Tab lists them");
	else if (slice_u64(word, &number))
		go_span(ui, word, number);
	else if (!go_file(ui, word) && !go_function(ui, word))
		ui_say(ui, ROLE_WARNING, "no tool returned a file or a function '%.*s'", word.n < 60 ? (int)word.n : 60, word.p);
}
