/* The texts of the spans of a saved page: ranges of the recording, read again when they are asked for. */
#ifndef IMPORT_TEXT_BODY_H
#define IMPORT_TEXT_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"
#include "model/traj.h"

/* One field.  The page loses a newline at the front of a value, and may show one too few behind it (§8.5). */
struct text_part {
	uint32_t at, len;
	uint32_t newlines; /* to be added behind */
	uint8_t field;     /* enum traj_field */
	bool lead;         /* to be added in front */
};

struct text_body;

/* A source of bodies over `b`, which it owns from now on; handed to traj_new() with the functions below. */
struct text_body *text_body_new(struct blob *b);
extern const struct traj_source text_body_source;

/* The trajectory it is the source of: asked for the names of spans. */
void text_body_set_traj(struct text_body *tb, const struct traj *t);

/*
 * Add a part; the parts of one span are added together: body_at is the number of the first, body_len their
 * count.
 */
size_t text_body_count(const struct text_body *tb);
void text_body_add(struct text_body *tb, struct text_part part);

#endif
