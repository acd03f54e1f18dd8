/* A screen over many spans: "x" each, a tool call and a model's turn by turns, the last one failed.  Included by one test file each. */
#ifndef TESTS_UNIT_UI_MANY_H
#define TESTS_UNIT_UI_MANY_H

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/app.h"
#include "ui/view.h"

enum { SPANS = 1000000 };

struct world {
	char home[64], path[96];
	struct app app;
	struct ui *ui;
};

static void settle(struct ui *ui)
{
	while (ui_idle(ui))
		;
}

static void add_spans(struct traj *t)
{
	for (uint32_t i = 1; i < SPANS; i++)
		traj_put(t, &(struct span_put){.seq = i, .nesting = 1, .type = i % 2 ? SPAN_TOOL : SPAN_LLM, .name = SLICE("x"),
					       .started = WHEN_NONE, .finished = WHEN_NONE, .closed = true,
					       .error = i == SPANS - 1});
}

static int setup(void **state)
{
	static const char flow[] = "{\"Seq\":0,\"Nesting\":0,\"Type\":\"flow\",\"Name\":\"x\",\"Finished\":\"2026-01-01T00:00:00Z\"}\n";
	struct world *w = calloc(1, sizeof *w);
	struct session *s;
	struct err e = {0};
	FILE *f;

	strcpy(w->home, "/tmp/verdict-motion-XXXXXX");
	assert_non_null(mkdtemp(w->home));
	snprintf(w->path, sizeof w->path, "%s/run.jsonl", w->home);
	setlocale(LC_ALL, "C.UTF-8");
	f = fopen(w->path, "w");
	fputs(flow, f);
	fclose(f);
	test_app_init(&w->app, w->home);
	test_app_set(&w->app, "reviewer", "Rita");
	s = test_app_open(&w->app, w->path);
	add_spans(s->run->traj);
	w->ui = ui_new(&w->app, s, 40, 140, NULL, &e);
	assert_non_null(w->ui);
	settle(w->ui);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	char command[96];
	int rc;

	ui_free(w->ui);
	app_release(&w->app);
	snprintf(command, sizeof command, "rm -rf %s", w->home);
	rc = system(command);
	free(w);
	return rc;
}

static void type(struct ui *ui, const char *keys)
{
	for (; *keys; keys++)
		ui_press(ui, (ui_key)(unsigned char)*keys);
}

static bool shows(struct ui *ui, const char *text)
{
	struct buf b = BUF_INIT;
	bool found;

	grid_text(ui_draw(ui), &b);
	found = slice_find(buf_slice(&b), text, 0) != SLICE_NONE;
	buf_release(&b);
	return found;
}

#endif
