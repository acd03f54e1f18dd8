#include "import/import.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "import/crash_log.h"
#include "import/html_page.h"
#include "import/job_json.h"
#include "import/journal.h"
#include "import/span_json.h"
#include "import/text_page.h"
#include "report/report.h"

enum { HASH_WINDOW = 1 << 20, SHOWN = 24 };

/* What one step reads: a few milliseconds' work. */
enum { STEP_BYTES = 1 << 20 };

const struct importer importers[] = {
	{journal_format, journal_sniff, NULL, &journal_slices, NULL},
	{"span JSON", span_json_sniff, NULL, &span_json_slices, NULL},
	{"span JSON lines", span_lines_sniff, NULL, &span_lines_slices, NULL},
	{"job JSON", job_json_sniff, job_json_read, NULL, job_json_count},
	{"web page", html_page_sniff, html_page_read, NULL, NULL},
	{"text page", text_page_sniff, text_page_read, NULL, text_page_count},
	{"crash report", crash_log_sniff, crash_log_read, NULL, NULL}, /* the last: any text may hold one */
	{NULL, NULL, NULL, NULL, NULL},
};

/* Add the bytes from `*at` on, at most `most` of them. */
static int hash(const struct blob *b, uint64_t *at, uint64_t most, struct sha256 *h, struct err *e)
{
	struct buf window = BUF_INIT;
	uint64_t size = blob_size(b), to = size - *at < most ? size : *at + most;
	int rc = 0;

	while (*at < to && rc == 0) {
		size_t n = to - *at < HASH_WINDOW ? (size_t)(to - *at) : HASH_WINDOW;

		rc = blob_read(b, *at, n, &window, e);
		if (rc == 0) {
			sha256_add(h, window.p, window.n);
			*at += n;
		}
	}
	buf_release(&window);
	return rc;
}

static const struct importer *sniff(struct slice head)
{
	const struct importer *im = importers;

	while (im->format && !im->sniff(head))
		im++;
	return im->format ? im : NULL;
}

static int refuse(const struct blob *b, struct slice head, struct err *e)
{
	struct buf shown = BUF_INIT;

	if (head.n == 0)
		return err_set(e, ERR_INPUT, "cannot import '%s': the file is empty", blob_name(b));
	utf8_escape(&shown, slice_sub(head, 0, SHOWN), false);
	err_set(e, ERR_INPUT,
		"cannot import '%s': not a recording that verdict knows: no spans, no job, no saved page, "
		"no crash report "
		"(byte 0: %s%s)",
		blob_name(b), buf_str(&shown), head.n > SHOWN ? "…" : "");
	buf_release(&shown);
	return -1;
}

/* What is still to be written decides what it is: spans, if it does not already look like something else. */
static const struct importer *sniff_growing(struct slice head)
{
	static const struct importer spans = {"span JSON", NULL, NULL, &span_any_slices, NULL};

	if (journal_sniff(head))
		return sniff(head);
	slice_eat(&head, "\xef\xbb\xbf");
	head = slice_trim(head);
	return head.n == 0 || *head.p == '[' || *head.p == '{' ? &spans : sniff(head);
}

static const struct importer *find(const struct blob *b, bool follow, struct err *e)
{
	size_t n = blob_size(b) < IMPORT_HEAD ? (size_t)blob_size(b) : IMPORT_HEAD;
	const struct importer *im = NULL;
	struct buf head = BUF_INIT;

	if (blob_read(b, 0, n, &head, e) == 0) {
		im = follow ? sniff_growing(buf_slice(&head)) : sniff(buf_slice(&head));
		if (!im)
			refuse(b, buf_slice(&head), e);
	}
	buf_release(&head);
	return im;
}

/* What the report tells of the run; done again only where it is another one. */
static void add_report(struct run *r)
{
	struct crash *old = r->crash;

	if (old && slice_eq(old->text, r->report_text))
		return;
	r->crash = report_parse(r->report_text);
	if (r->title.n == 0 || r->derived & RUN_OWN_TITLE) {
		r->title = arena_slice(r->arena, r->crash->title);
		r->derived |= RUN_OWN_TITLE;
	}
	if (r->kernel_commit.n == 0 || r->derived & RUN_OWN_COMMIT) {
		/* the reporting kernel may name the commit that it was built from */
		r->kernel_commit = arena_slice(r->arena, crash_release_commit(r->crash));
		r->derived |= RUN_OWN_COMMIT;
	}
	crash_free(old); /* only now: whoever kept its address can tell that it is another one */
}

static void complete(struct run *r)
{
	run_complete(r);
	add_report(r);
}

struct import {
	struct run *run;   /* borrowed */
	struct blob *blob; /* borrowed: the trajectory owns it */
	const struct import_slices *slices;
	void *reader;      /* of slices */
	struct sha256 *hash;
	uint64_t hashed;
	bool follow, frozen;
	bool completed; /* with all that was read */
	bool ending;    /* the reader is at its end() */
	bool ended;     /* nothing more will come */
	bool done;
};

void import_free(struct import *im)
{
	if (!im)
		return;
	if (im->reader)
		im->slices->free(im->reader);
	sha256_free(im->hash);
	free(im);
}

/* Forms that are read whole: there is nothing left to do behind it. */
static int read_whole(struct import *im, const struct importer *how, struct blob *b, struct err *e)
{
	if (hash(b, &im->hashed, UINT64_MAX, im->hash, e) < 0) {
		blob_free(b);
		return -1;
	}
	im->run->format = how->format;
	run_identify(im->run, im->hash, im->run->member);
	im->done = im->ended = true;
	if (how->read(b, im->run, e) < 0)
		return -1;
	complete(im->run);
	return 0;
}

static int read_first(struct import *im, const struct importer *how, struct blob *b, struct err *e)
{
	int more;

	im->slices = how->slices;
	im->blob = b;
	im->reader = im->slices->begin(b, im->run);
	more = im->slices->step(im->reader, STEP_BYTES, e);
	if (more < 0)
		return -1;
	if (more) {
		im->slices->tail(im->reader);
		complete(im->run);
		return 0;
	}
	while ((more = import_step(im, e)) > 0)
		;
	return more;
}

/* How many runs it holds; -1 where member `member` is not among them. */
static int count(const struct importer *how, struct blob *b, unsigned member, unsigned *of, struct err *e)
{
	*of = 1;
	if (how->count && how->count(b, of, e) < 0)
		return -1;
	if (*of == 0)
		return err_set(e, ERR_INPUT, "cannot import '%s': no run in it", blob_name(b));
	if (member >= *of)
		return err_set(e, ERR_INPUT, "cannot import run %u of '%s': it holds %u", member + 1, blob_name(b), *of);
	return 0;
}

static struct import *begin(struct blob *b, bool follow, unsigned member, struct run **r, struct err *e)
{
	const struct importer *how = find(b, follow, e);
	struct import *im;
	unsigned of;
	int rc;

	*r = NULL;
	if (how && follow && (!how->slices || !blob_grows(b))) {
		err_set(e, ERR_INPUT, "cannot follow '%s': only a file of spans in JSON can be read while it grows",
			blob_name(b));
		how = NULL;
	}
	if (!how || count(how, b, member, &of, e) < 0) {
		blob_free(b);
		return NULL;
	}
	im = xcalloc(1, sizeof *im);
	im->follow = follow;
	im->hash = sha256_new();
	im->run = run_new();
	im->run->source = xstrdup(blob_name(b));
	im->run->member = member;
	im->run->members = of;
	rc = how->slices ? read_first(im, how, b, e) : read_whole(im, how, b, e);
	if (rc < 0) {
		struct run *failed = im->run;

		import_free(im);
		run_free(failed);
		return NULL;
	}
	*r = im->run;
	return im;
}

struct import *import_begin(struct blob *b, bool follow, struct run **r, struct err *e)
{
	return begin(b, follow, 0, r, e);
}

struct import *import_begin_member(struct blob *b, unsigned member, struct run **r, struct err *e)
{
	return begin(b, false, member, r, e);
}

/* All that is there was read, and hashed: one of the last pieces of work. */
static int at_end(struct import *im, struct err *e)
{
	if (!im->ended && (im->ending || !im->follow || im->frozen || im->slices->ended(im->reader))) {
		int more = im->slices->end(im->reader, e);

		if (more < 0)
			return -1;
		im->ending = true;
		im->ended = !more;
		im->completed = false;
		return 1;
	}
	if (!im->completed) {
		complete(im->run);
		im->completed = true;
	}
	if (im->ended) {
		run_identify(im->run, im->hash, im->run->member);
		im->done = true;
	}
	return 0;
}

int import_step(struct import *im, struct err *e)
{
	uint64_t place;
	int more;

	if (im->done)
		return 0;
	if (im->ending)
		return at_end(im, e);
	place = import_place(im);
	more = im->slices->step(im->reader, place + STEP_BYTES, e);
	if (import_place(im) != place)
		im->completed = false;
	if (more)
		return more;
	if (im->hashed < blob_size(im->blob)) {
		if (hash(im->blob, &im->hashed, STEP_BYTES, im->hash, e) < 0)
			return -1;
		return 1;
	}
	return at_end(im, e);
}

bool import_done(const struct import *im)
{
	return im->done;
}

uint64_t import_place(const struct import *im)
{
	return im->slices ? im->slices->place(im->reader) : im->hashed;
}

uint64_t import_size(const struct import *im)
{
	return im->slices ? blob_size(im->blob) : im->hashed;
}

int import_grow(struct import *im, struct err *e)
{
	return im->done || im->ending || im->frozen ? 0 : blob_grow(im->blob, e);
}

void import_freeze(struct import *im)
{
	im->frozen = true;
}

struct run *import_member(struct blob *b, unsigned member, struct err *e)
{
	struct run *r;
	struct import *im = begin(b, false, member, &r, e);
	int more = im ? 1 : 0;

	while (more > 0)
		more = import_step(im, e);
	import_free(im);
	if (more < 0) {
		run_free(r);
		r = NULL;
	}
	return r;
}

struct run *import_blob(struct blob *b, struct err *e)
{
	return import_member(b, 0, e);
}

struct run *import_file(const char *path, struct err *e)
{
	struct blob *b = blob_open(path, e);

	return b ? import_blob(b, e) : NULL;
}
