#include "ui/jump.h"

#include <string.h>

#include "ui/view.h"

void jumps_release(struct jumps *j)
{
	for (size_t i = 0; i < j->n; i++)
		spot_release(&j->spots[i]);
	*j = (struct jumps){0};
}

static void add(struct jumps *j, const struct spot *s, bool link)
{
	if (j->n == JUMPS) {
		spot_release(&j->spots[0]);
		memmove(&j->spots[0], &j->spots[1], (JUMPS - 1) * sizeof *j->spots);
		memmove(&j->links[0], &j->links[1], (JUMPS - 1) * sizeof *j->links);
		j->n--;
	}
	spot_copy(&j->spots[j->n], s);
	j->links[j->n++] = link;
}

static void cut(struct jumps *j, size_t n)
{
	while (j->n > n)
		spot_release(&j->spots[--j->n]);
}

void jumps_push(struct jumps *j, const struct spot *s, bool link)
{
	cut(j, j->at);
	if (j->n && spot_same(&j->spots[j->n - 1], s)) { /* nothing happened since */
		link |= j->links[j->n - 1];
		cut(j, j->n - 1);
	}
	add(j, s, link);
	j->at = j->n;
}

/* Leaving the end of the list: where one is becomes its last entry, so that forward comes back to it. */
static void leave_end(struct jumps *j, const struct spot *now)
{
	if (j->at < j->n || j->n == 0)
		return;
	if (!spot_same(&j->spots[j->n - 1], now))
		add(j, now, false);
	j->at = j->n - 1;
}

const struct spot *jumps_back(struct jumps *j, const struct spot *now)
{
	leave_end(j, now);
	if (j->at == 0)
		return NULL;
	return &j->spots[--j->at];
}

const struct spot *jumps_forward(struct jumps *j)
{
	if (j->at + 1 >= j->n)
		return NULL;
	return &j->spots[++j->at];
}

const struct spot *jumps_unlink(struct jumps *j, const struct spot *now)
{
	size_t i = j->at;

	while (i > 0 && !j->links[i - 1])
		i--;
	if (i == 0)
		return NULL;
	if (j->at == j->n && j->n == JUMPS) /* what comes at the end pushes the first one out */
		i--;
	if (i == 0)
		return NULL;
	leave_end(j, now);
	j->at = i - 1;
	return &j->spots[j->at];
}

/* ---- on the screen ---- */

/* Commands that may take the reviewer far from where they are, at once. */
static const bool leaps[COMMANDS] = {
	[CMD_FIRST] = true, [CMD_LAST] = true, [CMD_OPEN] = true, [CMD_OTHER_ACCESS] = true, [CMD_ANSWER] = true,
	[CMD_RAW_REPORT] = true, [CMD_INSTRUCTION] = true, [CMD_SEARCH_NEXT] = true, [CMD_SEARCH_PREV] = true,
};

void jump_begin(struct ui *ui, enum command c, struct spot *was)
{
	*was = (struct spot){0};
	if (leaps[c] && !ui->decide.open)
		spot_take(ui, was);
}

void jump_end(struct ui *ui, struct spot *was)
{
	struct spot now;

	if (was->taken && ui->view == VIEW_PANES) {
		spot_take(ui, &now);
		if (!spot_same(was, &now))
			jumps_push(&ui->jumps, was, false);
		spot_release(&now);
	}
	spot_release(was);
}

void jump_push(struct ui *ui, bool link)
{
	struct spot now;

	spot_take(ui, &now);
	jumps_push(&ui->jumps, &now, link);
	spot_release(&now);
}

static void go(struct ui *ui, const struct spot *s, const char *none)
{
	if (!s) {
		ui_say(ui, ROLE_NORMAL, "%s", none);
		return;
	}
	spot_go(ui, s);
	ui_say(ui, ROLE_NORMAL, "place %zu of %zu in the jump list", ui->jumps.at + 1, ui->jumps.n);
}

void jump_do_back(struct ui *ui, const char *args)
{
	struct spot now;

	(void)args;
	spot_take(ui, &now);
	go(ui, jumps_back(&ui->jumps, &now), "no earlier place in the jump list");
	spot_release(&now);
}

void jump_do_forward(struct ui *ui, const char *args)
{
	(void)args;
	go(ui, jumps_forward(&ui->jumps), "no later place in the jump list");
}

void jump_do_return(struct ui *ui, const char *args)
{
	struct spot now;

	(void)args;
	spot_take(ui, &now);
	go(ui, jumps_unlink(&ui->jumps, &now), "no link was followed to here");
	spot_release(&now);
}
