/*
 * What a kernel's own build says: which architecture and compiler a configuration is for, and how files are compiled, as make
 * tells it that would compile them.
 */
#ifndef WORKSPACE_KBUILD_H
#define WORKSPACE_KBUILD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

struct kbuild_arch {
	const char *name;   /* as of the directories below arch/ */
	const char *prefix; /* of the names of a compiler's programs for it, on other machines */
	const char *target; /* as clang names it */
	const char *package; /* Debian's, that has the compiler */
};

/*
 * The architecture of a configuration, by the line that Kconfig writes at its top or the option that it has.  NULL where it says
 * none that is known here.
 */
const struct kbuild_arch *kbuild_arch(struct slice config);

/* Is it an architecture that a machine which uname() names so compiles for by itself? */
bool kbuild_native(const struct kbuild_arch *a, const char *machine);

/* The architecture of a machine that uname() names so; NULL: it is not known here. */
const struct kbuild_arch *kbuild_machine(const char *machine);

/* The value of CONFIG_`name`; false where it is not set. */
bool kbuild_option(struct slice config, const char *name, struct slice *value);

/* Is it a configuration at all? */
bool kbuild_is_config(struct slice config);

/* Options that `wanted` chose and `got` has not: how many, and the name of one to tell, KCSAN before others. */
size_t kbuild_lost(struct slice wanted, struct slice got, struct slice *one);

/*
 * Where `line`, of what make -n V=1 says, compiles a .c file of the kernel: write an entry of compile_commands.json, for
 * directory `dir`; `target` (may be NULL) is added for clang.  Returns whether it does.
 */
bool kbuild_command(struct slice line, const char *dir, const char *target, struct json_w *w);

/* Of what make said when it failed, the line that tells most; empty where it said nothing. */
struct slice kbuild_complaint(struct slice errors);

#endif
