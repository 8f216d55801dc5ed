// SPDX-License-Identifier: GPL-2.0
/*
 * completion.c - completion for shells, made from the table of commands: its
 * names, and the words and values that its help is about.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "filter.h"
#include "out.h"
#include "text.h"

/**
 * struct entry - a word that the help of a command is about
 * @word:  it
 * @value: what it takes, or ""
 */
struct entry {
	char word[32];
	char value[32];
};

static bool is_word(const char *s, size_t len)
{
	size_t dashes = strspn(s, "-");

	return len > 2 && len < sizeof(((struct entry *)0)->word) && dashes != 1 &&
	       strspn(s + dashes, "abcdefghijklmnopqrstuvwxyz0123456789-") == len - dashes;
}

/* The next line of @more that is about a word; NULL when there is none. */
static const char *next_entry(const char *more, struct entry *e)
{
	while (more && *more) {
		const char *line = more, *end = strchr(more, '\n');
		size_t len;

		more = end ? end + 1 : NULL;
		if (strncmp(line, "  ", 2) || line[2] == ' ')
			continue;
		line += 2;
		len = strcspn(line, " \n");
		if (!is_word(line, len))
			continue;
		snprintf(e->word, sizeof(e->word), "%.*s", (int)len, line);
		line += len + (line[len] == ' ');
		len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		snprintf(e->value, sizeof(e->value), "%.*s", (int)len, line);
		return more ? more : "";
	}
	return NULL;
}

static bool is_name(const struct command *c, const char *name)
{
	return !strcmp(c->name, name);
}

static void print_states(const struct command *c)
{
	enum filter_table table = is_name(c, "show flows") ? FILTER_FLOWS :
				  is_name(c, "show pairs") ? FILTER_PAIRS : FILTER_FATES;
	const char *state;

	for (unsigned int i = 0; (state = filter_state(table, i)); i++)
		printf(" %s", state);
}

/* What a value is to be completed to; nothing where only the user knows. */
static void print_values(const struct command *c, const struct entry *e)
{
	if (!strcmp(e->value, "STATE")) {
		printf("\t'%s %s') echo", c->name, e->word);
		print_states(c);
	} else if (!strcmp(e->value, "KIND")) {
		printf("\t'%s %s') echo", c->name, e->word);
		for (size_t i = 0; i < option_names_len; i++)
			if (option_names[i].kind[0] || option_names[i].exid)
				printf(" %s", option_names[i].word);
	} else if (!strcmp(e->value, "DEV")) {
		printf("\t'%s %s') ls /sys/class/net", c->name, e->word);
	} else if (!strcmp(e->value, "FILE")) {
		printf("\t'%s %s') echo @files", c->name, e->word);
	} else if (e->value[0]) {
		printf("\t'%s %s') :", c->name, e->word);
	} else {
		return;
	}
	puts(" ;;");
}

/* Words in small letters in the usage line of which the help says nothing: bash|zsh. */
static void print_args(const char *args)
{
	while (*args) {
		size_t len = strcspn(args, " |[]");

		if (len > 2 && islower((unsigned char)*args) && is_word(args, len))
			printf(" %.*s", (int)len, args);
		args += len + !!args[len];
	}
}

static void print_words(const struct command *c)
{
	struct entry e;

	printf("\t'%s') echo", c->name);
	if (strstr(c->args, "FILE"))
		printf(" @files");
	if (!strcmp(c->args, "DEV"))
		printf(" $(ls /sys/class/net)");
	else if (!c->more || !next_entry(c->more, &e))
		print_args(c->args);
	for (const char *m = c->more; m && (m = next_entry(m, &e));)
		printf(" %s", e.word);
	puts(" ;;");
}

static void print_tables(void)
{
	struct entry e;

	puts("_tcpath_commands() {\n\tcat <<-'END'");
	for (size_t i = 0; i < commands_len; i++)
		printf("\t%s\n", commands[i].name);
	puts("\tEND\n}\n\n# What may follow a command.\n_tcpath_words() {\n\tcase $1 in");
	for (size_t i = 0; i < commands_len; i++)
		print_words(&commands[i]);
	puts("\tesac\n}\n\n# What may follow a command's word; fails for words that take nothing.\n"
	     "_tcpath_values() {\n\tcase $1 in");
	for (size_t i = 0; i < commands_len; i++)
		for (const char *m = commands[i].more; m && (m = next_entry(m, &e));)
			print_values(&commands[i], &e);
	puts("\t*) return 1 ;;\n\tesac\n}\n");
}

/* Plain enough for both shells: candidates for the last word, given all words. */
static const char reply[] =
	"_tcpath_reply() {\n"
	"\tlocal cur=$1 first= second= last= word command\n"
	"\tshift\n"
	"\twhile [ $# -gt 0 ]; do\n"
	"\t\tword=$1\n"
	"\t\tshift\n"
	"\t\tcase $word in\n"
	"\t\t-N)\n"
	"\t\t\t[ $# -gt 0 ] || { ls /run/netns 2>/dev/null; return; }\n"
	"\t\t\tshift\n"
	"\t\t\t;;\n"
	"\t\t-[a-z]*) ;;\n"
	"\t\t*)\n"
	"\t\t\tif [ -z \"$first\" ]; then first=$word\n"
	"\t\t\telif [ -z \"$second\" ]; then second=$word; fi\n"
	"\t\t\tlast=$word\n"
	"\t\t\t;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tif [ -z \"$first\" ] || [ \"$first\" = help -a -z \"$second\" ]; then\n"
	"\t\t_tcpath_commands | cut -d ' ' -f 1 | sort -u\n"
	"\t\techo -j -p -n -N --help\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tif _tcpath_commands | grep -qx -- \"$first\"; then\n"
	"\t\tcommand=$first\n"
	"\telif [ -z \"$second\" ]; then\n"
	"\t\t_tcpath_commands | sed -n \"s/^$first //p\"\n"
	"\t\treturn\n"
	"\telse\n"
	"\t\tcommand=\"$first $second\"\n"
	"\tfi\n"
	"\t_tcpath_values \"$command $last\" && return\n"
	"\t_tcpath_words \"$command\"\n"
	"\tcase $cur in -*) echo -j -p -n -N --help ;; esac\n"
	"}\n";

static const char bash[] =
	"\n"
	"_tcpath() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} words head=\n"
	"\twords=$(_tcpath_reply \"$cur\" \"${COMP_WORDS[@]:1:COMP_CWORD-1}\")\n"
	"\tCOMPREPLY=()\n"
	"\tcase \" $words \" in\n"
	"\t*' @files '* | *'@files') mapfile -t COMPREPLY < <(compgen -f -- \"$cur\") ;;\n"
	"\tesac\n"
	"\tcase $cur in *,*) head=${cur%,*}, ;; esac\n"
	"\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -P \"$head\" \\\n"
	"\t\t-W \"${words//@files/}\" -- \"${cur##*,}\")\n"
	"}\n"
	"complete -o filenames -F _tcpath tcpath";

static const char zsh[] =
	"\n"
	"_tcpath() {\n"
	"\tlocal -a reply\n"
	"\treply=(${=\"$(_tcpath_reply \"${words[CURRENT]}\" \"${(@)words[2,CURRENT-1]}\")\"})\n"
	"\tif (( ${reply[(I)@files]} )); then\n"
	"\t\treply=(${reply:#@files})\n"
	"\t\t_files\n"
	"\tfi\n"
	"\t[[ $PREFIX != *,* ]] || compset -P '*,'\n"
	"\tcompadd -- $reply\n"
	"}\n"
	"if [ \"${funcstack[1]}\" = _tcpath ]; then _tcpath \"$@\"; else compdef _tcpath tcpath; fi";

int cmd_completion(int argc, char **argv)
{
	bool for_zsh = argc == 2 && !strcmp(argv[1], "zsh");

	if (argc != 2 || (!for_zsh && strcmp(argv[1], "bash")))
		die(STATUS_REFUSED, "'completion' needs the name of a shell, bash or zsh");
	printf("%s# SPDX-License-Identifier: GPL-2.0\n# Made by: tcpath completion %s\n\n",
	       for_zsh ? "#compdef tcpath\n" : "", argv[1]);
	print_tables();
	fputs(reply, stdout);
	puts(for_zsh ? zsh : bash);
	return STATUS_OK;
}
