/* SPDX-License-Identifier: GPL-2.0 */
/*
 * out.h - one call prints both text and JSON.
 *
 * Every value has a key, its name in JSON, and a format, its form as text. A
 * NULL key leaves it out of JSON, a NULL format out of text. Within a row of a
 * table a format makes a cell. Nothing is kept but the rows that decide how
 * wide columns are, so that tables of any length stream.
 */
#ifndef TCPATH_OUT_H
#define TCPATH_OUT_H

#include <inttypes.h>

#include "engine/seg.h"

#define OUT_NUM "%" PRIu64

enum out_colour {
	OUT_PLAIN,
	OUT_BOLD,
	OUT_DIM,
	OUT_RED,
	OUT_GREEN,
	OUT_YELLOW,
	OUT_CYAN,
};

void out_setup(bool json, bool pretty);
bool out_is_json(void);

/* JSON containers; nothing in text. A document ends when its last one does. */
void out_object(const char *key);
void out_array(const char *key);
void out_end(void);

/* Text only. */
void out_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void out_colour(enum out_colour c);

void out_u64(const char *key, const char *fmt, u64 v);
void out_bool(const char *key, const char *text, bool v);
void out_str(const char *key, const char *fmt, const char *v);
void out_null(const char *key);
void out_real(const char *key, const char *fmt, double v);
void out_addr(const char *key, const char *fmt, const struct tcpath_addr *a);
void out_set(const char *key, const char *fmt, u32 set);
void out_time(const char *key, const char *fmt, u64 ns);

/*
 * A table: an array of objects in JSON. A heading that begins with '>' is that
 * of a column of numbers; with '?' before, of one that is left out when it
 * would hold only zeros and dashes. out_table_end() gives the number of rows.
 */
void out_table(const char *key, const char *const *headings);
void out_row(enum out_colour c);
void out_row_end(void);
unsigned long out_table_end(void);

#endif
