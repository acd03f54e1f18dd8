#include "ui/pair.h"

#include <inttypes.h>

#include "race/picture.h"
#include "race/value.h"

static bool is_assert(const struct access *a)
{
	return a->kind == ACCESS_ASSERT_NO_WRITES || a->kind == ACCESS_ASSERT_NO_ACCESSES;
}

void pair_access(const struct access *a, struct buf *out)
{
	const char *sep = " (";

	buf_adds(out, access_kind_name(a->kind));
	for (unsigned m = 0; access_mark_name(m); m++)
		if (a->marks & 1u << m) {
			buf_addf(out, "%s%s", sep, access_mark_name(m));
			sep = ", ";
		}
	if (!is_assert(a) && !(a->marks & MARK_MARKED)) {
		buf_addf(out, "%splain", sep);
		sep = ", ";
	}
	if (sep[0] == ',')
		buf_addc(out, ')');
	if (a->interrupt)
		buf_adds(out, " interrupt");
	else
		buf_addf(out, " task %" PRId32, a->task);
	buf_addf(out, " on cpu %" PRId32 ", %" PRIu32 " byte%s at ", a->cpu, a->size, a->size == 1 ? "" : "s");
	buf_add_slice(out, a->address_text);
}

/* ---- facts ---- */

static void add(struct buf *out, const char *sentence)
{
	if (out->n)
		buf_addc(out, ' ');
	buf_adds(out, sentence);
}

static void add_value(const struct crash *c, struct buf *out)
{
	uint64_t was, is;

	if (c->value_old.n == 0)
		return;
	add(out, "Value ");
	buf_add_slice(out, c->value_old);
	buf_adds(out, " -> ");
	buf_add_slice(out, c->value_new);
	if (c->bits_changed.n) {
		buf_adds(out, ", of the bits that are asserted ");
		buf_add_slice(out, c->bits_changed);
		buf_adds(out, " changed (mask ");
		buf_add_slice(out, c->bits_mask);
		buf_addc(out, ')');
	}
	buf_addc(out, '.');
	if (value_read(c->value_old, &was) && value_read(c->value_new, &is)) {
		struct buf words = BUF_INIT;

		value_words(was, is, c->access[c->naccesses - 1].size, &words); /* of the access that was stalled */
		if (words.n)
			add(out, buf_str(&words));
		buf_release(&words);
	}
}

/* On one cpu the two cannot run at once: one came in the middle of the other. */
static void add_context(const struct access *a, const struct access *b, struct buf *out)
{
	if (a->cpu == b->cpu) {
		add(out, "Both on cpu ");
		buf_addf(out, "%" PRId32 ": ", a->cpu);
		if (a->interrupt != b->interrupt)
			buf_adds(out, "the interrupt came while the task was at its access.");
		else if (a->interrupt)
			buf_adds(out, "one interrupt came in the middle of the other.");
		else if (a->task == b->task)
			buf_adds(out, "one access came in the middle of the other.");
		else
			buf_adds(out, "one task was preempted at its access by the other.");
	}
	if (a->interrupt || b->interrupt || a->task != b->task)
		return;
	if (a->task == 0) {
		add(out, a->cpu == b->cpu ? "Both by task 0, the idle task." : "Task 0 is the idle task of each cpu: two different ones.");
	} else {
		add(out, "Both by task ");
		buf_addf(out, "%" PRId32 ": the same thread, which entered its own access again.", a->task);
	}
}

static void add_assert(const struct access *a, const char *which, struct buf *out)
{
	if (!is_assert(a))
		return;
	add(out, "The ");
	buf_addf(out, "%s side asserts that no other thread %s this (%s); the other side did.", which,
		 a->kind == ACCESS_ASSERT_NO_WRITES ? "writes" : "touches",
		 a->kind == ACCESS_ASSERT_NO_WRITES ? "ASSERT_EXCLUSIVE_WRITER, _BITS" : "ASSERT_EXCLUSIVE_ACCESS");
}

static void add_reordered(const struct access *a, const char *which, struct buf *out)
{
	if (!(a->marks & MARK_REORDERED) && a->nreordered == 0)
		return;
	add(out, "The ");
	buf_addf(out, "%s access was reordered: it stands where its stack says, but nothing keeps it from taking effect later%s.",
		 which, a->nreordered ? ", at \"reordered to\"" : "");
}

/* The two may be to parts of each other. */
static void add_addresses(const struct access *a, const struct access *b, struct buf *out)
{
	struct picture p = {.n = 2, .access = {{.address = a->address, .size = a->size}, {.address = b->address, .size = b->size}}};

	picture_shared(&p, out);
}

void pair_facts(const struct crash *c, struct buf *out)
{
	static const char *const which[] = {"first", "second"};

	if (c->naccesses == 0) {
		add(out, "No data race: the report has no accesses; these are stacks of it.");
		return;
	}
	add_value(c, out);
	if (c->naccesses == 2)
		add_context(&c->access[0], &c->access[1], out);
	for (size_t i = 0; i < c->naccesses; i++) {
		add_assert(&c->access[i], which[i], out);
		add_reordered(&c->access[i], which[i], out);
	}
	if (c->naccesses == 2) {
		add_addresses(&c->access[0], &c->access[1], out);
		add(out, "KCSAN stalled the second access, and the first one ran into it.");
	}
}

void pair_missing(const struct crash *c, struct buf *out)
{
	if (!c->access[0].unknown_origin) {
		buf_adds(out, "The report has one access only: the part with the other one is missing.\n");
		return;
	}
	buf_adds(out, "The other side is unknown.\n"
		 "KCSAN stalled this access and saw the value change meanwhile, but no access that it watches ran into it.\n"
		 "Whoever wrote is code that KCSAN does not see: assembler, files built without it, a device, firmware, or "
		 "accesses that it was told to ignore (marked ones with KCSAN_IGNORE_ATOMICS).\n"
		 "To judge it, look for all writers of this memory, not only for those that a report names.\n");
}
