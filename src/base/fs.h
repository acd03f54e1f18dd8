/* Files: read with a ceiling, write so that a crash leaves the old or the new content, user directories. */
#ifndef BASE_FS_H
#define BASE_FS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* Read all of a file into `b` (cleared first; its ceiling holds).  -1: ERR_INPUT, `b` is empty. */
int fs_read(const char *path, struct buf *b, struct err *e);

/* The same of a regular file alone: a fifo or device, as a hostile tree may hold, is refused and never waited for. */
int fs_read_regular(const char *path, struct buf *b, struct err *e);

/* Make directory `path` and its parents, mode 0700.  0 also where it is there already. */
int fs_mkdirs(const char *path, struct err *e);

/*
 * Write `data` to `dir`/`name` (mode 0600): a temporary file beside it, fsync, rename, fsync of the directory.
 * At any instant the name holds the whole old content or the whole new one.  -1: ERR_STORE.
 */
int fs_write_atomic(const char *dir, const char *name, struct slice data, struct err *e);

/* fsync of a directory, which makes what was renamed or made in it last.  0, or -1 with errno. */
int fs_sync_dir(const char *dir);

/* As write(2) and pread(2), until all `n` bytes are done; a short file ends fs_pread() early with the bytes read. */
int fs_write_all(int fd, const void *p, size_t n);
ssize_t fs_pread(int fd, void *p, size_t n, off_t at);

/* The four user directories of the XDG base directory specification, "/verdict" added. */
enum fs_dir { FS_CONFIG, FS_DATA, FS_STATE, FS_CACHE };

/* An absolute path, freed by the caller; NULL where neither the variable nor HOME is an absolute path. */
char *fs_user_dir(enum fs_dir which);

/* "a/b", freed by the caller. */
char *fs_join(const char *a, const char *b);

/* The path of a program that lies beside this one, freed by the caller; NULL: there is none. */
char *fs_beside(const char *program);

#endif
