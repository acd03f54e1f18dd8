#include "app/app.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/when.h"
#include "sys/proc.h"
#include "workspace/tree.h"

enum { CONFIG_MAX = 1 << 20 };

int app_config_file(const char *name, struct buf *out, struct err *e)
{
	char *dir = fs_user_dir(FS_CONFIG), *path;
	int rc = 0;

	buf_release(out);
	buf_init(out, CONFIG_MAX);
	if (!dir)
		return 0;
	path = fs_join(dir, name);
	if (access(path, F_OK) == 0)
		rc = fs_read(path, out, e) < 0 ? -1 : 1;
	free(path);
	free(dir);
	return rc;
}

char *app_workflow_dir(void)
{
	char *dir = fs_user_dir(FS_CONFIG), *path = dir ? fs_join(dir, "workflows") : NULL;

	free(dir);
	return path;
}

/* Outputs are spoken of in the words of the workflows; those of the built-in ones come first. */
static void learn_words(struct app *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->workflows.n; i++)
		n += a->workflows.w[i]->noutput;
	a->words = xcalloc(n, sizeof *a->words);
	n = 0;
	for (int own = 1; own >= 0; own--)
		for (size_t i = 0; i < a->workflows.n; i++) {
			const struct workflow *w = a->workflows.w[i];

			for (size_t k = 0; k < w->noutput && workflow_is_builtin(w->name) == own; k++)
				a->words[n++] = (struct output_words){w->name, w->output[k].name, w->output[k].yes,
								      w->output[k].no, w->output[k].asked};
		}
	outputs_speak(a->words, n);
}

static void read_workflows(struct app *a)
{
	char *dir = app_workflow_dir();

	workflows_load(&a->workflows, dir, &a->conf_diags);
	free(dir);
	learn_words(a);
}

void app_init_settings(struct app *a)
{
	struct buf text = BUF_INIT;
	struct err e = {0};
	int rc;

	*a = (struct app){.now = when_now, .data_dir = fs_user_dir(FS_DATA)};
	conf_init(&a->conf);
	rc = app_config_file("config", &text, &e);
	if (rc < 0)
		diags_add(&a->conf_diags, DIAG_WARNING, 0, 0, "%s", e.msg);
	else if (rc > 0)
		conf_parse(&a->conf, buf_slice(&text), "config", &a->conf_diags);
	buf_release(&text);
}

void app_init(struct app *a)
{
	app_init_settings(a);
	read_workflows(a);
}

void app_release(struct app *a)
{
	outputs_speak(NULL, 0);
	free(a->words);
	workflows_release(&a->workflows);
	store_close(a->store);
	conf_release(&a->conf);
	diags_release(&a->conf_diags);
	free(a->data_dir);
	free(a->reviewer);
	*a = (struct app){0};
}

struct store *app_store(struct app *a, bool create, struct err *e)
{
	char *db;
	bool there;

	if (e)
		*e = (struct err){0};
	if (a->store)
		return a->store;
	if (!a->data_dir) {
		err_set(e, ERR_STORE, "cannot open the store: neither XDG_DATA_HOME nor HOME is an absolute path");
		return NULL;
	}
	db = fs_join(a->data_dir, "verdict.db");
	there = access(db, F_OK) == 0;
	free(db);
	if (there || create)
		a->store = store_open(a->data_dir, e);
	return a->store;
}

/* One line of git's configuration, or an empty buffer. */
static void git_config(const char *name, struct buf *out)
{
	const char *argv[] = {"git", "config", "--get", name, NULL};

	buf_clear(out);
	if (proc_capture(argv, out, 4096, 2000, NULL) != 0)
		buf_clear(out);
}

static char *find_reviewer(const struct app *a)
{
	struct buf name = BUF_INIT, mail = BUF_INIT, who = BUF_INIT;
	struct slice n, m;
	struct passwd *pw;

	if (a->conf.value[OPT_REVIEWER][0])
		return xstrdup(a->conf.value[OPT_REVIEWER]);
	git_config("user.name", &name);
	git_config("user.email", &mail);
	n = slice_trim(buf_slice(&name));
	m = slice_trim(buf_slice(&mail));
	buf_add_slice(&who, n);
	if (m.n) {
		buf_adds(&who, n.n ? " <" : "<");
		buf_add_slice(&who, m);
		buf_addc(&who, '>');
	}
	if (who.n == 0 && (pw = getpwuid(getuid())))
		buf_adds(&who, pw->pw_name);
	if (who.n == 0)
		buf_addf(&who, "uid %ld", (long)getuid());
	buf_release(&name);
	buf_release(&mail);
	return buf_detach(&who);
}

const char *app_reviewer(struct app *a)
{
	if (!a->reviewer)
		a->reviewer = find_reviewer(a);
	return a->reviewer;
}

bool app_is_blind(const struct app *a)
{
	return slice_is(slice_str(a->conf.value[OPT_BLIND]), "on");
}

/* What a blind reviewer has said of it, where that is not what its row tells. */
static struct run_own own_of(struct app *a, const struct run_row *r)
{
	struct run_own own = {.review = REVIEW_UNREVIEWED};

	if (r->reviewer && strcmp(r->reviewer, app_reviewer(a)) == 0) {
		own.review = r->review;
		own.seen = r->review != REVIEW_DEFERRED;
		memcpy(own.until, r->until, sizeof own.until);
	} else if (r->review != REVIEW_UNREVIEWED && a->store) {
		store_own(a->store, r->id, app_reviewer(a), &own, NULL); /* where it fails all stays hidden */
	}
	return own;
}

bool app_may_list(struct app *a, const struct run_row *r)
{
	return !app_is_blind(a) || own_of(a, r).seen;
}

void app_veil_row(struct app *a, struct run_row *r)
{
	struct run_own own;

	if (!app_is_blind(a) || (own = own_of(a, r)).seen)
		return;
	free(r->outputs);
	r->outputs = xstrdup("hidden");
	r->others_decided = 0;
	r->review = own.review;
	memcpy(r->until, own.until, sizeof r->until);
	if (r->reviewer && strcmp(r->reviewer, app_reviewer(a)) == 0)
		return;
	free(r->decided);
	free(r->reviewer);
	r->decided = r->reviewer = NULL;
}

const char *app_kernel(const struct app *a, const char *given, struct err *e)
{
	if (given)
		return given;
	if (a->conf.value[OPT_KERNEL][0])
		return a->conf.value[OPT_KERNEL];
	if (tree_is_kernel(".", NULL, 0))
		return ".";
	err_set(e, ERR_TOOL, "no kernel tree is named, and the current directory is none: give --kernel DIR, or set \"kernel\"");
	return NULL;
}

const char *app_reason(const struct app *a, size_t i)
{
	static char own[256];
	struct slice rest = slice_str(a->conf.value[OPT_REASONS]);

	for (size_t k = 0; review_reasons[k]; k++, i--)
		if (i == 0)
			return review_reasons[k];
	while (rest.n) {
		size_t end = slice_chr(rest, ';', 0);
		struct slice one = slice_trim(slice_sub(rest, 0, end));

		rest = slice_sub(rest, end == SLICE_NONE ? rest.n : end + 1, rest.n);
		if (one.n == 0 || one.n >= sizeof own)
			continue;
		if (i-- == 0) {
			memcpy(own, one.p, one.n);
			own[one.n] = '\0';
			return own;
		}
	}
	return NULL;
}
