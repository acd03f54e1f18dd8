/* What a store has of drafts, by whoever wrote it: what is read is whole, within its ceilings, and all of it is freed. */
#include "app/draft.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draft d = {0};
	struct err e = {0};
	struct slice raw;

	if (json_check(fuzz_slice(data, size), &raw, NULL, NULL) < 0)
		return 0;
	for (int twice = 0; twice < 2; twice++) { /* the second one releases the first */
		int rc = draft_read(raw, &d, &e);

		MUST(rc == 1 || (rc == -1 && e.cls == ERR_STORE));
		MUST(d.nplaces <= PLACES_MAX && (!d.collected || d.nplaces));
		MUST(strlen(d.edits) == 0 || strlen(d.edits) == SHA256_HEX);
		for (size_t i = 0; i < d.nplaces; i++)
			MUST(d.places[i].from <= d.places[i].to && d.places[i].line_first <= d.places[i].line_last);
		fuzz_touch(buf_slice(&d.note));
		fuzz_touch(buf_slice(&d.steer));
	}
	draft_release(&d);
	return 0;
}
