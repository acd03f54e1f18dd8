/* The file of what was typed at the prompt: lines come back one by one, and none breaks the one that is typed. */
#include <stdio.h>
#include <unistd.h>

#include "base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "ui/prompt.h"

static char path[64];

static void forget(void)
{
	remove(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct prompt *p = prompt_new(NULL);
	size_t cursor;
	FILE *f;

	MUST(p);
	if (!path[0]) {
		snprintf(path, sizeof path, "/tmp/verdict-fuzz-history.%ld", (long)getpid());
		atexit(forget);
	}
	f = fopen(path, "w");
	MUST(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
	prompt_load_history(p, path);
	prompt_start(p, SLICE("q"), true, NULL, NULL);
	for (int i = 0; i < 8; i++) {
		struct slice line;

		prompt_key(p, UI_KEY_UP);
		line = prompt_line(p, &cursor);
		MUST(cursor <= line.n && slice_chr(line, '\n', 0) == SLICE_NONE);
		fuzz_touch(line);
	}
	prompt_free(p);
	return 0;
}
