#include "tests/test.h"

#include "model/outputs.h"
#include "tests/words.h"

/* Outputs from words "Name" (true) and "!Name" (false). */
static struct outputs outputs_from(const char *words)
{
	struct outputs os = {0};
	struct slice rest = slice_str(words), word;

	while (slice_word(&rest, &word)) {
		bool no = slice_eat(&word, "!");

		outputs_set(&os, word, !no);
	}
	return os;
}

static void assert_words(const struct outputs *os, const char *want)
{
	struct buf b = BUF_INIT;

	outputs_words(&b, os);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void speaks_of_values_in_words(void **state)
{
	static const struct {
		const char *set, *words;
	} rows[] = {
		{"", "no verdict"},
		{"Benign", "benign"},
		{"!Benign !Confident", "harmful, not confident"},
		{"Confident Benign", "benign, confident"},
		{"!Actionable", "not actionable"},
		{"Exploitable !RemoteTrigger benign", "Exploitable yes, RemoteTrigger no, benign yes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct outputs os = outputs_from(rows[i].set);

		assert_words(&os, rows[i].words);
		outputs_release(&os);
	}
}

static void keeps_names_in_order_and_once(void **state)
{
	struct outputs os = outputs_from("b a C b !a"), copy = {0}, other = outputs_from("x");

	(void)state;
	assert_words(&os, "C yes, a no, b yes");
	assert_true(outputs_get(&os, SLICE("C"))->value);
	assert_null(outputs_get(&os, SLICE("c")));
	assert_null(outputs_get(&os, SLICE("z")));
	assert_false(outputs_equal(&os, &other));
	outputs_copy(&other, &os);
	assert_true(outputs_equal(&os, &other));
	outputs_set(&other, SLICE("a"), true);
	assert_false(outputs_equal(&os, &other));
	assert_true(outputs_equal(&copy, &copy));
	outputs_release(&os);
	outputs_release(&other);
}

static void ignores_names_that_cannot_be_and_those_past_the_ceiling(void **state)
{
	struct outputs os = {0};
	char name[16];

	(void)state;
	outputs_set(&os, SLICE(""), true);
	outputs_set(&os, SLICE("a\0b"), true);
	assert_int_equal(os.n, 0);
	for (int i = 0; i < OUTPUTS_MAX + 10; i++) {
		snprintf(name, sizeof name, "n%03d", i);
		outputs_set(&os, slice_str(name), true);
	}
	assert_int_equal(os.n, OUTPUTS_MAX);
	outputs_set(&os, SLICE("n001"), false);
	assert_false(outputs_get(&os, SLICE("n001"))->value);
	outputs_release(&os);
}

static void takes_the_booleans_of_a_json_object(void **state)
{
	struct outputs os = {0};

	(void)state;
	outputs_set_json(&os, SLICE("{\"B\":true,\"s\":\"true\",\"n\":1,\"x\":null,\"o\":{\"in\":true},\"\\u0041\":false}"));
	assert_words(&os, "A no, B yes");
	outputs_set_json(&os, SLICE("[true]"));
	outputs_set_json(&os, SLICE("true"));
	assert_int_equal(os.n, 2);
	outputs_release(&os);
}

static void parses_what_people_type(void **state)
{
	static const struct {
		const char *word, *words;
	} rows[] = {
		{"Benign=false", "harmful"}, {"benign=TRUE", "benign"}, {"BENIGN=harmful", "harmful"}, {"Benign=no", "harmful"},
		{"harmful", "harmful"}, {"Benign", "benign"}, {"not confident", "not confident"}, {"Leaky=yes", "Leaky yes"},
		{"leaky=no", "Leaky no"},
	};
	static const char *const others[] = {"Benign=", "Benign=maybe", "=true", "", "Leaky", "Other=true", "Leaky=harmful",
					     "Benign =true", "actionable"};
	struct outputs known = outputs_from("Benign Confident Leaky");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct outputs os = {0};

		assert_int_equal(outputs_parse(&os, &known, slice_str(rows[i].word), NULL), 0);
		assert_words(&os, rows[i].words);
		outputs_release(&os);
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct outputs os = {0};
		struct err e = {0};

		assert_int_equal(outputs_parse(&os, &known, slice_str(others[i]), &e), -1);
		assert_int_equal(e.cls, ERR_USAGE);
		assert_non_null(strstr(e.msg, "Benign, Confident, Leaky"));
		assert_int_equal(os.n, 0);
	}
	outputs_release(&known);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(speaks_of_values_in_words),
	cmocka_unit_test(keeps_names_in_order_and_once),
	cmocka_unit_test(ignores_names_that_cannot_be_and_those_past_the_ceiling),
	cmocka_unit_test(takes_the_booleans_of_a_json_object),
	cmocka_unit_test(parses_what_people_type),
};

TEST_MAIN_WORDS()
