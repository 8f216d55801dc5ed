// SPDX-License-Identifier: GPL-2.0
/* Fuzzing the parser of frames: no read outside, no result that lies. */
#include <stdlib.h>

#include "engine/opt.h"
#include "engine/seg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcpath_link link = { 0 };
	struct tcpath_seg s = { 0 };
	struct tcpath_opts o;
	u32 len;
	u8 *p;

	if (size < 2)
		return 0;
	len = (u32)size - 2;
	p = malloc(len ? len : 1);
	memcpy(p, data + 2, len);
	if (!tcpath_link_parse(&link, tcpath_get16(data), p, len) &&
	    !tcpath_seg_parse(&s, p + link.off, len - link.off,
			      len - link.off)) {
		if (s.doff < 20 || s.thoff + s.doff + s.len > len - link.off)
			abort();
		tcpath_opts_parse(&o, tcpath_seg_opts(&s),
				  tcpath_seg_opts_len(&s));
	}
	free(p);
	return 0;
}
