#define _GNU_SOURCE /* SOCK_CLOEXEC, explicit_bzero */
#include "net/http.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/target.h"

/* Headers of one answer together: libcurl bounds each line, not their number. */
#define HEAD_MAX ((size_t)256 << 10)

struct http {
	struct loop *loop; /* borrowed */
	CURLM *multi;
	struct http_call *calls;
	unsigned timer; /* what libcurl asked to be woken by; 0: nothing */
	bool inside;    /* libcurl is working: its handles must not be taken away */
};

/* Why a call comes to its end before libcurl thinks so. */
enum stop { STOP_NOT, STOP_CANCELLED, STOP_HEAD, STOP_BODY };

struct http_call {
	struct http *h;
	struct http_call *next, **self;
	CURL *easy;
	struct target target;
	struct curl_slist *headers; /* secrets */
	char *body;
	struct http_sink sink;
	void *arg;
	enum stop stop;
	long status;
	bool head_over;
	size_t head_bytes, body_bytes, max_bytes;
	unsigned connect_ms, idle_ms, idle_timer;
	int64_t begun, moved; /* loop_now() of the start, and of the last byte in either direction */
	curl_off_t sent;
	char error[CURL_ERROR_SIZE];
};

/* ---- the end of a call ---- */

static void wipe_headers(struct curl_slist *list)
{
	for (struct curl_slist *s = list; s; s = s->next)
		explicit_bzero(s->data, strlen(s->data));
	curl_slist_free_all(list);
}

static void drop(struct http_call *c)
{
	loop_cancel(c->h->loop, c->idle_timer);
	if (c->easy) {
		curl_multi_remove_handle(c->h->multi, c->easy);
		curl_easy_cleanup(c->easy);
	}
	if (c->self) {
		*c->self = c->next;
		if (c->next)
			c->next->self = c->self;
	}
	wipe_headers(c->headers);
	target_release(&c->target);
	free(c->body);
	free(c);
}

void http_cancel(struct http_call *c)
{
	c->stop = STOP_CANCELLED;
	if (!c->h->inside)
		drop(c);
}

/* Tell the end; the call is gone before the sink hears of it, so that it may start another in its place. */
static void finish(struct http_call *c, const struct http_end *end)
{
	struct http_sink sink = c->sink;
	void *arg = c->arg;

	drop(c);
	sink.end(arg, end);
}

/* libcurl's sentence is exact, but it quotes the whole address of a proxy, with user and password. */
static const char *reason(const struct http_call *c, CURLcode code)
{
	return c->error[0] && !strchr(c->error, '@') ? c->error : curl_easy_strerror(code);
}

static void describe(const struct http_call *c, CURLcode code, struct http_end *end)
{
	const char *host = c->target.host;
	char *m = end->message;
	size_t n = sizeof end->message;

	if (c->stop == STOP_HEAD)
		snprintf(m, n, "'%s' sent more than %zu bytes of headers", host, HEAD_MAX);
	else if (c->stop == STOP_BODY)
		snprintf(m, n, "'%s' sent more than %zu bytes", host, c->max_bytes);
	else if (end->timeout)
		snprintf(m, n, "cannot reach '%s': no connection within %u ms", host, c->connect_ms);
	else if (end->tls)
		snprintf(m, n, "cannot trust '%s': %s; SSL_CERT_FILE can name the authorities to trust", host,
			 reason(c, code));
	else
		snprintf(m, n, "cannot ask '%s': %s", host, reason(c, code));
}

static void finish_code(struct http_call *c, CURLcode code)
{
	struct http_end end = {.ok = code == CURLE_OK, .status = c->status};

	end.tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE;
	end.too_much = c->stop == STOP_HEAD || c->stop == STOP_BODY;
	end.timeout = code == CURLE_OPERATION_TIMEDOUT;
	if (!end.ok)
		describe(c, code, &end);
	finish(c, &end);
}

/* After libcurl has worked: take away what was cancelled meanwhile, and tell what has ended. */
static void reap(struct http *h)
{
	struct http_call *next;
	CURLMsg *m;
	int left;

	for (struct http_call *c = h->calls; c; c = next) {
		next = c->next;
		if (c->stop == STOP_CANCELLED)
			drop(c);
	}
	while ((m = curl_multi_info_read(h->multi, &left))) {
		char *c = NULL;
		CURLcode code = m->data.result;

		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		finish_code((struct http_call *)(void *)c, code);
	}
}

/* ---- libcurl on the loop ---- */

static void act(struct http *h, curl_socket_t fd, int ready)
{
	int running;

	h->inside = true;
	curl_multi_socket_action(h->multi, fd, ready, &running);
	h->inside = false;
	reap(h);
}

static void on_timer(void *arg)
{
	struct http *h = arg;

	h->timer = 0;
	act(h, CURL_SOCKET_TIMEOUT, 0);
}

/* A hang-up is told as ready for both, so that libcurl meets the error where it reads or writes. */
static void on_socket(void *arg, int fd, unsigned ready)
{
	int bits = 0;

	if (ready & (LOOP_READ | LOOP_HANGUP))
		bits |= CURL_CSELECT_IN;
	if (ready & (LOOP_WRITE | LOOP_HANGUP))
		bits |= CURL_CSELECT_OUT;
	act(arg, fd, bits);
}

static int want_timer(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;

	(void)multi;
	loop_cancel(h->loop, h->timer);
	h->timer = ms < 0 ? 0 : loop_timer(h->loop, (int64_t)ms * 1000, on_timer, h);
	return 0;
}

static int want_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
	struct http *h = arg;
	unsigned events = 0;

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_REMOVE) {
		loop_forget_fd(h->loop, fd);
		return 0;
	}
	if (what & CURL_POLL_IN)
		events |= LOOP_READ;
	if (what & CURL_POLL_OUT)
		events |= LOOP_WRITE;
	loop_fd(h->loop, fd, events, on_socket, h);
	return 0;
}

/* Children get none of the connections. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	(void)arg;
	(void)purpose;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* ---- what an answer brings ---- */

static void take_status(struct http_call *c, struct slice line)
{
	struct slice rest = slice_sub(line, slice_chr(line, ' ', 0), line.n), word;
	uint64_t status = 0;

	if (slice_word(&rest, &word) && slice_u64(word, &status) && status < 1000)
		c->status = (long)status;
}

/*
 * A status of 1xx is a word in between: its headers are not the answer's.  What follows a body in pieces is no head
 * either.
 */
static void take_head_line(struct http_call *c, struct slice line)
{
	size_t colon = slice_chr(line, ':', 0);
	struct slice name = slice_trim(slice_sub(line, 0, colon)), value = {0};

	if (c->status < 200 || c->head_over)
		return;
	c->head_over = line.n == 0;
	if (colon != SLICE_NONE)
		value = slice_trim(slice_sub(line, colon + 1, line.n));
	if (c->sink.head && (c->head_over || (name.n && colon != SLICE_NONE)))
		c->sink.head(c->arg, c->status, name, value);
}

static size_t on_head(char *p, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;
	struct slice line = slice_rtrim((struct slice){p, size * n});

	if (c->stop)
		return 0;
	c->moved = loop_now();
	c->head_bytes += size * n;
	if (c->head_bytes > HEAD_MAX) {
		c->stop = STOP_HEAD;
		return 0;
	}
	if (slice_starts(line, "HTTP/"))
		take_status(c, line);
	else
		take_head_line(c, line);
	return c->stop ? 0 : size * n;
}

static size_t on_data(char *p, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;

	if (c->stop)
		return 0;
	c->moved = loop_now();
	if (size * n > c->max_bytes - c->body_bytes) {
		c->stop = STOP_BODY;
		return 0;
	}
	c->body_bytes += size * n;
	if (n)
		c->sink.data(c->arg, (struct slice){p, size * n});
	return c->stop ? 0 : size * n;
}

static int on_progress(void *arg, curl_off_t total, curl_off_t now, curl_off_t sent_total, curl_off_t sent)
{
	struct http_call *c = arg;

	(void)total;
	(void)now;
	(void)sent_total;
	if (sent != c->sent)
		c->moved = loop_now();
	c->sent = sent;
	return c->stop ? 1 : 0;
}

/* ---- silence ---- */

static void watch_silence(struct http_call *c, int64_t us);

/* Making the connection has a limit of its own: silence counts from when it stands. */
static void on_silence(void *arg)
{
	struct http_call *c = arg;
	struct http_end end = {.status = c->status, .timeout = true};
	curl_off_t connected = 0;
	int64_t from, left, now = loop_now();

	c->idle_timer = 0;
	curl_easy_getinfo(c->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	from = connected == 0 ? now : c->begun + connected;
	left = (c->moved > from ? c->moved : from) + (int64_t)c->idle_ms * 1000 - now;
	if (left > 0) {
		watch_silence(c, left);
		return;
	}
	snprintf(end.message, sizeof end.message, "'%s' sent nothing for %u ms", c->target.host, c->idle_ms);
	finish(c, &end);
}

static void watch_silence(struct http_call *c, int64_t us)
{
	c->idle_timer = loop_timer(c->h->loop, us, on_silence, c);
}

/* ---- starting ---- */

/* A header that ends its line early could smuggle in others.  A message must not quote it: it may be a key. */
static bool header_is_sound(const char *line)
{
	size_t name = strcspn(line, ":");

	if (name == 0 || !line[name] || strcspn(line, " \t") < name)
		return false;
	for (const char *p = line; *p; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 0x7f)
			return false;
	return true;
}

static int add_header(struct http_call *c, const char *line, struct err *e)
{
	struct curl_slist *list;

	if (!header_is_sound(line))
		return err_set(e, ERR_USAGE,
			       "cannot ask '%s': a header is not of the form 'Name: value' or holds a control character",
			       c->target.host);
	list = curl_slist_append(c->headers, line);
	if (!list)
		return err_set(e, ERR_NET, "cannot ask '%s': no memory for a header", c->target.host);
	c->headers = list;
	return 0;
}

static int add_headers(struct http_call *c, const struct http_request *rq, struct err *e)
{
	for (size_t i = 0; rq->headers && rq->headers[i]; i++)
		if (add_header(c, rq->headers[i], e) < 0)
			return -1;
	return 0;
}

static void set_fixed(CURL *easy)
{
	static const struct {
		CURLoption option;
		long value;
	} fixed[] = {
		{CURLOPT_NOSIGNAL, 1},
		{CURLOPT_NOPROGRESS, 0}, /* the one way to see bytes of the request move */
		{CURLOPT_FOLLOWLOCATION, 0}, /* it would take x-goog-api-key along to another host */
		{CURLOPT_SSL_VERIFYPEER, 1},
		{CURLOPT_SSL_VERIFYHOST, 2},
		{CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
		{CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS},
		{CURLOPT_SUPPRESS_CONNECT_HEADERS, 1},
		{CURLOPT_TCP_KEEPALIVE, 1},
#if LIBCURL_VERSION_NUM >= 0x075700
		{CURLOPT_QUICK_EXIT, 1}, /* a cancelled call does not wait for a name server */
#endif
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		curl_easy_setopt(easy, fixed[i].option, fixed[i].value);
}

/* As the curl program does; the library alone asks no variable. */
static void set_trust(CURL *easy, const char *ca_file)
{
	static const char *const names[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE"};
	const char *file = ca_file, *dir = ca_file ? NULL : getenv("SSL_CERT_DIR");

	for (size_t i = 0; i < sizeof names / sizeof *names && (!file || !*file); i++)
		file = getenv(names[i]);
	if (file && *file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, file);
	if (dir && *dir)
		curl_easy_setopt(easy, CURLOPT_CAPATH, dir);
}

static void set_request(struct http_call *c, const struct http_request *rq)
{
	CURL *easy = c->easy;

	curl_easy_setopt(easy, CURLOPT_CURLU, c->target.url);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "verdict/" VERDICT_VERSION);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)c->connect_ms);
	if (c->target.loopback)
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
	else if (rq->proxy)
		curl_easy_setopt(easy, CURLOPT_PROXY, rq->proxy);
	set_trust(easy, rq->ca_file);
	if (rq->body.n) {
		c->body = xstrndup(rq->body.p, rq->body.n);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)rq->body.n);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, c->body);
	}
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, c->headers);
}

static void set_callbacks(struct http_call *c)
{
	CURL *easy = c->easy;

	curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)c);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, c->error);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, c);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, c);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
}

/* All that can fail; what was made until then is dropped by the caller. */
static int prepare(struct http_call *c, const struct http_request *rq, struct err *e)
{
	CURLMcode rc;

	if (target_set(&c->target, rq->url, rq->allow_plain, e) < 0 || add_headers(c, rq, e) < 0)
		return -1;
	/* Without "Expect:" libcurl would wait for a "100 Continue" before a larger body. */
	if (rq->body.n && add_header(c, "Expect:", e) < 0)
		return -1;
	c->easy = curl_easy_init();
	if (!c->easy)
		return err_set(e, ERR_NET, "cannot ask '%s': libcurl gives no handle", c->target.host);
	set_fixed(c->easy);
	set_request(c, rq);
	set_callbacks(c);
	rc = curl_multi_add_handle(c->h->multi, c->easy);
	if (rc != CURLM_OK)
		return err_set(e, ERR_NET, "cannot ask '%s': %s", c->target.host, curl_multi_strerror(rc));
	return 0;
}

struct http_call *http_start(struct http *h, const struct http_request *rq, const struct http_sink *sink, void *arg,
			     struct err *e)
{
	struct http_call *c = xcalloc(1, sizeof *c);

	c->h = h;
	c->sink = *sink;
	c->arg = arg;
	c->connect_ms = rq->connect_ms ? rq->connect_ms : HTTP_CONNECT_MS;
	c->idle_ms = rq->idle_ms ? rq->idle_ms : HTTP_IDLE_MS;
	c->max_bytes = rq->max_bytes ? rq->max_bytes : HTTP_MAX_BYTES;
	c->begun = loop_now();
	if (prepare(c, rq, e) < 0) {
		drop(c);
		return NULL;
	}
	c->next = h->calls;
	c->self = &h->calls;
	if (c->next)
		c->next->self = &c->next;
	h->calls = c;
	watch_silence(c, (int64_t)c->idle_ms * 1000);
	return c;
}

/* ---- all of them ---- */

struct http *http_new(struct loop *l, struct err *e)
{
	struct http *h;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(e, ERR_NET, "cannot start libcurl");
		return NULL;
	}
	/* A connection that the other side has closed must not end the program. */
	signal(SIGPIPE, SIG_IGN);
	h = xcalloc(1, sizeof *h);
	h->loop = l;
	h->multi = curl_multi_init();
	if (!h->multi) {
		http_free(h);
		err_set(e, ERR_NET, "cannot start libcurl");
		return NULL;
	}
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	while (h->calls)
		drop(h->calls);
	if (h->multi)
		curl_multi_cleanup(h->multi);
	loop_cancel(h->loop, h->timer);
	free(h);
	curl_global_cleanup();
}

bool http_is_local(const char *url)
{
	struct target t = {0};
	bool local = target_set(&t, url, true, NULL) == 0 && t.loopback;

	target_release(&t);
	return local;
}
