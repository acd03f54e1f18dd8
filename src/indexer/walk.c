/* The walk over what a file defines, and over the expressions in it. */
#include <string.h>

#include "indexer/access.h"
#include "indexer/unit.h"

enum { DEPTH_MAX = 2000 };

/* What is being walked: the definition around, and where in it. */
struct walk {
	struct unit *u;
	int64_t def;   /* its number; 0: none, references are not kept */
	struct frame *frame;
	unsigned depth;
};

static void walk_children(struct walk *w, CXCursor c);

/* ---- definitions ---- */

static bool kind_of(CXCursor c, enum index_kind *k)
{
	switch (clang_getCursorKind(c)) {
	case CXCursor_FunctionDecl:
		*k = INDEX_FUNCTION;
		return true;
	case CXCursor_StructDecl:
		*k = INDEX_STRUCT;
		return true;
	case CXCursor_UnionDecl:
		*k = INDEX_UNION;
		return true;
	case CXCursor_EnumDecl:
		*k = INDEX_ENUM;
		return true;
	case CXCursor_TypedefDecl:
		*k = INDEX_TYPEDEF;
		return true;
	case CXCursor_VarDecl:
		*k = INDEX_VARIABLE;
		return true;
	default:
		return false;
	}
}

/* A variable of a file, not of a function. */
static bool is_global(CXCursor c)
{
	return clang_getCursorKind(clang_getCursorSemanticParent(c)) == CXCursor_TranslationUnit;
}

static const char *name_of(struct unit *u, CXCursor c, enum index_kind k)
{
	bool by_typedef = false;
	const char *name;

	if (k != INDEX_STRUCT && k != INDEX_UNION && k != INDEX_ENUM)
		return unit_string(u, clang_getCursorSpelling(c));
	name = unit_record_name(u, c, &by_typedef);
	return by_typedef ? NULL : name;
}

/* The fields of what is defined, also of a struct that has only the name that a typedef gives it. */
static void add_layout(struct unit *u, CXCursor c, enum index_kind k, int64_t id)
{
	CXType type = clang_getCanonicalType(clang_getCursorType(c));
	const char *name;
	bool by_typedef;

	if (k == INDEX_STRUCT || k == INDEX_UNION) {
		unit_layout(u, type, id);
	} else if (k == INDEX_TYPEDEF && type.kind == CXType_Record) {
		name = unit_record_name(u, clang_getTypeDeclaration(type), &by_typedef);
		if (name && by_typedef && strcmp(name, name_of(u, c, k)) == 0)
			unit_layout(u, type, id);
	}
}

static void find_comment(struct unit *u, CXCursor c, struct place at, struct index_def *d)
{
	CXSourceRange r = clang_Cursor_getCommentRange(c);
	struct place from, to;

	if (clang_Range_isNull(r))
		return;
	from = unit_place(u, clang_getRangeStart(r));
	to = unit_place(u, clang_getRangeEnd(r));
	/* a declaration is given the comment of its definition, which is elsewhere */
	if (from.source != at.source || to.source != at.source || to.line >= d->first || from.line > to.line)
		return;
	d->doc_first = from.line;
	d->doc_last = to.line;
}

/* The number of the definition, 0 where it is none to be kept. */
static int64_t add_def(struct unit *u, CXCursor c, enum index_kind k)
{
	CXSourceRange extent = clang_getCursorExtent(c);
	struct place from = unit_place(u, clang_getRangeStart(extent)), to = unit_place(u, clang_getRangeEnd(extent));
	struct place at = unit_place(u, clang_getCursorLocation(c));
	const struct source *s = unit_source(u, at);
	struct index_def d = {.kind = k, .name = name_of(u, c, k), .type = "", .first = from.line};
	int64_t id;

	if (!s || !s->visit || !d.name || !*d.name)
		return 0;
	if (from.source != at.source)
		d.first = at.line; /* its type comes out of a file that is included there */
	d.last = to.source == at.source ? unit_last_line(u, to) : d.first;
	if (d.last < d.first)
		d.last = d.first;
	if (k == INDEX_FUNCTION || k == INDEX_VARIABLE) {
		d.type = unit_string(u, clang_getTypeSpelling(clang_getCursorType(c)));
		d.is_static = clang_Cursor_getStorageClass(c) == CX_SC_Static;
	}
	find_comment(u, c, at, &d);
	id = index_add_def(u->x, s->id, &d, u->e);
	if (id < 0) {
		u->failed = true;
		return 0;
	}
	add_layout(u, c, k, id);
	return id;
}

/* ---- references ---- */

static void add_ref(struct walk *w, CXCursor c, CXCursor to, enum index_kind kind, unsigned access)
{
	struct unit *u = w->u;
	struct place at = unit_place(u, clang_getCursorLocation(c));
	const struct source *s = unit_source(u, at), *home = NULL;
	struct index_ref r = {.kind = kind, .line = at.line, .column = at.column};

	if (!s || !s->visit || w->def == 0)
		return;
	r.name = kind == INDEX_FIELD ? unit_field_name(u, to) : name_of(u, to, kind);
	if (!r.name || !*r.name || strncmp(r.name, "__builtin_", 10) == 0)
		return;
	r.macro = unit_macro(u, at);
	r.access = access_settled(access, r.macro);
	if ((kind == INDEX_FUNCTION || kind == INDEX_VARIABLE) && clang_Cursor_getStorageClass(to) == CX_SC_Static) {
		home = unit_source(u, unit_place(u, clang_getCursorLocation(to)));
		s = unit_source(u, at); /* the list may have moved */
	}
	if (index_add_ref(u->x, s->id, w->def, home && !home->header ? home->id : 0, &r, u->e) < 0)
		u->failed = true;
}

/* A variable or function that an expression names. */
static void name_used(struct walk *w, CXCursor c)
{
	CXCursor to = clang_getCursorReferenced(c);
	enum CXCursorKind k = clang_getCursorKind(to);

	if (k == CXCursor_FunctionDecl)
		add_ref(w, c, to, INDEX_FUNCTION, access_of(w->frame, 1));
	else if (k == CXCursor_VarDecl && is_global(to))
		add_ref(w, c, to, INDEX_VARIABLE, access_of(w->frame, 0));
}

static void refer(struct walk *w, CXCursor c)
{
	enum index_kind kind;
	CXCursor to;

	switch (clang_getCursorKind(c)) {
	case CXCursor_DeclRefExpr:
		name_used(w, c);
		break;
	case CXCursor_MemberRefExpr:
		to = clang_getCursorReferenced(c);
		if (clang_getCursorKind(to) == CXCursor_FieldDecl)
			add_ref(w, c, to, INDEX_FIELD, access_of(w->frame, 0));
		break;
	case CXCursor_MemberRef: /* of an initializer, or of offsetof */
		to = clang_getCursorReferenced(c);
		if (clang_getCursorKind(to) == CXCursor_FieldDecl)
			add_ref(w, c, to, INDEX_FIELD, 0);
		break;
	case CXCursor_TypeRef:
		to = clang_getCursorReferenced(c);
		if (kind_of(to, &kind))
			add_ref(w, c, to, kind, 0);
		break;
	default:
		break;
	}
}

/* ---- the walk ---- */

static bool defines(CXCursor c, enum index_kind k)
{
	/* "int x;" alone is none to clang, because another may follow, but it is where x is */
	if (k == INDEX_VARIABLE)
		return is_global(c) && (clang_Cursor_getStorageClass(c) != CX_SC_Extern || clang_isCursorDefinition(c));
	return k == INDEX_TYPEDEF || clang_isCursorDefinition(c);
}

static enum CXChildVisitResult visit(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walk *w = data;
	struct frame f = {.up = w->frame, .cursor = c, .child = w->frame ? w->frame->children++ : 0};
	int64_t around = w->def, id;
	enum index_kind kind;

	(void)parent;
	if (w->depth >= DEPTH_MAX)
		return CXChildVisit_Continue;
	w->frame = &f;
	w->depth++;
	if (kind_of(c, &kind) && defines(c, kind)) {
		id = add_def(w->u, c, kind);
		if (id)
			w->def = id;
	}
	refer(w, c);
	walk_children(w, c);
	w->def = around;
	w->depth--;
	w->frame = (struct frame *)(uintptr_t)f.up;
	return w->u->failed ? CXChildVisit_Break : CXChildVisit_Continue;
}

static void walk_children(struct walk *w, CXCursor c)
{
	clang_visitChildren(c, visit, w);
}

/* What is declared at the outermost level, where it is in a file to be visited. */
static enum CXChildVisitResult visit_top(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walk w = {.u = data};
	const struct source *s;

	if (clang_isPreprocessing(clang_getCursorKind(c)))
		return CXChildVisit_Continue;
	s = unit_source(w.u, unit_place(w.u, clang_getCursorLocation(c)));
	return s && s->visit ? visit(c, parent, &w) : CXChildVisit_Continue;
}

void unit_walk(struct unit *u)
{
	clang_visitChildren(clang_getTranslationUnitCursor(u->tu), visit_top, u);
}
