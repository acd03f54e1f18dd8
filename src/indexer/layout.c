/* Structs and unions: what they and their fields are called, and where the fields lie. */
#include <string.h>

#include "base/buf.h"
#include "indexer/unit.h"

/* Has clang made up a name, as it does for what has none? */
static bool is_made_up(const char *name)
{
	return !*name || strchr(name, '(') || strchr(name, ' ');
}

static bool is_unnamed(CXCursor c)
{
	CXString s = clang_getCursorSpelling(c);
	const char *p = clang_getCString(s);
	bool unnamed = !p || is_made_up(p);

	clang_disposeString(s);
	return unnamed;
}

const char *unit_record_name(struct unit *u, CXCursor record, bool *by_typedef)
{
	struct slice name = slice_str(unit_string(u, clang_getTypeSpelling(clang_getCursorType(record))));
	bool tagged = slice_eat(&name, "struct ") || slice_eat(&name, "union ") || slice_eat(&name, "enum ");

	/* "typedef struct { … } name": the type is spelled by that name alone */
	*by_typedef = !tagged;
	return name.n == 0 || is_made_up(name.p) ? NULL : name.p;
}

const char *unit_field_name(struct unit *u, CXCursor field)
{
	CXCursor record = clang_getCursorSemanticParent(field);
	const char *name = NULL, *member;
	bool by_typedef;
	struct buf b = BUF_INIT;

	/* a member of an anonymous union is one of the struct around it */
	for (int i = 0; i < 32 && !name; i++) {
		enum CXCursorKind k = clang_getCursorKind(record);

		if (k != CXCursor_StructDecl && k != CXCursor_UnionDecl)
			return NULL;
		name = unit_record_name(u, record, &by_typedef);
		record = clang_getCursorSemanticParent(record);
	}
	member = unit_string(u, clang_getCursorSpelling(field));
	if (!name || is_made_up(member))
		return NULL;
	buf_addf(&b, "%s::%s", name, member);
	name = arena_str(u->a, buf_slice(&b));
	buf_release(&b);
	return name;
}

struct layout {
	struct unit *u;
	int64_t def;
	unsigned at;
	uint64_t base; /* of the struct whose fields are visited, in bits */
	unsigned depth;
};

static enum CXVisitorResult add_field(CXCursor c, CXClientData data)
{
	struct layout *l = data;
	long long offset = clang_Cursor_getOffsetOfField(c), size;
	CXType type = clang_getCanonicalType(clang_getCursorType(c));
	CXCursor record = clang_getTypeDeclaration(type);
	bool anonymous = is_unnamed(c);
	struct index_field f = {.name = anonymous ? "" : unit_string(l->u, clang_getCursorSpelling(c))};

	if (offset < 0)
		return CXVisit_Continue; /* of a broken struct */
	size = clang_Cursor_isBitField(c) ? clang_getFieldDeclBitWidth(c) : clang_Type_getSizeOf(type) * 8;
	f.offset = l->base + (uint64_t)offset;
	f.size = size > 0 ? (uint64_t)size : 0;
	if (index_add_field(l->u->x, l->def, l->at++, &f, l->u->e) < 0)
		l->u->failed = true;
	if (anonymous && !clang_Cursor_isBitField(c) && type.kind == CXType_Record && is_unnamed(record) && l->depth < 32) {
		uint64_t base = l->base;

		l->base = f.offset;
		l->depth++;
		clang_Type_visitFields(type, add_field, l);
		l->depth--;
		l->base = base;
	}
	return l->u->failed ? CXVisit_Break : CXVisit_Continue;
}

void unit_layout(struct unit *u, CXType type, int64_t def)
{
	struct layout l = {.u = u, .def = def};

	clang_Type_visitFields(type, add_field, &l);
}
