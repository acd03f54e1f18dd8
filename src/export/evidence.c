#include "export/parts.h"

#include "model/evidence.h"

/* Which lines of which files tools returned, and in which span. */

static void put_range(struct json_w *w, const struct traj *t, const struct evidence_range *r)
{
	json_open(w, '{');
	json_kint(w, "span", traj_span(t, r->span)->seq);
	json_kint(w, "first", r->first);
	json_kint(w, "last", r->last);
	json_kcstr(w, "kind", r->kind == EVIDENCE_READ ? "read" : "searched");
	json_close(w, '}');
}

static void put_file(struct json_w *w, const struct traj *t, const struct evidence_file *f)
{
	json_open(w, '{');
	json_kstr(w, "path", f->path);
	json_kbool(w, "whole", f->whole);
	json_kbool(w, "contradicted", f->contradicted);
	json_key(w, "ranges");
	json_open(w, '[');
	for (size_t i = 0; i < f->nranges; i++)
		put_range(w, t, &f->ranges[i]);
	json_close(w, ']');
	json_close(w, '}');
}

void part_evidence(struct json_w *w, struct run *r)
{
	struct evidence *ev = evidence_new(r->traj);

	evidence_update(ev);
	json_key(w, "evidence");
	json_open(w, '[');
	for (size_t i = 0; i < evidence_files(ev); i++)
		put_file(w, r->traj, evidence_at(ev, i));
	json_close(w, ']');
	evidence_free(ev);
}
