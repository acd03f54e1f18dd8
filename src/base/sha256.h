/* SHA-256 (FIPS 180-4) through libcrypto. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

#include "base/slice.h"

enum { SHA256_HEX = 64 };

struct sha256;

struct sha256 *sha256_new(void);
struct sha256 *sha256_copy(const struct sha256 *h); /* the same state, to go on in another way */
void sha256_free(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *p, size_t n);

/* The digest of all that was added so far as lower-case hexadecimal digits and NUL; more may be added after. */
void sha256_hex(const struct sha256 *h, char out[SHA256_HEX + 1]);

/* Both steps for one piece of bytes. */
void sha256_of(struct slice s, char out[SHA256_HEX + 1]);

#endif
