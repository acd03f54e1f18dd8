#include "base/library.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

int library_load(const char *const *names, const char *const *functions, size_t n, void *at, struct err *e)
{
	void **found = xcalloc(n, sizeof *found);
	void *lib = NULL;
	size_t i = 0;

	while (!lib && *names)
		lib = dlopen(*names++, RTLD_LAZY);
	while (lib && i < n && (found[i] = dlsym(lib, functions[i])))
		i++;
	if (i == n)
		memcpy(at, found, n * sizeof *found);
	free(found);
	return i == n ? 0 : err_set(e, ERR_TOOL, "a library is missing: %s", dlerror());
}
