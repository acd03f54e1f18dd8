#define _GNU_SOURCE /* O_CLOEXEC */
#include "source/vmlinux.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "sys/child.h"

enum {
	NM_MS = 60000, ADDR_MS = 180000, NM_OUT = 512 << 20, ADDR_OUT = 1 << 20,
	SAME_NAME = 16,  /* functions of one name that are told apart */
	LINE_MAX_BYTES = 4096,
	PLACES = 64,     /* of one frame */
};
#define MEMORY (UINT64_C(8) << 30)

struct symbol {
	uint64_t at, length; /* length 0: not known yet */
};

struct frame_of {
	struct vmlinux_frame f;
	struct symbol s[SAME_NAME];
	size_t n;
	uint64_t address; /* 0: not found */
};

struct vmlinux {
	struct loop *l;
	char *file; /* owned */
	struct frame_of frame[VMLINUX_FRAMES];
	size_t n;
	void (*done)(void *arg, const struct vmlinux_found *found, struct slice why);
	void *arg;
	struct child *child;
	struct arena *arena;
	struct buf line; /* of nm, that is not complete */
	bool skips;      /* it is too long */
	struct buf why;
	struct slice kernel; /* the release that the report tells; in the arena, may be empty */
	uint64_t banner;      /* where the kernel says what it is; 0: not known */
};

static void release(struct vmlinux *v)
{
	arena_free(v->arena);
	buf_release(&v->line);
	buf_release(&v->why);
	free(v->file);
	free(v);
}

void vmlinux_stop(struct vmlinux *v)
{
	if (!v)
		return;
	child_kill(v->child);
	release(v);
}

static void finish(struct vmlinux *v, const struct vmlinux_found *found)
{
	v->done(v->arg, found, buf_slice(&v->why));
	release(v);
}

/* Why a program told nothing. */
static void blame(struct vmlinux *v, const char *program, const struct child_result *r)
{
	struct slice rest = r->err, line = {0};

	slice_line(&rest, &line);
	buf_clear(&v->why);
	if (r->timed_out || r->too_much)
		buf_addf(&v->why, "%s did not come to an end with %s", program, v->file);
	else
		buf_addf(&v->why, "%s cannot read %s: %.*s", program, v->file, (int)(line.n < 200 ? line.n : 200), line.n ? line.p : "");
}

/* ---- nm: symbols in order of their addresses ---- */

static void take_symbol(struct vmlinux *v, struct slice line)
{
	struct slice word[3];
	uint64_t at;

	for (size_t i = 0; i < 3; i++)
		if (!slice_word(&line, &word[i]))
			return;
	if (!slice_hex(word[0], &at))
		return;
	if (slice_is(word[2], "linux_banner"))
		v->banner = at;
	for (size_t i = 0; i < v->n; i++) {
		struct frame_of *f = &v->frame[i];

		for (size_t k = 0; k < f->n; k++) /* it goes to the next symbol that is behind it */
			if (f->s[k].length == 0 && at > f->s[k].at)
				f->s[k].length = at - f->s[k].at;
		if (((word[1].p[0] | 0x20) == 't' || (word[1].p[0] | 0x20) == 'w') && f->n < SAME_NAME && slice_eq(word[2], f->f.function))
			f->s[f->n++] = (struct symbol){.at = at};
	}
}

static void on_symbols(void *arg, struct slice piece)
{
	struct vmlinux *v = arg;

	while (piece.n) {
		size_t lf = slice_chr(piece, '\n', 0);
		struct slice part = slice_sub(piece, 0, lf == SLICE_NONE ? piece.n : lf);

		if (v->line.n + part.n > LINE_MAX_BYTES)
			v->skips = true;
		if (!v->skips)
			buf_add_slice(&v->line, part);
		if (lf == SLICE_NONE)
			return;
		if (!v->skips)
			take_symbol(v, buf_slice(&v->line));
		v->skips = false;
		buf_clear(&v->line);
		piece = slice_sub(piece, lf + 1, piece.n);
	}
}

/* The function of a frame: of several the one of that length.  False: it is another build's. */
static bool choose(struct vmlinux *v, struct frame_of *f)
{
	size_t fit = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->f.length == 0 || f->s[i].length == f->f.length) {
			f->address = f->s[i].at + f->f.offset - (f->f.offset > 0);
			fit++;
		}
	if (fit != 1)
		f->address = 0;
	if (fit || f->n != 1)
		return true;
	buf_clear(&v->why);
	buf_addf(&v->why, "%s is of another build: %.*s has 0x%" PRIx64 " bytes there and 0x%" PRIx64 " in the report", v->file,
		 (int)f->f.function.n, f->f.function.p, f->s[0].length, f->f.length);
	return false;
}

/* ---- which kernel it is ---- */

/* Where in the file address `at` is loaded from; -1: nowhere that is known. */
static off_t offset_of(int fd, uint64_t at)
{
	Elf64_Ehdr h;
	Elf64_Phdr p;

	if (fs_pread(fd, (char *)&h, sizeof h, 0) != (ssize_t)sizeof h || memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 ||
	    h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_phentsize != sizeof p || h.e_phoff > INT64_MAX / 2)
		return -1;
	for (unsigned i = 0; i < h.e_phnum; i++)
		if (fs_pread(fd, (char *)&p, sizeof p, (off_t)(h.e_phoff + i * sizeof p)) == (ssize_t)sizeof p && p.p_type == PT_LOAD &&
		    at >= p.p_vaddr && at - p.p_vaddr < p.p_filesz && p.p_offset < INT64_MAX / 2 && at - p.p_vaddr < INT64_MAX / 2)
			return (off_t)(p.p_offset + (at - p.p_vaddr));
	return -1;
}

/* "Linux version RELEASE (…": false where it says that it is another kernel than the report's. */
static bool is_the_kernel(struct vmlinux *v)
{
	int fd = v->kernel.n && v->banner ? open(v->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
	off_t at = fd >= 0 ? offset_of(fd, v->banner) : -1;
	char text[256];
	ssize_t n = at >= 0 ? fs_pread(fd, text, sizeof text, at) : 0;
	struct slice banner = {text, n > 0 ? (size_t)n : 0}, told = v->kernel, is = {0}, want = {0};
	bool same = !slice_eat(&banner, "Linux version ") || !slice_word(&banner, &is) || !slice_word(&told, &want) || slice_eq(is, want);

	if (fd >= 0)
		close(fd);
	if (!same) {
		buf_clear(&v->why);
		buf_addf(&v->why, "%s is of kernel %.*s, and the report of %.*s: it gives no places", v->file, (int)is.n, is.p,
			 (int)want.n, want.p);
	}
	return same;
}

/* ---- addr2line ---- */

static const char *const tops[] = {"arch", "block", "certs", "crypto", "drivers", "fs", "include", "init", "io_uring", "ipc", "kernel", "lib",
				   "mm", "net", "rust", "samples", "security", "sound", "tools", "usr", "virt"};

static bool is_in_tree(struct slice path)
{
	size_t slash = slice_chr(path, '/', 0);

	for (size_t i = 0; slash != SLICE_NONE && i < sizeof tops / sizeof *tops; i++)
		if (slice_is(slice_sub(path, 0, slash), tops[i]))
			return true;
	return false;
}

/* How much of all paths is the way to the top of the tree: the longest that leaves each in one of its folders. */
static size_t way_of(struct vmlinux_place *const all[], size_t n)
{
	struct slice first = {0};

	for (size_t i = 0; i < n && first.n == 0; i++)
		if (slice_starts(all[i]->file, "/"))
			first = all[i]->file;
	for (size_t way = first.n; way > 0; way--) {
		bool fits = first.p[way - 1] == '/';

		for (size_t i = 0; i < n && fits; i++) {
			struct slice f = all[i]->file;

			fits = !slice_starts(f, "/") || (f.n > way && slice_eq(slice_sub(f, 0, way), slice_sub(first, 0, way)) &&
							  is_in_tree(slice_sub(f, way, f.n)));
		}
		if (fits)
			return way;
	}
	return 0;
}

static bool is_address(struct slice line)
{
	uint64_t a;

	return slice_eat(&line, "0x") && slice_hex(line, &a);
}

/* "FILE:LINE (discriminator 3)"; "??:0" and "FILE:?" tell nothing. */
static bool take_place(struct vmlinux *v, struct slice function, struct slice line, struct vmlinux_place *out)
{
	size_t end = slice_find(line, " (", 0), colon;
	uint64_t n;

	line = slice_sub(line, 0, end);
	colon = slice_rfind(line, ":");
	if (colon == SLICE_NONE || !slice_u64(slice_sub(line, colon + 1, line.n), &n) || n == 0 || n > UINT32_MAX || line.p[0] == '?')
		return false;
	line = slice_sub(line, 0, colon);
	while (slice_eat(&line, "./"))
		;
	*out = (struct vmlinux_place){arena_slice(v->arena, function), arena_slice(v->arena, line), (uint32_t)n};
	return true;
}

static void on_places(void *arg, const struct child_result *r)
{
	struct vmlinux *v = arg;
	struct vmlinux_found *found = arena_alloc(v->arena, v->n * sizeof *found);
	struct vmlinux_place **all = NULL, *of_frame = NULL;
	size_t nall = 0, cap = 0, at = SIZE_MAX, way;
	struct slice rest = r->out, line, place;

	memset(found, 0, v->n * sizeof *found);
	if (!r->exited || r->status != 0 || r->too_much) {
		blame(v, "addr2line", r);
		finish(v, NULL);
		return;
	}
	while (slice_line(&rest, &line)) {
		struct vmlinux_place p;

		if (is_address(line)) { /* of the next frame that was found */
			do
				at++;
			while (at < v->n && !v->frame[at].address);
			continue;
		}
		if (at >= v->n || !slice_line(&rest, &place) || found[at].n == PLACES)
			continue;
		if (!take_place(v, line, place, &p))
			continue;
		if (found[at].n == 0)
			found[at].place = of_frame = arena_alloc(v->arena, PLACES * sizeof p);
		of_frame[found[at].n] = p;
		all = mem_grow(all, &cap, nall + 1, sizeof *all);
		all[nall++] = &of_frame[found[at].n++];
	}
	way = way_of(all, nall);
	for (size_t i = 0; i < nall; i++)
		if (slice_starts(all[i]->file, "/"))
			all[i]->file = slice_sub(all[i]->file, way, all[i]->file.n);
	free(all);
	if (nall == 0)
		buf_addf(&v->why, "%s has no lines of these functions: it was built without debug information", v->file);
	finish(v, found);
}

static void on_nm(void *arg, const struct child_result *r)
{
	struct vmlinux *v = arg;
	const char *argv[VMLINUX_FRAMES + 8] = {"addr2line", "-a", "-f", "-i", "-e", v->file};
	struct child_request rq = {.argv = argv, .max_out = ADDR_OUT, .ms = ADDR_MS, .max_memory = MEMORY};
	size_t n = 6, known = 0;
	struct err e = {0};
	bool fits;

	v->child = NULL;
	if (!r->exited || r->status != 0 || r->too_much) {
		blame(v, "nm", r);
		finish(v, NULL);
		return;
	}
	fits = is_the_kernel(v);
	for (size_t i = 0; i < v->n && fits; i++) {
		struct frame_of *f = &v->frame[i];
		char *a;

		fits = choose(v, f);
		if (!f->address)
			continue;
		a = arena_alloc(v->arena, 24);
		snprintf(a, 24, "0x%" PRIx64, f->address);
		argv[n++] = a;
		known++;
	}
	argv[n] = NULL;
	if (fits && known == 0)
		buf_addf(&v->why, "%s has none of the report's functions", v->file);
	if (fits && known)
		v->child = child_start(v->l, &rq, on_places, v, &e);
	if (fits && known && !v->child)
		buf_addf(&v->why, "%s", e.msg);
	if (!v->child)
		finish(v, NULL);
}

struct vmlinux *vmlinux_ask(struct loop *l, const char *file, struct slice kernel, const struct vmlinux_frame *frames, size_t n,
			    void (*done)(void *arg, const struct vmlinux_found *found, struct slice why), void *arg, struct err *e)
{
	const char *const argv[] = {"nm", "-n", "--defined-only", "--", file, NULL};
	struct child_request rq = {.argv = argv, .max_out = NM_OUT, .ms = NM_MS, .max_memory = MEMORY, .data = on_symbols};
	struct vmlinux *v;
	struct stat st;

	if (stat(file, &st) < 0) {
		err_sys(e, ERR_TOOL, errno, "cannot open '%s'", file);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(e, ERR_TOOL, "'%s' is no file", file);
		return NULL;
	}
	v = xcalloc(1, sizeof *v);
	v->l = l;
	v->file = xstrdup(file);
	v->done = done;
	v->arg = arg;
	v->arena = arena_new();
	v->kernel = arena_slice(v->arena, kernel);
	v->n = n < VMLINUX_FRAMES ? n : VMLINUX_FRAMES;
	for (size_t i = 0; i < v->n; i++) {
		v->frame[i].f = frames[i];
		v->frame[i].f.function = arena_slice(v->arena, frames[i].function);
	}
	v->child = child_start(l, &rq, on_nm, v, e);
	if (v->child)
		return v;
	release(v);
	return NULL;
}
