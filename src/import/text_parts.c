#include "import/text_parts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "import/text_heads.h"
#include "import/text_job.h"

static void add(struct text_parts *p, size_t at)
{
	p->at = mem_grow(p->at, &p->cap, p->n + 1, sizeof *p->at);
	p->at[p->n++] = at;
}

static struct slice peek(struct slice rest)
{
	struct slice line = {0};

	slice_line(&rest, &line);
	return line;
}

/* Does the line with the columns of the summary follow its caption? */
static bool ends_page(struct slice line, struct slice rest)
{
	return slice_is(slice_rtrim(line), "LLM Calls Summary:") && text_words(peek(rest), "Total Calls Total Tokens");
}

/* Does the trajectory's caption stand in `rest` before the next page, and the flow right below the columns? */
static bool has_flow(struct slice rest)
{
	struct slice line;

	while (slice_line(&rest, &line)) {
		struct text_head h;

		if (text_job_header(line))
			return false;
		if (text_heads_columns(line)) {
			struct slice head = slice_rtrim(peek(rest));

			return text_head(head, &h) && h.seq == 0 && h.type == SPAN_FLOW;
		}
	}
	return false;
}

struct text_parts text_parts(struct slice text)
{
	struct text_parts p = {0};
	struct slice rest = text, line;
	bool over = false;

	add(&p, 0);
	for (size_t at = 0; p.n < TEXT_PARTS_MAX && slice_line(&rest, &line); at = text.n - rest.n) {
		if (ends_page(line, rest)) {
			over = true;
		} else if (over && text_job_header(line) && text_job_row(peek(rest)) && has_flow(rest)) {
			add(&p, at);
			over = false;
		}
	}
	return p;
}

void text_parts_release(struct text_parts *p)
{
	free(p->at);
	*p = (struct text_parts){0};
}
