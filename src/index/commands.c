#include "index/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"

enum { LIST_MAX = 256 << 20 };

struct entry {
	const char *file;
	struct slice dir, raw; /* the entry, part of the text */
};

struct commands {
	struct buf text;
	struct arena *a;
	struct entry *entry;
	size_t n, cap;
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

static void add_entry(struct commands *c, struct slice raw, const char *source)
{
	struct slice dir = {0}, file = {0};
	size_t n = strlen(source);
	struct buf full = BUF_INIT;
	const char *path;

	json_get_str(c->a, raw, "directory", &dir);
	json_get_str(c->a, raw, "file", &file);
	if (!slice_starts(file, "/"))
		buf_addf(&full, "%.*s/", (int)dir.n, dir.n ? dir.p : "");
	buf_add_slice(&full, file);
	path = tidy(c->a, buf_slice(&full));
	buf_release(&full);
	if (!slice_starts(dir, "/") || !slice_ends(file, ".c") || strncmp(path, source, n) != 0 || path[n] != '/')
		return;
	c->entry = mem_grow(c->entry, &c->cap, c->n + 1, sizeof *c->entry);
	c->entry[c->n++] = (struct entry){path + n + 1, dir, raw};
}

struct commands *commands_read(const char *path, const char *source, struct err *e)
{
	struct commands *c = xcalloc(1, sizeof *c);
	struct slice raw;
	struct json_iter it;
	int rc;

	c->a = arena_new();
	buf_init(&c->text, LIST_MAX);
	rc = fs_read(path, &c->text, e);
	if (rc < 0)
		e->cls = ERR_NO;
	else if ((rc = json_check(buf_slice(&c->text), &raw, NULL, e)) < 0)
		err_wrap(e, "cannot read '%s'", path);
	else if (json_type(raw) != JSON_ARRAY)
		rc = err_set(e, ERR_INPUT, "cannot read '%s': it is no list of commands", path);
	if (rc < 0) {
		commands_free(c);
		return NULL;
	}
	it = json_iter(raw);
	while (json_next(&it))
		if (json_type(it.value) == JSON_OBJECT)
			add_entry(c, it.value, source);
	return c;
}

void commands_free(struct commands *c)
{
	if (!c)
		return;
	buf_release(&c->text);
	arena_free(c->a);
	free(c->entry);
	free(c);
}

size_t commands_count(const struct commands *c)
{
	return c->n;
}

const char *commands_file(const struct commands *c, size_t i)
{
	return c->entry[i].file;
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

/* How far two paths go through the same directories. */
static size_t common(const char *a, struct slice b)
{
	size_t n = 0;

	for (size_t i = 0; a[i] && i < b.n && a[i] == b.p[i]; i++)
		if (a[i] == '/')
			n = i + 1;
	return n;
}

static const struct entry *nearest(const struct commands *c, struct slice file, bool *own)
{
	const struct entry *best = NULL;
	size_t near = 0;

	*own = false;
	for (size_t i = 0; i < c->n; i++) {
		size_t n = common(c->entry[i].file, file);

		if (slice_is(file, c->entry[i].file)) {
			*own = true;
			return &c->entry[i];
		}
		if (!best || n > near) {
			best = &c->entry[i];
			near = n;
		}
	}
	return best;
}

bool commands_has(const struct commands *c, struct slice file)
{
	bool own;

	nearest(c, file, &own);
	return own;
}

bool commands_find(const struct commands *c, struct arena *a, struct slice file, struct command *out)
{
	const struct entry *found = nearest(c, file, &out->own);
	struct words all = {.a = a}, chosen = {.a = a};
	struct slice command = {0};
	struct json_iter it;

	if (!found)
		return false;
	if (json_get_str(a, found->raw, "command", &command)) {
		split(&all, command);
	} else if (json_type(json_member(found->raw, "arguments")) == JSON_ARRAY) {
		it = json_iter(json_member(found->raw, "arguments"));
		while (json_next(&it))
			if (json_type(it.value) == JSON_STRING)
				add_word(&all, json_string(a, it.value));
	}
	choose(&all, &chosen);
	out->dir = arena_str(a, found->dir);
	out->flags = chosen.word;
	return true;
}
