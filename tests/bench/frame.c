#define _GNU_SOURCE /* mkdtemp */
#include "tests/bench/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/bench/table.h"

enum { SILENT_MS = 2000, MUST_MS = 10 };

/* Files that every kernel of the last ten years has, long and short. */
static const struct frame {
	const char *function, *file;
	unsigned line;
} frames[] = {
	{"audit_receive", "kernel/audit.c", 500},        {"netlink_rcv_skb", "net/netlink/af_netlink.c", 2000},
	{"copy_process", "kernel/fork.c", 1500},         {"wp_page_copy", "mm/memory.c", 3000},
	{"walk_component", "fs/namei.c", 2000},          {"try_to_wake_up", "kernel/sched/core.c", 3000},
	{"dev_hard_start_xmit", "net/core/dev.c", 3500}, {"ext4_writepages", "fs/ext4/inode.c", 2600},
	{"tcp_sendmsg_locked", "net/ipv4/tcp.c", 1200},  {"seq_read_iter", "fs/seq_file.c", 200},
};
enum { FRAMES = sizeof frames / sizeof *frames };

static struct buf report_text(void)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "BUG: KCSAN: data-race in audit_receive / audit_receive\n\nwrite to 0xffffffff86a3e040 of 8 bytes by task 412 on cpu 1:\n");
	for (size_t i = 0; i < FRAMES; i++)
		buf_addf(&b, " %s+0x71/0x130 %s:%u\n", frames[i].function, frames[i].file, frames[i].line);
	buf_adds(&b, "\nread to 0xffffffff86a3e040 of 8 bytes by task 413 on cpu 0:\n audit_receive+0x22/0x130 kernel/audit.c:510\n\n"
		     "Reported by Kernel Concurrency Sanitizer on:\nCPU: 0 PID: 413 Comm: a Not tainted 6.1.0 #1\n");
	return b;
}

/* ---- ours ---- */

static bool shows(struct pty *p, const struct frame *f)
{
	char title[80];

	snprintf(title, sizeof title, "Source  %s", f->file);
	return pty_shows(p, title);
}

/* Microseconds from the key to the last byte that it brought; -1: the file of that frame is not there then. */
static int64_t select_frame(struct pty *p, const char *key, const struct frame *f)
{
	int64_t start = now_us(), painted, settled;

	pty_send(p, key);
	if (until_settled(p, start, SILENT_MS, &painted, &settled) && shows(p, f))
		return settled - start;
	show_screen(p, f->file);
	return -1;
}

/* All frames are unfolded, and the cursor is on the first: its file was read for the race itself. */
static void go_to_frames(struct pty *p)
{
	static const char *const keys[] = {"1", "g", "j", "j", " ", "k"};
	int64_t painted, settled;

	until_rest(p);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		pty_send(p, keys[i]);
		until_settled(p, now_us(), 200, &painted, &settled);
	}
}

/* Down, each file for the first time; then up, where all were seen. */
static void walk(const char *verdict, const char *kernel, const char *report, struct result *first, struct result *again)
{
	const char *argv[] = {verdict, "review", "--kernel", kernel, "--commit", "HEAD", report, NULL};
	struct pty *p = pty_start(argv, NULL, ROWS, COLS);

	go_to_frames(p);
	for (size_t i = 1; i < FRAMES && !first->failed; i++)
		result_note(first, select_frame(p, "j", &frames[i]));
	for (size_t i = FRAMES - 1; i-- > 0 && !first->failed && !again->failed;)
		result_note(again, select_frame(p, "k", &frames[i]));
	hang_up(p);
}

/* ---- the peer ---- */

static void show_by_less(const char *kernel, struct result *r)
{
	static const char script[] = "git -C \"$0\" show \"HEAD:$1\" | less \"+$2\"";

	for (size_t i = 1; i < FRAMES && !r->failed; i++) {
		char line[16];
		const char *argv[] = {"sh", "-c", script, kernel, frames[i].file, line, NULL};
		int64_t start = now_us(), painted, settled;
		struct pty *p;

		snprintf(line, sizeof line, "%u", frames[i].line);
		p = pty_start(argv, NULL, ROWS, COLS);
		result_note(r, until_settled(p, start, SILENT_MS, &painted, &settled) ? settled - start : -1);
		hang_up(p);
	}
}

/* ---- the table ---- */

static bool tell(struct json_w *w, const char *name, struct result *r, unsigned must_ms)
{
	bool good = r->n && !r->failed;

	if (good)
		table_row(w, name, r, must_ms);
	else
		fprintf(stderr, "bench: no figure for '%s'\n", name);
	result_release(r);
	return good;
}

static bool measure(const char *verdict, size_t runs, const char *kernel, const char *report, struct json_w *w)
{
	struct result first = {0}, again = {0}, less = {0}, warm[3] = {0};
	bool good;

	walk(verdict, kernel, report, &warm[0], &warm[1]); /* it only warms the caches */
	show_by_less(kernel, &warm[2]);
	for (size_t i = 0; i < 3; i++)
		result_release(&warm[i]);
	for (size_t i = 0; i < runs && !first.failed && !again.failed && !less.failed; i++) {
		walk(verdict, kernel, report, &first, &again);
		show_by_less(kernel, &less);
	}
	table_open(w, BENCH_FRAME, TABLE_NAME);
	good = tell(w, "a file for the first time", &first, MUST_MS);
	good &= tell(w, "a file seen before", &again, MUST_MS);
	good &= tell(w, "git show COMMIT:FILE | less +LINE", &less, 0);
	table_close(w);
	return good;
}

bool bench_frame(const char *verdict, size_t runs, struct json_w *w)
{
	const char *kernel = getenv("VERDICT_BENCH_KERNEL");
	char dir[] = "/tmp/verdict-bench-XXXXXX";
	struct buf report;
	char *path;
	bool good;

	printf("\n" BENCH_FRAME "\n");
	if (!kernel) {
		printf("  not measured: VERDICT_BENCH_KERNEL names no kernel repository\n");
		return true;
	}
	if (!mkdtemp(dir))
		return false;
	report = report_text();
	path = fs_join(dir, "report.txt");
	good = fs_write_atomic(dir, "report.txt", buf_slice(&report), NULL) == 0 && measure(verdict, runs, kernel, path, w);
	unlink(path);
	rmdir(dir);
	free(path);
	buf_release(&report);
	return good;
}
