#include "app/provider.h"

#include <stdlib.h>

#include "base/fs.h"

const char *provider_setting(const struct app *a, const char *given, enum option o)
{
	if (given)
		return given;
	return a->conf.value[o][0] ? a->conf.value[o] : NULL;
}

struct llm_endpoint *provider_open(const struct app *a, const char *provider, const char *base_url, struct err *e)
{
	char *config = fs_user_dir(FS_CONFIG), *keys = config ? fs_join(config, "keys") : NULL;
	struct llm_endpoint_spec spec = {.provider = provider, .base_url = base_url, .key_dir = keys,
					 .ca_file = provider_setting(a, NULL, OPT_CA_FILE),
					 .proxy = provider_setting(a, NULL, OPT_PROXY)};
	struct llm_endpoint *ep = llm_endpoint_new(&spec, e);

	free(config);
	free(keys);
	return ep;
}
