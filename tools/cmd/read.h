/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPATH_TOOLS_CMD_READ_H
#define TCPATH_TOOLS_CMD_READ_H

#include <stdbool.h>

int cmd_read_files(int argc, char **argv, bool json);

#endif
