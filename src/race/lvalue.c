#include "race/lvalue.h"

#include <stdio.h>
#include <string.h>

#include "base/clex.h"
#include "race/ahead.h"
#include "race/declared.h"
#include "race/family.h"

enum { DEPTH = 32, GROUP_TOLD = 40 };

struct parser {
	struct tokens t;
	struct lvalue *out;
	size_t n, max;
	unsigned depth;
};

/* ---- what is done to an lvalue ---- */

enum { READ = 1, WRITE = 2, LINKED = 4, LENT = 8 };

struct use {
	unsigned how;
	uint8_t size; /* of a family; 0: not known */
};
static const struct use READING = {READ, 0};

/* What an operand is called, as far as it was taken apart. */
struct chain {
	char text[LVALUE_MAX], field[64];
	char cast[64]; /* "(struct foo*)", in front of all of it */
	bool plain;
	bool address;  /* '&' stands in front of it */
	uint8_t size;
};

static struct lvalue *add(struct parser *p, const struct chain *c, unsigned how, uint8_t size)
{
	struct lvalue *l = NULL;

	if (!c->text[0])
		return NULL;
	for (size_t i = 0; i < p->n && !l; i++)
		if (strcmp(p->out[i].text, c->text) == 0)
			l = &p->out[i];
	if (!l) {
		if (p->n == p->max)
			return NULL;
		l = &p->out[p->n++];
		*l = (struct lvalue){.plain = c->plain, .size = size, .lent = true};
		snprintf(l->text, sizeof l->text, "%s", c->text);
		snprintf(l->field, sizeof l->field, "%s", c->field);
	}
	if (l->size != size) /* used in two ways */
		l->size = 0;
	l->read |= (how & READ) != 0;
	l->write |= (how & WRITE) != 0;
	l->linked |= (how & LINKED) != 0;
	l->lent &= (how & LENT) != 0;
	return l;
}

/* It is read to get to what it points to. */
static void pointer_read(struct parser *p, const struct chain *c)
{
	struct lvalue *l = add(p, c, READ, 0);

	if (l)
		l->pointer = true;
}

static void grow(struct chain *c, const char *sign, struct slice s)
{
	size_t n = strlen(c->text);

	snprintf(c->text + n, sizeof c->text - n, "%s%.*s", sign, (int)(s.n < 64 ? s.n : 64), s.n ? s.p : "");
}

/* Put texts in front of it and behind it. */
static void wrap(struct chain *c, const char *before, const char *middle, const char *behind)
{
	char text[sizeof c->text + sizeof c->cast + 8];

	snprintf(text, sizeof text, "%.4s%.63s%.119s%.4s", before, middle, c->text, behind);
	snprintf(c->text, sizeof c->text, "%.119s", text);
}

static void set_field(struct chain *c, struct slice s)
{
	snprintf(c->field, sizeof c->field, "%.*s", (int)(s.n < 63 ? s.n : 63), s.p);
}

static bool is_assignment(const struct token *t)
{
	static const char *const signs[] = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (token_is(t, signs[i]))
			return true;
	return false;
}

static bool is_step(const struct token *t)
{
	return token_is(t, "++") || token_is(t, "--");
}

/* ---- calls ---- */

static void expression(struct parser *p, struct use use);
static bool operand(struct parser *p, struct chain *c);

static unsigned how_of(char letter)
{
	switch (letter | 0x20) {
	case 'w':
		return WRITE;
	case 'm':
		return READ | WRITE;
	case 'l':
		return READ | WRITE | LINKED;
	default:
		return READ;
	}
}

/* Of the argument "&x" it is x; of a pointer p it is *p; of another expression all that stands there, behind a star. */
static void pointed_to(struct parser *p, struct use use)
{
	size_t from = tokens_from(&p->t);
	struct chain c = {.plain = true};

	if (ahead_is_operand(p->t)) {
		if (operand(p, &c) && !c.address)
			pointer_read(p, &c);
		if (!c.address && c.text[0])
			wrap(&c, "*", c.cast, "");
		c.plain &= c.address;
	} else {
		expression(p, READING);
		c.plain = false;
		if (!token_squeeze(slice_sub(p->t.code, from, tokens_from(&p->t)), c.text, GROUP_TOLD) || !strpbrk(c.text, "+-") ||
		    strpbrk(c.text, "&|=?"))
			return;
		wrap(&c, "*(", "", ")");
	}
	add(p, &c, use.how, use.size);
}

static void argument(struct parser *p, char letter, const struct family *f)
{
	unsigned lent = f->function ? LENT : 0;

	if (letter == '-') {
		while (p->t.now.kind != TOKEN_END && !token_is(&p->t.now, ",") && !token_is(&p->t.now, ")"))
			if (tokens_eat(&p->t, "("))
				tokens_skip_to(&p->t, ")");
			else
				tokens_next(&p->t);
	} else if (letter == '.' || letter == 'v' || letter == 'l') {
		expression(p, READING);
	} else if (letter >= 'A' && letter <= 'Z') {
		pointed_to(p, (struct use){how_of(letter) | lent, f->size});
	} else if (letter) {
		expression(p, (struct use){how_of(letter), f->size});
	} else if (token_is(&p->t.now, "&") && ahead_is_operand(p->t)) {
		struct chain c = {.plain = true};

		operand(p, &c);
		add(p, &c, READ | WRITE | LENT, 0); /* what is done to it there is not known: it may be either */
	} else {
		expression(p, READING);
	}
}

/* What is called, and what is done to its arguments; is the call an lvalue, whose name is then in `c`? */
static bool call(struct parser *p, struct chain *c, bool known_by_name)
{
	static const struct family unknown = {.args = ""};
	struct chain first = {.plain = true};
	struct family f = unknown;
	bool known = known_by_name && family_of(slice_str(c->text), &f), lvalue = false;

	tokens_next(&p->t);
	for (size_t i = 0; p->t.now.kind != TOKEN_END && !token_is(&p->t.now, ")"); i++) {
		char letter = known ? family_letter(&f, i) : 0;

		if (i == 0 && (letter == 'v' || letter == 'l') && ahead_is_operand(p->t)) {
			lvalue = operand(p, &first);
			first.size = f.size;
		} else {
			argument(p, letter, known ? &f : &unknown);
		}
		if (!tokens_eat(&p->t, ",") && !token_is(&p->t.now, ")"))
			tokens_next(&p->t);
	}
	tokens_eat(&p->t, ")");
	if (!first.text[0]) {
		grow(c, "()", SLICE(""));
		c->plain = false;
		return false;
	}
	if (family_letter(&f, 0) == 'l') {
		wrap(&first, "(", "", ")");
		wrap(&first, "", c->text, "");
		first.plain = false;
	}
	*c = first;
	return lvalue;
}

/* ---- operands ---- */

/* Make the text one that ".x" or "[]" can stand behind. */
static void close_text(struct chain *c)
{
	if (c->cast[0])
		wrap(c, "(", c->cast, ")");
	else if (c->text[0] == '*')
		wrap(c, "(", "", ")");
	c->cast[0] = '\0';
}

static bool member(struct parser *p, struct chain *c, bool lvalue)
{
	bool arrow = token_is(&p->t.now, "->");

	if (arrow && lvalue && !c->address)
		pointer_read(p, c);
	if (c->address && c->cast[0]) { /* ((struct foo *)&x)->y */
		wrap(c, "&", "", "");
		wrap(c, "(", c->cast, ")");
		c->cast[0] = '\0';
		c->address = false;
	} else if (arrow && c->address) { /* (&x)->y */
		arrow = c->address = false;
	} else if (!arrow && c->text[0] == '*' && c->text[1] != '*' && c->text[1] != '(' && !c->cast[0]) { /* (*x).y */
		memmove(c->text, c->text + 1, strlen(c->text));
		arrow = true;
	} else {
		close_text(c);
	}
	tokens_next(&p->t);
	if (p->t.now.kind != TOKEN_NAME)
		return false;
	grow(c, arrow ? "->" : ".", p->t.now.s);
	set_field(c, p->t.now.s);
	c->plain = false;
	c->size = 0;
	tokens_next(&p->t);
	return true;
}

/* "[i]", as it is in the source; "[]" where it is long. */
static void indexed(struct parser *p, struct chain *c)
{
	size_t from = tokens_from(&p->t);
	char index[GROUP_TOLD] = "";

	expression(p, READING);
	if (token_is(&p->t.now, "]"))
		token_squeeze(slice_sub(p->t.code, from, tokens_from(&p->t)), index, sizeof index);
	tokens_skip_to(&p->t, "]");
	c->address = false; /* (&x)[i] */
	close_text(c);
	grow(c, "[", slice_str(index));
	grow(c, "]", SLICE(""));
	c->plain = false;
}

/* Members, indexes and calls behind what is in `c`; is that an lvalue? */
static bool postfix(struct parser *p, struct chain *c, bool lvalue, bool name)
{
	for (;;) {
		if (token_is(&p->t.now, "->") || token_is(&p->t.now, ".")) {
			lvalue = member(p, c, lvalue);
			name = lvalue;
		} else if (tokens_eat(&p->t, "[")) {
			indexed(p, c);
			name = false;
			lvalue = true;
		} else if (token_is(&p->t.now, "(") && name) {
			lvalue = call(p, c, c->plain);
			name = false;
		} else {
			return lvalue;
		}
	}
}

/* "*" and what it stands before. */
static bool dereferenced(struct parser *p, struct chain *c)
{
	bool step = is_step(&p->t.now), lvalue;

	if (step)
		tokens_next(&p->t);
	lvalue = operand(p, c);
	if (c->address) {
		c->address = false;
		return c->text[0] != '\0';
	}
	if (is_step(&p->t.now)) {
		tokens_next(&p->t);
		step = true;
	}
	if (lvalue && step)
		add(p, c, READ | WRITE, 0);
	if (lvalue)
		pointer_read(p, c);
	if (!c->text[0])
		return false;
	wrap(c, "*", c->cast, "");
	c->cast[0] = '\0';
	c->plain = false;
	c->size = 0;
	return true;
}

static void bracketed(struct parser *p, struct chain *c)
{
	size_t from = tokens_from(&p->t);

	tokens_next(&p->t);
	expression(p, READING);
	while (tokens_eat(&p->t, ";") || tokens_eat(&p->t, ",")) /* of a loop's head */
		expression(p, READING);
	tokens_skip_to(&p->t, ")");
	if (!token_squeeze(slice_sub(p->t.code, from, p->t.now.kind == TOKEN_END ? p->t.code.n : tokens_from(&p->t)), c->text, GROUP_TOLD))
		snprintf(c->text, sizeof c->text, "(...)");
	c->plain = false;
}

/* An operand without signs before it that change it; what it is called.  Is it an lvalue? */
static bool operand(struct parser *p, struct chain *c)
{
	bool lvalue = false;

	if (++p->depth > DEPTH) {
		tokens_next(&p->t);
	} else if (tokens_eat(&p->t, "*")) {
		lvalue = dereferenced(p, c);
	} else if (tokens_eat(&p->t, "&")) {
		operand(p, c);
		c->address = true;
		c->cast[0] = '\0'; /* of what it is the address of: that has another type */
	} else if (ahead_is_cast(p->t)) {
		size_t from = tokens_from(&p->t);
		char cast[sizeof c->cast];

		tokens_next(&p->t);
		tokens_skip_to(&p->t, ")");
		if (!token_squeeze(slice_sub(p->t.code, from, tokens_from(&p->t)), cast, sizeof cast))
			snprintf(cast, sizeof cast, "(...)");
		lvalue = operand(p, c);
		memcpy(c->cast, cast, sizeof cast);
	} else if (token_is(&p->t.now, "(")) {
		struct tokens in = p->t;

		tokens_next(&in);
		if (ahead_is_operand(in)) {
			p->t = in;
			lvalue = operand(p, c);
			tokens_skip_to(&p->t, ")");
		} else {
			bracketed(p, c);
		}
		lvalue = postfix(p, c, lvalue, false);
	} else if (token_is_word(&p->t.now, "sizeof") || token_is_word(&p->t.now, "typeof")) {
		struct parser no = {.t = p->t, .depth = p->depth}; /* nothing of its operand is evaluated */

		tokens_next(&no.t);
		if (tokens_eat(&no.t, "("))
			tokens_skip_to(&no.t, ")");
		else
			operand(&no, &(struct chain){.plain = true});
		p->t = no.t;
	} else if (token_is_name(&p->t.now)) {
		grow(c, "", p->t.now.s);
		set_field(c, p->t.now.s);
		tokens_next(&p->t);
		lvalue = postfix(p, c, true, true);
	} else if (!ahead_ends(&p->t.now)) {
		tokens_next(&p->t);
	}
	p->depth--;
	return lvalue;
}

/* An operand with what stands before and behind it; `use`: what the context does to it. */
static void unary(struct parser *p, struct use use)
{
	struct chain c = {.plain = true};
	bool lvalue;

	if (is_step(&p->t.now)) {
		tokens_next(&p->t);
		if (operand(p, &c))
			add(p, &c, READ | WRITE, 0);
		return;
	}
	while (token_is(&p->t.now, "!") || token_is(&p->t.now, "~") || token_is(&p->t.now, "-") || token_is(&p->t.now, "+")) {
		tokens_next(&p->t);
		use = READING;
	}
	lvalue = operand(p, &c);
	if (is_step(&p->t.now)) {
		use = (struct use){READ | WRITE, 0};
		tokens_next(&p->t);
	} else if (is_assignment(&p->t.now)) {
		use = (struct use){token_is(&p->t.now, "=") ? WRITE : READ | WRITE, 0};
	}
	if (lvalue)
		add(p, &c, use.how, use.size ? use.size : c.size);
}

static void expression(struct parser *p, struct use use)
{
	if (++p->depth > DEPTH) {
		p->depth--;
		return;
	}
	while (!ahead_ends(&p->t.now)) {
		size_t at = p->t.at;

		unary(p, use);
		if (ahead_ends(&p->t.now))
			break;
		if (p->t.now.kind == TOKEN_SIGN && !token_is(&p->t.now, "("))
			tokens_next(&p->t); /* an operator */
		if (p->t.at == at && p->t.now.kind != TOKEN_END)
			tokens_next(&p->t);
		use = READING;
	}
	p->depth--;
}

/* ---- statements ---- */

static void declaration(struct parser *p)
{
	do {
		declared_skip(&p->t);
		expression(p, READING);
	} while (tokens_eat(&p->t, ","));
}

/* What stands in the brackets of "if", "for" and their like is no operand of what follows. */
static void keyword(struct parser *p)
{
	bool head = token_is_word(&p->t.now, "if") || token_is_word(&p->t.now, "while") || token_is_word(&p->t.now, "for") ||
		    token_is_word(&p->t.now, "switch");

	if (token_is_word(&p->t.now, "goto") || token_is_word(&p->t.now, "case"))
		tokens_next(&p->t);
	tokens_next(&p->t);
	if (!head || !tokens_eat(&p->t, "("))
		return;
	if (declared_begins(p->t))
		declaration(p);
	else
		expression(p, READING);
	while (tokens_eat(&p->t, ";") || tokens_eat(&p->t, ","))
		expression(p, READING);
	tokens_skip_to(&p->t, ")");
}

size_t lvalue_find(struct slice code, struct lvalue *out, size_t max)
{
	struct parser p = {.t = tokens_of(code), .out = out, .max = max};

	while (p.t.now.kind != TOKEN_END) {
		size_t at = p.t.at;

		if (declared_begins(p.t))
			declaration(&p);
		while (p.t.now.kind == TOKEN_NAME && clex_is_keyword(p.t.now.s) && !token_is_word(&p.t.now, "sizeof") &&
		       !token_is_word(&p.t.now, "typeof"))
			keyword(&p);
		expression(&p, READING);
		if (p.t.now.kind != TOKEN_END && (ahead_ends(&p.t.now) || p.t.at == at))
			tokens_next(&p.t);
	}
	return p.n;
}

bool lvalue_name(struct slice code, struct lvalue *out)
{
	struct lvalue inner[LVALUES_MAX];
	struct parser p = {.t = tokens_of(code), .out = inner, .max = LVALUES_MAX};
	struct chain c = {.plain = true};
	const struct lvalue *l;

	if (!operand(&p, &c) || p.t.now.kind != TOKEN_END || strlen(c.text) + 1 >= sizeof c.text)
		return false;
	p.n = 0; /* of what it was taken apart into nothing is asked for */
	l = add(&p, &c, READ, 0);
	if (l)
		*out = *l;
	return l != NULL;
}
