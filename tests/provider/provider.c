/*
 * A model's provider that plays a script: HTTP/1.1 on this machine only, for tests, the live demonstration and benches.
 * README.md beside this file has the options, the script language and the exit status.
 */
#define _GNU_SOURCE /* ppoll, accept4 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "serve.h"

#define CONNS 64
#define SETTLE_US 1000000 /* after the script: for a request too many to show itself */

struct provider {
	struct script script;
	struct play play;
	struct conn conn[CONNS]; /* fd -1: free */
	int listener;
	bool watch_stdin;
	int64_t idle_us; /* 0: for ever */
	int64_t busy;    /* when something last happened */
};

/* ---- options ---- */

struct options {
	const char *script, *dir, *log;
	int64_t idle_ms;
	bool no_stdin;
};

static int take_options(struct options *o, int argc, char **argv)
{
	int c;

	*o = (struct options){.idle_ms = 30000};
	while ((c = getopt(argc, argv, "d:l:i:n")) != -1)
		switch (c) {
		case 'd':
			o->dir = optarg;
			break;
		case 'l':
			o->log = optarg;
			break;
		case 'i':
			o->idle_ms = strtoll(optarg, NULL, 10);
			break;
		case 'n':
			o->no_stdin = true;
			break;
		default:
			return -1;
		}
	if (optind + 1 != argc)
		return -1;
	o->script = argv[optind];
	return 0;
}

/* The folder that `path` lies in; freed by the caller. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
}

/* ---- the listener ---- */

/* On a free port of this machine, whose number is printed. */
static int open_listener(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, CONNS) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) < 0) {
		perror("provider: cannot listen");
		return -1;
	}
	printf("PORT %u\n", (unsigned)ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

static void take_connection(struct provider *p)
{
	int one = 1, fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	for (size_t i = 0; i < CONNS; i++)
		if (p->conn[i].fd < 0) {
			p->conn[i] = (struct conn){.fd = fd};
			return;
		}
	close(fd);
}

/* ---- turns ---- */

static bool answering(const struct provider *p)
{
	for (size_t i = 0; i < CONNS; i++)
		if (p->conn[i].fd >= 0 && p->conn[i].b)
			return true;
	return false;
}

/* How long to wait for a request when nothing is being answered. */
static int64_t patience(const struct provider *p)
{
	bool over = p->play.next == p->script.nblocks && p->script.fallback.line == 0;

	return over && p->idle_us > SETTLE_US ? SETTLE_US : p->idle_us;
}

/* When the next piece is due, or the end for want of anything to do. */
static int64_t next_due(const struct provider *p)
{
	int64_t due = INT64_MAX;

	for (size_t i = 0; i < CONNS; i++)
		if (p->conn[i].fd >= 0 && conn_due(&p->conn[i]) < due)
			due = conn_due(&p->conn[i]);
	if (p->idle_us && !answering(p) && p->busy + patience(p) < due)
		due = p->busy + patience(p);
	return due;
}

/* Standard input, the listener, then the connections, in `of` at the same index. */
static size_t fill_polled(struct provider *p, struct pollfd *polled, struct conn **of)
{
	size_t n = 2;

	polled[0] = (struct pollfd){.fd = p->watch_stdin ? STDIN_FILENO : -1, .events = POLLIN};
	polled[1] = (struct pollfd){.fd = p->listener, .events = POLLIN};
	for (size_t i = 0; i < CONNS; i++) {
		struct conn *c = &p->conn[i];

		if (c->fd < 0)
			continue;
		polled[n] = (struct pollfd){.fd = c->fd, .events = POLLIN};
		if (c->out_at < c->out.n)
			polled[n].events |= POLLOUT;
		of[n++] = c;
	}
	return n;
}

static bool stdin_closed(short ready)
{
	char c[256];

	return ready && read(STDIN_FILENO, c, sizeof c) <= 0;
}

/* Wait and serve once; false when the end has come. */
static bool turn(struct provider *p)
{
	struct pollfd polled[CONNS + 2];
	struct conn *of[CONNS + 2];
	size_t n = fill_polled(p, polled, of);
	int64_t due = next_due(p), left = due - now_us();
	struct timespec wait;
	int rc;

	left = left < 0 ? 0 : left;
	wait = (struct timespec){.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
	rc = ppoll(polled, n, due == INT64_MAX ? NULL : &wait, NULL);
	if (rc < 0)
		return errno == EINTR;
	if (stdin_closed(polled[0].revents))
		return false;
	if (rc == 0 && !answering(p))
		return false;
	p->busy = now_us();
	for (size_t i = 2; i < n; i++)
		if (!conn_go(of[i], &p->play, polled[i].revents & (POLLIN | POLLHUP | POLLERR)))
			conn_release(of[i]);
	if (polled[1].revents)
		take_connection(p);
	return true;
}

/* ---- start and end ---- */

static int result(const struct provider *p)
{
	if (play_over(&p->play))
		return p->play.mismatches ? 1 : 0;
	fprintf(stderr, "provider: the request of line %u never came\n", p->script.block[p->play.next].line);
	return 1;
}

static int serve(struct provider *p, const struct options *o)
{
	p->watch_stdin = !o->no_stdin;
	p->idle_us = o->idle_ms * 1000;
	p->play = (struct play){.script = &p->script};
	for (size_t i = 0; i < CONNS; i++)
		p->conn[i].fd = -1;
	if (o->log && !(p->play.log = fopen(o->log, "we"))) {
		perror("provider: cannot write the log");
		return 2;
	}
	p->listener = open_listener();
	if (p->listener < 0)
		return 2;
	p->busy = now_us();
	while (turn(p))
		;
	for (size_t i = 0; i < CONNS; i++)
		conn_release(&p->conn[i]);
	close(p->listener);
	return result(p);
}

int main(int argc, char **argv)
{
	static struct provider p;
	struct options o;
	struct err e = {0};
	char *dir;
	int rc = 2;

	if (take_options(&o, argc, argv) < 0) {
		fprintf(stderr, "usage: provider [-n] [-d DIR] [-i MS] [-l LOG] SCRIPT\n");
		return 2;
	}
	dir = o.dir ? xstrdup(o.dir) : folder_of(o.script);
	if (script_read(&p.script, o.script, dir, &e) < 0)
		fprintf(stderr, "provider: %s\n", e.msg);
	else
		rc = serve(&p, &o);
	if (p.play.log)
		fclose(p.play.log);
	script_release(&p.script);
	free(dir);
	return rc;
}
