/* What a walk by chance types. */
#include <string.h>

#include "tests/screens/monkey.h"

uint64_t monkey_chance(struct monkey *m, uint64_t below)
{
	m->state = m->state * 6364136223846793005u + 1442695040888963407u;
	return (m->state >> 33) % below;
}

static const char *const phrases[] = {
	"p->flags", "the", "x", "RCU", "漢", "e\u0301", "[", "\\", "(a|b)*c", "Benign=false", "kernel/a.c:10", "pond_irq", "0",
	"4294967296", "-1", "   ", "a b c", "'", "\"", "data_race(", "expert", "drivers/pond/pond.h:67", "$", "%s%n", "10",
};

const char *monkey_phrase(struct monkey *m)
{
	return phrases[monkey_chance(m, sizeof phrases / sizeof *phrases)];
}

/* A word of a choice "a|b|c", or something of the kind that the word in capitals names. */
static void add_kind(struct monkey *m, struct slice word, struct buf *out)
{
	static const char *const days[] = {"tomorrow", "2026-04-01", "3d", "1999-01-01"}, *const sides[] = {"+3", "-2", "=", "+99"};
	uint64_t alternatives = 1, pick;

	for (size_t i = 0; i < word.n; i++)
		alternatives += word.p[i] == '|';
	for (pick = monkey_chance(m, alternatives); pick > 0; pick--)
		word = slice_sub(word, slice_chr(word, '|', 0) + 1, word.n);
	word = slice_sub(word, 0, slice_chr(word, '|', 0) == SLICE_NONE ? word.n : slice_chr(word, '|', 0));
	if (word.n && word.p[0] >= 'a' && word.p[0] <= 'z')
		buf_add_slice(out, word);
	else if (slice_is(word, "LETTER"))
		buf_addc(out, (char)('a' + monkey_chance(m, 3)));
	else if (slice_is(word, "NUMBER") || slice_is(word, "SPAN") || slice_is(word, "LINES"))
		buf_addf(out, "%u", (unsigned)monkey_chance(m, 40));
	else if (slice_is(word, "DAY"))
		buf_adds(out, PICK(m, days));
	else if (word.n && strchr("+-=", word.p[0]))
		buf_adds(out, PICK(m, sides));
	else
		buf_adds(out, monkey_phrase(m));
	if (word.n && word.p[word.n - 1] == '=')
		buf_adds(out, monkey_phrase(m));
}

static void add_setting(struct monkey *m, struct buf *out)
{
	static const char *const files[] = {"default", "mono", "light", "high-contrast", "nowhere", ""};
	const struct option_row *o = &options[monkey_chance(m, OPTIONS)];

	buf_addf(out, "%s ", o->name);
	if (strcmp(o->name, "theme") == 0)
		buf_adds(out, PICK(m, files));
	else if (o->choices)
		add_kind(m, slice_str(o->choices), out);
	else if (strcmp(o->name, "keymap") != 0) /* the walk must find out again */
		buf_adds(out, monkey_phrase(m));
}

void monkey_arguments(struct monkey *m, enum command c, struct buf *out)
{
	struct slice rest = slice_str(commands[c].args), word;

	if (c == CMD_SET) {
		add_setting(m, out);
	} else if (c == CMD_BIND || c == CMD_UNBIND) {
		buf_addf(out, "all F%u", (unsigned)monkey_chance(m, 4) + 5);
		buf_addf(out, " %s", c == CMD_BIND ? commands[monkey_chance(m, COMMANDS)].name : "");
	} else if (monkey_chance(m, 8) == 0) {
		buf_adds(out, monkey_phrase(m));
	} else {
		while (slice_word(&rest, &word)) {
			if (slice_eat(&word, "[") && monkey_chance(m, 2))
				continue;
			while (word.n && strchr("].", word.p[word.n - 1]))
				word.n--;
			add_kind(m, word, out);
			buf_addc(out, ' ');
		}
	}
}
