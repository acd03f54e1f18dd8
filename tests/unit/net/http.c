#define _GNU_SOURCE
#include "net/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <semaphore.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "tests/provider.h"
#include "tests/unit/net/tls.h"

#define SECRET "s3cr3t-k3y"

/* One request and all that came of it. */
struct world {
	struct loop *l;
	struct http *h;
	struct provider p;
	struct http_call *call;
	struct buf head, body, order; /* order: h for a header, H for the end of the head, d, e */
	long status;
	struct http_end end;
	unsigned ends, pieces;
	size_t cancel_after; /* bytes of the body; 0: not */
	size_t stop_after;   /* the same for a stop of the loop */
	int64_t cancelled_us; /* how long http_cancel() took */
	bool cancel_in_head;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->l = loop_new(NULL);
	w->h = http_new(w->l, NULL);
	*state = w;
	return w->h ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;
	int rc = w->p.pid ? provider_end(&w->p) : 0;

	http_free(w->h);
	loop_free(w->l);
	buf_release(&w->head);
	buf_release(&w->body);
	buf_release(&w->order);
	free(w);
	return rc;
}

static void cancel(struct world *w)
{
	int64_t t = loop_now();

	http_cancel(w->call);
	w->cancelled_us = loop_now() - t;
	w->call = NULL;
	loop_stop(w->l, 9);
}

static void on_head(void *arg, long status, struct slice name, struct slice value)
{
	struct world *w = arg;

	w->status = status;
	buf_addc(&w->order, name.n ? 'h' : 'H');
	buf_addf(&w->head, "%.*s=%.*s;", (int)name.n, name.n ? name.p : "", (int)value.n, value.n ? value.p : "");
	if (w->cancel_in_head && w->call)
		cancel(w);
}

static void on_data(void *arg, struct slice bytes)
{
	struct world *w = arg;

	w->pieces++;
	buf_addc(&w->order, 'd');
	buf_add_slice(&w->body, bytes);
	if (w->cancel_after && w->body.n >= w->cancel_after)
		cancel(w);
	if (w->stop_after && w->body.n >= w->stop_after)
		loop_stop(w->l, 5);
}

static void on_end(void *arg, const struct http_end *end)
{
	struct world *w = arg;

	w->ends++;
	w->end = *end;
	w->call = NULL;
	buf_addc(&w->order, 'e');
	loop_stop(w->l, 1);
}

static const struct http_sink sink = {on_head, on_data, on_end};

static void late(void *arg)
{
	(void)arg;
	fail_msg("nothing came of the request for ten seconds");
}

/* Run until the end or a cancel. */
static int run(struct world *w)
{
	unsigned t = loop_timer(w->l, 10000000, late, w);
	int rc = loop_run(w->l);

	loop_cancel(w->l, t);
	return rc;
}

static void start(struct world *w, struct http_request rq)
{
	size_t called = w->order.n;
	struct err e = {0};

	w->call = http_start(w->h, &rq, &sink, w, &e);
	if (!w->call)
		fail_msg("%s", e.msg);
	assert_int_equal(w->order.n, called); /* nothing is called from inside */
}

static void forget(struct world *w)
{
	buf_clear(&w->head);
	buf_clear(&w->body);
	buf_clear(&w->order);
	w->status = 0;
	w->ends = w->pieces = 0;
}

/* Ask once and wait for the end. */
static void ask(struct world *w, struct http_request rq)
{
	forget(w);
	start(w, rq);
	assert_int_equal(run(w), 1);
	assert_int_equal(w->ends, 1);
}

static struct http_request to(const struct world *w)
{
	return (struct http_request){.url = w->p.url};
}

static void assert_failed(const struct world *w, const char *words)
{
	assert_false(w->end.ok);
	if (!strstr(w->end.message, words))
		fail_msg("'%s' does not say '%s'", w->end.message, words);
	assert_null(strstr(w->end.message, SECRET));
}

/* ---- what goes well ---- */

static void an_answer_comes_as_head_body_and_end(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nmethod GET\npath /\nlacks x\nanswer X-Request-Id:  r1 \ntype text/plain\n"
			      "framing length\nraw hello\n");
	ask(w, to(w));
	assert_true(w->end.ok);
	assert_int_equal(w->end.status, 200);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->end.message, "");
	assert_string_equal(buf_str(&w->body), "hello");
	assert_string_equal(buf_str(&w->head), "Content-Type=text/plain;X-Request-Id=r1;Content-Length=5;=;");
	assert_string_equal(buf_str(&w->order), "hhhHde");
}

static void a_body_is_posted_with_the_headers(void **state)
{
	struct world *w = *state;
	const char *const headers[] = {"x-goog-api-key: " SECRET, "Content-Type: application/json", NULL};
	struct http_request rq;
	char body[20000];

	/* Larger than what libcurl would announce with "Expect: 100-continue". */
	memset(body, ' ', sizeof body);
	memcpy(body, "{\"a\":", 5);
	body[sizeof body - 2] = '7';
	body[sizeof body - 1] = '}';
	provider_start(&w->p, "request\nmethod POST\nheader x-goog-api-key\nheader user-agent\nno-header expect\nmember a 7\n");
	rq = to(w);
	rq.headers = headers;
	rq.body = (struct slice){body, sizeof body};
	start(w, rq);
	memset(body, 'x', sizeof body); /* it was copied */
	assert_int_equal(run(w), 1);
	assert_true(w->end.ok);
	assert_int_equal(w->end.status, 200);
}

static void a_status_that_says_no_is_an_answer_with_its_body(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nstatus 502\ntype text/html\nframing length\nraw <html>Bad Gateway</html>\n");
	ask(w, to(w));
	assert_true(w->end.ok);
	assert_int_equal(w->end.status, 502);
	assert_string_equal(buf_str(&w->body), "<html>Bad Gateway</html>");
}

static void pieces_come_as_they_are_sent(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "pace 20\nrequest\nraw a\nraw b\nraw c\n");
	ask(w, to(w));
	assert_true(w->end.ok);
	assert_int_equal(w->pieces, 3);
	assert_string_equal(buf_str(&w->body), "abc");
}

static void words_in_between_and_trailers_are_no_heads(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nbare\n"
			      "raw HTTP/1.1 103 Early Hints\\r\\nX-Early: 1\\r\\n\\r\\n\n"
			      "raw HTTP/1.1 201 Created\\r\\nX-Late: 2\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n\n"
			      "raw 1\\r\\nx\\r\\n0\\r\\nX-Trailer: 3\\r\\n\\r\\n\n");
	ask(w, to(w));
	assert_true(w->end.ok);
	assert_int_equal(w->end.status, 201);
	assert_string_equal(buf_str(&w->head), "X-Late=2;Transfer-Encoding=chunked;=;");
	assert_string_equal(buf_str(&w->order), "hhHde");
}

static void a_redirect_is_not_followed(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nstatus 302\nanswer Location: /other\nframing length\n");
	ask(w, to(w));
	assert_true(w->end.ok);
	assert_int_equal(w->end.status, 302);
}

static void two_at_once_do_not_meet(void **state)
{
	struct world *w = *state, other = {.l = w->l, .h = w->h};
	struct http_request rq;

	provider_start(&w->p, "pace 5\nrequest 2\nraw a\nraw b\nraw c\n");
	rq = to(w);
	other.call = http_start(w->h, &rq, &sink, &other, NULL);
	assert_non_null(other.call);
	start(w, rq);
	while (!w->ends || !other.ends)
		run(w);
	assert_string_equal(buf_str(&w->body), "abc");
	assert_string_equal(buf_str(&other.body), "abc");
	buf_release(&other.head);
	buf_release(&other.body);
	buf_release(&other.order);
}

/* Started from the end of another, as a retry is. */
static void on_end_again(void *arg, const struct http_end *end)
{
	static const struct http_sink last = {on_head, on_data, on_end};
	struct world *w = arg;
	struct http_request rq = to(w);

	assert_int_equal(end->status, 503);
	w->call = http_start(w->h, &rq, &last, w, NULL);
	assert_non_null(w->call);
}

static void the_end_of_one_may_start_another(void **state)
{
	static const struct http_sink first = {on_head, on_data, on_end_again};
	struct world *w = *state;
	struct http_request rq;

	provider_start(&w->p, "request\nstatus 503\nraw no\nrequest\nraw yes\n");
	rq = to(w);
	w->call = http_start(w->h, &rq, &first, w, NULL);
	assert_int_equal(run(w), 1);
	assert_int_equal(w->end.status, 200);
	assert_string_equal(buf_str(&w->body), "noyes");
}

/* ---- cancelling ---- */

static void assert_cancelled(struct world *w)
{
	assert_null(w->call);
	assert_int_equal(w->ends, 0);
	assert_true(w->cancelled_us < 200000);
}

/* The next request on the same loop works. */
static void assert_next_works(struct world *w)
{
	w->cancel_after = 0;
	w->cancel_in_head = false;
	ask(w, to(w));
	assert_true(w->end.ok);
	assert_string_equal(buf_str(&w->body), "next");
}

static void cancel_now(void *arg)
{
	cancel(arg);
}

static void cancelled_before_the_first_byte(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\ndelay 600000\nraw x\nrequest\nraw next\n");
	start(w, to(w));
	loop_timer(w->l, 50000, cancel_now, w);
	assert_int_equal(run(w), 9);
	assert_cancelled(w);
	assert_string_equal(buf_str(&w->order), "");
	assert_next_works(w);
}

static void cancelled_before_anything_was_done(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nraw next\n");
	start(w, to(w));
	cancel(w);
	assert_int_equal(run(w), 9);
	assert_cancelled(w);
	assert_next_works(w);
}

static void cancelled_in_the_middle_of_the_body_from_its_own_function(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "pace 2\nrequest\nraw abcde\nraw fgh\nraw ijk\nstall\nrequest\nraw next\n");
	w->cancel_after = 6;
	start(w, to(w));
	assert_int_equal(run(w), 9);
	assert_cancelled(w);
	assert_string_equal(buf_str(&w->body), "abcdefgh");
	assert_next_works(w);
}

static void cancelled_in_the_head_from_its_own_function(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nraw abc\nrequest\nraw next\n");
	w->cancel_in_head = true;
	start(w, to(w));
	assert_int_equal(run(w), 9);
	assert_cancelled(w);
	assert_string_equal(buf_str(&w->order), "h");
	assert_next_works(w);
}

/* What comes of one call ends another one. */
static void on_data_cancel_other(void *arg, struct slice bytes)
{
	(void)bytes;
	cancel(arg);
}

static void cancelled_from_inside_another_call(void **state)
{
	static const struct http_sink killer = {NULL, on_data_cancel_other, on_end};
	struct world *w = *state;
	struct http_call *other;
	struct http_request rq;

	provider_start(&w->p, "request 2\npath /\ndelay 20\nraw abc\nstall\nrequest\nraw next\n");
	rq = to(w);
	rq.url = w->p.url;
	start(w, rq);
	other = http_start(w->h, &rq, &killer, w, NULL);
	assert_non_null(other);
	assert_int_equal(run(w), 9);
	assert_cancelled(w);
	http_cancel(other);
	assert_next_works(w);
}

/* A listener whose queue is full: a connection to it is never made. */
static int full_listener(int *extra, unsigned *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	for (int i = 0; i < 3; i++) {
		extra[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(extra[i], (struct sockaddr *)&a, sizeof a);
	}
	*port = ntohs(a.sin_port);
	return fd;
}

static void connecting(struct world *w, bool give_up)
{
	int extra[3], fd;
	unsigned port;
	char url[64];

	fd = full_listener(extra, &port);
	snprintf(url, sizeof url, "http://127.0.0.1:%u/", port);
	start(w, (struct http_request){.url = url, .connect_ms = 300});
	if (give_up)
		loop_timer(w->l, 50000, cancel_now, w);
	run(w);
	close(fd);
	for (int i = 0; i < 3; i++)
		close(extra[i]);
}

static void cancelled_while_connecting(void **state)
{
	struct world *w = *state;

	connecting(w, true);
	assert_cancelled(w);
}

static void a_connection_that_takes_too_long_is_a_timeout(void **state)
{
	struct world *w = *state;

	connecting(w, false);
	assert_failed(w, "no connection within 300 ms");
	assert_true(w->end.timeout);
	assert_int_equal(w->end.status, 0);
}

/*
 * A name server that does not answer.  This program's own getaddrinfo() is what libcurl's thread calls; it hangs until
 * the test lets it go.
 */
static sem_t name_server;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **res)
{
	(void)node;
	(void)service;
	(void)hints;
	*res = NULL;
	while (sem_wait(&name_server) < 0 && errno == EINTR)
		;
	sem_post(&name_server);
	return EAI_AGAIN;
}

static void cancelled_while_the_name_is_looked_up(void **state)
{
	struct world *w = *state;

	sem_init(&name_server, 0, 0);
	start(w, (struct http_request){.url = "https://slow.test/"});
	loop_timer(w->l, 50000, cancel_now, w);
	assert_int_equal(run(w), 9);
	sem_post(&name_server);
	assert_cancelled(w);
}

static void freeing_cancels_what_runs(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nraw abc\nstall\nrequest\nraw next\n");
	w->stop_after = 3;
	start(w, to(w));
	assert_int_equal(run(w), 5);
	assert_string_equal(buf_str(&w->body), "abc");
	w->stop_after = 0;
	/* One in the middle of its body, one that has not begun. */
	start(w, to(w));
	http_free(w->h);
	assert_int_equal(w->ends, 0);
	assert_int_equal(loop_run(w->l), -1); /* nothing is left on the loop */
	w->h = http_new(w->l, NULL);
	assert_next_works(w);
}

/* ---- what goes wrong ---- */

static void silence_is_a_timeout(void **state)
{
	struct world *w = *state;
	struct http_request rq;

	provider_start(&w->p, "request\nraw abc\nstall\n");
	rq = to(w);
	rq.idle_ms = 100;
	ask(w, rq);
	assert_failed(w, "sent nothing for 100 ms");
	assert_true(w->end.timeout);
	assert_int_equal(w->end.status, 200);
	assert_string_equal(buf_str(&w->body), "abc");
}

static void silence_before_the_first_byte_is_one_too(void **state)
{
	struct world *w = *state;
	struct http_request rq;

	provider_start(&w->p, "request\nstall\ndelay 600000\n");
	rq = to(w);
	rq.idle_ms = 100;
	ask(w, rq);
	assert_failed(w, "sent nothing");
	assert_int_equal(w->end.status, 0);
}

static void comments_keep_a_silent_connection_alive(void **state)
{
	struct world *w = *state;
	struct http_request rq;
	int64_t t = loop_now();

	provider_start(&w->p, "pace 100\nrequest\nraw :\\n\nraw :\\n\nraw :\\n\nraw :\\n\nraw :\\n\nraw :\\n\n");
	rq = to(w);
	rq.idle_ms = 400;
	ask(w, rq);
	assert_true(w->end.ok);
	assert_true(loop_now() - t > 450000);
}

static void too_many_bytes_end_the_call(void **state)
{
	struct world *w = *state;
	struct http_request rq;

	provider_start(&w->p, "request\nraw 0123456789\nrequest\nraw 01234\nraw 567890\nstall\n");
	rq = to(w);
	rq.max_bytes = 10;
	ask(w, rq);
	assert_true(w->end.ok);
	ask(w, rq);
	assert_failed(w, "sent more than 10 bytes");
	assert_true(w->body.n <= 10);
}

static void too_many_headers_end_the_call(void **state)
{
	struct world *w = *state;
	struct buf script = BUF_INIT;

	buf_adds(&script, "request\n");
	for (int i = 0; i < 60; i++) {
		buf_addf(&script, "answer X-%d: ", i);
		buf_pad(&script, 'x', 5000);
		buf_addc(&script, '\n');
	}
	provider_start(&w->p, buf_str(&script));
	buf_release(&script);
	ask(w, to(w));
	assert_failed(w, "bytes of headers");
}

static void a_reset_is_an_error(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nraw abcdef\nat 4 reset\n");
	ask(w, to(w));
	assert_failed(w, "127.0.0.1");
	assert_false(w->end.timeout);
	assert_string_equal(buf_str(&w->body), "abcd");
}

static void a_body_cut_off_is_an_error_where_its_length_is_known(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nraw abcdef\nat 4 close\nrequest\nframing length\nraw abcdef\nat 4 close\n");
	ask(w, to(w));
	assert_failed(w, "127.0.0.1");
	ask(w, to(w));
	assert_failed(w, "127.0.0.1");
	assert_string_equal(buf_str(&w->body), "abcd");
}

static void a_refused_connection_is_an_error(void **state)
{
	struct world *w = *state;
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0); /* bound, so nobody else's, and not listening */
	char url[64];

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	snprintf(url, sizeof url, "http://u:" SECRET "@127.0.0.1:%u/?key=" SECRET, ntohs(a.sin_port));
	ask(w, (struct http_request){.url = url});
	assert_failed(w, "cannot ask '127.0.0.1:");
	assert_false(w->end.timeout || w->end.tls);
	close(fd);
}

static void what_is_no_http_is_an_error(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nbare\nraw data: {}\\n\\n\n");
	ask(w, to(w));
	assert_failed(w, "cannot ask");
	assert_int_equal(w->body.n, 0);
}

/* ---- what is not sent ---- */

static void assert_refused(struct world *w, const char *url, const char *header, const char *words)
{
	const char *const headers[] = {header, NULL};
	struct http_request rq = {.url = url, .headers = header ? headers : NULL};
	struct err e = {0};

	assert_null(http_start(w->h, &rq, &sink, w, &e));
	assert_int_equal(e.cls, ERR_USAGE);
	if (!strstr(e.msg, words))
		fail_msg("'%s' does not say '%s'", e.msg, words);
	assert_null(strstr(e.msg, SECRET));
}

static void plain_http_to_another_machine_is_refused(void **state)
{
	struct world *w = *state;
	static const char *const urls[] = {
		"http://api.example.com/v1?key=" SECRET, "http://10.0.0.1/", "http://128.0.0.1/", "http://[::2]/",
		"http://127.0.0.1.example.com/", "http://localhost.example.com/", "http://127.0.0.1@example.com/",
		"http://u:" SECRET "@example.com/",
	};
	struct http_request rq = {.url = urls[1], .allow_plain = true};

	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
		assert_refused(w, urls[i], NULL, "use https");
	w->call = http_start(w->h, &rq, &sink, w, NULL);
	assert_non_null(w->call);
	http_cancel(w->call);
}

static void this_machine_has_several_names(void **state)
{
	struct world *w = *state;
	static const char *const urls[] = {"http://localhost:1/", "http://LOCALHOST:1/", "http://127.0.0.1:1/",
					   "http://127.9.9.9:1/", "http://[::1]:1/"};

	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		start(w, (struct http_request){.url = urls[i]});
		http_cancel(w->call);
	}
}

static void what_is_no_url_is_refused(void **state)
{
	struct world *w = *state;

	assert_refused(w, "", NULL, "no URL");
	assert_refused(w, "api.example.com", NULL, "no URL");
	assert_refused(w, "https://", NULL, "no URL");
	assert_refused(w, "https://a b/" SECRET, NULL, "no URL");
	assert_refused(w, "file:///etc/passwd", NULL, "");
	assert_refused(w, "ftp://127.0.0.1/", NULL, "neither https nor http");
}

static void a_header_that_would_be_two_is_refused(void **state)
{
	struct world *w = *state;
	static const char *const lines[] = {
		"x-api-key: " SECRET "\r\nX-Other: 1", "x-api-key: " SECRET "\n", "x-api-key: \x01" SECRET, SECRET,
		": " SECRET, "x y: " SECRET, "x-api-key: " SECRET "\x7f",
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_refused(w, "https://api.example.com/", lines[i], "a header is not of the form");
}

static void this_machine_is_never_asked_through_a_proxy(void **state)
{
	struct world *w = *state;
	struct http_request rq;

	setenv("http_proxy", "http://127.0.0.1:9", 1);
	setenv("all_proxy", "http://127.0.0.1:9", 1);
	provider_start(&w->p, "request 2\npath /\nraw x\n");
	rq = to(w);
	ask(w, rq);
	assert_true(w->end.ok);
	rq.proxy = "http://127.0.0.1:9";
	ask(w, rq);
	assert_true(w->end.ok);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
}

static void another_machine_is_asked_through_the_proxy(void **state)
{
	struct world *w = *state;
	struct http_request rq = {.url = "http://api.example.com/v1", .allow_plain = true};

	provider_start(&w->p, "request 2\npath http://api.example.com/v1\nraw x\n");
	setenv("http_proxy", w->p.url, 1);
	ask(w, rq);
	assert_true(w->end.ok);
	unsetenv("http_proxy");
	rq.proxy = w->p.url;
	ask(w, rq);
	assert_true(w->end.ok);
}

static void the_password_of_a_proxy_is_not_quoted(void **state)
{
	struct world *w = *state;

	ask(w, (struct http_request){.url = "https://api.example.com/", .proxy = "nonsense://u:" SECRET "@127.0.0.1:9"});
	assert_failed(w, "api.example.com");
}

/* Connections among this process's descriptors that a child would inherit. */
static unsigned inherited_connections(void)
{
	unsigned n = 0;

	for (int fd = 3; fd < 256; fd++) {
		struct sockaddr_storage a;
		socklen_t size = sizeof a;

		if (getpeername(fd, (struct sockaddr *)&a, &size) == 0 && a.ss_family == AF_INET &&
		    !(fcntl(fd, F_GETFD) & FD_CLOEXEC))
			n++;
	}
	return n;
}

static void children_get_no_connection(void **state)
{
	struct world *w = *state;

	provider_start(&w->p, "request\nraw abc\nstall\n");
	w->stop_after = 3;
	start(w, to(w));
	assert_int_equal(run(w), 5);
	assert_string_equal(buf_str(&w->body), "abc");
	w->stop_after = 0;
	assert_int_equal(inherited_connections(), 0);
}

/* ---- certificates ---- */

static void a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
	struct world *w = *state;
	struct tls_server s;
	char url[64];

	tls_start(&s);
	snprintf(url, sizeof url, "https://127.0.0.1:%u/?" SECRET, s.port);
	ask(w, (struct http_request){.url = url});
	assert_failed(w, "cannot trust '127.0.0.1:");
	assert_non_null(strstr(w->end.message, "SSL_CERT_FILE"));
	assert_true(w->end.tls);
	tls_end(&s);
}

static void a_certificate_of_the_file_named_is_trusted(void **state)
{
	struct world *w = *state;
	struct tls_server s;
	char url[64];

	tls_start(&s);
	snprintf(url, sizeof url, "https://127.0.0.1:%u/", s.port);
	ask(w, (struct http_request){.url = url, .ca_file = s.cert});
	assert_string_equal(w->end.message, "");
	assert_true(w->end.ok);
	assert_string_equal(buf_str(&w->body), "safe");
	for (int i = 0; i < 2; i++) {
		const char *name = i ? "SSL_CERT_FILE" : "CURL_CA_BUNDLE";

		setenv(name, s.cert, 1);
		ask(w, (struct http_request){.url = url});
		unsetenv(name);
		assert_true(w->end.ok);
	}
	tls_end(&s);
}

static void a_certificate_of_another_name_is_refused(void **state)
{
	struct world *w = *state;
	struct tls_server s;
	char url[64];

	tls_start(&s);
	snprintf(url, sizeof url, "https://localhost:%u/", s.port);
	ask(w, (struct http_request){.url = url, .ca_file = s.cert});
	assert_failed(w, "cannot trust 'localhost:");
	assert_true(w->end.tls);
	tls_end(&s);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
static const struct CMUnitTest tests[] = {
	TEST(an_answer_comes_as_head_body_and_end),
	TEST(a_body_is_posted_with_the_headers),
	TEST(a_status_that_says_no_is_an_answer_with_its_body),
	TEST(pieces_come_as_they_are_sent),
	TEST(words_in_between_and_trailers_are_no_heads),
	TEST(a_redirect_is_not_followed),
	TEST(two_at_once_do_not_meet),
	TEST(the_end_of_one_may_start_another),
	TEST(cancelled_before_the_first_byte),
	TEST(cancelled_before_anything_was_done),
	TEST(cancelled_in_the_middle_of_the_body_from_its_own_function),
	TEST(cancelled_in_the_head_from_its_own_function),
	TEST(cancelled_from_inside_another_call),
	TEST(cancelled_while_connecting),
	TEST(a_connection_that_takes_too_long_is_a_timeout),
	TEST(cancelled_while_the_name_is_looked_up),
	TEST(freeing_cancels_what_runs),
	TEST(silence_is_a_timeout),
	TEST(silence_before_the_first_byte_is_one_too),
	TEST(comments_keep_a_silent_connection_alive),
	TEST(too_many_bytes_end_the_call),
	TEST(too_many_headers_end_the_call),
	TEST(a_reset_is_an_error),
	TEST(a_body_cut_off_is_an_error_where_its_length_is_known),
	TEST(a_refused_connection_is_an_error),
	TEST(what_is_no_http_is_an_error),
	TEST(plain_http_to_another_machine_is_refused),
	TEST(this_machine_has_several_names),
	TEST(what_is_no_url_is_refused),
	TEST(a_header_that_would_be_two_is_refused),
	TEST(this_machine_is_never_asked_through_a_proxy),
	TEST(another_machine_is_asked_through_the_proxy),
	TEST(the_password_of_a_proxy_is_not_quoted),
	TEST(children_get_no_connection),
	TEST(a_certificate_that_nobody_vouches_for_is_refused),
	TEST(a_certificate_of_the_file_named_is_trusted),
	TEST(a_certificate_of_another_name_is_refused),
};

TEST_MAIN()
