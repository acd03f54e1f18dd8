/* The queue: the stored runs as a view, in the order in which next-run and the next one after a decision go. */
#ifndef UI_PANE_QUEUE_H
#define UI_PANE_QUEUE_H

#include "app/queue.h"
#include "ui/list.h"

struct ui;

struct queue_pane {
	struct queue queue; /* also while the view does not show */
	struct list list;
};

void queue_do_show(struct ui *ui, const char *args); /* args: a filter */
void queue_do_sort(struct ui *ui, const char *args);
void queue_do_filter(struct ui *ui, const char *args);

#endif
