/* A kernel for a walk by chance: its repository, and answers to what is asked about its code. */
#define _GNU_SOURCE /* mkdtemp, nftw */
#include <stdlib.h>

#include "app/ask.h"
#include "app/kernel.h"
#include "base/fs.h"
#include "sys/loop.h"
#include "sys/proc.h"
#include "tests/screens/monkey.h"
#include "tests/store.h"

/* A repository for all walks: what the tools of the example read, and a commit behind it with lines of its own. */
static char tree[64];

bool monkey_kernel_make(void)
{
	static const char script[] =
		"export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org\n"
		"export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org\n"
		"cp -r \"$1/examples/tree/.\" \"$2\" && cd \"$2\" && git init -q && git config gc.auto 0 && git add -A && git commit -qm A\n"
		"sed -i '1i /* one */\\n/* two */' drivers/pond/pond.h && git commit -qam B";
	const char *src = getenv("VERDICT_TEST_SRCDIR");
	const char *const argv[] = {"sh", "-c", script, "sh", src ? src : ".", tree, NULL};
	struct buf out = BUF_INIT;

	bool made;

	test_dir(tree);
	made = proc_capture(argv, &out, 1 << 20, 60000, NULL) == 0;
	if (!made)
		test_dir_remove(tree);
	buf_release(&out);
	return made;
}

void monkey_kernel_remove(void)
{
	test_dir_remove(tree);
}

static void on_source(void *arg)
{
	((struct monkey *)arg)->ui->waiting |= WAIT_KERNEL;
}

static void on_answer(void *arg)
{
	((struct monkey *)arg)->ui->waiting |= WAIT_ASK;
}

static void end_turn(void *arg)
{
	loop_stop(arg, 0);
}

void monkey_kernel_listen(struct monkey *m, int64_t us)
{
	if (!m->loop)
		return;
	loop_timer(m->loop, us, end_turn, m->loop);
	loop_run(m->loop);
}

void monkey_kernel_begin(struct monkey *m)
{
	static const char *const commits[] = {"HEAD", "HEAD~1", "HEAD~1", "0123456789012345678901234567890123456789"};
	const char *src = getenv("VERDICT_TEST_SRCDIR");
	char *program = fs_join(src ? src : ".", "tests/screens/answers.sh");

	conf_set(&m->app.conf, SLICE("kernel"), slice_str(tree), "test", NULL);
	conf_set(&m->app.conf, SLICE("commit"), slice_str(PICK(m, commits)), "test", NULL);
	m->loop = loop_new(NULL);
	m->source = kernel_new(&m->app, m->loop, on_source, m);
	m->ask = ask_new(&m->app, m->loop, on_answer, m);
	ask_use(m->ask, program);
	on_source(m);
	free(program);
}

void monkey_kernel_end(struct monkey *m)
{
	ask_free(m->ask);
	kernel_free(m->source);
	loop_free(m->loop);
	m->ask = NULL;
	m->source = NULL;
	m->loop = NULL;
}
