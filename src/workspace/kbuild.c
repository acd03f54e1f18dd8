#include "workspace/kbuild.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- configurations ---- */

static const struct kbuild_arch archs[] = {
	{"x86", "x86_64-linux-gnu-", "x86_64-linux-gnu", "gcc-x86-64-linux-gnu"},
	{"arm64", "aarch64-linux-gnu-", "aarch64-linux-gnu", "gcc-aarch64-linux-gnu"},
	{"arm", "arm-linux-gnueabihf-", "arm-linux-gnueabihf", "gcc-arm-linux-gnueabihf"},
	{"riscv", "riscv64-linux-gnu-", "riscv64-linux-gnu", "gcc-riscv64-linux-gnu"},
	{"s390", "s390x-linux-gnu-", "s390x-linux-gnu", "gcc-s390x-linux-gnu"},
	{"powerpc", "powerpc64le-linux-gnu-", "powerpc64le-linux-gnu", "gcc-powerpc64le-linux-gnu"},
	{"mips", "mips64el-linux-gnuabi64-", "mips64el-linux-gnuabi64", "gcc-mips64el-linux-gnuabi64"},
	{"loongarch", "loongarch64-linux-gnu-", "loongarch64-linux-gnu", "gcc-loongarch64-linux-gnu"},
};
enum { ARCHS = sizeof archs / sizeof *archs };

static const struct kbuild_arch *named(struct slice name)
{
	if (slice_is(name, "x86_64") || slice_is(name, "i386"))
		name = SLICE("x86");
	for (size_t i = 0; i < ARCHS; i++)
		if (slice_is(name, archs[i].name))
			return &archs[i];
	return NULL;
}

const struct kbuild_arch *kbuild_arch(struct slice config)
{
	static const char *const options[ARCHS] = {"X86", "ARM64", "ARM", "RISCV", "S390", "PPC", "MIPS", "LOONGARCH"};
	struct slice rest = config, line;

	for (int i = 0; i < 8 && slice_line(&rest, &line); i++)
		if (slice_eat(&line, "# Linux/"))
			return named(slice_sub(line, 0, slice_chr(line, ' ', 0)));
	for (size_t i = 0; i < ARCHS; i++)
		if (kbuild_option(config, options[i], &line))
			return &archs[i];
	return NULL;
}

bool kbuild_native(const struct kbuild_arch *a, const char *machine)
{
	size_t n = strlen(machine);

	if (n == 4 && machine[0] == 'i' && strcmp(machine + 2, "86") == 0)
		return strcmp(a->name, "x86") == 0;
	/* "x86_64" as the prefix begins */
	return strncmp(a->prefix, machine, n) == 0 && a->prefix[n] == '-';
}

const struct kbuild_arch *kbuild_machine(const char *machine)
{
	for (size_t i = 0; i < ARCHS; i++)
		if (kbuild_native(&archs[i], machine))
			return &archs[i];
	return NULL;
}

/* "CONFIG_NAME=VALUE" taken apart. */
static bool is_set(struct slice line, struct slice *name, struct slice *value)
{
	size_t at;

	line = slice_trim(line);
	if (!slice_eat(&line, "CONFIG_") || (at = slice_chr(line, '=', 0)) == SLICE_NONE)
		return false;
	*name = slice_sub(line, 0, at);
	*value = slice_sub(line, at + 1, line.n);
	return !slice_is(*value, "n");
}

static bool find(struct slice config, struct slice name, struct slice *value)
{
	struct slice line, own, v;
	bool found = false;

	while (slice_line(&config, &line)) /* the last one counts, as for Kconfig */
		if (is_set(line, &own, &v) && slice_eq(own, name)) {
			*value = v;
			found = true;
		}
	return found;
}

bool kbuild_option(struct slice config, const char *name, struct slice *value)
{
	return find(config, slice_str(name), value);
}

bool kbuild_is_config(struct slice config)
{
	struct slice line, name, value;

	while (slice_line(&config, &line))
		if (is_set(line, &name, &value))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* The names of those that are set, sorted; freed by the caller. */
static struct slice *all_set(struct slice config, size_t *n)
{
	struct slice *all = NULL, line, name, value;
	size_t cap = 0;

	*n = 0;
	while (slice_line(&config, &line))
		if (is_set(line, &name, &value)) {
			all = mem_grow(all, &cap, *n + 1, sizeof *all);
			all[(*n)++] = name;
		}
	if (*n)
		qsort(all, *n, sizeof *all, by_name);
	return all;
}

/* Nobody chose them: they say what compiler and architecture can do. */
static bool is_fact(struct slice name)
{
	static const char *const begins[] = {"CC_", "GCC_", "CLANG_", "AS_", "LD_", "RUSTC_", "PAHOLE_", "TOOLS_", "HAVE_", "ARCH_", "BUILDTIME_"};

	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		if (slice_starts(name, begins[i]))
			return true;
	return false;
}

size_t kbuild_lost(struct slice wanted, struct slice got, struct slice *one)
{
	struct slice line, name, value;
	size_t lost = 0, n;
	struct slice *have = all_set(got, &n);

	while (slice_line(&wanted, &line)) {
		if (!is_set(line, &name, &value) || !(slice_is(value, "y") || slice_is(value, "m")) || is_fact(name) ||
		    (n && bsearch(&name, have, n, sizeof *have, by_name)))
			continue;
		if (lost++ == 0 || slice_is(name, "KCSAN"))
			*one = name;
	}
	free(have);
	return lost;
}

/* ---- commands ---- */

enum { WORDS_MAX = 2000 };

/*
 * The words of one command of a shell's line, until a ';' that is not quoted; nothing is expanded.  False where the line ends in
 * a quote: it goes on, and is an assembler's.
 */
static bool next_command(struct slice *rest, struct buf *text, size_t *end, size_t *n)
{
	bool in = false;
	char quote = 0;
	size_t i;

	buf_clear(text);
	*n = 0;
	for (i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (quote == 0 && (c == ' ' || c == '\t' || c == ';')) {
			if (in && *n < WORDS_MAX)
				end[(*n)++] = text->n;
			in = false;
			if (c == ';')
				break;
			continue;
		}
		in = true;
		if (c == '\\' && quote != '\'' && i + 1 < rest->n)
			buf_addc(text, rest->p[++i]);
		else if (quote ? c == quote : c == '\'' || c == '"')
			quote = quote ? 0 : c;
		else
			buf_addc(text, c);
	}
	if (in && i == rest->n && *n < WORDS_MAX)
		end[(*n)++] = text->n;
	*rest = slice_sub(*rest, i + 1 > rest->n ? rest->n : i + 1, rest->n);
	return quote == 0;
}

static struct slice word(const struct buf *text, const size_t *end, size_t i)
{
	return slice_sub(buf_slice(text), i ? end[i - 1] : 0, end[i]);
}

static void write_entry(const struct buf *text, const size_t *end, size_t n, const char *dir, const char *target, struct json_w *w)
{
	json_open(w, '{');
	json_kcstr(w, "directory", dir);
	json_kstr(w, "file", word(text, end, n - 1));
	json_key(w, "arguments");
	json_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		json_str(w, word(text, end, i));
		if (i == 0 && target) {
			struct buf b = BUF_INIT;

			buf_addf(&b, "--target=%s", target);
			json_str(w, buf_slice(&b));
			buf_release(&b);
		}
	}
	json_close(w, ']');
	json_close(w, '}');
}

bool kbuild_command(struct slice line, const char *dir, const char *target, struct json_w *w)
{
	size_t end[WORDS_MAX], n;
	struct buf text = BUF_INIT;
	bool found = false;

	if (slice_find(line, " -c -o ", 0) == SLICE_NONE || slice_find(line, "KBUILD_BASENAME", 0) == SLICE_NONE)
		return false;
	while (!found && line.n && next_command(&line, &text, end, &n))
		if (n > 4 && slice_is(word(&text, end, n - 4), "-c") && slice_is(word(&text, end, n - 3), "-o") &&
		    slice_ends(word(&text, end, n - 1), ".c")) {
			write_entry(&text, end, n, dir, target, w);
			found = true;
		}
	buf_release(&text);
	return found;
}

struct slice kbuild_complaint(struct slice errors)
{
	static const char *const marks[] = {"No space left", "error:", " error", "not found", "***", "rror"};
	struct slice rest, line, last = {0};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		rest = errors;
		while (slice_line(&rest, &line)) {
			bool marked = slice_find(line, marks[i], 0) != SLICE_NONE;

			while (slice_eat(&line, "*") || slice_eat(&line, " "))
				;
			line = slice_trim(line);
			if (line.n && marked)
				return line;
			if (line.n)
				last = line;
		}
	}
	return last;
}
