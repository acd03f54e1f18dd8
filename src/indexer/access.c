#include "indexer/access.h"

#include <stdbool.h>
#include <string.h>

#include "index/index.h"

/* The operator of a node, as it is written; libclang before 17 can only be asked for the text, which macros hide. */
#if CINDEX_VERSION_MINOR >= 64
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
#include <stdlib.h>

/*
 * The first token of a node that `op` may be, or for a binary one the first token after its left side.  Where it stands in the
 * text of a macro there is none that fits, and the operator stays unknown.
 */
static bool token_is(CXCursor c, CXSourceLocation at, const char *op)
{
	CXTranslationUnit tu = clang_Cursor_getTranslationUnit(c);
	CXToken *token = clang_getToken(tu, at);
	bool is = false;

	if (token) {
		CXString s = clang_getTokenSpelling(tu, *token);

		is = clang_getCString(s) && strcmp(clang_getCString(s), op) == 0;
		clang_disposeString(s);
		clang_disposeTokens(tu, token, 1);
	}
	return is;
}

static bool unary_is(CXCursor c, const char *op)
{
	CXSourceRange r = clang_getCursorExtent(c);

	return token_is(c, clang_getRangeStart(r), op) ||
	       ((strcmp(op, "++") == 0 || strcmp(op, "--") == 0) && token_is(c, clang_getCursorLocation(c), op));
}

static enum CXChildVisitResult first(CXCursor c, CXCursor parent, CXClientData data)
{
	(void)parent;
	*(CXCursor *)data = c;
	return CXChildVisit_Break;
}

static bool is_assignment(CXCursor c)
{
	CXTranslationUnit tu = clang_Cursor_getTranslationUnit(c);
	CXCursor left = c;
	CXToken *tokens;
	unsigned n, end;
	bool is = false;

	clang_visitChildren(c, first, &left);
	clang_getFileLocation(clang_getRangeEnd(clang_getCursorExtent(left)), NULL, NULL, NULL, &end);
	clang_tokenize(tu, clang_getCursorExtent(c), &tokens, &n);
	for (unsigned i = 0; i < n; i++) {
		unsigned at;

		clang_getFileLocation(clang_getTokenLocation(tu, tokens[i]), NULL, NULL, NULL, &at);
		if (at >= end) {
			CXString s = clang_getTokenSpelling(tu, tokens[i]);

			is = clang_getCString(s) && strcmp(clang_getCString(s), "=") == 0;
			clang_disposeString(s);
			break;
		}
	}
	clang_disposeTokens(tu, tokens, n);
	return is;
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

/* "&x" is no taking of an address where a "*" undoes it, as in READ_ONCE(x): the node of that, or NULL. */
static const struct frame *undone(const struct frame *address)
{
	const struct frame *f = address->up;

	while (f && passes_on(clang_getCursorKind(f->cursor)))
		f = f->up;
	return f && clang_getCursorKind(f->cursor) == CXCursor_UnaryOperator && unary_is(f->cursor, "*") ? f : NULL;
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
			if (down->child == 0 && is_assignment(up->cursor))
				return INDEX_WRITE;
			return array ? INDEX_ADDRESS : INDEX_READ;
		case CXCursor_CompoundAssignOperator:
			return down->child == 0 ? INDEX_READ | INDEX_WRITE : INDEX_READ;
		case CXCursor_CallExpr:
			if (down->child == 0)
				return function ? INDEX_CALL : INDEX_CALL | INDEX_READ;
			return function || array ? INDEX_ADDRESS : INDEX_READ;
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
