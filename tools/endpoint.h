/* SPDX-License-Identifier: GPL-2.0 */
/*
 * endpoint.h - an address and a port, as they are typed and as sockets want them.
 */
#ifndef TCPATH_ENDPOINT_H
#define TCPATH_ENDPOINT_H

#include <stdbool.h>
#include <sys/socket.h>

/**
 * struct endpoint - where to listen or to send
 * @addr: address and port
 * @len:  length of the address
 * @text: what was typed
 */
struct endpoint {
	struct sockaddr_storage addr;
	socklen_t len;
	const char *text;
};

/* ADDR:PORT, [ADDR]:PORT, or PORT of 127.0.0.1. Return: it is one of these. */
bool endpoint_parse(const char *s, struct endpoint *e);

#endif
