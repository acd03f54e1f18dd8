/*
 * By the functions of OpenSSL 1.1, which do nothing but hash.  Those that came with 3.0 first read a configuration and set
 * up providers: a millisecond and a half, on every start of a program that answers in five.
 */
#define OPENSSL_API_COMPAT 0x10101000L
#include "base/sha256.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct sha256 {
	SHA256_CTX ctx;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *h = xcalloc(1, sizeof *h);

	SHA256_Init(&h->ctx);
	return h;
}

struct sha256 *sha256_copy(const struct sha256 *h)
{
	struct sha256 *c = xcalloc(1, sizeof *c);

	*c = *h;
	return c;
}

void sha256_free(struct sha256 *h)
{
	free(h);
}

void sha256_add(struct sha256 *h, const void *p, size_t n)
{
	SHA256_Update(&h->ctx, p, n);
}

void sha256_hex(const struct sha256 *h, char out[SHA256_HEX + 1])
{
	unsigned char md[SHA256_DIGEST_LENGTH];
	SHA256_CTX copy = h->ctx;

	SHA256_Final(md, &copy);
	for (unsigned i = 0; i < SHA256_HEX / 2; i++)
		sprintf(out + i * 2, "%02x", md[i]);
}

void sha256_of(struct slice s, char out[SHA256_HEX + 1])
{
	struct sha256 *h = sha256_new();

	sha256_add(h, s.p, s.n);
	sha256_hex(h, out);
	sha256_free(h);
}
