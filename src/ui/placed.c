#include "ui/placed.h"

#include "app/places.h"
#include "ui/view.h"

void placed_look(struct ui *ui)
{
	places_look(ui->placed.places, ui->session);
}

void placed_news(struct ui *ui)
{
	struct buf words = BUF_INIT;
	bool filled = false, race = ui->source.race;

	if (!places_take(ui->placed.places, ui->session, &words, &filled)) {
		if (ui->placed.places && places_define(ui->placed.places, ui->session))
			report_build(ui);
		buf_release(&words);
		return;
	}
	if (filled) {
		report_build(ui);
		if (race || ui->source.list.n == 0 || ui->source.rows[ui->source.list.cursor].kind != SRC_CODE)
			source_race(ui);
		both_again(ui);
	}
	ui_say(ui, filled ? ROLE_NORMAL : ROLE_WARNING, "%s", buf_str(&words));
	buf_release(&words);
}
