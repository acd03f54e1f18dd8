#include "app/live_tools.h"

#include <string.h>

/* The outputs that are asked for, as fields of set-results. */
static const struct tool_field *output_fields(struct live_inputs *in)
{
	const struct workflow *w = in->workflow;
	struct tool_field *f = arena_alloc(in->arena, (w->noutput + 1) * sizeof *f);
	size_t n = 0;

	for (size_t i = 0; i < w->noutput; i++)
		if (w->output[i].asked)
			f[n++] = (struct tool_field){.name = w->output[i].name, .type = TOOL_BOOLEAN, .help = w->output[i].description};
	return f;
}

static struct llm_tool declared(struct live_inputs *in, const struct tool *t)
{
	struct buf schema = BUF_INIT;
	struct llm_tool out = {.name = t->name, .description = t->description};

	tool_schema(&schema, t->args);
	out.schema = arena_slice(in->arena, buf_slice(&schema));
	buf_release(&schema);
	return out;
}

/* Those of a list of names, ended by NULL; `more` others will stand behind them. */
static int declare(struct live_inputs *in, const char *const *names, size_t more, struct llm_tool **tool, size_t *n, struct err *e)
{
	size_t count = 0;

	while (names[count])
		count++;
	*tool = arena_alloc(in->arena, (count + more) * sizeof **tool);
	for (*n = 0; *n < count; ++*n) {
		const struct tool *t = tool_find(slice_str(names[*n]), NULL);

		if (!t)
			return err_set(e, ERR_INPUT, "cannot run workflow '%s': this version has no tool '%s'", in->workflow->name,
				       names[*n]);
		(*tool)[*n] = declared(in, t);
	}
	return 0;
}

static int declare_sub(struct live_inputs *in, const struct workflow_agent *agent, struct err *e)
{
	struct live_sub *sub = &in->sub[in->nsub++];

	*sub = (struct live_sub){.agent = agent, .row = tool_sub_agent(agent->name, agent->description)};
	sub->set_results = tool_set_results(sub->row.results);
	if (declare(in, agent->tool, 1, &sub->tool, &sub->ntools, e) < 0)
		return -1;
	sub->tool[sub->ntools++] = declared(in, &sub->set_results);
	return 0;
}

int live_tools_declare(struct live_inputs *in, struct err *e)
{
	const struct workflow *w = in->workflow;

	in->sub = arena_alloc(in->arena, (w->nagent + 1) * sizeof *in->sub);
	if (declare(in, w->tool, w->nagent + 1, &in->tool, &in->ntools, e) < 0)
		return -1;
	for (size_t i = 0; i < w->nagent; i++) {
		if (declare_sub(in, &w->agent[i], e) < 0)
			return -1;
		in->tool[in->ntools++] = declared(in, &in->sub[i].row);
	}
	in->set_results = tool_set_results(output_fields(in));
	if (workflow_asked(w))
		in->tool[in->ntools++] = declared(in, &in->set_results);
	return 0;
}

const struct tool *live_tools_results(const struct live_inputs *in, const char *who)
{
	for (size_t i = 0; i < in->nsub; i++)
		if (strcmp(in->sub[i].agent->name, who) == 0)
			return &in->sub[i].set_results;
	return &in->set_results;
}

void live_tools_roles(struct live_inputs *in)
{
	in->role = arena_alloc(in->arena, (in->nsub + 1) * sizeof *in->role);
	for (size_t i = 0; i < in->nsub; i++)
		in->role[i] = (struct agent_role){
			.name = in->sub[i].agent->name, .tool = in->sub[i].tool, .ntools = in->sub[i].ntools, .asked = true,
			.instruction = buf_slice(&in->sub[i].instruction), .limits = &in->sub[i].agent->limits,
		};
}
