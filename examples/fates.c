// SPDX-License-Identifier: GPL-2.0
/* What became of SYNs, by server: cc fates.c $(pkg-config --cflags --libs libtcpath) */
#include <inttypes.h>
#include <linux/genetlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <libtcpath/libtcpath.h>
#include <libtcpath/tcpath.h>

static uint64_t number(const struct nlattr *fate, uint16_t type)
{
	return tcpath_nl_number(tcpath_nl_find(fate, type));
}

static void row(const struct nlattr *fate, void *arg)
{
	char addr[INET6_ADDRSTRLEN];

	tcpath_nl_addr(tcpath_nl_find(fate, TCPATH_A_FATE_RESPONDER), addr, sizeof(addr));
	printf("%s port %" PRIu64 ": %" PRIu64 " attempts, %" PRIu64 " silent\n", addr,
	       number(fate, TCPATH_A_FATE_PORT), number(fate, TCPATH_A_FATE_TRIED),
	       number(fate, TCPATH_A_FATE_SILENT));
}

int main(void)
{
	struct tcpath_nl *nl;
	int err = tcpath_nl_open(&nl);

	if (!err)
		err = tcpath_nl_rows(nl, tcpath_nl_request(nl, TCPATH_CMD_FATE_GET, NLM_F_DUMP, 0),
				     TCPATH_A_TABLE_FATE, row, NULL);
	if (err && nl)
		fprintf(stderr, "fates: %s\n", tcpath_nl_error(nl)->text);
	tcpath_nl_close(nl);
	return err ? 1 : 0;
}
