#include "net/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"

static bool is_loopback(const char *host)
{
	char bare[INET6_ADDRSTRLEN];
	struct in_addr v4;
	struct in6_addr v6;
	size_t n = strlen(host);

	if (strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (n < 3 || host[0] != '[' || n - 2 >= sizeof bare)
		return false;
	memcpy(bare, host + 1, n - 2);
	bare[n - 2] = '\0';
	return inet_pton(AF_INET6, bare, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

/* "host:port" where the URL names a port. */
static char *host_text(CURLU *url, const char *host)
{
	struct buf b = BUF_INIT;
	char *port = NULL;

	buf_adds(&b, host);
	if (curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK)
		buf_addf(&b, ":%s", port);
	curl_free(port);
	return buf_detach(&b);
}

static int check(struct target *t, const char *scheme, const char *host, bool allow_plain, struct err *e)
{
	t->host = host_text(t->url, host);
	t->loopback = is_loopback(host);
	if (strcmp(scheme, "https") == 0)
		return 0;
	if (strcmp(scheme, "http") != 0)
		return err_set(e, ERR_USAGE, "cannot ask '%s': '%s' is neither https nor http", t->host, scheme);
	if (!t->loopback && !allow_plain)
		return err_set(e, ERR_USAGE,
			       "cannot ask '%s': plain http to another machine would send the key unprotected; use https",
			       t->host);
	return 0;
}

int target_set(struct target *t, const char *url, bool allow_plain, struct err *e)
{
	char *scheme = NULL, *host = NULL;
	int rc;

	t->url = curl_url();
	if (!t->url || curl_url_set(t->url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
	    curl_url_get(t->url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(t->url, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		rc = err_set(e, ERR_USAGE, "the address of the request is no URL of the form https://HOST/PATH");
	else
		rc = check(t, scheme, host, allow_plain, e);
	curl_free(scheme);
	curl_free(host);
	return rc;
}

void target_release(struct target *t)
{
	if (t->url)
		curl_url_cleanup(t->url);
	free(t->host);
	*t = (struct target){0};
}
