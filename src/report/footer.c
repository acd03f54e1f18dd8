#include "report/footer.h"

static bool number(struct slice *s, int32_t *v)
{
	struct slice word;
	uint64_t n;

	if (!slice_word(s, &word) || !slice_u64(word, &n) || n > INT32_MAX)
		return false;
	*v = (int32_t)n;
	return true;
}

/* Taint flags are upper-case letters, alone or together. */
static bool is_taint(struct slice word)
{
	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] < 'A' || word.p[i] > 'Z')
			return false;
	}
	return true;
}

/* "6.1.111": begins with a digit and has a dot. */
static bool is_version(struct slice word)
{
	return word.n && *word.p >= '0' && *word.p <= '9' && slice_chr(word, '.', 0) != SLICE_NONE;
}

/* The first word behind the taint flags that is not the build number. */
static struct slice release_in(struct slice s)
{
	struct slice word;

	while (slice_word(&s, &word)) {
		if (*word.p == '#')
			break;
		if (!is_taint(word))
			return word;
	}
	return (struct slice){0};
}

/* A line that was cleaned of its taint: the last word that looks like a version divides it. */
static void split_at_version(struct slice s, struct crash *c)
{
	struct slice rest = s, word;

	c->comm = slice_trim(s);
	while (slice_word(&rest, &word)) {
		if (is_version(word)) {
			c->comm = slice_trim(slice_sub(s, 0, (size_t)(word.p - s.p)));
			c->release = word;
		}
	}
}

static void comm_and_release(struct slice s, struct crash *c)
{
	static const char *const ends[] = {" Not tainted", " Tainted:", " Kdump: loaded"};
	size_t end = SLICE_NONE;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t at = slice_find(s, ends[i], 0);

		end = at < end ? at : end;
	}
	if (end == SLICE_NONE) {
		split_at_version(s, c);
		return;
	}
	c->comm = slice_trim(slice_sub(s, 0, end));
	s = slice_trim(slice_sub(s, end, s.n));
	if (slice_eat(&s, "Kdump: loaded"))
		s = slice_trim(s);
	if (!slice_eat(&s, "Not tainted"))
		slice_eat(&s, "Tainted:");
	c->release = release_in(s);
	/* words of another line are no release: it looks like one or stands before the build number */
	if (!is_version(c->release) && slice_find(s, " #", 0) == SLICE_NONE)
		c->release = (struct slice){0};
}

bool footer_parse(struct slice s, struct crash *c)
{
	struct slice word;
	int32_t cpu, pid = -1, uid;

	if (!number(&s, &cpu))
		return false;
	while (slice_word(&s, &word)) {
		if (slice_is(word, "Comm:"))
			break;
		if (!(slice_is(word, "PID:") ? number(&s, &pid) : slice_is(word, "UID:") && number(&s, &uid)))
			return false;
	}
	if (pid < 0)
		return false;
	c->cpu = cpu;
	c->pid = pid;
	c->release = (struct slice){0};
	comm_and_release(slice_trim(s), c);
	return true;
}
