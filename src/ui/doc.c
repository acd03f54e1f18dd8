#include "ui/doc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "ui/gate.h"

void doc_release(struct doc *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->parts[i].member);
	free(d->parts);
	buf_release(&d->text);
	buf_release(&d->title);
	*d = (struct doc){.span = SIZE_MAX};
}

/* Add text; its place is `seq`, `field`, `member`, or nowhere with DOC_NO_SPAN. */
static void add(struct doc *d, struct slice text, enum role role, uint32_t seq, enum traj_field field, struct slice member)
{
	struct doc_part *p;

	if (text.n == 0 || buf_add_slice(&d->text, text) < 0)
		return;
	d->parts = mem_grow(d->parts, &d->cap, d->n + 1, sizeof *d->parts);
	p = &d->parts[d->n++];
	*p = (struct doc_part){d->text.n - text.n, d->text.n, role, seq, field, NULL, 0};
	if (member.n)
		p->member = xstrndup(member.p, member.n);
}

static void say(struct doc *d, enum role role, struct slice text)
{
	add(d, text, role, DOC_NO_SPAN, FIELD_N, (struct slice){0});
}

static void end_line(struct doc *d)
{
	if (d->text.n && d->text.p[d->text.n - 1] != '\n')
		say(d, ROLE_NORMAL, SLICE("\n"));
}

static void heading(struct doc *d, struct slice words)
{
	end_line(d);
	if (d->text.n)
		say(d, ROLE_NORMAL, SLICE("\n"));
	say(d, ROLE_LABEL, words);
	say(d, ROLE_NORMAL, SLICE("\n"));
}

/* A field as running text under a heading; nothing where it is absent. */
static void field_text(struct doc *d, struct session *s, size_t i, enum traj_field f, enum role role)
{
	struct slice text;
	struct err e;
	int rc = session_field(s, i, f, &text, &e);

	if (rc < 0) {
		heading(d, slice_str(traj_field_name(f)));
		say(d, ROLE_ERROR, slice_str(e.msg));
		return;
	}
	if (rc == 0)
		return;
	heading(d, slice_str(traj_field_name(f)));
	if (text.n == 0)
		say(d, ROLE_DIM, SLICE("(empty)"));
	add(d, text, role, traj_span(s->run->traj, i)->seq, f, (struct slice){0});
}

/* Arguments and results: members one by one, short ones on the line of their name. */
static void field_members(struct doc *d, struct session *s, size_t i, enum traj_field f, enum traj_field raw_field)
{
	uint32_t seq = traj_span(s->run->traj, i)->seq;
	struct slice object, value, name;
	struct json_iter it;
	struct arena *a;

	if (session_field(s, i, f, &object, NULL) <= 0) {
		if (session_field(s, i, raw_field, &object, NULL) > 0) {
			heading(d, f == FIELD_ARGS ? SLICE("Args (as rendered, not decoded)")
						   : SLICE("Results (as rendered, not decoded)"));
			add(d, object, ROLE_NORMAL, seq, raw_field, (struct slice){0});
		}
		return;
	}
	heading(d, slice_str(traj_field_name(f)));
	a = arena_new();
	it = json_iter(object);
	for (size_t n = 0; json_next(&it); n++) {
		name = json_string(a, it.key);
		value = json_type(it.value) == JSON_STRING ? json_string(a, it.value) : it.value;
		end_line(d);
		say(d, ROLE_LABEL, arena_slice(a, name));
		say(d, ROLE_LABEL, slice_chr(value, '\n', 0) == SLICE_NONE ? SLICE(": ") : SLICE(":\n"));
		add(d, value, ROLE_NORMAL, seq, f, name);
		end_line(d);
	}
	if (!it.object)
		add(d, object, ROLE_NORMAL, seq, f, (struct slice){0});
	else if (json_type(object) == JSON_OBJECT && d->text.n && slice_is(slice_trim(object), "{}"))
		say(d, ROLE_DIM, SLICE("(none)"));
	arena_free(a);
}

/* Which turns a tool call stands between; what must have come before a turn. */
static void neighbours(struct buf *b, const struct session *s, size_t i)
{
	const struct run *r = s->run;
	const struct traj *t = r->traj;
	const struct asides *as = &r->asides;
	uint32_t seq = traj_span(t, i)->seq;
	size_t asked, used, n = traj_count(t);

	for (size_t k = 0; (k = asides_find(as, seq, k)) != SIZE_MAX; k++) {
		if (as->a[k].kind == ASIDE_TOLD && !session_may_show(s, i, PART_ASIDES))
			continue; /* a summary, an answer that was put in: a model may have written it */
		buf_addf(b, "+ %s: ", aside_kind_name(as->a[k].kind));
		buf_add_slice(b, as->a[k].text);
		buf_addc(b, '\n');
	}
	if (traj_injected(t, i) && !asides_told(as, seq))
		buf_adds(b, "+ injected message: one before this turn that the recording does not hold\n");
	if (traj_span(t, i)->type != SPAN_TOOL)
		return;
	asked = traj_asked_by(t, i);
	used = traj_used_by(t, i);
	if (asked < n)
		buf_addf(b, "asked by span %" PRIu32, traj_span(t, asked)->seq);
	if (used < n)
		buf_addf(b, "%sused by span %" PRIu32, asked < n ? ", " : "", traj_span(t, used)->seq);
	if (asked < n || used < n)
		buf_addc(b, '\n');
}

static void summary(struct doc *d, struct session *s, size_t i)
{
	const struct span *sp = traj_span(s->run->traj, i);
	struct buf b = BUF_INIT;

	buf_addf(&b, "span %" PRIu32 ", ", sp->seq);
	buf_add_slice(&b, traj_type_word(s->run->traj, i));
	buf_addc(&b, ' ');
	buf_add_slice(&b, traj_name(s->run->traj, i));
	if (sp->model) {
		buf_adds(&b, ", ");
		buf_add_slice(&b, traj_string(s->run->traj, sp->model));
	}
	buf_addc(&b, '\n');
	if (sp->started != WHEN_NONE)
		when_add(&b, sp->started, s->run->unit);
	if (sp->started != WHEN_NONE && sp->finished != WHEN_NONE) {
		buf_adds(&b, ", ");
		when_add_duration(&b, sp->finished - sp->started, s->run->unit);
	}
	if (!(sp->flags & SPAN_FINISHED))
		buf_adds(&b, ", not finished");
	if (sp->tokens_in || sp->tokens_out || sp->tokens_thought)
		buf_addf(&b, ", tokens %" PRIu32 " in, %" PRIu32 " out, %" PRIu32 " thought", sp->tokens_in,
			 sp->tokens_out, sp->tokens_thought);
	buf_addc(&b, '\n');
	neighbours(&b, s, i);
	say(d, ROLE_DIM, buf_slice(&b));
	buf_release(&b);
}

/* Why there is less of it than the recording holds. */
static void hidden(struct doc *d, struct session *s, size_t i)
{
	struct buf b = BUF_INIT;

	gate_span_words(s, i, &b);
	say(d, ROLE_NOTE, buf_slice(&b));
	buf_release(&b);
}

void doc_span(struct doc *d, struct session *s, size_t i)
{
	struct traj *t = s->run->traj;
	const struct span *sp = traj_span(t, i);

	doc_release(d);
	d->span = i;
	buf_addf(&d->title, "%" PRIu32 " ", sp->seq);
	buf_add_slice(&d->title, traj_type_word(t, i));
	buf_addc(&d->title, ' ');
	buf_add_slice(&d->title, traj_name(t, i));
	summary(d, s, i);
	hidden(d, s, i);
	if (sp->flags & SPAN_HIDDEN_ERROR)
		heading(d, SLICE("Error (hidden by the dashboard from readers who are not logged in)"));
	else
		field_text(d, s, i, FIELD_ERROR, ROLE_ERROR);
	field_text(d, s, i, FIELD_THOUGHTS, ROLE_THOUGHT);
	field_members(d, s, i, FIELD_ARGS, FIELD_ARGS_RAW);
	field_members(d, s, i, FIELD_RESULTS, FIELD_RESULTS_RAW);
	field_text(d, s, i, FIELD_REPLY, ROLE_NORMAL);
	field_text(d, s, i, FIELD_PROMPT, ROLE_NORMAL);
	field_text(d, s, i, FIELD_INSTRUCTION, ROLE_NORMAL);
}

/* The part that is a text of the span itself; NULL where the document has none. */
static struct doc_part *part_of(struct doc *d, uint32_t seq, enum traj_field f)
{
	for (size_t i = d->n; i-- > 0;)
		if (d->parts[i].seq == seq && d->parts[i].field == f && !d->parts[i].member)
			return &d->parts[i];
	return NULL;
}

/* Let `part` (NULL: there is none) have all of `text`, where it has its beginning now, and the document's end is its end. */
static bool grow(struct doc *d, struct doc_part *part, struct slice text)
{
	size_t had = part ? part->to - part->from : 0;

	if (had == text.n && had == 0)
		return true;
	if (!part || text.n < had || memcmp(d->text.p + part->from, text.p, had) != 0)
		return false;
	if (text.n == had)
		return true;
	if (part->to != d->text.n || buf_add_slice(&d->text, slice_sub(text, had, text.n)) < 0)
		return false;
	part->to = d->text.n;
	return true;
}

bool doc_more(struct doc *d, struct session *s)
{
	static const enum traj_field streams[] = {FIELD_THOUGHTS, FIELD_REPLY};
	struct traj *t = s->run->traj;

	if (d->span >= traj_count(t))
		return false;
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		struct slice text = {0};

		if (session_field(s, d->span, streams[i], &text, NULL) < 0 ||
		    !grow(d, part_of(d, traj_span(t, d->span)->seq, streams[i]), text))
			return false;
	}
	return true;
}

/* The explanation with its place: in the flow's results, else in an agent's reply. */
static void explanation(struct doc *d, struct session *s)
{
	struct traj *t = s->run->traj;
	struct slice text;

	for (size_t i = 0; i < traj_count(t) && traj_span(t, i)->type == SPAN_FLOW; i++)
		if (session_member(s, i, FIELD_RESULTS, "Explanation", &text) > 0 && slice_eq(text, session_explanation(s))) {
			add(d, text, ROLE_NORMAL, traj_span(t, i)->seq, FIELD_RESULTS, SLICE("Explanation"));
			return;
		}
	for (size_t i = traj_count(t); i-- > 0;)
		if (traj_span(t, i)->type == SPAN_AGENT && session_field(s, i, FIELD_REPLY, &text, NULL) > 0 &&
		    slice_eq(text, session_explanation(s))) {
			add(d, text, ROLE_NORMAL, traj_span(t, i)->seq, FIELD_REPLY, (struct slice){0});
			return;
		}
	say(d, ROLE_NORMAL, session_explanation(s));
}

void doc_answer(struct doc *d, struct session *s)
{
	struct buf words = BUF_INIT;

	doc_release(d);
	buf_adds(&d->title, "AI verdict");
	gate_answer_words(s, &words);
	if (words.n) {
		say(d, ROLE_NOTE, buf_slice(&words));
		buf_release(&words);
		return;
	}
	outputs_words(&words, session_outputs(s));
	buf_adds(&words, "\n\n");
	say(d, ROLE_LABEL, buf_slice(&words));
	buf_release(&words);
	if (s->run->state == RUN_PENDING && traj_count(s->run->traj) == 0 && s->run->report_text.n && !session_reading(s)) {
		say(d, ROLE_DIM, SLICE("No agent has looked at this report: overriding judges it."));
		return;
	}
	if (s->run->state != RUN_DONE && (run_has_failed(s->run) || s->following || !session_reading(s))) {
		struct buf b = BUF_INIT;

		buf_addf(&b, "The run is %s.\n", run_has_failed(s->run) ? run_state_name(s->run->state) : "unfinished");
		if (s->run->error.n && session_may_show(s, SESSION_RUN, PART_ERROR)) {
			buf_add_slice(&b, s->run->error);
			buf_addc(&b, '\n');
		}
		buf_addc(&b, '\n');
		say(d, ROLE_ERROR, buf_slice(&b));
		buf_release(&b);
	}
	if (session_explanation(s).n)
		explanation(d, s);
	else
		say(d, ROLE_DIM, session_reading(s) ? SLICE("No explanation has come yet.")
						    : SLICE("The run holds no explanation."));
}

void doc_instruction(struct doc *d, struct session *s)
{
	struct traj *t = s->run->traj;
	struct slice text;

	doc_release(d);
	d->instruction = true;
	buf_adds(&d->title, "instruction of the agent");
	for (size_t i = 0; i < traj_count(t); i++)
		if (traj_span(t, i)->type == SPAN_AGENT && session_field(s, i, FIELD_INSTRUCTION, &text, NULL) > 0) {
			add(d, text, ROLE_NORMAL, traj_span(t, i)->seq, FIELD_INSTRUCTION, (struct slice){0});
			return;
		}
	say(d, ROLE_DIM, SLICE("The recording holds no instruction: what counted as benign is not known."));
}

const struct doc_part *doc_part_at(const struct doc *d, size_t at)
{
	size_t lo = 0, hi = d->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (d->parts[mid].to <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < d->n ? &d->parts[lo] : d->n ? &d->parts[d->n - 1] : NULL;
}

bool doc_place(const struct doc *d, size_t from, size_t to, struct place *p)
{
	const struct doc_part *part = doc_part_at(d, from);
	struct slice text = buf_slice(&d->text);
	size_t end;

	if (!part || part->seq == DOC_NO_SPAN || from < part->from)
		return false;
	if (to > part->to)
		to = part->to;
	if (to <= from)
		return false;
	*p = (struct place){.kind = PLACE_SPAN, .seq = part->seq, .field = part->field,
			    .from = part->base + (from - part->from), .to = part->base + (to - part->from)};
	if (part->member)
		p->member = xstrdup(part->member);
	end = to - from > PLACE_EXCERPT ? from + PLACE_EXCERPT : to;
	while (end > from && end < to && ((unsigned char)text.p[end] & 0xc0) == 0x80)
		end--; /* an excerpt ends between characters */
	p->excerpt = xstrndup(text.p + from, end - from);
	return true;
}

bool doc_find(const struct doc *d, const struct place *p, size_t *from, size_t *to)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct doc_part *part = &d->parts[i];
		uint64_t last = part->base + (part->to - part->from);

		if (p->kind != PLACE_SPAN || part->seq != p->seq || part->field != p->field || p->from < part->base ||
		    p->from >= last || !slice_eq(slice_str(part->member), slice_str(p->member)))
			continue;
		*from = part->from + (size_t)(p->from - part->base);
		*to = part->from + (size_t)((p->to < last ? p->to : last) - part->base);
		return true;
	}
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* Does a sentence end before byte `i`?  At an empty line, or behind ". ", "? ", "! ". */
static bool sentence_ends(struct slice s, size_t i)
{
	if (i == 0 || i >= s.n)
		return true;
	if (s.p[i - 1] == '\n' && (s.p[i] == '\n' || (i > 1 && s.p[i - 2] == '\n')))
		return true;
	return is_blank(s.p[i]) && (s.p[i - 1] == '.' || s.p[i - 1] == '?' || s.p[i - 1] == '!');
}

void doc_sentence(const struct doc *d, size_t at, size_t *from, size_t *to)
{
	const struct doc_part *part = doc_part_at(d, at);
	struct slice s;
	size_t i, k;

	*from = *to = at;
	if (!part || at < part->from)
		return;
	s = slice_sub(buf_slice(&d->text), part->from, part->to);
	i = k = at - part->from < s.n ? at - part->from : s.n;
	while (i > 0 && !sentence_ends(s, i))
		i--;
	while (i < s.n && i < k && is_blank(s.p[i]))
		i++;
	k = k < s.n ? k + 1 : k;
	while (k < s.n && !sentence_ends(s, k))
		k++;
	while (k > i && is_blank(s.p[k - 1]))
		k--;
	*from = part->from + i;
	*to = part->from + (k > i ? k : i);
}
