#define _GNU_SOURCE /* memfd_create */
#include <fcntl.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/inflate.h"
#include "tests/test.h"

/* "verdict\n" twice. */
static const unsigned char gz[] = {
	0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x2b, 0x4b, 0x2d, 0x4a, 0xc9, 0x4c, 0x2e, 0xe1, 0x2a, 0x83, 0xd2,
	0x00, 0x32, 0xba, 0x2f, 0xfc, 0x10, 0x00, 0x00, 0x00,
};
static const unsigned char zst[] = {
	0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x81, 0x00, 0x00, 0x76, 0x65, 0x72, 0x64, 0x69, 0x63, 0x74, 0x0a, 0x76, 0x65, 0x72, 0x64,
	0x69, 0x63, 0x74, 0x0a, 0xe9, 0x35, 0x91, 0x41,
};
static const struct slice forms[] = {{(const char *)gz, sizeof gz}, {(const char *)zst, sizeof zst}};
#define PLAIN "verdict\nverdict\n"

/* Decompress `s`; what came out is added to `out`. */
static int run(struct slice s, uint64_t max, struct buf *out, struct err *e)
{
	int from = memfd_create("from", MFD_CLOEXEC), to = memfd_create("to", MFD_CLOEXEC), rc;
	uint64_t size = 0;

	assert_int_equal(fs_write_all(from, s.p, s.n), 0);
	rc = inflate_file("f", from, to, max, &size, e);
	assert_true(size <= max);
	assert_int_equal(fs_pread(to, buf_room(out, (size_t)size), (size_t)size, 0), size);
	buf_wrote(out, (size_t)size);
	close(from);
	close(to);
	return rc;
}

static void the_first_bytes_tell(void **state)
{
	(void)state;
	assert_true(inflate_is(forms[0]));
	assert_true(inflate_is(forms[1]));
	assert_false(inflate_is(slice_sub(forms[0], 0, 2)));
	assert_false(inflate_is(slice_sub(forms[1], 0, 3)));
	assert_false(inflate_is(SLICE("")));
	assert_false(inflate_is(SLICE("[{}]")));
}

static void what_was_compressed_comes_out(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct buf out = BUF_INIT;
		struct err e = {0};

		assert_int_equal(run(forms[i], 16, &out, &e), 0);
		assert_string_equal(buf_str(&out), PLAIN);
		buf_release(&out);
	}
}

static void parts_in_a_row_are_joined(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct buf twice = BUF_INIT, out = BUF_INIT;
		struct err e = {0};

		buf_add_slice(&twice, forms[i]);
		buf_add_slice(&twice, forms[i]);
		assert_int_equal(run(buf_slice(&twice), 100, &out, &e), 0);
		assert_string_equal(buf_str(&out), PLAIN PLAIN);
		buf_release(&twice);
		buf_release(&out);
	}
}

static void a_cut_at_any_byte_is_told(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		for (size_t n = 0; n < forms[i].n; n++) {
			struct buf out = BUF_INIT;
			struct err e = {0};

			assert_int_equal(run(slice_sub(forms[i], 0, n), 100, &out, &e), -1);
			assert_int_equal(e.cls, ERR_INPUT);
			assert_non_null(strstr(e.msg, n ? "cannot decompress 'f': the compressed data are" : "f"));
			buf_release(&out);
		}
}

static void broken_bytes_are_told_or_harmless(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		for (size_t n = INFLATE_MAGIC; n < forms[i].n; n++) {
			struct buf bad = BUF_INIT, out = BUF_INIT;
			struct err e = {0};

			buf_add_slice(&bad, forms[i]);
			bad.p[n] = (char)(bad.p[n] ^ 0x55);
			if (run(buf_slice(&bad), 100, &out, &e) < 0)
				assert_int_equal(e.cls, ERR_INPUT);
			else /* a time stamp, or the like: the check sums see all else */
				assert_string_equal(buf_str(&out), PLAIN);
			buf_release(&bad);
			buf_release(&out);
		}
}

static void what_is_behind_the_end_is_told(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct buf more = BUF_INIT, out = BUF_INIT;
		struct err e = {0};

		buf_add_slice(&more, forms[i]);
		buf_adds(&more, "rest of another kind");
		assert_int_equal(run(buf_slice(&more), 100, &out, &e), -1);
		assert_non_null(strstr(e.msg, "broken"));
		buf_release(&more);
		buf_release(&out);
	}
}

static void the_ceiling_holds(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct buf out = BUF_INIT;
		struct err e = {0};

		assert_int_equal(run(forms[i], 15, &out, &e), -1);
		assert_non_null(strstr(e.msg, "more than 15 bytes"));
		buf_release(&out);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_first_bytes_tell),
	cmocka_unit_test(what_was_compressed_comes_out),
	cmocka_unit_test(parts_in_a_row_are_joined),
	cmocka_unit_test(a_cut_at_any_byte_is_told),
	cmocka_unit_test(broken_bytes_are_told_or_harmless),
	cmocka_unit_test(what_is_behind_the_end_is_told),
	cmocka_unit_test(the_ceiling_holds),
};

TEST_MAIN()
