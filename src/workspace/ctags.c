#include "workspace/ctags.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "sys/child.h"
#include "sys/loop.h"

enum { TIME_MS = 30000 };

struct answer {
	struct loop *loop;
	struct buf out;
	bool ok;
};

static void done(void *arg, const struct child_result *r)
{
	struct answer *x = arg;

	x->ok = r->exited && r->status == 0;
	buf_add_slice(&x->out, r->out);
	loop_stop(x->loop, 0);
}

static bool kind_of(struct slice word, enum index_kind *k)
{
	static const struct {
		const char *word;
		enum index_kind kind;
	} kinds[] = {{"function", INDEX_FUNCTION}, {"struct", INDEX_STRUCT}, {"union", INDEX_UNION}, {"enum", INDEX_ENUM},
		     {"typedef", INDEX_TYPEDEF}, {"variable", INDEX_VARIABLE}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (slice_is(word, kinds[i].word)) {
			*k = kinds[i].kind;
			return true;
		}
	return false;
}

/* The next field of a line, up to a tab. */
static struct slice field(struct slice *rest)
{
	size_t tab = slice_chr(*rest, '\t', 0);
	struct slice f = slice_sub(*rest, 0, tab);

	*rest = slice_sub(*rest, tab == SLICE_NONE ? rest->n : tab + 1, rest->n);
	return f;
}

/* NAME, FILE, LINE;", KIND, and further fields as "end:12" and "file:". */
static bool read_tag(struct slice line, struct arena *a, const char *file, struct index_def *d)
{
	struct slice name = field(&line), number, f;
	uint64_t v;

	*d = (struct index_def){.type = "", .file = file};
	field(&line);
	number = field(&line);
	if (slice_ends(number, ";\""))
		number.n -= 2;
	if (!slice_u64(number, &v) || !kind_of(field(&line), &d->kind) || slice_starts(name, "__anon"))
		return false;
	d->first = d->last = (uint32_t)v;
	while (line.n) {
		f = field(&line);
		if (slice_eat(&f, "end:") && slice_u64(f, &v) && v >= d->first)
			d->last = (uint32_t)v;
		else if (slice_starts(f, "file:"))
			d->is_static = d->kind == INDEX_FUNCTION || d->kind == INDEX_VARIABLE;
	}
	d->name = arena_str(a, name);
	return true;
}

static int by_line(const void *a, const void *b)
{
	const struct index_def *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int run(const struct root *r, const char *path, struct answer *x, struct err *e)
{
	const char *const argv[] = {"ctags", "--options=NONE", "--language-force=C", "--kinds-C=fsugtv", "--fields=neKf", "--excmd=number",
				    "--sort=no", "--quiet", "-f", "-", path, NULL};
	/* it collects its answer in a temporary file */
	struct child_request rq = {.argv = argv, .dir = r->dir, .ms = TIME_MS, .max_memory = UINT64_C(2) << 30, .writes = true};

	x->loop = loop_new(e);
	if (!x->loop)
		return -1;
	if (!child_start(x->loop, &rq, done, x, e)) {
		loop_free(x->loop);
		return err_set(e, ERR_NO, "Universal Ctags is not installed");
	}
	loop_run(x->loop);
	loop_free(x->loop);
	return x->ok ? 0 : err_set(e, ERR_NO, "ctags cannot read the file: Universal Ctags is needed");
}

int ctags_file(const struct root *r, struct arena *a, const char *file, struct index_def **defs, size_t *n, struct err *e)
{
	struct answer x = {0};
	struct slice rest, line;
	size_t lines = 1;
	struct buf path = BUF_INIT;
	int rc;

	buf_addf(&path, "./%s", file); /* a name that is an option is none with a directory in front */
	rc = run(r, buf_str(&path), &x, e);
	rest = buf_slice(&x.out);
	for (size_t i = 0; i < rest.n; i++)
		lines += rest.p[i] == '\n';
	*defs = arena_alloc(a, (lines + 1) * sizeof **defs);
	*n = 0;
	while (rc == 0 && slice_line(&rest, &line))
		if (read_tag(line, a, file, &(*defs)[*n]))
			++*n;
	if (*n)
		qsort(*defs, *n, sizeof **defs, by_line);
	buf_release(&path);
	buf_release(&x.out);
	return rc;
}
