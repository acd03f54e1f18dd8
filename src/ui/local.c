#include "ui/local.h"

#include <inttypes.h>

#include "app/object.h"
#include "app/race.h"
#include "app/scope.h"
#include "base/clex.h"
#include "ui/link.h"
#include "ui/source.h"
#include "ui/view.h"

/* Does the row name it otherwise than behind "->" or "."? */
static bool is_bare(struct slice text, struct slice name)
{
	for (size_t at = clex_find_word(text, name, 0); at != SLICE_NONE; at = clex_find_word(text, name, at + name.n)) {
		struct slice before = slice_rtrim(slice_sub(text, 0, at));

		if (!slice_ends(before, "->") && !slice_ends(before, "."))
			return true;
	}
	return false;
}

bool local_go(struct ui *ui, const struct source_row *r, struct slice name)
{
	struct arena *a = arena_new();
	struct buf back = BUF_INIT;
	uint32_t line = 0;
	struct listing l;

	if (is_bare(r->text, name)) {
		listing_of(ui->session, r->path, a, &l);
		line = scope_declared_at(ui->session, &l, r->line, name);
	}
	if (line) {
		struct slice path = arena_slice(a, r->path); /* the pane may be filled anew */

		name = arena_slice(a, name);
		jump_push(ui, true);
		source_file(ui, path, line);
		ui_key_for(ui, CONTEXT_ALL, CMD_RETURN, &back);
		ui_say(ui, ROLE_NORMAL, "%.*s is declared here, in the function; %s goes back", (int)name.n, name.p, buf_str(&back));
	}
	buf_release(&back);
	arena_free(a);
	return line > 0;
}

/* "struct::" of the lvalue on the row, where declarations tell it, and its field. */
static void add_field(struct ui *ui, const struct source_row *r, const struct lvalue *l, struct buf *out)
{
	struct arena *a = arena_new();
	struct object o;

	if (!l->plain && object_of(ui->session, l->text, r->path, r->line, a, &o) && o.tag.n && slice_is(o.field, l->field))
		buf_addf(out, "%.*s::", (int)o.tag.n, o.tag.p);
	buf_adds(out, l->field);
	arena_free(a);
}

void local_field(struct ui *ui, const struct source_row *r, struct buf *name)
{
	struct lvalue l[LVALUES_MAX];
	size_t n = is_bare(r->text, buf_slice(name)) ? 0 : lvalue_find(r->text, l, LVALUES_MAX);

	for (size_t i = 0; i < n; i++)
		if (slice_is(buf_slice(name), l[i].field)) {
			buf_clear(name);
			add_field(ui, r, &l[i], name);
			return;
		}
}

void local_racing_field(struct ui *ui, const struct source_row *r, struct buf *out)
{
	const struct crash *c = ui->session->run->crash;
	struct race_side side;
	struct link link;

	for (unsigned i = 0; r->mark && !out->n && i < c->naccesses && !link_next(r->text, 0, &link); i++) {
		if (source_access_mark(&c->access[i], false) != r->mark)
			continue;
		race_look(ui->session, i, &side);
		if (race_is_one(&side))
			add_field(ui, r, &side.candidate[side.which], out);
	}
}
