#include "export/export.h"

#include <string.h>

#include "export/parts.h"

const struct exporter exporters[] = {
	{"json", "the reviewed verdict as one document, verdict.review/1", false, export_review_json},
	{"markdown", "verdict, explanation, notes and history, for reading and for mail", true, export_markdown},
	{"spans", "what the agent did, one JSON record a span", false, export_spans},
	{NULL, NULL, false, NULL},
};

const struct exporter *exporter_find(const char *name)
{
	for (const struct exporter *x = exporters; x->name; x++)
		if (strcmp(x->name, name) == 0)
			return x;
	return NULL;
}
