/*
 * Make a large recording for the benchmark: the same bytes for the same arguments.
 *
 *	gen array SPANS KB >FILE    one array on a single line, KB kilobytes of text in each span
 *	gen lines SPANS [KB] >FILE  JSON lines, about 250 bytes each but for one thought of a megabyte, or with as much text
 *	gen rows SPANS >FILE        text, a row a span, as the outline of such a run shows it: for programs that show text
 *
 * A run as the workflow engine writes it: flow, agent, then model turns and tool calls in turn; the flow's finish record,
 * which holds the verdict, stands last.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_SEQ = 10, LONG_BYTES = 1 << 20 };

/* Text that looks like what agents write: words, escapes, some letters beyond ASCII. */
static void text(uint64_t *seed, size_t n)
{
	static const char *const words[] = {
		"the ", "flag ", "lock ", "is ", "read ", "by ", "worker ", "under ", "RCU ", "so ", "p->flags ", "`owner` ",
		"race ", "benign ", "\\n", "\\t", "\\\"x\\\" ", "schön ", "漢 ", "0xffff8881 ",
	};

	for (size_t done = 0; done < n;) {
		const char *w;

		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		w = words[(*seed >> 33) % (sizeof words / sizeof *words)];
		fputs(w, stdout);
		done += strlen(w);
	}
}

static void record(uint64_t seq, unsigned nesting, const char *type, const char *name, const char *rest)
{
	printf("{\"Seq\":%" PRIu64 ",\"Nesting\":%u,\"Type\":\"%s\",\"Name\":\"%s\",\"Started\":\"2026-01-01T%02u:%02u:%02uZ\"%s",
	       seq, nesting, type, name, (unsigned)(seq / 3600 % 24), (unsigned)(seq / 60 % 60), (unsigned)(seq % 60), rest);
}

static const char prompt[] =
	",\"Prompt\":\"==================================================================\\nBUG: KCSAN: data-race in a / b\\n\\n"
	"write to 0xffff888100000000 of 8 bytes by task 1 on cpu 0:\\n a+0x1/0x20 kernel/a.c:10\\n c+0x1/0x20 kernel/c.c:10\\n\\n"
	"read to 0xffff888100000000 of 8 bytes by task 2 on cpu 1:\\n b+0x1/0x20 kernel/a.c:20\\n c+0x1/0x20 kernel/c.c:10\\n\\n"
	"Reported by Kernel Concurrency Sanitizer on:\\nCPU: 1 PID: 2 Comm: bench Not tainted 6.1.0 #1\\n"
	"==================================================================\\n\"";

static int write_rows(uint64_t spans)
{
	uint64_t seed = 42;

	for (uint64_t seq = 0; seq < spans; seq++) {
		printf("  %" PRIu64 " ├ %s", seq, seq % 2 ? "tool read-file kernel/a.c " : "llm  ");
		text(&seed, seq % 2 ? 30 : 60);
		puts(" 1d");
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t spans = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, seed = 42;
	int lines = argc > 1 && strcmp(argv[1], "lines") == 0;
	size_t bytes = argc > 3 ? strtoull(argv[3], NULL, 10) * 1024 : 60;
	const char *between = lines ? "}\n" : "},";

	if (argc == 3 && spans > 0 && strcmp(argv[1], "rows") == 0)
		return write_rows(spans);
	if (spans < 4 || (!lines && (argc != 4 || strcmp(argv[1], "array") != 0))) {
		fputs("usage: gen array SPANS KB | gen lines SPANS [KB] | gen rows SPANS\n", stderr);
		return 2;
	}
	if (!lines)
		putchar('[');
	record(0, 0, "flow", "assessment-kcsan", "");
	fputs(between, stdout);
	record(1, 1, "agent", "expert", prompt);
	fputs(between, stdout);
	for (uint64_t seq = 2; seq < spans; seq++) {
		if (seq % 2 == 0) {
			record(seq, 2, "llm", "expert", ",\"Model\":\"bench\",\"Finished\":\"2026-01-02T00:00:00Z\",\"Thoughts\":\"");
			text(&seed, argc < 4 && seq == LONG_SEQ ? LONG_BYTES : bytes);
			fputs("\",\"InputTokens\":100,\"OutputTokens\":10", stdout);
		} else {
			record(seq, 2, "tool", "read-file", ",\"Finished\":\"2026-01-02T00:00:00Z\",\"Args\":{\"File\":\"kernel/a.c\"},"
							    "\"Results\":{\"Contents\":\"");
			text(&seed, bytes);
			fputs("\"}", stdout);
		}
		fputs(between, stdout);
	}
	record(1, 1, "agent", "expert", ",\"Finished\":\"2026-01-03T00:00:00Z\",\"Results\":{\"Benign\":true},\"Reply\":\"It is benign.\"");
	fputs(prompt, stdout);
	fputs(between, stdout);
	record(0, 0, "flow", "assessment-kcsan",
	       ",\"Finished\":\"2026-01-03T00:00:01Z\",\"Results\":{\"Benign\":true,\"Explanation\":\"It is benign.\"}}");
	puts(lines ? "" : "]");
	return 0;
}
