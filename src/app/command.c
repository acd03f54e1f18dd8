#include "app/command.h"

#include <string.h>

static const struct {
	const char *name, *called;
} contexts[CONTEXTS] = {
#define CONTEXT(sym, name, called) {name, called},
	APP_CONTEXTS(CONTEXT)
#undef CONTEXT
};

const struct command_row commands[COMMANDS] = {
#define COMMAND(sym, name, args, ctx, help) {name, args, CONTEXT_##ctx, help},
	APP_COMMANDS(COMMAND)
#undef COMMAND
};

const char *context_name(enum context c)
{
	return contexts[c].name;
}

const char *context_called(enum context c)
{
	return contexts[c].called;
}

bool context_of(struct slice name, enum context *c)
{
	for (unsigned i = 0; i < CONTEXTS; i++)
		if (slice_is(name, contexts[i].name)) {
			*c = (enum context)i;
			return true;
		}
	return false;
}

bool context_is_dialog(enum context c)
{
	return c == CONTEXT_DECIDE || c == CONTEXT_NOTE;
}

bool context_is_overlay(enum context c)
{
	return c == CONTEXT_LIVE || c == CONTEXT_ASKING;
}

bool command_takes_letter(enum command c)
{
	return strcmp(commands[c].args, "LETTER") == 0;
}

bool command_of(struct slice name, enum command *c)
{
	for (unsigned i = 0; i < COMMANDS; i++)
		if (slice_is(name, commands[i].name)) {
			*c = (enum command)i;
			return true;
		}
	return false;
}

bool command_begun(struct slice word, enum command *c, unsigned *fits)
{
	*fits = 0;
	if (command_of(word, c))
		return true;
	for (unsigned i = 0; i < COMMANDS; i++)
		if (slice_eq(slice_sub(slice_str(commands[i].name), 0, word.n), word)) {
			*c = (enum command)i;
			++*fits;
		}
	return *fits == 1;
}

bool command_applies(enum command c, enum context ctx)
{
	if (commands[c].context == CONTEXT_ALL)
		return !context_is_dialog(ctx) && !context_is_overlay(ctx);
	return commands[c].context == ctx;
}
