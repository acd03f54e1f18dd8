#include "ui/gate.h"

#include "ui/pane_both.h"
#include "ui/view.h"

void gate_follow(struct ui *ui)
{
	struct session *s = ui->session;
	struct gate *g = &ui->gate;

	if (g->of == s && g->shown == s->shown)
		return;
	if (g->of == s) {
		text_again(ui);
		source_again(ui);
		both_again(ui);
		race_again(ui);
		unread_again(ui);
		find_forget(ui); /* its hits quote what may be hidden now, and leave out what may be seen */
		if (ui->view == VIEW_FIND || ui->view == VIEW_TIME || ui->below == VIEW_FIND || ui->below == VIEW_TIME)
			ui_show(ui, VIEW_PANES);
		ui_forget_list(ui, VIEW_FIND);
	}
	g->of = s;
	g->shown = s->shown;
}

/* ---- what is said in place of what is hidden ---- */

void gate_row_words(const struct session *s, size_t i, struct buf *out)
{
	if (session_is_blind_to(s, i, FIELD_THOUGHTS))
		buf_adds(out, "(hidden until you decide)");
}

void gate_span_words(const struct session *s, size_t i, struct buf *out)
{
	if (session_is_blind_to(s, i, FIELD_RECORD))
		buf_adds(out, "What a model wrote here is hidden until you have decided.\n");
}

void gate_answer_words(const struct session *s, struct buf *out)
{
	if (session_is_walking(s))
		buf_adds(out, "The AI has not answered yet: the walk through the run is not at its end.\n"
			 "\n"
			 "Escape leaves the walk, and all shows again.\n");
	else if (session_is_blind(s))
		buf_adds(out, "What the AI said is hidden until you have saved a verdict of your own.\n"
			 "\n"
			 "Report, source and the calls of tools are there to be read; :override begins your verdict.\n"
			 ":reveal shows all before that; it is recorded, and the review is then no longer blind.\n");
}

/* ---- past it ---- */

void gate_do_reveal(struct ui *ui, const char *args)
{
	struct err e = {0};

	(void)args;
	ui_catch_up(ui); /* it may be known only now that nothing is hidden */
	if (!session_is_blind(ui->session)) {
		ui_say(ui, ROLE_NORMAL, "nothing is hidden: the review of this run is not blind, or you have decided");
		ui->gate.asked = false;
	} else if (!ui->gate.asked) {
		ui_say(ui, ROLE_WARNING, "once more reveals what the AI said before you decide; recorded for good");
		ui->gate.asked = true;
	} else {
		ui->gate.asked = false;
		if (session_reveal(ui->session, "reveal", VIA_SCREEN, &e) < 0)
			ui_fail(ui, &e);
		else
			ui_say(ui, ROLE_NOTE, "revealed, and recorded: your review of this run is no longer blind");
	}
}
