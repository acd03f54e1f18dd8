/* What is typed to filter the list of runs: what is understood says the same when it is typed again. */
#include "app/queue.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice words = fuzz_slice(data, size), line = {0};
	struct buf told = BUF_INIT, again = BUF_INIT;
	struct queue q = {0};
	struct err e = {0};

	if (size && memchr(data, '\0', size)) /* it comes as a C string */
		return 0;
	slice_line(&words, &line);
	if (queue_sort(&q, line, &e) < 0)
		MUST(e.cls == ERR_USAGE && q.filter.sort == SORT_QUEUE && !q.filter.backwards);
	MUST(q.filter.sort < RUN_SORTS && run_sort_name(q.filter.sort));
	if (queue_filter(&q, words, &e) < 0) {
		MUST(e.cls == ERR_USAGE && !q.filter.title && !q.filter.reviewer && !q.filter.ai && !q.filter.states);
	} else {
		queue_filter_words(&q, &told);
		MUST(queue_filter(&q, buf_slice(&told), &e) == 0);
		queue_filter_words(&q, &again);
		MUST(slice_eq(buf_slice(&told), buf_slice(&again)));
	}
	buf_release(&told);
	buf_release(&again);
	queue_release(&q);
	return 0;
}
