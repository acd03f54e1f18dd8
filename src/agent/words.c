#include "agent/words.h"

#include "base/slice.h"

const char words_no_results[] =
	"You have not called set-results yet, so your reply cannot be taken as the final one. If you meant to call other "
	"tools first, call them now. Otherwise call set-results with your results, and then give your final reply again.";

const char words_no_answer[] =
	"You have not called set-results yet, so your answer has not reached who asked. If you meant to call other tools "
	"first, call them now. Otherwise call set-results with your whole answer.";

const char words_no_reply[] =
	"Your last turn held neither a reply nor a tool call. Give your final reply, or call the tools that you meant to call.";

const char words_cut[] =
	"Your last turn was cut off at the output limit, and what it called was not run. Say it again more briefly, or in "
	"several turns.";

const char words_malformed[] =
	"Your last tool call could not be read. Call the tool again with arguments that are one JSON object, as its "
	"declaration says; keep them short.";

const char words_bad_args[] = "the arguments are not a JSON object, please correct them";

const char words_answering[] = "not run: answer now, from what you have found so far";

const char words_answer_now[] =
	"Answer now: nothing more can be looked up. Call set-results with the best answer that what you have found so far "
	"supports. Say in it what you could not find out.";

const char words_concluding[] = "not run: the reviewer asks for your conclusion from what is known now";

void words_too_many(struct buf *b, size_t calls, unsigned most)
{
	buf_addf(b, "you made %zu tool calls in one turn, and %u are the most: none of them was run; make fewer at once",
		 calls, most);
}

void words_duplicate(struct buf *b)
{
	buf_adds(b, "you made this very call several times already: its result stands above in this conversation. It was "
		    "not run again. Use that result, or ask for something else.");
}

void words_stuck(struct buf *b, unsigned times, struct slice name, struct slice args)
{
	buf_addf(b, "CRITICAL: this is attempt %u of the same call, %.*s with %.*s. It was not run. The run ends if you make it "
		    "again.",
		 times, (int)name.n, name.p, (int)(args.n < 2000 ? args.n : 2000), args.p);
}

void words_looping(struct buf *b, struct slice name, struct slice args)
{
	buf_addf(b, "agent got stuck in an infinite loop repeating tool call %.*s with %.*s", (int)name.n, name.p,
		 (int)(args.n < 2000 ? args.n : 2000), args.p);
}

void words_unknown_tool(struct buf *b, struct slice name)
{
	buf_addf(b, "tool \"%.*s\" does not exist, please correct the name", (int)(name.n < 200 ? name.n : 200), name.p);
}

void words_edited(struct buf *b, struct slice name, struct slice args)
{
	buf_addf(b, "The person who reviews this run changed your call of %.*s: it was run with %.*s", (int)name.n, name.p,
		 (int)(args.n < 2000 ? args.n : 2000), args.p);
}

void words_denied(struct buf *b, struct slice reason)
{
	buf_adds(b, "the reviewer did not allow this call");
	if (reason.n)
		buf_addf(b, ": %.*s", (int)reason.n, reason.p);
}

void words_steer(struct buf *b, struct slice text)
{
	buf_adds(b, "A person who reviews this run says:\n\n");
	buf_add_slice(b, text);
}

void words_conclude(struct buf *b, bool results)
{
	buf_adds(b, "Conclude now. No more source can be read. ");
	if (results)
		buf_adds(b, "Call set-results with the best answer that what you have read supports, then give your final reply. ");
	else
		buf_adds(b, "Give your final reply. ");
	buf_adds(b, "Say in it what you could not check.");
}

const char words_compressor[] =
	"You compress the memory of an agent that analyses a kernel crash report. You are given its instructions, in "
	"<system_instructions>, and its conversation so far. Write a summary from which it can go on without the conversation.\n"
	"\n"
	"- Do not repeat the instructions or the crash report.\n"
	"- List what was tried and what came of it, so that nothing is done twice; name loops if there were any.\n"
	"- Keep every fact that was found in the source: exact paths, line numbers, function and field names, locks, "
	"configuration values; quote decisive code unchanged.\n"
	"- List the hypotheses that are open, and those that were refuted, with the reason.\n"
	"- Be terse: fragments will do. Invent nothing.\n";

const char words_compress_request[] = "Now write the summary of the conversation above.";

void words_wrapped(struct buf *b, struct slice instruction, struct slice prompt)
{
	buf_adds(b, "<system_instructions>\n");
	buf_add_slice(b, instruction);
	buf_adds(b, "\n</system_instructions>\n\n");
	buf_add_slice(b, prompt);
}

void words_summary(struct buf *b, struct slice summary)
{
	buf_adds(b, "The conversation so far was compressed to save room. What happened until now:\n\n");
	if (slice_trim(summary).n)
		buf_add_slice(b, summary);
	else
		buf_adds(b, "(the summary is empty: what was found so far is lost; find again what you need)");
}
