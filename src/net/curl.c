#include "net/curl.h"

#include "base/library.h"

struct curl curl;

int curl_load(struct err *e)
{
	/* with OpenSSL, as it is called everywhere; Debian has one with GnuTLS beside it */
	static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4", NULL};
#define CURL_NAME(name) "curl_" #name,
	static const char *const functions[] = {CURL_FUNCTIONS(CURL_NAME)};

	if (curl.easy_init)
		return 0;
	if (library_load(names, functions, sizeof functions / sizeof *functions, &curl, e) < 0)
		return err_wrap(e, "cannot use the network");
	return 0;
}
