/*
 * Which of the lines that look like heads of spans are heads: file contents and replies may hold such lines
 * too, so the heads are those that form one chain through the page (syzkaller-workflow §8.6).
 */
#ifndef IMPORT_TEXT_CHAIN_H
#define IMPORT_TEXT_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A line that looks like a head, with an empty line before and a plausible line behind; in order of the page.
 */
struct text_cand {
	int64_t started;
	uint32_t at;   /* of the line */
	uint32_t body; /* of the line behind it */
	uint32_t seq;
	uint8_t nesting;
	uint8_t type;     /* enum span_type */
	bool needs_close; /* its first field is a Go map, so that its text must end in "]" */
	bool after_close; /* the text before it ends in "]" */
};

struct text_chain {
	uint32_t *heads; /* indexes of the chosen candidates; owned */
	size_t n, cap;
	uint32_t *doubtful; /* candidates that would have fitted in place of a chosen one; owned */
	size_t ndoubtful, cap_doubtful;
	bool given_up; /* more gaps than are followed: heads behind the chain's last one are left out */
};

/*
 * Choose.  Seq counts up by one, the nesting by at most one, times do not go back, every parent may have such
 * a child.  The chain that reaches furthest is taken; where a line could be a head twice, the later one is,
 * because what an earlier span shows cannot be told from it otherwise.  Where spans are missing the chain
 * goes on behind the gap.  Release in the end.
 */
struct text_chain text_chain_find(const struct text_cand *c, size_t n);
void text_chain_release(struct text_chain *ch);

#endif
