// SPDX-License-Identifier: GPL-2.0
/* Prints Documentation/counters.rst from the lists in the engine. */
#include <stdio.h>

#include "engine/handshake.h"
#include "engine/reason.h"

static void row(const char *name, const char *text)
{
	printf("``%s``\n    %s.\n", name, text);
}

#define ROW(id, name, text) row(name, text);

static void heading(const char *title, const char *line, const char *lead)
{
	printf("\n%s\n%s\n\n%s\n\n", title, line, lead);
}

int main(void)
{
	printf(".. SPDX-License-Identifier: GPL-2.0\n"
	       ".. Made by selftests/spec/counters.c from kmod/engine; do not edit.\n\n"
	       "====================\nReasons and counters\n====================\n");
	heading("Reasons", "=======",
		"Each packet that a hook meets leaves it by exactly one of these, and always goes on.\n"
		"They add up to the packets seen.");
	TCPATH_REASONS(ROW)
	heading("Events", "======", "Any number per packet.");
	TCPATH_EVENTS(ROW)
	heading("States of a flow", "================", "As ``tcpath show flows`` gives them.");
	TCPATH_STATES(ROW)
	heading("Outcomes of a SYN", "=================", "As ``tcpath show flows`` gives them.");
	TCPATH_OUTCOMES(ROW)
	return 0;
}
