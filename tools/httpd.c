// SPDX-License-Identifier: GPL-2.0
/*
 * httpd.c - metrics over HTTP, by libmicrohttpd.
 *
 * One thread and no state: a scrape asks the kernel and is answered. The
 * library is opened when it is needed, so that no other command waits for it
 * and for all that it needs.
 */
#include <dlfcn.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "httpd.h"

#define LIBRARY "libmicrohttpd.so.12"

#define FUNCTIONS(X) \
	X(MHD_start_daemon) X(MHD_run_wait) X(MHD_lookup_connection_value) \
	X(MHD_create_response_from_buffer) X(MHD_add_response_header) X(MHD_queue_response) \
	X(MHD_destroy_response)

static struct {
#define MEMBER(f) __typeof__(f) *f;
	FUNCTIONS(MEMBER)
} lib;

static void load(void)
{
	void *so = dlopen(LIBRARY, RTLD_NOW);

	if (!so)
		die(STATUS_KERNEL, "--listen needs %s: apt-get install libmicrohttpd12", LIBRARY);
#define LOAD(f) lib.f = (__typeof__(f) *)dlsym(so, #f);
	FUNCTIONS(LOAD)
#define CHECK(f) if (!lib.f) die(STATUS_KERNEL, "%s has no %s", LIBRARY, #f);
	FUNCTIONS(CHECK)
}

static const char not_found[] = "tcpath: there is /metrics\n";
static const char not_allowed[] = "tcpath: GET or HEAD\n";

static enum MHD_Result answer(struct MHD_Connection *c, unsigned int status, const char *type,
			      char *body, size_t len, enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *r = lib.MHD_create_response_from_buffer(len, body, mode);
	enum MHD_Result done;

	if (!r)
		return MHD_NO;
	lib.MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	done = lib.MHD_queue_response(c, status, r);
	lib.MHD_destroy_response(r);
	return done;
}

static enum MHD_Result answer_text(struct MHD_Connection *c, unsigned int status, const char *text)
{
	return answer(c, status, "text/plain", (char *)text, strlen(text),
		      MHD_RESPMEM_PERSISTENT);
}

static bool wants_openmetrics(struct MHD_Connection *c)
{
	const char *accept = lib.MHD_lookup_connection_value(c, MHD_HEADER_KIND,
							     MHD_HTTP_HEADER_ACCEPT);

	return accept && strstr(accept, "application/openmetrics-text");
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **state)
{
	void (*const *write)(FILE *to, enum metrics_format format) = arg;
	bool om = wants_openmetrics(c);
	char *body = NULL;
	size_t len = 0;
	FILE *to;

	(void)version;
	(void)data;
	(void)size;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return answer_text(c, MHD_HTTP_METHOD_NOT_ALLOWED, not_allowed);
	if (strcmp(url, "/metrics"))
		return answer_text(c, MHD_HTTP_NOT_FOUND, not_found);
	to = open_memstream(&body, &len);
	if (!to)
		return MHD_NO;
	(*write)(to, om ? METRICS_OPENMETRICS : METRICS_PROMETHEUS);
	if (fclose(to))
		return MHD_NO;
	return answer(c, MHD_HTTP_OK,
		      om ? "application/openmetrics-text; version=1.0.0; charset=utf-8" :
			   "text/plain; version=0.0.4; charset=utf-8",
		      body, len, MHD_RESPMEM_MUST_FREE);
}

/* Before a network namespace is entered: who scrapes is in the one we come from. */
static int listen_on(const struct endpoint *e)
{
	int fd = socket(e->addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    bind(fd, (const struct sockaddr *)&e->addr, e->len) || listen(fd, 16))
		die(STATUS_REFUSED, "cannot listen on %s: %s", e->text, strerror(errno));
	return fd;
}

void httpd_run(const struct endpoint *e, void (*write)(FILE *to, enum metrics_format format))
{
	int fd = listen_on(e);
	struct MHD_Daemon *d;

	load();
	d = lib.MHD_start_daemon(MHD_NO_FLAG, 0, NULL, NULL, on_request, &write,
				 MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, 32u,
				 MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
	if (!d)
		die(STATUS_KERNEL, "libmicrohttpd does not start");
	while (lib.MHD_run_wait(d, -1) == MHD_YES)
		;
	die(STATUS_KERNEL, "libmicrohttpd does not go on");
}
