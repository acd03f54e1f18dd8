#include "race/picture.h"

#include "tests/test.h"

static void add_row(void *arg, enum picture_kind kind, struct slice text)
{
	static const char letters[] = {[PICTURE_HEAD] = 'h', [PICTURE_TOUCHED] = 't', [PICTURE_BESIDE] = 'b', [PICTURE_CHANGED] = 'c', [PICTURE_NOTE] = 'n'};

	assert_true(text.n <= PICTURE_COLS);
	for (size_t i = 0; i < text.n; i++)
		assert_true(text.p[i] >= ' ' && text.p[i] <= '~');
	buf_addf(arg, "%c|%.*s\n", letters[kind], (int)text.n, text.p);
}

static const char *drawn(const struct picture *p)
{
	static struct buf b;

	buf_clear(&b);
	picture_draw(p, add_row, &b);
	return b.n ? buf_str(&b) : "";
}

static const char *words(const struct picture *p)
{
	static struct buf b;

	buf_clear(&b);
	picture_shared(p, &b);
	picture_torn(p, &b);
	return b.n ? buf_str(&b) : "";
}

/* These rows, and what is said below them. */
static void assert_picture(const struct picture *p, const char *rows, const char *below)
{
	assert_string_equal(drawn(p), rows);
	assert_string_equal(words(p), below);
}

/* Two strings race: the reader sees one byte of the eight that are written (a real report). */
static void bare_bytes_show_what_overlaps(void **state)
{
	struct picture p = {.access = {{'W', 0xffff88812ed8b730, 8}, {'R', 0xffff88812ed8b733, 1}}, .n = 2, .changed = true, .was = 0x72, .is = 0x34};

	(void)state;
	assert_picture(&p, "h|                                +0\n"
			   "t|1 W 0xffff88812ed8b730       8  WWWWWWWW\n"
			   "t|2 R 0xffff88812ed8b733       1  ...R....\n"
			   "c|  changed                          ^\n",
		       "The second is to byte 3 of the first's 8, counted from 0.");
	p.access[1] = (struct picture_access){'R', 0xffff88812ed8b734, 8};
	p.was = 0x0100000000000000;
	p.is = 0x0200000000000000;
	assert_picture(&p, "h|                                +0       +8\n"
			   "t|1 W 0xffff88812ed8b730       8  WWWWWWWW ....\n"
			   "t|2 R 0xffff88812ed8b734       8  ....RRRR RRRR\n"
			   "c|  changed                                   ^\n",
		       "They overlap in part: in bytes 4 to 7 of the first's 8, bytes 0 to 3 of the second's 8, counted from 0.");
	p.big_endian = true;
	assert_string_equal(drawn(&p), "h|                                +0       +8\n"
				       "t|1 W 0xffff88812ed8b730       8  WWWWWWWW ....\n"
				       "t|2 R 0xffff88812ed8b734       8  ....RRRR RRRR\n"
				       "c|  changed                           ^\n");
}

static void large_ranges_are_drawn_small(void **state)
{
	struct picture p = {.access = {{'W', 0xffff8881045e19d8, 8}, {'R', 0xffff8881045e1600, 1344}}, .n = 2};

	(void)state;
	assert_picture(&p, "h|                                +0       +512     +1024\n"
			   "t|1 W 0xffff8881045e19d8       8  ........ .......W .....\n"
			   "t|2 R 0xffff8881045e1600    1344  RRRRRRRR RRRRRRRR RRRRR\n"
			   "n|Each sign stands for 64 bytes.\n",
		       "The first is to bytes 984 to 991 of the second's 1344, counted from 0.");
}

static void what_lies_apart_is_not_drawn(void **state)
{
	struct picture p = {.access = {{'W', 0xffff8881045e19d8, 8}, {'R', 0x1600, 8}}, .n = 2};

	(void)state;
	assert_picture(&p, "", "");
	p.access[1] = (struct picture_access){'R', 0xffff8881045e19e0, 8};
	assert_string_equal(words(&p), "The two have no byte in common.");
	p.access[1] = (struct picture_access){'R', UINT64_MAX - 3, 8};
	assert_string_equal(drawn(&p), "");
	p.n = 0;
	assert_string_equal(drawn(&p), "");
}

static const struct member pond[] = {
	{SLICE("dev"), 0, 64}, {SLICE("lock"), 128, 32}, {SLICE("flags"), 160, 32}, {SLICE("portion"), 192, 32}, {SLICE("feed_mutex"), 256, 256},
};
static const struct members pond_members = {pond, 5};

static void a_field_shows_with_its_neighbours(void **state)
{
	struct picture p = {.access = {{'W', 0x103c, 4}, {'R', 0x103c, 4}}, .n = 2, .members = &pond_members, .base = 0x1028,
			    .changed = true, .was = 3, .is = 7};

	(void)state;
	assert_picture(&p, "h|   byte  size  field                     1 W       2 R       changed\n"
			   "b|     16     4  lock                      ....      ....\n"
			   "c|     20     4  flags                     WWWW      RRRR      bit 2\n"
			   "b|     24     4  portion                   ....      ....\n",
		       "");
	p.big_endian = true;
	assert_non_null(strstr(drawn(&p), "RRRR      bit 2\n"));
}

static void torn_accesses_show_over_the_fields(void **state)
{
	struct picture p = {.access = {{'W', 0x103c, 8}, {'R', 0x1041, 1}}, .n = 2, .members = &pond_members, .base = 0x1028};

	(void)state;
	assert_picture(&p, "h|   byte  size  field                     1 W       2 R\n"
			   "b|     16     4  lock                      ....      ....\n"
			   "t|     20     4  flags                     WWWW      ....\n"
			   "t|     24     4  portion                   WWWW      .R..\n"
			   "b|     32    32  feed_mutex                .         .\n",
		       "The second is to byte 5 of the first's 8, counted from 0. The first touches flags and portion. "
		       "The second touches 1 of 4 bytes of portion.");
	/* over a hole and into something large */
	p.access[0] = (struct picture_access){'W', 0x1040, 16};
	p.access[1] = (struct picture_access){'R', 0x1044, 4};
	assert_string_equal(drawn(&p), "h|   byte  size  field                     1 W       2 R\n"
				       "b|     20     4  flags                     ....      ....\n"
				       "t|     24     4  portion                   WWWW      ....\n"
				       "t|     28     4  (no field)                WWWW      RRRR\n"
				       "t|     32    32  feed_mutex                W x 8     .\n");
}

/* Bits of one word: what is written back takes its neighbours along. */
static void bits_show_what_shares_their_bytes(void **state)
{
	static const struct member bits[] = {{SLICE("a"), 0, 1}, {SLICE("mode"), 1, 3}, {SLICE("c"), 4, 1}, {SLICE("next"), 64, 64}};
	static const struct members ms = {bits, 4};
	struct picture p = {.access = {{'W', 0x1000, 1}, {'R', 0x1000, 1}}, .n = 2, .members = &ms, .base = 0x1000, .changed = true, .was = 0x05, .is = 0x12};

	(void)state;
	assert_picture(&p, "h|   byte  size  field                     1 W       2 R       changed\n"
			   "c|    0:0    1b  a                         W         R         1 -> 0\n"
			   "c|    0:1    3b  mode                      W         R         0x2 -> 0x1\n"
			   "c|    0:4    1b  c                         W         R         0 -> 1\n"
			   "b|      8     8  next                      ........  ........\n",
		       "The first touches 3 fields, from a to c. The second touches 3 fields, from a to c.");
	/* there bits are counted from the highest on */
	p.big_endian = true;
	p.was = 0x80;
	p.is = 0x30;
	assert_string_equal(drawn(&p), "h|   byte  size  field                     1 W       2 R       changed\n"
				       "c|    0:0    1b  a                         W         R         1 -> 0\n"
				       "c|    0:1    3b  mode                      W         R         0x0 -> 0x3\n"
				       "t|    0:4    1b  c                         W         R\n"
				       "b|      8     8  next                      ........  ........\n");
}

static void a_union_is_one_place_with_several_names(void **state)
{
	static const struct member u[] = {{SLICE(""), 0, 64}, {SLICE("next"), 0, 64}, {SLICE("index"), 0, 32}, {SLICE("after"), 64, 8}};
	static const struct members ms = {u, 4};
	struct picture p = {.access = {{'W', 0x1000, 8}, {'R', 0x1000, 8}}, .n = 2, .members = &ms, .base = 0x1000};

	(void)state;
	assert_picture(&p, "h|   byte  size  field                     1 W       2 R\n"
			   "t|      0     8  next                      WWWWWWWW  RRRRRRRR\n"
			   "t|      0     4  index                     WWWW      RRRR\n"
			   "b|      8     1  after                     .         .\n",
		       "");
}

static void of_many_fields_the_ends_show(void **state)
{
	struct member m[40];
	struct members ms = {m, 40};
	struct picture p = {.access = {{'W', 0x1000, 160}}, .n = 1, .members = &ms, .base = 0x1000};
	const char *text;

	(void)state;
	for (unsigned i = 0; i < 40; i++)
		m[i] = (struct member){SLICE("field"), i * 32, 32};
	text = drawn(&p);
	assert_non_null(strstr(text, "t|               ... 28 more fields ...\n"));
	assert_non_null(strstr(text, "t|    156     4  field                     WWWW\n"));
	assert_null(strstr(text, "     60 "));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(bare_bytes_show_what_overlaps),
	cmocka_unit_test(large_ranges_are_drawn_small),
	cmocka_unit_test(what_lies_apart_is_not_drawn),
	cmocka_unit_test(a_field_shows_with_its_neighbours),
	cmocka_unit_test(torn_accesses_show_over_the_fields),
	cmocka_unit_test(bits_show_what_shares_their_bytes),
	cmocka_unit_test(a_union_is_one_place_with_several_names),
	cmocka_unit_test(of_many_fields_the_ends_show),
};

TEST_MAIN()
