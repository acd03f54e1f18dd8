/* The header of one span, small enough for a million of them; its texts come from traj_field(). */
#ifndef MODEL_SPAN_H
#define MODEL_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* Span types (syzkaller-workflow §1.2); any other type word is kept by name as SPAN_OTHER. */
enum span_type {
	SPAN_FLOW, SPAN_ACTION, SPAN_AGENT, SPAN_LLM, SPAN_TOOL,
	SPAN_CANDIDATES, SPAN_LOOP, SPAN_ITERATION, SPAN_OTHER, SPAN_TYPES
};

/* The word of a type ("llm"; "other" for SPAN_OTHER), and back (SPAN_OTHER for an unknown word). */
const char *span_type_name(enum span_type type);
enum span_type span_type_of(struct slice word);

enum span_flag {
	SPAN_FINISHED = 1, /* a finish record was seen */
	SPAN_ERROR = 2,    /* it has a non-empty Error */
	SPAN_HIDDEN_ERROR = 4, /* the Error was replaced by the dashboard ("log-in to see details") */
};

#define SPAN_NO_PARENT UINT32_MAX

struct span {
	int64_t started;  /* µs, WHEN_NONE if unknown */
	int64_t finished; /* µs, WHEN_NONE while open or unknown */
	uint64_t body_at; /* where the importer finds the texts again: its own business */
	uint32_t body_len;
	uint32_t seq;
	uint32_t parent;  /* index of the parent span, SPAN_NO_PARENT for a root */
	uint32_t name;    /* string number, traj_string() */
	uint32_t model;   /* string number; 0 is the empty string */
	uint32_t type_word; /* string number; of a SPAN_OTHER only */
	uint32_t tokens_in, tokens_out, tokens_thought;
	uint16_t nesting;
	uint8_t type;  /* enum span_type */
	uint8_t flags; /* enum span_flag */
};

_Static_assert(sizeof(struct span) <= 64, "a span header stays within one cache line (DESIGN §4)");

#endif
