/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json.h - JSON as it comes by, in constant memory.
 */
#ifndef TCPATH_JSON_H
#define TCPATH_JSON_H

#include <stdbool.h>
#include <stdio.h>

enum {
	JSON_ERROR = 128,
	JSON_DEPTH = 16,
};

/**
 * json_fn - called for each string, number and word, and at the end of each object
 * @path:  names on the way to it, as in "flows[].to_responder.bytes"
 * @value: its text; NULL for the end of an object
 * @arg:   the caller's
 */
typedef void (*json_fn)(const char *path, const char *value, void *arg);

/* Return: false with a sentence in @error when it is not JSON, or goes too deep. */
bool json_read(FILE *from, json_fn fn, void *arg, char error[JSON_ERROR]);

#endif
