/* A sub-agent at work, as its users meet it: what is ordered holds for it, and it outlives a kill. */
#define _GNU_SOURCE
#include <signal.h>

#include "tests/pty/live_home.h"

static const char script[] =
	"dialect gemini\n"
	"request\n"
	"contains Judge the data race\n"
	"thought **First look**\\n\\nThat takes a search.\\n\n"
	"call codeexpert {\"Question\": \"Who marks a pond?\"}\n"
	"usage 9000 100\n"
	"finish\n"
	"request\n"
	"contains Who marks a pond?\n"
	"lacks Judge the data race\n"
	"thought **Searching**\\n\\nBy its name.\\n\n"
	"call grepper {\"Expression\": \"pond_mark\", \"PathPrefix\": \"drivers/pond\"}\n"
	"usage 1000 100\n"
	"finish\n"
	"request\n"
	"contains pond_irq.c\n"
	"contains and with interrupts on\n"
	"thought **Half a thought**\\n\\nand no more comes\n"
	"stall\n"
	"request\n"
	"contains pond_irq.c\n"
	"contains and with interrupts on\n"
	"thought **Once more**\\n\\nIt was killed.\\n\n"
	"call grepper {\"Expression\": \"pond_test\"}\n"
	"finish\n"
	"request\n"
	"contains Answer now\n"
	"call set-results {\"Answer\": \"The interrupt, under p->lock.\"}\n"
	"finish\n"
	"request\n"
	"contains The interrupt, under p->lock.\n"
	"contains Conclude now\n"
	"call set-results {\"Benign\": false}\n"
	"finish\n"
	"request\n"
	"text Two locks: **harmful**.\n"
	"finish\n";

/* Each step is a span of its own, in the sub-agent as well. */
static void until_killed(struct home *h, const struct provider *server)
{
	struct pty *p = start_run(h, server, "gemini", NULL);

	pty_wait(p, "paused", PTY_MS);
	pty_send(p, ".");
	pty_wait(p, "turn 2  9100 tokens", PTY_MS);
	pty_wait(p, "│ paused", PTY_MS);
	pty_send(p, ".");
	pty_wait(p, "codeexpert turn 1  9100 tokens", PTY_MS);
	pty_wait(p, "agent codeexpert", PTY_MS);
	pty_wait(p, "│ paused", PTY_MS);
	pty_send(p, ":ask grepper\r");
	pty_wait(p, "its calls wait for y, E or N", PTY_MS);
	pty_send(p, " ");
	pty_wait(p, "waits for you", PTY_MS);
	pty_wait(p, "Searching", PTY_MS);
	pty_send(p, "mand with interrupts on\r");
	pty_wait(p, "1 message to be said", PTY_MS);
	pty_send(p, "y");
	pty_wait(p, "and no more comes", PTY_MS);
	pty_wait(p, "codeexpert turn 2", PTY_MS);
	kill(pty_pid(p), SIGKILL);
	pty_wait_exit(p, PTY_MS);
	pty_kill(p);
}

static void to_the_end(struct home *h, const char *id)
{
	const char *argv[] = {program(), "resume", "--set", "reviewer=Rita", id, NULL};
	struct pty *p = pty_start(argv, h->set, 45, 160);

	pty_wait(p, "Once more", PTY_MS);
	pty_wait(p, "waits for you", PTY_MS);
	pty_send(p, "F");
	pty_wait(p, "AI harmful", PTY_MS);
	pty_wait(p, "Two locks", PTY_MS);
	pty_wait(p, "│ └ agent codeexpert", PTY_MS);
	assert_no_key(h, p);
	pty_send(p, "Q");
	assert_int_equal(pty_wait_exit(p, PTY_MS), 0);
	pty_kill(p);
}

static void obeys_and_goes_on_in_the_middle(void **state)
{
	struct home *h = *state;
	struct provider server;
	char *id, *said;

	provider_start(&server, script);
	until_killed(h, &server);
	id = run_id(h);
	to_the_end(h, id);
	assert_int_equal(provider_end(&server), 0);
	said = run(h, 0, "replay %s", id);
	assert_non_null(strstr(said, "same: "));
	free(said);
	said = run(h, 0, "show --full %s", id);
	assert_non_null(strstr(said, "The interrupt, under p->lock."));
	free(said);
	free(id);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(obeys_and_goes_on_in_the_middle, make_home, home_drop),
};

TEST_MAIN()
