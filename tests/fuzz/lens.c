/* Functions, or what is none: what is found is whole, and less is certain where the end is not known. */
#include "race/lens.h"
#include "tests/fuzz/fuzz.h"

static bool is_held(const struct lens_find *f, size_t n, const struct lens_find *which)
{
	for (size_t i = 0; i < n; i++)
		if (f[i].state == which->state && f[i].kind == which->kind && f[i].family == which->family && strcmp(f[i].name, which->name) == 0)
			return true;
	return false;
}

static void look(struct slice text, uint32_t line)
{
	struct lens_find whole[LENS_FINDS], cut[LENS_FINDS];
	struct lens_text t = {.text = text, .first = 1, .line = line};
	const char *lost;
	size_t n = lens_look(&t, whole, &lost), ncut;

	MUST(n <= LENS_FINDS);
	for (size_t i = 0; i < n; i++) {
		MUST(memchr(whole[i].name, '\0', LENS_NAME) && memchr(whole[i].by, '\0', sizeof whole[i].by) && memchr(whole[i].why, '\0', LENS_WHY));
		MUST(whole[i].state <= LENS_BEHIND && whole[i].kind < LOCK_KINDS);
		MUST(!lost || whole[i].state == LENS_UNDECIDED || whole[i].state >= LENS_AT);
		MUST((whole[i].state == LENS_UNDECIDED) == (whole[i].why[0] != '\0'));
	}
	t.cut = true;
	ncut = lens_look(&t, cut, NULL);
	for (size_t i = 0; i < ncut; i++)
		MUST(cut[i].state != LENS_HELD || is_held(whole, n, &cut[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = fuzz_slice(data, size);
	uint32_t lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	look(text, lines / 2 + 1);
	look(text, lines > 2 ? lines - 2 : 1);
	return 0;
}
