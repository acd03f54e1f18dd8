#include "tests/test.h"

#include "tests/events.h"

static const struct place sentence = {.kind = PLACE_SPAN, .seq = 3, .field = FIELD_REPLY, .from = 10, .to = 20};
static const struct place other = {.kind = PLACE_SPAN, .seq = 3, .field = FIELD_REPLY, .from = 10, .to = 21};

static struct hash {
	char s[SHA256_HEX + 1];
} mark(struct events *es, const char *who, int64_t time, enum claim_mark m, const struct place *p, size_t n)
{
	struct buf b = BUF_INIT;
	struct hash h;

	claim_mark_payload(&b, m, CLAIM_PRESENT, p, n);
	memcpy(h.s, events_put(es, who, "store", "mark-claim", time, &b), sizeof h.s);
	buf_release(&b);
	return h;
}

static void payloads_have_sorted_keys_and_read_back(void **state)
{
	char path[] = "a.c";
	struct place places[] = {sentence, {.kind = PLACE_SOURCE, .path = path, .line_first = 7, .line_last = 9}};
	struct marked_claim m;
	struct buf b = BUF_INIT;

	(void)state;
	claim_mark_payload(&b, CLAIM_MARK_FALSE, CLAIM_NEVER_READ, places, 2);
	assert_true(slice_starts(buf_slice(&b), "{\"check\":\"never read\",\"mark\":\"false\",\"places\":[{\"commit\":null,"));
	assert_true(claim_mark_read(buf_str(&b), &m));
	assert_int_equal(m.mark, CLAIM_MARK_FALSE);
	assert_int_equal(m.check, CLAIM_NEVER_READ);
	assert_int_equal(m.nplaces, 2);
	assert_true(claim_mark_same(&m.places[0], &sentence));
	assert_int_equal(m.places[1].line_last, 9);
	marked_claim_release(&m);
	assert_false(claim_mark_read("{\"check\":\"present\",\"mark\":\"true\",\"places\":[]}", &m));
	assert_false(claim_mark_read("{\"check\":\"present\",\"mark\":\"maybe\"}", &m));
	assert_false(claim_mark_read("7", &m));
	buf_release(&b);
}

static void the_newest_mark_of_each_reviewer_stands(void **state)
{
	struct events es = {0};
	struct review *r;

	(void)state;
	mark(&es, "ann", 1, CLAIM_MARK_TRUE, &sentence, 1);
	mark(&es, "bob", 2, CLAIM_MARK_UNVERIFIABLE, &sentence, 1);
	mark(&es, "ann", 3, CLAIM_MARK_FALSE, &sentence, 1);
	mark(&es, "ann", 4, CLAIM_MARK_OPEN, &other, 1);
	r = review_fold(&es, "ann");
	assert_int_equal(r->nclaims, 3);
	assert_int_equal(r->claims[0].mark, CLAIM_MARK_FALSE);
	assert_int_equal(r->claims[1].mark, CLAIM_MARK_UNVERIFIABLE);
	assert_int_equal(r->claims[2].mark, CLAIM_MARK_OPEN);
	assert_int_equal(r->unknown, 0);
	review_free(r);
	events_release(&es);
}

static void undo_brings_the_mark_before_back(void **state)
{
	struct events es = {0};
	struct review *r;
	struct hash last;

	(void)state;
	mark(&es, "ann", 1, CLAIM_MARK_TRUE, &sentence, 1);
	last = mark(&es, "ann", 2, CLAIM_MARK_FALSE, &sentence, 1);
	r = review_fold(&es, "ann");
	assert_string_equal(r->can_undo->hash, last.s);
	review_free(r);
	events_target(&es, "bob", 3, "undo", last.s, NULL); /* not bob's */
	r = review_fold(&es, "ann");
	assert_int_equal(r->claims[0].mark, CLAIM_MARK_FALSE);
	review_free(r);
	events_target(&es, "ann", 4, "undo", last.s, NULL);
	r = review_fold(&es, "ann");
	assert_int_equal(r->nclaims, 1);
	assert_int_equal(r->claims[0].mark, CLAIM_MARK_TRUE);
	assert_string_equal(r->can_redo->hash, last.s);
	review_free(r);
	events_release(&es);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(payloads_have_sorted_keys_and_read_back),
	cmocka_unit_test(the_newest_mark_of_each_reviewer_stands),
	cmocka_unit_test(undo_brings_the_mark_before_back),
};

TEST_MAIN()
