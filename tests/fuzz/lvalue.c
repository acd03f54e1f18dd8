/* Statements of C, or what is none: lvalues are words of it, and narrowing keeps some of them. */
#include "race/lvalue.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lvalue l[LVALUES_MAX];
	size_t n = lvalue_find(fuzz_slice(data, size), l, LVALUES_MAX);

	MUST(n <= LVALUES_MAX);
	for (size_t i = 0; i < n; i++) {
		MUST(l[i].text[0] && (l[i].read || l[i].write));
		MUST(memchr(l[i].text, '\0', sizeof l[i].text) && memchr(l[i].field, '\0', sizeof l[i].field));
	}
	MUST(lvalue_narrow(l, n, true, true, 8, 8) <= n);
	MUST(lvalue_drop_lent(l, n) <= n);
	return 0;
}
