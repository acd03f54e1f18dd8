/* JSON: what passes the check can be walked to its end, and what is written from it passes the check again. */
#include "base/json.h"
#include "tests/fuzz/fuzz.h"

static void walk(struct arena *a, struct slice raw, struct json_w *w)
{
	struct json_iter it;

	switch (json_type(raw)) {
	case JSON_STRING:
		json_str(w, json_string(a, raw));
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		break;
	default:
		MUST(json_type(raw) != JSON_BAD);
		json_raw(w, raw);
		return;
	}
	it = json_iter(raw);
	json_open(w, it.object ? '{' : '[');
	while (json_next(&it)) {
		MUST(it.value.p >= raw.p && it.value.p + it.value.n <= raw.p + raw.n);
		if (it.object)
			json_key_slice(w, json_string(a, it.key));
		walk(a, it.value, w);
	}
	json_close(w, it.object ? '}' : ']');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice raw;
	struct buf b = BUF_INIT;
	struct json_w w;
	struct arena *a;
	size_t at = 0;
	int64_t n;
	bool yes;

	if (json_check(fuzz_slice(data, size), &raw, &at, NULL) < 0) {
		MUST(at <= size);
		return 0;
	}
	a = arena_new();
	json_w_init(&w, &b, (size & 1) != 0);
	w.ascii = (size & 2) != 0;
	walk(a, raw, &w);
	fuzz_must_be_json(buf_slice(&b));
	if (json_type(raw) == JSON_OBJECT) {
		json_get_int(raw, "Seq", &n);
		json_get_bool(raw, "Seq", &yes);
		fuzz_touch(json_member(raw, "Seq"));
	}
	buf_release(&b);
	arena_free(a);
	return 0;
}
