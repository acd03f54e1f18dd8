#define _GNU_SOURCE /* explicit_bzero */
#include "llm/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "net/http.h"
#include "net/target.h"

enum { KEY_MAX = 4096 };

struct llm_endpoint {
	const struct llm_dialect *dialect;
	char *url;
	char *key; /* owned, wiped; NULL: none */
	char *ca_file, *proxy;
};

void llm_endpoint_free(struct llm_endpoint *ep)
{
	if (!ep)
		return;
	if (ep->key)
		explicit_bzero(ep->key, strlen(ep->key));
	free(ep->key);
	free(ep->url);
	free(ep->ca_file);
	free(ep->proxy);
	free(ep);
}

static char *copy_or_null(const char *s)
{
	return s && *s ? xstrdup(s) : NULL;
}

/* Blanks around it are not the key's; what cannot stand in a header is refused, for it would be another header. */
static int take_key(struct llm_endpoint *ep, struct slice text, const char *from, struct err *e)
{
	text = slice_trim(text);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 127)
			return err_set(e, ERR_TOOL, "cannot use the key in %s: it holds blanks or control characters", from);
	if (text.n == 0)
		return 0;
	ep->key = xstrndup(text.p, text.n);
	return 0;
}

static int from_file(struct llm_endpoint *ep, const char *dir, struct err *e)
{
	char *path = fs_join(dir, ep->dialect->provider), text[KEY_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), rc = 0;
	struct stat st;
	ssize_t n;

	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			rc = err_sys(e, ERR_TOOL, errno, "cannot read the key file '%s'", path);
	} else if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		rc = err_set(e, ERR_TOOL, "cannot use the key file '%s': it is no file", path);
	} else if (st.st_uid != geteuid() && st.st_uid != 0) {
		rc = err_set(e, ERR_TOOL, "cannot use the key file '%s': it belongs to somebody else", path);
	} else if (st.st_mode & 077) {
		rc = err_set(e, ERR_TOOL, "cannot use the key file '%s': others can read it; chmod 600 it", path);
	} else {
		n = fs_pread(fd, text, sizeof text, 0);
		if (n < 0 || n == (ssize_t)sizeof text)
			rc = err_set(e, ERR_TOOL, "cannot use the key file '%s': it is no key", path);
		else
			rc = take_key(ep, (struct slice){text, (size_t)n}, path, e);
		explicit_bzero(text, sizeof text);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

static int find_key(struct llm_endpoint *ep, const char *dir, struct err *e)
{
	for (const char *const *name = ep->dialect->key_env; *name && !ep->key; name++) {
		const char *value = getenv(*name);

		if (value && take_key(ep, slice_str(value), *name, e) < 0)
			return -1;
	}
	if (!ep->key && dir && *dir && from_file(ep, dir, e) < 0)
		return -1;
	if (!ep->key && !http_is_local(ep->url))
		return err_set(e, ERR_TOOL, "no key for %s: put it into %s, or into the file %s%s%s (mode 600)", ep->dialect->title,
			       ep->dialect->key_env[1], dir ? dir : "keys", "/", ep->dialect->provider);
	return 0;
}

static int set_url(struct llm_endpoint *ep, const char *given, struct err *e)
{
	struct slice s = slice_trim(slice_str(given && *given ? given : ep->dialect->base_url));
	struct buf b = BUF_INIT;
	struct target t = {0};
	int rc;

	while (slice_ends(s, "/"))
		s.n--;
	if (!slice_starts(s, "http://") && !slice_starts(s, "https://"))
		return err_set(e, ERR_USAGE, "cannot use the base URL '%.*s': it must begin with https:// or http://", (int)s.n, s.p);
	if (slice_chr(s, '?', 0) != SLICE_NONE || slice_chr(s, '#', 0) != SLICE_NONE || slice_chr(s, '@', 0) != SLICE_NONE)
		return err_set(e, ERR_USAGE, "cannot use that base URL: it must hold no user, query or fragment; keys come from the "
					     "environment");
	ep->dialect->base(&b, s);
	ep->url = buf_detach(&b);
	rc = target_set(&t, ep->url, false, e);
	target_release(&t);
	return rc;
}

struct llm_endpoint *llm_endpoint_new(const struct llm_endpoint_spec *spec, struct err *e)
{
	const char *provider = spec->provider ? spec->provider : "";
	struct llm_endpoint *ep = xcalloc(1, sizeof *ep);
	int rc = 0;

	ep->dialect = llm_dialect_find(provider);
	if (!ep->dialect)
		rc = err_set(e, ERR_USAGE, "there is no provider '%s': %s", provider, llm_dialect_names());
	if (rc == 0)
		rc = set_url(ep, spec->base_url, e);
	if (rc == 0)
		rc = find_key(ep, spec->key_dir, e);
	if (rc < 0) {
		llm_endpoint_free(ep);
		return NULL;
	}
	ep->ca_file = copy_or_null(spec->ca_file);
	ep->proxy = copy_or_null(spec->proxy);
	return ep;
}

const struct llm_dialect *llm_endpoint_dialect(const struct llm_endpoint *ep)
{
	return ep->dialect;
}

const char *llm_endpoint_url(const struct llm_endpoint *ep)
{
	return ep->url;
}

struct slice llm_endpoint_key(const struct llm_endpoint *ep)
{
	return slice_str(ep->key);
}

const char *llm_endpoint_ca_file(const struct llm_endpoint *ep)
{
	return ep->ca_file;
}

const char *llm_endpoint_proxy(const struct llm_endpoint *ep)
{
	return ep->proxy;
}
