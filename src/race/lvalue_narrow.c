/* Which of the lvalues of a line an access can be to, and when two are to elements of one array. */
#include "race/lvalue.h"

#include <string.h>

#include "race/family.h"

static bool fits(const struct lvalue *l, bool read, bool write, uint32_t size, uint32_t pointer_size)
{
	uint32_t own = l->size == FAMILY_POINTER ? pointer_size : l->size;

	if ((l->pointer && size != pointer_size) || (own && own != size))
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

void lvalue_drop_indexes(struct lvalue *l)
{
	size_t n = 0, depth = 0;

	for (const char *c = l->text; *c; c++) {
		depth -= *c == ']' && depth > 0;
		if (depth == 0)
			l->text[n++] = *c;
		depth += *c == '[';
	}
	l->text[n] = '\0';
}

size_t lvalue_drop_lent(struct lvalue *l, size_t n)
{
	bool other = false;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		other |= !l[i].lent && !l[i].plain;
	for (size_t i = 0; i < n && other; i++)
		if (!l[i].lent) {
			struct lvalue found = l[i];

			l[i] = l[kept];
			l[kept++] = found;
		}
	return other ? kept : n;
}
