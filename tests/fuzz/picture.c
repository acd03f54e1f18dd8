/* Layouts of structs, or what is none, and accesses anywhere over them: they are drawn in plain text of a bounded width. */
#include "race/picture.h"
#include "tests/fuzz/fuzz.h"

enum { HEAD = 28 };

static void row(void *arg, enum picture_kind kind, struct slice text)
{
	size_t *n = arg;

	(void)kind;
	(*n)++;
	MUST(text.n <= PICTURE_COLS);
	fuzz_touch(text);
}

static uint64_t number(const uint8_t *data, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | data[i];
	return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct picture p = {.n = 2};
	struct arena *a = arena_new();
	struct buf words = BUF_INIT;
	struct members ms;
	struct slice raw;
	size_t rows = 0;

	if (size >= HEAD) {
		uint64_t base = (data[0] & 1) ? UINT64_MAX - 64 : UINT64_C(0xffff888100000000);

		p.n = 1 + (data[0] >> 1 & 1);
		p.big_endian = data[0] & 4;
		p.changed = data[0] & 8;
		p.was = number(data + 1, 8);
		p.is = number(data + 9, 8);
		p.base = base;
		for (unsigned i = 0; i < 2; i++)
			p.access[i] = (struct picture_access){"WR"[i], base + number(data + 17 + 5 * i, 3), (uint32_t)number(data + 20 + 5 * i, 2)};
		if (json_check(fuzz_slice(data + HEAD, size - HEAD), &raw, NULL, NULL) == 0 && members_read(raw, a, &ms)) {
			MUST(ms.n <= MEMBERS_MAX);
			for (size_t i = 0; i < ms.n; i++)
				MUST(i == 0 || ms.m[i - 1].bit <= ms.m[i].bit);
			p.members = &ms;
		}
		picture_draw(&p, row, &rows);
		MUST((rows > 0) == picture_can(&p));
		picture_shared(&p, &words);
		picture_torn(&p, &words);
	}
	buf_release(&words);
	arena_free(a);
	return 0;
}
