#include "base/sha256.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct sha256 {
	EVP_MD_CTX *ctx;
};

/* libcrypto fails here only for want of memory or of the algorithm: neither can be worked with. */
static void must(int ok)
{
	if (ok != 1) {
		fputs("verdict: libcrypto gives no SHA-256\n", stderr);
		abort();
	}
}

struct sha256 *sha256_new(void)
{
	struct sha256 *h = xcalloc(1, sizeof *h);

	h->ctx = EVP_MD_CTX_new();
	must(h->ctx != NULL);
	must(EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL));
	return h;
}

struct sha256 *sha256_copy(const struct sha256 *h)
{
	struct sha256 *c = xcalloc(1, sizeof *c);

	c->ctx = EVP_MD_CTX_new();
	must(c->ctx != NULL);
	must(EVP_MD_CTX_copy_ex(c->ctx, h->ctx));
	return c;
}

void sha256_free(struct sha256 *h)
{
	if (h)
		EVP_MD_CTX_free(h->ctx);
	free(h);
}

void sha256_add(struct sha256 *h, const void *p, size_t n)
{
	must(EVP_DigestUpdate(h->ctx, p, n));
}

void sha256_hex(const struct sha256 *h, char out[SHA256_HEX + 1])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	unsigned n = 0;

	must(copy != NULL);
	must(EVP_MD_CTX_copy_ex(copy, h->ctx));
	must(EVP_DigestFinal_ex(copy, md, &n));
	EVP_MD_CTX_free(copy);
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
