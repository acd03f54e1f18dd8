#include "tests/test.h"

#include "base/buf.h"
#include "report/report.h"

/* One of every kind of line, so that a cut or a wrong byte meets each of them. */
static const char sample[] =
	"<3>[    1.000000][  T71] =================================================\n"
	"[    1.000000][  T71] BUG: KCSAN: data-race in reader [m] /\n"
	"[    1.000000][  T71] writer\n"
	"[    1.000000][  T71] \n"
	"[    1.000000][  T71] write (marked) to 0xffff888100001000 of 8 bytes by task\n"
	"70 on cpu 0:\n"
	"[    1.000000][  T71]  helper include/h.h:9 [inline]\n"
	"[    1.000000][  T71]  writer+0x1d/0x30 [mod 0123]\n"
	"[    1.000000][  T71]  inner at mm/m.c:1\n"
	"[    1.000000][  T71]  (inlined by) writer at mm/m.c:2 (discriminator 3)\n"
	"[    1.000000][  T71]  deep (a.h:1 b.h:2\n"
	"\t\tc.c:3 (discriminator 1)) mod\n"
	"[    1.000000][  T71]  0xeedc7805\n"
	"[    1.000000][  T71]  <snip>\n"
	"[    1.000000][   C1] foreign: line\n"
	"[    1.000000][  T71]   |\n"
	"[    1.000000][  T71]   +-> reordered to: f+0x80/0x90\n"
	"[    1.000000][  T71] 1 lock held by x/7:\n"
	"[    1.000000][  T71] \n"
	"[    1.000000][  T71] read to 0xffff888100001000 of 8 bytes by interrupt on cpu 1:\n"
	"[    1.000000][  T71]  print_report+0x1/0x2\n"
	"[    1.000000][  T71]  reader+0x1/0x2\n"
	"[    1.000000][  T71]  asm_sysvec_x+0x1/0x2\n"
	"[    1.000000][  T71] \n"
	"[    1.000000][  T71] value changed: 0x00 ->\n"
	"0x01\n"
	"[    1.000000][  T71]  bits changed: 0x01 with mask 0x03\n"
	"[    1.000000][  T71] Reported by Kernel Concurrency Sanitizer on:\n"
	"[    1.000000][  T71] CPU: 1 UID: 0 PID: 71 Comm: x y Tainted: G   W\n"
	"6.1.0-g0123456789ab #1\n"
	"[    1.000000][  T71] Hardware name: Board\n"
	"[    1.000000][  T71] Workqueue: events do_it\n"
	"[    1.000000][  T71] =================================================\n";

static void inside(const struct crash *c, struct slice s)
{
	assert_true(s.n == 0 || (s.p >= c->text.p && s.p + s.n <= c->text.p + c->text.n));
}

/* Every slice that must lie in the text does, and every one can be read to its end. */
static void check(const struct crash *c)
{
	unsigned sum = 0;

	inside(c, c->extent);
	assert_true(c->naccesses <= CRASH_ACCESSES);
	for (size_t i = 0; i < c->naccesses; i++) {
		const struct access *a = &c->access[i];

		inside(c, a->text);
		assert_true(crash_call_site(a) <= a->nframes);
		for (size_t j = 0; j < a->nframes; j++) {
			inside(c, a->frames[j].text);
			for (size_t k = 0; k < a->frames[j].function.n; k++)
				sum += (unsigned char)a->frames[j].function.p[k];
		}
		for (size_t j = 0; j < a->nreordered; j++)
			inside(c, a->reordered[j].text);
	}
	for (size_t k = 0; k < c->title.n; k++)
		sum += (unsigned char)c->title.p[k];
	assert_true(c->kind == CRASH_RAW || c->title.n || sum || c->naccesses);
}

/* From a block of its very size, so that a read past the end is seen. */
static void parse_exactly(const char *p, size_t n)
{
	char *copy = malloc(n + 1);
	struct crash *c;

	memcpy(copy, p, n);
	c = report_parse((struct slice){copy, n});
	free(copy);
	check(c);
	crash_free(c);
}

static void parses_the_whole_sample(void **state)
{
	struct crash *c = report_parse(slice_str(sample));

	(void)state;
	check(c);
	assert_true(c->complete);
	assert_slice(c->title, "KCSAN: data-race in reader [m] / writer");
	assert_int_equal(c->access[0].nframes, 7);
	assert_int_equal(c->access[0].nreordered, 1);
	assert_int_equal(c->access[1].nframes, 2);
	assert_slice(c->comm, "x y");
	assert_slice(c->release, "6.1.0-g0123456789ab");
	assert_slice(c->bits_mask, "0x03");
	crash_free(c);
}

static void parses_every_beginning_and_every_end(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof sample; n++) {
		parse_exactly(sample, n);
		parse_exactly(sample + n, sizeof sample - 1 - n);
	}
}

static void parses_with_any_byte_changed(void **state)
{
	static const char bytes[] = {'\0', '\xff', '\n', ' ', '(', '[', '9', '\xc2'};
	char text[sizeof sample];

	(void)state;
	for (size_t b = 0; b < sizeof bytes; b++) {
		for (size_t i = 0; i + 1 < sizeof sample; i++) {
			memcpy(text, sample, sizeof sample);
			text[i] = bytes[b];
			parse_exactly(text, sizeof sample - 1);
		}
	}
}

static void keeps_to_its_ceilings(void **state)
{
	struct buf b = BUF_INIT;
	struct crash *c;

	(void)state;
	buf_adds(&b, "BUG: KCSAN: data-race in f / g\n\nread to 0x10 of 8 bytes by task 4 on cpu 1:\n");
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, " f+0x1/0x2\n");
	buf_adds(&b, "\nwrite to 0x10 of 8 bytes by task 4 on cpu 1:\n g (");
	for (int i = 0; i < 5000; i++)
		buf_adds(&b, "a.c:1 ");
	c = report_parse(buf_slice(&b));
	assert_int_equal(c->access[0].nframes, 4096);
	assert_true(c->access[1].nframes <= 4097);
	check(c);
	crash_free(c);
	buf_release(&b);
}

/*
 * Big inputs of the shapes that could make a careless parser slow; the test only shows that they are
 * survived.
 */
static void survives_long_inputs(void **state)
{
	static const char *const units[] = {
		"BUG: KCSAN: data-race in f / g\n",
		"BUG: KCSAN: data-race in f /\n",
		"race at unknown origin, with\n",
		"read to 0x10 of 8 bytes by task 4 on cpu 1:\n",
		"read to 0x10 of 8 bytes by task\n",
		" f (a.c:1\n",
		"> > > > > > > > ",
		"[    1.000000] ",
		"[name:a&]",
		"kernel: ",
		"((((((((((((((((",
		"=", "\n", "x", "BUG: KCSAN: ", "Oops\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		struct buf b = BUF_INIT;
		struct crash *c;

		buf_adds(&b, sample);
		buf_cut(&b, 400 + i);
		while (b.n < 256 * 1024)
			buf_adds(&b, units[i]);
		c = report_parse(buf_slice(&b));
		check(c);
		crash_free(c);
		buf_release(&b);
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(parses_the_whole_sample),
	cmocka_unit_test(parses_every_beginning_and_every_end),
	cmocka_unit_test(parses_with_any_byte_changed),
	cmocka_unit_test(keeps_to_its_ceilings),
	cmocka_unit_test(survives_long_inputs),
};

TEST_MAIN()
