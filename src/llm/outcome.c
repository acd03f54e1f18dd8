#include "llm/outcome.h"

#include <string.h>

#include "base/utf8.h"
#include "llm/redact.h"

static const char *const ends[LLM_ENDS] = {
	[LLM_END_REPLY] = "reply",     [LLM_END_LENGTH] = "length",     [LLM_END_EMPTY] = "empty",
	[LLM_END_MALFORMED] = "malformed", [LLM_END_REFUSED] = "refused",   [LLM_END_OVERFLOW] = "overflow",
	[LLM_END_RETRY] = "retry",     [LLM_END_ADJUSTED] = "adjusted", [LLM_END_FATAL] = "fatal",
};

const char *llm_end_name(enum llm_end end)
{
	return ends[end];
}

void llm_outcome_text(char *out, size_t n, struct slice text, struct slice key)
{
	struct buf safe = BUF_INIT;
	struct slice rest;
	size_t used = 0;
	bool blank = false;

	llm_redact(&safe, slice_trim(text), key);
	rest = buf_slice(&safe);
	while (rest.n) {
		uint32_t cp;
		size_t len = utf8_decode(rest, &cp);
		bool control = cp < 0x20 || cp == 0x7f;

		if (used + len + 1 > n)
			break;
		if (!control)
			memcpy(out + used, rest.p, len);
		else if (!blank)
			out[used] = ' ';
		used += control ? !blank : len;
		blank = control || cp == ' ';
		rest = slice_sub(rest, len, rest.n);
	}
	out[used] = '\0';
	buf_release(&safe);
}

void llm_outcome_set(struct llm_outcome *o, enum llm_end end, struct slice code, struct slice message, struct slice key)
{
	o->end = end;
	if (code.n)
		llm_outcome_text(o->code, sizeof o->code, code, key);
	llm_outcome_text(o->message, sizeof o->message, message, key);
}

int llm_outcome_err(const struct llm_outcome *o, const char *what, struct err *e)
{
	if (o->request_id[0])
		return err_set(e, ERR_NET, "%s: %s (request %s)", what, o->message, o->request_id);
	return err_set(e, ERR_NET, "%s: %s", what, o->message);
}
