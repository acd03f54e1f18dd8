#include "race/lvalue.h"

#include <stdio.h>
#include <string.h>

#include "base/clex.h"

enum { DEPTH = 32 };

/* What a function or macro does to what it is given: 'r' reads, 'w' writes, 'm' does both, to the argument or to what it points to. */
static const struct access {
	const char *name;
	const char *args; /* a letter an argument; '&': to what it points to; '.': as in an expression */
} accesses[] = {
	{"READ_ONCE", "r"}, {"WRITE_ONCE", "w."}, {"data_race", "."}, {"ACCESS_ONCE", "r"}, {"likely", "."}, {"unlikely", "."},
	{"rcu_dereference", "r"}, {"rcu_dereference_bh", "r"}, {"rcu_dereference_sched", "r"}, {"rcu_dereference_raw", "r"},
	{"rcu_dereference_check", "r."}, {"rcu_dereference_protected", "r."}, {"rcu_access_pointer", "r"},
	{"rcu_assign_pointer", "w."}, {"RCU_INIT_POINTER", "w."}, {"rcu_replace_pointer", "m.."},
	{"smp_load_acquire", "R"}, {"smp_store_release", "W."}, {"smp_store_mb", "w."},
	{"xchg", "M."}, {"cmpxchg", "M.."}, {"try_cmpxchg", "M.."}, {"cmpxchg64", "M.."}, {"xchg_relaxed", "M."},
	{"atomic_read", "R"}, {"atomic_set", "W."}, {"atomic_inc", "M"}, {"atomic_dec", "M"}, {"atomic_add", ".M"}, {"atomic_sub", ".M"},
	{"atomic_inc_return", "M"}, {"atomic_dec_return", "M"}, {"atomic_add_return", ".M"}, {"atomic_dec_and_test", "M"},
	{"atomic_xchg", "M."}, {"atomic_cmpxchg", "M.."}, {"atomic_long_read", "R"}, {"atomic_long_set", "W."}, {"atomic_long_inc", "M"},
	{"atomic_long_dec", "M"}, {"atomic_long_add", ".M"}, {"atomic64_read", "R"}, {"atomic64_set", "W."}, {"atomic64_inc", "M"},
	{"atomic64_add", ".M"}, {"refcount_read", "R"}, {"refcount_set", "W."}, {"refcount_inc", "M"}, {"refcount_dec_and_test", "M"},
	{"test_bit", ".R"}, {"set_bit", ".M"}, {"clear_bit", ".M"}, {"change_bit", ".M"}, {"__set_bit", ".M"}, {"__clear_bit", ".M"},
	{"test_and_set_bit", ".M"}, {"test_and_clear_bit", ".M"}, {"__test_and_set_bit", ".M"}, {"__test_and_clear_bit", ".M"},
	{"memcpy", "WR."}, {"memmove", "WR."}, {"memset", "W.."}, {"memcmp", "RR."}, {"copy_from_user", "W.."}, {"copy_to_user", ".R."},
	{"list_empty", "R"}, {"list_empty_careful", "R"}, {"hlist_unhashed", "R"}, {"swap", "mm"}, {"strscpy", "WR."}, {"strlen", "R"},
	{"get_unaligned", "R"}, {"put_unaligned", ".W"}, {"this_cpu_read", "r"}, {"this_cpu_write", "w."}, {"this_cpu_inc", "m"},
	{"this_cpu_add", "m."}, {"__this_cpu_read", "r"}, {"__this_cpu_inc", "m"}, {"ASSERT_EXCLUSIVE_WRITER", "r"},
	{"ASSERT_EXCLUSIVE_ACCESS", "r"}, {"ASSERT_EXCLUSIVE_BITS", "r."},
};

/* ---- tokens ---- */

enum kind { END, NAME, NUMBER, TEXT, SIGN };

struct token {
	enum kind kind;
	struct slice s;
};

struct parser {
	struct slice code;
	size_t at;
	struct token now, before; /* before: the one in front of `now` */
	struct lvalue *out;
	size_t n, max;
	unsigned depth;
};

static void skip_blanks(struct parser *p)
{
	for (;;) {
		struct slice rest = slice_sub(p->code, p->at, p->code.n);
		size_t end;

		if (rest.n && (rest.p[0] == ' ' || rest.p[0] == '\t' || rest.p[0] == '\n' || rest.p[0] == '\r' || rest.p[0] == '\\')) {
			p->at++;
		} else if (slice_starts(rest, "/*")) {
			end = slice_find(rest, "*/", 2);
			p->at += end == SLICE_NONE ? rest.n : end + 2;
		} else if (slice_starts(rest, "//")) {
			end = slice_chr(rest, '\n', 0);
			p->at += end == SLICE_NONE ? rest.n : end;
		} else {
			return;
		}
	}
}

static size_t quoted_end(struct slice s, size_t at)
{
	char quote = s.p[at++];

	while (at < s.n && s.p[at] != quote && s.p[at] != '\n')
		at += s.p[at] == '\\' ? 2 : 1;
	return at < s.n ? at + 1 : s.n;
}

static size_t sign_length(struct slice s)
{
	static const char *const signs[] = {"<<=", ">>=", "...", "->", "++", "--", "==", "!=", "<=", ">=", "&&", "||", "+=", "-=", "*=",
					    "/=", "%=", "&=", "|=", "^=", "<<", ">>"};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (slice_starts(s, signs[i]))
			return slice_str(signs[i]).n;
	return 1;
}

static void next(struct parser *p)
{
	size_t from, end;
	char c;

	p->before = p->now;
	skip_blanks(p);
	from = end = p->at;
	if (from >= p->code.n) {
		p->now = (struct token){.kind = END};
		return;
	}
	c = p->code.p[from];
	if (clex_is_ident(c)) {
		while (end < p->code.n && clex_is_ident(p->code.p[end]))
			end++;
		p->now.kind = c >= '0' && c <= '9' ? NUMBER : NAME;
	} else if (c == '"' || c == '\'') {
		end = quoted_end(p->code, from);
		p->now.kind = TEXT;
	} else {
		end = from + sign_length(slice_sub(p->code, from, p->code.n));
		p->now.kind = SIGN;
	}
	p->now.s = slice_sub(p->code, from, end);
	p->at = end;
}

static bool is(const struct token *t, const char *sign)
{
	return t->kind == SIGN && slice_is(t->s, sign);
}

static bool eat(struct parser *p, const char *sign)
{
	if (!is(&p->now, sign))
		return false;
	next(p);
	return true;
}

/* ---- what is done to an lvalue ---- */

enum { READ = 1, WRITE = 2, NONE = 0 };

static struct lvalue *add(struct parser *p, const char *text, const char *field, unsigned how, bool plain)
{
	struct lvalue *l;

	if (how == NONE || p->n == p->max || !text[0])
		return NULL;
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->out[i].text, text) == 0) {
			p->out[i].read |= (how & READ) != 0;
			p->out[i].write |= (how & WRITE) != 0;
			return &p->out[i];
		}
	l = &p->out[p->n++];
	*l = (struct lvalue){.read = how & READ, .write = how & WRITE, .plain = plain};
	snprintf(l->text, sizeof l->text, "%.119s", text);
	snprintf(l->field, sizeof l->field, "%.63s", field);
	return l;
}

static bool is_assignment(const struct token *t)
{
	static const char *const signs[] = {"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="};

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (is(t, signs[i]))
			return true;
	return false;
}

static void expression(struct parser *p, unsigned how);

/* Up to the bracket that closes what was opened. */
static void skip_to(struct parser *p, const char *close)
{
	unsigned deep = 0;

	for (; p->now.kind != END; next(p)) {
		if (deep == 0 && is(&p->now, close))
			break;
		deep += is(&p->now, "(") || is(&p->now, "[") || is(&p->now, "{");
		deep -= deep && (is(&p->now, ")") || is(&p->now, "]") || is(&p->now, "}"));
	}
	eat(p, close);
}

static const struct access *access_of(struct slice name)
{
	for (size_t i = 0; i < sizeof accesses / sizeof *accesses; i++)
		if (slice_is(name, accesses[i].name))
			return &accesses[i];
	return NULL;
}

static unsigned how_of(char letter)
{
	switch (letter | 0x20) {
	case 'r':
		return READ;
	case 'w':
		return WRITE;
	case 'm':
		return READ | WRITE;
	default:
		return READ;
	}
}

/* "&x" as an argument of what accesses x through it. */
static void pointed_to(struct parser *p, unsigned how)
{
	if (eat(p, "&"))
		expression(p, how);
	else
		expression(p, READ); /* a pointer: what it points to has no name here */
}

static void arguments(struct parser *p, struct slice name)
{
	const struct access *a = access_of(name);

	for (size_t i = 0; p->now.kind != END && !is(&p->now, ")"); i++) {
		char letter = a && i < strlen(a->args) ? a->args[i] : 0;

		if (letter >= 'A' && letter <= 'Z')
			pointed_to(p, how_of(letter));
		else if (letter && letter != '.')
			expression(p, how_of(letter));
		else if (is(&p->now, "&") && !a) {
			next(p);
			expression(p, READ | WRITE); /* what is done to it there is not known: it may be either */
		} else {
			expression(p, READ);
		}
		if (!eat(p, ",") && !is(&p->now, ")"))
			next(p);
	}
	eat(p, ")");
}

struct chain {
	char text[LVALUE_MAX], field[64];
	bool plain;
};

static void grow(struct chain *c, const char *sign, struct slice s)
{
	size_t n = strlen(c->text);

	snprintf(c->text + n, sizeof c->text - n, "%s%.*s", sign, (int)(s.n < 64 ? s.n : 64), s.n ? s.p : "");
}

static void pointer_read(struct parser *p, const struct chain *c)
{
	struct lvalue *l;

	if (strcmp(c->text, "(...)") == 0) /* what it is was told when it was taken apart */
		return;
	l = add(p, c->text, c->field, READ, c->plain);
	if (l && !l->write)
		l->pointer = true;
}

/* Members, indexes and calls behind a name; false: it was called, and no lvalue is left. */
static bool postfix(struct parser *p, struct chain *c, struct slice name)
{
	bool lvalue = true;

	for (;;) {
		if (is(&p->now, "->") || is(&p->now, ".")) {
			bool arrow = is(&p->now, "->");

			if (arrow && lvalue)
				pointer_read(p, c);
			next(p);
			if (p->now.kind != NAME)
				return lvalue;
			grow(c, arrow ? "->" : ".", p->now.s);
			snprintf(c->field, sizeof c->field, "%.*s", (int)(p->now.s.n < 63 ? p->now.s.n : 63), p->now.s.p);
			c->plain = false;
			lvalue = true;
			name = p->now.s;
			next(p);
		} else if (eat(p, "[")) {
			expression(p, READ);
			skip_to(p, "]");
			grow(c, "[]", SLICE(""));
			c->plain = false;
		} else if (is(&p->now, "(") && name.n) {
			next(p);
			arguments(p, name);
			grow(c, "()", SLICE(""));
			lvalue = false;
			name = (struct slice){0};
		} else {
			return lvalue;
		}
	}
}

/* A cast: "(type)" before an operand; looked ahead for without taking anything. */
static bool is_cast(const struct parser *p)
{
	struct parser look = *p;
	bool names = false, type;

	next(&look);
	while (look.now.kind == NAME || is(&look.now, "*")) {
		names |= look.now.kind == NAME;
		if (look.now.kind == NAME && (slice_is(look.now.s, "struct") || clex_is_keyword(look.now.s)))
			names = true;
		next(&look);
	}
	if (!names || !is(&look.now, ")"))
		return false;
	type = is(&look.before, "*") || clex_is_keyword(look.before.s);
	next(&look);
	return look.now.kind == NAME || look.now.kind == NUMBER || (type && (is(&look.now, "(") || is(&look.now, "*") || is(&look.now, "&")));
}

/* An operand with what stands before and behind it; `how`: what the context does to it. */
static void unary(struct parser *p, unsigned how)
{
	struct chain c = {.plain = true};
	bool stars = false, lvalue = false;
	char before[LVALUE_MAX] = "";

	if (++p->depth > DEPTH) {
		p->depth--;
		next(p);
		return;
	}
	if (eat(p, "++") || eat(p, "--")) {
		unary(p, READ | WRITE);
	} else if (is(&p->now, "!") || is(&p->now, "~") || is(&p->now, "-") || is(&p->now, "+")) {
		next(p);
		unary(p, READ);
	} else if (eat(p, "&")) {
		unary(p, NONE);
	} else if (is(&p->now, "(") && is_cast(p)) {
		next(p);
		skip_to(p, ")");
		unary(p, how);
	} else if (p->now.kind == NAME && (slice_is(p->now.s, "sizeof") || slice_is(p->now.s, "typeof"))) {
		next(p); /* nothing of its operand is evaluated */
		if (eat(p, "("))
			skip_to(p, ")");
		else
			unary(p, NONE);
	} else {
		while (eat(p, "*")) {
			stars = true;
			if (strlen(before) + 1 < sizeof before)
				strcat(before, "*");
		}
		if (eat(p, "(")) {
			expression(p, stars ? READ : how);
			while (eat(p, ";") || eat(p, ",")) /* of a loop's head */
				expression(p, READ);
			skip_to(p, ")");
			grow(&c, "(...)", SLICE(""));
			c.plain = false;
			lvalue = postfix(p, &c, (struct slice){0}) && strlen(c.text) > strlen("(...)");
		} else if (p->now.kind == NAME && !clex_is_keyword(p->now.s)) {
			struct slice name = p->now.s;

			grow(&c, "", name);
			snprintf(c.field, sizeof c.field, "%.*s", (int)(name.n < 63 ? name.n : 63), name.p);
			next(p);
			lvalue = postfix(p, &c, name);
		} else if (p->now.kind != END && !is(&p->now, ")") && !is(&p->now, "]") && !is(&p->now, "}") && !is(&p->now, ";") && !is(&p->now, ",")) {
			next(p);
		}
		if (is(&p->now, "++") || is(&p->now, "--")) {
			how |= READ | WRITE;
			next(p);
		} else if (is_assignment(&p->now) && how != NONE) {
			how = is(&p->now, "=") ? WRITE : READ | WRITE;
		}
		if (lvalue && stars) {
			char text[2 * LVALUE_MAX];

			pointer_read(p, &c);
			snprintf(text, sizeof text, "%s%s", before, c.text);
			text[LVALUE_MAX - 1] = '\0';
			add(p, text, c.field, how, false);
		} else if (lvalue) {
			add(p, c.text, c.field, how, c.plain);
		}
	}
	p->depth--;
}

static bool ends_expression(const struct token *t)
{
	return t->kind == END || is(t, ")") || is(t, "]") || is(t, "}") || is(t, ";") || is(t, ",") || is(t, "{");
}

static void expression(struct parser *p, unsigned how)
{
	if (++p->depth > DEPTH) {
		p->depth--;
		return;
	}
	for (bool first = true; !ends_expression(&p->now); first = false) {
		size_t at = p->at;

		unary(p, first ? how : READ);
		if (ends_expression(&p->now))
			break;
		if (p->now.kind == SIGN && !is(&p->now, "("))
			next(p); /* an operator */
		if (p->at == at && p->now.kind != END)
			next(p);
		how = READ;
	}
	p->depth--;
}

/* "struct foo *x = ", "int a": what is declared is new, and no lvalue of others. */
static bool is_declaration(const struct parser *p)
{
	static const char *const begins[] = {"struct", "union", "enum", "const", "static", "unsigned", "signed", "int", "char", "long", "short", "bool",
					     "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64", "size_t", "ssize_t", "void", "volatile", "float", "double"};
	struct parser look = *p;

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (p->now.kind == NAME && slice_is(p->now.s, begins[i]))
			return true;
	if (p->now.kind != NAME || clex_is_keyword(p->now.s))
		return false;
	next(&look); /* "pid_t pid", "foo_t *x =" */
	if (look.now.kind == NAME)
		return !clex_is_keyword(look.now.s);
	return false;
}

/* Behind the declarator, to its value if it has one. */
static void skip_declarator(struct parser *p)
{
	while (p->now.kind != END && !is(&p->now, "=") && !is(&p->now, ";") && !is(&p->now, ",") && !is(&p->now, "{") && !is(&p->now, "("))
		next(p);
	eat(p, "=");
}

static bool is_word(const struct token *t, const char *word)
{
	return t->kind == NAME && slice_is(t->s, word);
}

size_t lvalue_find(struct slice code, struct lvalue *out, size_t max)
{
	struct parser p = {.code = code, .out = out, .max = max};

	next(&p);
	while (p.now.kind != END) {
		size_t at = p.at;

		if (is_declaration(&p))
			skip_declarator(&p);
		while (p.now.kind == NAME && clex_is_keyword(p.now.s) && !is_word(&p.now, "sizeof")) {
			if (is_word(&p.now, "goto") || is_word(&p.now, "case"))
				next(&p);
			next(&p);
		}
		expression(&p, READ);
		if (p.now.kind != END && (ends_expression(&p.now) || p.at == at))
			next(&p);
	}
	return p.n;
}

/* ---- narrowing ---- */

static bool fits(const struct lvalue *l, bool read, bool write, uint32_t size, uint32_t pointer_size)
{
	if (l->pointer && (write || size != pointer_size))
		return false;
	return read && write ? l->read && l->write : write ? l->write : l->read;
}

/* A name that is certainly no memory of others: the running task, and what is written as constants are. */
static bool is_no_memory(const struct lvalue *l)
{
	bool capitals = true;

	for (const char *c = l->text; *c; c++)
		capitals &= *c == '_' || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
	return l->plain && (capitals || strcmp(l->text, "current") == 0);
}

size_t lvalue_narrow(struct lvalue *l, size_t n, bool read, bool write, uint32_t size, uint32_t pointer_size)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (fits(&l[i], read, write, size, pointer_size) && !is_no_memory(&l[i])) {
			struct lvalue found = l[i];

			l[i] = l[kept];
			l[kept++] = found;
		}
	return kept;
}

bool lvalue_declares(struct slice line, const char *name)
{
	struct parser p = {.code = line};
	struct token before;

	next(&p);
	if (!is_declaration(&p))
		return false;
	while (p.now.kind != END) {
		before = p.now;
		next(&p);
		if (p.now.kind != NAME || !slice_is(p.now.s, name) || (before.kind != NAME && !is(&before, "*") && !is(&before, ",")))
			continue;
		next(&p);
		if (p.now.kind == END || is(&p.now, "=") || is(&p.now, ";") || is(&p.now, ",") || is(&p.now, "[") || is(&p.now, ":"))
			return true;
	}
	return false;
}
