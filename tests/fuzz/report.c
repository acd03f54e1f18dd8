/* A crash report, or a log of several: taken apart and written again. */
#include "export/export.h"
#include "report/report.h"
#include "tests/fuzz/fuzz.h"

static void touch(const struct crash *c, const struct frame *f, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fuzz_touch(f[i].function);
		fuzz_touch(f[i].file);
		MUST(f[i].text.p >= c->text.p && f[i].text.p + f[i].text.n <= c->text.p + c->text.n);
	}
}

static int check(void *arg, struct crash *c)
{
	struct buf b = BUF_INIT;

	(void)arg;
	MUST(c->kind < CRASH_KINDS && c->naccesses <= CRASH_ACCESSES);
	MUST(c->extent.p >= c->text.p && c->extent.p + c->extent.n <= c->text.p + c->text.n);
	MUST(c->nstacks == 0 || (c->naccesses == 0 && c->stack_main < c->nstacks));
	for (size_t i = 0; i < c->naccesses; i++)
		touch(c, c->access[i].frames, c->access[i].nframes);
	for (size_t i = 0; i < c->nstacks; i++) {
		MUST(c->stacks[i].nframes > 0 && c->stacks[i].guilty <= c->stacks[i].nframes);
		touch(c, c->stacks[i].frames, c->stacks[i].nframes);
	}
	export_report_json(&b, c);
	fuzz_must_be_json(buf_slice(&b));
	buf_clear(&b);
	export_report_text(&b, c);
	fuzz_touch(c->title);
	buf_release(&b);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crash *c = report_parse(fuzz_slice(data, size));

	check(NULL, c);
	crash_free(c);
	MUST(report_parse_all(fuzz_slice(data, size), check, NULL) > 0);
	return 0;
}
