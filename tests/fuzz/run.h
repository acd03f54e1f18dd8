/* Fuzzing of importers: read a recording, and all that came out of it. */
#ifndef TESTS_FUZZ_RUN_H
#define TESTS_FUZZ_RUN_H

#include "export/export.h"
#include "import/import.h"
#include "report/report.h"
#include "tests/fuzz/fuzz.h"

static inline int fuzz_discard(void *arg, struct slice s)
{
	(void)arg;
	fuzz_touch(s);
	return 0;
}

/* Every field of every span, then the run as people and as programs read it. */
static inline void fuzz_walk(struct run *r)
{
	struct events none = {0};
	struct review *review = review_fold(&none, NULL);
	struct export_in in = {.run = r, .events = &none, .review = review};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < traj_count(r->traj); i++) {
		for (int f = 0; f < FIELD_N; f++) {
			struct slice s = {0};

			if (traj_field(r->traj, i, (enum traj_field)f, &s, NULL) == 1)
				fuzz_touch(s);
		}
		traj_decode_of(r->traj, i, FIELD_ARGS);
		traj_decode_of(r->traj, i, FIELD_RESULTS);
		traj_asked_by(r->traj, i);
		traj_used_by(r->traj, i);
		traj_release_bodies(r->traj);
	}
	traj_totals(r->traj);
	export_show_text(&in, true, fuzz_discard, NULL, NULL);
	for (const struct exporter *x = exporters; x->name; x++)
		x->write(&in, fuzz_discard, NULL, NULL);
	export_show_json(&b, &in);
	fuzz_must_be_json(buf_slice(&b));
	buf_release(&b);
	review_free(review);
}

/* As a recording that is read in slices, whose bytes come in pieces. */
static inline void fuzz_slices(const struct import_slices *sl, struct blob *blob, struct run *r)
{
	uint64_t size = blob_size(blob), piece = size / 3 + 1;
	void *im = sl->begin(blob, r);
	int rc = 1;

	for (uint64_t upto = piece; rc >= 0 && upto < size + piece; upto += piece)
		while ((rc = sl->step(im, upto < size ? upto : size, NULL)) == 1 && sl->place(im) < upto)
			;
	sl->tail(im);
	sl->ended(im);
	if (rc >= 0)
		sl->end(im, NULL);
	sl->free(im);
}

/* Read `bytes` by the importer of one form, whatever they look like; NULL for the one that they look like. */
static inline void fuzz_import(const char *format, struct slice bytes)
{
	struct blob *blob = blob_memory("input", bytes, NULL);
	const struct importer *im = importers;
	struct run *r;

	MUST(blob);
	if (!format) {
		r = import_blob(blob, NULL);
	} else {
		while (strcmp(im->format, format) != 0)
			im++;
		r = run_new();
		if (im->slices) {
			fuzz_slices(im->slices, blob, r);
		} else if (im->read(blob, r, NULL) < 0) {
			run_free(r);
			return;
		}
		run_complete(r);
		r->crash = report_parse(r->report_text);
	}
	if (r)
		fuzz_walk(r);
	run_free(r);
}

#endif
