#define _GNU_SOURCE /* scandir */
#include "tests/test.h"

#include <dirent.h>
#include <regex.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "report/report.h"

/*
 * Every real report, one comment row a file.  What a frame looks like is told here a second time, by patterns, so that
 * the parser is not its own judge.
 */

static regex_t prefix, frame, register_line;

static int compile(void **state)
{
	(void)state;
	/* quoting, level, time, caller, in any number */
	return regcomp(&prefix, "^([> |\t]|<[0-9]>|\\[ *[0-9]+\\.[0-9]+\\]|\\[ *[TC][0-9]+\\])*", REG_EXTENDED) ||
	       regcomp(&frame, "^(\\? )?(\\[<[0-9a-f]+>\\] )?[A-Za-z_][A-Za-z0-9_.$]*"
			       "(\\+0x[0-9a-f]+/0x[0-9a-f]+( |$)| [^ ]+:[0-9]+ \\[inline\\])",
		       REG_EXTENDED | REG_NOSUB) ||
	       regcomp(&register_line, "^(RIP: 0010:|e?pc : )", REG_EXTENDED | REG_NOSUB);
}

static int forget(void **state)
{
	(void)state;
	regfree(&prefix);
	regfree(&frame);
	regfree(&register_line);
	return 0;
}

/* What one file gave. */
struct row {
	size_t frames, looks, missed, invented;
	struct buf why;
};

static bool match(const regex_t *re, const char *line)
{
	regmatch_t m = {0};

	regexec(&prefix, line, 1, &m, 0);
	return regexec(re, line + m.rm_eo, 0, NULL, 0) == 0;
}

static bool in_frames(const struct frame *f, size_t n, struct slice line)
{
	for (size_t i = 0; i < n; i++)
		if (f[i].text.p >= line.p && f[i].text.p < line.p + line.n)
			return true;
	return false;
}

static bool is_frame(const struct crash *c, struct slice line)
{
	for (size_t i = 0; i < c->naccesses; i++)
		if (in_frames(c->access[i].frames, c->access[i].nframes, line) ||
		    in_frames(c->access[i].reordered, c->access[i].nreordered, line))
			return true;
	for (size_t i = 0; i < c->nstacks; i++)
		if (in_frames(c->stacks[i].frames, c->stacks[i].nframes, line))
			return true;
	return false;
}

/* The lines of `text` that look like frames and those that were taken as frames. */
static void compare(struct row *r, const struct crash *c, struct slice text)
{
	struct slice line;
	bool verbose = false;

	while (slice_line(&text, &line)) {
		char *s = xstrndup(line.p, line.n);
		/* where interrupts were last enabled is told on lines of their own in some reports: no frame */
		bool looks = match(&frame, s) && !verbose, taken = is_frame(c, line);

		verbose = strstr(s, "irqs last ") || strstr(s, "irq event stamp:") || (verbose && match(&frame, s));

		r->looks += looks;
		if (looks && !taken) {
			r->missed++;
			buf_addf(&r->why, " missed '%s'", s);
		}
		if (taken && !looks && c->naccesses == 0 && !match(&register_line, s) && !strstr(s, "0x")) {
			r->invented++;
			buf_addf(&r->why, " invented '%s'", s);
		}
		free(s);
	}
}

/* Does something else than a frame begin with it?  A line with a place may go on with the one before. */
static bool ends_block(struct slice line)
{
	static const char *const words[] = {" bytes by ", "value changed", "Reported by", "======", "locks held", "lock held", "irq event stamp"};
	bool word = false;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (slice_find(line, words[i], 0) != SLICE_NONE)
			return true;
	for (size_t i = 0; i < line.n; i++)
		word = word || (line.p[i] >= 'a' && line.p[i] <= 'z');
	return !word;
}

/* What stands between an access line and the blank line is a frame, whatever its form, or it is told. */
static void compare_blocks(struct row *r, const struct crash *c)
{
	for (size_t i = 0; i < c->naccesses; i++) {
		const struct access *a = &c->access[i];
		struct slice rest = slice_sub(c->text, (size_t)(a->text.p + a->text.n - c->text.p), c->text.n), line;

		slice_line(&rest, &line);
		while (!a->lost && !a->elided && slice_line(&rest, &line) && !ends_block(line)) {
			if (is_frame(c, line) || slice_find(line, ".c:", 0) != SLICE_NONE || slice_find(line, ".h:", 0) != SLICE_NONE)
				continue;
			r->missed++;
			buf_addf(&r->why, " missed '%.*s'", (int)line.n, line.p);
		}
	}
}

static void count(struct row *r, const struct crash *c)
{
	for (size_t i = 0; i < c->naccesses; i++)
		r->frames += c->access[i].nframes;
	for (size_t i = 0; i < c->nstacks; i++)
		r->frames += c->stacks[i].nframes;
}

static void print_row(const char *file, const struct crash *c, const struct row *r, const char *verdict)
{
	print_message("# %s: %s, %zu %s, %zu frames, %s, %.*s: %s%s\n", file, crash_kind_name(c->kind),
		      c->naccesses ? c->naccesses : c->nstacks, c->naccesses ? "accesses" : "stacks", r->frames,
		      c->complete ? "complete" : "incomplete", (int)c->title.n, c->title.p, verdict, buf_str(&r->why));
}

static struct crash *parse_file(const char *dir, const char *file, struct buf *text)
{
	char path[4096];
	struct err e;

	snprintf(path, sizeof path, "%s/%s", dir, file);
	buf_clear(text);
	if (fs_read(path, text, &e) < 0)
		fail_msg("%s", e.msg);
	return report_parse(buf_slice(text));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_report(const struct dirent *d)
{
	return d->d_name[0] >= '0' && d->d_name[0] <= '9';
}

/* The title in the head of a file; empty where it has none. */
static struct slice want_title(struct slice text)
{
	struct slice line;

	return slice_line(&text, &line) && slice_eat(&line, "TITLE: ") ? slice_trim(line) : (struct slice){0};
}

static void other_reports_have_their_stacks_and_titles(void **state)
{
	static const char *const kinds[] = {
		"kasan", "kasan", "kasan", "kasan", "kmsan", "kmsan", "kfence", "ubsan", "warning", "warning", "fault", "fault",
		"lockdep", "lockdep", "hang", "stall", "bug", "leak", "sleep",
	};
	char *dir = xstrdup(test_data("other-reports"));
	struct dirent **files;
	struct buf text = BUF_INIT;
	int n = scandir(dir, &files, is_report, by_name);
	size_t titles = 0, complete = 0, missed = 0, invented = 0, stacks = 0, frames = 0;

	(void)state;
	assert_int_equal(n, (int)(sizeof kinds / sizeof *kinds));
	for (int i = 0; i < n; i++) {
		struct crash *c = parse_file(dir, files[i]->d_name, &text);
		struct slice want = want_title(c->text);
		struct row r = {0};
		bool agrees = slice_eq(c->title, want);

		count(&r, c);
		compare(&r, c, c->text);
		print_row(files[i]->d_name, c, &r, agrees ? "agrees" : "another title than the index");
		assert_string_equal(crash_kind_name(c->kind), kinds[i]);
		titles += agrees;
		complete += c->complete;
		missed += r.missed;
		invented += r.invented;
		stacks += c->nstacks;
		frames += r.frames;
		buf_release(&r.why);
		crash_free(c);
		free(files[i]);
	}
	free(files);
	print_message("# %d other reports: %zu titles, %zu complete, %zu stacks, %zu frames, %zu missed, %zu invented\n", n,
		      titles, complete, stacks, frames, missed, invented);
	assert_int_equal(titles, n);
	assert_int_equal(complete, n);
	assert_int_equal(missed, 0);
	assert_int_equal(invented, 0);
	buf_release(&text);
	free(dir);
}

static void kcsan_reports_have_all_their_frames(void **state)
{
	static const char *const dirs[] = {"kcsan-reports/collected", "kcsan-reports/syzkaller"};
	size_t files_n = 0, accesses = 0, frames = 0, missed = 0, complete = 0, kcsan = 0;
	struct buf text = BUF_INIT;

	(void)state;
	for (size_t k = 0; k < sizeof dirs / sizeof *dirs; k++) {
		char *dir = xstrdup(test_data(dirs[k]));
		struct dirent **files;
		int n = scandir(dir, &files, is_report, by_name);

		for (int i = 0; i < n; i++) {
			struct crash *c = parse_file(dir, files[i]->d_name, &text);
			struct row r = {0};

			count(&r, c);
			compare(&r, c, c->extent);
			compare_blocks(&r, c);
			print_row(files[i]->d_name, c, &r, r.missed ? "frames are missing:" : "agrees");
			files_n++;
			kcsan += c->kind == CRASH_KCSAN;
			accesses += c->naccesses;
			frames += r.frames;
			missed += r.missed;
			complete += c->complete;
			buf_release(&r.why);
			crash_free(c);
			free(files[i]);
		}
		free(files);
		free(dir);
	}
	print_message("# %zu KCSAN files: %zu reports, %zu accesses, %zu frames, %zu complete, %zu missed\n", files_n, kcsan,
		      accesses, frames, complete, missed);
	assert_int_equal(kcsan, files_n);
	assert_true(files_n >= 206);
	assert_int_equal(missed, 0);
	buf_release(&text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(other_reports_have_their_stacks_and_titles),
	cmocka_unit_test(kcsan_reports_have_all_their_frames),
};

int main(void)
{
	return cmocka_run_group_tests(tests, compile, forget);
}
