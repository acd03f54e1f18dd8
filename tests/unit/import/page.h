/* A small saved page of the tests' own, in pieces that a test may leave out or replace, and how to import a text. */
#ifndef TESTS_UNIT_IMPORT_PAGE_H
#define TESTS_UNIT_IMPORT_PAGE_H

#include "tests/test.h"

#include "base/buf.h"
#include "import/import.h"

#define PAGE_COLUMNS "ID Workflow Result Correct Bug Created Started Finished Revision Error\n"
#define PAGE_ID "0a1b2c3d-1111-2222-3333-444455556666"
#define PAGE_ROW PAGE_ID " assessment-kcsan Benign: ✅\xc2\xa0 Confident: ❌\xc2\xa0 " \
	"KCSAN: data-race in pond_fill / pond_level (2) 2026/03/01 10:00 2026/03/01 10:01 2026/03/01 10:09 " \
	"0123456789abcdef0123456789abcdef01234567\n"
#define PAGE_BADGES "Benign: ✅\xc2\xa0 \xc2\xa0 \xc2\xa0 Confident: ❌\xc2\xa0 \xc2\xa0 \xc2\xa0\n"
#define PAGE_JOB "syzbot\n\n\n" PAGE_COLUMNS PAGE_ROW PAGE_BADGES "\n"

#define PAGE_ANSWER "The level is a hint.\n\n### Why\nA stale level only delays the pump."
#define PAGE_REPORT \
	"==================================================================\n" \
	"BUG: KCSAN: data-race in pond_fill / pond_level\n" \
	"\n" \
	"write to 0xffff888100000010 of 4 bytes by task 11 on cpu 0:\n" \
	" pond_fill+0x10/0x40 drivers/pond.c:12\n" \
	"\n" \
	"read to 0xffff888100000010 of 4 bytes by task 12 on cpu 1:\n" \
	" pond_level+0x8/0x20 drivers/pond.c:30\n" \
	"\n" \
	"value changed: 0x00000001 -> 0x00000002\n" \
	"\n" \
	"Reported by Kernel Concurrency Sanitizer on:\n" \
	"CPU: 1 PID: 12 Comm: duck Not tainted 6.1.0 #1\n" \
	"=================================================================="

#define PAGE_EXPLANATION "Explanation:\n" PAGE_ANSWER "\n\n"
#define PAGE_CRASH "Crash report:\n" PAGE_REPORT "\n\n"
#define PAGE_CAPTION "Trajectory: (Expand/Collapse All)\nSeq Timestamp Type Name Duration\n"

#define PAGE_FLOW "0/0 2026/03/01 10:01 flow assessment-kcsan\n7m Results:\n" \
	"map[Benign:true Confident:false Explanation:" PAGE_ANSWER "]\n\n"
#define PAGE_ACTION "1/1 2026/03/01 10:01 action kernel-checkouter\n2m Results:\nmap[KernelSrc:/cache/src/1]\n\n"
#define PAGE_AGENT_HEAD "2/1 2026/03/01 10:03 agent expert\n5m Model:\nmodel-a\n\n"
#define PAGE_AGENT_RESULTS "Results:\nmap[Benign:true Confident:false]\n\n"
#define PAGE_INSTRUCTION "Instruction:\nYou judge races.\n\nCall set-results once.\n\n"
#define PAGE_PROMPT "Prompt:\nThe report:\n\n" PAGE_REPORT "\n\n\n"
#define PAGE_REPLY "Reply:\n" PAGE_ANSWER "\n\n"
#define PAGE_AGENT PAGE_AGENT_HEAD PAGE_AGENT_RESULTS PAGE_INSTRUCTION PAGE_PROMPT PAGE_REPLY
#define PAGE_TOKENS(i, o, t) "Tokens:\n\t\t\t\t\t\t\tinput: " i "\n\t\t\t\t\t\t\toutput: " o \
	"\n\t\t\t\t\t\t\tthoughts: " t "\n\t\t\t\t\t\t\n\n"
#define PAGE_LLM "3/2 2026/03/01 10:03 llm expert\n0m Model:\nmodel-b\n\n" PAGE_TOKENS("100", "20", "3") \
	"Thoughts:\n**Looking**\n\nI read the file.\n\n\n\n"
#define PAGE_TOOL "4/2 2026/03/01 10:04 tool read-file\n1m Args:\nmap[File:drivers/pond.c FirstLine:1 LineCount:3]\n\n" \
	"Results:\nmap[Contents:   1:\tint level;\n   2:\n   3:\tvoid pond_fill(void)\n]\n\n"
#define PAGE_SET "5/2 2026/03/01 10:06 tool set-results\n0m Args:\nmap[Benign:true Confident:false]\n\n" \
	"Results:\nmap[Benign:true Confident:false]\n\n"
#define PAGE_LAST "6/2 2026/03/01 10:07 llm expert\n1m Model:\nmodel-b\n\n" PAGE_TOKENS("200", "30", "4") \
	"Thoughts:\nDone.\n\n\n\n"
#define PAGE_SPANS PAGE_FLOW PAGE_ACTION PAGE_AGENT PAGE_LLM PAGE_TOOL PAGE_SET PAGE_LAST
#define PAGE_END "LLM Calls Summary:\nTotal Calls Total Tokens Avg Tokens Total Duration (Seconds) Avg Duration (Seconds)\n" \
	"Tool Calls Summary:\nTotal Calls Total Duration (Seconds) Avg Duration (Seconds)"

#define PAGE_TOP PAGE_JOB PAGE_EXPLANATION PAGE_CRASH PAGE_CAPTION
#define PAGE PAGE_TOP PAGE_SPANS PAGE_END

/* Import a text; NULL with `e`, which may itself be NULL. */
static inline struct run *page_import(struct slice text, struct err *e)
{
	struct blob *b = blob_memory("page", text, e);

	assert_non_null(b);
	return import_blob(b, e);
}

/* Import a text that must be taken. */
static inline struct run *page_take(const char *text)
{
	struct err e = {0};
	struct run *r = page_import(slice_str(text), &e);

	if (!r)
		fail_msg("refused: %s", e.msg);
	return r;
}

/* One message of the run holds `words`. */
static inline void assert_says(const struct run *r, enum diag_level level, const char *words)
{
	for (size_t i = 0; i < r->diags.n; i++)
		if (r->diags.d[i].level == level && strstr(r->diags.d[i].text, words))
			return;
	for (size_t i = 0; i < r->diags.n; i++)
		print_message("# %s\n", r->diags.d[i].text);
	fail_msg("no message says '%s'", words);
}

static inline void assert_silent(const struct run *r)
{
	for (size_t i = 0; i < r->diags.n; i++)
		print_message("# %s\n", r->diags.d[i].text);
	assert_int_equal(diags_count(&r->diags, DIAG_NOTE), 0);
}

/* A text of span `seq`, or "(absent)". */
static inline struct slice page_field(const struct run *r, uint32_t seq, enum traj_field f)
{
	size_t i = traj_find(r->traj, seq);
	struct slice s;

	assert_true(i < traj_count(r->traj));
	return traj_field(r->traj, i, f, &s, NULL) > 0 ? s : SLICE("(absent)");
}

/* The texts joined; freed by the caller. */
#define page_text(...) page_join((const char *const[]){__VA_ARGS__, NULL})
static inline char *page_join(const char *const *pieces)
{
	struct buf b = BUF_INIT;

	for (; *pieces; pieces++)
		buf_adds(&b, *pieces);
	return buf_detach(&b);
}

#endif
