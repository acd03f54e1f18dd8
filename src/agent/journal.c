#define _GNU_SOURCE /* O_CLOEXEC, getrandom, flock */
#include "agent/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

struct journal {
	int fd;
	char *path;
	uint64_t size;   /* of whole lines: what is behind is torn */
	bool torn;       /* it could not be cut off yet */
	uint64_t lost;   /* records that could not be written since the last one that could */
	char why[256];   /* of the first of them */
	int64_t lost_at; /* its time */
};

static const char *const whats[JOURNAL_WHATS] = {
	[JOURNAL_PAUSE] = "pause", [JOURNAL_CONTINUE] = "continue", [JOURNAL_STEP] = "step", [JOURNAL_STEER] = "steer",
	[JOURNAL_ASK] = "ask", [JOURNAL_ALLOW] = "allow", [JOURNAL_EDIT] = "edit", [JOURNAL_DENY] = "deny",
	[JOURNAL_CONCLUDE] = "conclude", [JOURNAL_STOP] = "stop", [JOURNAL_COMPRESS] = "compress",
	[JOURNAL_RESUME] = "resume", [JOURNAL_WARNING] = "warning",
};

const char *journal_what_name(enum journal_what w)
{
	return w < JOURNAL_WHATS ? whats[w] : "other";
}

enum journal_what journal_what_of(struct slice word)
{
	int w = 0;

	while (w < JOURNAL_WHATS && !slice_is(word, whats[w]))
		w++;
	return (enum journal_what)w;
}

const char *journal_state_name(enum journal_state s)
{
	static const char *const names[] = {
		[JOURNAL_DONE] = "done", [JOURNAL_FAILED] = "failed", [JOURNAL_STOPPED] = "stopped",
	};

	return names[s];
}

/* ---- records as JSON ---- */

static void when(struct json_w *w, const char *key, int64_t us)
{
	struct buf b = BUF_INIT;

	when_add(&b, us, WHEN_MICRO);
	json_kstr(w, key, buf_slice(&b));
	buf_release(&b);
}

/* A raw value, or null where it is empty. */
static int raw_or_null(struct json_w *w, const char *key, struct slice raw, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc = raw.n ? span_out_raw(&b, raw, key, e) : 0;

	json_key(w, key);
	if (raw.n && rc == 0)
		json_raw(w, buf_slice(&b));
	else
		json_null(w);
	buf_release(&b);
	return rc;
}

static void count(struct json_w *w, const char *key, uint64_t v)
{
	json_key(w, key);
	json_uint(w, v);
}

static int make_nonce(char out[33], struct err *e)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char random[16];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return err_sys(e, ERR_STORE, errno, "cannot make an id for the run");
	for (int i = 0; i < 32; i++)
		out[i] = hex[random[i / 2] >> (i % 2 ? 0 : 4) & 15];
	out[32] = '\0';
	return 0;
}

/* A URL without what may be secret: user and password, query, fragment. */
static void url(struct json_w *w, const char *key, struct slice s)
{
	size_t scheme = slice_find(s, "://", 0), host, at, end = s.n;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < s.n && end == s.n; i++)
		if (s.p[i] == '?' || s.p[i] == '#')
			end = i;
	s = slice_sub(s, 0, end);
	host = scheme == SLICE_NONE || scheme >= s.n ? 0 : scheme + 3;
	end = slice_chr(s, '/', host);
	at = slice_rfind(slice_sub(s, host, end), "@");
	buf_add_slice(&b, slice_sub(s, 0, host));
	buf_add_slice(&b, slice_sub(s, at == SLICE_NONE ? host : host + at + 1, s.n));
	json_kstr(w, key, buf_slice(&b));
	buf_release(&b);
}

static void kernel(struct json_w *w, const struct journal_head *h)
{
	json_key(w, "kernel");
	json_open(w, '{');
	json_kstr(w, "dir", h->kernel.dir);
	json_kstr(w, "commit", h->kernel.commit);
	json_kstr(w, "tree", h->kernel.tree);
	json_kbool(w, "dirty", h->kernel.dirty);
	json_kstr(w, "version", h->kernel.version);
	json_close(w, '}');
}

static void inputs(struct json_w *w, const struct journal_head *h)
{
	json_key(w, "inputs");
	json_open(w, '{');
	for (size_t i = 0; i < h->ninput; i++) {
		json_key_slice(w, h->input[i].name);
		if (h->input[i].value.p)
			json_str(w, h->input[i].value);
		else
			json_null(w);
	}
	json_close(w, '}');
}

static void parent(struct json_w *w, const struct journal_head *h)
{
	json_key(w, "parent");
	if (h->parent_run.n == 0) {
		json_null(w);
		return;
	}
	json_open(w, '{');
	json_kstr(w, "run", h->parent_run);
	count(w, "seq", h->parent_seq);
	json_close(w, '}');
}

int journal_first(const struct journal_head *h, struct buf *line, char id[SHA256_HEX + 1], struct err *e)
{
	char nonce[33];
	struct json_w w;
	int rc;

	if (make_nonce(nonce, e) < 0)
		return -1;
	buf_clear(line);
	json_w_init(&w, line, false);
	json_open(&w, '{');
	json_key(&w, "journal");
	json_open(&w, '{');
	json_kcstr(&w, "schema", JOURNAL_SCHEMA);
	json_kcstr(&w, "version", VERDICT_VERSION);
	json_kcstr(&w, "nonce", nonce);
	when(&w, "time", h->time);
	json_kstr(&w, "workflow", h->workflow);
	json_kstr(&w, "instruction_sha256", h->instruction_sha256);
	inputs(&w, h);
	kernel(&w, h);
	json_kstr(&w, "provider", h->provider);
	url(&w, "base_url", h->base_url);
	json_kstr(&w, "model", h->model);
	rc = raw_or_null(&w, "settings", h->settings, e);
	parent(&w, h);
	json_close(&w, '}');
	json_close(&w, '}');
	if (rc == 0 && (line->over || line->n > JOURNAL_LINE_MAX))
		rc = err_set(e, ERR_INPUT, "cannot begin a journal: the inputs are longer than 256 MiB");
	sha256_of(buf_slice(line), id);
	return rc;
}

static int calls(struct json_w *w, const struct journal_exchange *x, struct err *e)
{
	int rc = 0;

	json_key(w, "calls");
	json_open(w, '[');
	for (size_t i = 0; i < x->ncall && rc == 0; i++) {
		json_open(w, '{');
		json_kstr(w, "id", x->call[i].id);
		json_kstr(w, "name", x->call[i].name);
		rc = raw_or_null(w, "args", x->call[i].args, e);
		json_kstr(w, "bad_args", x->call[i].bad_args);
		json_close(w, '}');
	}
	json_close(w, ']');
	return rc;
}

static int turns(struct json_w *w, const struct journal_exchange *x, struct err *e)
{
	struct buf b = BUF_INIT;
	int rc = 0;

	json_key(w, "turns");
	json_open(w, '[');
	for (size_t i = 0; i < x->nturn && rc == 0; i++) {
		buf_clear(&b);
		rc = span_out_raw(&b, x->turn[i], "a turn", e);
		json_raw(w, buf_slice(&b));
	}
	json_close(w, ']');
	buf_release(&b);
	return rc;
}

static void outcome(struct json_w *w, const struct journal_exchange *x)
{
	json_key(w, "outcome");
	json_open(w, '{');
	json_kstr(w, "end", x->outcome.end);
	json_kint(w, "http", x->outcome.http);
	json_key(w, "code");
	json_str(w, x->outcome.code);
	json_key(w, "message");
	json_str(w, x->outcome.message);
	json_kint(w, "wait_us", x->outcome.wait_us);
	json_close(w, '}');
	json_key(w, "usage");
	json_open(w, '{');
	count(w, "in", x->usage.in);
	count(w, "cached", x->usage.cached);
	count(w, "out", x->usage.out);
	count(w, "thought", x->usage.thought);
	json_close(w, '}');
}

static int exchange_json(struct json_w *w, const struct journal_exchange *x, struct err *e)
{
	json_open(w, '{');
	count(w, "seq", x->seq);
	count(w, "try", x->tries);
	when(w, "time", x->time);
	json_kstr(w, "request_sha256", x->request_sha256);
	if (turns(w, x, e) < 0 || raw_or_null(w, "reply", x->reply, e) < 0)
		return -1;
	outcome(w, x);
	json_key(w, "thoughts");
	json_str(w, x->thoughts);
	json_key(w, "text");
	json_str(w, x->text);
	if (calls(w, x, e) < 0)
		return -1;
	json_kstr(w, "model", x->model);
	json_close(w, '}');
	return 0;
}

static int control_json(struct json_w *w, const struct journal_control *c, struct err *e)
{
	json_open(w, '{');
	when(w, "time", c->time);
	json_kcstr(w, "what", journal_what_name(c->what));
	json_key(w, "seq");
	if (c->seq == JOURNAL_NO_SEQ)
		json_null(w);
	else
		json_uint(w, c->seq);
	if (c->text.n)
		json_kstr(w, "text", c->text);
	if (c->tool.n)
		json_kstr(w, "tool", c->tool);
	if (c->args.n && raw_or_null(w, "args", c->args, e) < 0)
		return -1;
	if (c->reason.n)
		json_kstr(w, "reason", c->reason);
	json_close(w, '}');
	return 0;
}

/* ---- the file ---- */

static struct journal *journal_of(const char *path, int fd)
{
	struct journal *j = xcalloc(1, sizeof *j);

	j->fd = fd;
	j->path = xstrdup(path);
	return j;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	close(j->fd);
	free(j->path);
	free(j);
}

static int cannot_write(const struct journal *j, int errnum, struct err *e)
{
	return err_sys(e, ERR_STORE, errnum, "cannot write '%s'", j->path);
}

/* The folder too, so that the file's name lasts. */
static int sync_folder(const struct journal *j, struct err *e)
{
	const char *slash = strrchr(j->path, '/');
	char *dir = slash ? xstrndup(j->path, slash == j->path ? 1 : (size_t)(slash - j->path)) : xstrdup(".");
	int rc = fs_sync_dir(dir);

	free(dir);
	return rc < 0 ? cannot_write(j, errno, e) : 0;
}

/* Cut off what is behind the last whole line. */
static int cut_back(struct journal *j)
{
	j->torn = ftruncate(j->fd, (off_t)j->size) < 0 || lseek(j->fd, (off_t)j->size, SEEK_SET) < 0;
	return j->torn ? -1 : 0;
}

static int put_lines(struct journal *j, const struct buf *lines, struct err *e)
{
	int why;

	if (j->torn && cut_back(j) < 0)
		return cannot_write(j, errno, e);
	if (fs_write_all(j->fd, lines->p, lines->n) == 0) {
		j->size += lines->n;
		return 0;
	}
	why = errno;
	cut_back(j); /* where even that fails, it is tried again before anything else is written */
	return cannot_write(j, why, e);
}

/* What could not be written before is told in the journal as soon as it takes bytes again. */
static void tell_lost(struct journal *j, struct buf *lines)
{
	struct buf text = BUF_INIT;
	struct json_w w;

	if (j->lost == 0)
		return;
	buf_addf(&text, "%llu record%s missing here: %s", (unsigned long long)j->lost, j->lost == 1 ? " is" : "s are", j->why);
	buf_adds(lines, "{\"control\":");
	json_w_init(&w, lines, false);
	control_json(&w, &(struct journal_control){.time = j->lost_at, .what = JOURNAL_WARNING, .seq = JOURNAL_NO_SEQ,
						   .text = buf_slice(&text)}, NULL);
	buf_adds(lines, "}\n");
	buf_release(&text);
}

/* Append the record whose JSON is `body`, in an object under `kind`. */
static int append(struct journal *j, const char *kind, const struct buf *body, int64_t now, bool sync, struct err *e)
{
	struct buf lines = BUF_INIT;
	struct err why = {0};
	int rc;

	if (body->over || body->n > JOURNAL_LINE_MAX - 64)
		return err_set(e, ERR_INPUT, "cannot write '%s': a record is longer than 256 MiB", j->path);
	tell_lost(j, &lines);
	buf_addf(&lines, "{\"%s\":", kind);
	buf_add_slice(&lines, buf_slice(body));
	buf_adds(&lines, "}\n");
	rc = put_lines(j, &lines, &why);
	buf_release(&lines);
	if (rc < 0) {
		if (j->lost++ == 0) {
			size_t n = strlen(why.msg) < sizeof j->why ? strlen(why.msg) : sizeof j->why - 1;

			memcpy(j->why, why.msg, n);
			j->why[n] = '\0';
			j->lost_at = now;
		}
		return err_set(e, why.cls, "%s", why.msg);
	}
	j->lost = 0;
	return sync && fdatasync(j->fd) < 0 ? cannot_write(j, errno, e) : 0;
}

static int lock(int fd, const char *path, struct err *e)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return err_set(e, ERR_NO, "cannot go on with '%s': another program is writing it", path);
	return err_sys(e, ERR_STORE, errno, "cannot lock '%s'", path);
}

struct journal *journal_new(const char *path, struct slice first, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct buf line = BUF_INIT;
	struct journal *j;

	if (fd < 0) {
		err_sys(e, ERR_STORE, errno, "cannot make '%s'", path);
		return NULL;
	}
	j = journal_of(path, fd);
	buf_add_slice(&line, first);
	buf_addc(&line, '\n');
	if (lock(fd, path, e) < 0 || put_lines(j, &line, e) < 0 || (fsync(fd) < 0 && cannot_write(j, errno, e) < 0) ||
	    sync_folder(j, e) < 0) {
		unlink(path);
		journal_close(j);
		j = NULL;
	}
	buf_release(&line);
	return j;
}

int journal_span(struct journal *j, const struct span_out *s, struct err *e)
{
	bool finished = s->finished != WHEN_NONE;
	struct buf b;
	int rc;

	buf_init(&b, JOURNAL_LINE_MAX);
	rc = span_out_json(&b, s, e);
	if (rc == 0)
		rc = append(j, "span", &b, finished ? s->finished : s->started, finished, e);
	buf_release(&b);
	return rc;
}

int journal_exchange(struct journal *j, const struct journal_exchange *x, struct err *e)
{
	struct json_w w;
	struct buf b;
	int rc;

	buf_init(&b, JOURNAL_LINE_MAX);
	json_w_init(&w, &b, false);
	rc = exchange_json(&w, x, e);
	if (rc == 0)
		rc = append(j, "exchange", &b, x->time, false, e);
	buf_release(&b);
	return rc;
}

int journal_control(struct journal *j, const struct journal_control *c, struct err *e)
{
	struct json_w w;
	struct buf b;
	int rc;

	buf_init(&b, JOURNAL_LINE_MAX);
	json_w_init(&w, &b, false);
	rc = control_json(&w, c, e);
	if (rc == 0)
		rc = append(j, "control", &b, c->time, false, e);
	buf_release(&b);
	return rc;
}

int journal_finish(struct journal *j, const struct journal_end *end, struct err *e)
{
	struct buf b = BUF_INIT;
	struct json_w w;
	int rc;

	json_w_init(&w, &b, false);
	json_open(&w, '{');
	when(&w, "time", end->time);
	json_kcstr(&w, "state", journal_state_name(end->state));
	json_kstr(&w, "error", end->error);
	json_close(&w, '}');
	rc = append(j, "end", &b, end->time, true, e);
	buf_release(&b);
	return rc;
}

/* ---- going on ---- */

enum { WINDOW = 64 * 1024 };

/* Where the line begins that ends before `end`; its first bytes are then in `head`. */
static int line_before(const struct journal *j, uint64_t end, uint64_t *begin, struct err *e)
{
	char *window = xmalloc(WINDOW);
	int rc = 0;

	for (*begin = 0; end > 0;) {
		size_t n = end < WINDOW ? (size_t)end : WINDOW;
		ssize_t got = fs_pread(j->fd, window, n, (off_t)(end - n));
		size_t nl;

		if (got != (ssize_t)n) {
			rc = err_sys(e, ERR_STORE, got < 0 ? errno : EIO, "cannot read '%s'", j->path);
			break;
		}
		nl = slice_rfind((struct slice){window, n}, "\n");
		end -= n;
		if (nl != SLICE_NONE) {
			*begin = end + nl + 1;
			break;
		}
	}
	free(window);
	return rc;
}

static bool begins_with(const struct journal *j, uint64_t at, const char *text)
{
	char head[32];
	ssize_t n = fs_pread(j->fd, head, strlen(text), (off_t)at);

	return n == (ssize_t)strlen(text) && memcmp(head, text, (size_t)n) == 0;
}

/* The id, of the first line's bytes. */
static int identify(const struct journal *j, char id[SHA256_HEX + 1], struct err *e)
{
	struct sha256 *h = sha256_new();
	char *window = xmalloc(WINDOW);
	size_t nl = SLICE_NONE;
	off_t at = 0;
	ssize_t n;

	while (nl == SLICE_NONE && (n = fs_pread(j->fd, window, WINDOW, at)) > 0) {
		nl = slice_chr((struct slice){window, (size_t)n}, '\n', 0);
		sha256_add(h, window, nl == SLICE_NONE ? (size_t)n : nl);
		at += n;
	}
	sha256_hex(h, id);
	sha256_free(h);
	free(window);
	return nl == SLICE_NONE ? err_set(e, ERR_INPUT, "cannot go on with '%s': it has no whole first line", j->path) : 0;
}

/* Find the last whole line, cut what is torn behind it, and see that it is no end. */
static int take_up(struct journal *j, char id[SHA256_HEX + 1], uint64_t *cut, struct err *e)
{
	struct stat st;
	uint64_t last;

	if (fstat(j->fd, &st) < 0)
		return err_sys(e, ERR_STORE, errno, "cannot read '%s'", j->path);
	if (!S_ISREG(st.st_mode) || !begins_with(j, 0, "{\"journal\":"))
		return err_set(e, ERR_INPUT, "cannot go on with '%s': it is no journal", j->path);
	if (identify(j, id, e) < 0 || line_before(j, (uint64_t)st.st_size, &j->size, e) < 0 ||
	    line_before(j, j->size - 1, &last, e) < 0)
		return -1;
	if (begins_with(j, last, "{\"end\":"))
		return err_set(e, ERR_NO, "cannot go on with '%s': the run has ended", j->path);
	if (cut)
		*cut = (uint64_t)st.st_size - j->size;
	return cut_back(j) < 0 ? cannot_write(j, errno, e) : 0;
}

struct journal *journal_resume(const char *path, char id[SHA256_HEX + 1], uint64_t *cut, struct err *e)
{
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct journal *j;

	if (fd < 0) {
		err_sys(e, ERR_STORE, errno, "cannot go on with '%s'", path);
		return NULL;
	}
	j = journal_of(path, fd);
	if (lock(fd, path, e) < 0 || take_up(j, id, cut, e) < 0) {
		journal_close(j);
		return NULL;
	}
	return j;
}
