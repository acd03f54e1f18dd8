#include "app/lens_side.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/lens_text.h"
#include "app/lens_words.h"
#include "base/clex.h"
#include "base/mem.h"

enum { HEAD_LINES = 12, FRAMES = 64 };

void lens_side_begin(struct lens_side *d, const struct access *a, bool foreign)
{
	*d = (struct lens_side){.a = a, .arena = arena_new(), .foreign = foreign};
	d->n = a->nframes < FRAMES ? a->nframes : FRAMES;
	d->frame = arena_alloc(d->arena, (d->n + 1) * sizeof *d->frame);
	for (size_t i = 0; i < d->n; i++)
		d->frame[i].f = &a->frames[i];
}

void lens_side_release(struct lens_side *d)
{
	arena_free(d->arena);
	arena_free(d->text);
	*d = (struct lens_side){0};
}

/* ---- the text of a function ---- */

/* The line of the brace that opens the function around `line`. */
static enum lens_text_state find_open(const struct lens_lines *t, uint32_t line, uint32_t *open)
{
	struct slice s;

	for (uint32_t i = line; i + LENS_LINES > line; i--) {
		if (!lens_line(t, i, &s))
			return i == line ? LENS_NO_TEXT : LENS_NO_HEAD;
		if (i == line && slice_ends(slice_rtrim(s), "\\"))
			return LENS_MACRO;
		if (s.n && (s.p[0] == '{' || lens_opens_in_head(s))) {
			*open = i;
			return LENS_LOOKED;
		}
		if (i < line && s.n && s.p[0] == '}')
			return LENS_NO_HEAD;
	}
	return LENS_TOO_LONG;
}

/* What stands in front of a brace belongs to the head up to an empty line, a comment or the end of something else. */
static uint32_t find_head(const struct lens_lines *t, uint32_t open)
{
	uint32_t i = open;
	struct slice s;

	while (i > 1 && open - i < HEAD_LINES && lens_line(t, i - 1, &s) && slice_trim(s).n && !strchr("}#/*{", slice_trim(s).p[0]) &&
	       !slice_ends(slice_rtrim(s), ";") && !slice_ends(slice_rtrim(s), "*/"))
		i--;
	return i;
}

/* Does the head name the function?  One that a macro makes ("SYSCALL_DEFINE3(…") has another name. */
static bool is_named(struct slice head, struct slice function)
{
	size_t dot = slice_chr(function, '.', 0), paren = slice_chr(head, '(', 0);
	struct slice name = slice_sub(function, 0, dot == SLICE_NONE ? function.n : dot), macro = slice_trim(slice_sub(head, 0, paren));

	if (function.n == 0 || clex_find_word(head, name, 0) != SLICE_NONE)
		return true;
	for (size_t i = 0; i < macro.n; i++)
		if (macro.p[i] >= 'a' && macro.p[i] <= 'z')
			return false;
	return macro.n > 0;
}

/* ---- frames ---- */

/* The call that the stack goes on with is no lock that is taken: we are in it. */
static void leave_out_call(struct lens_frame *f, struct slice callee)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->find[i].line != f->f->line || !slice_is(callee, f->find[i].by))
			f->find[n++] = f->find[i];
	f->n = n;
}

/* Lines around that of a frame in which the call may be told: its statement may take several. */
enum { CALL_LINES = 3 };

/* Without what compilers add: "f.constprop.0". */
static struct slice base_name(struct slice function)
{
	size_t dot = slice_chr(function, '.', 0);

	return slice_sub(function, 0, dot == SLICE_NONE ? function.n : dot);
}

/* Does the function that the frame called stand there? */
static bool calls(const struct lens_lines *t, const struct lens_frame *f)
{
	struct slice callee = base_name(f[-1].f->function), s;

	for (uint32_t i = f->f->line > CALL_LINES ? f->f->line - CALL_LINES : 1; i <= f->f->line + CALL_LINES; i++)
		if (lens_line(t, i, &s) && clex_find_word(s, callee, 0) != SLICE_NONE)
			return true;
	return callee.n == 0;
}

/* May the text be taken for that of the kernel that crashed?  What tools returned may. */
static enum lens_text_state trust(const struct lens_side *d, const struct lens_frame *f, const struct lens_lines *t)
{
	if (t->l->from != LISTING_COMMIT || t->l->compared)
		return LENS_LOOKED;
	if (d->foreign)
		return LENS_FOREIGN;
	return t->l->other.n && f > d->frame && !calls(t, f) ? LENS_NO_CALL : LENS_LOOKED;
}

static void look(struct lens_side *d, struct lens_frame *f, const struct lens_lines *t, struct lens_helpers *h)
{
	struct lens_find found[LENS_FINDS];
	struct lens_text text = {.line = f->f->line};
	struct buf b = BUF_INIT;
	uint32_t open = 0;

	f->state = trust(d, f, t);
	if (f->state == LENS_LOOKED)
		f->state = find_open(t, f->f->line, &open);
	if (f->state != LENS_LOOKED)
		return;
	text.first = find_head(t, open);
	if (!lens_function(t, text.first, open, f->f->line, &b, &text.cut)) {
		f->state = LENS_TOO_LONG;
	} else if (!is_named(slice_sub(buf_slice(&b), 0, slice_chr(buf_slice(&b), '{', 0)), f->f->function)) {
		f->state = LENS_OTHER;
	} else {
		text.text = buf_slice(&b);
		text.helpers = lens_helpers_of(h, f->f->file);
		text.callee = f > d->frame ? base_name(f[-1].f->function) : SLICE("");
		f->n = lens_look(&text, found, &f->lost);
		f->find = arena_alloc(d->arena, (f->n ? f->n : 1) * sizeof *f->find);
		memcpy(f->find, found, f->n * sizeof *found);
		if (f > d->frame)
			leave_out_call(f, f[-1].f->function);
	}
	buf_release(&b);
}

/* The way in from assembler: of an interrupt, a system call, a thread. */
static bool is_entry(const struct lens_side *d, const struct lens_frame *f)
{
	size_t k = (size_t)(f - d->frame);

	return slice_ends(f->f->file, ".S") || (!f->f->interrupted && k + 1 < d->n && d->frame[k + 1].f->interrupted);
}

/* The next frame; true: it is looked at, and what it calls may matter. */
static bool look_at(struct lens_side *d, struct lens_frame *f, struct session *s, struct lens_helpers *h)
{
	if (is_entry(d, f)) {
		f->state = LENS_ENTRY;
		return false;
	}
	if (f->f->file.n == 0 || f->f->line == 0) {
		f->state = LENS_NO_PLACE;
		return false;
	}
	if (!d->text || !slice_eq(d->path, f->f->file)) {
		arena_free(d->text);
		d->text = arena_new();
		d->listing = arena_alloc(d->text, sizeof *d->listing);
		d->path = f->f->file;
		listing_of(s, d->path, d->text, d->listing);
	}
	look(d, f, &(struct lens_lines){s, d->listing}, h);
	return f->state == LENS_LOOKED;
}

bool lens_side_step(struct lens_side *d, struct session *s, struct lens_helpers *h)
{
	struct lens_frame *f = d->done < d->n ? &d->frame[d->done] : NULL;

	if (!f)
		return false;
	if (d->asks && lens_helpers_step(h))
		return true;
	if (look_at(d, f, s, h) && !d->asks && lens_helpers_step(h)) {
		d->asks = true; /* it is looked at again once more is known of what it calls */
		return true;
	}
	d->asks = false;
	d->done++;
	return true;
}

const char *lens_frame_why(const struct lens_frame *f)
{
	switch (f->state) {
	case LENS_LOOKED:
	case LENS_ENTRY:
		return NULL;
	case LENS_UNSEEN:
	case LENS_NO_TEXT:
		break;
	case LENS_NO_PLACE:
		return "the report does not say where it is";
	case LENS_NO_HEAD:
		return "where it begins is not known";
	case LENS_MACRO:
		return "the line is of a macro";
	case LENS_OTHER:
		return "the function there has another name";
	case LENS_TOO_LONG:
		return "it is too long";
	case LENS_FOREIGN:
		return "the repository has other source than tools read";
	case LENS_NO_CALL:
		return "in the source of this commit the line is another";
	}
	return "its text is not known";
}

struct slice lens_frame_name(const struct lens_frame *f)
{
	return f->f->function.n ? f->f->function : SLICE("a function");
}

/* ---- what it comes to at the access ---- */

static bool is_understood(const struct lens_frame *f)
{
	return (f->state == LENS_LOOKED || f->state == LENS_ENTRY) && !f->lost;
}

/* How much a name in an inner function is like that of what a caller holds. */
enum likeness { OTHER, PERHAPS, SAME };

static enum likeness compare(const struct lens_find *held, const struct lens_find *inner)
{
	struct slice a = slice_str(held->name), b = slice_str(inner->name), field = lens_field(a);

	if (inner->whole)
		return !lock_sleeps(held->family) && (slice_eq(a, b) || slice_eq(lens_object(a), b)) ? SAME : OTHER;
	if (held->family != inner->family && held->state != LENS_ASSERTED)
		return OTHER;
	if (slice_eq(a, b) || (inner->kind == LOCK_IRQ && b.n == 0)) /* they are switched on, whoever switched them off */
		return SAME;
	if (field.n && slice_eq(field, lens_field(b)))
		return SAME;
	return held->pointer || inner->pointer ? PERHAPS : OTHER;
}

static bool is_held(const struct lens_find *f)
{
	return f->state == LENS_HELD || f->state == LENS_ASSERTED;
}

/* Is there one lock only, in the functions around frame `in`, that this may be the release of? */
static bool is_only_one(const struct lens_side *d, size_t in, const struct lens_find *dropped, const struct lens_find *held)
{
	bool same_name = strcmp(dropped->name, held->name) == 0 || dropped->kind == LOCK_IRQ;

	for (size_t k = in + 1; k < d->n && d->frame[k].f->interrupted == d->frame[in].f->interrupted; k++) {
		for (size_t i = 0; i < d->frame[k].n; i++) {
			const struct lens_find *o = &d->frame[k].find[i];

			if (o != held && o->state <= LENS_UNDECIDED && dropped->kind != LOCK_IRQ && compare(o, dropped) == SAME &&
			    (!same_name || strcmp(o->name, held->name) == 0))
				return false;
		}
		if (!is_understood(&d->frame[k]) && !same_name)
			return false;
	}
	return true;
}

static const char *verb(const struct lens_find *f)
{
	return f->kind <= LOCK_SHARED ? "release" : "end";
}

/* Does the function release what a caller surely holds by that very name: then it is that one, and no other? */
static bool is_of_another(const struct lens_side *d, size_t in, const struct lens_find *dropped, const struct lens_find *held)
{
	for (size_t k = in + 1; k < d->n && d->frame[k].f->interrupted == d->frame[in].f->interrupted; k++)
		for (size_t i = 0; i < d->frame[k].n; i++) {
			const struct lens_find *o = &d->frame[k].find[i];

			if (o != held && is_held(o) && o->family == dropped->family && strcmp(o->name, dropped->name) == 0)
				return strcmp(held->name, dropped->name) != 0;
		}
	return false;
}

/* What an inner function, frame `in`, does to it before its line; LENS_HELD: nothing but what `why` says. */
static enum lens_state within(const struct lens_side *d, size_t in, const struct lens_find *held, struct buf *why)
{
	const struct lens_frame *f = &d->frame[in];
	struct slice name = lens_frame_name(f);

	for (size_t n = 0; n < f->n; n++) {
		const struct lens_find *o = &f->find[n];
		enum likeness like = o->state < LENS_AT ? compare(held, o) : OTHER;

		if (o->state == LENS_DROPPED && like == SAME && o->certain && is_only_one(d, in, o, held))
			return LENS_RELEASED;
		if (o->state == LENS_DROPPED && (o->family == held->family || held->state == LENS_ASSERTED) && !is_of_another(d, in, o, held)) {
			buf_clear(why);
			buf_addf(why, "%.*s() releases one at line %" PRIu32, (int)name.n, name.p, o->line);
			return LENS_UNDECIDED;
		}
		if (like == OTHER || !o->dip || is_of_another(d, in, o, held))
			continue;
		if (o->dips_in_line) {
			buf_clear(why);
			buf_addf(why, "%.*s() may %s it for a while in the line itself, by %s()", (int)name.n, name.p, verb(held), o->dipper);
			return LENS_UNDECIDED;
		}
		buf_clear(why); /* the nearest to the access */
		buf_addf(why, "%.*s() may %s it for a while, by %s() at line %" PRIu32, (int)name.n, name.p, verb(held), o->dipper, o->dip);
	}
	return LENS_HELD;
}

enum lens_state lens_side_state(const struct lens_side *d, size_t k, size_t i, struct buf *why)
{
	const struct lens_find *find = &d->frame[k].find[i];

	if (!is_held(find)) {
		buf_adds(why, find->why);
		return find->state;
	}
	if (find->pause || (find->dip && find->state == LENS_ASSERTED))
		buf_addf(why, "%s() at line %" PRIu32 " may %s it for a while", find->pause ? find->pauser : find->dipper, find->pause ? find->pause : find->dip,
			 verb(find));
	for (size_t in = k; in-- > 0;) {
		const struct lens_frame *f = &d->frame[in];
		enum lens_state state;

		if (d->frame[k].f->interrupted && !f->f->interrupted)
			break; /* what came between is no callee of it */
		state = within(d, in, find, why);
		if (state != LENS_HELD)
			return state;
		if (!is_understood(f)) {
			buf_clear(why);
			buf_addf(why, "%.*s() is called with it, ", (int)lens_frame_name(f).n, lens_frame_name(f).p);
			buf_adds(why, f->state == LENS_LOOKED ? "and was not understood" : "of which the text is not known");
			return LENS_UNDECIDED;
		}
	}
	return find->state;
}

bool lens_side_is_known(const struct lens_side *d)
{
	size_t of;

	return lens_side_known(d, &of) == of && !d->a->elided && d->n == d->a->nframes;
}

size_t lens_side_known(const struct lens_side *d, size_t *of)
{
	size_t n = 0;

	*of = 0;
	for (size_t k = 0; k < d->n && !d->frame[k].f->interrupted; k++) {
		*of += d->frame[k].state != LENS_ENTRY;
		n += d->frame[k].state != LENS_ENTRY && is_understood(&d->frame[k]);
	}
	return n;
}
