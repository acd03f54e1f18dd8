#include <inttypes.h>

#include "base/json.h"
#include "base/utf8.h"
#include "export/export.h"

/* ---- JSON ---- */

static void json_hex_or_null(struct json_w *w, const char *key, bool there, uint64_t v)
{
	if (there) {
		json_khex(w, key, v);
	} else {
		json_key(w, key);
		json_null(w);
	}
}

static void json_int_or_null(struct json_w *w, const char *key, bool there, int64_t v)
{
	json_key(w, key);
	if (there)
		json_int(w, v);
	else
		json_null(w);
}

static void json_frames(struct json_w *w, const char *key, const struct frame *f, size_t n, bool stack)
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		json_open(w, '{');
		json_kstr(w, "function", f[i].function);
		json_hex_or_null(w, "offset", f[i].has_offset, f[i].offset);
		json_hex_or_null(w, "length", f[i].has_offset, f[i].length);
		json_kstr(w, "file", f[i].file);
		json_int_or_null(w, "line", f[i].line > 0, f[i].line);
		json_kbool(w, "inline", f[i].inlined);
		json_kstr(w, "module", f[i].module);
		json_kbool(w, "interrupted", f[i].interrupted);
		if (stack)
			json_kbool(w, "unreliable", f[i].unreliable);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void json_access(struct json_w *w, const struct access *a)
{
	json_open(w, '{');
	json_kcstr(w, "access", access_kind_name(a->kind));
	json_key(w, "marks");
	json_open(w, '[');
	for (unsigned i = 0; access_mark_name(i); i++) {
		if (a->marks & 1u << i)
			json_cstr(w, access_mark_name(i));
	}
	json_close(w, ']');
	json_kstr(w, "address", a->address_text);
	json_kint(w, "size", a->size);
	json_kcstr(w, "context", a->interrupt ? "interrupt" : "task");
	json_int_or_null(w, "task", !a->interrupt, a->task);
	json_kint(w, "cpu", a->cpu);
	json_kcstr(w, "origin", a->unknown_origin ? "unknown" : "known");
	json_frames(w, "frames", a->frames, a->nframes, false);
	json_frames(w, "reordered_to", a->reordered, a->nreordered, false);
	json_kbool(w, "elided", a->elided);
	json_kint(w, "lost", (int64_t)a->lost);
	json_kstr(w, "lost_line", a->lost_line);
	json_close(w, '}');
}

/* {"KEY1": "0x…", "KEY2": "0x…"}, or null. */
static void json_pair(struct json_w *w, const char *key, const char *key1, struct slice v1, const char *key2,
		      struct slice v2)
{
	json_key(w, key);
	if (!v1.n) {
		json_null(w);
		return;
	}
	json_open(w, '{');
	json_kstr(w, key1, v1);
	json_kstr(w, key2, v2);
	json_close(w, '}');
}

static void json_stacks(struct json_w *w, const struct crash *c)
{
	json_key(w, "stacks");
	json_open(w, '[');
	for (size_t i = 0; i < c->nstacks; i++) {
		json_open(w, '{');
		json_kstr(w, "name", c->stacks[i].name);
		json_frames(w, "frames", c->stacks[i].frames, c->stacks[i].nframes, true);
		json_close(w, '}');
	}
	json_close(w, ']');
}

void export_report_add(struct json_w *w, const struct crash *c)
{
	json_open(w, '{');
	json_kcstr(w, "kind", crash_kind_name(c->kind));
	json_kstr(w, "title", c->title);
	json_key(w, "functions");
	json_open(w, '[');
	for (size_t i = 0; i < c->nfunctions; i++)
		json_str(w, c->functions[i]);
	json_close(w, ']');
	json_key(w, "accesses");
	json_open(w, '[');
	for (size_t i = 0; i < c->naccesses; i++)
		json_access(w, &c->access[i]);
	json_close(w, ']');
	json_pair(w, "value_change", "old", c->value_old, "new", c->value_new);
	json_int_or_null(w, "cpu", c->cpu >= 0, c->cpu);
	json_int_or_null(w, "pid", c->pid >= 0, c->pid);
	json_kstr(w, "comm", c->comm);
	json_kstr(w, "release", c->release);
	json_kbool(w, "complete", c->complete);
	json_pair(w, "bits_change", "bits", c->bits_changed, "mask", c->bits_mask);
	json_kstr(w, "hardware", c->hardware);
	json_kstr(w, "workqueue", c->workqueue);
	json_stacks(w, c);
	json_close(w, '}');
}

void export_report_json(struct buf *b, const struct crash *c)
{
	struct json_w w;

	json_w_init(&w, b, true);
	export_report_add(&w, c);
	buf_addc(b, '\n');
}

/* ---- text ---- */

/* Columns of the frames of a report: at least so wide, and as wide as the longest needs, if not wider than the last. */
enum { NAME_CELLS = 32, PLACE_CELLS = 40, COLUMN_MAX = 100 };

struct columns {
	size_t name, place; /* bytes */
};

static void add(struct buf *b, struct slice s)
{
	utf8_escape(b, s, false);
}

/* Pad what was added since `from` to `cells`. */
static void pad(struct buf *b, size_t from, size_t cells)
{
	size_t n = b->n - from;

	buf_pad(b, ' ', n < cells ? cells - n : 0);
}

static void text_name(struct buf *b, const struct frame *f)
{
	add(b, f->function.n ? f->function : SLICE("-"));
	if (!f->file.n && f->has_offset)
		buf_addf(b, "+0x%" PRIx64 "/0x%" PRIx64, f->offset, f->length);
}

static void text_place(struct buf *b, const struct frame *f)
{
	add(b, f->file);
	if (f->line)
		buf_addf(b, ":%" PRIu32, f->line);
}

static void widen(size_t *column, const struct buf *b)
{
	if (b->n > *column && b->n <= COLUMN_MAX)
		*column = b->n;
}

static void columns_of(struct columns *k, const struct frame *f, size_t n)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_clear(&b);
		text_name(&b, &f[i]);
		widen(&k->name, &b);
		buf_clear(&b);
		text_place(&b, &f[i]);
		widen(&k->place, &b);
	}
	buf_release(&b);
}

static struct columns columns(const struct crash *c)
{
	struct columns k = {NAME_CELLS, PLACE_CELLS};

	for (size_t i = 0; i < c->naccesses; i++) {
		columns_of(&k, c->access[i].frames, c->access[i].nframes);
		columns_of(&k, c->access[i].reordered, c->access[i].nreordered);
	}
	for (size_t i = 0; i < c->nstacks; i++)
		columns_of(&k, c->stacks[i].frames, c->stacks[i].nframes);
	return k;
}

static void text_frame(struct buf *b, const struct frame *f, const char *note, struct columns k)
{
	size_t from;

	buf_adds(b, "    ");
	from = b->n;
	text_name(b, f);
	if (f->file.n || f->inlined || f->module.n || note) {
		pad(b, from, k.name);
		buf_adds(b, "  ");
		from = b->n;
		text_place(b, f);
	}
	if (f->inlined || f->module.n || note)
		pad(b, from, k.place);
	if (f->inlined)
		buf_adds(b, "  inline");
	if (f->module.n) {
		buf_adds(b, "  [");
		add(b, f->module);
		buf_adds(b, "]");
	}
	if (note)
		buf_addf(b, "  <- %s", note);
	buf_addc(b, '\n');
}

static void text_frames(struct buf *b, const struct access *a, struct columns k)
{
	size_t site = crash_call_site(a);

	for (size_t i = 0; i < a->nframes; i++) {
		const struct frame *f = &a->frames[i];

		if (f->interrupted && (i == 0 || !a->frames[i - 1].interrupted))
			buf_adds(b, "    -- interrupted here --\n");
		text_frame(b, f, i == 0 ? "access" : i == site ? "call site" : NULL, k);
	}
	if (a->elided)
		buf_adds(b, "    ...\n");
	if (a->nreordered)
		buf_adds(b, "  reordered to\n");
	for (size_t i = 0; i < a->nreordered; i++)
		text_frame(b, &a->reordered[i], NULL, k);
	if (a->lost) {
		buf_addf(b, "    %zu %s: ", a->lost, a->lost == 1 ? "line here is no frame" : "lines here are no frames");
		add(b, a->lost_line);
		buf_adds(b, a->lost > 1 ? " ...\n" : "\n");
	}
}

/* "write (marked), 8 bytes at 0x…, task 21677, cpu 0" */
static void text_access(struct buf *b, const struct access *a, struct columns k)
{
	const char *between = " (";

	buf_adds(b, access_kind_name(a->kind));
	for (unsigned i = 0; access_mark_name(i); i++) {
		if (a->marks & 1u << i) {
			buf_addf(b, "%s%s", between, access_mark_name(i));
			between = ", ";
		}
	}
	buf_addf(b, "%s, %" PRIu32 " %s at ", a->marks ? ")" : "", a->size, a->size == 1 ? "byte" : "bytes");
	add(b, a->address_text);
	if (a->interrupt)
		buf_adds(b, ", interrupt");
	else
		buf_addf(b, ", task %" PRId32, a->task);
	buf_addf(b, ", cpu %" PRId32, a->cpu);
	buf_adds(b, a->unknown_origin ? ", other side unknown\n" : "\n");
	text_frames(b, a, k);
}

/* A stack of a report of another kind: the frame that the title names is marked. */
static void text_stack(struct buf *b, const struct crash *c, size_t i, struct columns cols)
{
	const struct crash_stack *st = &c->stacks[i];

	add(b, st->name);
	buf_addc(b, '\n');
	for (size_t k = 0; k < st->nframes; k++) {
		const struct frame *f = &st->frames[k];

		if (f->interrupted && (k == 0 || !st->frames[k - 1].interrupted))
			buf_adds(b, "    -- interrupted here --\n");
		text_frame(b, f, i == c->stack_main && k == st->guilty ? "here" : f->unreliable ? "perhaps" : NULL, cols);
	}
}

static void text_pair(struct buf *b, const char *what, struct slice v1, const char *between, struct slice v2)
{
	if (!v1.n)
		return;
	buf_adds(b, what);
	add(b, v1);
	buf_adds(b, between);
	add(b, v2);
	buf_addc(b, '\n');
}

static void text_footer(struct buf *b, const struct crash *c)
{
	if (c->pid >= 0)
		buf_addf(b, "reported on cpu %" PRId32 ", pid %" PRId32, c->cpu, c->pid);
	if (c->comm.n) {
		buf_adds(b, ", ");
		add(b, c->comm);
	}
	if (c->release.n) {
		buf_adds(b, ", kernel ");
		add(b, c->release);
	}
	if (c->pid >= 0)
		buf_addc(b, '\n');
	if (c->hardware.n) {
		buf_adds(b, "hardware ");
		add(b, c->hardware);
		buf_addc(b, '\n');
	}
	if (c->workqueue.n) {
		buf_adds(b, "workqueue ");
		add(b, c->workqueue);
		buf_addc(b, '\n');
	}
}

void export_report_missing(struct buf *b, const struct crash *c)
{
	size_t due = c->naccesses && c->access[0].unknown_origin ? 1 : 2;
	const char *between = "";

	if (c->complete || c->kind != CRASH_KCSAN)
		return;
	if (!c->title.n) {
		buf_addf(b, "%sno title", between);
		between = ", ";
	}
	if (c->naccesses < due) {
		buf_addf(b, "%s%zu of %zu accesses", between, c->naccesses, due);
		between = ", ";
	}
	for (size_t i = 0; i < c->naccesses; i++) {
		if (!c->access[i].nframes) {
			buf_addf(b, "%sno stack of access %zu", between, i + 1);
			between = ", ";
		}
		if (c->access[i].lost) {
			buf_addf(b, "%slines in the stack of access %zu that are no frames", between, i + 1);
			between = ", ";
		}
	}
	if (c->pid < 0)
		buf_addf(b, "%sno footer", between);
}

void export_report_text(struct buf *b, const struct crash *c)
{
	struct columns k = columns(c);

	if (c->naccesses == 0 && c->nstacks) {
		add(b, c->title);
		buf_addc(b, '\n');
		for (size_t i = 0; i < c->nstacks; i++)
			text_stack(b, c, i, k);
		text_footer(b, c);
		return;
	}
	if (c->kind == CRASH_RAW) {
		utf8_escape(b, c->text, true);
		if (b->n && b->p[b->n - 1] != '\n')
			buf_addc(b, '\n');
		return;
	}
	add(b, c->title.n ? c->title : SLICE("KCSAN report without title"));
	buf_addc(b, '\n');
	for (size_t i = 0; i < c->naccesses; i++)
		text_access(b, &c->access[i], k);
	text_pair(b, "value ", c->value_old, " -> ", c->value_new);
	text_pair(b, "bits ", c->bits_changed, " with mask ", c->bits_mask);
	text_footer(b, c);
	if (!c->complete) {
		buf_adds(b, "incomplete: ");
		export_report_missing(b, c);
		buf_addc(b, '\n');
	}
}
