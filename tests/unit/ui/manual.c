/*
 * The manuals against the tables of the program: no command, setting or role is missing in them, and none is there too many.
 * VERDICT_MANUAL_WRITE=1 writes the list of commands in verdict-keys(5) anew.
 */
#include "base/fs.h"
#include "conf/conf.h"
#include "tests/test.h"
#include "ui/keymap.h"
#include "ui/theme.h"

static void read_manual(const char *name, struct buf *out)
{
	char path[64];

	snprintf(path, sizeof path, "man/%s", name);
	assert_int_equal(fs_read(test_src(path), out, NULL), 0);
}

static struct slice between(struct slice text, const char *from, const char *to)
{
	size_t a = slice_find(text, from, 0), b;

	assert_true(a != SLICE_NONE);
	a += strlen(from);
	b = slice_find(text, to, a);
	assert_true(b != SLICE_NONE);
	return slice_sub(text, a, b);
}

/* A word as an argument of a macro: what would be a macro's own sign there is protected. */
static void add_word(struct buf *b, struct slice s)
{
	if (s.n == 1 && !((*s.p >= 'a' && *s.p <= 'z') || (*s.p >= 'A' && *s.p <= 'Z')))
		buf_adds(b, "\\&");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\\')
			buf_adds(b, "\\e");
		else
			buf_addc(b, s.p[i]);
}

static void add_keys(struct buf *b, const struct keymap *km, enum context ctx, enum command c)
{
	bool any = false;

	for (size_t i = 0; i < km->n; i++) {
		const struct binding *k = &km->b[i];
		struct buf names = BUF_INIT, args = BUF_INIT;

		if (k->command != c || k->context != ctx)
			continue;
		key_names(&names, k->keys, k->nkeys);
		buf_adds(b, any ? " ,\n.Ic " : ".br\n.Ic ");
		add_word(b, buf_slice(&names));
		if (k->args[0]) {
			buf_adds(b, " Pq ");
			add_word(b, slice_str(k->args));
		}
		any = true;
		buf_release(&names);
		buf_release(&args);
	}
	if (any)
		buf_addc(b, '\n');
}

static void list_commands(struct buf *b)
{
	static const char *const headings[CONTEXTS] = {
		[CONTEXT_ALL] = "Everywhere", [CONTEXT_LIVE] = "While a run is under way",
		[CONTEXT_ASKING] = "While a call waits for an answer", [CONTEXT_DECIDE] = "\\&In the form that decides",
	};
	struct keymap km = {0};
	struct diags ds = {0};

	keymap_parse(&km, slice_str(keymap_default), &ds);
	for (unsigned ctx = 0; ctx < CONTEXTS; ctx++) {
		bool headed = false;

		for (unsigned c = 0; c < COMMANDS; c++) {
			if (commands[c].context != (enum context)ctx)
				continue;
			if (!headed && headings[ctx])
				buf_addf(b, ".Ss %s\n.Bl -tag -width Ds\n", headings[ctx]);
			else if (!headed)
				buf_addf(b, ".Ss \\&In context %s\n.Bl -tag -width Ds\n", context_name((enum context)ctx));
			headed = true;
			buf_addf(b, ".It Ic %s%s%s\n%s\n", commands[c].name, commands[c].args[0] ? " " : "", commands[c].args,
				 commands[c].help);
			add_keys(b, &km, (enum context)ctx, (enum command)c);
		}
		if (headed)
			buf_adds(b, ".El\n");
	}
	keymap_release(&km);
	diags_release(&ds);
}

static void verdict_keys_lists_every_command(void **state)
{
	static const char from[] = ".\\\" COMMANDS\n", to[] = ".\\\" END\n";
	struct buf man = BUF_INIT, want = BUF_INIT, whole = BUF_INIT;
	bool stale = false;
	struct slice is;

	(void)state;
	read_manual("verdict-keys.5", &man);
	is = between(buf_slice(&man), from, to);
	list_commands(&want);
	if (getenv("VERDICT_MANUAL_WRITE")) {
		FILE *f = fopen(test_src("man/verdict-keys.5"), "w");

		assert_non_null(f);
		buf_add(&whole, man.p, (size_t)(is.p - man.p));
		buf_add_slice(&whole, buf_slice(&want));
		buf_add(&whole, is.p + is.n, (size_t)(man.p + man.n - is.p - (long)is.n));
		assert_int_equal(fwrite(whole.p, 1, whole.n, f), whole.n);
		fclose(f);
	} else {
		stale = !slice_eq(is, buf_slice(&want));
	}
	buf_release(&man);
	buf_release(&want);
	buf_release(&whole);
	if (stale)
		fail_msg("man/verdict-keys.5 does not list the commands and keys as they are: "
			 "run VERDICT_MANUAL_WRITE=1 tests/unit/ui/manual.t, and commit it with them");
}

/* The body of item `name` of a list, as "like NORMAL" stands behind it or not; a message says what is missing where. */
static struct slice item(struct slice list, const char *manual, const char *name, const char *like)
{
	char head[100];
	size_t at, end;

	snprintf(head, sizeof head, ".It Cm %s%s%s\n", name, like ? " Pq like Cm " : "", like ? like : "");
	at = slice_find(list, head, 0);
	if (at == SLICE_NONE)
		fail_msg("man/%s has no item \"%.*s\": add it with what it means", manual, (int)strlen(head) - 1, head);
	at += strlen(head);
	end = slice_find(list, "\n.It ", at);
	return slice_sub(list, at, end);
}

static size_t items(struct slice list)
{
	size_t n = 0;

	for (size_t at = 0; (at = slice_find(list, "\n.It Cm ", at)) != SLICE_NONE; at++)
		n++;
	return n;
}

static void verdict_config_has_every_setting_with_its_choices(void **state)
{
	struct buf man = BUF_INIT;
	struct slice list;

	(void)state;
	read_manual("verdict-config.5", &man);
	list = between(buf_slice(&man), ".Sh SETTINGS", ".Sh ");
	for (unsigned o = 0; o < OPTIONS; o++) {
		struct slice body = item(list, "verdict-config.5", options[o].name, NULL);
		struct slice rest = slice_str(options[o].choices ? options[o].choices : "");

		while (rest.n) {
			size_t bar = slice_chr(rest, '|', 0);
			struct slice word = slice_sub(rest, 0, bar);

			if (!slice_u64(word, &(uint64_t){0}) && slice_find_slice(body, word, 0) == SLICE_NONE)
				fail_msg("man/verdict-config.5: %s can be %.*s", options[o].name, (int)word.n, word.p);
			rest = slice_sub(rest, bar == SLICE_NONE ? rest.n : bar + 1, rest.n);
		}
		if (options[o].choices == NULL && options[o].fallback[0] &&
		    slice_find(body, options[o].fallback, 0) == SLICE_NONE)
			fail_msg("man/verdict-config.5: %s is %s where nothing is set", options[o].name, options[o].fallback);
	}
	assert_int_equal(items(list), OPTIONS);
	buf_release(&man);
}

static void verdict_theme_has_every_role_and_what_it_falls_back_to(void **state)
{
	static const enum role like[ROLES] = {
#define ROLE(sym, name, letter, fallback) ROLE_##fallback,
		UI_ROLES(ROLE)
#undef ROLE
	};
	struct buf man = BUF_INIT;
	struct slice list;

	(void)state;
	read_manual("verdict-theme.5", &man);
	list = between(buf_slice(&man), ".Sh ROLES", ".Sh ");
	for (unsigned r = 0; r < ROLES; r++)
		item(list, "verdict-theme.5", role_name((enum role)r), r == ROLE_NORMAL ? NULL : role_name(like[r]));
	assert_int_equal(items(list), ROLES);
	for (size_t i = 0; theme_builtin_name(i); i++)
		item(buf_slice(&man), "verdict-theme.5", theme_builtin_name(i), NULL);
	buf_release(&man);
}

static void verdict_keys_tells_of_every_context_and_keymap(void **state)
{
	struct buf man = BUF_INIT;
	struct slice list;

	(void)state;
	read_manual("verdict-keys.5", &man);
	list = between(buf_slice(&man), ".Ss Contexts", ".Ss ");
	for (unsigned c = 0; c < CONTEXTS; c++)
		if (slice_find(list, context_name((enum context)c), 0) == SLICE_NONE)
			fail_msg("man/verdict-keys.5: what is context %s?", context_name((enum context)c));
	for (size_t i = 0; keymap_builtin_name(i); i++)
		item(buf_slice(&man), "verdict-keys.5", keymap_builtin_name(i), NULL);
	buf_release(&man);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(verdict_keys_lists_every_command),
	cmocka_unit_test(verdict_keys_tells_of_every_context_and_keymap),
	cmocka_unit_test(verdict_config_has_every_setting_with_its_choices),
	cmocka_unit_test(verdict_theme_has_every_role_and_what_it_falls_back_to),
};

TEST_MAIN()
