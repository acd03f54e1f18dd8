#include "workspace/agree.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workspace/root.h"

/* The release up to what is no number of a version: "6.18.0-rc4" of "6.18.0-rc4-g7d21c0b5e9f3", "-syzkaller" and such off. */
static struct slice version_of(struct slice release)
{
	size_t i = 0;

	while (i < release.n && ((release.p[i] >= '0' && release.p[i] <= '9') || release.p[i] == '.'))
		i++;
	if (i + 3 < release.n && memcmp(release.p + i, "-rc", 3) == 0)
		for (i += 3; i < release.n && release.p[i] >= '0' && release.p[i] <= '9';)
			i++;
	return slice_sub(release, 0, i);
}

static void check_commit(const struct crash *c, const struct tree *t, struct diags *ds)
{
	struct slice hash = crash_release_commit(c);

	if (!hash.n || !t->commit[0])
		return;
	if (!slice_eq(slice_sub(slice_str(t->commit), 0, hash.n), hash))
		diags_add(ds, DIAG_WARNING, 0, 0, "the report is of commit %.*s, and the tree is at %.12s", (int)hash.n, hash.p,
			  t->commit);
}

static void check_version(const struct crash *c, const struct tree *t, struct diags *ds)
{
	struct slice version = version_of(c->release);

	if (!t->version[0])
		diags_add(ds, DIAG_WARNING, 0, 0, "'%s' has no Makefile with a VERSION: it may be no kernel tree", t->dir);
	else if (!version.n)
		diags_add(ds, DIAG_NOTE, 0, 0, "the report does not say which kernel it is of");
	else if (!slice_eq(version, version_of(slice_str(t->version))))
		diags_add(ds, DIAG_WARNING, 0, 0, "the report is of kernel %.*s, and the tree is %s", (int)version.n, version.p,
			  t->version);
}

/* The first architecture whose files the stacks name. */
static struct slice machine_of(const struct crash *c)
{
	for (size_t s = 0; s < crash_nstacks(c); s++) {
		size_t n;
		const struct frame *f = crash_frames(c, s, &n);

		for (size_t i = 0; i < n; i++) {
			struct slice file = f[i].file;

			slice_eat(&file, "./");
			if (slice_eat(&file, "arch/"))
				return slice_sub(file, 0, slice_chr(file, '/', 0));
		}
	}
	return (struct slice){0};
}

/* The tree's own configuration, where it has one, names its machine. */
static void check_machine(const struct crash *c, const struct tree *t, struct diags *ds)
{
	static const struct {
		const char *option, *arch;
	} machines[] = {{"CONFIG_X86=y", "x86"}, {"CONFIG_ARM64=y", "arm64"}, {"CONFIG_ARM=y", "arm"}, {"CONFIG_RISCV=y", "riscv"},
			{"CONFIG_S390=y", "s390"}, {"CONFIG_PPC=y", "powerpc"}, {"CONFIG_LOONGARCH=y", "loongarch"}};
	struct slice arch = machine_of(c);
	char path[4200], line[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/.config", t->dir);
	f = arch.n ? fopen(path, "re") : NULL;
	while (f && fgets(line, sizeof line, f))
		for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
			if (slice_is(slice_trim(slice_str(line)), machines[i].option) && !slice_is(arch, machines[i].arch))
				diags_add(ds, DIAG_WARNING, 0, 0, "the report is of a machine of arch/%.*s, and the tree is configured for arch/%s",
					  (int)arch.n, arch.p, machines[i].arch);
	if (f)
		fclose(f);
}

static void check_files(const struct crash *c, const struct tree *t, struct diags *ds)
{
	struct root r;

	if (root_open(&r, t->dir, NULL) < 0)
		return;
	for (size_t i = 0; i < c->naccesses; i++)
		for (size_t k = 0; k < c->access[i].nframes && k <= crash_call_site(&c->access[i]); k++) {
			struct slice file = c->access[i].frames[k].file;
			int fd = file.n ? root_open_path(&r, file, "file", NULL) : -1;

			if (file.n && fd < 0)
				diags_add(ds, DIAG_WARNING, 0, 0, "the tree has no file %.*s, where the report has a racing line",
					  (int)(file.n < 200 ? file.n : 200), file.p);
			if (fd >= 0)
				close(fd);
		}
	root_release(&r);
}

void agree_check(const struct crash *c, const struct tree *t, struct diags *ds)
{
	check_commit(c, t, ds);
	check_version(c, t, ds);
	check_machine(c, t, ds);
	check_files(c, t, ds);
	if (t->why_no_tree[0])
		diags_add(ds, DIAG_NOTE, 0, 0, "no snapshot of the tree could be taken: %s", t->why_no_tree);
}
