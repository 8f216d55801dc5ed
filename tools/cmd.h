/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cmd.h - the commands. Each has one entry, in a file of its own or with its
 * nearest relatives; none calls another. argv[0] is the command's last word.
 */
#ifndef TCPATH_CMD_H
#define TCPATH_CMD_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct settings - the options before the command
 * @json:    -j
 * @pretty:  -p
 * @numeric: -n
 * @netns:   -N, or NULL
 */
struct settings {
	bool json;
	bool pretty;
	bool numeric;
	const char *netns;
};

extern struct settings settings;

/**
 * struct command - one command
 * @name: its words
 * @run:  its entry
 * @args: its arguments, for the usage line
 * @what: what it does, in one line
 * @more: what else there is to know, each line ending in a newline; a line that
 *        begins with two blanks and a word is about that word, and a name in
 *        capitals after it is what it takes
 * @examples: command lines, likewise
 */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *args;
	const char *what;
	const char *more;
	const char *examples;
};

extern const struct command commands[];
extern const size_t commands_len;

int cmd_status(int argc, char **argv);
int cmd_enable(int argc, char **argv);
int cmd_disable(int argc, char **argv);
int cmd_show_handshakes(int argc, char **argv);
int cmd_show_flows(int argc, char **argv);
int cmd_show_pairs(int argc, char **argv);
int cmd_show_profiles(int argc, char **argv);
int cmd_attach(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_show_attached(int argc, char **argv);
int cmd_show_histograms(int argc, char **argv);
int cmd_show_exceptions(int argc, char **argv);
int cmd_show_counters(int argc, char **argv);
int cmd_policy_add(int argc, char **argv);
int cmd_policy_del(int argc, char **argv);
int cmd_policy_list(int argc, char **argv);
int cmd_policy_flush(int argc, char **argv);
int cmd_policy_load(int argc, char **argv);
int cmd_policy_check(int argc, char **argv);
int cmd_policy_save(int argc, char **argv);
int cmd_list_add(int argc, char **argv);
int cmd_list_del(int argc, char **argv);
int cmd_list_show(int argc, char **argv);
int cmd_exception_add(int argc, char **argv);
int cmd_exception_del(int argc, char **argv);
int cmd_trial_start(int argc, char **argv);
int cmd_trial_report(int argc, char **argv);
int cmd_trial_stop(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_diagnose(int argc, char **argv);
int cmd_config_get(int argc, char **argv);
int cmd_config_set(int argc, char **argv);
int cmd_reset(int argc, char **argv);
int cmd_flush(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_explain_flow(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_completion(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_export_openmetrics(int argc, char **argv);
int cmd_export_ipfix(int argc, char **argv);
int cmd_probe(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_help(int argc, char **argv);

/* Is this an end of a connection, and no file? */
bool explain_is_flow(const char *word);

/* For commands that take no argument. */
void no_arguments(int argc, char **argv);

#endif
