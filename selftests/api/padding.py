# SPDX-License-Identifier: GPL-2.0
"""Generic netlink messages in a capture of nlmon: what lies between attributes must be zero,
and nothing may be memory's poison: padding.py PCAP"""
import struct
import sys

DLT_NETLINK = 253
HEADER, GENL, NESTED = 16, 4, 0x8000
seen = {"messages": 0, "attributes": 0, "padding": 0, "dirty": 0}


def packets(data):
    """The netlink part of each frame: a cooked header of 16 bytes goes before it."""
    assert struct.unpack_from("<I", data, 20)[0] == DLT_NETLINK, "no capture of nlmon"
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 32 : at + 16 + size]
        at += 16 + size


def messages(packet):
    while len(packet) >= HEADER:
        size, kind = struct.unpack_from("<IH", packet)
        if size < HEADER or size > len(packet):
            return
        yield kind, packet[HEADER:size]
        packet = packet[(size + 3) & ~3 :]


def walk(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("<HH", data)
        if size < 4 or size > len(data):
            return
        padding = data[size : (size + 3) & ~3]
        seen["attributes"] += 1
        seen["padding"] += len(padding)
        if any(padding) or b"\x5a" * 4 in data[4:size] or b"\x6b" * 4 in data[4:size]:
            seen["dirty"] += 1
            print(f"attribute {kind & 0x3fff}: {data[:size].hex()} and then {padding.hex()}")
        if kind & NESTED:
            walk(data[4:size])
        data = data[(size + 3) & ~3 :]


with open(sys.argv[1], "rb") as stream:
    capture = stream.read()
for packet in packets(capture):
    for family, payload in messages(packet):
        if family >= 0x10 and len(payload) >= GENL:
            seen["messages"] += 1
            walk(payload[GENL:])
print(" ".join(f"{name} {n}" for name, n in seen.items()))
sys.exit(seen["dirty"] > 0)
