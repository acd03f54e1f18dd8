/* The scripted provider (tests/provider) as a child of a test: started with a script, asked, and called to account. */
#ifndef TESTS_PROVIDER_H
#define TESTS_PROVIDER_H

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

struct provider {
	pid_t pid;
	int in;  /* closed: it ends */
	int out; /* what it prints */
	unsigned port;
	char script[64];
	char log[64]; /* the requests, a line of JSON each */
	char url[64]; /* "http://127.0.0.1:PORT" */
};

static inline void provider_exec(const struct provider *p, int in, int out)
{
	const char *build = getenv("VERDICT_TEST_BUILDDIR"), *dir = getenv("VERDICT_TEST_DATA");
	char program[4096], data[4096];

	snprintf(program, sizeof program, "%s/tests/provider/provider", build ? build : ".");
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
		_exit(126);
	for (int fd = 3; fd < 64; fd++) /* not the pipes of its siblings: they would never see their end */
		close(fd);
	snprintf(data, sizeof data, "%s/llm-streams", dir ? dir : ".");
	execl(program, program, "-d", data, "-i", "0", "-l", p->log, p->script, (char *)NULL);
	_exit(127);
}

/* Play `script`; files that it names lie in llm-streams of the real data.  Fails the test where it does not come up. */
static inline void provider_start(struct provider *p, const char *script)
{
	int in[2], out[2], fd;
	char line[64] = "";

	*p = (struct provider){.script = "/tmp/verdict-script-XXXXXX", .log = "/tmp/verdict-log-XXXXXX"};
	fd = mkstemp(p->script);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, script, strlen(script)), strlen(script));
	close(fd);
	fd = mkstemp(p->log);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	p->pid = fork();
	if (p->pid == 0)
		provider_exec(p, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	p->in = in[1];
	p->out = out[0];
	for (size_t n = 0; n + 1 < sizeof line && read(p->out, line + n, 1) == 1 && line[n] != '\n'; n++)
		;
	if (sscanf(line, "PORT %u", &p->port) != 1)
		fail_msg("the provider did not start: '%s'", line);
	snprintf(p->url, sizeof p->url, "http://127.0.0.1:%u", p->port);
}

/* End it: 0 where all went by the script.  Its files are removed. */
static inline int provider_end(struct provider *p)
{
	int status = 0;

	close(p->in);
	close(p->out);
	waitpid(p->pid, &status, 0);
	unlink(p->script);
	unlink(p->log);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
