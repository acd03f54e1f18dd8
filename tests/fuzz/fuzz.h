/* What the fuzz targets share.  A target is one file with one LLVMFuzzerTestOneInput(); tools/fuzz.sh builds and runs it. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run as a finding where what must hold does not. */
#define MUST(what) \
	do { \
		if (!(what)) \
			abort(); \
	} while (0)

static inline struct slice fuzz_slice(const uint8_t *data, size_t size)
{
	return (struct slice){(const char *)data, size};
}

/* Reads every byte, so that a slice that points nowhere is found where it was made and not by luck. */
static inline unsigned fuzz_touch(struct slice s)
{
	unsigned sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum += (unsigned char)s.p[i];
	return sum;
}

static inline void fuzz_must_be_json(struct slice s)
{
	struct slice raw;

	MUST(json_check(s, &raw, NULL, NULL) == 0);
}

#endif
