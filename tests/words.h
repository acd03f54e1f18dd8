/* The words of outputs for tests below the layer that gives them. */
#ifndef TESTS_WORDS_H
#define TESTS_WORDS_H

#include "model/outputs.h"

static inline void test_words(void)
{
	static const struct output_words rows[] = {
		{"assessment-kcsan", "Benign", "benign", "harmful", true},
		{"assessment-kcsan", "Confident", "confident", "not confident", false},
		{"moderation", "Actionable", "actionable", "not actionable", true},
		{"assessment-security", "Exploitable", NULL, NULL, true},
		{"assessment-security", "RemoteTrigger", NULL, NULL, true},
	};

	outputs_speak(rows, sizeof rows / sizeof *rows);
}

/* main() of a test program whose outputs are spoken of in these words. */
#define TEST_MAIN_WORDS() \
	int main(void) \
	{ \
		test_words(); \
		return cmocka_run_group_tests(tests, NULL, NULL); \
	}

#endif
