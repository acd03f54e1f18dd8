#include "import/import.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "import/span_json.h"
#include "import/text_page.h"
#include "report/report.h"

enum { HASH_WINDOW = 1 << 20, SHOWN = 24 };

const struct importer importers[] = {
	{"span JSON", span_json_sniff, span_json_read},
	{"text page", text_page_sniff, text_page_read},
	{NULL, NULL, NULL},
};

static int hash(const struct blob *b, struct sha256 *h, struct err *e)
{
	struct buf window = BUF_INIT;
	uint64_t size = blob_size(b), n;
	int rc = 0;

	for (uint64_t at = 0; at < size && rc == 0; at += n) {
		n = size - at < HASH_WINDOW ? size - at : HASH_WINDOW;
		rc = blob_read(b, at, (size_t)n, &window, e);
		sha256_add(h, window.p, window.n);
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
		"cannot import '%s': not a recording that verdict knows: no span array and no saved page "
		"(byte 0: %s%s)",
		blob_name(b), buf_str(&shown), head.n > SHOWN ? "…" : "");
	buf_release(&shown);
	return -1;
}

static const struct importer *find(const struct blob *b, struct err *e)
{
	size_t n = blob_size(b) < IMPORT_HEAD ? (size_t)blob_size(b) : IMPORT_HEAD;
	const struct importer *im = NULL;
	struct buf head = BUF_INIT;

	if (blob_read(b, 0, n, &head, e) == 0) {
		im = sniff(buf_slice(&head));
		if (!im)
			refuse(b, buf_slice(&head), e);
	}
	buf_release(&head);
	return im;
}

static void add_report(struct run *r)
{
	r->crash = report_parse(r->report_text);
	if (r->title.n == 0)
		r->title = arena_slice(r->arena, r->crash->title);
	if (r->kernel_commit.n == 0) /* the reporting kernel may name the commit that it was built from */
		r->kernel_commit = arena_slice(r->arena, crash_release_commit(r->crash));
}

struct run *import_blob(struct blob *b, struct err *e)
{
	const struct importer *im = find(b, e);
	struct sha256 *h = sha256_new();
	struct run *r = NULL;

	if (!im || hash(b, h, e) < 0) {
		blob_free(b);
	} else {
		r = run_new();
		r->source = xstrdup(blob_name(b));
		run_identify(r, h, 0);
		if (im->read(b, r, e) < 0) {
			run_free(r);
			r = NULL;
		} else {
			run_complete(r);
			add_report(r);
		}
	}
	sha256_free(h);
	return r;
}

struct run *import_file(const char *path, struct err *e)
{
	struct blob *b = blob_open(path, e);

	return b ? import_blob(b, e) : NULL;
}
