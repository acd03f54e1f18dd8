/* verdict list: the stored runs. */
#include <string.h>

#include "app/queue.h"
#include "base/json.h"
#include "cli/cli.h"

struct listing {
	struct app *app;     /* borrowed */
	struct store *store; /* borrowed */
	struct json_w *w; /* NULL: for people */
	bool unreviewed;
	char today[DATE_TEXT + 1];
};

static void json_time(struct json_w *w, const char *key, int64_t us)
{
	struct buf b = BUF_INIT;

	if (us != WHEN_NONE)
		when_add(&b, us, WHEN_SECOND);
	json_kstr(w, key, buf_slice(&b));
	buf_release(&b);
}

/* What was decided, where it is not what the AI said; of a deferral, until when. */
static void decided_words(const struct listing *l, const struct run_row *r, struct buf *b)
{
	if (r->until[0])
		buf_addf(b, "%s %s", run_row_due(r, l->today) ? "due since" : "until", r->until);
	else if (r->decided && (r->state != RUN_DONE || strcmp(r->decided, r->outputs) != 0))
		buf_addf(b, "decided %s", r->decided);
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
	bool shows = app_may_list(l->app, r);

	if (l->unreviewed && shows && r->review != REVIEW_UNREVIEWED && r->review != REVIEW_DEFERRED)
		return 0; /* what is hidden waits for this reviewer's own decision, whatever others decided */
	if (!l->w) {
		struct buf more = BUF_INIT, decided = BUF_INIT;
		bool titled = r->title && *r->title;

		if (r->others)
			buf_addf(&more, " (+%u)", r->others);
		if (r->others_decided && shows)
			buf_addf(&more, " (%u of them decided)", r->others_decided);
		if (shows)
			decided_words(l, r, &decided);
		cli_line("%.12s  %-10s%s  %-17s  %-16s  %s%s%s", r->id, shows ? review_state_name(r->review) : "hidden", r->draft ? "*" : " ",
			 r->state == RUN_PENDING ? run_state_words(r->state) : r->state != RUN_DONE ? state_of(l, r) : shows ? r->outputs : "hidden", buf_str(&decided), titled ? r->title : r->workflow && *r->workflow ? "no title, " : "no title",
			 titled ? "" : r->workflow ? r->workflow : "", buf_str(&more));
		buf_release(&more);
		buf_release(&decided);
		return 0;
	}
	json_open(l->w, '{');
	json_kcstr(l->w, "id", r->id);
	json_kcstr(l->w, "job", r->job);
	json_kcstr(l->w, "workflow", r->workflow);
	json_kcstr(l->w, "title", r->title);
	json_kcstr(l->w, "state", state_of(l, r));
	json_kcstr(l->w, "outputs", shows ? r->outputs : NULL);
	json_kcstr(l->w, "review", shows ? review_state_name(r->review) : NULL);
	json_kcstr(l->w, "reviewer", shows ? r->reviewer : NULL);
	json_kcstr(l->w, "decided", shows ? r->decided : NULL);
	json_kcstr(l->w, "until", shows && r->until[0] ? r->until : NULL);
	json_kbool(l->w, "draft", r->draft);
	json_time(l->w, "started", r->started);
	json_time(l->w, "added", r->added);
	json_kint(l->w, "others", r->others);
	json_kint(l->w, "others_decided", shows ? r->others_decided : 0);
	json_close(l->w, '}');
	return 0;
}

/* As the queue of the screen lists them. */
static int list_queue(struct app *a, const struct cli_args *args, struct listing *l, struct err *e)
{
	struct queue q = {0};
	int rc = queue_sort(&q, slice_str(cli_given(args, "sort") ? cli_value(args, "sort") : "age"), e);

	if (rc == 0)
		rc = queue_filter(&q, slice_str(cli_value(args, "filter")), e);
	if (rc == 0)
		rc = queue_make(&q, a, e);
	for (size_t i = 0; rc == 0 && i < q.order.n; i++) {
		struct run_row row;

		rc = store_row(l->store, q.order.k[i], &row, e);
		if (rc > 0)
			rc = print_row(l, &row);
		run_row_release(&row);
	}
	queue_release(&q);
	return rc;
}

static int print_runs(struct app *a, const struct cli_args *args, struct listing *l, struct err *e)
{
	if (cli_given(args, "sort") || cli_given(args, "filter"))
		return list_queue(a, args, l, e);
	if (!l->store)
		return 0;
	return (cli_given(args, "all") ? store_list : store_cases)(l->store, print_row, l, e);
}

static int list(struct app *a, const struct cli_args *args, struct err *e)
{
	struct store *store = app_store(a, false, e);
	struct buf b = BUF_INIT;
	struct json_w w;
	struct listing l = {.app = a, .store = store, .unreviewed = cli_given(args, "unreviewed")};
	int rc;

	if (!store && e->cls != ERR_NONE)
		return -1;
	if (cli_given(args, "all") && (cli_given(args, "sort") || cli_given(args, "filter")))
		return err_set(e, ERR_USAGE, "list: --sort and --filter list one recording of each job, --all lists every one");
	date_of(a->now(), l.today);
	json_w_init(&w, &b, true);
	if (cli_given(args, "json")) {
		l.w = &w;
		json_open(&w, '[');
	}
	rc = print_runs(a, args, &l, e);
	if (l.w && rc == 0) {
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
		    {"sort", "ORDER", "queue, age, title, state, ai, reviewer; with '-' before it backwards"},
		    {"filter", "WORDS", "state=WORD, reviewer=PART, ai=PART, and a part of the title"},
		    {"all", NULL, "every recording, not only the best of each job"}},
	.run = list,
};
