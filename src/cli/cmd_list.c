/* verdict list: the stored runs. */
#include "base/json.h"
#include "cli/cli.h"

struct listing {
	struct store *store; /* borrowed */
	struct json_w *w; /* NULL: for people */
	bool unreviewed;
	size_t n;
};

static void json_time(struct json_w *w, const char *key, int64_t us)
{
	struct buf b = BUF_INIT;

	if (us != WHEN_NONE)
		when_add(&b, us, WHEN_SECOND);
	json_kstr(w, key, buf_slice(&b));
	buf_release(&b);
}

/* A journal that no program writes any more was left before its end. */
static const char *state_of(const struct listing *l, const struct run_row *r)
{
	bool left = r->state == RUN_RUNNING && !r->recording[0] && store_writer(l->store, r->id, NULL) == 0;

	return run_state_name(left ? RUN_INTERRUPTED : r->state);
}

static int print_row(void *arg, const struct run_row *r)
{
	struct listing *l = arg;

	if (l->unreviewed && r->review != REVIEW_UNREVIEWED && r->review != REVIEW_DEFERRED)
		return 0;
	l->n++;
	if (!l->w) {
		struct buf more = BUF_INIT;
		bool titled = r->title && *r->title;

		if (r->others)
			buf_addf(&more, " (+%u)", r->others);
		if (r->others_decided)
			buf_addf(&more, " (%u of them decided)", r->others_decided);
		cli_line("%.12s  %-10s%s  %-20s  %s%s%s", r->id, review_state_name(r->review), r->draft ? "*" : " ",
			 r->state == RUN_DONE ? r->outputs : state_of(l, r), titled ? r->title : "no title, ",
			 titled ? "" : r->workflow ? r->workflow : "", buf_str(&more));
		buf_release(&more);
		return 0;
	}
	json_open(l->w, '{');
	json_kcstr(l->w, "id", r->id);
	json_kcstr(l->w, "job", r->job);
	json_kcstr(l->w, "workflow", r->workflow);
	json_kcstr(l->w, "title", r->title);
	json_kcstr(l->w, "state", state_of(l, r));
	json_kcstr(l->w, "outputs", r->outputs);
	json_kcstr(l->w, "review", review_state_name(r->review));
	json_kcstr(l->w, "reviewer", r->reviewer);
	json_kbool(l->w, "draft", r->draft);
	json_time(l->w, "started", r->started);
	json_time(l->w, "added", r->added);
	json_kint(l->w, "others", r->others);
	json_kint(l->w, "others_decided", r->others_decided);
	json_close(l->w, '}');
	return 0;
}

static int list(struct app *a, const struct cli_args *args, struct err *e)
{
	struct store *store = app_store(a, false, e);
	struct buf b = BUF_INIT;
	struct json_w w;
	struct listing l = {.store = store, .unreviewed = cli_given(args, "unreviewed")};
	int rc = 0;

	if (!store && e->cls != ERR_NONE)
		return -1;
	json_w_init(&w, &b, true);
	if (cli_given(args, "json")) {
		l.w = &w;
		json_open(&w, '[');
	}
	if (store)
		rc = (cli_given(args, "all") ? store_list : store_cases)(store, print_row, &l, e);
	if (l.w) {
		json_close(&w, ']');
		buf_addc(&b, '\n');
		cli_out(NULL, buf_slice(&b));
	}
	buf_release(&b);
	return rc;
}

const struct cli_command cli_list = {
	.name = "list",
	.args = "",
	.help = "list the stored runs, newest first",
	.options = {{"json", NULL, "one object a run"}, {"unreviewed", NULL, "only runs that wait for a decision"},
		    {"all", NULL, "every recording, not only the best of each job"}},
	.run = list,
};
