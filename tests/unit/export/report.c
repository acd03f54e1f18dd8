#include "tests/test.h"

#include "base/json.h"
#include "export/export.h"
#include "report/report.h"

static const char sample[] =
	"BUG: KCSAN: data-race in reader / writer\n\n"
	"write (marked, reordered) to 0x00000000ffff8881 of 8 bytes by task 70 on cpu 0:\n"
	" helper include/h.h:9 [inline]\n"
	" writer+0x1d/0x30 [mod] drivers/m.c:12\n"
	" ...\n"
	"  |\n"
	"  +-> reordered to: later+0x1/0x2\n\n"
	"read to 0x00000000ffff8881 of 1 bytes by interrupt on cpu 1:\n"
	" reader+0x10/0x20\n"
	" asm_common_interrupt+0x1/0x2\n"
	" victim+0x1/0x2\n\n"
	"value changed: 0x00 -> 0x01\n"
	" bits changed: 0x01 with mask 0x03\n\n"
	"Reported by Kernel Concurrency Sanitizer on:\n"
	"CPU: 1 PID: 71 Comm: bad\x1b[31m Not tainted 6.1.0 #8\n"
	"Hardware name: Board\n"
	"Workqueue: events do_it\n";

static void assert_export(const char *text, void (*export)(struct buf *, const struct crash *), const char *want)
{
	struct crash *c = report_parse(slice_str(text));
	struct buf b = BUF_INIT;

	export(&b, c);
	assert_string_equal(buf_str(&b), want);
	if (export == export_report_json)
		assert_int_equal(json_check(buf_slice(&b), &(struct slice){0}, NULL, NULL), 0);
	buf_release(&b);
	crash_free(c);
}

static void writes_a_report_as_json_in_the_documented_order(void **state)
{
	(void)state;
	assert_export(sample, export_report_json,
		"{\n"
		"  \"kind\": \"kcsan\",\n"
		"  \"title\": \"KCSAN: data-race in reader / writer\",\n"
		"  \"functions\": [\n"
		"    \"reader\",\n"
		"    \"writer\"\n"
		"  ],\n"
		"  \"accesses\": [\n"
		"    {\n"
		"      \"access\": \"write\",\n"
		"      \"marks\": [\n"
		"        \"marked\",\n"
		"        \"reordered\"\n"
		"      ],\n"
		"      \"address\": \"0x00000000ffff8881\",\n"
		"      \"size\": 8,\n"
		"      \"context\": \"task\",\n"
		"      \"task\": 70,\n"
		"      \"cpu\": 0,\n"
		"      \"origin\": \"known\",\n"
		"      \"frames\": [\n"
		"        {\n"
		"          \"function\": \"helper\",\n"
		"          \"offset\": null,\n"
		"          \"length\": null,\n"
		"          \"file\": \"include/h.h\",\n"
		"          \"line\": 9,\n"
		"          \"inline\": true,\n"
		"          \"module\": null,\n"
		"          \"interrupted\": false\n"
		"        },\n"
		"        {\n"
		"          \"function\": \"writer\",\n"
		"          \"offset\": \"0x1d\",\n"
		"          \"length\": \"0x30\",\n"
		"          \"file\": \"drivers/m.c\",\n"
		"          \"line\": 12,\n"
		"          \"inline\": false,\n"
		"          \"module\": \"mod\",\n"
		"          \"interrupted\": false\n"
		"        }\n"
		"      ],\n"
		"      \"reordered_to\": [\n"
		"        {\n"
		"          \"function\": \"later\",\n"
		"          \"offset\": \"0x1\",\n"
		"          \"length\": \"0x2\",\n"
		"          \"file\": null,\n"
		"          \"line\": null,\n"
		"          \"inline\": false,\n"
		"          \"module\": null,\n"
		"          \"interrupted\": false\n"
		"        }\n"
		"      ],\n"
		"      \"elided\": true,\n"
		"      \"lost\": 0,\n"
		"      \"lost_line\": null\n"
		"    },\n"
		"    {\n"
		"      \"access\": \"read\",\n"
		"      \"marks\": [],\n"
		"      \"address\": \"0x00000000ffff8881\",\n"
		"      \"size\": 1,\n"
		"      \"context\": \"interrupt\",\n"
		"      \"task\": null,\n"
		"      \"cpu\": 1,\n"
		"      \"origin\": \"known\",\n"
		"      \"frames\": [\n"
		"        {\n"
		"          \"function\": \"reader\",\n"
		"          \"offset\": \"0x10\",\n"
		"          \"length\": \"0x20\",\n"
		"          \"file\": null,\n"
		"          \"line\": null,\n"
		"          \"inline\": false,\n"
		"          \"module\": null,\n"
		"          \"interrupted\": false\n"
		"        },\n"
		"        {\n"
		"          \"function\": \"asm_common_interrupt\",\n"
		"          \"offset\": \"0x1\",\n"
		"          \"length\": \"0x2\",\n"
		"          \"file\": null,\n"
		"          \"line\": null,\n"
		"          \"inline\": false,\n"
		"          \"module\": null,\n"
		"          \"interrupted\": false\n"
		"        },\n"
		"        {\n"
		"          \"function\": \"victim\",\n"
		"          \"offset\": \"0x1\",\n"
		"          \"length\": \"0x2\",\n"
		"          \"file\": null,\n"
		"          \"line\": null,\n"
		"          \"inline\": false,\n"
		"          \"module\": null,\n"
		"          \"interrupted\": true\n"
		"        }\n"
		"      ],\n"
		"      \"reordered_to\": [],\n"
		"      \"elided\": false,\n"
		"      \"lost\": 0,\n"
		"      \"lost_line\": null\n"
		"    }\n"
		"  ],\n"
		"  \"value_change\": {\n"
		"    \"old\": \"0x00\",\n"
		"    \"new\": \"0x01\"\n"
		"  },\n"
		"  \"cpu\": 1,\n"
		"  \"pid\": 71,\n"
		"  \"comm\": \"bad\\u001b[31m\",\n"
		"  \"release\": \"6.1.0\",\n"
		"  \"complete\": true,\n"
		"  \"bits_change\": {\n"
		"    \"bits\": \"0x01\",\n"
		"    \"mask\": \"0x03\"\n"
		"  },\n"
		"  \"hardware\": \"Board\",\n"
		"  \"workqueue\": \"events do_it\",\n"
		"  \"stacks\": []\n"
		"}\n");
}

static void writes_every_key_for_a_raw_report(void **state)
{
	(void)state;
	assert_export("kernel BUG at a.c:1!\n", export_report_json,
		"{\n"
		"  \"kind\": \"raw\",\n"
		"  \"title\": \"kernel BUG at a.c:1!\",\n"
		"  \"functions\": [],\n"
		"  \"accesses\": [],\n"
		"  \"value_change\": null,\n"
		"  \"cpu\": null,\n"
		"  \"pid\": null,\n"
		"  \"comm\": null,\n"
		"  \"release\": null,\n"
		"  \"complete\": false,\n"
		"  \"bits_change\": null,\n"
		"  \"hardware\": null,\n"
		"  \"workqueue\": null,\n"
		"  \"stacks\": []\n"
		"}\n");
}

static void writes_a_report_for_people(void **state)
{
	(void)state;
	assert_export(sample, export_report_text,
		"KCSAN: data-race in reader / writer\n"
		"write (marked, reordered), 8 bytes at 0x00000000ffff8881, task 70, cpu 0\n"
		"    helper                            include/h.h:9                             inline  <- access\n"
		"    writer                            drivers/m.c:12                            [mod]  <- call site\n"
		"    ...\n"
		"  reordered to\n"
		"    later+0x1/0x2\n"
		"read, 1 byte at 0x00000000ffff8881, interrupt, cpu 1\n"
		"    reader+0x10/0x20                                                            <- access\n"
		"    asm_common_interrupt+0x1/0x2\n"
		"    -- interrupted here --\n"
		"    victim+0x1/0x2\n"
		"value 0x00 -> 0x01\n"
		"bits 0x01 with mask 0x03\n"
		"reported on cpu 1, pid 71, bad^[[31m, kernel 6.1.0\n"
		"hardware Board\n"
		"workqueue events do_it\n");
}

static void says_what_is_missing(void **state)
{
	(void)state;
	assert_export("race at unknown origin, with read to 0x10 of 4 bytes by task 1 on cpu 2:\n", export_report_text,
		"KCSAN report without title\n"
		"read, 4 bytes at 0x10, task 1, cpu 2, other side unknown\n"
		"incomplete: no title, no stack of access 1, no footer\n");
	assert_export("BUG: KCSAN: data-race in a / b\nread to 0x10 of 4 bytes by task 1 on cpu 2:\n a\n",
		export_report_text,
		"KCSAN: data-race in a / b\n"
		"read, 4 bytes at 0x10, task 1, cpu 2\n"
		"    a                                                                           <- access\n"
		"incomplete: 1 of 2 accesses, no footer\n");
	assert_export("BUG: KCSAN: data-race in a / b\nread to 0x10 of 4 bytes by task 1 on cpu 2:\n a\n12 lines dropped\nb c\n",
		export_report_text,
		"KCSAN: data-race in a / b\n"
		"read, 4 bytes at 0x10, task 1, cpu 2\n"
		"    a                                                                           <- access\n"
		"    2 lines here are no frames: 12 lines dropped ...\n"
		"incomplete: 1 of 2 accesses, lines in the stack of access 1 that are no frames, no footer\n");
}

static void widens_its_columns_for_long_names(void **state)
{
	(void)state;
	assert_export("BUG: KCSAN: data-race in a / b\nread to 0x10 of 4 bytes by task 1 on cpu 2:\n"
		" e1000_unmap_and_free_tx_resource_of_ring drivers/net/ethernet/intel/e1000/e1000_main.c:1969 [inline]\n a+0x1/0x2 m.c:3\n",
		export_report_text,
		"KCSAN: data-race in a / b\n"
		"read, 4 bytes at 0x10, task 1, cpu 2\n"
		"    e1000_unmap_and_free_tx_resource_of_ring  drivers/net/ethernet/intel/e1000/e1000_main.c:1969  inline  <- access\n"
		"    a                                         m.c:3                                               <- call site\n"
		"incomplete: 1 of 2 accesses, no footer\n");
}

static void shows_a_raw_report_whole_and_harmless(void **state)
{
	(void)state;
	assert_export("Oops\n\tat \x1b[2J\xe2\x80\xae x", export_report_text, "Oops\n\tat ^[[2J<U+202E> x\n");
	assert_export("", export_report_text, "");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(writes_a_report_as_json_in_the_documented_order),
	cmocka_unit_test(writes_every_key_for_a_raw_report),
	cmocka_unit_test(writes_a_report_for_people),
	cmocka_unit_test(says_what_is_missing),
	cmocka_unit_test(widens_its_columns_for_long_names),
	cmocka_unit_test(shows_a_raw_report_whole_and_harmless),
};

TEST_MAIN()
