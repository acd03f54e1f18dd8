#include "ui/keymap.h"

#include <locale.h>
#include <string.h>

#include "base/fs.h"
#include "tests/test.h"

/* What the keys written as `keys` mean, as "command args", "?" for none and "..." for more to come. */
static void assert_means(const struct keymap *km, enum context ctx, const char *keys, const char *want)
{
	const struct binding *b = NULL;
	ui_key k[KEY_SEQUENCE];
	unsigned n = key_parse(slice_str(keys), k);
	char got[128];

	assert_true(n > 0);
	switch (keymap_find(km, ctx, k, n, &b)) {
	case KEYMAP_FOUND:
		snprintf(got, sizeof got, "%s%s%s", commands[b->command].name, b->args[0] ? " " : "", b->args);
		break;
	case KEYMAP_MORE:
		snprintf(got, sizeof got, "...");
		break;
	case KEYMAP_NONE:
		snprintf(got, sizeof got, "?");
		break;
	}
	assert_string_equal(got, want);
}

static void parse(struct keymap *km, const char *text, unsigned messages)
{
	struct diags ds = {0};

	keymap_parse(km, slice_str(text), &ds);
	if (ds.n != messages)
		for (size_t i = 0; i < ds.n; i++)
			print_error("line %u: %s\n", (unsigned)ds.d[i].line, ds.d[i].text);
	assert_int_equal(ds.n, messages);
	diags_release(&ds);
}

static void keys_run_commands_with_their_arguments(void **state)
{
	struct keymap km = {0};

	(void)state;
	parse(&km,
	      "# mine\n"
	      "bind all j next-line\n"
	      "bind all 2 pane source\n"
	      "bind all F2 comment   \"needs  a\" lock # really\n"
	      "bind all \"#\" zoom\n"
	      "bind decide h decide-change back\n",
	      0);
	assert_means(&km, CONTEXT_ALL, "j", "next-line");
	assert_means(&km, CONTEXT_ALL, "2", "pane source");
	assert_means(&km, CONTEXT_RUN, "F2", "comment needs  a lock");
	assert_means(&km, CONTEXT_RUN, "#", "zoom");
	assert_means(&km, CONTEXT_RUN, "k", "?");
	assert_means(&km, CONTEXT_DECIDE, "h", "decide-change back");
	keymap_release(&km);
}

static void sequences_are_waited_for(void **state)
{
	struct keymap km = {0};

	(void)state;
	parse(&km, "bind all [t next-run\nbind all [+Tab prev-run\nbind text [v select\n", 0);
	assert_means(&km, CONTEXT_ALL, "[", "...");
	assert_means(&km, CONTEXT_ALL, "[t", "next-run");
	assert_means(&km, CONTEXT_ALL, "[+Tab", "prev-run");
	assert_means(&km, CONTEXT_ALL, "[x", "?");
	assert_means(&km, CONTEXT_ALL, "[v", "?");
	assert_means(&km, CONTEXT_TEXT, "[", "...");
	assert_means(&km, CONTEXT_TEXT, "[v", "select");
	assert_means(&km, CONTEXT_TEXT, "[t", "next-run");
	keymap_release(&km);
}

static void a_context_falls_back_to_all_but_a_dialog_does_not(void **state)
{
	struct keymap km = {0};

	(void)state;
	parse(&km, "bind all d zoom\nbind pager d remove\nbind all q close\nbind decide Enter decide-save\n", 0);
	assert_means(&km, CONTEXT_PAGER, "d", "remove");
	assert_means(&km, CONTEXT_PAGER, "q", "close");
	assert_means(&km, CONTEXT_SOURCE, "d", "zoom");
	assert_means(&km, CONTEXT_ALL, "Enter", "?");
	assert_means(&km, CONTEXT_DECIDE, "Enter", "decide-save");
	assert_means(&km, CONTEXT_DECIDE, "q", "?");
	keymap_release(&km);
}

static void a_key_bound_twice_in_one_file_is_an_error_that_names_both_lines(void **state)
{
	static const struct {
		const char *text;
		unsigned line;
		const char *message;
	} cases[] = {
		{"bind all x zoom\n\nbind all x close\n", 3,
		 "key x is bound twice in context all: in line 1 and in line 3; the first counts"},
		{"bind all x zoom\nbind all x zoom\n", 2,
		 "key x is bound twice in context all: in line 1 and in line 2; the first counts"},
		{"bind all ^I zoom\nbind all Tab close\n", 2,
		 "key Tab is bound twice in context all: in line 1 and in line 2; the first counts"},
		{"bind all x zoom\nbind all xy close\n", 2,
		 "keys x in line 1 and xy in line 2 begin alike in context all; the first counts"},
		{"bind all xyz zoom\n#\n#\nbind all xy close\n", 4,
		 "keys xyz in line 1 and xy in line 4 begin alike in context all; the first counts"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct diags ds = {0};
		struct keymap km = {0};

		keymap_parse(&km, slice_str(cases[i].text), &ds);
		assert_int_equal(ds.n, 1);
		assert_int_equal(ds.d[0].level, DIAG_ERROR);
		assert_int_equal(ds.d[0].line, cases[i].line);
		assert_string_equal(ds.d[0].text, cases[i].message);
		assert_int_equal(km.n, 1);
		assert_int_equal(km.b[0].command, CMD_ZOOM);
		keymap_release(&km);
		diags_release(&ds);
	}
}

static void the_same_key_in_two_contexts_is_none(void **state)
{
	struct keymap km = {0};

	(void)state;
	parse(&km, "bind all x zoom\nbind run x close\nbind run xy close\n", 1);
	parse(&km, "bind all [ zoom\nbind run [t close\nbind pager [a remove\n", 0);
	keymap_release(&km);
}

static void a_later_file_replaces_what_an_earlier_one_bound(void **state)
{
	struct keymap km = {0};

	(void)state;
	parse(&km, "bind all x zoom\nbind all [t next-run\nbind all [h prev-run\nbind all q close\n", 0);
	parse(&km, "bind all x fold\nbind all [ quit\nunbind all q\n", 0);
	assert_means(&km, CONTEXT_ALL, "x", "fold");
	assert_means(&km, CONTEXT_ALL, "[", "quit");
	assert_means(&km, CONTEXT_ALL, "[t", "?");
	assert_means(&km, CONTEXT_ALL, "q", "?");
	assert_int_equal(km.n, 2);
	parse(&km, "bind all xx redraw\nbind all xx zoom\n", 1);
	assert_means(&km, CONTEXT_ALL, "x", "...");
	assert_means(&km, CONTEXT_ALL, "xx", "redraw");
	keymap_release(&km);
}

static void an_unbound_key_is_free_for_the_same_file(void **state)
{
	struct keymap km = {0};

	(void)state;
	parse(&km, "bind all x zoom\nunbind all x\nbind all x fold\nunbind all x\nunbind all x\n", 1);
	assert_int_equal(km.n, 0);
	keymap_release(&km);
}

static void what_cannot_be_bound_is_a_warning_with_its_line(void **state)
{
	static const char *const lines[] = {
		"bind all",
		"bind all x",
		"bind nowhere x zoom",
		"bind all Foo zoom",
		"bind all x zom",
		"bind decide x zoom",
		"bind all x decide-save",
		"bind all v remove",
		"bind text x remove",
		"bind all x zoom in",
		"bind all x pane",
		"unbind all",
		"unbind all x y",
		"unbind all x",
		"map x zoom",
		"bind all \"x zoom",
	};
	enum { N = sizeof lines / sizeof *lines };
	struct buf text = BUF_INIT;
	struct diags ds = {0};
	struct keymap km = {0};

	(void)state;
	for (size_t i = 0; i < N; i++) {
		buf_adds(&text, lines[i]);
		buf_addc(&text, '\n');
	}
	keymap_parse(&km, buf_slice(&text), &ds);
	assert_int_equal(km.n, 0);
	assert_int_equal(ds.n, N);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(ds.d[i].level, DIAG_WARNING);
		assert_int_equal(ds.d[i].line, i + 1);
	}
	assert_int_equal(ds.d[1].byte, 9);
	buf_release(&text);
	diags_release(&ds);
}

static void a_huge_file_is_read_up_to_a_ceiling(void **state)
{
	struct buf text = BUF_INIT;
	struct diags ds = {0};
	struct keymap km = {0};

	(void)state;
	for (unsigned i = 0; i < 20000; i++)
		buf_addf(&text, "bind all %c%c%c%c zoom\n", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26, 'a' + i / 17576);
	keymap_parse(&km, buf_slice(&text), &ds);
	assert_int_equal(km.n, 1000);
	assert_int_equal(diags_count(&ds, DIAG_WARNING), 19000);
	keymap_release(&km);
	diags_release(&ds);
	buf_release(&text);
}

static void a_hint_names_a_key_that_works_in_the_context(void **state)
{
	struct keymap km = {0};
	const struct binding *b;

	(void)state;
	parse(&km,
	      "bind all x zoom\nbind all y zoom\nbind run x fold\nbind text z zoom\nbind pager xa remove\nbind all mn wrap\n"
	      "bind source m open\nbind decide q decide-cancel\n",
	      0);
	b = keymap_of(&km, CONTEXT_REPORT, CMD_ZOOM);
	assert_int_equal(b->keys[0], 'x');
	b = keymap_of(&km, CONTEXT_RUN, CMD_ZOOM);
	assert_int_equal(b->keys[0], 'y');
	b = keymap_of(&km, CONTEXT_TEXT, CMD_ZOOM);
	assert_int_equal(b->keys[0], 'z');
	b = keymap_of(&km, CONTEXT_PAGER, CMD_ZOOM);
	assert_int_equal(b->keys[0], 'y');
	assert_non_null(keymap_of(&km, CONTEXT_REPORT, CMD_WRAP));
	assert_null(keymap_of(&km, CONTEXT_SOURCE, CMD_WRAP));
	assert_null(keymap_of(&km, CONTEXT_DECIDE, CMD_ZOOM));
	assert_null(keymap_of(&km, CONTEXT_ALL, CMD_DECIDE_CANCEL));
	assert_null(keymap_of(&km, CONTEXT_ALL, CMD_QUIT));
	keymap_release(&km);
}

static void the_built_in_keymaps_are_the_shipped_files(void **state)
{
	struct buf b = BUF_INIT, path = BUF_INIT;
	size_t i;

	(void)state;
	for (i = 0; keymap_builtin_name(i); i++) {
		buf_clear(&path);
		buf_addf(&path, "keymaps/%s", keymap_builtin_name(i));
		assert_int_equal(fs_read(test_src(buf_str(&path)), &b, NULL), 0);
		assert_slice(buf_slice(&b), keymap_builtin(keymap_builtin_name(i)));
	}
	assert_int_equal(i, 3);
	assert_null(keymap_builtin("ed"));
	buf_release(&b);
	buf_release(&path);
}

/* They go over the default one: what they take away from a command they must give it elsewhere. */
static void no_command_loses_its_keys_in_another_keymap(void **state)
{
	struct keymap plain = {0};

	(void)state;
	parse(&plain, keymap_default, 0);
	for (size_t i = 1; keymap_builtin_name(i); i++) {
		struct keymap km = {0};

		parse(&km, keymap_default, 0);
		parse(&km, keymap_builtin(keymap_builtin_name(i)), 0);
		for (size_t k = 0; k < plain.n; k++) {
			bool kept = false;

			for (size_t j = 0; j < km.n; j++)
				kept = kept || (km.b[j].context == plain.b[k].context && km.b[j].command == plain.b[k].command &&
						strcmp(km.b[j].args, plain.b[k].args) == 0);
			if (!kept)
				fail_msg("keymaps/%s: no key for %s %s in %s", keymap_builtin_name(i),
					 commands[plain.b[k].command].name, plain.b[k].args, context_name(plain.b[k].context));
		}
		keymap_release(&km);
	}
	keymap_release(&plain);
}

static void every_command_has_a_default_key_but_those_that_are_typed(void **state)
{
	static const enum command typed[] = {CMD_SET, CMD_GO, CMD_BIND, CMD_UNBIND, CMD_FREEZE, CMD_ASK, CMD_MARKS, CMD_FILTER,
					     CMD_FORGET_NOTE, CMD_FILTER_RUNS, CMD_SORT_RUNS, CMD_REVEAL, CMD_EXPORT};
	struct keymap km = {0};

	(void)state;
	parse(&km, keymap_default, 0);
	for (unsigned c = 0; c < COMMANDS; c++) {
		bool has = keymap_of(&km, commands[c].context, (enum command)c) != NULL, wants = true;

		for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
			wants = wants && typed[i] != (enum command)c;
		if (has != wants)
			fail_msg("%s %s", commands[c].name, has ? "has a key" : "has no key");
	}
	keymap_release(&km);
}

static void the_default_keys_do_what_the_manual_promises(void **state)
{
	static const struct {
		enum context ctx;
		const char *keys, *does;
	} promised[] = {
		{CONTEXT_REPORT, "j", "next-line"},	  {CONTEXT_RUN, "Up", "prev-line"},
		{CONTEXT_TEXT, "^D", "page-down"},	  {CONTEXT_TEXT, "PageUp", "page-up"},
		{CONTEXT_ALL, "g", "first"},		  {CONTEXT_ALL, "G", "last"},
		{CONTEXT_ALL, "2", "pane source"},	  {CONTEXT_ALL, "z", "zoom"},
		{CONTEXT_ALL, "Space", "fold"},		  {CONTEXT_ALL, "x", "other-access"},
		{CONTEXT_ALL, "A", "answer"},		  {CONTEXT_ALL, "r", "raw-report"},
		{CONTEXT_ALL, "i", "instruction"},	  {CONTEXT_ALL, "a", "approve"},
		{CONTEXT_ALL, "o", "override"},		  {CONTEXT_ALL, "w", "defer"},
		{CONTEXT_ALL, "O", "take-over"},	  {CONTEXT_ALL, "-", "fold"},
		{CONTEXT_LIVE, "Space", "pause"},	  {CONTEXT_LIVE, ".", "step"},
		{CONTEXT_LIVE, "m", "steer"},		  {CONTEXT_LIVE, "f", "follow"},
		{CONTEXT_LIVE, "F", "conclude"},	  {CONTEXT_LIVE, "X", "stop"},
		{CONTEXT_ASKING, "y", "allow"},		  {CONTEXT_ASKING, "E", "edit-call"},
		{CONTEXT_ASKING, "N", "deny"},
		{CONTEXT_TEXT, "c", "comment"},		  {CONTEXT_TEXT, "v", "select"},
		{CONTEXT_ALL, "u", "undo"},		  {CONTEXT_ALL, "^R", "redo"},
		{CONTEXT_ALL, "J", "next-run"},		  {CONTEXT_ALL, "\\", "search-back"},
		{CONTEXT_ALL, "N", "search-prev"},	  {CONTEXT_ALL, "q", "close"},
		{CONTEXT_ALL, "Q", "quit"},		  {CONTEXT_PAGER, "d", "remove"},
		{CONTEXT_PAGER, "j", "next-line"},	  {CONTEXT_DECIDE, "Enter", "decide-save"},
		{CONTEXT_DECIDE, "Escape", "decide-cancel"}, {CONTEXT_DECIDE, "0", "decide-reason 10"},
		{CONTEXT_DECIDE, "9", "decide-reason 9"}, {CONTEXT_DECIDE, "h", "decide-change back"},
		{CONTEXT_DECIDE, "Space", "decide-change"}, {CONTEXT_DECIDE, "a", "?"},
		{CONTEXT_DECIDE, "Q", "?"},		  {CONTEXT_REPORT, "d", "?"},
	};
	struct keymap km = {0};

	(void)state;
	parse(&km, keymap_default, 0);
	for (size_t i = 0; i < sizeof promised / sizeof *promised; i++)
		assert_means(&km, promised[i].ctx, promised[i].keys, promised[i].does);
	keymap_release(&km);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(keys_run_commands_with_their_arguments),
	cmocka_unit_test(sequences_are_waited_for),
	cmocka_unit_test(a_context_falls_back_to_all_but_a_dialog_does_not),
	cmocka_unit_test(a_key_bound_twice_in_one_file_is_an_error_that_names_both_lines),
	cmocka_unit_test(the_same_key_in_two_contexts_is_none),
	cmocka_unit_test(a_later_file_replaces_what_an_earlier_one_bound),
	cmocka_unit_test(an_unbound_key_is_free_for_the_same_file),
	cmocka_unit_test(what_cannot_be_bound_is_a_warning_with_its_line),
	cmocka_unit_test(a_huge_file_is_read_up_to_a_ceiling),
	cmocka_unit_test(a_hint_names_a_key_that_works_in_the_context),
	cmocka_unit_test(the_built_in_keymaps_are_the_shipped_files),
	cmocka_unit_test(no_command_loses_its_keys_in_another_keymap),
	cmocka_unit_test(every_command_has_a_default_key_but_those_that_are_typed),
	cmocka_unit_test(the_default_keys_do_what_the_manual_promises),
};

int main(void)
{
	setlocale(LC_ALL, "");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
