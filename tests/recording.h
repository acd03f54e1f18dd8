/* Recordings put together by tests: a report, and what tools returned about it. */
#ifndef TESTS_RECORDING_H
#define TESTS_RECORDING_H

#include "base/json.h"
#include "tests/app.h"

struct recording {
	struct buf text;
	struct json_w w;
	int64_t spans;
};

static inline void recording_span(struct recording *r, const char *type, const char *name)
{
	json_open(&r->w, '{');
	json_kint(&r->w, "Seq", r->spans++);
	json_kint(&r->w, "Nesting", r->spans > 2 ? 2 : r->spans - 1);
	json_kcstr(&r->w, "Type", type);
	json_kcstr(&r->w, "Name", name);
	json_kcstr(&r->w, "Started", "2026-05-11T08:00:00Z");
	json_kcstr(&r->w, "Finished", "2026-05-11T08:00:09Z");
}

static inline void recording_begin(struct recording *r, struct slice report)
{
	*r = (struct recording){.text = BUF_INIT};
	json_w_init(&r->w, &r->text, false);
	json_open(&r->w, '[');
	recording_span(r, "flow", "assessment-kcsan");
	json_close(&r->w, '}');
	recording_span(r, "agent", "expert");
	json_kstr(&r->w, "Prompt", report);
	json_close(&r->w, '}');
}

/* read-file returned `text` of a file, the first of its lines being number `line`. */
static inline void recording_read(struct recording *r, const char *path, unsigned line, const char *text)
{
	struct slice rest = slice_str(text), one;
	struct buf b = BUF_INIT;

	while (slice_line(&rest, &one))
		buf_addf(&b, "%4u:\t%.*s\n", line++, (int)one.n, one.p);
	recording_span(r, "tool", "read-file");
	json_key(&r->w, "Args");
	json_open(&r->w, '{');
	json_kcstr(&r->w, "File", path);
	json_close(&r->w, '}');
	json_key(&r->w, "Results");
	json_open(&r->w, '{');
	json_kstr(&r->w, "Contents", buf_slice(&b));
	json_close(&r->w, '}');
	json_close(&r->w, '}');
	buf_release(&b);
}

/* codesearch-struct-layout returned `fields`, a JSON array. */
static inline void recording_layout(struct recording *r, const char *tag, const char *fields)
{
	recording_span(r, "tool", "codesearch-struct-layout");
	json_key(&r->w, "Args");
	json_open(&r->w, '{');
	json_kcstr(&r->w, "Name", tag);
	json_close(&r->w, '}');
	json_key(&r->w, "Results");
	json_open(&r->w, '{');
	json_key(&r->w, "Fields");
	json_raw(&r->w, slice_str(fields));
	json_close(&r->w, '}');
	json_close(&r->w, '}');
}

/* Open it in a store of its own, hand it to `look`, and clean up. */
static inline void recording_open(struct recording *r, void (*look)(struct session *s, void *arg), void *arg)
{
	struct test_opened *o;

	json_close(&r->w, ']');
	o = test_open_text("run.json", buf_slice(&r->text));
	look(o->session, arg);
	test_close(o);
	buf_release(&r->text);
}

#endif
