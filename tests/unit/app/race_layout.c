/* The bytes of races that are told in a few lines, of the example, and of the page. */
#define _GNU_SOURCE /* mkdtemp, setenv */
#include "app/race_layout.h"

#include "app/ask.h"
#include "tests/program.h"
#include "tests/recording.h"

static void add_row(void *arg, enum picture_kind kind, struct slice text)
{
	(void)kind;
	buf_addf(arg, "%.*s\n", (int)text.n, text.p);
}

/* Caption, rows, words: a line each. */
static void look(struct session *s, void *arg)
{
	struct race_layout l;
	struct buf *b = arg, words = BUF_INIT;

	race_layout_of(s, &l);
	if (race_layout_says(&l)) {
		race_layout_caption(s, &l, b);
		buf_adds(b, b->n ? "\n" : "");
		picture_draw(&l.picture, add_row, b);
	}
	race_layout_words(s, &l, &words);
	if (words.n)
		buf_addf(b, "%s\n", buf_str(&words));
	buf_release(&words);
	race_layout_release(&l);
}

static void assert_file(const char *file, const char *want)
{
	struct test_opened *o = test_open_file(file);
	struct buf b = BUF_INIT;

	look(o->session, &b);
	assert_string_equal(b.n ? buf_str(&b) : "", want);
	buf_release(&b);
	test_close(o);
}

static void the_example_is_of_one_field(void **state)
{
	(void)state;
	assert_file(test_src("examples/pond-race.json"), "struct pond at 0xffff888104a3e028, by the layout in span 9:\n"
							 "   byte  size  field                     1 W       2 R       changed\n"
							 "     16     4  lock                      ....      ....\n"
							 "     20     4  flags                     WWWW      RRRR      bit 2\n"
							 "     24     4  portion                   ....      ....\n");
}

/* A variable of the file, defined with its struct. */
static void the_page_is_of_the_owner(void **state)
{
	(void)state;
	assert_file(test_data("syzbot-assessment-kcsan-audit.txt"),
		    "struct audit_ctl_mutex at 0xffffffff893bf4e0, by the layout in span 10:\n"
		    "   byte  size  field                     1 W       2 R       changed\n"
		    "      0    32  lock                      .         .\n"
		    "     32     8  owner                     WWWWWWWW  RRRRRRRR  changed\n");
}

#define FIELD(name, bit, bits) "{\"Name\":\"" name "\",\"OffsetBits\":" #bit ",\"SizeBits\":" #bits "}"

struct race {
	const char *first, *second; /* "write to 0x… of 4 bytes" */
	const char *value;
	const char *code[2];  /* the racing lines */
	const char *head[2];  /* of their functions */
	const char *header;   /* net/x.h, from line 1 on; or NULL */
	const char *tag, *layout, *tag2, *layout2; /* or NULL */
};

static void assert_race(const struct race *r, const char *want)
{
	static const char *const path[] = {"net/a.c", "net/b.c"};
	struct buf report = BUF_INIT, text = BUF_INIT, b = BUF_INIT;
	struct recording rec;

	buf_addf(&report, "BUG: KCSAN: data-race in fa / fb\n\n%s by task 1 on cpu 0:\n fa+0x1/0x2 net/a.c:5\n\n%s by task 2 on cpu 1:\n fb+0x1/0x2 net/b.c:5\n\n%s"
			  "Reported by Kernel Concurrency Sanitizer on:\nCPU: 1 PID: 2 Comm: x Not tainted 6.1.0 #7\nHardware name: QEMU, BIOS 1\n",
		 r->first, r->second, r->value ? r->value : "");
	recording_begin(&rec, buf_slice(&report));
	for (unsigned i = 0; i < 2; i++) {
		buf_clear(&text);
		buf_addf(&text, "\n%s\n{\n\n\t%s\n}\n", r->head[i] ? r->head[i] : "void f(struct x *p)", r->code[i]);
		recording_read(&rec, path[i], 1, buf_str(&text));
	}
	if (r->header)
		recording_read(&rec, "net/x.h", 1, r->header);
	if (r->layout)
		recording_layout(&rec, r->tag ? r->tag : "x", r->layout);
	if (r->layout2)
		recording_layout(&rec, r->tag2, r->layout2);
	recording_open(&rec, look, &b);
	assert_string_equal(b.n ? buf_str(&b) : "", want);
	buf_release(&b);
	buf_release(&text);
	buf_release(&report);
}

#define TWO "[" FIELD("a", 0, 64) "," FIELD("b", 64, 32) "," FIELD("c", 96, 32) "]"
#define HEAD "   byte  size  field                     1 W       2 R\n"

static void torn_accesses_are_drawn_over_the_fields(void **state)
{
	(void)state;
	assert_race(&(struct race){.first = "write to 0xffff888100001008 of 4 bytes", .second = "read to 0xffff888100001008 of 8 bytes",
				   .code = {"p->b = 1;", "*to = *(u64 *)&p->b;"}, .layout = TWO},
		    "struct x at 0xffff888100001000, by the layout in span 4:\n" HEAD
		    "      0     8  a                         ........  ........\n"
		    "      8     4  b                         WWWW      RRRR\n"
		    "     12     4  c                         ....      RRRR\n"
		    "The second touches b and c.\n");
	/* no layout: bare bytes */
	assert_race(&(struct race){.first = "write to 0xffff888100001008 of 4 bytes", .second = "read to 0xffff888100001008 of 8 bytes",
				   .code = {"p->b = 1;", "*to = *(u64 *)&p->b;"}},
		    "                                +0\n"
		    "1 W 0xffff888100001008       4  WWWW....\n"
		    "2 R 0xffff888100001008       8  RRRRRRRR\n"
		    "No tool returned the layout of struct x.\n");
	/* and where both are to the same, nothing */
	assert_race(&(struct race){.first = "write to 0xffff888100001008 of 4 bytes", .second = "read to 0xffff888100001008 of 4 bytes",
				   .code = {"p->b = 1;", "return p->b;"}},
		    "");
}

static void types_come_from_declarations_only(void **state)
{
	const char *nested = "struct x {\n\tlong a;\n\tstruct in in;\n\tstruct y *y;\n\tstruct in many[4];\n};\n";
	const char *four = "[" FIELD("n", 0, 32) "," FIELD("m", 32, 32) "]";
	struct race r = {.first = "write to 0xffff888100001008 of 4 bytes", .second = "read to 0xffff888100001008 of 4 bytes", .layout = four, .header = nested};
	const char *in = "struct in at 0xffff888100001004, by the layout in span 5:\n" HEAD
			 "      0     4  n                         ....      ....\n"
			 "      4     4  m                         WWWW      RRRR\n";

	(void)state;
	r.tag = "in";
	r.code[0] = r.code[1] = "p->in.m = p->in.m + 1;";
	assert_race(&r, in);
	r.code[0] = r.code[1] = "p->many[i].m = p->many[i].m + 1;";
	assert_race(&r, in);
	r.code[0] = r.code[1] = "((struct in *)q)->m++;";
	assert_race(&r, in);
	r.tag = "struct y";
	r.code[0] = r.code[1] = "p->y->m++;";
	assert_race(&r, "struct y at 0xffff888100001004, by the layout in span 5:\n" HEAD
			"      0     4  n                         ....      ....\n"
			"      4     4  m                         WWWW      RRRR\n");
	/* of another name, not declared, or by the wrong sign */
	r.code[0] = r.code[1] = "p->in.m++;";
	assert_race(&r, "");
	r.code[0] = r.code[1] = "q->m++;";
	assert_race(&r, "");
	r.code[0] = r.code[1] = "p->y.m++;";
	assert_race(&r, "");
	r.tag = "x";
	r.head[0] = r.head[1] = "void f(unsigned long *p)";
	r.code[0] = r.code[1] = "p->m++;";
	assert_race(&r, "");
}

static void bits_are_those_of_the_value(void **state)
{
	const char *bits = "[" FIELD("a", 0, 32) "," FIELD("on", 32, 1) "," FIELD("mode", 33, 3) "," FIELD("gone", 36, 1) "," FIELD("n", 64, 32) "]";

	(void)state;
	assert_race(&(struct race){.first = "write to 0xffff888100001004 of 1 bytes", .second = "read to 0xffff888100001004 of 1 bytes",
				   .value = "value changed: 0x03 -> 0x13\n\n", .code = {"p->gone = 1;", "if (p->mode == 1)"}, .layout = bits},
		    "struct x at 0xffff888100001000, by the layout in span 4:\n"
		    "   byte  size  field                     1 W       2 R       changed\n"
		    "      0     4  a                         ....      ....\n"
		    "    4:0    1b  on                        W         R\n"
		    "    4:1    3b  mode                      W         R\n"
		    "    4:4    1b  gone                      W         R         0 -> 1\n"
		    "      8     4  n                         ....      ....\n"
		    "The first touches 3 fields, from on to gone. The second touches 3 fields, from on to gone.\n");
	/* of a word: where it begins is told as what it is */
	assert_race(&(struct race){.first = "write to 0xffff888100001004 of 4 bytes", .second = "read to 0xffff888100001004 of 4 bytes",
				   .value = "value changed: 0x00000003 -> 0x00000001\n\n", .code = {"p->gone = 1;", "if (p->mode == 1)"}, .layout = bits},
		    "struct x at 0xffff888100001000, by the layout in span 4:\n"
		    "   byte  size  field                     1 W       2 R       changed\n"
		    "      0     4  a                         ....      ....\n"
		    "    4:0    1b  on                        W         R\n"
		    "    4:1    3b  mode                      W         R         0x1 -> 0x0\n"
		    "    4:4    1b  gone                      W         R\n"
		    "      5     3  (no field)                WWW       RRR\n"
		    "      8     4  n                         ....      ....\n"
		    "The first touches 3 fields, from on to gone. The second touches 3 fields, from on to gone. "
		    "It is taken that struct x begins at a multiple of the access's size.\n");
}

/* The names say that the accesses are to other bytes than the addresses do: nothing is drawn over such a layout. */
static void a_layout_that_contradicts_is_not_used(void **state)
{
	(void)state;
	assert_race(&(struct race){.first = "write to 0xffff888100001008 of 4 bytes", .second = "read to 0xffff88810000100a of 4 bytes",
				   .code = {"p->b = 1;", "return p->c;"}, .layout = TWO},
		    "                                +0\n"
		    "1 W 0xffff888100001008       4  WWWW..\n"
		    "2 R 0xffff88810000100a       4  ..RRRR\n"
		    "By the layout of struct x and their names the two accesses do not meet: the layout is not of this kernel, or a name is wrong; so it is "
		    "not drawn.\n");
	/* and so do the fields, whose bytes begin where they could not; to the same bytes, too */
	assert_race(&(struct race){.first = "write to 0xffff88810000100c of 4 bytes", .second = "read to 0xffff88810000100c of 4 bytes",
				   .code = {"p->b = 1;", "return p->b;"}, .layout = TWO},
		    "                                +0\n"
		    "1 W 0xffff88810000100c       4  WWWW\n"
		    "2 R 0xffff88810000100c       4  RRRR\n"
		    "By its layout struct x would begin at 0xffff888100001004, which is no multiple of 8, as its fields need, unless it is packed: the layout is "
		    "not of this kernel, or a name is wrong; so it is not drawn.\n");
	/* where 8 bytes may lie at a multiple of 4 */
	assert_race(&(struct race){.first = "write to 0xc100100c of 4 bytes", .second = "read to 0xc100100c of 4 bytes",
				   .code = {"p->b = 1;", "return p->b;"}, .layout = TWO},
		    "struct x at 0xc1001004, by the layout in span 4:\n" HEAD
		    "      0     8  a                         ........  ........\n"
		    "      8     4  b                         WWWW      RRRR\n"
		    "     12     4  c                         ....      ....\n");
	/* of another size than the field's: where it begins is not told */
	assert_race(&(struct race){.first = "write to 0xffff888100001008 of 2 bytes", .second = "read to 0xffff888100001008 of 1 bytes",
				   .code = {"p->b = 1;", "return p->b;"}, .layout = TWO},
		    "                                +0\n"
		    "1 W 0xffff888100001008       2  WW\n"
		    "2 R 0xffff888100001008       1  R.\n"
		    "Where in struct x the accesses begin is not told by their names: they are of another size than the field.\n");
}

/* Of real reports those whose accesses are not to the same bytes. */
static void real_reports_are_drawn_bare(void **state)
{
	static const struct {
		const char *report, *rows;
	} t[] = {
		{"088-intel_pstate_update_util-intel_pstate_update_util",
		 "                                +0\n"
		 "1 R 0xffffffffa9098a58       2  RR\n"
		 "2 W 0xffffffffa9098a59       1  .W\n"},
		{"272-__fat_write_inode-fat12_ent_get",
		 "                                +0\n"
		 "1 W 0xffff8881015f423c       4  WWWW\n"
		 "2 R 0xffff8881015f423d       1  .R..\n"},
		{"133-timekeeping_advance-timekeeping_debug_get_ns",
		 "                                +0       +128     +256\n"
		 "1 W 0xffffffff95672dc0     296  WWWWWWWW WWWWWWWW WWW\n"
		 "2 R 0xffffffff95672de0       8  ..R..... ........ ...\n"
		 "Each sign stands for 16 bytes.\n"},
		{"004-assert-reordered-e1000-notitle",
		 "                                +0       +64      +128     +192\n"
		 "1 A 0xffff8880077b5500     232  AAAAAAAA AAAAAAAA AAAAAAAA AAAAA\n"
		 "2 R 0xffff8880077b5570       4  ........ ......R. ........ .....\n"
		 "Each sign stands for 8 bytes.\n"},
		{"098-jbd2_journal_dirty_metadata-jbd2_journal_dirty_metadata", ""},
	};
	char name[200];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		snprintf(name, sizeof name, "kcsan-reports/collected/%s.txt", t[i].report);
		assert_file(test_data(name), t[i].rows);
	}
}

static void stop(void *arg)
{
	loop_stop(arg, 0);
}

/* No tool returned it, but the reviewer asked about the code of this commit. */
static void look_when_asked(struct session *s, void *arg)
{
	const char *home = getenv("XDG_DATA_HOME");
	struct loop *l = loop_new(NULL);
	struct ask *k = ask_new(s->app, l, stop, l);
	struct ask_tree t;
	struct err e = {0};

	test_program(k, home, "echo '{\"Name\":\"x\",\"Field\":\"b\",\"Fields\":" TWO "}'\n");
	test_app_set(s->app, "kernel", home);
	test_app_set(s->app, "commit", "0123456789abcdef0123456789abcdef01234567");
	assert_int_equal(ask_tree(s, SLICE(""), s->run->arena, &t, &e), 0);
	assert_int_equal(ask_begin(k, "codesearch-layout", &t, SLICE("{\"Name\":\"b\"}"), &e), 0);
	loop_run(l);
	assert_int_equal(ask_state(k), ASK_ANSWERED);
	look(s, arg);
	ask_free(k);
	loop_free(l);
}

static void a_layout_that_was_asked_for_is_known(void **state)
{
	struct recording rec;
	struct buf b = BUF_INIT;

	(void)state;
	recording_begin(&rec, SLICE("BUG: KCSAN: data-race in fa / fb\n\nwrite to 0xffff888100001008 of 4 bytes by task 1 on cpu 0:\n fa+0x1/0x2 net/a.c:5\n\n"
				    "read to 0xffff888100001008 of 4 bytes by task 2 on cpu 1:\n fb+0x1/0x2 net/a.c:5\n"));
	recording_read(&rec, "net/a.c", 2, "void f(struct x *p)\n{\n\n\tp->b++;\n}\n");
	recording_open(&rec, look_when_asked, &b);
	assert_string_equal(b.n ? buf_str(&b) : "", "struct x at 0xffff888100001000, by the layout that you asked for:\n" HEAD
						    "      0     8  a                         ........  ........\n"
						    "      8     4  b                         WWWW      RRRR\n"
						    "     12     4  c                         ....      ....\n");
	buf_release(&b);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(the_example_is_of_one_field),
	cmocka_unit_test(the_page_is_of_the_owner),
	cmocka_unit_test(torn_accesses_are_drawn_over_the_fields),
	cmocka_unit_test(types_come_from_declarations_only),
	cmocka_unit_test(bits_are_those_of_the_value),
	cmocka_unit_test(a_layout_that_contradicts_is_not_used),
	cmocka_unit_test(real_reports_are_drawn_bare),
	cmocka_unit_test(a_layout_that_was_asked_for_is_known),
};

TEST_MAIN()
