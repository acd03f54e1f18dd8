/*
 * A parsed crash report: plain data.  All slices point into the report's text, which the crash owns, except what had to
 * be put together (a title that was wrapped or lost its offset): that lies in the arena too.  Texts of accesses and
 * frames, and the extent, always lie inside the text, so that their pointers give byte ranges.
 */
#ifndef MODEL_CRASH_H
#define MODEL_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/slice.h"

struct frame {
	struct slice function; /* without offset, suffixes such as .isra.0 kept; empty for an inline place without name */
	struct slice file;     /* as printed; empty where the report has no place */
	struct slice module;   /* empty for the kernel itself */
	uint64_t offset, length; /* +0xOFFSET/0xLENGTH; valid where has_offset */
	uint32_t line;         /* 0 where unknown */
	struct slice defined_in; /* file in which the function is defined, where its place is not known; else empty: not of the report */
	uint32_t defined;      /* the line there */
	bool has_offset;
	bool inlined;          /* printed with [inline], or before the last place of a decoded line */
	bool interrupted;      /* beyond an interrupt entry: what was interrupted, not what led to the access */
	bool unreliable;       /* printed with "?": found on the stack, perhaps not part of this call chain */
	struct slice text;     /* its line in the report, without prefix and line end; inline places share one */
};

/* A lock that a verbose report lists as held. */
struct crash_lock {
	struct slice address; /* hexadecimal, as printed; empty where absent */
	struct slice name;    /* of its class: "&rdev->pm.mclk_lock", "rcu_read_lock" */
	struct slice usage;   /* "{.+.+}-{3:3}", as printed */
	struct frame at;      /* who took it; its text is empty where that was not understood */
	struct slice text;    /* its line in the report; where that was wrapped, put together */
};

enum { CRASH_LOCKS = 48 }; /* that a task can hold: the kernel has no room for more */

/* What a report says of interrupts. */
enum crash_irqs { CRASH_IRQS_UNSAID, CRASH_IRQS_ON, CRASH_IRQS_OFF };

enum access_kind { ACCESS_READ, ACCESS_WRITE, ACCESS_READ_WRITE, ACCESS_ASSERT_NO_WRITES, ACCESS_ASSERT_NO_ACCESSES };

/* "read", "write", "read-write", "assert no writes", "assert no accesses" */
const char *access_kind_name(enum access_kind k);

enum access_mark { MARK_MARKED = 1, MARK_REORDERED = 2, MARK_SCOPED = 4 };

/* The word of the `n`-th mark (0 "marked", 1 "reordered", 2 "scoped"), NULL past the last. */
const char *access_mark_name(unsigned n);

struct access {
	enum access_kind kind;
	unsigned marks; /* enum access_mark */
	uint64_t address;
	struct slice address_text; /* with 0x and its leading zeroes */
	uint32_t size; /* bytes */
	bool interrupt; /* "by interrupt": no task id */
	bool unknown_origin; /* "race at unknown origin, with" this access */
	int32_t task; /* -1 in an interrupt */
	int32_t cpu;
	struct frame *frames; /* in the arena; innermost first */
	size_t nframes;
	struct frame *reordered; /* in the arena; "reordered to:" here, innermost first */
	size_t nreordered;
	int32_t nheld;     /* so many locks were held, as a verbose report says; -1: it does not say */
	struct slice holder; /* by whom: "X/331"; in an interrupt the task that was interrupted */
	struct crash_lock *locks; /* in the arena: those that it lists, which may be fewer */
	size_t nlocks;
	enum crash_irqs hardirqs, softirqs; /* at the access, as a verbose report says */
	bool elided;       /* somebody cut the stack ("...", "<snip>") */
	size_t lost;       /* lines between access line and blank line that are no frames: one may be hidden in them */
	struct slice lost_line; /* the first of these */
	struct slice text; /* its access line; where that was wrapped, with the line end and prefix inside */
};

enum crash_kind {
	CRASH_RAW,     /* not understood: shown as it is */
	CRASH_KCSAN,   /* a KCSAN report: the only kind with accesses */
	CRASH_KASAN, CRASH_KMSAN, CRASH_KFENCE, CRASH_UBSAN,
	CRASH_WARNING,
	CRASH_BUG,     /* kernel BUG, and "BUG:" lines of no kind of their own */
	CRASH_FAULT,   /* page, protection and other faults */
	CRASH_LOCKDEP, /* what the lock checker found */
	CRASH_HANG,    /* a task that waits for too long */
	CRASH_STALL,   /* RCU stalls and lockups */
	CRASH_LEAK,
	CRASH_SLEEP,   /* sleeping where that is not allowed */
	CRASH_PANIC,
	CRASH_KINDS
};

/* "raw", "kcsan", "kasan", … as the symbols say, in lower case. */
const char *crash_kind_name(enum crash_kind k);

/* A stack of a report that is no data race. */
struct crash_stack {
	struct slice name; /* in the report's words, without the colon: "Call Trace", "Freed by task 15"; or "stack", "RIP" */
	struct frame *frames; /* in the arena; innermost first */
	size_t nframes;
	size_t guilty; /* the first frame that is no helper of checkers, locks, lists …; nframes where there is none */
	struct slice text; /* the line that heads it, in the text; empty where there is none */
};

enum { CRASH_ACCESSES = 2 };

struct crash {
	struct arena *arena;
	struct slice text; /* the whole report as given */
	enum crash_kind kind;
	struct slice title;        /* "KCSAN: data-race in a / b", or the best line of a raw text, or empty */
	struct slice functions[2]; /* the functions that the title names, in its order; empty where absent */
	size_t nfunctions;
	struct access access[CRASH_ACCESSES]; /* in the order of the text */
	size_t naccesses;
	struct crash_stack *stacks; /* in the arena, in the order of the text; none where there are accesses */
	size_t nstacks;
	size_t stack_main; /* index of the stack that the title was taken from */
	struct slice value_old, value_new; /* "0x…"; empty where the report has no value line */
	struct slice bits_changed, bits_mask; /* "0x…"; empty where the report has no such line */
	int32_t cpu, pid; /* of the footer; -1 where absent */
	struct slice comm, release; /* release: from the kernel version to before "#"; empty where absent */
	struct slice hardware, workqueue; /* of the footer; empty where absent */
	struct slice extent; /* the part of the text that is the report, with its rulers; the whole text when raw */
	bool complete; /* title, all accesses with frames and nothing among them, and footer were there; other kinds: title and a stack */
};

void crash_free(struct crash *c);

/*
 * The racing line of an access (DESIGN §2): its first frame is the access line; where that is an inline helper, the
 * call site is the first frame that is not inline (the function that the title names).  Index of that frame, or
 * nframes where the stack is empty.  crash_call_site() equals 0 where the first frame is not inline.
 */
size_t crash_call_site(const struct access *a);

/* Where a frame is that the report gives no place for: innermost first, all but the last are inlined there. */
struct crash_place {
	struct slice function, file;
	uint32_t line;
};
struct crash_places {
	unsigned stack;
	size_t frame;
	const struct crash_place *place;
	size_t n; /* 0: not known */
};

/*
 * Give frames places, in order of stack and frame, as they are numbered now: those of what is inlined become frames of their own.
 * All is copied; pointers to frames are not good any more.
 */
void crash_give_places(struct crash *c, const struct crash_places *all, size_t n);

/* Tell of a frame without a place where its function is defined. */
void crash_give_definition(struct crash *c, unsigned stack, size_t frame, struct slice file, uint32_t line);

enum { CRASH_STACKS_MAX = 1024 }; /* more are left out: they stay in the text */

/*
 * What all kinds have in common: stacks, those of the accesses or, where there are none, the named ones.  Their number; the
 * frames of one and how many they are; the index of the frame that matters most (call site of an access, frame that is at
 * fault), 0 where none does.
 */
size_t crash_nstacks(const struct crash *c);
const struct frame *crash_frames(const struct crash *c, size_t stack, size_t *n);
size_t crash_site(const struct crash *c, size_t stack);

/* The commit in "-gHASH" of the release ("6.1.0-rc2-g0123456789ab+"), or empty. */
struct slice crash_release_commit(const struct crash *c);

#endif
