#include "tests/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "import/text_chain.h"
#include "model/span.h"

/*
 * Candidates from words "SEQ/NESTING TYPE@TIME", one letter a type (f flow, a action, A agent, l llm, t tool), with "["
 * in front where the text before must end so and "]" where it does; and what is chosen as "0 1 2 | doubtful …".
 */
static void check(const char *words, const char *want)
{
	static const char letters[] = "fAalt";
	static const enum span_type types[] = {SPAN_FLOW, SPAN_AGENT, SPAN_ACTION, SPAN_LLM, SPAN_TOOL};
	struct text_cand c[64];
	size_t n = 0;
	struct slice rest = slice_str(words), word;
	struct text_chain ch;
	struct buf got = BUF_INIT;

	while (slice_word(&rest, &word)) {
		unsigned seq, nesting, time = 0;
		char type;

		c[n] = (struct text_cand){.at = (uint32_t)n};
		c[n].after_close = slice_eat(&word, "]");
		c[n].needs_close = slice_eat(&word, "[");
		assert_true(sscanf(word.p, "%u/%u%c@%u", &seq, &nesting, &type, &time) >= 3);
		c[n].seq = seq;
		c[n].nesting = (uint8_t)nesting;
		c[n].started = (int64_t)time;
		c[n].type = (uint8_t)types[strchr(letters, type) - letters];
		n++;
	}
	ch = text_chain_find(c, n);
	for (size_t i = 0; i < ch.n; i++)
		buf_addf(&got, "%s%u", i ? " " : "", ch.heads[i]);
	for (size_t i = 0; i < ch.ndoubtful; i++)
		buf_addf(&got, " ?%u", ch.doubtful[i]);
	if (ch.given_up)
		buf_adds(&got, " ...");
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
	text_chain_release(&ch);
}

static void follows_an_unbroken_chain(void **state)
{
	(void)state;
	check("", "");
	check("0/0f", "0");
	check("0/0f 1/1a 2/1A 3/2l 4/2t 5/3A 6/4l 7/2l 8/1a", "0 1 2 3 4 5 6 7 8");
}

static void passes_over_lines_that_cannot_be_heads(void **state)
{
	(void)state;
	check("0/0f 5/1a 1/1a 1/2l 3/1a 2/1A", "0 2 5"); /* far ahead, wrong parent, ahead */
	check("0/0f@5 1/1a@4 1/1a@6", "0 2"); /* back in time */
	check("0/0f 1/2a 1/1a", "0 2"); /* two deeper at once */
	check("0/0f 1/0f 1/1A", "0 2"); /* a second root */
	check("0/0f 1/1A 2/2l 3/3t 3/2t", "0 1 2 4"); /* below an llm */
	check("0/0f 1/1l 1/1t 1/1A", "0 3"); /* without an agent */
	check("[0/0f 1/1a ]1/1A", "0 2"); /* inside a map that is not closed */
}

static void takes_the_later_of_two_and_says_so(void **state)
{
	(void)state;
	check("0/0f 1/1A 2/2l 2/2l 3/2t", "0 1 3 4 ?2");
	check("0/0f 0/0f 1/1A", "1 2 ?0");
	/* a whole chain inside a text is left again */
	check("0/0f 1/1A 2/2t 3/2l 4/2t 3/2l 4/2t 5/2l", "0 1 2 5 6 7 ?3 ?4");
	/* the later line leads nowhere: the chain that reaches further is taken */
	check("0/0f 1/1A@1 2/2l@2 3/2t@3 2/2l@9 4/2l@4", "0 1 2 3 5");
}

static void goes_on_behind_a_gap(void **state)
{
	(void)state;
	check("0/0f 1/1A 3/2l 4/2t", "0 1 2 3");
	check("4/2t 5/2l 6/1a", "0 1 2");
	check("0/0f 1/1A 2/2l 100/2l", "0 1 2"); /* alone and far away */
	check("0/0f 1/1A 2/2l 100/2l 101/2t", "0 1 2 3 4");
	check("0/0f 1/1A 9/2l 3/2l 4/2t", "0 1 3 4");
	check("0/0f@5 2/1A@3", "0");
}

static void gives_up_where_all_is_gaps(void **state)
{
	struct text_cand *c = xcalloc(200, sizeof *c);
	struct text_chain ch;

	(void)state;
	for (uint32_t i = 0; i < 200; i++)
		c[i] = (struct text_cand){.seq = i * 2, .at = i, .nesting = i > 0, .type = i ? SPAN_ACTION : SPAN_FLOW};
	ch = text_chain_find(c, 200);
	assert_int_equal(ch.n, 65);
	assert_true(ch.given_up);
	text_chain_release(&ch);
	free(c);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(follows_an_unbroken_chain),
	cmocka_unit_test(passes_over_lines_that_cannot_be_heads),
	cmocka_unit_test(takes_the_later_of_two_and_says_so),
	cmocka_unit_test(goes_on_behind_a_gap),
	cmocka_unit_test(gives_up_where_all_is_gaps),
};

TEST_MAIN()
