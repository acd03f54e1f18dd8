#include "base/inflate.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <zstd.h>

#include "base/fs.h"
#include "base/mem.h"

enum { BLOCK = 1 << 16 };

static const char gzip_magic[] = "\x1f\x8b\x08", zstd_magic[] = "\x28\xb5\x2f\xfd";

bool inflate_is(struct slice head)
{
	return slice_starts(head, gzip_magic) || slice_starts(head, zstd_magic);
}

/* What both forms share: the files, a block of each, and what was written. */
struct job {
	const char *name;
	int from, to;
	uint64_t at; /* of `from`: behind the block that was read */
	uint64_t written, max;
	char *in, *out;
};

/* The next block of the file: its bytes, 0 at the end, -1. */
static ssize_t refill(struct job *j, struct err *e)
{
	ssize_t n = fs_pread(j->from, j->in, BLOCK, (off_t)j->at);

	if (n < 0)
		return err_sys(e, ERR_INPUT, errno, "cannot read '%s' at byte %" PRIu64, j->name, j->at);
	j->at += (uint64_t)n;
	return n;
}

static int flush(struct job *j, size_t n, struct err *e)
{
	if (n > j->max - j->written)
		return err_set(e, ERR_INPUT, "cannot decompress '%s': it holds more than %" PRIu64 " bytes", j->name,
			       j->max);
	if (fs_write_all(j->to, j->out, n) < 0)
		return err_sys(e, ERR_INPUT, errno, "cannot spool '%s'", j->name);
	j->written += n;
	return 0;
}

/* `left` bytes of the block were not taken when it was found out. */
static int broken(const struct job *j, size_t left, const char *why, struct err *e)
{
	return err_set(e, ERR_INPUT, "cannot decompress '%s': the compressed data %s at byte %" PRIu64, j->name, why,
		       j->at - left);
}

/* ---- gzip ---- */

/* Take all of the block.  `*open`: a part was begun and not ended. */
static int gzip_block(struct job *j, z_stream *z, bool *open, struct err *e)
{
	int rc = Z_OK;

	/* a full output block may leave something behind that needs no more input */
	do {
		if (!*open && z->avail_in && inflateReset(z) != Z_OK)
			return broken(j, z->avail_in, "are broken", e);
		*open = true;
		z->next_out = (Bytef *)j->out;
		z->avail_out = BLOCK;
		rc = inflate(z, Z_NO_FLUSH);
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return broken(j, z->avail_in, "are broken", e);
		if (flush(j, BLOCK - z->avail_out, e) < 0)
			return -1;
		*open = rc != Z_STREAM_END;
	} while (z->avail_in || (*open && z->avail_out == 0));
	return 0;
}

static int gzip(struct job *j, struct err *e)
{
	z_stream z = {0};
	bool open = true;
	ssize_t n = 0;
	int rc = 0;

	if (inflateInit2(&z, 15 + 16) != Z_OK) /* the largest window, and the gzip header */
		return err_set(e, ERR_INPUT, "cannot decompress '%s': zlib does not start", j->name);
	while (rc == 0 && (n = refill(j, e)) > 0) {
		z.next_in = (Bytef *)j->in;
		z.avail_in = (uInt)n;
		rc = gzip_block(j, &z, &open, e);
	}
	inflateEnd(&z);
	if (rc < 0 || n < 0)
		return -1;
	return open ? broken(j, 0, "are cut: they end", e) : 0;
}

/* ---- zstd ---- */

static int zstd_block(struct job *j, ZSTD_DStream *z, size_t n, size_t *need, struct err *e)
{
	ZSTD_inBuffer in = {.src = j->in, .size = n};
	size_t made;

	do {
		ZSTD_outBuffer out = {.dst = j->out, .size = BLOCK};

		*need = ZSTD_decompressStream(z, &out, &in);
		if (ZSTD_isError(*need))
			return broken(j, n - in.pos, "are broken", e);
		if (flush(j, out.pos, e) < 0)
			return -1;
		made = out.pos;
	} while (in.pos < in.size || (made == BLOCK && *need));
	return 0;
}

static int zstd(struct job *j, struct err *e)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	size_t need = 1;
	ssize_t n = 0;
	int rc = 0;

	if (!z)
		return err_set(e, ERR_INPUT, "cannot decompress '%s': zstd does not start", j->name);
	while (rc == 0 && (n = refill(j, e)) > 0)
		rc = zstd_block(j, z, (size_t)n, &need, e);
	ZSTD_freeDStream(z);
	if (rc < 0 || n < 0)
		return -1;
	return need ? broken(j, 0, "are cut: they end", e) : 0;
}

/* ---- both ---- */

int inflate_file(const char *name, int from, int to, uint64_t max, uint64_t *size, struct err *e)
{
	struct job j = {.name = name, .from = from, .to = to, .max = max};
	char head[INFLATE_MAGIC];
	ssize_t n = fs_pread(from, head, sizeof head, 0);
	int rc;

	if (n < 0)
		return err_sys(e, ERR_INPUT, errno, "cannot read '%s' at byte 0", name);
	j.in = xmalloc(BLOCK);
	j.out = xmalloc(BLOCK);
	rc = slice_starts((struct slice){head, (size_t)n}, zstd_magic) ? zstd(&j, e) : gzip(&j, e);
	free(j.in);
	free(j.out);
	*size = j.written;
	return rc;
}
