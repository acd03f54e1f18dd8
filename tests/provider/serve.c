#define _GNU_SOURCE /* clock_gettime, linger */
#include "serve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_MAX ((size_t)64 << 20)

int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

bool play_over(const struct play *p)
{
	const struct script *s = p->script;

	return s->by_content || p->next == s->nblocks || (p->next + 1 == s->nblocks && s->block[p->next].times == UINT64_MAX);
}

void conn_release(struct conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	buf_release(&c->in);
	buf_release(&c->out);
	buf_release(&c->body);
	c->fd = -1;
}

/* ---- heads ---- */

static void add_head(struct conn *c, long status, struct slice type, struct slice more)
{
	buf_addf(&c->out, "HTTP/1.1 %ld %s\r\n", status, status < 400 ? "OK" : "Not Good");
	buf_addf(&c->out, "Content-Type: %.*s\r\n", (int)type.n, type.p);
	buf_add_slice(&c->out, more);
}

/* A sentence instead of an answer: what came is not what the script wants. */
static void refuse(struct conn *c, struct slice why)
{
	add_head(c, 500, SLICE("text/plain"), (struct slice){0});
	buf_addf(&c->out, "Content-Length: %zu\r\nConnection: close\r\n\r\n%.*s\n", why.n + 1, (int)why.n, why.p);
	c->last = true;
}

/* ---- pieces ---- */

static void stop_at(struct conn *c, enum stop stop)
{
	struct linger now = {.l_onoff = 1, .l_linger = 0};

	if (stop == STOP_STALL)
		c->stalled = true;
	if (stop == STOP_RESET)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	if (stop == STOP_RESET || stop == STOP_CLOSE)
		c->last = true;
}

/* The next word of the text with the blanks behind it, or all of it. */
static struct slice next_text(struct conn *c, struct slice text)
{
	size_t from = c->text_at, to = text.n;

	if (c->b->words) {
		to = from;
		while (to < text.n && text.p[to] != ' ' && text.p[to] != '\n')
			to++;
		while (to < text.n && (text.p[to] == ' ' || text.p[to] == '\n'))
			to++;
	}
	c->text_at = to;
	return slice_sub(text, from, to);
}

static void say(struct conn *c, const struct step *st, struct slice text, struct buf *out)
{
	struct buf b = BUF_INIT;

	if (c->b->stamp)
		buf_addf(&b, "@%lld ", (long long)now_us());
	buf_add_slice(&b, text);
	compose(&c->c, st, buf_slice(&b), out);
	buf_release(&b);
}

/* One piece of a flood. */
static void flood(struct conn *c, const struct step *st, struct buf *out)
{
	struct step one = *st;
	char text[40];

	one.kind = st->kind == FLOOD_TEXT ? TEXT : THOUGHT;
	snprintf(text, sizeof text, "w%llu%s", (unsigned long long)c->flooded, c->flooded % 12 == 11 ? "\n" : " ");
	if (c->flooded++ < st->n)
		say(c, &one, slice_str(text), out);
	if (c->flooded >= st->n) {
		c->flooded = 0;
		c->step++;
	}
	c->gap = (int64_t)(1000000 / st->rate);
}

/* Add what the current step gives to `out`, and go to the next where it has given all. */
static void produce(struct conn *c, struct buf *out)
{
	const struct step *st = &c->b->step[c->step];

	c->gap = (int64_t)c->b->pause_ms * 1000;
	if (st->kind == FLOOD_TEXT || st->kind == FLOOD_THOUGHT) {
		flood(c, st, out);
		return;
	}
	if (st->kind == TEXT || st->kind == THOUGHT) {
		say(c, st, next_text(c, st->text), out);
		if (c->text_at < st->text.n)
			return;
	} else if (st->kind == BYTES) {
		buf_add_slice(out, st->text);
	} else if (st->kind == WAIT) {
		c->due += (int64_t)st->n * 1000;
	} else if (st->kind == STOP) {
		stop_at(c, st->stop);
	} else {
		compose(&c->c, st, st->text, out);
	}
	c->text_at = 0;
	c->step++;
}

/* How many bytes of the body go into the next piece. */
static size_t piece_size(struct conn *c)
{
	const struct block *b = c->b;
	size_t left = c->body.n - c->body_at, n = left;

	while (c->cut < b->ncuts && b->cut[c->cut] <= c->sent)
		c->cut++;
	if (b->every)
		n = b->every - c->sent % b->every;
	else if (b->seed) {
		c->random = c->random * 6364136223846793005u + 1442695040888963407u;
		n = 1 + (c->random >> 33) % 40;
	} else if (c->cut < b->ncuts)
		n = b->cut[c->cut] - (size_t)c->sent;
	if (b->at_stop && n > b->at - c->sent)
		n = (size_t)(b->at - c->sent);
	return n < left ? n : left;
}

static void send_piece(struct conn *c)
{
	size_t n = piece_size(c);
	bool chunk = c->b->framing == CHUNKED && !c->b->raw;

	if (chunk && n)
		buf_addf(&c->out, "%zx\r\n", n);
	buf_add(&c->out, c->body.p + c->body_at, n);
	if (chunk && n)
		buf_adds(&c->out, "\r\n");
	c->body_at += n;
	c->sent += n;
	c->due += c->gap;
	if (c->b->at_stop && c->sent >= c->b->at)
		stop_at(c, c->b->at_stop);
}

static void end_answer(struct conn *c)
{
	if (c->b->framing == CHUNKED && !c->b->raw)
		buf_adds(&c->out, "0\r\n\r\n");
	c->last = c->b->raw || c->b->framing == UNTIL_CLOSE;
	c->b = NULL;
}

static bool body_over(const struct conn *c)
{
	return c->body_at >= c->body.n;
}

/* Put pieces into `out` while they are due. */
static void play_on(struct conn *c)
{
	size_t before = c->out.n;

	while (c->b && !c->stalled && !c->last && c->out.n == before && c->due <= now_us()) {
		if (!body_over(c)) {
			send_piece(c);
		} else if (c->step < c->b->nsteps) {
			buf_clear(&c->body);
			c->body_at = 0;
			produce(c, &c->body);
		} else {
			end_answer(c);
		}
	}
}

/* ---- answers ---- */

static void begin_answer(struct conn *c, struct play *p, const struct block *b)
{
	c->b = b;
	c->step = c->text_at = c->body_at = c->cut = 0;
	c->flooded = c->sent = 0;
	c->headed = false;
	c->random = b->seed;
	c->due = now_us() + (int64_t)b->delay_ms * 1000;
	c->c = (struct composer){.dialect = b->dialect, .model = p->script->model, .reply = p->requests};
	buf_clear(&c->body);
}

/* The head waits for the first byte of the body: a delay is one before any byte. */
static void add_block_head(struct conn *c)
{
	static const char *const framings[] = {"Transfer-Encoding: chunked\r\n\r\n", "", "Connection: close\r\n\r\n"};
	const struct block *b = c->b;

	if (b->raw)
		return;
	add_head(c, b->status, b->type, b->headers);
	if (b->framing != LENGTH) {
		buf_adds(&c->out, framings[b->framing]);
		return;
	}
	while (c->step < b->nsteps)
		produce(c, &c->body);
	buf_addf(&c->out, "Content-Length: %zu\r\n\r\n", c->body.n);
}

/* The block that takes the next request, or NULL. */
static const struct block *expected(const struct play *p)
{
	if (p->next < p->script->nblocks)
		return &p->script->block[p->next];
	return p->script->fallback.line ? &p->script->fallback : NULL;
}

static void took(struct play *p, const struct block *b)
{
	if (b == &p->script->fallback || b->times == UINT64_MAX || p->script->by_content)
		return;
	if (++p->taken == b->times) {
		p->taken = 0;
		p->next++;
	}
}

/* The last block of a script by content that the request fits, or its default; NULL and why. */
static const struct block *fitting(const struct script *s, const struct request *rq, struct buf *why)
{
	for (size_t i = s->nblocks; i > 0; i--) {
		buf_clear(why);
		if (request_fits(rq, &s->block[i - 1], why))
			return &s->block[i - 1];
	}
	buf_clear(why);
	if (s->fallback.line && request_fits(rq, &s->fallback, why))
		return &s->fallback;
	buf_clear(why);
	buf_adds(why, "it fits no block of the script");
	return NULL;
}

static void answer(struct conn *c, struct play *p, const struct request *rq)
{
	struct buf why = BUF_INIT, line = BUF_INIT;
	const struct block *b;

	p->requests++;
	if (p->script->by_content) {
		b = fitting(p->script, rq, &why);
	} else {
		b = expected(p);
		if (!b)
			buf_adds(&why, "the script wants no request any more");
		else if (!request_fits(rq, b, &why))
			b = NULL;
	}
	if (b) {
		took(p, b);
		begin_answer(c, p, b);
	} else {
		p->mismatches++;
		fprintf(stderr, "provider: request %u: %s\n", p->requests, buf_str(&why));
		refuse(c, buf_slice(&why));
	}
	if (p->log) {
		request_log(rq, p->requests, buf_slice(&why), &line);
		fwrite(line.p, 1, line.n, p->log);
		fflush(p->log);
	}
	buf_release(&why);
	buf_release(&line);
}

/* ---- the socket ---- */

/* False: the other side has gone, or sent what is no request. */
static bool take_bytes(struct conn *c, struct play *p)
{
	char *room;
	struct request rq;
	size_t used;
	ssize_t n;
	int rc;

	c->in.max = REQUEST_MAX;
	room = buf_room(&c->in, 64 << 10);
	n = room ? recv(c->fd, room, 64 << 10, MSG_DONTWAIT) : 0;
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	buf_wrote(&c->in, (size_t)n);
	if (c->b || c->last) /* one request at a time */
		return true;
	rc = request_parse(buf_slice(&c->in), &rq, &used);
	if (rc == 1) {
		answer(c, p, &rq);
		memmove(c->in.p, c->in.p + used, c->in.n - used);
		buf_cut(&c->in, c->in.n - used);
	}
	return rc >= 0;
}

static bool send_bytes(struct conn *c)
{
	while (c->out_at < c->out.n) {
		ssize_t n = send(c->fd, c->out.p + c->out_at, c->out.n - c->out_at, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0)
			return errno == EAGAIN || errno == EINTR;
		c->out_at += (size_t)n;
	}
	buf_clear(&c->out);
	c->out_at = 0;
	return true;
}

/* Put into `out` what is due: the head, then pieces. */
static void fill(struct conn *c)
{
	if (!c->b || c->due > now_us())
		return;
	if (!c->headed)
		add_block_head(c);
	c->headed = true;
	play_on(c);
}

bool conn_go(struct conn *c, struct play *p, bool readable)
{
	bool alive = !readable || take_bytes(c, p);

	while (alive) {
		fill(c);
		if (c->out_at >= c->out.n)
			break;
		alive = send_bytes(c);
		if (c->out_at < c->out.n)
			return alive;
	}
	return alive && !c->last;
}

int64_t conn_due(const struct conn *c)
{
	return c->b && !c->stalled && !c->last && c->out_at >= c->out.n ? c->due : INT64_MAX;
}
