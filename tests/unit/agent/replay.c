#define _GNU_SOURCE /* mkdtemp */
#include "tests/unit/agent/world.h"

#include "agent/replay.h"
#include "base/fs.h"

/* ---- a run with everything in it ---- */

/* What the provider, the tools and the reviewer do, by the number of things that were asked of them. */
static const struct {
	enum agent_doing at;
	enum journal_what order; /* JOURNAL_WHATS: none, an answer */
	const char *text;
} acts[] = {
	{AGENT_SEND, JOURNAL_STEER, "look at the irq path"},
	{AGENT_SEND, JOURNAL_WHATS, "retry"},
	{AGENT_WAIT, JOURNAL_WHATS, ""},
	{AGENT_SEND, JOURNAL_PAUSE, ""},
	{AGENT_SEND, JOURNAL_WHATS, "read-file {\"File\":\"a.c\"}|rm {}|grepper {\"Expression\":\"x\"}"},
	{AGENT_PAUSED, JOURNAL_ASK, "grepper"},
	{AGENT_PAUSED, JOURNAL_CONTINUE, ""},
	{AGENT_TOOL, JOURNAL_WHATS, "{\"Contents\":\"int a;\"}"},
	{AGENT_ASK, JOURNAL_EDIT, "{\"Expression\":\"y\"}"},
	{AGENT_TOOL, JOURNAL_WHATS, "{\"error\":\"no matches\"}"},
	{AGENT_SEND, JOURNAL_WHATS, "adjusted"},
	{AGENT_SEND, JOURNAL_WHATS, "fatal"},
	{AGENT_HALTED, JOURNAL_CONTINUE, ""},
	{AGENT_SEND, JOURNAL_WHATS, "grepper {\"Expression\":\"z\"}"},
	{AGENT_ASK, JOURNAL_DENY, "enough"},
	{AGENT_SEND, JOURNAL_WHATS, "grepper {\"Expression\":\"zz\"}"},
	{AGENT_ASK, JOURNAL_ALLOW, ""},
	{AGENT_TOOL, JOURNAL_WHATS, "{\"Output\":\"\"}"},
	{AGENT_SEND, JOURNAL_WHATS, "codeexpert {\"Question\":\"Who locks?\"}|read-file {\"File\":\"b.c\"}"},
	{AGENT_SEND, JOURNAL_WHATS, "grepper {\"Expression\":\"lock\"}"},
	{AGENT_ASK, JOURNAL_ALLOW, ""},
	{AGENT_TOOL, JOURNAL_WHATS, "{\"Output\":\"\"}"},
	{AGENT_SEND, JOURNAL_PAUSE, ""},
	{AGENT_SEND, JOURNAL_WHATS, "retry"},
	{AGENT_WAIT, JOURNAL_WHATS, ""},
	{AGENT_PAUSED, JOURNAL_STEER, "with interrupts off?"},
	{AGENT_PAUSED, JOURNAL_CONTINUE, ""},
	{AGENT_SEND, JOURNAL_WHATS, "set-results {\"Answer\":\"Nobody.\"}"},
	{AGENT_TOOL, JOURNAL_WHATS, "{\"Answer\":\"Nobody.\"}"},
	{AGENT_TOOL, JOURNAL_WHATS, "{\"Contents\":\"\"}"},
	{AGENT_SEND, JOURNAL_CONCLUDE, ""},
	{AGENT_SEND, JOURNAL_WHATS, "set-results {\"Benign\":false}"},
	{AGENT_TOOL, JOURNAL_WHATS, "{\"Benign\":false}"},
	{AGENT_SEND, JOURNAL_WHATS, "reply"},
};
enum { ACTS = sizeof acts / sizeof *acts };

static void reply(struct world *w, const char *text)
{
	static const struct {
		const char *word;
		enum llm_end end;
	} ends[] = {{"retry", LLM_END_RETRY}, {"adjusted", LLM_END_ADJUSTED}, {"fatal", LLM_END_FATAL}};

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (strcmp(text, ends[i].word) == 0) {
			world_end_with(w, ends[i].end, text);
			return;
		}
	world_says(w, "**Thinking**\n", strcmp(text, "reply") == 0 ? "It is harmful." : "",
		   strcmp(text, "reply") == 0 ? NULL : text);
}

static void act(struct world *w, size_t i)
{
	if (acts[i].order != JOURNAL_WHATS)
		world_orders(w, acts[i].order, acts[i].text);
	else if (acts[i].at == AGENT_SEND)
		reply(w, acts[i].text);
	else if (acts[i].at == AGENT_TOOL)
		agent_answered(w->agent, slice_str(acts[i].text));
	else
		agent_waited(w->agent);
}

/* From act `from` on; the agent waits for it. */
static void play(struct world *w, size_t from)
{
	for (size_t i = from; i < ACTS; i++) {
		assert_does(w, acts[i].at);
		act(w, i);
	}
	assert_does(w, AGENT_DONE);
}

/* ---- journals ---- */

static char dir[] = "/tmp/verdict-replay-XXXXXX", path[64];

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/journal", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

/* The journal of the whole run, in `path`. */
static void write_journal(struct world *w)
{
	struct journal_head head = {.workflow = SLICE("assessment-kcsan"), .provider = SLICE("openai"),
				    .model = SLICE("m"), .settings = SLICE("{}"),
				    .instruction_sha256 = SLICE("0000000000000000000000000000000000000000000000000000000000000000")};
	struct buf first = BUF_INIT;
	char id[SHA256_HEX + 1];
	struct err e = {0};
	struct journal *j;

	unlink(path);
	assert_int_equal(journal_first(&head, &first, id, &e), 0);
	j = journal_new(path, buf_slice(&first), &e);
	assert_non_null(j);
	agent_sink(w->agent, &agent_to_journal, j);
	play(w, 0);
	journal_close(j);
	buf_release(&first);
}

static void write_file(struct slice s)
{
	struct err e = {0};

	assert_int_equal(fs_write_atomic(dir, "journal", s, &e), 0);
}

static struct records *open_records(void)
{
	struct err e = {0};
	struct record head;
	struct records *rs = records_open(path, &e);

	assert_non_null(rs);
	assert_int_equal(records_next(rs, &head, &e), 1);
	assert_int_equal(head.kind, RECORD_HEAD);
	return rs;
}

/* The records of a journal without what differs from run to run: times, hashes and nonces. */
static void plain_records(struct buf *out)
{
	struct records *rs = open_records();
	struct world sink = {0};
	struct err e = {0};
	struct record r;

	while (records_next(rs, &r, &e) > 0) {
		if (r.kind == RECORD_SPAN)
			world_span(&sink, &r.span, &e);
		else if (r.kind == RECORD_EXCHANGE)
			world_exchange(&sink, &r.exchange, &e);
		else if (r.kind == RECORD_CONTROL)
			world_control(&sink, &r.control, &e);
		else
			world_end(&sink, &r.end, &e);
	}
	assert_int_equal(e.cls, ERR_NONE);
	buf_clear(out);
	buf_add_slice(out, buf_slice(&sink.log));
	buf_release(&sink.log);
	records_close(rs);
}

static void finds_no_difference_where_there_is_none(void **state)
{
	struct world *w = world_new();
	struct records *rs;
	struct replay *r;
	struct err e = {0};

	(void)state;
	write_journal(w);
	world_free(w);
	w = world_new();
	rs = open_records();
	r = replay_new(w->agent, rs, NULL, NULL);
	if (replay_run(r, &e) != 1)
		print_message("# %s%s\n", replay_difference(r), e.msg);
	assert_string_equal(replay_difference(r), "");
	assert_true(replay_counted(r).ended);
	assert_int_equal(replay_counted(r).exchanges, 12);
	assert_true(agent_ok(w->agent));
	replay_free(r);
	records_close(rs);
	world_free(w);
}

/* Replace the first `from` of the journal by `to`, and replay. */
static void assert_difference(const char *from, const char *to, const char *want)
{
	struct world *w = world_new();
	struct buf text = BUF_INIT, changed = BUF_INIT;
	struct records *rs;
	struct replay *r;
	struct err e = {0};
	size_t at;

	write_journal(w);
	world_free(w);
	assert_int_equal(fs_read(path, &text, &e), 0);
	at = slice_find(buf_slice(&text), from, 0);
	assert_true(at != SLICE_NONE);
	buf_add(&changed, text.p, at);
	buf_adds(&changed, to);
	buf_add_slice(&changed, slice_sub(buf_slice(&text), at + strlen(from), text.n));
	write_file(buf_slice(&changed));
	w = world_new();
	rs = open_records();
	r = replay_new(w->agent, rs, NULL, NULL);
	assert_int_equal(replay_run(r, &e), 0);
	if (!strstr(replay_difference(r), want))
		print_message("# '%s' is not in '%s'\n", want, replay_difference(r));
	assert_non_null(strstr(replay_difference(r), want));
	replay_free(r);
	records_close(rs);
	world_free(w);
	buf_release(&text);
	buf_release(&changed);
}

static void names_the_first_difference(void **state)
{
	(void)state;
	assert_difference("\"Instruction\":\"Judge.\"", "\"Instruction\":\"Guess.\"",
			  "line 5: span 2: Instruction: recorded 'Guess.', now 'Judge.'");
	assert_difference("look at the irq path\"}]]", "look at the nmi path\"}]]", "what was sent");
	assert_difference("\"Thoughts\":\"**Thinking**\\n\"", "\"Thoughts\":\"no\"", "Thoughts");
	assert_difference("\"args\":{\"File\":\"a.c\"}", "\"args\":{\"File\":\"b.c\"}", "Args");
	assert_difference("{\"Expression\":\"y\"}", "{\"Expression\":\"q\"}", "Args");
	assert_difference("\"what\":\"pause\"", "\"what\":\"allow\"", "cannot allow");
	assert_difference("\"state\":\"done\"", "\"state\":\"failed\"", "state");
}

/* A span began when its last start record says, whoever writes its end. */
static void assert_same_starts(void)
{
	struct records *rs = open_records();
	int64_t started[64] = {0};
	struct err e = {0};
	struct record r;

	while (records_next(rs, &r, &e) > 0)
		if (r.kind == RECORD_SPAN) {
			assert_true(r.span.seq < 64);
			if (r.span.finished != WHEN_NONE)
				assert_int_equal(r.span.started, started[r.span.seq]);
			started[r.span.seq] = r.span.started;
		}
	records_close(rs);
}

/* Cut anywhere, the rest of the run makes the same journal. */
static void goes_on_from_any_record(void **state)
{
	struct world *w = world_new();
	struct buf whole = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
	struct err e = {0};
	unsigned cuts = 0;

	(void)state;
	write_journal(w);
	world_free(w);
	plain_records(&want);
	assert_int_equal(fs_read(path, &whole, &e), 0);
	for (size_t at = slice_chr(buf_slice(&whole), '\n', 0); at + 1 < whole.n;
	     at = slice_chr(buf_slice(&whole), '\n', at + 1), cuts++) {
		char id[SHA256_HEX + 1];
		struct journal *j;
		struct records *rs;
		struct replay *r;
		size_t next = 0;

		write_file(slice_sub(buf_slice(&whole), 0, at + 1));
		w = world_new();
		w->clock = (int64_t)3600 * 1000000; /* an hour later */
		j = journal_resume(path, id, NULL, &e);
		assert_non_null(j);
		rs = open_records();
		r = replay_new(w->agent, rs, &agent_to_journal, j);
		if (replay_run(r, &e) != 1)
			print_message("# cut %u: %s%s\n", cuts, replay_difference(r), e.msg);
		assert_string_equal(replay_difference(r), "");
		/* which act comes next: replay the acts on a world of its own until it has recorded as much */
		{
			struct world *other = world_new();
			struct buf have = BUF_INIT;

			plain_records(&have);
			agent_next(other->agent);
			while (next < ACTS && other->log.n < have.n) {
				agent_next(other->agent);
				act(other, next++);
				agent_next(other->agent);
			}
			assert_string_equal(buf_str(&other->log), buf_str(&have));
			buf_release(&have);
			world_free(other);
		}
		agent_sink(w->agent, &agent_to_journal, j);
		play(w, next);
		journal_close(j);
		assert_same_starts();
		plain_records(&got);
		assert_string_equal(buf_str(&got), buf_str(&want));
		replay_free(r);
		records_close(rs);
		world_free(w);
	}
	assert_true(cuts > 30);
	buf_release(&whole);
	buf_release(&want);
	buf_release(&got);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(finds_no_difference_where_there_is_none),
	cmocka_unit_test(names_the_first_difference),
	cmocka_unit_test(goes_on_from_any_record),
};

int main(void)
{
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
