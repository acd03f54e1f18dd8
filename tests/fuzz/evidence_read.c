/* Results of tools: what they returned of the source lies in order, each line once, and is found again by its number. */
#include "model/evidence.h"
#include "tests/fuzz/fuzz.h"

enum { ROWS = 3 };

/* In front of the text a letter that says which tool returned it; two further spans return parts of the same text. */
static const struct {
	const char *tool, *args, *key;
} tools[] = {
	{"read-file", "{\"File\":\"a.c\",\"FirstLine\":7}", "Contents"},
	{"read-file", "{\"File\":\"./a.c\"}", "Contents"},
	{"grepper", "{\"Expression\":\"x\"}", "Output"},
	{"git-blame", "{\"File\":\"a.c\"}", "Output"},
	{"codesearch-definition-source", "{\"Name\":\"f\"}", "SourceCode"},
	{"codesearch-definition-comment", "{\"Name\":\"f\"}", "Comment"},
	{"codesearch-find-references", "{\"Name\":\"f\"}", NULL},
};
enum { TOOLS = sizeof tools / sizeof *tools };

struct row {
	size_t tool;
	struct buf results;
};

static int load(void *ctx, const struct span *s, struct body *b, struct err *e)
{
	const struct row *row = (const struct row *)ctx + s->seq;

	(void)e;
	b->field[FIELD_ARGS] = slice_str(tools[row->tool].args);
	b->field[FIELD_RESULTS] = buf_slice(&row->results);
	return 0;
}

static const struct traj_source source = {.load = load};

/* A text in the place where the tool has it; references are the text's parts. */
static void results_of(struct row *row, struct slice text)
{
	struct slice line;
	struct json_w w;

	json_w_init(&w, &row->results, false);
	json_open(&w, '{');
	if (tools[row->tool].key) {
		json_key(&w, "SourceFile");
		json_str(&w, SLICE("a.c"));
		json_key(&w, tools[row->tool].key);
		json_str(&w, text);
	} else {
		json_key(&w, "References");
		json_open(&w, '[');
		while (slice_line(&text, &line)) {
			json_open(&w, '{');
			json_key(&w, "SourceFile");
			json_str(&w, slice_sub(line, 0, 3));
			json_key(&w, "SourceSnippet");
			json_str(&w, line);
			json_close(&w, '}');
		}
		json_close(&w, ']');
	}
	json_close(&w, '}');
}

static void look_through(const struct evidence_file *f)
{
	MUST(f->n == 0 || f->nspans);
	for (size_t i = 0; i < f->n; i++) {
		const struct evidence_line *l = &f->lines[i];

		MUST(l->line && (i == 0 || l[-1].line < l->line) && evidence_line(f, l->line) == l);
		MUST(l->span < ROWS && evidence_from(f, l->span) && (l->other == EVIDENCE_NO_SPAN || f->contradicted));
		fuzz_touch(l->text);
	}
	for (size_t i = 1; i < f->nspans; i++)
		MUST(f->spans[i - 1] < f->spans[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice all = fuzz_slice(data, size), text = slice_sub(all, 1, size);
	struct row rows[ROWS] = {{0}};
	struct traj *t = traj_new(&source, rows);
	struct evidence *ev = evidence_new(t);

	for (uint32_t i = 0; size && i < ROWS; i++) {
		rows[i].tool = (data[0] + (i == 1 ? data[0] / TOOLS : 0)) % TOOLS;
		results_of(&rows[i], i == 0 ? text : slice_sub(text, i == 1 ? 0 : text.n / 2, i == 1 ? text.n / 2 : text.n));
		traj_put(t, &(struct span_put){.seq = i, .type = SPAN_TOOL, .name = slice_str(tools[rows[i].tool].tool),
					       .closed = true, .started = 0, .finished = 0});
	}
	evidence_update(ev);
	MUST(evidence_unread(ev) + evidence_unplaced(ev) <= ROWS);
	for (size_t i = 0; i < evidence_files(ev); i++) {
		look_through(evidence_at(ev, i));
		MUST(evidence_file(ev, evidence_at(ev, i)->path) == evidence_at(ev, i));
	}
	evidence_free(ev);
	traj_free(t);
	for (size_t i = 0; i < ROWS; i++)
		buf_release(&rows[i].results);
	return 0;
}
