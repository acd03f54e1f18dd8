/* A session as text: what its exporters may use, the same for keys and for commands. */
#ifndef APP_SESSION_EXPORT_H
#define APP_SESSION_EXPORT_H

#include "app/session.h"
#include "export/export.h"

/* Borrowed from the session, until its events or its run change. */
struct export_in session_export_in(struct session *s);

/*
 * Have `x` write it to `sink`, with the report as it was recorded: places that a vmlinux gave (app/places.h) are the screen's.  -1:
 * the sink ended it, or ERR_NO where notes wait to be saved, as their history is in no store yet.
 */
int session_export(struct session *s, const struct exporter *x, export_sink sink, void *arg, struct err *e);

#endif
