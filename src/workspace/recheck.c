#include "workspace/recheck.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void recheck_init(struct recheck *c, const struct root *r)
{
	c->r = r;
	c->name = (struct buf)BUF_INIT;
	c->fd = -1;
}

static void shut(struct recheck *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	buf_clear(&c->name);
}

void recheck_release(struct recheck *c)
{
	shut(c);
	buf_release(&c->name);
}

static bool begin(struct recheck *c, struct slice name)
{
	struct stat st;

	shut(c);
	buf_add_slice(&c->name, name);
	c->line = 1;
	c->at = c->n = 0;
	c->fd = root_openat(c->r, buf_str(&c->name));
	if (c->fd >= 0 && (fstat(c->fd, &st) < 0 || !S_ISREG(st.st_mode)))
		shut(c);
	return c->fd >= 0;
}

/* What has been read and not been used; empty at the end. */
static struct slice rest(struct recheck *c)
{
	ssize_t n = 0;

	if (c->at == c->n) {
		do
			n = read(c->fd, c->block, sizeof c->block);
		while (n < 0 && errno == EINTR);
		c->at = 0;
		c->n = n > 0 ? (size_t)n : 0;
	}
	return (struct slice){c->block + c->at, c->n - c->at};
}

static bool skip_line(struct recheck *c)
{
	struct slice s;
	size_t end;

	while ((s = rest(c)).n) {
		end = slice_chr(s, '\n', 0);
		c->at += end == SLICE_NONE ? s.n : end + 1;
		if (end != SLICE_NONE) {
			c->line++;
			return true;
		}
	}
	return false;
}

/* Does the line begin so, and end there where it is short? */
static bool compare(struct recheck *c, struct slice text)
{
	bool whole = text.n < RECHECK_BYTES;
	struct slice s;

	text = slice_sub(text, 0, whole ? text.n : RECHECK_BYTES);
	while (text.n) {
		size_t n;

		s = rest(c);
		n = s.n < text.n ? s.n : text.n;
		if (n == 0 || memcmp(s.p, text.p, n) != 0)
			return false;
		c->at += n;
		text = slice_sub(text, n, text.n);
	}
	s = rest(c);
	return !whole || s.n == 0 || s.p[0] == '\n';
}

bool recheck_line(struct recheck *c, struct slice name, uint64_t number, struct slice text)
{
	if ((c->fd < 0 || !slice_eq(name, buf_slice(&c->name)) || number <= c->line) && !begin(c, name))
		return false;
	while (c->line < number)
		if (!skip_line(c))
			return false;
	return compare(c, text);
}
