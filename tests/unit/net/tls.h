/* A server with a certificate of its own making, for 127.0.0.1, in a child: it answers every request with "safe". */
#ifndef TESTS_TLS_H
#define TESTS_TLS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "tests/test.h"

struct tls_server {
	pid_t pid;
	unsigned port;
	char cert[64]; /* file */
};

static inline X509 *tls_certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"verdict test", -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

static inline void tls_answer(SSL_CTX *ctx, int fd)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nsafe";
	SSL *ssl = SSL_new(ctx);
	char in[4096];

	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1 && SSL_read(ssl, in, sizeof in) > 0) {
		SSL_write(ssl, answer, sizeof answer - 1);
		SSL_shutdown(ssl);
	}
	SSL_free(ssl);
	close(fd);
}

static inline void tls_serve(EVP_PKEY *key, X509 *cert, int listener)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	signal(SIGPIPE, SIG_IGN);
	SSL_CTX_use_certificate(ctx, cert);
	SSL_CTX_use_PrivateKey(ctx, key);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		tls_answer(ctx, fd);
	}
}

static inline void tls_start(struct tls_server *s)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0), file;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = tls_certificate(key);
	FILE *f;

	*s = (struct tls_server){.cert = "/tmp/verdict-cert-XXXXXX"};
	file = mkstemp(s->cert);
	assert_true(file >= 0);
	f = fdopen(file, "w");
	assert_int_equal(PEM_write_X509(f, cert), 1);
	fclose(f);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	s->port = ntohs(a.sin_port);
	s->pid = fork();
	if (s->pid == 0)
		tls_serve(key, cert, fd);
	close(fd);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static inline void tls_end(struct tls_server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	unlink(s->cert);
}

#endif
