// SPDX-License-Identifier: GPL-2.0
/*
 * The client of the imaging story: one HTTP GET per file and connection, the content
 * compared byte by byte, each connection closed with a RST, given up after three SYNs.
 * With -m it writes the files that a web server is to serve.
 */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define FILES_PER_LINE 8

struct job {
	const char *host;
	const char *port;
	const char *make_dir;
	int count;
	size_t size;
	int source_port;	/* of the first file, the next ones follow; 0: any */
	int syn_retries;	/* copies of a SYN before it is given up */
	bool quiet;
};

static void file_name(int index, char name[32])
{
	snprintf(name, 32, "file-%04d.pkg", index);
}

/* Content that depends on its file: a file taken for another is noticed. */
static void file_content(int index, unsigned char *buf, size_t size)
{
	uint64_t x = 0x9e3779b97f4a7c15ULL * (unsigned int)(index + 1);

	for (size_t i = 0; i < size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		buf[i] = x >> 32;
	}
}

static int make_files(const struct job *job, unsigned char *buf)
{
	char name[32], path[4096];

	for (int i = 1; i <= job->count; i++) {
		FILE *f;

		file_name(i, name);
		snprintf(path, sizeof(path), "%s/%s", job->make_dir, name);
		file_content(i, buf, job->size);
		f = fopen(path, "w");
		if (!f || fwrite(buf, 1, job->size, f) != job->size || fclose(f)) {
			fprintf(stderr, "imaging-client: %s: %s\n", path, strerror(errno));
			return 1;
		}
	}
	return 0;
}

static int bind_source(int fd, int family, int port)
{
	struct sockaddr_storage ss = { .ss_family = family };
	socklen_t len = sizeof(struct sockaddr_in);

	if (family == AF_INET6) {
		((struct sockaddr_in6 *)&ss)->sin6_port = htons(port);
		len = sizeof(struct sockaddr_in6);
	} else {
		((struct sockaddr_in *)&ss)->sin_port = htons(port);
	}
	return bind(fd, (struct sockaddr *)&ss, len);
}

static int open_connection(const struct addrinfo *to, int source_port, int syn_retries)
{
	const struct linger reset = { .l_onoff = 1, .l_linger = 0 };
	const struct timeval patience = { .tv_sec = 20 };
	const int one = 1;
	int fd = socket(to->ai_family, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, IPPROTO_TCP, TCP_SYNCNT, &syn_retries, sizeof(syn_retries));
	if ((source_port && bind_source(fd, to->ai_family, source_port)) ||
	    connect(fd, to->ai_addr, to->ai_addrlen)) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

/* Reads the header; what came behind it is moved to the front of buf. */
static ssize_t read_header(int fd, char *buf, size_t room, size_t *length)
{
	size_t have = 0;
	char *end, *field;

	for (;;) {
		ssize_t n = read(fd, buf + have, room - 1 - have);

		if (n <= 0)
			return -1;
		have += n;
		buf[have] = '\0';
		end = strstr(buf, "\r\n\r\n");
		if (end)
			break;
	}
	field = strcasestr(buf, "\r\ncontent-length:");
	if (strncmp(buf, "HTTP/1.1 200 ", 13) || !field || field > end)
		return -1;
	*length = strtoul(field + 17, NULL, 10);
	end += 4;
	have -= end - buf;
	memmove(buf, end, have);
	return have;
}

/* NULL when the file came as it should, else what was wrong with it. */
static const char *get_file(int fd, const char *name, const unsigned char *want, size_t size)
{
	static char buf[65536];
	char request[128];
	size_t length = 0, got = 0;
	ssize_t n;

	n = snprintf(request, sizeof(request), "GET /%s HTTP/1.1\r\nHost: dp\r\n\r\n", name);
	if (write(fd, request, n) != n)
		return strerror(errno);
	n = read_header(fd, buf, sizeof(buf), &length);
	if (n < 0)
		return "no answer that makes sense";
	if (length != size)
		return "not the right size";
	for (;;) {
		if (got + n > size || memcmp(buf, want + got, n))
			return "not the right content";
		got += n;
		if (got == size)
			return NULL;
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			return n ? strerror(errno) : "cut short";
	}
}

static bool fetch(const struct job *job, const struct addrinfo *to, int index,
		  unsigned char *want)
{
	int port = job->source_port ? job->source_port + index - 1 : 0;
	const char *wrong;
	char name[32];
	int fd;

	file_name(index, name);
	file_content(index, want, job->size);
	fd = open_connection(to, port, job->syn_retries);
	if (fd < 0) {
		if (errno == ETIMEDOUT)
			printf("%s: 0x80072ee2 (connect timed out)\n", name);
		else
			printf("%s: %s\n", name, strerror(errno));
		return false;
	}
	wrong = get_file(fd, name, want, job->size);
	close(fd);
	if (wrong)
		printf("%s: %s\n", name, wrong);
	return !wrong;
}

static int deploy(const struct job *job, unsigned char *buf)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *to;
	int i;

	if (getaddrinfo(job->host, job->port, &hints, &to)) {
		fprintf(stderr, "imaging-client: %s is no address\n", job->host);
		return 1;
	}
	for (i = 1; i <= job->count; i++) {
		if (!fetch(job, to, i, buf)) {
			printf("deployment failed at file %d of %d\n", i, job->count);
			return 1;
		}
		if (!job->quiet && (i % FILES_PER_LINE == 0 || i == job->count))
			printf("files %4d to %4d received and verified\n",
			       (i - 1) / FILES_PER_LINE * FILES_PER_LINE + 1, i);
	}
	freeaddrinfo(to);
	printf("deployment complete: %d files of %zu bytes\n", job->count, job->size);
	return 0;
}

static void usage(FILE *out)
{
	fputs("usage: imaging-client [-n FILES] [-s BYTES] [-p PORT] [-b SOURCE-PORT] [-r SYN-RETRIES]\n"
	      "                      [-q] ADDRESS\n"
	      "       imaging-client -m DIR [-n FILES] [-s BYTES]   write the files to serve\n", out);
}

int main(int argc, char **argv)
{
	struct job job = { .port = "80", .count = 24, .size = 65536, .syn_retries = 2 };
	unsigned char *buf;
	int c;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((c = getopt(argc, argv, "n:s:p:b:r:m:qh")) != -1) {
		switch (c) {
		case 'n': job.count = atoi(optarg); break;
		case 's': job.size = strtoul(optarg, NULL, 10); break;
		case 'p': job.port = optarg; break;
		case 'b': job.source_port = atoi(optarg); break;
		case 'r': job.syn_retries = atoi(optarg); break;
		case 'm': job.make_dir = optarg; break;
		case 'q': job.quiet = true; break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 1;
		}
	}
	buf = malloc(job.size ? job.size : 1);
	if (!buf || (!job.make_dir && optind + 1 != argc)) {
		usage(stderr);
		return 1;
	}
	job.host = argv[optind];
	return job.make_dir ? make_files(&job, buf) : deploy(&job, buf);
}
