/* Where a request goes: its URL taken apart and checked, by libcurl's own parser, before anything is sent. */
#ifndef NET_TARGET_H
#define NET_TARGET_H

#include <stdbool.h>

#include <curl/curl.h>

#include "base/err.h"

struct target {
	CURLU *url; /* owned; what was checked is what libcurl asks */
	char *host; /* owned; "host" or "host:port", for messages: without user, path and query */
	bool loopback; /* this machine by name or number: its traffic goes over no wire and no proxy */
};

/*
 * Take `url` apart into `t` (all zeroes).  -1, ERR_USAGE: it is no http or https URL, or it is plain http to another
 * machine and `allow_plain` is not set.  The message holds the host at most.  Release with target_release() either way.
 */
int target_set(struct target *t, const char *url, bool allow_plain, struct err *e);
void target_release(struct target *t);

#endif
