#include "tests/test.h"

#include "app/decide.h"
#include "base/mem.h"
#include "tests/words.h"

static struct run *run_with(const char *workflow, enum run_state state, const char *output, bool value)
{
	struct run *r = run_new();

	r->workflow = slice_str(workflow);
	r->state = state;
	if (output)
		outputs_set(&r->outputs, slice_str(output), value);
	return r;
}

static void an_approval_needs_a_verdict(void **state)
{
	struct run *done = run_with("assessment-kcsan", RUN_DONE, "Benign", true);
	struct run *failed = run_with("assessment-kcsan", RUN_FAILED, NULL, false);
	struct decision d = {0};
	struct err e;

	(void)state;
	decide_start(done, DECIDE_APPROVE, &d);
	assert_int_equal(decide_check(done, &d, &e), 0);
	d.outputs.o[0].value = false; /* what is approved is what the AI said */
	assert_int_equal(decide_check(done, &d, &e), -1);
	assert_int_equal(e.cls, ERR_USAGE);
	decide_start(failed, DECIDE_APPROVE, &d);
	assert_int_equal(decide_check(failed, &d, &e), -1);
	assert_int_equal(e.cls, ERR_USAGE);
	assert_non_null(strstr(e.msg, "judge it instead"));
	decision_release(&d);
	run_free(done);
	run_free(failed);
}

static void an_override_turns_the_one_output_round(void **state)
{
	struct run *r = run_with("assessment-kcsan", RUN_DONE, "Benign", true);
	struct decision d = {0};
	struct err e;

	(void)state;
	decide_start(r, DECIDE_OVERRIDE, &d);
	assert_false(d.outputs.o[0].value);
	assert_int_equal(decide_check(r, &d, &e), 0);
	d.outputs.o[0].value = true;
	assert_int_equal(decide_check(r, &d, &e), -1);
	outputs_set(&r->outputs, SLICE("Confident"), true);
	decide_start(r, DECIDE_OVERRIDE, &d); /* with several nothing is guessed */
	assert_true(outputs_equal(&d.outputs, &r->outputs));
	decision_release(&d);
	run_free(r);
}

static void a_run_without_a_verdict_is_judged_by_what_its_workflow_names(void **state)
{
	struct outputs known = {0};
	struct run *r = run_with("moderation", RUN_FAILED, NULL, false);
	struct decision d = {0};
	struct err e;

	(void)state;
	decide_known_outputs(r, &known);
	assert_int_equal(known.n, 1);
	assert_string_equal(known.o[0].name, "Actionable");
	outputs_release(&known);
	decide_start(r, DECIDE_JUDGE, &d); /* nothing is chosen for the reviewer */
	assert_int_equal(decide_check(r, &d, &e), -1);
	outputs_set(&d.outputs, SLICE("Actionable"), false);
	assert_int_equal(decide_check(r, &d, &e), 0);
	r->state = RUN_DONE;
	outputs_set(&r->outputs, SLICE("Actionable"), true);
	assert_int_equal(decide_check(r, &d, &e), -1);
	decision_release(&d);
	run_free(r);
}

static void reason_other_needs_a_comment(void **state)
{
	struct run *r = run_with("", RUN_DONE, "Benign", true);
	struct decision d = {0};
	struct err e;

	(void)state;
	decide_start(r, DECIDE_OVERRIDE, &d);
	decision_add_reason(&d, SLICE("other"));
	assert_int_equal(decide_check(r, &d, &e), -1);
	d.comment = xstrdup("  ");
	assert_int_equal(decide_check(r, &d, &e), -1);
	free(d.comment);
	d.comment = xstrdup("it is a refcount");
	assert_int_equal(decide_check(r, &d, &e), 0);
	decision_release(&d);
	run_free(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(an_approval_needs_a_verdict),
	cmocka_unit_test(an_override_turns_the_one_output_round),
	cmocka_unit_test(a_run_without_a_verdict_is_judged_by_what_its_workflow_names),
	cmocka_unit_test(reason_other_needs_a_comment),
};

TEST_MAIN_WORDS()
