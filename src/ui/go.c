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

/* ---- going ---- */

static void go_span(struct ui *ui, struct slice word, uint64_t number)
{
	struct traj *t = ui->session->run->traj;
	size_t span = number > UINT32_MAX ? SIZE_MAX : traj_find(t, (uint32_t)number);

	if (span >= traj_count(t) || !session_may_show(ui->session, span, PART_SPAN)) {
		ui_say(ui, ROLE_WARNING, "there is no span %.*s", (int)word.n, word.p);
		return;
	}
	jump_push(ui, false);
	ui_show(ui, VIEW_PANES);
	run_select(ui, span);
	follow_look(ui, CMD_OPEN);
}

void go_do(struct ui *ui, const char *args)
{
	struct slice word = slice_trim(slice_str(args));
	uint64_t number;

	if (word.n == 0)
		ui_say(ui, ROLE_WARNING, "go: a span, FILE:LINE or a function is needed; Tab lists them");
	else if (slice_u64(word, &number))
		go_span(ui, word, number);
	else
		linked_go(ui, word);
}
