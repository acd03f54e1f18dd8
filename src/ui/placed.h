/* Places that a vmlinux gave to frames (app/places.h), on the screen. */
#ifndef UI_PLACED_H
#define UI_PLACED_H

struct places;
struct ui;

struct placed_by {
	struct places *places; /* borrowed; NULL: nothing can be asked here */
};

/* Before a frame: is there something to ask for? */
void placed_look(struct ui *ui);

/* Something came, of a vmlinux or of a repository; Source is to be made again. */
void placed_news(struct ui *ui);

#endif
