/* Questions about lines of Source: who changed them, in which commits, and whether a branch has them otherwise. */
#include <inttypes.h>

#include "app/listing.h"
#include "base/json.h"
#include "ui/view.h"

enum { BLAME_AROUND = 10, LOG_AROUND = 3 };

struct lines {
	struct slice path;
	uint32_t first, last, at; /* at: under the cursor */
};

/* Those that are selected in Source, which are of one file as far as they count; else the one under the cursor. */
static bool find_lines(struct ui *ui, struct lines *out, bool *selected)
{
	const struct source_row *r = asking_row_here(ui), *rows = ui->source.rows;
	size_t first, last;

	*selected = selection_rows(ui, PANE_SOURCE, &first, &last);
	if (!*selected && r)
		*out = (struct lines){r->path, r->line, r->line, r->line};
	if (!*selected)
		return r != NULL;
	*out = (struct lines){0};
	for (size_t i = first; i <= last; i++) {
		if (rows[i].kind != SRC_CODE || (out->first && (!slice_eq(rows[i].path, out->path) || rows[i].line < out->last)))
			continue;
		if (!out->first)
			*out = (struct lines){rows[i].path, rows[i].line, rows[i].line, rows[i].line};
		out->last = rows[i].line;
	}
	return out->first > 0;
}

/* Beyond the end of the file git stops by itself. */
static void widen(struct lines *l, uint32_t by)
{
	l->first = l->first > by ? l->first - by : 1;
	l->last += by;
}

/* The function around, where it is known; else lines around. */
static void take_function(struct ui *ui, struct lines *l)
{
	if (!listing_function(ui->session, l->path, l->at, &l->first, &l->last))
		widen(l, LOG_AROUND);
}

/*
 * The commit, in `a`, whose lines are those that show: where tools returned other text than the commit has, one that fits, if that
 * is known.  False where none is: the numbers of its lines would mean others.
 */
static bool commit_of_lines(struct ui *ui, const struct lines *l, struct arena *a, struct slice *commit)
{
	struct listing li;

	listing_of(ui->session, l->path, a, &li);
	*commit = li.differing || li.fits.n ? li.fits : li.commit;
	if (!li.differing || li.fits.n)
		return true;
	ui_say(ui, ROLE_WARNING, "these lines are not those of %.*s, which tools returned otherwise: :set commit COMMIT names one that has them",
	       (int)(li.commit.n < 12 ? li.commit.n : 12), li.commit.p);
	return false;
}

static void ask_lines(struct ui *ui, enum asking_what which, const struct lines *l, struct slice since)
{
	struct arena *a = arena_new();
	struct slice commit;

	struct buf args = BUF_INIT, subject = BUF_INIT;
	struct json_w w;

	buf_add_slice(&subject, l->path);
	if (l->last > l->first)
		buf_addf(&subject, " lines %" PRIu32 " to %" PRIu32, l->first, l->last);
	else if (l->first)
		buf_addf(&subject, " line %" PRIu32, l->first);
	if (since.n)
		buf_addf(&subject, " since %.*s", (int)since.n, since.p);
	json_w_init(&w, &args, false);
	json_open(&w, '{');
	json_key(&w, "File");
	json_str(&w, l->path);
	if (l->first) {
		json_kint(&w, "Start", l->first);
		json_kint(&w, "End", l->last);
	}
	if (since.n) {
		json_key(&w, "Since");
		json_str(&w, since);
	}
	json_close(&w, '}');
	if (commit_of_lines(ui, l, a, &commit))
		asking_begin(ui, which, &(struct asking_about){.subject = buf_slice(&subject), .file = l->path, .commit = commit, .line = l->at},
		      buf_slice(&args));
	arena_free(a);
	buf_release(&args);
	buf_release(&subject);
}

static bool need_lines(struct ui *ui, struct lines *l, bool *selected)
{
	if (find_lines(ui, l, selected))
		return true;
	ui_say(ui, ROLE_WARNING, "the cursor of Source is on no line of a file");
	return false;
}

void asking_do_blame(struct ui *ui, const char *args)
{
	struct lines l;
	bool selected;

	(void)args;
	if (!need_lines(ui, &l, &selected))
		return;
	if (!selected)
		widen(&l, BLAME_AROUND);
	ask_lines(ui, ASK_BLAME, &l, SLICE(""));
}

void asking_do_log(struct ui *ui, const char *args)
{
	struct lines l;
	bool selected;

	(void)args;
	if (!need_lines(ui, &l, &selected))
		return;
	if (!selected)
		take_function(ui, &l);
	ask_lines(ui, ASK_LOG, &l, SLICE(""));
}

static void ask_branch(struct ui *ui)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s ", commands[CMD_CHANGED_SINCE].name);
	ui_ask(ui, PROMPT_COMMAND, buf_slice(&line));
	buf_release(&line);
}

void asking_do_since(struct ui *ui, const char *args)
{
	struct slice rest = slice_str(args), branch = SLICE(""), word = SLICE("");
	struct lines l;
	bool selected;

	if (!slice_word(&rest, &branch)) {
		ask_branch(ui);
		return;
	}
	slice_word(&rest, &word);
	if (!need_lines(ui, &l, &selected))
		return;
	if (slice_is(word, "file")) {
		l.first = l.last = 0;
	} else if (!selected) {
		take_function(ui, &l);
	}
	l.at = 0;
	ask_lines(ui, ASK_SINCE, &l, branch);
}
