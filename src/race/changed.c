#include "race/changed.h"

#include <inttypes.h>

enum {
	TOLD = 3,   /* changed bits that are told one by one */
	FIELDS = 4, /* the same of fields */
};

uint32_t changed_bytes(const struct picture *p)
{
	return p->changed && p->access[p->n - 1].size <= 8 ? p->access[p->n - 1].size : 0;
}

/*
 * Bits are counted as a layout counts them: from the first byte on, and in a byte from the lowest bit; on big-endian machines from
 * the highest.  Bit `at` of the value's memory as a bit of the number.
 */
static unsigned number_bit(const struct picture *p, unsigned at)
{
	return p->big_endian ? changed_bytes(p) * 8 - 1 - at : at;
}

static bool bit_changed(const struct picture *p, unsigned at)
{
	return (p->was ^ p->is) >> number_bit(p, at) & 1;
}

/* Of `bits` from bit `at` on: the number that they are in `v`. */
static uint64_t extract(const struct picture *p, uint64_t v, unsigned at, unsigned bits)
{
	unsigned low = p->big_endian ? changed_bytes(p) * 8 - at - bits : at;

	return v >> low & (bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1);
}

/* How many bits of these, from bit `from` of the struct on, changed; `*first`: their numbers within, the first TOLD of them. */
static unsigned count_changed(const struct picture *p, uint64_t bit, uint64_t bits, unsigned told[TOLD])
{
	int64_t from = picture_offset(p, p->n - 1) * 8;
	unsigned n = 0;

	for (unsigned i = 0; i < changed_bytes(p) * 8; i++) {
		int64_t at = from + i;

		if (!bit_changed(p, i) || at < (int64_t)bit || at >= (int64_t)(bit + bits))
			continue;
		if (n < TOLD)
			told[n] = p->big_endian ? (unsigned)(bit + bits - 1 - (uint64_t)at) : (unsigned)((uint64_t)at - bit);
		n++;
	}
	return n;
}

static void sort_told(unsigned *told, unsigned n)
{
	for (unsigned i = 1; i < n; i++)
		for (unsigned k = i; k > 0 && told[k - 1] > told[k]; k--) {
			unsigned t = told[k];

			told[k] = told[k - 1];
			told[k - 1] = t;
		}
}

bool changed_words(const struct picture *p, const struct member *m, struct buf *out)
{
	unsigned told[TOLD], n = count_changed(p, m->bit, m->bits, told);
	int64_t from = picture_offset(p, p->n - 1) * 8;
	bool inside = (int64_t)m->bit >= from && (int64_t)(m->bit + m->bits) <= from + changed_bytes(p) * 8;

	if (n == 0)
		return false;
	if (inside && m->bits <= 16) {
		unsigned at = (unsigned)((int64_t)m->bit - from);
		uint64_t was = extract(p, p->was, at, (unsigned)m->bits), is = extract(p, p->is, at, (unsigned)m->bits);

		buf_addf(out, m->bits == 1 ? "%" PRIu64 " -> %" PRIu64 : "0x%" PRIx64 " -> 0x%" PRIx64, was, is);
	} else if (n <= TOLD) {
		sort_told(told, n);
		buf_adds(out, n == 1 ? "bit " : "bits ");
		for (unsigned i = 0; i < n; i++)
			buf_addf(out, "%s%u", i ? "," : "", told[i]);
	} else {
		buf_adds(out, "changed");
	}
	return true;
}

bool changed_byte(const struct picture *p, int64_t byte)
{
	int64_t at = byte - picture_offset(p, p->n - 1);

	for (unsigned i = 0; i < 8 && at >= 0 && at < changed_bytes(p); i++)
		if (bit_changed(p, (unsigned)at * 8 + i))
			return true;
	return false;
}

/* Is the access to this field, all of it and nothing else? */
static bool is_all_of(const struct picture *p, const struct member *m)
{
	return (int64_t)m->bit == picture_offset(p, p->n - 1) * 8 && m->bits == (uint64_t)changed_bytes(p) * 8;
}

void changed_fields(const struct picture *p, struct buf *out)
{
	struct buf b = BUF_INIT, how = BUF_INIT;
	size_t n = 0;

	for (size_t i = 0; p->members && picture_can(p) && i < p->members->n; i++) {
		const struct member *m = &p->members->m[i];

		buf_clear(&how);
		if (m->name.n == 0 || !changed_words(p, m, &how))
			continue;
		if (is_all_of(p, m)) { /* it is the field that is named; others lie over it at most */
			n = 0;
			break;
		}
		if (n++ < FIELDS)
			buf_addf(&b, "%s%.*s (%.*s)", n > 1 ? ", " : "", (int)m->name.n, m->name.p, (int)how.n, how.p);
	}
	if (n)
		buf_addf(out, "%sChanged in %.*s: %.*s", out->n ? " " : "", (int)p->name.n, p->name.p, (int)b.n, b.p);
	if (n > FIELDS)
		buf_addf(out, " and %zu fields more", n - FIELDS);
	if (n)
		buf_addc(out, '.');
	buf_release(&how);
	buf_release(&b);
}
