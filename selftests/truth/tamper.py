#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""tamper.py - a middlebox, after the fact.

usage: tamper.py CAPTURE

Removes the timestamps from each SYN of a capture (pcap of raw IPv4, little
endian) and makes its MSS 1000, as something on the way might have done.
"""
import struct
import sys

data = bytearray(open(sys.argv[1], 'rb').read())
at = 24
while at + 16 <= len(data):
    cap, = struct.unpack('<I', data[at + 8:at + 12])
    th = at + 16 + (data[at + 16] & 15) * 4
    o = th + 20
    while data[th + 13] & 0x12 == 2 and o < th + (data[th + 12] >> 4) * 4:
        if data[o] == 2:
            data[o + 2:o + 4] = struct.pack('!H', 1000)
        elif data[o] == 8:
            data[o:o + 10] = b'\x01' * 10
        o += data[o + 1] if data[o] > 1 else 1
    at += 16 + cap
open(sys.argv[1], 'wb').write(data)
