// SPDX-License-Identifier: GPL-2.0
/*
 * top.c - tcpath top: the live view, and its keys.
 */
#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "fail.h"
#include "netlink.h"
#include "text.h"
#include "top.h"

enum {
	INTERVAL_MIN	= 250,		/* milliseconds */
	INTERVAL_MAX	= 60000,
	INTERVAL	= 1000,
	SHARE		= 5,		/* of our time at most one part is spent looking */
};

/**
 * struct keys - what the keys have set
 * @interval: milliseconds between samples
 * @paused:   no samples
 * @help:     the keys are explained
 * @typing:   a filter is being typed
 * @typed:    it
 * @look:     the rows are to be read at once
 */
struct keys {
	u64 interval;
	bool paused;
	bool help;
	bool typing;
	char typed[TOP_FILTER];
	bool look;
};

static u64 now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000 + (u64)now.tv_nsec / 1000000;
}

static void move_by(struct top *t, long rows)
{
	struct top_place *p = top_here(t);
	long last = (long)t->rows - 1;

	p->selected = (size_t)max(min((long)p->selected + rows, last), 0L);
}

static void sort_by(struct top *t, int step)
{
	struct top_place *p = top_here(t);
	unsigned int n;

	top_columns(p->view, &n);
	p->sort = (p->sort + n + (unsigned int)step) % n;
	top_sort(t);
}

/* A filter being typed takes all keys. */
static void type_key(struct top *t, struct keys *k, int key)
{
	size_t len = strlen(k->typed);

	if (key == 27) {
		k->typing = false;
	} else if (key == '\n' || key == KEY_ENTER) {
		k->typing = !top_filter(t, k->typed);
		k->look = !k->typing;
		if (k->typing) /* say what is wrong, with the text still there */
			k->typing = false;
	} else if (key == KEY_BACKSPACE || key == 127 || key == 8) {
		if (len)
			k->typed[len - 1] = '\0';
	} else if (key == 21) {
		k->typed[0] = '\0';
	} else if (key >= ' ' && key < 127 && len + 1 < sizeof(k->typed)) {
		k->typed[len] = (char)key;
		k->typed[len + 1] = '\0';
	}
}

static bool move_key(struct top *t, int key)
{
	int page = top_screen_rows(t);

	switch (key) {
	case KEY_UP:
	case 'k':
		move_by(t, -1);
		break;
	case KEY_DOWN:
	case 'j':
		move_by(t, 1);
		break;
	case KEY_PPAGE:
		move_by(t, -page);
		break;
	case KEY_NPAGE:
		move_by(t, page);
		break;
	case KEY_HOME:
	case 'g':
		move_by(t, -(long)t->rows);
		break;
	case KEY_END:
	case 'G':
		move_by(t, (long)t->rows);
		break;
	default:
		return false;
	}
	return true;
}

static bool view_key(struct top *t, int key)
{
	enum top_view view = t->place[0].view;

	switch (key) {
	case '1':
	case '2':
	case '3':
		top_view(t, TOP_VIEW_PAIRS + (unsigned int)(key - '1'));
		return true;
	case '\t':
		top_view(t, view == TOP_VIEW_FLOWS ? TOP_VIEW_PAIRS : view + 1);
		return true;
	case '\n':
	case KEY_ENTER:
	case KEY_RIGHT:
		top_enter(t);
		return true;
	case 27:
	case KEY_LEFT:
	case KEY_BACKSPACE:
		return top_leave(t);
	}
	return false;
}

static void set_key(struct top *t, struct keys *k, int key)
{
	switch (key) {
	case '<':
		sort_by(t, -1);
		break;
	case '>':
		sort_by(t, 1);
		break;
	case 'r':
		top_here(t)->up = !top_here(t)->up;
		top_sort(t);
		break;
	case ' ':
		k->paused = !k->paused;
		break;
	case '+':
		k->interval = min(k->interval * 2, (u64)INTERVAL_MAX);
		break;
	case '-':
		k->interval = max(k->interval / 2, (u64)INTERVAL_MIN);
		break;
	case '/':
		k->typing = top_here(t)->view != TOP_VIEW_FLOW;
		snprintf(k->typed, sizeof(k->typed), "%s", top_here(t)->filter);
		return;
	default:
		return;
	}
	if (key == '+' || key == '-')
		snprintf(t->message, sizeof(t->message), "looks every %.3g s",
			 (double)k->interval / 1000);
}

/* Whether to go on. */
static bool take_key(struct top *t, struct keys *k, int key)
{
	if (key == ERR)
		return !feof(stdin);
	if (key == KEY_RESIZE)
		return true;
	t->message[0] = '\0';
	if (k->typing) {
		type_key(t, k, key);
		return true;
	}
	if (k->help) {
		k->help = false;
		return key != 'q';
	}
	if (key == 'q')
		return false;
	k->help = key == '?' || key == 'h';
	if (!move_key(t, key)) {
		k->look = view_key(t, key);
		if (!k->look)
			set_key(t, k, key);
	}
	return true;
}

/* Samples when it is time, and draws after each key. */
static void watch(struct nl *nl, struct keys *k)
{
	u64 next = 0, now;
	struct top t;
	int key;

	top_init(&t);
	do {
		now = now_ms();
		if (now >= next && !k->paused) {
			top_sample(&t, nl);
			next = now + max(k->interval, t.took / 1000000 * SHARE);
		} else if (k->look) {
			top_look(&t, nl);
		}
		k->look = false;
		top_screen_draw(&t, k->help, k->paused, k->typing ? k->typed : NULL);
		timeout(k->paused ? 1000 : (int)(next - min(next, now_ms())));
		key = getch();
		next = min(next, now_ms() + k->interval);
	} while (take_key(&t, k, key));
}

static u64 interval(int argc, char **argv)
{
	char *end;
	double s;

	if (argc < 2)
		return INTERVAL;
	if (argc > 2)
		die(STATUS_REFUSED, "'top' takes one argument, the seconds between looks");
	s = strtod(argv[1], &end);
	if (*end || end == argv[1] || !(s * 1000 >= INTERVAL_MIN && s * 1000 <= INTERVAL_MAX))
		die(STATUS_REFUSED, "'%s' is no interval: seconds, from 0.25 to 60", argv[1]);
	return (u64)(s * 1000);
}

int cmd_top(int argc, char **argv)
{
	struct keys k = { .interval = interval(argc, argv) };
	struct nl *nl;

	if (settings.json)
		die(STATUS_REFUSED, "'top' draws on a terminal; for programs there is: "
				    "tcpath -j show pairs, tcpath -j monitor");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		die(STATUS_REFUSED, "'top' needs a terminal for input and output; without one there "
				    "is: tcpath show pairs, tcpath status");
	nl = nl_open();
	top_screen_open();
	watch(nl, &k);
	nl_close(nl);
	return STATUS_OK;
}
