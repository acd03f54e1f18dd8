#include "export/parts.h"

/*
 * Merged spans in the form of the agent's own recordings: a record that came as JSON leaves as it came, any other is
 * built with the keys and omissions of that form.
 */

/* Go's zero time, which that form has where a time is unknown. */
static const char no_time[] = "0001-01-01T00:00:00Z";

static void put_time(struct json_w *w, const char *key, int64_t us, enum when_unit unit)
{
	struct buf b = BUF_INIT;

	if (us == WHEN_NONE)
		buf_adds(&b, no_time);
	else /* RFC 3339 has no times without seconds */
		when_add(&b, us, unit == WHEN_MINUTE ? WHEN_SECOND : unit);
	json_kstr(w, key, buf_slice(&b));
	buf_release(&b);
}

/* A text, or nothing where it is absent or empty. */
static int put_text(struct json_w *w, struct traj *t, size_t i, enum traj_field f, struct err *e)
{
	struct slice s;

	if (traj_field(t, i, f, &s, e) < 0)
		return -1;
	if (s.n) {
		json_key(w, traj_field_name(f));
		json_str(w, s);
	}
	return 0;
}

/* Args or Results: the object, or what the source had in its place as a string; an empty object is kept. */
static int put_object(struct json_w *w, struct traj *t, size_t i, enum traj_field f, enum traj_field raw, struct err *e)
{
	struct slice s;
	int got = traj_field(t, i, f, &s, e);

	if (got > 0 && s.n) {
		json_key(w, traj_field_name(f));
		json_raw(w, s);
		return 0;
	}
	if (got == 0)
		got = traj_field(t, i, raw, &s, e);
	if (got > 0) {
		json_key(w, traj_field_name(f));
		json_str(w, s);
	}
	return got < 0 ? -1 : 0;
}

static void put_count(struct json_w *w, const char *key, uint32_t n)
{
	if (n)
		json_kint(w, key, n);
}

static int build(struct json_w *w, const struct run *r, size_t i, struct err *e)
{
	static const enum traj_field texts[] = {FIELD_INSTRUCTION, FIELD_PROMPT, FIELD_REPLY, FIELD_THOUGHTS};
	struct span s = *traj_span(r->traj, i);
	struct traj *t = r->traj;

	json_open(w, '{');
	json_kint(w, "Seq", s.seq);
	json_kint(w, "Nesting", s.nesting);
	json_key(w, "Type");
	json_str(w, traj_type_word(t, i));
	json_key(w, "Name");
	json_str(w, traj_name(t, i));
	if (s.model) {
		json_key(w, "Model");
		json_str(w, traj_string(t, s.model));
	}
	put_time(w, "Started", s.started, r->unit);
	if (s.flags & SPAN_FINISHED)
		put_time(w, "Finished", s.finished, r->unit);
	if (put_text(w, t, i, FIELD_ERROR, e) < 0 || put_object(w, t, i, FIELD_ARGS, FIELD_ARGS_RAW, e) < 0 ||
	    put_object(w, t, i, FIELD_RESULTS, FIELD_RESULTS_RAW, e) < 0)
		return -1;
	for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
		if (put_text(w, t, i, texts[k], e) < 0)
			return -1;
	put_count(w, "InputTokens", s.tokens_in);
	put_count(w, "OutputTokens", s.tokens_out);
	put_count(w, "OutputThoughtsTokens", s.tokens_thought);
	json_close(w, '}');
	return 0;
}

static int put_span(struct buf *b, const struct run *r, size_t i, struct err *e)
{
	struct slice record;
	struct json_w w;
	int got = traj_field(r->traj, i, FIELD_RECORD, &record, e);

	if (got < 0)
		return -1;
	if (got > 0) {
		buf_add_slice(b, record);
		return 0;
	}
	json_w_init(&w, b, false);
	return build(&w, r, i, e);
}

int export_spans(const struct export_in *in, export_sink sink, void *arg, struct err *e)
{
	size_t n = traj_count(in->run->traj);
	struct buf b = BUF_INIT;
	int rc = 0;

	buf_adds(&b, "[");
	for (size_t i = 0; rc == 0 && i < n; i++) {
		buf_adds(&b, i ? ",\n" : "\n");
		rc = put_span(&b, in->run, i, e);
		traj_release_bodies(in->run->traj);
		if (rc == 0)
			rc = part_flush(&b, sink, arg, e);
	}
	if (rc == 0) {
		buf_adds(&b, "\n]\n");
		rc = part_flush(&b, sink, arg, e);
	}
	buf_release(&b);
	return rc;
}
