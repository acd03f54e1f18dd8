/* A function's head, a call of it, and an lvalue, a line each, or anything: names are found in them, or not. */
#include "race/call.h"
#include "race/declared.h"
#include "tests/fuzz/fuzz.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = fuzz_slice(data, size), line[3] = {{0}}, body;
	struct call head, call;
	struct declared d;
	struct lvalue l;
	char name[200];

	for (size_t i = 0; i < 3; i++)
		slice_line(&rest, &line[i]);
	snprintf(name, sizeof name, "%.*s", (int)(line[2].n < sizeof name - 1 ? line[2].n : sizeof name - 1), line[2].n ? line[2].p : "");
	if (call_head(line[0], SLICE("f"), &head) && call_find(line[1], SLICE("f"), &call)) {
		MUST(head.n <= CALL_ARGS && call.n <= CALL_ARGS);
		for (size_t i = 0; i < call.n; i++)
			fuzz_touch(call.arg[i]);
		if (call_rename(name, &head, &call, &l) == CALL_RENAMED)
			MUST(l.text[0] && memchr(l.text, '\0', sizeof l.text));
	}
	if (declared_as(line[0], SLICE("p"), &d))
		MUST(d.tag.n > 0);
	if (declared_body(rest, SLICE("x"), &body))
		fuzz_touch(body);
	return 0;
}
