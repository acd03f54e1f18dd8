#include "base/sha256.h"
#include "tests/test.h"

/* The vectors of FIPS 180-2, appendix B. */
static void gives_the_published_digests(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	char hex[SHA256_HEX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		sha256_of(slice_str(t[i].in), hex);
		assert_string_equal(hex, t[i].out);
	}
}

static void pieces_count_like_the_whole_and_may_go_on_after_a_digest(void **state)
{
	struct sha256 *h = sha256_new();
	char half[SHA256_HEX + 1], again[SHA256_HEX + 1], want[SHA256_HEX + 1];

	(void)state;
	sha256_add(h, "a", 1);
	sha256_add(h, NULL, 0);
	sha256_hex(h, half);
	sha256_of(SLICE("a"), want);
	assert_string_equal(half, want);
	sha256_hex(h, again);
	assert_string_equal(again, want);
	sha256_add(h, "bc", 2);
	sha256_hex(h, again);
	sha256_of(SLICE("abc"), want);
	assert_string_equal(again, want);
	sha256_free(h);
	sha256_free(NULL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(gives_the_published_digests),
	cmocka_unit_test(pieces_count_like_the_whole_and_may_go_on_after_a_digest),
};

TEST_MAIN()
