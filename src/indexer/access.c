#include "indexer/access.h"

#include <stdbool.h>
#include <string.h>

#include "index/index.h"

/*
 * The operator of a node.  libclang before 17 can only be asked for the text, and what macros hold is not in it: the operator is
 * unknown then, and so is what is done.
 */
#if CINDEX_VERSION_MINOR >= 64
static bool is_known(CXCursor c)
{
	(void)c;
	return true;
}

static bool unary_is(CXCursor c, const char *op)
{
	CXString s = clang_getUnaryOperatorKindSpelling(clang_getCursorUnaryOperatorKind(c));
	const char *p = clang_getCString(s);
	bool is = p && strcmp(p, op) == 0;

	clang_disposeString(s);
	return is;
}

static bool is_assignment(CXCursor c)
{
	return clang_getCursorBinaryOperatorKind(c) == CXBinaryOperator_Assign;
}
#else
struct sides {
	CXCursor side[2];
	unsigned n;
};

static enum CXChildVisitResult keep_side(CXCursor c, CXCursor parent, CXClientData data)
{
	struct sides *s = data;

	(void)parent;
	if (s->n < 2)
		s->side[s->n] = c;
	s->n++;
	return CXChildVisit_Continue;
}

static unsigned offset_of(CXSourceLocation at)
{
	unsigned offset;

	clang_getFileLocation(at, NULL, NULL, NULL, &offset);
	return offset;
}

/* The token of a node that lies outside of its sides, if it is an operator; "" where it is in no text. */
static void operator_of(CXCursor c, char op[16])
{
	CXTranslationUnit tu = clang_Cursor_getTranslationUnit(c);
	CXSourceRange all = clang_getCursorExtent(c);
	struct sides s = {.n = 0};
	unsigned n = 0, from, to;
	CXToken *tokens = NULL;

	op[0] = '\0';
	clang_visitChildren(c, keep_side, &s);
	if (s.n == 0 || s.n > 2)
		return;
	from = offset_of(clang_getRangeStart(clang_getCursorExtent(s.side[0])));
	to = offset_of(clang_getRangeEnd(clang_getCursorExtent(s.side[0])));
	clang_tokenize(tu, all, &tokens, &n);
	for (unsigned i = 0; i < n && !op[0]; i++) {
		unsigned at = offset_of(clang_getTokenLocation(tu, tokens[i]));
		CXString text = clang_getTokenSpelling(tu, tokens[i]);
		const char *p = clang_getCString(text);

		if ((at < from || at >= to) && clang_getTokenKind(tokens[i]) == CXToken_Punctuation && p && strlen(p) < 4 && *p != '(' && *p != ')')
			strcpy(op, p);
		clang_disposeString(text);
	}
	clang_disposeTokens(tu, tokens, n);
}

static bool is_known(CXCursor c)
{
	char op[16];

	operator_of(c, op);
	return op[0] && !strchr(",;{}[]", op[0]);
}

static bool unary_is(CXCursor c, const char *op)
{
	char is[16];

	operator_of(c, is);
	return strcmp(is, op) == 0;
}

static bool is_assignment(CXCursor c)
{
	return unary_is(c, "=");
}
#endif

/* Nodes that pass on what is around them: brackets, conversions. */
static bool passes_on(enum CXCursorKind k)
{
	return k == CXCursor_ParenExpr || k == CXCursor_UnexposedExpr || k == CXCursor_CStyleCastExpr;
}

static bool has_type(CXCursor c, enum CXTypeKind kind)
{
	return clang_getCanonicalType(clang_getCursorType(c)).kind == kind;
}

static bool is_array(CXCursor c)
{
	return has_type(c, CXType_ConstantArray) || has_type(c, CXType_IncompleteArray) || has_type(c, CXType_VariableArray);
}

static bool has_kind(const struct frame *f, enum CXCursorKind k)
{
	return f && clang_getCursorKind(f->cursor) == k;
}

/* Is it a statement of a "({ … })"?  Then that, else NULL. */
static const struct frame *around_statement(const struct frame *f)
{
	while (f->up && passes_on(clang_getCursorKind(f->up->cursor)))
		f = f->up;
	return has_kind(f->up, CXCursor_CompoundStmt) && has_kind(f->up->up, CXCursor_StmtExpr) ? f->up->up : NULL;
}

/*
 * this_cpu_ptr(&x) and per_cpu_ptr(&x, cpu) give the address of another x, by assembly or a sum that hides what it comes from: it goes
 * into a statement of a "({ … })", and what that gives is taken for it.
 */
static const struct frame *moved(const struct frame *f)
{
	const struct frame *all = has_kind(f, CXCursor_GCCAsmStmt) || (has_kind(f, CXCursor_BinaryOperator) && is_assignment(f->cursor)) ?
		around_statement(f) : NULL;

	for (const struct frame *outer = all; outer; outer = around_statement(outer)) /* one within another */
		all = outer;
	return all;
}

/* "&x" is no taking of an address where a "*" undoes it, as in READ_ONCE(x) and *this_cpu_ptr(&x): the node of that, or NULL. */
static const struct frame *undone(const struct frame *address)
{
	const struct frame *f = address->up, *all;

	for (;;) {
		while (f && passes_on(clang_getCursorKind(f->cursor)))
			f = f->up;
		if (!f || has_kind(f, CXCursor_UnaryOperator))
			return f && unary_is(f->cursor, "*") ? f : NULL;
		all = moved(f);
		if (!all)
			return NULL;
		f = all->up;
	}
}

/* Of an operator with one side; sets `*on` where what is around that decides. */
static unsigned unary(const struct frame *f, const struct frame **on)
{
	if (unary_is(f->cursor, "++") || unary_is(f->cursor, "--"))
		return INDEX_READ | INDEX_WRITE;
	if (!unary_is(f->cursor, "&"))
		return unary_is(f->cursor, "__extension__") ? (*on = f, 0) : INDEX_READ;
	*on = undone(f);
	return INDEX_ADDRESS;
}

static enum CXChildVisitResult count(CXCursor c, CXCursor parent, CXClientData data)
{
	(void)c;
	(void)parent;
	++*(unsigned *)data;
	return CXChildVisit_Continue;
}

/* In "(typeof(x))y" and "typeof(x) z = y" x is not used for its value: what is comes last. */
static bool is_in_type(const struct frame *f)
{
	unsigned n = 0;

	if (clang_getCursorKind(f->up->cursor) == CXCursor_VarDecl &&
	    clang_Cursor_isNull(clang_Cursor_getVarDeclInitializer(f->up->cursor)))
		return true;
	clang_visitChildren(f->up->cursor, count, &n);
	return f->child + 1 < n;
}

/* ---- assembly ---- */

/*
 * Of asm("…" : "=m" (x) …) that stands in a file itself, and not in a macro: how the constraint of its first output begins; ':' where
 * there is none, and 0 in a macro.
 */
static char first_output(CXCursor c)
{
	CXTranslationUnit tu = clang_Cursor_getTranslationUnit(c);
	CXToken *tokens = NULL;
	unsigned n = 0;
	int depth = 0;
	bool over = false, begun = false, named = false; /* within [name] */
	char first = 0;

	clang_tokenize(tu, clang_getCursorExtent(c), &tokens, &n);
	for (unsigned i = 0; i < n && !first && !over; i++) {
		CXString text = clang_getTokenSpelling(tu, tokens[i]);
		const char *p = clang_getCString(text);

		if (!p || (i == 0 && !strstr(p, "asm")))
			over = true;
		else if (begun && (*p == '[' || *p == ']'))
			named = *p == '[';
		else if (begun && !named)
			first = *p == '"' ? p[1] : ':';
		else if (depth == 1 && strcmp(p, "::") == 0)
			first = ':';
		else if (depth == 1 && *p == ':')
			begun = true;
		else if (*p == '(' || *p == ')')
			depth += *p == '(' ? 1 : -1;
		clang_disposeString(text);
	}
	clang_disposeTokens(tu, tokens, n);
	return first;
}

static unsigned operand(CXCursor assembly, const struct frame *f)
{
	char first;

	/* what is converted to a value goes in */
	if (clang_getCursorKind(f->cursor) == CXCursor_UnexposedExpr)
		return INDEX_READ;
	first = first_output(assembly);
	if (first == ':')
		return INDEX_READ;
	if (f->child)
		return ACCESS_OTHER;
	return first == '=' ? INDEX_WRITE : ACCESS_FIRST;
}

unsigned access_settled(unsigned bits, const char *macro)
{
	size_t n = strlen(macro);

	if (bits & ACCESS_FIRST)
		bits |= strstr(macro, "cpu_write") ? INDEX_WRITE : INDEX_READ | INDEX_WRITE;
	if (bits & ACCESS_OTHER)
		bits |= strstr(macro, "xchg") || strstr(macro, "xadd") || (n > 7 && strcmp(macro + n - 7, "_return") == 0) ? INDEX_READ | INDEX_WRITE : INDEX_READ;
	return bits & ~(unsigned)(ACCESS_FIRST | ACCESS_OTHER);
}

/* ---- expressions ---- */

unsigned access_of(const struct frame *f, int function)
{
	const struct frame *down = f; /* the node below `up` on the way */
	bool array = is_array(f->cursor);

	for (const struct frame *up = f->up; up; down = up, up = up->up) {
		const struct frame *on = NULL;
		unsigned bits;

		switch (clang_getCursorKind(up->cursor)) {
		case CXCursor_ParenExpr:
		case CXCursor_UnexposedExpr:
			break;
		case CXCursor_CStyleCastExpr:
			if (is_in_type(down))
				return 0;
			break;
		case CXCursor_VarDecl:
			if (is_in_type(down))
				return 0;
			return function || array ? INDEX_ADDRESS : INDEX_READ;
		case CXCursor_UnaryOperator:
			if (function)
				return INDEX_ADDRESS;
			if (!is_known(up->cursor))
				return 0;
			if (array && unary_is(up->cursor, "*"))
				break;
			bits = unary(up, &on);
			if (!on)
				return bits;
			up = on;
			array = false;
			break;
		case CXCursor_MemberRefExpr: /* a part of it is accessed, or what it points to */
			if (has_type(down->cursor, CXType_Pointer) && !array)
				return INDEX_READ;
			array = is_array(up->cursor);
			break;
		case CXCursor_ArraySubscriptExpr:
			if (down->child != 0 || !array)
				return INDEX_READ;
			array = is_array(up->cursor);
			break;
		case CXCursor_BinaryOperator:
			if (function)
				return INDEX_ADDRESS;
			if (!is_known(up->cursor))
				return 0;
			if (down->child == 0 && is_assignment(up->cursor))
				return INDEX_WRITE;
			return array ? INDEX_ADDRESS : INDEX_READ;
		case CXCursor_CompoundAssignOperator:
			return down->child == 0 ? INDEX_READ | INDEX_WRITE : INDEX_READ;
		case CXCursor_CallExpr:
			if (down->child == 0)
				return function ? INDEX_CALL : INDEX_CALL | INDEX_READ;
			return function || array ? INDEX_ADDRESS : INDEX_READ;
		case CXCursor_GCCAsmStmt:
			return function || array ? INDEX_ADDRESS : operand(up->cursor, down);
		case CXCursor_UnaryExpr: /* sizeof and its like */
			return 0;
		case CXCursor_ConditionalOperator:
		case CXCursor_StmtExpr:
			if (function || array)
				return INDEX_ADDRESS;
			return INDEX_READ;
		default:
			return function || array ? INDEX_ADDRESS : INDEX_READ;
		}
	}
	return 0;
}
