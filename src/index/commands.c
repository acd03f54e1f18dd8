#define _GNU_SOURCE /* struct stat's st_mtim */
#include "index/commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "index/db.h"

enum { LIST_MAX = 256 << 20 };

/* What the index keeps of a list is where in the file each entry stands: an entry is read when it is asked for. */
struct commands {
	struct index *x;
	char *path;
	int fd;      /* of the list, as it was when it was opened */
	int64_t id;  /* of the list in the index */
};

/* ---- reading the list ---- */

/* "a/./b//c/../d" becomes "a/b/d"; an absolute path stays one. */
static const char *tidy(struct arena *a, struct slice path)
{
	struct buf b = BUF_INIT;
	const char *out;
	size_t end;

	for (size_t at = 0; at < path.n; at = end == SLICE_NONE ? path.n : end + 1) {
		struct slice name;

		end = slice_chr(path, '/', at);
		name = slice_sub(path, at, end);
		if (name.n == 0 || slice_is(name, "."))
			continue;
		if (slice_is(name, "..")) {
			size_t up = slice_rfind(buf_slice(&b), "/");

			buf_cut(&b, up == SLICE_NONE ? 0 : up);
			continue;
		}
		buf_addc(&b, '/');
		buf_add_slice(&b, name);
	}
	out = arena_str(a, buf_slice(&b));
	buf_release(&b);
	return out;
}

/* The path of an entry's file, below `source`; NULL where it is elsewhere or no C. */
static const char *file_of(struct arena *a, struct slice raw, const char *source)
{
	struct slice dir = {0}, file = {0};
	size_t n = strlen(source);
	struct buf full = BUF_INIT;
	const char *path;

	json_get_str(a, raw, "directory", &dir);
	json_get_str(a, raw, "file", &file);
	if (!slice_starts(file, "/"))
		buf_addf(&full, "%.*s/", (int)dir.n, dir.n ? dir.p : "");
	buf_add_slice(&full, file);
	path = tidy(a, buf_slice(&full));
	buf_release(&full);
	if (!slice_starts(dir, "/") || !slice_ends(file, ".c") || strncmp(path, source, n) != 0 || path[n] != '/')
		return NULL;
	return path + n + 1;
}

static int add_entries(struct commands *c, struct slice text, struct slice list, const char *source, struct err *e)
{
	sqlite3_stmt *st = index_query(c->x, "INSERT OR IGNORE INTO command(list, path, number, at, size) VALUES(?, ?, ?, ?, ?)", e);
	struct json_iter it = json_iter(list);
	struct arena *a = arena_new();
	int64_t number = 0;
	int rc = st ? 0 : -1;

	while (rc == 0 && json_next(&it)) {
		const char *path = json_type(it.value) == JSON_OBJECT ? file_of(a, it.value, source) : NULL;

		if (!path)
			continue;
		sqlite3_bind_int64(st, 1, c->id);
		sqlite3_bind_text(st, 2, path, -1, SQLITE_STATIC);
		sqlite3_bind_int64(st, 3, number++);
		sqlite3_bind_int64(st, 4, it.value.p - text.p);
		sqlite3_bind_int64(st, 5, (int64_t)it.value.n);
		if (sqlite3_step(st) != SQLITE_DONE)
			rc = index_error(c->x, e);
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	arena_free(a);
	return rc;
}

static void bind_list(sqlite3_stmt *st, const struct commands *c, const char *source, const struct stat *is)
{
	sqlite3_bind_text(st, 1, c->path, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, source, -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 3, is->st_size);
	sqlite3_bind_int64(st, 4, (int64_t)is->st_mtim.tv_sec * 1000000000 + is->st_mtim.tv_nsec);
	sqlite3_bind_int64(st, 5, (int64_t)is->st_ino);
}

/* Is the list as it is known to the index? */
static bool is_known(struct commands *c, const char *source, const struct stat *is)
{
	sqlite3_stmt *st = index_query(c->x, "SELECT id FROM list WHERE path = ? AND source = ? AND size = ? AND changed = ? AND inode = ?",
				       NULL);

	c->id = 0;
	if (st) {
		bind_list(st, c, source, is);
		if (sqlite3_step(st) == SQLITE_ROW)
			c->id = sqlite3_column_int64(st, 0);
	}
	sqlite3_finalize(st);
	return c->id != 0;
}

/* In a transaction: the list that was known by that name gives way to this one. */
static int replace(struct commands *c, struct slice text, struct slice list, const char *source, const struct stat *is, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM list WHERE path = ? AND source = ?",
		"INSERT INTO list(path, source, size, changed, inode) VALUES(?, ?, ?, ?, ?)",
	};

	if (is_known(c, source, is)) /* another program was quicker */
		return 0;
	for (size_t i = 0; i < 2; i++) {
		sqlite3_stmt *st = index_query(c->x, sql[i], e);

		if (!st)
			return -1;
		bind_list(st, c, source, is);
		if (sqlite3_step(st) != SQLITE_DONE) {
			index_error(c->x, e);
			sqlite3_finalize(st);
			return -1;
		}
		sqlite3_finalize(st);
	}
	c->id = sqlite3_last_insert_rowid(c->x->db);
	return add_entries(c, text, list, source, e);
}

static int take_in(struct commands *c, const char *source, const struct stat *is, struct err *e)
{
	struct buf text = BUF_INIT;
	struct slice list;
	int rc;

	buf_init(&text, LIST_MAX);
	rc = fs_read_regular(c->path, &text, e);
	if (rc < 0)
		e->cls = ERR_NO;
	else if ((rc = json_check(buf_slice(&text), &list, NULL, e)) < 0)
		err_wrap(e, "cannot read '%s'", c->path);
	else if (json_type(list) != JSON_ARRAY)
		rc = err_set(e, ERR_INPUT, "cannot read '%s': it is no list of commands", c->path);
	else if ((rc = index_begin(c->x, e)) == 0) {
		rc = replace(c, buf_slice(&text), list, source, is, e);
		if (index_end(c->x, rc == 0, rc == 0 ? e : NULL) < 0)
			rc = -1;
	}
	buf_release(&text);
	return rc;
}

static sqlite3_stmt *ask(const struct commands *c, const char *sql)
{
	sqlite3_stmt *st = index_query(c->x, sql, NULL);

	if (st)
		sqlite3_bind_int64(st, 1, c->id);
	return st;
}

struct commands *commands_open(struct index *x, const char *path, const char *source, struct err *e)
{
	struct commands *c = xcalloc(1, sizeof *c);
	struct stat is;
	int rc = 0;

	c->x = x;
	c->path = xstrdup(path);
	c->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (c->fd < 0 || fstat(c->fd, &is) < 0)
		rc = err_sys(e, ERR_NO, errno, "cannot read '%s'", path);
	else if (!S_ISREG(is.st_mode))
		rc = err_set(e, ERR_INPUT, "cannot read '%s': it is no file", path);
	else if (!is_known(c, source, &is))
		rc = take_in(c, source, &is, e);
	if (rc < 0) {
		commands_free(c);
		return NULL;
	}
	return c;
}

void commands_free(struct commands *c)
{
	if (!c)
		return;
	if (c->fd >= 0)
		close(c->fd);
	free(c->path);
	free(c);
}

size_t commands_count(const struct commands *c)
{
	sqlite3_stmt *st = ask(c, "SELECT count(*) FROM command WHERE list = ?");
	size_t n = st && sqlite3_step(st) == SQLITE_ROW ? (size_t)sqlite3_column_int64(st, 0) : 0;

	sqlite3_finalize(st);
	return n;
}

bool commands_none(const struct commands *c)
{
	sqlite3_stmt *st = ask(c, "SELECT 1 FROM command WHERE list = ? LIMIT 1");
	bool none = !st || sqlite3_step(st) != SQLITE_ROW;

	sqlite3_finalize(st);
	return none;
}

const char *const *commands_files(const struct commands *c, struct arena *a)
{
	sqlite3_stmt *st = ask(c, "SELECT path FROM command WHERE list = ? ORDER BY number");
	size_t n = 0, most = commands_count(c);
	const char **file = arena_alloc(a, (most + 1) * sizeof *file);

	while (n < most && st && sqlite3_step(st) == SQLITE_ROW)
		file[n++] = arena_str(a, slice_str((const char *)sqlite3_column_text(st, 0)));
	file[n] = NULL;
	sqlite3_finalize(st);
	return file;
}

/* ---- flags ---- */

struct words {
	struct arena *a;
	char **word;
	size_t n, cap;
};

static void add_word(struct words *w, struct slice s)
{
	if (w->n + 1 >= w->cap) {
		char **bigger = arena_alloc(w->a, (w->cap ? w->cap * 2 : 64) * sizeof *bigger);

		if (w->n)
			memcpy(bigger, w->word, w->n * sizeof *bigger);
		w->word = bigger;
		w->cap = w->cap ? w->cap * 2 : 64;
	}
	w->word[w->n++] = arena_str(w->a, s);
}

/* Words as a shell takes them apart; nothing is expanded. */
static void split(struct words *w, struct slice s)
{
	struct buf b = BUF_INIT;
	bool in = false;
	char quote = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
			if (in)
				add_word(w, buf_slice(&b));
			buf_clear(&b);
			in = false;
			continue;
		}
		in = true;
		if (c == '\\' && quote != '\'' && i + 1 < s.n)
			buf_addc(&b, s.p[++i]);
		else if (quote ? c == quote : c == '\'' || c == '"')
			quote = quote ? 0 : c;
		else
			buf_addc(&b, c);
	}
	if (in)
		add_word(w, buf_slice(&b));
	buf_release(&b);
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return true;
	return false;
}

/* What gcc is told of code generation and warnings does not change what the source means, and clang may not know it. */
static void choose(const struct words *from, struct words *to)
{
	static const char *const with_value[] = {"-include", "-isystem", "-iquote", "-idirafter", "-I", "-D", "-U", NULL};
	static const char *const begins[] = {"-I", "-D", "-U", "-isystem", "-std=", "--target=", NULL};
	static const char *const plain[] = {"-nostdinc", "-m16", "-m32", "-m64", "-fshort-wchar", "-funsigned-char",
					    "-fms-extensions", "-fsanitize=thread", NULL};

	for (size_t i = 1; i < from->n; i++) {
		const char *word = from->word[i];
		bool keep = is_one_of(word, plain);

		if (is_one_of(word, with_value) && i + 1 < from->n) {
			add_word(to, slice_str(word));
			add_word(to, slice_str(from->word[++i]));
			continue;
		}
		for (size_t k = 0; !keep && begins[k]; k++)
			keep = strncmp(word, begins[k], strlen(begins[k])) == 0;
		if (keep)
			add_word(to, slice_str(word));
	}
	add_word(to, SLICE("-w"));
}

struct at {
	int64_t at, size; /* in the list */
};

static bool find_at(sqlite3_stmt *st, struct at *at)
{
	bool found = st && sqlite3_step(st) == SQLITE_ROW;

	if (found)
		*at = (struct at){sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1)};
	sqlite3_finalize(st);
	return found;
}

static bool own(const struct commands *c, struct slice file, struct at *at)
{
	sqlite3_stmt *st = ask(c, "SELECT at, size FROM command WHERE list = ? AND path = ?");

	if (st)
		sqlite3_bind_text64(st, 2, file.n ? file.p : "", file.n, SQLITE_STATIC, SQLITE_UTF8);
	return find_at(st, at);
}

/* The first of the list that shares the most directories with it. */
static bool nearest(const struct commands *c, struct slice file, struct at *at)
{
	struct buf from = BUF_INIT, to = BUF_INIT;
	bool found = false;

	for (size_t end = slice_rfind(file, "/"); !found && end != SLICE_NONE; end = slice_rfind(slice_sub(file, 0, end), "/")) {
		sqlite3_stmt *st = ask(c, "SELECT at, size FROM command WHERE list = ? AND path > ? AND path < ? ORDER BY number LIMIT 1");

		buf_clear(&from);
		buf_clear(&to);
		buf_addf(&from, "%.*s/", (int)end, file.p);
		buf_addf(&to, "%.*s0", (int)end, file.p); /* '0' comes after '/' */
		if (st) {
			sqlite3_bind_text(st, 2, buf_str(&from), -1, SQLITE_STATIC);
			sqlite3_bind_text(st, 3, buf_str(&to), -1, SQLITE_STATIC);
		}
		found = find_at(st, at);
	}
	buf_release(&from);
	buf_release(&to);
	return found || find_at(ask(c, "SELECT at, size FROM command WHERE list = ? ORDER BY number LIMIT 1"), at);
}

bool commands_has(const struct commands *c, struct slice file)
{
	struct at at;

	return own(c, file, &at);
}

/* The entry, read from the list; false where the list has been changed in place meanwhile. */
static bool read_entry(const struct commands *c, const struct at *at, struct arena *a, struct slice *raw)
{
	char *p;

	if (at->size <= 0 || at->size > LIST_MAX)
		return false;
	p = arena_alloc(a, (size_t)at->size);
	return fs_pread(c->fd, p, (size_t)at->size, at->at) == at->size &&
	       json_check((struct slice){p, (size_t)at->size}, raw, NULL, NULL) == 0 && json_type(*raw) == JSON_OBJECT;
}

bool commands_find(const struct commands *c, struct arena *a, struct slice file, struct command *out)
{
	struct words all = {.a = a}, chosen = {.a = a};
	struct slice command = {0}, dir = {0}, raw;
	struct json_iter it;
	struct at at;

	out->own = own(c, file, &at);
	if ((!out->own && !nearest(c, file, &at)) || !read_entry(c, &at, a, &raw))
		return false;
	if (json_get_str(a, raw, "command", &command)) {
		split(&all, command);
	} else if (json_type(json_member(raw, "arguments")) == JSON_ARRAY) {
		it = json_iter(json_member(raw, "arguments"));
		while (json_next(&it))
			if (json_type(it.value) == JSON_STRING)
				add_word(&all, json_string(a, it.value));
	}
	choose(&all, &chosen);
	json_get_str(a, raw, "directory", &dir);
	out->dir = arena_str(a, dir);
	out->flags = chosen.word;
	return true;
}
