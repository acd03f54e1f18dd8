#include "race/value.h"

#include <inttypes.h>

/* So many bits are told one by one. */
enum { BITS_TOLD = 4, COUNTED = 8 };

bool value_read(struct slice text, uint64_t *v)
{
	*v = 0;
	if (!slice_eat(&text, "0x") || text.n == 0 || text.n > 16)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		unsigned digit = c >= '0' && c <= '9' ? (unsigned)(c - '0') : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (unsigned)((c | 0x20) - 'a' + 10) : 16;

		if (digit > 15)
			return false;
		*v = *v << 4 | digit;
	}
	return true;
}

/* An address in the upper half, as 64-bit kernels have them (and no small negative number, which error pointers are). */
static bool is_address(uint64_t v, uint32_t size)
{
	return size == 8 && v >= UINT64_C(0xffff000000000000) && v < UINT64_C(0xfffffffffffff000);
}

static unsigned count(uint64_t v)
{
	unsigned n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

static void add_bits(struct buf *out, uint64_t bits, const char *verb)
{
	unsigned n = count(bits), told = 0;

	if (!n)
		return;
	buf_addf(out, "%s%s %s", out->n && out->p[out->n - 1] != ' ' ? ", " : "", n == 1 ? "bit" : "bits", "");
	for (unsigned i = 0; i < 64; i++)
		if (bits >> i & 1)
			buf_addf(out, "%s%u", told++ ? told == n ? " and " : ", " : "", i);
	buf_addf(out, " %s %s", n == 1 ? "was" : "were", verb);
}

void value_words(uint64_t was, uint64_t is, uint32_t size, struct buf *out)
{
	uint64_t set = is & ~was, cleared = was & ~is;
	bool step = is == was + 1 || was == is + 1; /* of a counter: its bits say nothing */
	struct buf b = BUF_INIT;

	if (was == is)
		return;
	if (is_address(is, size) && was == 0)
		buf_adds(&b, "NULL became what looks like a kernel address");
	else if (is_address(was, size) && is == 0)
		buf_adds(&b, "what looks like a kernel address became NULL");
	else if (is_address(was, size) && is_address(is, size))
		buf_adds(&b, "one kernel address became another, by their looks");
	else if (count(set | cleared) <= BITS_TOLD && count(set | cleared) < COUNTED * size && (count(set | cleared) == 1 || !step)) {
		add_bits(&b, set, "set");
		add_bits(&b, cleared, "cleared");
	}
	if (is == was + 1)
		buf_addf(&b, "%sthe value went up by one", b.n ? "; " : "");
	else if (was == is + 1)
		buf_addf(&b, "%sthe value went down by one", b.n ? "; " : "");
	if (b.n) { /* a sentence */
		char first = b.p[0] >= 'a' && b.p[0] <= 'z' ? (char)(b.p[0] - 0x20) : b.p[0];

		buf_addc(out, first);
		buf_add_slice(out, slice_sub(buf_slice(&b), 1, b.n));
		buf_addc(out, '.');
	}
	buf_release(&b);
}
