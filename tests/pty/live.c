/* Live runs as their users meet them: keys on a real terminal, a scripted provider, the tools on a small tree. */
#define _GNU_SOURCE
#include <signal.h>

#include "base/json.h"
#include "tests/provider.h"
#include "tests/pty/live_home.h"
#include "tests/test.h"

/*
 * Behind the dialect and the head of the first request: two looks, one that stalls until the program is killed, the same
 * again, one after a tool was killed, the conclusion, the reply.
 */
static const char script[] =
	"contains Judge the data race\n"
	"thought **First look**\\n\\nWho writes the word?\\n\n"
	"call grepper {\"Expression\": \"->flags\", \"PathPrefix\": \"drivers/pond\"}\n"
	"call read-file {\"File\": \"drivers/pond/pond_bus.c\", \"FirstLine\": 1, \"LineCount\": 40}\n"
	"finish\n"
	"request\n"
	"contains pond_mark\n"
	"contains did not allow this call: not needed\n"
	"contains look at the irq path\n"
	"thought **Second look**\\n\\nThe interrupt side.\\n\n"
	"call read-file {\"File\": \"drivers/pond/pond_irq.c\", \"FirstLine\": 30, \"LineCount\": 12}\n"
	"finish\n"
	"request\n"
	"contains POND_F_LEAK\n"
	"thought **Half a thought**\\n\\nand no more comes\n"
	"stall\n"
	"request\n"
	"contains POND_F_LEAK\n"
	"thought **A whole thought**\\n\\nWho else?\\n\n"
	"call grepper {\"Expression\": \"pond_clear\"}\n"
	"finish\n"
	"request\n"
	"contains was killed before it answered\n"
	"thought **Once more**\\n\\nIt was killed.\\n\n"
	"call grepper {\"Expression\": \"pond_test\"}\n"
	"finish\n"
	"request\n"
	"contains not run: the reviewer asks for your conclusion\n"
	"contains Conclude now\n"
	"call set-results {\"Benign\": false}\n"
	"finish\n"
	"request\n"
	"text The flag is guarded by **two locks**: harmful.\\n\n"
	"finish\n";

static struct pty *start_resume(struct home *h, const char *id)
{
	const char *argv[] = {program(), "resume", "--set", "reviewer=Rita", id, NULL};

	return pty_start(argv, h->set, 45, 160);
}

/* Pause, ask, edit, deny, steer, and a kill in the middle of a thought. */
static void first_half(struct home *h, const struct provider *server, const char *provider)
{
	struct pty *p = start_run(h, server, provider, NULL);

	/* nothing is sent before the reviewer has seen that report and tree may not belong together */
	pty_wait(p, "paused", PTY_MS);
	pty_wait(p, "KCSAN: data-race in pond_feed_work / pond_irq", PTY_MS);
	pty_send(p, "M");
	pty_wait(p, "is no kernel tree", PTY_MS);
	pty_send(p, "q");
	pty_send(p, ":ask all\r");
	pty_wait(p, "its calls wait for y, E or N", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "waits for you", PTY_MS);
	pty_wait(p, "First look", PTY_MS);
	/* everything else goes on meanwhile */
	pty_send(p, "x");
	pty_wait(p, "drivers/pond/pond.h", PTY_MS);
	pty_send(p, "E");
	pty_wait(p, "arguments: {\"Expression\":", PTY_MS);
	pty_send(p, "\x15{\"Expression\": \"pond_mark\", \"PathPrefix\": \"drivers/pond\"}\r");
	pty_wait(p, "waits for you", PTY_MS);
	pty_wait(p, "read-file {\"File\"", PTY_MS);
	pty_send(p, "mlook at the irq path\r");
	pty_wait(p, "1 message to be said", PTY_MS);
	pty_send(p, "N");
	pty_wait(p, "why not:", PTY_MS);
	pty_send(p, "not needed\r");
	pty_wait(p, "Second look", PTY_MS);
	pty_wait(p, "waits for you", PTY_MS);
	pty_send(p, ":ask all off\r");
	pty_wait(p, "run again without being asked for", PTY_MS);
	pty_send(p, "y");
	pty_wait(p, "and no more comes", PTY_MS);
	pty_wait(p, "waits for the provider", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "then pauses", PTY_MS);
	/* a decision has to wait for the end, a note has not */
	pty_send(p, "aw");
	pty_wait(p, "cannot decide yet", PTY_MS);
	kill(pty_pid(p), SIGKILL);
	pty_wait_exit(p, PTY_MS);
	assert_true(slice_find(pty_raw(p), key, 0) == SLICE_NONE);
	pty_kill(p);
}

/* Resume; a tool that is killed; conclude; decide. */
static void second_half(struct home *h, const char *id, struct buf *screen)
{
	struct pty *p;
	pid_t tool;

	hold(h, true);
	p = start_resume(h, id);
	pty_wait(p, "paused", PTY_MS);
	pty_wait(p, "Second look", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "A whole thought", PTY_MS);
	pty_wait(p, "waits for grepper", PTY_MS);
	/* keys answer while the tool hangs, and say what is waited for */
	pty_send(p, "?");
	pty_wait(p, "Moving", PTY_MS);
	pty_send(p, "q");
	pty_wait(p, "waits for grepper", PTY_MS);
	/* the tool is killed: the model is told, and the run goes on */
	tool = child_of(pty_pid(p));
	assert_true(tool > 0);
	kill(tool, SIGKILL);
	pty_wait(p, "Once more", PTY_MS);
	pty_wait(p, "waits for grepper", PTY_MS);
	pty_send(p, "F");
	hold(h, false);
	pty_wait(p, "two locks", PTY_MS);
	pty_wait(p, "AI harmful", PTY_MS);
	pty_send(p, "a");
	pty_wait(p, "approve: harmful (not saved yet)", PTY_MS);
	pty_send(p, "\r");
	pty_wait_gone(p, "not saved yet", PTY_MS);
	pty_wait(p, "you approve: harmful", PTY_MS);
	pty_send(p, "3gA"); /* all panes where they are when it is opened */
	pty_wait(p, "q leave", PTY_MS);
	pty_screen_text(p, screen);
	assert_no_key(h, p);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

/* The run as a recording: the same screens, the same JSON, a replay without difference. */
static void as_a_recording(struct home *h, const char *id, const struct buf *live)
{
	const char *argv[] = {program(), "review", "--set", "reviewer=Rita", id, NULL};
	struct buf screen = BUF_INIT;
	struct pty *p = pty_start(argv, h->set, 45, 160);
	char *stored, *imported, *other, *json;
	struct slice raw;

	pty_wait(p, "you approve: harmful", PTY_MS);
	pty_wait(p, "two locks", PTY_MS);
	pty_send(p, "3gA");
	pty_wait(p, "q leave", PTY_MS);
	pty_screen_text(p, &screen);
	assert_string_equal(buf_str(&screen), buf_str(live));
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);

	other = run(h, 0, "replay %s", id);
	assert_non_null(strstr(other, "same: "));
	free(other);
	stored = run(h, 0, "show --json %s", id);
	shell("cp %s/data/verdict/runs/* %s/copy", h->dir, h->dir);
	imported = run(h, 0, "show --json %s/copy", h->dir);
	assert_string_equal(stored, imported);
	json = run(h, 0, "export --format json %s", id);
	assert_int_equal(json_check(slice_str(json), &raw, NULL, NULL), 0);
	assert_slice(json_member(json_member(json_member(raw, "decision"), "outputs"), "Benign"), "false");
	other = run(h, 0, "show --full %s", id);
	assert_non_null(strstr(other, "look at the irq path"));
	assert_non_null(strstr(other, "edit: run with {\"Expression\": \"pond_mark\""));
	assert_non_null(strstr(other, "the agent asked for {\"Expression\""));
	assert_non_null(strstr(other, "deny: not needed"));
	assert_non_null(strstr(other, "Conclude now."));
	free(other);
	raw = json_member(json_member(raw, "ai"), "interventions");
	assert_true(slice_find(raw, "look at the irq path", 0) != SLICE_NONE);
	other = run(h, 0, "export --format spans %s", id);
	assert_non_null(strstr(other, "not run: the reviewer asks for your conclusion"));
	free(other);
	free(json);
	free(stored);
	free(imported);
	buf_release(&screen);
}

static void goes_the_whole_way(void **state, const char *provider, const char *header)
{
	struct home *h = *state;
	struct buf text = BUF_INIT, screen = BUF_INIT;
	struct provider server;
	char *id;

	buf_addf(&text, "dialect %s\nrequest\nheader %s\n%s", provider, header, script);
	provider_start(&server, buf_str(&text));
	first_half(h, &server, provider);
	id = run_id(h);
	second_half(h, id, &screen);
	as_a_recording(h, id, &screen);
	assert_int_equal(provider_end(&server), 0);
	free(id);
	buf_release(&text);
	buf_release(&screen);
}

static void gemini_goes_the_whole_way(void **state)
{
	goes_the_whole_way(state, "gemini", "x-goog-api-key");
}

static void openai_goes_the_whole_way(void **state)
{
	goes_the_whole_way(state, "openai", "authorization");
}

/* ---- following, and what is waited for ---- */

/* A thought of two looks: the second is longer than the pane, and then nothing more comes. */
static void add_looks(struct buf *b)
{
	buf_adds(b, "dialect gemini\n"
		    "request\n"
		    "thought **First look**\\n\\nWho writes the word?\\n\n"
		    "call read-file {\"File\": \"drivers/pond/pond_irq.c\", \"FirstLine\": 30, \"LineCount\": 12}\n"
		    "usage 12000 300\n"
		    "finish\n"
		    "request\n"
		    "thought **Second look**\\n\\n");
	for (int i = 1; i <= 60; i++)
		buf_addf(b, "* line %d of it\\n", i);
	buf_adds(b, "\nstall\n");
}

static void walks_by_steps_lets_go_and_follows_again(void **state)
{
	struct home *h = *state;
	struct buf text = BUF_INIT;
	struct provider server;
	struct pty *p;
	char *id;

	add_looks(&text);
	provider_start(&server, buf_str(&text));
	p = start_run(h, &server, "gemini", NULL);
	pty_wait(p, "paused", PTY_MS);
	pty_send(p, "."); /* one request … */
	pty_wait(p, "First look", PTY_MS);
	pty_wait(p, "turn 2  12k tokens", PTY_MS);
	pty_wait(p, "│ paused", PTY_MS);
	assert_false(pty_shows(p, "Second look"));
	pty_send(p, "."); /* … one call */
	pty_wait(p, "POND_F_LEAK", PTY_MS);
	pty_wait(p, "│ paused", PTY_MS);
	/* away from the newest: what comes is counted, and moves nothing */
	pty_send(p, "k");
	pty_send(p, " ");
	pty_wait(p, "1 new span: f follows", PTY_MS);
	pty_wait(p, "llm  Second look", PTY_MS);
	assert_false(pty_shows(p, "line 60 of it"));
	pty_send(p, "f");
	pty_wait(p, "line 60 of it", PTY_MS);
	pty_wait_gone(p, "f follows", PTY_MS);
	/* a search lets go too, the end of Run takes hold again */
	pty_send(p, "4/line 7 of\r");
	pty_wait(p, "line 7 of it", PTY_MS);
	pty_wait_gone(p, "line 60 of it", PTY_MS);
	pty_send(p, "3G");
	pty_wait(p, "line 60 of it", PTY_MS);
	/* what cannot be done says why, and what was typed is not lost */
	pty_send(p, "J");
	pty_wait(p, "the run here is still going", PTY_MS);
	pty_send(p, "a");
	pty_wait(p, "cannot decide yet: the run is still going; F concludes, X stops it", PTY_MS);
	pty_send(p, "u");
	pty_wait(p, "what the agent was told cannot be taken back", PTY_MS);
	pty_send(p, "mlook at the ");
	pty_wait(p, "to the agent: look at the", PTY_MS);
	pty_send(p, "\x07");
	pty_wait(p, "the message is kept: m goes on with it", PTY_MS);
	pty_send(p, "Q");
	pty_wait(p, "verdict: the run was interrupted; verdict resume ", PTY_MS);
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
	assert_int_equal(provider_end(&server), 0);

	id = run_id(h);
	p = start_resume(h, id);
	pty_wait(p, "a draft was kept: m goes on with the message to the agent", PTY_MS);
	pty_send(p, "m");
	pty_wait(p, "to the agent: look at the", PTY_MS);
	pty_send(p, "lock\r");
	pty_wait(p, "1 message to be said", PTY_MS);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
	free(id);
	buf_release(&text);
}

static void names_waits_and_ends_for_good_at_the_second_key(void **state)
{
	static const char waits[] =
		"dialect gemini\n"
		"type application/json\n"
		"framing length\n"
		"request\n"
		"status 400\n"
		"raw {\"error\": {\"code\": 400, \"message\": \"API key not valid\", \"status\": \"INVALID_ARGUMENT\"}}\n"
		"request\n"
		"status 429\n"
		"answer Retry-After: 100\n"
		"raw {\"error\": {\"code\": 429, \"message\": \"too many\", \"status\": \"RESOURCE_EXHAUSTED\"}}\n";
	struct home *h = *state;
	struct provider server;
	struct pty *p;

	provider_start(&server, waits);
	p = start_run(h, &server, "gemini", NULL);
	pty_wait(p, "paused", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "halted (Space tries again, X stops): ", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "retrying", PTY_MS);
	pty_wait(p, "tries again in 1m: ", PTY_MS);
	pty_send(p, "X");
	pty_wait(p, "X again ends the run for good", PTY_MS);
	pty_send(p, "j"); /* another key, and it is forgotten */
	pty_wait_gone(p, "X again", PTY_MS);
	pty_send(p, "X");
	pty_wait(p, "X again ends the run for good", PTY_MS);
	pty_send(p, "X");
	pty_wait(p, "stopped", PTY_MS);
	pty_wait_gone(p, "tries again", PTY_MS);
	pty_send(p, "F");
	pty_wait(p, "F (conclude) is for a run that is under way here; this one is not", PTY_MS);
	pty_send(p, "E");
	pty_wait(p, "E answers a call that waits for you; none does", PTY_MS);
	pty_send(p, "M");
	pty_wait(p, " stop", PTY_MS); /* what was ordered, with its time, also when it is reviewed later */
	pty_send(p, "q");
	pty_send(p, "o");
	pty_wait(p, "judge: ", PTY_MS);
	pty_send(p, "\x1b");
	pty_wait(p, "nothing saved", PTY_MS);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	assert_false(pty_shows(p, "interrupted"));
	pty_kill(p);
	assert_int_equal(provider_end(&server), 0);
}

/* Arguments that are more than a line are edited in the editor, others at the prompt; what is no JSON can be mended. */
static void edits_arguments_of_any_length(void **state)
{
	struct home *h = *state;
	struct buf text = BUF_INIT;
	struct provider server;
	struct pty *p;

	buf_adds(&text, "dialect gemini\nrequest\nthought **First look**\\n\ncall grepper {\"Expression\": \"");
	for (int i = 0; i < 6000; i++)
		buf_addc(&text, 'x');
	buf_adds(&text, "\"}\nfinish\nrequest\ncontains pond_mark\ncall grepper {\"Expression\": \"short\"}\nfinish\n"
			"request\ncontains pond_test\nstall\n");
	shell("mkdir -p %s/.config/verdict && printf 'set editor %s/bin/mend\n' >%s/.config/verdict/config && "
	      "printf '#!/bin/sh\nprintf %%%%s \'\\''{\"Expression\": \"pond_mark\"}\'\\'' >\"$1\"\n' >%s/bin/mend && chmod 755 %s/bin/mend",
	      h->dir, h->dir, h->dir, h->dir, h->dir);
	provider_start(&server, buf_str(&text));
	p = start_run(h, &server, "gemini", NULL);
	pty_wait(p, "paused", PTY_MS);
	pty_send(p, ":ask grepper\r");
	pty_wait(p, "its calls wait for", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "waits for you", PTY_MS);
	pty_wait(p, "(y E N): grepper {\"Expression\"", PTY_MS);
	pty_send(p, "E");
	pty_wait(p, "(y E N): grepper {\"Expression\": \"short\"", PTY_MS);
	pty_send(p, "E\x15{\"Expression\": \"pond_test\"\r");
	pty_wait(p, "the arguments must be a JSON object", PTY_MS);
	pty_send(p, "E");
	pty_wait(p, "arguments: {\"Expression\": \"pond_test\"", PTY_MS);
	pty_send(p, "}\r");
	pty_wait(p, "waits for the provider", PTY_MS);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
	assert_int_equal(provider_end(&server), 0);
	buf_release(&text);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(gemini_goes_the_whole_way, make_home, home_drop),
	cmocka_unit_test_setup_teardown(openai_goes_the_whole_way, make_home, home_drop),
	cmocka_unit_test_setup_teardown(walks_by_steps_lets_go_and_follows_again, make_home, home_drop),
	cmocka_unit_test_setup_teardown(names_waits_and_ends_for_good_at_the_second_key, make_home, home_drop),
	cmocka_unit_test_setup_teardown(edits_arguments_of_any_length, make_home, home_drop),
};

TEST_MAIN()
