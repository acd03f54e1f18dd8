#include "workspace/kbuild.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

static void a_configuration_says_its_architecture(void **state)
{
	static const struct {
		const char *config, *want;
	} cases[] = {
		{"#\n# Automatically generated file; DO NOT EDIT.\n# Linux/x86 6.1.0 Kernel Configuration\n#\n", "x86"},
		{"# Linux/x86_64 2.6 Kernel Configuration\n", "x86"},
		{"# Linux/arm64 6.1.0\nCONFIG_X86=y\n", "arm64"},
		{"CONFIG_RISCV=y\n", "riscv"},
		{"# Linux/vax 6.1\n", NULL},
		{"CONFIG_X86=n\n# CONFIG_ARM is not set\n", NULL},
		{"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct kbuild_arch *a = kbuild_arch(slice_str(cases[i].config));

		if (cases[i].want) {
			assert_non_null(a);
			assert_string_equal(a->name, cases[i].want);
		} else {
			assert_null(a);
		}
	}
	assert_true(kbuild_native(kbuild_arch(SLICE("CONFIG_X86=y")), "x86_64"));
	assert_true(kbuild_native(kbuild_arch(SLICE("CONFIG_X86=y")), "i686"));
	assert_true(kbuild_native(kbuild_arch(SLICE("CONFIG_ARM64=y")), "aarch64"));
	assert_false(kbuild_native(kbuild_arch(SLICE("CONFIG_ARM64=y")), "x86_64"));
	assert_false(kbuild_native(kbuild_arch(SLICE("CONFIG_X86=y")), "x86"));
}

static void options_that_are_gone_are_counted(void **state)
{
	struct slice one = {0}, value;

	(void)state;
	assert_int_equal(kbuild_lost(SLICE("CONFIG_A=y\nCONFIG_B=m\nCONFIG_C=\"x\"\nCONFIG_KCSAN=y\nCONFIG_D=n\n"), SLICE("CONFIG_B=y\n"), &one), 2);
	assert_true(slice_is(one, "KCSAN"));
	assert_int_equal(kbuild_lost(SLICE("CONFIG_A=y"), SLICE("CONFIG_A=m"), &one), 0);
	assert_int_equal(kbuild_lost(SLICE("CONFIG_CC_IS_GCC=y\nCONFIG_HAVE_X=y\n"), SLICE(""), &one), 0);
	assert_int_equal(kbuild_lost(SLICE("CONFIG_A=y\n"), SLICE(""), &one), 1);
	assert_true(kbuild_option(SLICE("CONFIG_A=1\nCONFIG_A=2\n"), "A", &value));
	assert_true(slice_is(value, "2"));
	assert_false(kbuild_is_config(SLICE("# CONFIG_A is not set\nmainmenu \"x\"\n")));
}

static const char *entry(const char *line, const char *target)
{
	static char out[4096];
	struct buf b = BUF_INIT;
	struct json_w w;
	bool found;

	json_w_init(&w, &b, false);
	found = kbuild_command(slice_str(line), "/o", target, &w);
	assert_int_equal(found, b.n > 0);
	snprintf(out, sizeof out, "%s", buf_str(&b));
	buf_release(&b);
	return out;
}

static void commands_are_found_in_what_make_would_do(void **state)
{
	(void)state;
	assert_string_equal(entry("set -e;  echo '  CC a.o'; gcc -DKBUILD_BASENAME='\"a b\"' -DX=\\\"y\\;\\\" -c -o a.o ../a.c ; objtool a.o", NULL),
			    "{\"directory\":\"/o\",\"file\":\"../a.c\",\"arguments\":[\"gcc\",\"-DKBUILD_BASENAME=\\\"a b\\\"\","
			    "\"-DX=\\\"y;\\\"\",\"-c\",\"-o\",\"a.o\",\"../a.c\"]}");
	assert_string_equal(entry("  gcc -DKBUILD_BASENAME=x -c -o a.o a.c", "t"),
			    "{\"directory\":\"/o\",\"file\":\"a.c\",\"arguments\":[\"gcc\",\"--target=t\",\"-DKBUILD_BASENAME=x\",\"-c\",\"-o\","
			    "\"a.o\",\"a.c\"]}");
	assert_string_equal(entry("gcc -c -o a.o a.c", NULL), "");                             /* of the host */
	assert_string_equal(entry("gcc -DKBUILD_BASENAME=x -c -o a.o a.S", NULL), "");         /* assembly */
	assert_string_equal(entry("echo 'gcc -DKBUILD_BASENAME=x -c -o a.o a.c", NULL), "");   /* goes on in the next line */
	assert_string_equal(entry("KBUILD_BASENAME -c -o ", NULL), "");
	assert_string_equal(entry("", NULL), "");
}

static void the_line_that_says_why_is_taken(void **state)
{
	(void)state;
	assert_true(slice_is(kbuild_complaint(SLICE("***\n*** The tree is not clean\n*** in /x\n***\nmake: *** [a] Error 1\n")), "The tree is not clean"));
	assert_true(slice_is(kbuild_complaint(SLICE("  HOSTCC x\na.c:1: fatal error: no.h\nmake: *** Error 1\n")), "a.c:1: fatal error: no.h"));
	assert_true(slice_is(kbuild_complaint(SLICE("cc: error: x\nld: No space left on device\n")), "ld: No space left on device"));
	assert_true(slice_is(kbuild_complaint(SLICE("k/Kconfig:3: syntax error\nmake[1]: *** [a] Error 1\n")), "k/Kconfig:3: syntax error"));
	assert_true(slice_is(kbuild_complaint(SLICE("one\ntwo\n\n")), "two"));
	assert_int_equal(kbuild_complaint(SLICE("")).n, 0);
	assert_int_equal(kbuild_complaint(SLICE("***\n")).n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_configuration_says_its_architecture),
		cmocka_unit_test(options_that_are_gone_are_counted),
		cmocka_unit_test(commands_are_found_in_what_make_would_do),
		cmocka_unit_test(the_line_that_says_why_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
