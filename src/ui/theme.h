/* Roles of what is on the screen, and themes: which colours a role has. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"
#include "base/slice.h"
#include "ui/palette.h"

/*
 * ROLE(SYMBOL, name in theme files, letter in the role plane of screens kept as text, fallback role).
 * Named by what it means, never by a colour.
 */
#define UI_ROLES(ROLE) \
	ROLE(NORMAL, "normal", '.', NORMAL) \
	ROLE(TITLE, "title", 't', NORMAL) \
	ROLE(FRAME, "frame", 'f', NORMAL) \
	ROLE(FRAME_FOCUS, "frame-focus", 'F', FRAME) \
	ROLE(HINT, "hint", 'h', NORMAL) \
	ROLE(KEY, "key", 'k', HINT) \
	ROLE(LABEL, "label", 'l', NORMAL) \
	ROLE(DIM, "dim", 'd', NORMAL) \
	ROLE(WARNING, "warning", 'w', NORMAL) \
	ROLE(ERROR, "error", 'e', WARNING) \
	ROLE(GOOD, "good", 'g', NORMAL) \
	ROLE(BAD, "bad", 'b', NORMAL) \
	ROLE(LINE_NUMBER, "line-number", 'n', DIM) \
	ROLE(RACE_WRITE, "race-write", 'W', WARNING) \
	ROLE(RACE_READ, "race-read", 'R', WARNING) \
	ROLE(CALL_SITE, "call-site", 'C', LABEL) \
	ROLE(LINE_READ, "line-read", 'a', NORMAL) \
	ROLE(PRIMITIVE, "primitive", 'p', NORMAL) \
	ROLE(THOUGHT, "thought", 'o', NORMAL) \
	ROLE(TOOL, "tool", 'T', NORMAL) \
	ROLE(NOTE, "note", 'N', LABEL) \
	ROLE(MATCH, "match", 'm', NORMAL) \
	ROLE(PROMPT, "prompt", 'P', NORMAL) \
	ROLE(HEADING, "heading", 'H', TITLE) \
	ROLE(STRONG, "strong", 'B', NORMAL) \
	ROLE(EMPHASIS, "emphasis", 'i', NORMAL) \
	ROLE(CODE, "code", 'c', NORMAL) \
	ROLE(LINK, "link", 'L', NORMAL) \
	ROLE(COMMENT, "comment", '/', DIM) \
	ROLE(STRING, "string", '"', CODE) \
	ROLE(NUMBER, "number", '0', CODE) \
	ROLE(KEYWORD, "keyword", 'K', CODE) \
	ROLE(TYPE, "type", 'y', KEYWORD) \
	ROLE(PREPROCESSOR, "preprocessor", '#', KEYWORD) \
	ROLE(DIFF_ADD, "diff-add", '+', GOOD) \
	ROLE(DIFF_DEL, "diff-del", '-', BAD) \
	ROLE(DIFF_HUNK, "diff-hunk", '@', LABEL)

enum role {
#define ROLE(sym, name, letter, fallback) ROLE_##sym,
	UI_ROLES(ROLE)
#undef ROLE
	ROLES
};

const char *role_name(enum role r);
char role_letter(enum role r);

struct theme {
	struct style style[ROLES];
};

/*
 * Read a theme: lines "color ROLE [FG [BG]] [bold] [dim] [underline] [reverse]", FG and BG one of default, black, red,
 * green, yellow, blue, magenta, cyan, white, bright-…, 0 to 255, or #RRGGBB.  A colour that is left out is that of role
 * "normal".  Unknown roles and bad lines are warnings with their line; the rest counts.  Roles not named fall back (style of
 * their fallback role); `t` is filled completely.
 */
void theme_parse(struct theme *t, struct slice text, struct diags *ds);

/* The text of a built-in theme, or NULL; their names, the i-th from 0, or NULL behind the last. */
const char *theme_builtin(const char *name);
const char *theme_builtin_name(size_t i);

/* The shipped files, embedded.  In "mono" all is said by bold, dim, underline and reverse. */
extern const char theme_default[], theme_light[], theme_high_contrast[], theme_mono[];

#endif
