/*
 * Where functions and offsets are in the source, by a kernel's vmlinux: asked of nm and addr2line, which run as children with limits, so
 * that nobody waits.  The file is hostile as any other.
 */
#ifndef SOURCE_VMLINUX_H
#define SOURCE_VMLINUX_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "sys/loop.h"

enum { VMLINUX_FRAMES = 200 };

/* "FUNCTION+0xOFFSET/0xLENGTH": the offset is that of a return address; a length of 0 is not known. */
struct vmlinux_frame {
	struct slice function;
	uint64_t offset, length;
};

struct vmlinux_place {
	struct slice function, file; /* the file as from the top of its tree, where that can be told */
	uint32_t line;
};

struct vmlinux_found {
	const struct vmlinux_place *place; /* innermost first; all but the last are inlined */
	size_t n;                          /* 0: not found, or more than one function fits */
};

struct vmlinux;

/*
 * Ask for `n` frames (at most VMLINUX_FRAMES; copied) of the kernel of that release ("6.1.0-rc2-g0123456789ab+"; empty: not known).  `done` is called once, from the loop; what it gets is borrowed until it
 * returns, and the question is over then.  `why` is not empty where nothing is known: a file that is none, of another kernel or build, …  NULL:
 * ERR_TOOL, it cannot be asked.
 */
struct vmlinux *vmlinux_ask(struct loop *l, const char *file, struct slice kernel, const struct vmlinux_frame *frames, size_t n,
			    void (*done)(void *arg, const struct vmlinux_found *found, struct slice why), void *arg, struct err *e);
void vmlinux_stop(struct vmlinux *v); /* no callback comes after; NULL: nothing */

#endif
