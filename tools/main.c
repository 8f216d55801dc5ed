// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - the table of commands, and the way to them.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "fail.h"
#include "out.h"
#include "text.h"

struct settings settings;

#define PREFIX_HELP \
	"  addr PREFIX   only rows with such an address on either side\n" \
	"  dst PREFIX    only with such an address of the responder\n"
#define INITIATOR_HELP \
	"  src PREFIX    only with such an address of the initiator\n"
#define PORT_HELP \
	"  dport N[-M]   only with such a port of the responder (also: port)\n"

#define RULE_HELP \
	"MATCH: any of these; all must hold, and a rule without any matches every SYN\n" \
	"  src PREFIX    sender of the SYN, an IPv4 or IPv6 address or prefix, or @LIST\n" \
	"  dst PREFIX    receiver of the SYN\n" \
	"  sport N[-M]   source port\n" \
	"  dport N[-M]   destination port\n" \
	"  iif DEV       device it comes in by; on a bridge, the port\n" \
	"  oif DEV       device it goes out by; on a bridge, the port\n" \
	"  vlan ID       a tag of its frame, or the VLAN of the device it comes in by\n" \
	"  mac BYTES     its source MAC address, or the first bytes of it (00:1b:21)\n" \
	"  has OPTION[,OPTION...]    it has all of these; also ecn and data\n" \
	"  order OPTION[,OPTION...]  these are its options, in this order\n" \
	"  not MATCH     it does not; not has: none of these\n" \
	"ACTION: one of these; mss goes with strip, tcp1323opts and ladder, too, and wscale\n" \
	"with what does not strip it\n" \
	"  strip KIND[,KIND...]   take these options out of the offer\n" \
	"  strip exid ID[,ID...]  the same for options with an experiment ID\n" \
	"  tcp1323opts N          0 strips wscale and timestamps, 1 timestamps,\n" \
	"                         2 wscale, 3 nothing\n" \
	"  mss N                  lower an MSS above N to N, in SYN and SYN-ACK\n" \
	"  mss route              lower it to what fits the MTU of route and devices\n" \
	"  wscale N               lower a window scale above N to N, in SYN and SYN-ACK, and\n" \
	"                         translate the windows of all later segments\n" \
	"  strip all-but KIND...  take out all options but these\n" \
	"  ladder [N]             leave the first SYN alone; from the Nth unanswered copy\n" \
	"                         on (1) take timestamps, wscale too, all but mss\n" \
	"  learn [N]              after N rescues in a row (3) begin on that rung at once,\n" \
	"                         towards that responder; goes with ladder\n" \
	"  keep TIME              ... and for so long (1h)\n" \
	"  clear-ecn              take back the request for ECN; goes with the others, too\n" \
	"  pass                   leave it as it is\n" \
	"KIND: mss wscale sack-permitted timestamps fastopen mptcp accecn smc, N or N-M\n" \
	"Also:\n" \
	"  for TIME      the rule goes by itself, such as for 12h or for 1h30m\n" \
	"  dry-run       count what it would do, do nothing; later rules decide\n" \
	"  log           tell of each attempt that matches (see monitor)\n" \
	"  force         let signatures (md5, ao) be stripped\n" \
	"  comment TEXT  a remark to keep with it\n" \
	"The first rule that matches decides, on the first SYN of a connection.\n"

const struct command commands[] = {
	{ "status", cmd_status, "", "what runs here, and how full it is", NULL, NULL },
	{ "enable", cmd_enable, "", "switch the hooks of this network namespace on", NULL, NULL },
	{ "disable", cmd_disable, "[force]", "switch them off: packets pass unseen and unchanged",
	  "  force         even if connections need their windows translated (rules with\n"
	  "                wscale): they crawl from then on\n", NULL },
	{ "attach tap", cmd_attach, "DEV",
	  "look at all that arrives by a device, too: a mirror port, or before a flowtable",
	  "What a tap meets is never changed: no rule is asked. SYNs that this box forwards\n"
	  "are left to the hooks that do, with their rules. Before a flowtable, tap the devices\n"
	  "of both directions. It lasts until detach or disable, or until the device goes.\n",
	  "  tcpath attach tap eth1\n" },
	{ "attach local", cmd_attach, "",
	  "look at what this box itself sends and receives, too",
	  "It is never changed: no rule is asked.\n", NULL },
	{ "detach tap", cmd_detach, "DEV", "look away from what arrives by a device", NULL, NULL },
	{ "detach local", cmd_detach, "", "look away from what this box sends and receives", NULL,
	  NULL },
	{ "show attached", cmd_show_attached, "", "what is attached, and what was met there", NULL,
	  NULL },
	{ "show handshakes", cmd_show_handshakes, "[addr|dst PREFIX] [dport N[-M]] [state STATE]",
	  "what became of SYNs, by responder and option set",
	  PREFIX_HELP PORT_HELP
	  "  state STATE   only where such attempts are among them: answered, silent, refused,\n"
	  "                unreachable, bare-ack, half-open, failed; or several, with commas\n",
	  "  tcpath show handshakes dst 10.0.2.2 dport 80\n" },
	{ "show flows", cmd_show_flows,
	  "[addr|src|dst PREFIX] [sport|dport N[-M]] [state STATE]",
	  "connections that are in the table now",
	  PREFIX_HELP INITIATOR_HELP PORT_HELP
	  "  sport N[-M]   only with such a port of the initiator\n"
	  "  state STATE   midstream, syn, syn-ack, open, closing, closed, reset, failed; or what\n"
	  "                became of the SYN: pending, answered, refused, unreachable, bare-ack,\n"
	  "                silent, unknown; or several, with commas\n"
	  "  anomaly       only those of which a segment was lost, doubled or out of order\n"
	  "  top N by COUNTER  of these, the first by bytes, segments, lost_before, lost_after,\n"
	  "                reordered, or any other that read -j calls native\n",
	  "  tcpath show flows src 10.1.0.0/16 dport 80 state silent\n"
	  "  tcpath show flows top 10 by lost_before\n" },
	{ "show pairs", cmd_show_pairs, "[addr|src|dst PREFIX] [dport N[-M]] [state STATE]",
	  "connections by initiator and responder",
	  PREFIX_HELP INITIATOR_HELP PORT_HELP
	  "  state STATE   only where such attempts are among them: answered, failed, reset\n",
	  "  tcpath show pairs src 10.1.0.0/16 state failed\n" },
	{ "show profiles", cmd_show_profiles, "",
	  "what became of SYNs, by how they are made: systems, and whether they ask for RFC 1323",
	  "Options in their order, MSS, window shift, window, the TTL it began with (the next of\n"
	  "32, 64, 128, 255), and the first bytes of the MAC address: on a router those of the\n"
	  "last hop; 02:00:00 are all that are locally given.\n", NULL },
	{ "show histograms", cmd_show_histograms, "",
	  "how long answers took, and round trips to either side", NULL, NULL },
	{ "show exceptions", cmd_show_exceptions, "",
	  "what ladders have learned: responders towards which connections begin on a rung",
	  NULL, NULL },
	{ "show counters", cmd_show_counters, "[zero]",
	  "every counter: packets by reason, and events",
	  "  zero          set them to zero as they are read; nothing is lost in between\n", NULL },
	{ "diagnose", cmd_diagnose, "[ADDR | FILE...]",
	  "what is wrong on this path, why, and what to try",
	  "ADDR is a client or a server; without it all are looked at. FILE is a capture.\n",
	  "  tcpath diagnose\n  tcpath diagnose 10.0.2.2\n  tcpath diagnose client.pcap\n" },
	{ "policy add", cmd_policy_add, "[MATCH...] ACTION", "add a rule at the end", RULE_HELP,
	  "  tcpath policy add dst 10.0.2.2 dport 80 tcp1323opts 0\n"
	  "  tcpath policy add src 2001:db8::/32 strip sack-permitted,timestamps\n"
	  "  tcpath policy add oif ppp0 mss route\n" },
	{ "policy del", cmd_policy_del, "ID", "delete the rule with this number", NULL, NULL },
	{ "policy list", cmd_policy_list, "", "the rules in order, with their counters", NULL,
	  NULL },
	{ "policy flush", cmd_policy_flush, "", "delete all rules", NULL, NULL },
	{ "policy load", cmd_policy_load, "FILE",
	  "put the rules of a file in force, all or none of them",
	  "One rule a line, as in policy add, or a list: list NAME PREFIX... A # begins a\n"
	  "remark. FILE - is stdin. Lists that the file does not name stay as they are, and\n"
	  "so do exceptions: exception ADDR dport N rung N for TIME.\n"
	  "A rule that is in force already keeps its number and counters.\n",
	  NULL },
	{ "policy check", cmd_policy_check, "FILE", "say what is wrong with a file of rules",
	  "Needs neither the module nor root.\n", NULL },
	{ "policy save", cmd_policy_save, "[FILE]", "write the rules in force, as load reads them",
	  NULL, NULL },
	{ "list add", cmd_list_add, "NAME PREFIX...",
	  "add prefixes to a named list, to which rules refer as src @NAME or dst @NAME",
	  "New connections see it at once; rules, their numbers and counters stay.\n",
	  "  tcpath list add imaging 10.1.0.0/16 10.2.3.4\n"
	  "  tcpath policy add src @imaging tcp1323opts 0\n" },
	{ "list del", cmd_list_del, "NAME [PREFIX...]",
	  "take prefixes out of a list, or forget the list", NULL, NULL },
	{ "list show", cmd_list_show, "[NAME]", "the lists, or one of them", NULL, NULL },
	{ "exception add", cmd_exception_add, "ADDR dport N rung N [for TIME]",
	  "let connections under a ladder that learns begin on a rung at once",
	  "  dport N       port of the responder\n"
	  "  rung N        1 without timestamps, 2 without wscale too, 3 with nothing but mss\n"
	  "  for TIME      how long, such as 30m, at most 7d (1h)\n",
	  "  tcpath exception add 10.0.2.2 dport 80 rung 1 for 12h\n" },
	{ "exception del", cmd_exception_del, "ADDR dport N | all",
	  "revoke what was learned of a responder, or all",
	  "New connections begin with the whole offer again; the others keep their rung.\n",
	  "  tcpath exception del 10.0.2.2 dport 80\n" },
	{ "trial start", cmd_trial_start, "NAME [MATCH...] ACTION [versus ACTION...] [share N%]",
	  "let a share of the connections have an action, and see what it changes",
	  "A keyed hash chooses for each connection: to pass as it is (arm 0), or one of the\n"
	  "actions, three at most. Arms have equal shares, but for 'share N%' of one action.\n"
	  "Instead of actions, 'factorial A,B' strips neither, A, B, or both: which is it?\n"
	  "MATCH, ACTION, log, force, for TIME and comment are as in policy add.\n",
	  "  tcpath trial start ts dst 10.0.2.2 strip timestamps share 50%\n"
	  "  tcpath trial start which dst 10.0.2.2 factorial timestamps,wscale\n" },
	{ "trial report", cmd_trial_report, "NAME",
	  "what became of the connections of each arm, and what that proves",
	  "Answered attempts are compared by Fisher's exact test, p times the number of\n"
	  "comparisons: below 0.01 a difference is proven. Intervals are of 95 % (Wilson's,\n"
	  "Newcombe's for differences). Loss, stalls and goodput are of connections that\n"
	  "carried data and are over.\n",
	  NULL },
	{ "trial stop", cmd_trial_stop, "NAME [--keep ARM]",
	  "end a trial; the arm that is kept becomes a rule for all connections", NULL,
	  "  tcpath trial stop which --keep 1\n" },
	{ "top", cmd_top, "[SECONDS]", "live view: worst pairs, fates of SYNs, flows, rates",
	  "SECONDS between looks: 0.25 to 60 (1). Keys: 1 2 3 pairs, SYN fates, flows; Enter\n"
	  "looks into a row, Esc comes back; / filters as show does; < > sort by another\n"
	  "column, r reverses; space holds still, + and - look less or more often; ? says\n"
	  "this, q quits.\n",
	  NULL },
	{ "monitor", cmd_monitor, "", "one line per event, as it happens",
	  "With -j one JSON object per line.\n", NULL },
	{ "read", cmd_read, "[--labels] [--max-flows N] [--flow FILTER] FILE...",
	  "the same analysis, from captures (pcap, pcapng)",
	  "  --labels       one line per TCP frame: number, tshark's labels, our own\n"
	  "  --max-flows N  connections kept; the oldest make room (262144)\n"
	  "  --flow FILTER  only these connections, said as in show flows\n"
	  "FILE may be compressed with gzip, or - for standard input.\n", NULL },
	{ "record", cmd_record, "-w FILE [OPTION...] -i DEV | -r CAPTURE...",
	  "flight recorder: headers of flows that something befell, for Wireshark",
	  "  -w FILE         what is kept, as pcapng with our labels as comments on packets\n"
	  "  -i DEV          listen to this device, until interrupted\n"
	  "  -r              read captures instead\n"
	  "  --trigger LIST  events that make a flow worth keeping, by their names in show\n"
	  "                  counters (silent,loss-burst,half-negotiated,scale-blind,bare-ack,\n"
	  "                  bad-option); silent is the third SYN without an answer\n"
	  "  --headers N     headers that are remembered, of all flows together (65536)\n"
	  "  --after N       headers of a flow that are kept after its trigger (1000)\n"
	  "  --size N        MiB in a file; then it becomes FILE.1, and so on (16)\n"
	  "  --files N       files that stay (8)\n"
	  "No data is kept, and no addresses of the link: IP and TCP headers alone.\n",
	  "  tcpath record -w /var/log/tcpath.pcapng -i eth0\n"
	  "  tcpath record -w worth.pcapng -r client.pcap\n" },
	{ "report", cmd_report, "-o FILE [--flow FILTER] [CAPTURE...]",
	  "one page to hand on, from the live tables or from captures",
	  "  -o FILE        the page to write; - is standard output\n"
	  "  --flow FILTER  draw this flow, said as in show flows (the one with most losses)\n"
	  "The page is HTML that needs nothing else: no scripts, no fonts, no network.\n",
	  "  tcpath report -o site.html client.pcap\n"
	  "  tcpath report -o site.html --flow 'src 10.0.1.2 sport 40000' client.pcap\n" },
	{ "explain", cmd_explain, "SRC:PORT DST:PORT | FILE FRAME",
	  "what was done to a connection, or why a frame of a capture got its labels",
	  "Of a connection that is in the table: the rule that decided, what was offered,\n"
	  "what was stripped, what came back. An IPv6 address stands in brackets.\n",
	  "  tcpath explain 10.0.1.2:49152 10.0.2.2:80\n"
	  "  tcpath explain client.pcap 1644\n" },
	{ "compare", cmd_compare, "CLIENT SERVER",
	  "two captures, or two boxes, of the same connections: what was lost between them",
	  "Captures taken at the same time nearer to the client and nearer to the server; or\n"
	  "what two boxes with tcpath told: tcpath -j show flows. Best when transfers are over.\n",
	  "  tcpath compare client.pcap server.pcap\n"
	  "  tcpath compare <(ssh box1 tcpath -j show flows) <(ssh box2 tcpath -j show flows)\n" },
	{ "probe", cmd_probe, "HOST:PORT [--tries N] [--rate N] [--hops N]",
	  "SYNs with each set of options from this box: which get through, and where not",
	  "Needs root, and not the module. No data is sent and no connection stays open.\n"
	  "  --tries N  SYNs of each kind, each from another port (8)\n"
	  "  --rate N   SYNs a second (20)\n"
	  "  --hops N   how far to look for the hop that loses or changes them; 0: nowhere (30)\n"
	  "Status: 0 all is well, 3 the path loses or changes some, 4 nothing is answered.\n",
	  "  tcpath probe 10.0.2.2:80\n  tcpath probe [2001:db8::7]:443 --tries 20\n" },
	{ "export openmetrics", cmd_export_openmetrics,
	  "[--prometheus | --listen [ADDR:]PORT | --textfile FILE]",
	  "counters and tables as metrics, for Prometheus",
	  "Once, to standard output, unless told otherwise:\n"
	  "  --prometheus          in the older text format, which promtool reads\n"
	  "  --listen [ADDR:]PORT  over HTTP at /metrics, by default on 127.0.0.1\n"
	  "  --textfile FILE       into a file for node_exporter, replaced as a whole\n",
	  "  tcpath export openmetrics --listen 9935\n" },
	{ "export ipfix", cmd_export_ipfix, "[ADDR:]PORT",
	  "the flows in the table to an IPFIX collector, over UDP",
	  "Each flow is one record for each direction, with what was counted since it began.\n",
	  "  tcpath export ipfix 192.0.2.7:4739\n" },
	{ "config get", cmd_config_get, "", "the settings of this network namespace", NULL, NULL },
	{ "config set", cmd_config_set, "max-flows N", "change one: the limit of the flow table",
	  NULL, "  tcpath config set max-flows 1000000\n" },
	{ "reset", cmd_reset, "", "set counters and the tables of handshakes, pairs and profiles to zero", NULL,
	  NULL },
	{ "flush", cmd_flush, "[force]", "forget all flows; connections and rules stay",
	  "  force         those, too, whose windows are translated (rules with wscale):\n"
	  "                their connections crawl from then on\n", NULL },
	{ "completion", cmd_completion, "bash|zsh", "completion of all this, for a shell",
	  "make install puts it in place; by hand: source <(tcpath completion bash)\n", NULL },
	{ "version", cmd_version, "", "version of this program", NULL, NULL },
	{ "help", cmd_help, "[COMMAND]", "this text, or that of a command", NULL, NULL },
};
const size_t commands_len = ARRAY_SIZE(commands);

/* --- help --------------------------------------------------------------- */

static void help_all(void)
{
	puts("Usage: tcpath [-j] [-p] [-n] [-N NETNS] COMMAND\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-16s %s\n", commands[i].name, commands[i].what);
	puts("\n"
	     "  -j        JSON\n"
	     "  -p        the same, indented\n"
	     "  -n        numbers only; names are never looked up anyway\n"
	     "  -N NETNS  work in this network namespace, a name or a path\n"
	     "\n"
	     "Status: 0 done, 1 misuse or refused, 2 no module, no permission, no namespace;\n"
	     "3 and 4 see probe.\n"
	     "tcpath COMMAND --help says more about one.");
}

static void help_one(const struct command *c)
{
	printf("Usage: tcpath %s%s%s\n\nDoes: %s.\n", c->name, *c->args ? " " : "", c->args,
	       c->what);
	if (c->more)
		printf("\n%s", c->more);
	if (c->examples)
		printf("\nExample:\n%s", c->examples);
}

/* Is @name made of @word, or does it begin with it and a blank? */
static bool begins_with(const char *name, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(name, word, len) && (!name[len] || name[len] == ' ');
}

/* Help on a command, or on all that begin with a word such as policy. */
static bool help_on(const char *words)
{
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!begins_with(commands[i].name, words))
			continue;
		if (found)
			puts("");
		help_one(&commands[i]);
		found = true;
	}
	return found;
}

/* --- finding the command ------------------------------------------------ */

/* The second word of a command, or NULL when it has one word. */
static const char *second(const struct command *c)
{
	const char *blank = strchr(c->name, ' ');

	return blank ? blank + 1 : NULL;
}

static bool group(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (second(&commands[i]) && begins_with(commands[i].name, word))
			return true;
	return false;
}

static void unknown_command(const char *word)
{
	const char *best = NULL;
	char first[32];

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		int len = (int)strcspn(commands[i].name, " ");

		snprintf(first, sizeof(first), "%.*s", len, commands[i].name);
		if (suggest(word, best, first) != best) {
			static char kept[32];

			strcpy(kept, first);
			best = kept;
		}
	}
	if (best)
		die(STATUS_REFUSED, "unknown command '%s'; did you mean '%s'?", word, best);
	die(STATUS_REFUSED, "unknown command '%s' (see: tcpath help)", word);
}

static void unknown_second(const char *word, const char *what)
{
	const char *best = NULL;
	char all[128] = "";

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!second(&commands[i]) || !begins_with(commands[i].name, word))
			continue;
		snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", *all ? ", " : "",
			 second(&commands[i]));
		if (what)
			best = suggest(what, best, second(&commands[i]));
	}
	if (!what)
		die(STATUS_REFUSED, "'%s' needs a second word: %s", word, all);
	if (best)
		die(STATUS_REFUSED, "unknown command '%s %s'; did you mean '%s %s'?", word, what,
		    word, best);
	die(STATUS_REFUSED, "unknown command '%s %s'; there is: %s", word, what, all);
}

static const struct command *find(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];

		if (!begins_with(c->name, argv[0]))
			continue;
		if (!second(c) || (argc > 1 && !strcmp(argv[1], second(c))))
			return c;
	}
	if (group(argv[0]))
		unknown_second(argv[0], argc > 1 ? argv[1] : NULL);
	else
		unknown_command(argv[0]);
	return NULL;
}

/* --- options ------------------------------------------------------------ */

static bool take_letters(const char *letters)
{
	if (!*letters || letters[strspn(letters, "jpn")])
		return false;
	settings.json |= strchr(letters, 'j') || strchr(letters, 'p');
	settings.pretty |= !!strchr(letters, 'p');
	settings.numeric |= !!strchr(letters, 'n');
	return true;
}

/*
 * Takes our options out of the words wherever they stand, so that they may
 * also follow the command. Returns whether help is asked for.
 */
static bool take_options(int *argc, char **argv)
{
	bool help = false;
	int kept = 0;

	for (int i = 0; i < *argc; i++) {
		const char *w = argv[i];

		if (i && !strcmp(argv[i - 1], "comment"))
			argv[kept++] = argv[i];
		else if (!strcmp(w, "-h") || !strcmp(w, "--help"))
			help = true;
		else if (!strcmp(w, "-N") && i + 1 == *argc)
			die(STATUS_REFUSED, "-N needs the name of a network namespace");
		else if (!strcmp(w, "-N"))
			settings.netns = argv[++i];
		else if (!strcmp(w, "-V") || !strcmp(w, "--version"))
			argv[kept++] = (char *)"version";
		else if (w[0] != '-' || !take_letters(w + 1))
			argv[kept++] = argv[i];
	}
	*argc = kept;
	argv[kept] = NULL;
	return help;
}

void no_arguments(int argc, char **argv)
{
	if (argc > 1)
		die(STATUS_REFUSED, "'%s' takes no argument, '%s' is one", argv[0], argv[1]);
}

int cmd_help(int argc, char **argv)
{
	char words[64];

	if (argc < 2) {
		help_all();
		return STATUS_OK;
	}
	snprintf(words, sizeof(words), "%s%s%s", argv[1], argc > 2 ? " " : "",
		 argc > 2 ? argv[2] : "");
	if (!help_on(words))
		find(argc - 1, argv + 1);
	return STATUS_OK;
}

int cmd_version(int argc, char **argv)
{
	no_arguments(argc, argv);
	out_object(NULL);
	out_str("version", "tcpath %s\n", TCPATH_VERSION);
	out_end();
	return STATUS_OK;
}

static int run(int argc, char **argv, bool help)
{
	const struct command *c;
	int words;

	if (!argc && !help)
		die(STATUS_REFUSED, "which command? (see: tcpath help)");
	if (!argc || (help && argc == 1 && group(argv[0]))) {
		char *args[] = { (char *)"help", argc ? argv[0] : NULL };

		return cmd_help(argc ? 2 : 1, args);
	}
	if (argv[0][0] == '-')
		die(STATUS_REFUSED, "unknown option '%s' (see: tcpath help)", argv[0]);
	c = find(argc, argv);
	if (help) {
		help_one(c);
		return STATUS_OK;
	}
	words = second(c) ? 1 : 0;
	return c->run(argc - words, argv + words);
}

int main(int argc, char **argv)
{
	bool help;
	int status;

	argc--;
	argv++;
	help = take_options(&argc, argv);
	out_setup(settings.json, settings.pretty);
	status = run(argc, argv, help);
	if (fflush(stdout) || ferror(stdout))
		die(STATUS_KERNEL, "cannot write the output");
	return status;
}
