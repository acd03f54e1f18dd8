/* The provider that the command line and the settings name. */
#ifndef APP_PROVIDER_H
#define APP_PROVIDER_H

#include "app/app.h"
#include "llm/endpoint.h"

/*
 * Its endpoint, with key, certificates and proxy as environment, key files and settings say; `base_url` NULL: the
 * provider's own.  Freed with llm_endpoint_free().  NULL: as llm_endpoint_new().
 */
struct llm_endpoint *provider_open(const struct app *a, const char *provider, const char *base_url, struct err *e);

/* `given` of the command line (may be NULL), else the setting, else NULL. */
const char *provider_setting(const struct app *a, const char *given, enum option o);

#endif
