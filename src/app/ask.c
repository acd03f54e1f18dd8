#include "app/ask.h"

#include <stdlib.h>
#include <string.h>

#include "app/kernel.h"
#include "app/live.h"
#include "base/json.h"
#include "base/mem.h"
#include "sys/child.h"
#include "workspace/scratch.h"
#include "workspace/tool.h"
#include "workspace/tree.h"

/* What was answered of a commit. */
struct kept {
	char *key;         /* owned */
	struct buf answer;
};

struct ask {
	struct app *app;
	struct loop *l;
	void (*news)(void *arg);
	void *arg;
	char *program;      /* owned; NULL: this one */
	enum ask_state state;
	struct child *child;
	char *tmp;          /* owned; where the child puts what it needs for a while: it may not live to remove that */
	int64_t since;
	char *key;          /* owned; of the question, where its answer may be kept; or NULL */
	struct buf answer, why;
	struct kept kept[ASK_KEPT]; /* the newest last */
	size_t nkept, bytes;
};

struct ask *ask_new(struct app *a, struct loop *l, void (*news)(void *arg), void *arg)
{
	struct ask *k = xcalloc(1, sizeof *k);

	*k = (struct ask){.app = a, .l = l, .news = news, .arg = arg};
	buf_init(&k->answer, ASK_OUT + 1);
	a->ask = k;
	return k;
}

static void drop_oldest(struct ask *k)
{
	k->bytes -= k->kept[0].answer.n;
	free(k->kept[0].key);
	buf_release(&k->kept[0].answer);
	memmove(&k->kept[0], &k->kept[1], --k->nkept * sizeof *k->kept);
}

void ask_free(struct ask *k)
{
	if (!k)
		return;
	k->app->ask = NULL;
	ask_stop(k);
	while (k->nkept)
		drop_oldest(k);
	buf_release(&k->answer);
	buf_release(&k->why);
	free(k->program);
	free(k);
}

void ask_use(struct ask *k, const char *program)
{
	free(k->program);
	k->program = xstrdup(program);
}

/* ---- which tree ---- */

/* The id of a commit that is named, where it is known: answers are kept by it. */
static struct slice id_of(const struct app *app, struct slice commit)
{
	struct err e;
	struct repo *r = commit.n ? kernel_repo(app->kernel, &e) : NULL;
	struct slice id, why;

	return r && repo_commit(r, commit, &id, &why) == REPO_HAVE ? id : commit;
}

int ask_tree(const struct session *s, struct slice commit, struct arena *a, struct ask_tree *out, struct err *e)
{
	const struct app *app = s->app;
	const char *kernel = app->conf.value[OPT_KERNEL];
	struct slice set = slice_str(app->conf.value[OPT_COMMIT]);

	if (!commit.n)
		commit = set.n ? set : s->run->kernel_commit;
	*out = (struct ask_tree){.dir = kernel, .build = app->conf.value[OPT_BUILD], .commit = arena_str(a, commit)};
	if (s->live) {
		live_tree(s->live, &out->dir, &out->build);
		return 0;
	}
	if (!kernel[0] && tree_is_kernel(".", NULL, 0))
		out->dir = ".";
	else if (!kernel[0])
		return err_set(e, ERR_TOOL, "no kernel is named to ask about: :set kernel DIR names its repository");
	out->commit = arena_str(a, id_of(app, commit));
	return 0;
}

/* ---- what is kept ---- */

/* All that an answer hangs on. */
static char *key_of(const char *tool, const struct ask_tree *t, struct slice args)
{
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s\n%s\n%s\n%s\n", tool, t->dir, t->build, t->commit);
	buf_add_slice(&b, args);
	return buf_detach(&b);
}

static bool recall(struct ask *k, const char *key)
{
	for (size_t i = 0; i < k->nkept; i++)
		if (strcmp(k->kept[i].key, key) == 0) {
			buf_add_slice(&k->answer, buf_slice(&k->kept[i].answer));
			return true;
		}
	return false;
}

/* An id may be the beginning of the other. */
static bool same_commit(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	return slice_eq(a, b) || (n >= 7 && slice_eq(slice_sub(a, 0, n), slice_sub(b, 0, n)));
}

bool ask_kept(const struct ask *k, const char *tool, const struct ask_tree *t, size_t *at, struct slice *answer)
{
	while (k && *at < k->nkept) {
		const struct kept *had = &k->kept[(*at)++];
		struct slice rest = slice_str(had->key), line[4];

		for (size_t i = 0; i < 4; i++) /* as key_of() has them */
			if (!slice_line(&rest, &line[i]))
				return false;
		if (slice_is(line[0], tool) && slice_is(line[1], t->dir) && slice_is(line[2], t->build) && same_commit(line[3], slice_str(t->commit))) {
			*answer = buf_slice(&had->answer);
			return true;
		}
	}
	return false;
}

/* The key is taken. */
static void keep(struct ask *k, char *key)
{
	struct kept *to;

	if (k->answer.n > ASK_KEPT_BYTES / 4) {
		free(key);
		return;
	}
	while (k->nkept == ASK_KEPT || k->bytes + k->answer.n > ASK_KEPT_BYTES)
		drop_oldest(k);
	to = &k->kept[k->nkept++];
	*to = (struct kept){.key = key};
	buf_init(&to->answer, ASK_OUT + 1);
	buf_add_slice(&to->answer, buf_slice(&k->answer));
	k->bytes += to->answer.n;
}

/* ---- asking ---- */

static void clean_up(struct ask *k)
{
	scratch_remove(k->tmp);
	free(k->tmp);
	k->tmp = NULL;
}

void ask_stop(struct ask *k)
{
	child_kill(k->child);
	k->child = NULL;
	clean_up(k);
	free(k->key);
	k->key = NULL;
	k->state = ASK_IDLE;
	buf_clear(&k->answer);
	buf_clear(&k->why);
}

static void say(struct ask *k, const char *what, struct slice why)
{
	k->state = ASK_FAILED;
	buf_adds(&k->why, what);
	if (why.n)
		buf_addf(&k->why, ": %.*s", (int)(why.n < 400 ? why.n : 400), why.p);
}

static struct slice first_line(struct slice s)
{
	struct slice line = {0};

	slice_line(&s, &line);
	slice_eat(&line, "verdict: ");
	return slice_trim(line);
}

/* An answer that says what was wrong is none. */
static void take(struct ask *k, const struct child_result *r)
{
	struct arena *a = arena_new();
	struct slice raw, error;

	if (r->timed_out)
		say(k, "there was no answer in 5 minutes: the question was ended", SLICE(""));
	else if (r->too_much)
		say(k, "the answer is too long", SLICE(""));
	else if (!r->exited)
		say(k, "whoever was asked was killed before there was an answer", SLICE(""));
	else if (r->status != 0)
		say(k, "there is no answer", first_line(r->err));
	else if (json_check(r->out, &raw, NULL, NULL) < 0 || json_type(raw) != JSON_OBJECT)
		say(k, "the answer cannot be read", SLICE(""));
	else if (json_get_str(a, raw, "error", &error))
		say(k, "no answer", error);
	else {
		k->state = ASK_ANSWERED;
		buf_add_slice(&k->answer, raw);
	}
	arena_free(a);
}

static void done(void *arg, const struct child_result *r)
{
	struct ask *k = arg;

	k->child = NULL;
	clean_up(k);
	take(k, r);
	if (k->state == ASK_ANSWERED && k->key)
		keep(k, k->key);
	else
		free(k->key);
	k->key = NULL;
	k->news(k->arg);
}

/* The child, with a folder of its own for what it makes for a while; NULL: ERR_TOOL. */
static struct child *start(struct ask *k, const char *const *argv, struct slice args, struct err *e)
{
	struct buf tmp = BUF_INIT;
	const char *env[] = {NULL, NULL};
	struct child_request rq = {.argv = argv, .env = env, .input = args, .max_out = ASK_OUT, .ms = ASK_MS,
				   .max_memory = tool_memory(), .writes = true};
	struct child *c = NULL;

	k->tmp = scratch_new(e);
	if (k->tmp) {
		buf_addf(&tmp, "TMPDIR=%s", k->tmp);
		env[0] = buf_str(&tmp);
		c = child_start(k->l, &rq, done, k, e);
	}
	buf_release(&tmp);
	return c;
}

int ask_begin(struct ask *k, const char *tool, const struct ask_tree *t, struct slice args, struct err *e)
{
	const struct tool *row = tool_find(slice_str(tool), e);
	struct arena *a;
	const char **argv;

	ask_stop(k);
	if (!row)
		return -1;
	k->key = t->commit[0] ? key_of(tool, t, args) : NULL; /* files that may change are looked at each time */
	if (k->key && recall(k, k->key)) {
		free(k->key);
		k->key = NULL;
		k->state = ASK_ANSWERED;
		return 1;
	}
	a = arena_new();
	argv = tool_argv(a, row, t->dir, t->build, t->commit);
	if (k->program)
		argv[0] = k->program;
	k->child = start(k, argv, args, e);
	arena_free(a);
	if (!k->child) {
		ask_stop(k);
		return -1;
	}
	k->state = ASK_WAITS;
	k->since = loop_now();
	return 0;
}

enum ask_state ask_state(const struct ask *k)
{
	return k ? k->state : ASK_IDLE;
}

struct slice ask_answer(const struct ask *k)
{
	return buf_slice(&k->answer);
}

const char *ask_why(const struct ask *k)
{
	return buf_str(&k->why);
}

int64_t ask_since(const struct ask *k)
{
	return k->since;
}
