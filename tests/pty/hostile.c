/*
 * Everything that a terminal would obey, or that would hide, through every way into the program.  What comes out is searched
 * for it: the bytes on a pty, standard output, standard error, files for reading, JSON.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "tests/pty/home.h"
#include "tests/pty/pty.h"
#include "tests/test.h"
#include "tests/unit/import/page.h"

/* On both sides of each hostile thing, so that it is known again in an output with escape sequences of its own. */
#define FRONT "QZJ"
#define BACK "JZQ"

static const char *const sequences[] = {
	"\x1b[31m", "\x1b[2J", "\x1b[6n", "\x1b[?1049l", "\x1b(0", "\x1b" "c",                      /* CSI, charset, reset */
	"\x1b]0;title\x07", "\x1b]2;title\x1b\\", "\x1b]52;c;eA==\x07", "\x1b]8;;file:///\x1b\\x\x1b]8;;\x1b\\", /* OSC */
	"\x1bPq\x1b\\", "\x1b_Gx\x1b\\", "\x1b^x\x1b\\", "\x1bXx\x1b\\",                         /* DCS, APC, PM, SOS */
	"\xc2\x9b" "31m", "\xc2\x9d" "0;t\xc2\x9c", "\xc2\x90q\xc2\x9c",                          /* the same in C1 */
	"\xc0\x9b[31m", "\xe0\x80\x9b[31m", "\xf0\x80\x80\x9b[31m",                               /* overlong ESC */
	"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x80", "\xff", "\xfe", "\x9b" "31m",
};

static const uint32_t hidden[] = {
	0x7f, 0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d,
	0x202e, 0x2060, 0x2061, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xfff9, 0xfffb, 0xe0001, 0xe0041, 0xe007f,
};

enum { ITEMS = 160, ITEM_BYTES = 40 };

static struct {
	char bytes[ITEM_BYTES];
	size_t n;
} items[ITEMS];
static size_t nitems;

static void add_item(const char *p, size_t n)
{
	assert_true(nitems < ITEMS && n <= ITEM_BYTES);
	memcpy(items[nitems].bytes, p, n);
	items[nitems++].n = n;
}

static void add_cp(uint32_t cp)
{
	char out[4];

	add_item(out, utf8_encode(cp, out));
}

static void make_items(void)
{
	nitems = 0;
	for (uint32_t cp = 1; cp < 0x20; cp++)
		if (cp != '\n' && cp != '\t')
			add_cp(cp);
	for (uint32_t cp = 0x80; cp < 0xa0; cp++)
		add_cp(cp);
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
		add_cp(hidden[i]);
	for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
		add_item(sequences[i], strlen(sequences[i]));
	add_item("", 1); /* NUL: what holds it is no text, but JSON and web pages can */
}

static bool in_text(size_t i)
{
	return items[i].bytes[0] != '\0';
}

/* All of it on one line; `some`: only what fits into a name, chosen by `some` - 1 modulo 8. */
static void evil(struct buf *b, size_t some)
{
	for (size_t i = 0; i < nitems; i++) {
		if ((some && i % 8 != some - 1) || !in_text(i))
			continue;
		buf_adds(b, FRONT);
		buf_add(b, items[i].bytes, items[i].n);
		buf_adds(b, BACK);
	}
}

/* ---- what must not come out ---- */

static void no_item(struct slice out, const char *where)
{
	for (size_t i = 0; i < nitems; i++) {
		struct buf b = BUF_INIT;
		size_t at;

		buf_adds(&b, FRONT);
		buf_add(&b, items[i].bytes, items[i].n);
		buf_adds(&b, BACK);
		at = slice_find_slice(out, buf_slice(&b), 0);
		if (at != SLICE_NONE)
			fail_msg("%s: item %zu came out raw at byte %zu", where, i, at);
		buf_release(&b);
	}
}

/* A text: no control but LF and TAB, nothing hidden, all of it UTF-8.  Returns whether markers were seen at all. */
static bool clean(struct slice out, const char *where)
{
	for (size_t i = 0, n; i < out.n; i += n) {
		uint32_t cp;

		n = utf8_decode(slice_sub(out, i, out.n), &cp);
		if (cp != '\n' && cp != '\t' && utf8_hides(cp))
			fail_msg("%s: U+%04X came out raw at byte %zu: %.60s", where, cp, i, out.p + i);
	}
	no_item(out, where);
	return slice_find(out, FRONT, 0) != SLICE_NONE;
}

/* What a screen sends: the same, but that it moves and colours by CSI, sets modes and returns. */
static void clean_screen(struct slice out, const char *where)
{
	for (size_t i = 0, n; i < out.n; i += n) {
		uint32_t cp;

		n = utf8_decode(slice_sub(out, i, out.n), &cp);
		if (cp == 0x1b) {
			char next = i + 1 < out.n ? out.p[i + 1] : '[';

			if (!strchr("[()=>78M", next))
				fail_msg("%s: ESC %c came out at byte %zu", where, next, i);
		} else if (!strchr("\n\t\r\b\x0e\x0f", (int)(cp < 0x80 ? cp : 1)) && utf8_hides(cp)) {
			fail_msg("%s: U+%04X came out raw at byte %zu", where, cp, i);
		}
	}
	no_item(out, where);
}

static int make_home(void **state)
{
	make_items();
	return home_make(state);
}

static char *path_in(const struct home *h, const char *name)
{
	return fs_join(h->dir, name);
}

static char *write_file(const struct home *h, const char *name, struct slice text)
{
	struct err e;

	if (fs_write_atomic(h->dir, name, text, &e) < 0)
		fail_msg("%s", e.msg);
	return path_in(h, name);
}

static void child(const struct home *h, const char *const argv[])
{
	static const char *const fixed[] = {"GIT_CONFIG_NOSYSTEM=1", NULL};
	char *out = path_in(h, "out"), *err = path_in(h, "err");

	setenv("HOME", h->dir, 1);
	putenv((char *)(uintptr_t)h->env[1]);
	putenv((char *)(uintptr_t)fixed[0]);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	dup2(open("/dev/null", O_RDONLY), 0);
	dup2(open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
	dup2(open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

/*
 * Run the program with up to eight words: what it prints is clean, and JSON where the last word is --json.  A crash is no
 * way to be clean: only its own statuses count.
 */
static void run(struct home *h, const char *const words[8])
{
	static char program[4096];
	const char *argv[10] = {program};
	struct buf out = BUF_INIT, err = BUF_INIT;
	char *out_path = path_in(h, "out"), *err_path = path_in(h, "err"), where[64];
	bool json = false;
	int status;
	bool marked;
	pid_t pid;

	snprintf(program, sizeof program, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	for (size_t i = 0; i < 8 && words[i]; i++) {
		argv[i + 1] = words[i];
		json |= strcmp(words[i], "--json") == 0;
	}
	pid = fork();
	if (pid == 0)
		child(h, argv);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(fs_read(out_path, &out, NULL), 0);
	assert_int_equal(fs_read(err_path, &err, NULL), 0);
	snprintf(where, sizeof where, "verdict %.20s %.20s", words[0] ? words[0] : "", words[0] && words[1] ? words[1] : "");
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 6)
		fail_msg("%s: status %d: %s", where, status, buf_str(&err));
	h->runs++;
	marked = clean(buf_slice(&out), where);
	marked = clean(buf_slice(&err), where) || marked; /* both are looked at */
	h->marked += marked;
	if (json && WEXITSTATUS(status) == 0) {
		struct slice raw;

		assert_int_equal(json_check(buf_slice(&out), &raw, NULL, NULL), 0);
	}
	buf_release(&out);
	buf_release(&err);
	free(out_path);
	free(err_path);
}

/* Enough of the outputs showed what was put in: else nothing was tested. */
static void seen(const struct home *h, unsigned least)
{
	print_message("# %zu hostile things, %u outputs with them of %u\n", nitems, h->marked, h->runs);
	assert_true(h->marked >= least);
}

#define RUN(h, ...) run(h, (const char *const[8]){__VA_ARGS__})

/* All that prints a run, with the words that decide on it and comment it. */
static void run_all(struct home *h, const char *file)
{
	RUN(h, "show", file);
	RUN(h, "show", "--full", file);
	RUN(h, "show", "--json", file);
	RUN(h, "export", "--format", "json", file);
	RUN(h, "export", "--format", "markdown", file);
	RUN(h, "import", file);
	RUN(h, "list");
}

/* ---- inputs ---- */

/* A JSON string of all of it: escaped where `escaped`, else raw where JSON lets it be. */
static void evil_json(struct buf *b, bool escaped)
{
	buf_addc(b, '"');
	for (size_t i = 0; i < nitems; i++) {
		struct slice s = {items[i].bytes, items[i].n};

		buf_adds(b, FRONT);
		while (s.n) {
			uint32_t cp;
			size_t n = utf8_decode(s, &cp);

			if (cp < 0x20 || cp == '\\' || cp == '"' || (escaped && cp < 0x10000))
				buf_addf(b, "\\u%04x", cp);
			else
				buf_add(b, s.p, n);
			s = slice_sub(s, n, s.n);
		}
		buf_adds(b, BACK);
	}
	buf_addc(b, '"');
}

static void add_field(struct buf *b, const char *name, struct slice value)
{
	buf_addf(b, ",\"%s\":", name);
	buf_add_slice(b, value);
}

static void add_span(struct buf *b, unsigned seq, const char *type, const char *const *fields, struct slice value)
{
	buf_addf(b, "%s{\"Seq\":%u,\"Nesting\":%u,\"Type\":\"%s\",\"Started\":\"2026-01-01T00:00:00Z\","
		 "\"Finished\":\"2026-01-01T00:00:01Z\"", seq ? "," : "[", seq, seq ? 1 : 0, type);
	for (; *fields; fields++)
		add_field(b, *fields, value);
}

/* Every text field of every kind of span, names of members too. */
static void evil_spans(struct buf *b, bool escaped)
{
	static const char *const texts[] = {"Name", "Model", "Error", "Instruction", "Prompt", "Reply", "Thoughts", NULL};
	static const char *const types[] = {"flow", "agent", "llm", "tool", "action"};
	struct buf text = BUF_INIT;

	evil_json(&text, escaped);
	for (unsigned i = 0; i < 5; i++) {
		add_span(b, i, types[i], texts, buf_slice(&text));
		buf_adds(b, ",\"Args\":{\"File\":");
		buf_add_slice(b, buf_slice(&text));
		buf_addc(b, ',');
		buf_add_slice(b, buf_slice(&text));
		buf_adds(b, ":1},\"Results\":{\"Benign\":true,\"Explanation\":");
		buf_add_slice(b, buf_slice(&text));
		buf_addc(b, ',');
		buf_add_slice(b, buf_slice(&text));
		buf_adds(b, ":true}}");
	}
	add_span(b, 5, "odd\\u001b[31m", texts, buf_slice(&text));
	buf_adds(b, "}]\n");
	buf_release(&text);
}

static void evil_report(struct buf *b, const char *head)
{
	struct buf e = BUF_INIT;

	evil(&e, 0);
	buf_adds(b, head);
	buf_adds(b, " data-race in a / b ");
	buf_add_slice(b, buf_slice(&e));
	buf_adds(b, "\n\nwrite to 0x10 of 8 bytes by task 1 on cpu 0:\n");
	for (size_t i = 0; i < nitems; i++) {
		if (!in_text(i))
			continue;
		buf_adds(b, " f" FRONT);
		buf_add(b, items[i].bytes, items[i].n);
		buf_adds(b, BACK "+0x1/0x2 [m" FRONT);
		buf_add(b, items[i].bytes, items[i].n);
		buf_adds(b, BACK "] dir/" FRONT);
		buf_add(b, items[i].bytes, items[i].n);
		buf_adds(b, BACK ".c:1\n f+0x1/0x2 dir/" FRONT);
		buf_add(b, items[i].bytes, items[i].n);
		buf_adds(b, BACK ".c:1\n");
	}
	buf_adds(b, "\nread to 0x10 of 8 bytes by task 1 on cpu 0:\n g+0x1/0x2\n"
		    "Call Trace " FRONT "\x1b[31m" BACK ":\n h+0x1/0x2 d/" FRONT "\x1b[31m" BACK ".c:3\n\n"
		    "CPU: 1 PID: 71 Comm: ");
	buf_add_slice(b, buf_slice(&e));
	buf_adds(b, " Not tainted 6.1.0-");
	buf_add_slice(b, buf_slice(&e));
	buf_adds(b, " #8\nHardware name: ");
	buf_add_slice(b, buf_slice(&e));
	buf_adds(b, "\nWorkqueue: ");
	buf_add_slice(b, buf_slice(&e));
	buf_addc(b, '\n');
	buf_release(&e);
}

/* A span as the dashboard gives it: texts everywhere, arguments and results in Go's words. */
static void add_job_span(struct buf *b, unsigned seq, const char *type, struct slice text, struct slice map)
{
	static const char *const texts[] = {"Name", "Model", "Instruction", "Prompt", "Reply", "Thoughts"};

	buf_addf(b, "%s{\"Started\":\"2026-03-01T10:01:00Z\",\"Seq\":%u,\"Nesting\":%u,\"Type\":\"%s\",\"Duration\":1000000000",
		 seq ? "," : "[", seq, seq ? 1 : 0, type);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		add_field(b, texts[i], text);
	if (seq)
		add_field(b, "Error", text);
	add_field(b, "Args", map);
	add_field(b, "Results", map);
	buf_addc(b, '}');
}

static void evil_job_spans(struct buf *b, bool escaped)
{
	static const char *const types[] = {"flow", "agent", "llm", "tool", "action"};
	struct buf text = BUF_INIT, map = BUF_INIT;

	evil_json(&text, escaped);
	buf_adds(&map, "\"map[Benign:true Explanation:");
	buf_add(&map, text.p + 1, text.n - 2);
	buf_adds(&map, " File:");
	buf_add(&map, text.p + 1, text.n - 2);
	buf_adds(&map, "]\"");
	for (unsigned i = 0; i < 5; i++)
		add_job_span(b, i, types[i], buf_slice(&text), buf_slice(&map));
	buf_addc(b, ']');
	buf_release(&text);
	buf_release(&map);
}

/* One job: every text of it, names of outputs too. */
static void evil_job(struct buf *b, bool escaped)
{
	static const char *const texts[] = {"Workflow", "Description", "BugTitle", "User", "CodeRevision", "Error", "Correct",
					    "BugLink"};
	struct buf text = BUF_INIT;

	evil_json(&text, escaped);
	buf_adds(b, "{\"ID\":\"0a1b2c3d-1111-2222-3333-444455556666\",\"Created\":\"2026-03-01T10:00:00Z\","
		    "\"Started\":\"2026-03-01T10:01:00Z\",\"Finished\":\"2026-03-01T10:09:00Z\"");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		add_field(b, texts[i], buf_slice(&text));
	buf_adds(b, ",\"Results\":[{\"Name\":\"Benign\",\"IsBool\":true,\"Value\":true},{\"Name\":");
	buf_add_slice(b, buf_slice(&text));
	buf_adds(b, ",\"IsBool\":true,\"Value\":false},{\"Name\":\"Explanation\",\"IsBool\":false,\"Value\":");
	buf_add_slice(b, buf_slice(&text));
	buf_adds(b, "}]}");
	buf_release(&text);
}

static void evil_job_answer(struct buf *b, bool escaped)
{
	struct buf text = BUF_INIT;

	evil_json(&text, escaped);
	buf_adds(b, "{\"Job\":");
	evil_job(b, escaped);
	buf_adds(b, ",\"Trajectory\":");
	evil_job_spans(b, escaped);
	buf_adds(b, ",\"Args\":[{\"Key\":\"KernelCommit\",\"Value\":");
	buf_add_slice(b, buf_slice(&text));
	buf_adds(b, "},{\"Key\":");
	buf_add_slice(b, buf_slice(&text));
	buf_adds(b, ",\"Value\":\"x\"},{\"Key\":\"CrashReport\",\"Value\":");
	buf_add_slice(b, buf_slice(&text));
	buf_adds(b, ",\"Large\":true}]}");
	buf_release(&text);
}

/* All of it as text of a web page: bytes as they are, or references where there are such. */
static void evil_html(struct buf *b, bool escaped)
{
	for (size_t i = 0; i < nitems; i++) {
		struct slice s = {items[i].bytes, items[i].n};

		buf_adds(b, FRONT);
		while (s.n) {
			uint32_t cp;
			size_t n = utf8_decode(s, &cp);

			if (*s.p == '<' || *s.p == '&' || (escaped && cp < UTF8_BROKEN))
				buf_addf(b, "&#%u;", cp);
			else
				buf_add(b, s.p, n);
			s = slice_sub(s, n, s.n);
		}
		buf_adds(b, BACK);
	}
}

/* A saved page of a job; its trajectory as data within, or only as a table. */
static void evil_page(struct buf *b, bool escaped, bool data)
{
	static const char *const parts[] = {
		"<!DOCTYPE html>\n<html><head><title>", "</title></head><body><h1>syzbot</h1>\n<b>Agent:</b> ",
		"<br><b>Inputs:</b><table><tr><td class=\"key-col\">KernelCommit</td><td>", "</td></tr><tr><td>", "</td><td>",
		"</td></tr></table>\n<b>Outputs:</b><table><tr><td class=\"key-col\">Benign</td><td>\xe2\x9c\x85</td></tr>"
		"<tr><td>Explanation</td><td><div id=\"ai_result_div\"><pre>",
		"</pre></div></td></tr></table>\n<b>Crash report:</b><div id=\"crash_div\"><pre>BUG: KCSAN: data-race in a / ",
		"\n a+0x1/0x2 <a href=\"s\">drivers/", ".c:12</a>\n</pre></div>\n<table class=\"list_table\"><caption>Trajectory: "
		"(<a>Expand/Collapse All</a>)</caption><thead><tr><th>Seq</th><th>Timestamp</th><th>Type</th><th>Name</th>"
		"<th>Duration</th></tr></thead><tbody>\n<tr><td>0/0</td><td>2026/03/01 10:01</td><td>flow</td><td>",
		"</td><td><details><summary>8m</summary><b>Results:</b><div id=\"ai_details_div\"><pre>map[Benign:true Explanation:",
		"]</pre></div><br><b>Thoughts:</b><div><pre>", "</pre></div></details></td></tr></tbody></table>\n",
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (i)
			evil_html(b, escaped);
		buf_adds(b, parts[i]);
	}
	if (data) {
		buf_adds(b, "<script>\nconst rawData = ");
		evil_job_spans(b, escaped);
		buf_adds(b, ";\n</script>");
	}
	buf_adds(b, "</body></html>\n");
}

/* ---- tests ---- */

/* Walk the screen over all of a recording and look at every byte that the terminal got. */
static void walk_screen(struct home *h, const char *file, const char *set, bool marked)
{
	static char program[4096];
	const char *argv[] = {program, "review", "--set", set, file, NULL};
	static const char *const keys[] = {":0\r", ":1\r", ":2\r", ":3\r", ":4\r", ":5\r", "1r", "G", "r", "3G", "4G", "g", ":notes\r", "q", "?"};
	struct pty *p;

	snprintf(program, sizeof program, "%s/src/verdict", getenv("VERDICT_TEST_BUILDDIR"));
	p = pty_start(argv, h->set, 45, 160);
	pty_wait(p, "AI ", PTY_MS);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		pty_send(p, keys[i]);
		pty_pump(p, 100);
	}
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	assert_true(!marked || slice_find(pty_raw(p), FRONT, 0) != SLICE_NONE);
	clean_screen(pty_raw(p), file);
	pty_kill(p);
}

static void nothing_of_span_json_comes_out_raw(void **state)
{
	struct home *h = *state;

	for (int escaped = 0; escaped < 2; escaped++) {
		struct buf b = BUF_INIT;
		char *file;

		evil_spans(&b, escaped != 0);
		file = write_file(h, "evil.json", buf_slice(&b));
		run_all(h, file);
		free(file);
		buf_release(&b);
	}
	seen(h, 10);
}

static void nothing_of_a_text_page_comes_out_raw(void **state)
{
	struct home *h = *state;
	struct slice page = SLICE(PAGE_JOB PAGE_EXPLANATION PAGE_CRASH PAGE_CAPTION PAGE_SPANS PAGE_END), line;
	struct buf b = BUF_INIT, e = BUF_INIT;
	unsigned n = 0;
	char *file;

	evil(&e, 0);
	while (slice_line(&page, &line)) {
		buf_add_slice(&b, line);
		/* the heads of the page stay: else it is none */
		if (n++ > 7 && line.n && !slice_ends(line, ":") && !slice_starts(line, "Seq "))
			buf_add_slice(&b, buf_slice(&e));
		buf_addc(&b, '\n');
	}
	file = write_file(h, "evil.txt", buf_slice(&b));
	run_all(h, file);
	seen(h, 3);
	free(file);
	buf_release(&e);
	buf_release(&b);
}

/* A recording through all that prints it, and over the screen; `b` is released. */
static void all_ways(struct home *h, const char *name, struct buf *b)
{
	char *file = write_file(h, name, buf_slice(b));

	run_all(h, file);
	walk_screen(h, file, "reviewer=Rita Reviewer <rita@example.org>", true);
	free(file);
	buf_release(b);
}

static void nothing_of_the_dashboards_json_comes_out_raw(void **state)
{
	struct home *h = *state;

	for (unsigned i = 0; i < 4; i++) {
		struct buf b = BUF_INIT;

		if (i < 2) {
			evil_job_answer(&b, i == 1);
		} else { /* a list of jobs, without spans */
			buf_adds(&b, "{\"Jobs\":[");
			evil_job(&b, i == 3);
			buf_adds(&b, "]}");
		}
		all_ways(h, "evil.json", &b);
	}
	seen(h, 20);
}

static void nothing_of_a_saved_web_page_comes_out_raw(void **state)
{
	struct home *h = *state;

	for (unsigned i = 0; i < 4; i++) {
		struct buf b = BUF_INIT;

		evil_page(&b, i & 1, i & 2);
		all_ways(h, "evil.html", &b);
	}
	seen(h, 20);
}

static void nothing_of_a_report_comes_out_raw(void **state)
{
	static const char *const heads[] = {"BUG: KCSAN:", "BUG: KASAN:", "kernel BUG at", "WARNING:", "nothing"};
	struct home *h = *state;

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct buf b = BUF_INIT;
		char *file;

		evil_report(&b, heads[i]);
		file = write_file(h, "evil-report", buf_slice(&b));
		RUN(h, "report", file);
		RUN(h, "report", "--json", file);
		RUN(h, "report", "--all", file);
		RUN(h, "report", "--all", "--json", file);
		RUN(h, "show", "--full", file);
		free(file);
		buf_release(&b);
	}
	seen(h, 20);
}

static void nothing_of_a_file_name_comes_out_raw(void **state)
{
	struct home *h = *state;

	for (size_t i = 1; i <= 8; i++) {
		struct buf name = BUF_INIT, in = BUF_INIT;
		char *file, *absent;
		struct err e;

		evil(&name, i);
		for (size_t k = 0; k < name.n; k++)
			if (name.p[k] == '/')
				name.p[k] = '|';
		buf_cut(&name, 200);
		assert_int_equal(fs_read(test_src("examples/pond-race.json"), &in, &e), 0);
		absent = path_in(h, buf_str(&name));
		RUN(h, "show", absent);
		RUN(h, "import", absent);
		RUN(h, "report", absent);
		file = write_file(h, buf_str(&name), buf_slice(&in));
		RUN(h, "show", file);
		RUN(h, "import", file);
		RUN(h, "import", h->dir);
		file = (free(file), write_file(h, buf_str(&name), SLICE("not a recording \x1b[31m\n")));
		RUN(h, "show", file);
		RUN(h, "import", file);
		assert_int_equal(unlink(file), 0);
		free(file);
		free(absent);
		buf_release(&in);
		buf_release(&name);
	}
	seen(h, 32);
}

static void nothing_of_settings_keymap_and_theme_comes_out_raw(void **state)
{
	static const char *const lines[] = {"set ", "set theme ", "set keymap ", "set reviewer ", "bind ", "bind report ",
					    "bind report x ", "bind report x comment ", "color ", "color title ", "unbind ", ""};
	struct home *h = *state;
	struct buf b = BUF_INIT, e = BUF_INIT;
	char *dir = path_in(h, ".config/verdict"), *parent = path_in(h, ".config");
	struct err err;

	evil(&e, 0);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		buf_addf(&b, "%s\"", lines[i]);
		buf_add_slice(&b, buf_slice(&e));
		buf_addf(&b, "\"\n%s", lines[i]);
		buf_add_slice(&b, buf_slice(&e));
		buf_addc(&b, '\n');
	}
	mkdir(parent, 0700);
	mkdir(dir, 0700);
	assert_int_equal(fs_write_atomic(dir, "config", buf_slice(&b), &err), 0);
	RUN(h, "keys");
	RUN(h, "list");
	RUN(h, "show", test_src("examples/pond-race.json"));
	assert_int_equal(unlink((free(parent), parent = fs_join(dir, "config"))), 0);
	for (size_t i = 0; i < 2; i++) {
		free(parent);
		parent = fs_join(dir, i ? "themes" : "keymaps");
		mkdir(parent, 0700);
		assert_int_equal(fs_write_atomic(parent, "evil", buf_slice(&b), &err), 0);
	}
	RUN(h, "keys", "--set", "keymap=evil");
	seen(h, 4);
	/* a theme is read by the screen alone */
	walk_screen(h, test_src("examples/pond-race.json"), "theme=evil", false);
	free(parent);
	free(dir);
	buf_release(&e);
	buf_release(&b);
}

static void words_of_the_command_line(struct home *h, size_t part)
{
	const char *file = test_src("examples/pond-race.json"), *words;
	struct buf e = BUF_INIT, option = BUF_INIT, set = BUF_INIT, reviewer = BUF_INIT, output = BUF_INIT;

	evil(&e, part);
	words = buf_str(&e);
	buf_addf(&option, "--%s", words);
	buf_addf(&set, "%s=%s", words, words);
	buf_addf(&output, "%s=benign", words);
	RUN(h, words);
	RUN(h, buf_str(&option));
	RUN(h, "list", buf_str(&option));
	RUN(h, "show", words);
	RUN(h, "show", "--set", words, file);
	RUN(h, "show", "--set", buf_str(&set), file);
	RUN(h, "export", "--format", words, file);
	RUN(h, "import", words, words);
	RUN(h, "override", "--reason", words, file);
	RUN(h, "override", file, buf_str(&output));
	/* a reviewer and a comment of such a name are kept, and shown harmlessly */
	buf_addf(&reviewer, "reviewer=%s <a@example.org>", words);
	RUN(h, "approve", "--set", buf_str(&reviewer), "--comment", words, file);
	RUN(h, "approve", "--set", "reviewer=Rita Reviewer <rita@example.org>", "--comment", words, file);
	RUN(h, "comment", "--set", "reviewer=Rita Reviewer <rita@example.org>", file, words);
	buf_release(&e);
	buf_release(&option);
	buf_release(&set);
	buf_release(&output);
	buf_release(&reviewer);
}

static void nothing_of_the_command_line_comes_out_raw(void **state)
{
	struct home *h = *state;
	const char *file = test_src("examples/pond-race.json");

	for (size_t part = 1; part <= 8; part++)
		words_of_the_command_line(h, part);
	run_all(h, file);
	RUN(h, "undo", "--set", "reviewer=Rita Reviewer <rita@example.org>", file);
	seen(h, 80);
	/* names, comments and notes on the screen */
	walk_screen(h, file, "reviewer=Rita Reviewer <rita@example.org>", true);
}

static void nothing_comes_to_the_screen_raw(void **state)
{
	struct home *h = *state;
	struct buf b = BUF_INIT;
	char *file;

	for (int escaped = 0; escaped < 2; escaped++) {
		buf_clear(&b);
		evil_spans(&b, escaped != 0);
		file = write_file(h, "evil.json", buf_slice(&b));
		walk_screen(h, file, "reviewer=Rita Reviewer <rita@example.org>", true);
		free(file);
	}
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(nothing_of_span_json_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_of_a_text_page_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_of_the_dashboards_json_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_of_a_saved_web_page_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_of_a_report_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_of_a_file_name_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_of_settings_keymap_and_theme_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_of_the_command_line_comes_out_raw, make_home, home_drop),
	cmocka_unit_test_setup_teardown(nothing_comes_to_the_screen_raw, make_home, home_drop),
};

TEST_MAIN()
