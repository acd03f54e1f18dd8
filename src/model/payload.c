#include "model/payload.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"

/* ---- writing ---- */

static void start(struct json_w *w, struct buf *b)
{
	json_w_init(w, b, false);
	w->ascii = true;
	json_open(w, '{');
}

static void put_text(struct json_w *w, const char *key, struct slice text)
{
	json_key(w, key);
	json_str(w, text);
}

static void put_outputs(struct json_w *w, const struct outputs *os)
{
	json_key(w, "outputs");
	json_open(w, '{');
	for (size_t i = 0; i < os->n; i++)
		json_kbool(w, os->o[i].name, os->o[i].value);
	json_close(w, '}');
}

static void put_strings(struct json_w *w, const char *key, const char *const *s, size_t n)
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < n; i++)
		json_cstr(w, s[i]);
	json_close(w, ']');
}

void payload_decide(struct buf *b, const struct decision *d, const struct decided_on *on)
{
	const char *reasons[REASONS_MAX];
	struct json_w w;

	for (size_t i = 0; i < d->nreasons; i++)
		reasons[i] = d->reasons[i];
	start(&w, b);
	json_kcstr(&w, "argument", argument_name(d->argument));
	if (d->blind) /* else it is left out: what was decided before there were blind reviews keeps its bytes */
		json_kbool(&w, "blind", true);
	json_kcstr(&w, "comment", d->comment);
	json_kcstr(&w, "confidence", confidence_name(d->confidence));
	json_kcstr(&w, "kind", decision_kind_name(d->kind));
	json_key(&w, "on");
	json_open(&w, '{');
	json_kcstr(&w, "instruction", on->instruction);
	json_kcstr(&w, "recording", on->recording);
	json_kcstr(&w, "report", on->report);
	json_close(&w, '}');
	put_outputs(&w, &d->outputs);
	put_strings(&w, "reasons", reasons, d->nreasons);
	json_kcstr(&w, "remedy", remedy_name(d->remedy));
	put_strings(&w, "sees", on->sees, on->nsees);
	if (d->until[0]) /* what was written before there were days has the same bytes as ever */
		json_kcstr(&w, "until", d->until);
	json_close(&w, '}');
}

/* The first PLACE_EXCERPT bytes of an excerpt, cut at a character. */
static struct slice excerpt(const char *s)
{
	struct slice all = slice_str(s);
	size_t n = all.n;

	if (n > PLACE_EXCERPT)
		for (n = PLACE_EXCERPT; n > 0 && ((unsigned char)all.p[n] & 0xc0) == 0x80;)
			n--;
	return slice_sub(all, 0, n);
}

/* One member of a place: a number where `known`, else null. */
static void put_number(struct json_w *w, const char *key, bool known, uint64_t v)
{
	json_key(w, key);
	if (known)
		json_uint(w, v);
	else
		json_null(w);
}

enum member { M_KIND, M_SPAN, M_FIELD, M_MEMBER, M_FROM, M_TO, M_PATH, M_COMMIT, M_FIRST, M_LAST, M_EXCERPT, MEMBERS };

static void put_member(struct json_w *w, const struct place *p, enum member m)
{
	bool span = p->kind == PLACE_SPAN, source = p->kind == PLACE_SOURCE;

	switch (m) {
	case M_KIND:
		json_kcstr(w, "kind", place_kind_name(p->kind));
		break;
	case M_SPAN:
		put_number(w, "span", span, p->seq);
		break;
	case M_FIELD:
		json_kcstr(w, "field", span ? traj_field_name(p->field) : NULL);
		break;
	case M_MEMBER:
		json_kcstr(w, "member", span ? p->member : NULL);
		break;
	case M_FROM:
		put_number(w, "from", !source, p->from);
		break;
	case M_TO:
		put_number(w, "to", !source, p->to);
		break;
	case M_PATH:
		json_kcstr(w, "path", source ? p->path : NULL);
		break;
	case M_COMMIT:
		json_kcstr(w, "commit", source ? p->commit : NULL);
		break;
	case M_FIRST:
		put_number(w, "first", source, p->line_first);
		break;
	case M_LAST:
		put_number(w, "last", source, p->line_last);
		break;
	default:
		json_kstr(w, "excerpt", excerpt(p->excerpt));
		break;
	}
}

void payload_place(struct json_w *w, const struct place *p)
{
	json_open(w, '{');
	for (int m = 0; m < MEMBERS; m++)
		put_member(w, p, (enum member)m);
	json_close(w, '}');
}

void payload_reveal(struct buf *b, const char *by)
{
	struct json_w w;

	start(&w, b);
	json_kcstr(&w, "by", by);
	json_close(&w, '}');
}

void payload_places(struct json_w *w, const struct place *places, size_t n)
{
	static const enum member sorted[MEMBERS] = {
		M_COMMIT, M_EXCERPT, M_FIELD, M_FIRST, M_FROM, M_KIND, M_LAST, M_MEMBER, M_PATH, M_SPAN,
		M_TO,
	};

	json_key(w, "places");
	json_open(w, '[');
	for (size_t i = 0; i < n && i < PLACES_MAX; i++) {
		json_open(w, '{');
		for (int m = 0; m < MEMBERS; m++)
			put_member(w, &places[i], sorted[m]);
		json_close(w, '}');
	}
	json_close(w, ']');
}

void payload_annotate(struct buf *b, const struct place *places, size_t n, struct slice text)
{
	struct json_w w;

	start(&w, b);
	payload_places(&w, places, n);
	put_text(&w, "text", text);
	json_close(&w, '}');
}

void payload_edit(struct buf *b, const char *target, struct slice text)
{
	struct json_w w;

	start(&w, b);
	put_text(&w, "target", slice_str(target));
	put_text(&w, "text", text);
	json_close(&w, '}');
}

void payload_target(struct buf *b, const char *target)
{
	struct json_w w;

	start(&w, b);
	put_text(&w, "target", slice_str(target));
	json_close(&w, '}');
}

/* ---- reading ---- */

static bool checked(struct slice payload, struct slice *raw)
{
	return json_check(payload, raw, NULL, NULL) == 0 && json_type(*raw) == JSON_OBJECT;
}

/* A copy that is a whole C string: a NUL in the text, which would end it, becomes U+FFFD. */
static char *own(struct slice s)
{
	struct buf b = BUF_INIT;
	size_t at;

	while ((at = slice_chr(s, '\0', 0)) != SLICE_NONE) {
		buf_add(&b, s.p, at);
		buf_adds(&b, "\xef\xbf\xbd");
		s = slice_sub(s, at + 1, s.n);
	}
	buf_add_slice(&b, s);
	return buf_detach(&b);
}

/* Member `key` as an owned string; NULL where it is none. */
static char *own_member(struct arena *a, struct slice raw, const char *key)
{
	struct slice v;

	return json_get_str(a, raw, key, &v) ? own(v) : NULL;
}

static void read_reasons(struct arena *a, struct slice raw, struct decision *d)
{
	struct json_iter it = json_iter(raw);

	while (!it.object && d->nreasons < REASONS_MAX && json_next(&it))
		if (json_type(it.value) == JSON_STRING) {
			char *reason = own(json_string(a, it.value));

			decision_add_reason(d, slice_str(reason));
			free(reason);
		}
}

int payload_decision(struct slice json, struct decision *d, struct err *e)
{
	struct slice raw, word = {0};
	struct arena *a;
	bool ok;

	decision_release(d);
	if (!checked(json, &raw))
		return err_set(e, ERR_STORE, "cannot read a decision: it is not a JSON object");
	a = arena_new();
	ok = json_get_str(a, raw, "kind", &word) && decision_kind_of(word, &d->kind);
	if (ok) {
		if (json_get_str(a, raw, "argument", &word))
			argument_of(word, &d->argument);
		if (json_get_str(a, raw, "remedy", &word))
			remedy_of(word, &d->remedy);
		if (json_get_str(a, raw, "confidence", &word))
			confidence_of(word, &d->confidence);
		if (d->kind == DECIDE_DEFER && json_get_str(a, raw, "until", &word) && date_is(word))
			memcpy(d->until, word.p, DATE_TEXT);
		d->comment = own_member(a, raw, "comment");
		d->blind = slice_is(json_member(raw, "blind"), "true");
		outputs_set_json(&d->outputs, json_member(raw, "outputs"));
		read_reasons(a, json_member(raw, "reasons"), d);
	}
	arena_free(a);
	return ok ? 0 : err_set(e, ERR_STORE, "cannot read a decision: its kind is not known to this version");
}

bool payload_read_text(const char *payload, char **text)
{
	struct arena *a;
	struct slice raw;

	*text = NULL;
	if (!checked(slice_str(payload), &raw))
		return false;
	a = arena_new();
	*text = own_member(a, raw, "text");
	arena_free(a);
	return *text != NULL;
}

bool payload_read_target(const char *payload, char target[SHA256_HEX + 1])
{
	struct slice raw, v;

	if (!checked(slice_str(payload), &raw))
		return false;
	v = json_member(raw, "target");
	if (json_type(v) != JSON_STRING || v.n != SHA256_HEX + 2)
		return false;
	memcpy(target, v.p + 1, SHA256_HEX);
	target[SHA256_HEX] = '\0';
	return true;
}

static uint64_t number(struct slice raw, const char *key, uint64_t max)
{
	uint64_t v = 0;

	return slice_u64(json_member(raw, key), &v) && v <= max ? v : 0;
}

static bool read_place(struct arena *a, struct slice raw, struct place *p)
{
	struct slice v;
	int k = 0;

	*p = (struct place){.field = FIELD_N};
	if (!json_get_str(a, raw, "kind", &v))
		return false;
	while (k < PLACE_KINDS && !slice_is(v, place_kind_name((enum place_kind)k)))
		k++;
	if (k == PLACE_KINDS)
		return false;
	p->kind = (enum place_kind)k;
	if (json_get_str(a, raw, "field", &v))
		p->field = traj_field_of(v);
	p->seq = (uint32_t)number(raw, "span", UINT32_MAX);
	p->from = number(raw, "from", UINT64_MAX);
	p->to = number(raw, "to", UINT64_MAX);
	p->line_first = (uint32_t)number(raw, "first", UINT32_MAX);
	p->line_last = (uint32_t)number(raw, "last", UINT32_MAX);
	if (p->to < p->from) /* what ends before it begins is empty */
		p->to = p->from;
	if (p->line_last < p->line_first)
		p->line_last = p->line_first;
	p->member = own_member(a, raw, "member");
	p->path = own_member(a, raw, "path");
	p->commit = own_member(a, raw, "commit");
	if (json_get_str(a, raw, "excerpt", &v)) {
		char *all = own(v);
		struct slice cut = excerpt(all);

		p->excerpt = xstrndup(cut.p, cut.n);
		free(all);
	}
	return true;
}

bool payload_read_places(const char *payload, struct place **places, size_t *n)
{
	struct json_iter it;
	struct slice raw;
	struct arena *a;
	struct place p;

	*places = NULL;
	*n = 0;
	if (!checked(slice_str(payload), &raw))
		return false;
	it = json_iter(json_member(raw, "places"));
	a = arena_new();
	while (!it.object && *n < PLACES_MAX && json_next(&it)) {
		if (!read_place(a, it.value, &p))
			continue;
		*places = xrealloc(*places, (*n + 1) * sizeof **places); /* most notes have one */
		(*places)[(*n)++] = p;
	}
	arena_free(a);
	return true;
}

struct slice payload_member(const char *payload, bool on, const char *key)
{
	struct slice raw;

	if (!checked(slice_str(payload), &raw))
		return (struct slice){0};
	if (on)
		raw = json_member(raw, "on");
	return json_member(raw, key);
}
