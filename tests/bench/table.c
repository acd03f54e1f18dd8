#include "tests/bench/table.h"

#include <stdio.h>

void table_open(struct json_w *w, const char *title, int width)
{
	printf("  %-*s %9s %9s\n", width, "", "median", "p99");
	json_open(w, '{');
	json_kcstr(w, "title", title);
	json_key(w, "figures");
	json_open(w, '[');
}

void table_close(struct json_w *w)
{
	json_close(w, ']');
	json_close(w, '}');
}

void table_figure(struct json_w *w, const char *name, const char *unit, const struct result *r)
{
	json_open(w, '{');
	json_kcstr(w, "name", name);
	json_kcstr(w, "unit", unit);
	json_kint(w, "figures", (int64_t)r->n);
	if (!r->n)
		return;
	json_kint(w, "median", percentile(r, 50));
	json_kint(w, "p99", percentile(r, 99));
}

void table_row(struct json_w *w, const char *name, struct result *r, unsigned must_ms)
{
	int64_t median, p99;

	result_sort(r);
	median = percentile(r, 50);
	p99 = percentile(r, 99);
	printf("  %-*s %9.2f %9.2f ms", TABLE_NAME, name, (double)median / 1000, (double)p99 / 1000);
	if (must_ms)
		printf("      median must be <= %u ms: %s", must_ms, median <= (int64_t)must_ms * 1000 ? "yes" : "NO");
	putchar('\n');
	table_figure(w, name, "us", r);
	if (must_ms)
		json_kint(w, "must", (int64_t)must_ms * 1000);
	json_close(w, '}');
}
