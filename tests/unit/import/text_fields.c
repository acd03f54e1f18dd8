#include "tests/test.h"

#include "base/buf.h"
#include "import/text_fields.h"

static const struct text_hints nothing;

/* The fields as "Label=value", joined by "|"; "?" in front where they are doubtful. */
static void check(enum span_type type, const struct text_hints *hints, const char *text, const char *want)
{
	static const char *const names[] = {"M", "E", "A", "R", "I", "P", "Y", "T", "H"};
	struct text_fields f;
	struct buf got = BUF_INIT;

	text_fields(slice_str(text), type, hints, &f);
	if (f.doubtful)
		buf_adds(&got, "?");
	for (unsigned i = 0; i < f.n; i++) {
		size_t blank;
		struct slice v = text_value(slice_sub(slice_str(text), f.mark[i].value, f.mark[i].end), &blank);

		buf_addf(&got, "%s%s=%.*s", i ? "|" : "", names[f.mark[i].label], (int)v.n, v.p);
	}
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
}

static void divides_a_span_at_its_labels(void **state)
{
	(void)state;
	check(SPAN_TOOL, &nothing, "1m Error:\nno\n\nArgs:\nmap[a:b]\n\nResults:\nmap[]\n\n", "E=no|A=map[a:b]|R=map[]");
	check(SPAN_TOOL, &nothing, "Args:\nmap[a:b]\n\n", "A=map[a:b]");
	check(SPAN_LOOP, &nothing, "1m\n", "");
	check(SPAN_LOOP, &nothing, "", "");
	check(SPAN_LOOP, &nothing, "\n", "");
	check(SPAN_TOOL, &nothing, "\nArgs:\nmap[a:b]\n", "A=map[a:b]");
	check(SPAN_LLM, &nothing, "0m Model:\nm\n\nTokens:\n\tinput: 1\n\n\n\nThoughts:\nx\n\n\n", "M=m|T=\tinput: 1|H=x");
}

static void leaves_lines_in_texts_that_only_look_like_labels(void **state)
{
	(void)state;
	/* not behind an empty line, not of this type, out of order, twice, with a wrong value */
	check(SPAN_LLM, &nothing, "0m Model:\nm\n\nThoughts:\na\nReply:\n\nResults:\nmap[]\n\nTokens:\n\tinput: 1\n\nThoughts:\nb\n\n",
	      "M=m|H=a\nReply:\n\nResults:\nmap[]\n\nTokens:\n\tinput: 1\n\nThoughts:\nb");
	check(SPAN_FLOW, &nothing, "0m Results:\nmap[Explanation:a\n\nError:\nb\n\nResults:\nmap[c]]\n\n",
	      "R=map[Explanation:a\n\nError:\nb\n\nResults:\nmap[c]]");
	check(SPAN_TOOL, &nothing, "0m Error:\na\n\nResults:\nare bad\n\n", "E=a\n\nResults:\nare bad");
	check(SPAN_LLM, &nothing, "0m Model:\nm\n\nTokens:\nmany\n\n", "M=m\n\nTokens:\nmany");
}

static void tells_an_agents_long_texts_apart(void **state)
{
	static const char text[] = "1m Model:\nm\n\nInstruction:\nSay:\n\nPrompt:\nexample\n\nPrompt:\nThe\n\nBUG x\n\nReply:\nit is\n\n"
		"Reply:\nfine\n\n";
	const struct text_hints both = {SLICE("BUG x\n"), SLICE("it\nis Reply: fine")};
	const struct text_hints last = {SLICE("BUG x\n"), SLICE("fine")};

	(void)state;
	check(SPAN_AGENT, &both, text, "M=m|I=Say:\n\nPrompt:\nexample|P=The\n\nBUG x|Y=it is\n\nReply:\nfine");
	check(SPAN_AGENT, &last, text, "M=m|I=Say:\n\nPrompt:\nexample|P=The\n\nBUG x\n\nReply:\nit is|Y=fine");
	check(SPAN_AGENT, &nothing, text, "?M=m|I=Say:\n\nPrompt:\nexample|P=The\n\nBUG x\n\nReply:\nit is|Y=fine");
	/* a reply cannot come before the prompt */
	check(SPAN_AGENT, &nothing, "1m Instruction:\na\n\nReply:\nb\n\nPrompt:\nc\n\n", "?I=a\n\nReply:\nb|P=c");
	check(SPAN_AGENT, &nothing, "1m Instruction:\na\n\nPrompt:\nb\n\nReply:\nc\n\nPrompt:\nd\n\n",
	      "I=a|P=b|Y=c\n\nPrompt:\nd");
	check(SPAN_AGENT, &nothing, "1m Prompt:\nb\n\nInstruction:\nc\n\n", "P=b\n\nInstruction:\nc");
}

static void remembers_only_the_last_of_many_places(void **state)
{
	struct buf text = BUF_INIT, want = BUF_INIT;

	(void)state;
	buf_adds(&text, "1m Prompt:\np\n\n");
	buf_adds(&want, "?P=p");
	for (int i = 0; i < 100; i++) {
		buf_adds(&text, "Reply:\nx\n\n");
		if (i < 99)
			buf_adds(&want, "\n\nReply:\nx");
	}
	buf_adds(&want, "|Y=x");
	check(SPAN_AGENT, &nothing, buf_str(&text), buf_str(&want));
	buf_release(&text);
	buf_release(&want);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(divides_a_span_at_its_labels),
	cmocka_unit_test(leaves_lines_in_texts_that_only_look_like_labels),
	cmocka_unit_test(tells_an_agents_long_texts_apart),
	cmocka_unit_test(remembers_only_the_last_of_many_places),
};

TEST_MAIN()
