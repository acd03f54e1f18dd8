#include "race/picture.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "race/changed.h"

enum {
	CELLS = 32,       /* of bare bytes */
	FIELD_CELLS = 8,  /* of a field, a byte each */
	NEAR = 1 << 20,   /* bytes; accesses further apart are to no one object */
	ROWS = 14, ENDS = 6, /* of fields; of more the ends are shown */
};

/* ---- ranges ---- */

/* Bytes from the first one of both accesses, or from the beginning of the struct; negative: before it. */
struct range {
	int64_t from, to;
};

static uint64_t lowest(const struct picture *p)
{
	uint64_t low = p->access[0].address;

	if (p->members)
		return p->base;
	return p->n > 1 && p->access[1].address < low ? p->access[1].address : low;
}

int64_t picture_offset(const struct picture *p, size_t i)
{
	return (int64_t)(p->access[i].address - lowest(p));
}

static struct range range_of(const struct picture *p, size_t i)
{
	int64_t from = picture_offset(p, i);

	return (struct range){from, from + p->access[i].size};
}

bool picture_can(const struct picture *p)
{
	for (size_t i = 0; i < p->n; i++) {
		int64_t from = picture_offset(p, i);

		if (from < -NEAR || from > NEAR || p->access[i].size == 0 || p->access[i].size > NEAR)
			return false;
	}
	return p->n > 0;
}

static bool overlap(struct range a, struct range b, struct range *both)
{
	both->from = a.from > b.from ? a.from : b.from;
	both->to = a.to < b.to ? a.to : b.to;
	return both->from < both->to;
}

/* ---- bare bytes ---- */

struct bare {
	int64_t span; /* bytes, from the first one of both on */
	uint32_t cell; /* bytes that a cell stands for */
};

static struct bare bare_of(const struct picture *p)
{
	struct bare b = {.cell = 1};

	for (size_t i = 0; i < p->n; i++) {
		struct range r = range_of(p, i);

		if (r.to > b.span)
			b.span = r.to;
	}
	while (b.span > (int64_t)CELLS * b.cell)
		b.cell *= 2;
	return b;
}

static void add_cells(const struct picture *p, const struct bare *b, size_t access, char sign, struct buf *out)
{
	struct range r = range_of(p, access);

	for (int64_t cell = 0; cell * b->cell < b->span; cell++) {
		struct range c = {cell * b->cell, (cell + 1) * b->cell}, both;
		bool on = overlap(r, c, &both);

		if (sign == '^') {
			on = false;
			for (int64_t byte = c.from; byte < c.to; byte++)
				on |= changed_byte(p, byte);
		}
		if (cell && cell % 8 == 0)
			buf_addc(out, ' ');
		buf_addc(out, on ? sign : sign == '^' ? ' ' : '.');
	}
}

static void draw_bare(const struct picture *p, picture_row *row, void *arg)
{
	struct bare b = bare_of(p);
	struct buf text = BUF_INIT;

	buf_addf(&text, "%-30s  ", "");
	for (int64_t cell = 0; cell * b.cell < b.span; cell += 8) {
		char offset[24];

		snprintf(offset, sizeof offset, "+%" PRId64, cell * b.cell);
		buf_addf(&text, (cell + 8) * b.cell < b.span ? "%-9s" : "%s", offset);
	}
	row(arg, PICTURE_HEAD, buf_slice(&text));
	for (size_t i = 0; i < p->n; i++) {
		buf_clear(&text);
		buf_addf(&text, "%zu %c 0x%016" PRIx64 " %7" PRIu32 "  ", i + 1, p->access[i].sign, p->access[i].address, p->access[i].size);
		add_cells(p, &b, i, p->access[i].sign, &text);
		row(arg, PICTURE_TOUCHED, buf_slice(&text));
	}
	if (changed_bytes(p) && p->was != p->is) {
		buf_clear(&text);
		buf_addf(&text, "%-30s  ", "  changed");
		add_cells(p, &b, p->n - 1, '^', &text);
		row(arg, PICTURE_CHANGED, slice_rtrim(buf_slice(&text)));
	}
	if (b.cell > 1) {
		buf_clear(&text);
		buf_addf(&text, "Each sign stands for %" PRIu32 " bytes.", b.cell);
		row(arg, PICTURE_NOTE, buf_slice(&text));
	}
	buf_release(&text);
}

/* ---- fields ---- */

static struct range bytes_of(const struct member *m)
{
	return (struct range){(int64_t)(m->bit / 8), (int64_t)((m->bit + m->bits + 7) / 8)};
}

static bool touches(const struct picture *p, size_t access, const struct member *m)
{
	struct range both;

	return m->bits && overlap(range_of(p, access), bytes_of(m), &both);
}

static bool touched(const struct picture *p, const struct member *m)
{
	for (size_t i = 0; i < p->n; i++)
		if (touches(p, i, m))
			return true;
	return false;
}

/* Its bytes, or how many of them where it is too large for a sign each. */
static void add_field_cells(const struct picture *p, size_t access, struct range field, struct buf *out)
{
	struct range r = range_of(p, access), both;
	bool any = overlap(r, field, &both);
	size_t from = out->n;

	if (field.to - field.from > FIELD_CELLS) {
		if (any)
			buf_addf(out, "%c x %" PRId64, p->access[access].sign, both.to - both.from);
		else
			buf_addc(out, '.');
	} else {
		for (int64_t byte = field.from; byte < field.to; byte++)
			buf_addc(out, any && byte >= both.from && byte < both.to ? p->access[access].sign : '.');
	}
	buf_pad(out, ' ', out->n - from < FIELD_CELLS ? FIELD_CELLS - (out->n - from) : 0);
}

/* "20:3" and "2b" of bits, "20" and "4" of bytes. */
static void add_where(const struct member *m, struct buf *out)
{
	char at[24], size[24];

	if (member_is_whole(m)) {
		snprintf(at, sizeof at, "%" PRIu64, m->bit / 8);
		snprintf(size, sizeof size, "%" PRIu64, m->bits / 8);
	} else {
		snprintf(at, sizeof at, "%" PRIu64 ":%" PRIu64, m->bit / 8, m->bit % 8);
		snprintf(size, sizeof size, "%" PRIu64 "b", m->bits);
	}
	buf_addf(out, "%7s %5s  ", at, size);
}

static void draw_field(const struct picture *p, const struct member *m, picture_row *row, void *arg)
{
	struct buf text = BUF_INIT;
	bool changed;

	add_where(m, &text);
	buf_addf(&text, "%-24.*s  ", (int)(m->name.n < 24 ? m->name.n : 24), m->name.n ? m->name.p : "");
	for (size_t i = 0; i < p->n; i++) {
		add_field_cells(p, i, bytes_of(m), &text);
		buf_adds(&text, "  ");
	}
	changed = changed_words(p, m, &text);
	row(arg, changed ? PICTURE_CHANGED : touched(p, m) ? PICTURE_TOUCHED : PICTURE_BESIDE, slice_rtrim(slice_sub(buf_slice(&text), 0, PICTURE_COLS)));
	buf_release(&text);
}

/* Bytes of an access that no field has. */
static void draw_hole(const struct picture *p, struct range hole, picture_row *row, void *arg)
{
	struct buf text = BUF_INIT;
	char at[24];

	snprintf(at, sizeof at, "%" PRId64, hole.from);
	buf_addf(&text, "%7s %5" PRId64 "  %-24s  ", at, hole.to - hole.from, "(no field)");
	for (size_t i = 0; i < p->n; i++) {
		add_field_cells(p, i, hole, &text);
		buf_adds(&text, "  ");
	}
	row(arg, PICTURE_TOUCHED, slice_rtrim(buf_slice(&text)));
	buf_release(&text);
}

/* From the first byte of both accesses to the last. */
static struct range all_of(const struct picture *p)
{
	struct range all = range_of(p, 0);

	for (size_t i = 1; i < p->n; i++) {
		struct range r = range_of(p, i);

		all.from = r.from < all.from ? r.from : all.from;
		all.to = r.to > all.to ? r.to : all.to;
	}
	return all;
}

static void draw_holes(const struct picture *p, struct range between, picture_row *row, void *arg)
{
	for (size_t i = 0; i < p->n; i++) {
		struct range both, other;

		if (!overlap(range_of(p, i), between, &both))
			continue;
		if (i == 1 && overlap(range_of(p, 0), between, &other)) /* in one row with the first's, which was drawn */
			continue;
		if (i == 0 && p->n > 1 && overlap(range_of(p, 1), between, &other)) {
			both.from = other.from < both.from ? other.from : both.from;
			both.to = other.to > both.to ? other.to : both.to;
		}
		draw_hole(p, both, row, arg);
	}
}

static bool is_named(const struct member *m)
{
	return m->name.n && m->bits;
}

/* The nearest field in front of the first byte, and behind the last; NULL: there is none. */
static const struct member *before(const struct picture *p)
{
	const struct member *found = NULL;

	for (size_t i = 0; i < p->members->n; i++) {
		const struct member *m = &p->members->m[i];

		if (is_named(m) && bytes_of(m).to <= all_of(p).from && (!found || bytes_of(m).to >= bytes_of(found).to))
			found = m;
	}
	return found;
}

static const struct member *behind(const struct picture *p)
{
	for (size_t i = 0; i < p->members->n; i++)
		if (is_named(&p->members->m[i]) && bytes_of(&p->members->m[i]).from >= all_of(p).to)
			return &p->members->m[i];
	return NULL;
}

static size_t count_touched(const struct picture *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->members->n; i++)
		n += is_named(&p->members->m[i]) && touched(p, &p->members->m[i]);
	return n;
}

static void draw_head(const struct picture *p, picture_row *row, void *arg)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "%7s %5s  %-24s  ", "byte", "size", "field");
	for (size_t i = 0; i < p->n; i++)
		buf_addf(&text, "%zu %-*c  ", i + 1, FIELD_CELLS - 2, p->access[i].sign);
	buf_adds(&text, changed_bytes(p) ? "changed" : "");
	row(arg, PICTURE_HEAD, slice_rtrim(buf_slice(&text)));
	buf_release(&text);
}

static void draw_fields(const struct picture *p, picture_row *row, void *arg)
{
	size_t n = count_touched(p), at = 0;
	int64_t covered = INT64_MIN;
	const struct member *m;

	draw_head(p, row, arg);
	if ((m = before(p)))
		draw_field(p, m, row, arg);
	for (size_t i = 0; i < p->members->n; i++) {
		m = &p->members->m[i];
		if (!is_named(m))
			continue;
		if (n <= ROWS)
			draw_holes(p, (struct range){covered, bytes_of(m).from}, row, arg);
		if (bytes_of(m).to > covered)
			covered = bytes_of(m).to;
		if (!touched(p, m))
			continue;
		if (n <= ROWS || at < ENDS || at >= n - ENDS) {
			draw_field(p, m, row, arg);
		} else if (at == ENDS) {
			char text[80];

			snprintf(text, sizeof text, "%15s... %zu more fields ...", "", n - (size_t)2 * ENDS);
			row(arg, PICTURE_TOUCHED, slice_str(text));
		}
		at++;
	}
	draw_holes(p, (struct range){covered, INT64_MAX}, row, arg);
	if ((m = behind(p)))
		draw_field(p, m, row, arg);
}

void picture_draw(const struct picture *p, picture_row *row, void *arg)
{
	if (!picture_can(p))
		return;
	if (p->members)
		draw_fields(p, row, arg);
	else
		draw_bare(p, row, arg);
}

/* ---- in words ---- */

static const char *const which[] = {"first", "second"};

/* "byte 3", "bytes 4 to 7" of access `i`. */
static void add_bytes(const struct picture *p, size_t i, struct range r, struct buf *out)
{
	int64_t from = r.from - range_of(p, i).from, to = r.to - range_of(p, i).from;

	if (to - from == 1)
		buf_addf(out, "byte %" PRId64, from);
	else
		buf_addf(out, "bytes %" PRId64 " to %" PRId64, from, to - 1);
}

static bool is_all(const struct picture *p, size_t i, struct range r)
{
	struct range a = range_of(p, i);

	return a.from == r.from && a.to == r.to;
}

void picture_shared(const struct picture *p, struct buf *out)
{
	struct range both;

	if (p->n < 2 || !picture_can(p) || is_all(p, 0, range_of(p, 1)))
		return;
	buf_adds(out, out->n ? " " : "");
	if (!overlap(range_of(p, 0), range_of(p, 1), &both)) {
		buf_adds(out, "The two have no byte in common.");
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (is_all(p, i, both)) {
			buf_addf(out, "The %s is to ", which[i]);
			add_bytes(p, !i, both, out);
			buf_addf(out, " of the %s's %" PRIu32 ", counted from 0.", which[!i], p->access[!i].size);
			return;
		}
	buf_adds(out, "They overlap in part: in ");
	add_bytes(p, 0, both, out);
	buf_addf(out, " of the first's %" PRIu32 ", ", p->access[0].size);
	add_bytes(p, 1, both, out);
	buf_addf(out, " of the second's %" PRIu32 ", counted from 0.", p->access[1].size);
}

void picture_torn(const struct picture *p, struct buf *out)
{
	for (size_t i = 0; p->members && picture_can(p) && i < p->n; i++) {
		const struct member *first = NULL, *last = NULL;
		bool exact = false;
		size_t n = 0;

		for (size_t k = 0; k < p->members->n; k++) {
			const struct member *m = &p->members->m[k];

			if (!is_named(m) || !touches(p, i, m))
				continue;
			first = first ? first : m;
			last = m;
			exact |= member_is_whole(m) && is_all(p, i, bytes_of(m)); /* fields of a union lie over each other */
			n++;
		}
		if (n == 0 || exact || (n == 1 && is_all(p, i, bytes_of(first))))
			continue;
		buf_addf(out, "%sThe %s touches ", out->n ? " " : "", which[i]);
		if (n == 1) {
			struct range both, field = bytes_of(first);

			overlap(range_of(p, i), field, &both);
			if (both.to - both.from < field.to - field.from)
				buf_addf(out, "%" PRId64 " of %" PRId64 " bytes of ", both.to - both.from, field.to - field.from);
			buf_add_slice(out, first->name);
			buf_adds(out, both.to - both.from < p->access[i].size ? " and bytes beside it" : "");
		} else if (n == 2) {
			buf_add_slice(out, first->name);
			buf_adds(out, " and ");
			buf_add_slice(out, last->name);
		} else {
			buf_addf(out, "%zu fields, from ", n);
			buf_add_slice(out, first->name);
			buf_adds(out, " to ");
			buf_add_slice(out, last->name);
		}
		buf_addc(out, '.');
	}
}
