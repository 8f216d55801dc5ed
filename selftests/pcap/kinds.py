#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""kinds.py - wrap the packets of a capture in whatever the world puts around TCP.

usage: kinds.py SEED RAW-CAPTURE CAPTURE [LIST]

Reads a capture of raw IPv4 with TCP, and writes each packet of it through a
link layer and tunnels that are drawn anew for each: a reader that misses one
of them gets the connection wrong. One capture in pcapng, with an interface for
each link type. LIST gets a line for each frame: its number and what is in it.
"""
import random
import struct
import sys

MACS = bytes(range(12))
WIRE = [0] # length of the packet that a link layer is put around


def eth(proto, data):
    return MACS + struct.pack('!H', proto) + data


def kind(p):
    return 0x0800 if p[0] >> 4 == 4 else 0x86dd


def ppp(p):
    return b'\x00\x21' + p if p[0] >> 4 == 4 else b'\x00\x57' + p


def ip4(proto, data, wire, ttl=64):
    return struct.pack('!BBHHHBBH', 0x45, 0, (20 + wire) & 0xffff, 7, 0, ttl, proto, 0) + \
        b'\x0a\x09\x09\x01\x0a\x09\x09\x02' + data


def ip6(proto, data, wire):
    return struct.pack('!IHBB', 0x60000000, wire & 0xffff, proto, 64) + \
        b'\x20\x01\x0d\xb8' + bytes(11) + b'\x01\x20\x01\x0d\xb8' + bytes(11) + b'\x02' + data


def udp(sport, dport, data, wire):
    return struct.pack('!HHHH', sport, dport, (8 + wire) & 0xffff, 0) + data


def in_v4(p, wire):
    return ip4(4 if p[0] >> 4 == 4 else 41, p, wire)


def in_v6(p, wire):
    return ip6(4 if p[0] >> 4 == 4 else 41, p, wire)


def gre(head, p, wire, extra=0):
    return ip4(47, head + p, wire + len(head) + extra)


def over_udp(sport, dport, head, p, wire):
    return ip4(17, udp(sport, dport, head + p, wire + len(head)), wire + len(head) + 8)


def gre_plain(p, wire):
    return gre(struct.pack('!HH', 0, kind(p)), p, wire)


def gre_key(p, wire):
    return gre(struct.pack('!HHIII', 0xb000, kind(p), 0, 5, 6), p, wire)


def gre_eth(p, wire):
    return gre(struct.pack('!HHI', 0x2000, 0x6558, 0x500), eth(kind(p), p), wire + 14, 0)


def gre_ppp(p, wire):
    return gre(struct.pack('!HHHHI', 0x3001, 0x880b, (wire + 4) & 0xffff, 9, 1),
               b'\xff\x03' + ppp(p), wire + 4)


def gre_mpls(p, wire):
    return gre(struct.pack('!HHI', 0, 0x8847, 0x10140), p, wire)


def gre_erspan(p, wire):
    return gre(struct.pack('!HHIII', 0x1000, 0x88be, 1, 0x10000000, 0), eth(kind(p), p), wire + 14)


def vxlan(p, wire):
    return over_udp(4444, 4789, b'\x08\0\0\0\0\0\x05\0', eth(kind(p), p), wire + 14)


def vxlan_vlan(p, wire):
    return over_udp(4444, 4789, b'\x08\0\0\0\0\0\x05\0',
                    eth(0x8100, struct.pack('!HH', 5, kind(p)) + p), wire + 18)


def geneve(p, wire):
    return over_udp(4444, 6081, b'\x02\0\x65\x58\0\0\x05\0' + bytes(8), eth(kind(p), p), wire + 14)


def gtp(p, wire):
    return over_udp(2152, 2152, struct.pack('!BBHI', 0x30, 0xff, wire & 0xffff, 77), p, wire)


def gtp_seq(p, wire):
    return over_udp(2152, 2152, struct.pack('!BBHIHBB', 0x32, 0xff, (wire + 4) & 0xffff, 77, 1, 0, 0),
                    p, wire)


def teredo(p, wire):
    return over_udp(3544, 4000, b'', p, wire) if p[0] >> 4 == 6 else in_v4(p, wire)


def etherip(p, wire):
    return ip4(97, b'\x30\0' + eth(kind(p), p), wire + 16)


def mpls_udp(p, wire):
    return over_udp(5555, 6635, struct.pack('!I', 0x10140), p, wire)


def lisp(p, wire):
    return over_udp(5555, 4341, bytes(8), p, wire)


def ah(p, wire):
    return ip4(51, struct.pack('!BBHIII', 4 if p[0] >> 4 == 4 else 41, 4, 0, 1, 2, 3) + bytes(4) + bytes(4) + p,
               wire + 24)


def vxlan_gpe(p, wire):
    return over_udp(4444, 4790, b'\x0c\0\0' + (b'\1' if p[0] >> 4 == 4 else b'\2') + b'\0\0\x05\0',
                    p, wire)


def l2tp(p, wire):
    return over_udp(1701, 1701, struct.pack('!HHHH', 0x4002, (wire + 4 + 8) & 0xffff, 9, 9),
                    b'\xff\x03' + ppp(p), wire + 4)


def hopopts(p, wire):
    if p[0] >> 4 == 4:
        return in_v6(p, wire)
    return p[:4] + struct.pack('!H', (wire - 40 + 8) & 0xffff) + b'\0' + p[7:40] + \
        bytes([p[6], 0, 1, 4, 0, 0, 0, 0]) + p[40:]


def eoip(p, wire):
    return gre(struct.pack('!HHHH', 0x2001, 0x6400, (wire + 14) & 0xffff, 9), eth(kind(p), p), wire + 14)


def gre_aruba(p, wire):
    return gre(struct.pack('!HH', 0, 0x8200), wifi(p), wire + 32)


def gre_udp(p, wire):
    return over_udp(5555, 4754, struct.pack('!HH', 0, kind(p)), p, wire)


def vxlan_gpe_nsh(p, wire):
    return over_udp(4444, 4790, b'\x0c\0\0\4\0\0\5\0', nsh_head(1 if p[0] >> 4 == 4 else 2) + p, wire + 24)


def capwap(p, wire):
    return over_udp(5555, 5247, b'\0\x10\2\0\0\0\0\0', eth(kind(p), p), wire + 14)


def capwap_wifi(p, wire):
    q = wifi(p)
    return over_udp(5555, 5247, b'\0\x18\3\x20\0\0\0\0\3abc', q[1:2] + q[:1] + q[2:], wire + 36)


def ethernet(p, wire):
    return ip6(143, eth(kind(p), p), wire + 14)


def pim(p, wire):
    return ip4(103, b'\x21\0\0\0\0\0\0\0' + p, wire + 8)


TUNNELS = [eoip, gre_aruba, gre_udp, vxlan_gpe_nsh, capwap, capwap_wifi, ethernet, pim, in_v4, in_v6, gre_plain, gre_key, gre_eth, gre_ppp, gre_mpls, gre_erspan, vxlan, vxlan_vlan,
           geneve, gtp, gtp_seq, teredo, etherip, mpls_udp, lisp, ah, vxlan_gpe, l2tp, hopopts]


def vlan(p):
    return eth(0x8100, struct.pack('!HH', random.randrange(4096), kind(p)) + p)


def qinq(p):
    return eth(0x88a8, struct.pack('!HHHH', 7, 0x8100, 8, kind(p)) + p)


def qinq_old(p):
    return eth(0x9100, struct.pack('!HHHH', 7, 0x8100, 8, kind(p)) + p)


def vlans(p):
    return eth(0x8100, struct.pack('!HHHHHHHHHH', 1, 0x8100, 2, 0x8100, 3, 0x8100, 4, 0x8100, 5, kind(p)) + p)


def pppoe_session(p):
    return struct.pack('!BBHH', 0x11, 0, 5, (WIRE[0] + 2) & 0xffff) + ppp(p)


def pppoe(p):
    return eth(0x8864, pppoe_session(p))


def vlan_pppoe(p):
    return eth(0x8100, struct.pack('!HH', 9, 0x8864) + pppoe_session(p))


def mpls(p):
    return eth(0x8847, struct.pack('!I', 0x10140) + p)


def mpls2(p):
    return eth(0x8847, struct.pack('!II', 0x10040, 0x11140) + p)


def mpls_pw(p):
    return eth(0x8847, struct.pack('!II', 0x11140, 0) + eth(kind(p), p))


def snap(p):
    return MACS + struct.pack('!H', WIRE[0] + 8) + b'\xaa\xaa\3\0\0\0' + \
        struct.pack('!H', kind(p)) + p


def pbb(p):
    return eth(0x88e7, struct.pack('!I', 0x1234) + eth(kind(p), p))


def isid_vlan(p):
    return eth(0x88a8, struct.pack('!HH', 5, 0x88e7) + struct.pack('!I', 0x1234) + eth(kind(p), p))


def cisco_meta(p):
    return eth(0x8909, struct.pack('!BBHHH', 1, 1, 1, 5, kind(p)) + p)


def hsr(p):
    return eth(0x892f, struct.pack('!HHH', WIRE[0] + 6 & 0xfff, 1, kind(p)) + p)


def vntag(p):
    return eth(0x8926, struct.pack('!IH', 5, kind(p)) + p)


def etag(p):
    return eth(0x893f, struct.pack('!HHHH', 1, 2, 3, kind(p)) + p)


def rtag(p):
    return eth(0xf1c1, struct.pack('!HHH', 0, 2, kind(p)) + p)


def trill(p):
    return eth(0x22f3, struct.pack('!HHHI', 0x0041, 2, 3, 7) + eth(kind(p), p))


def macsec(p):
    return eth(0x88e5, struct.pack('!BBIQH', 0x20, 0, 9, 77, kind(p)) + p + bytes(16))


def nsh_head(what):
    return struct.pack('!HBBII', 6, 1, what, 0x1234, 0) + bytes(12)


def nsh(p):
    return eth(0x894f, nsh_head(1 if p[0] >> 4 == 4 else 2) + p)


def nsh_eth(p):
    return eth(0x894f, nsh_head(3) + eth(kind(p), p))


def jumbo_llc(p):
    return eth(0x8870, LLC + struct.pack('!H', kind(p)) + p)


def sll_llc(p):
    return struct.pack('!HHH8sH', 0, 1, 6, MACS[:8], 4) + LLC + struct.pack('!H', kind(p)) + p


def sll_eth(p):
    return struct.pack('!HHH8sH', 0, 1, 6, MACS[:8], 3) + eth(kind(p), p)


def sll_ppp(p):
    return struct.pack('!HHH8sH', 0, 512, 0, bytes(8), 7) + ppp_ff(p)


def sll2_radiotap(p):
    return struct.pack('!HHIHBB8s', 4, 0, 3, 803, 0, 6, MACS[:8]) + radiotap(p)


def raw_isdn(p):
    return random.choice((b'', b'\0', MACS[:6])) + ppp_ff(p)


def ipfc(p):
    return bytes(16) + LLC + struct.pack('!H', kind(p)) + p


def symantec2(p):
    return struct.pack('!IHHI', 1, 0, kind(p), 0) + bytes(32) + p


def symantec3(p):
    return struct.pack('!IHIH', 1, 0, 0, kind(p)) + bytes(44) + p


def ipnet(p):
    return struct.pack('!BBHIIIII', 1, 2 if p[0] >> 4 == 4 else 26, 0, len(p), 1, 0, 0, 0) + p


def pktap(p):
    return struct.pack('<III', 108, 1, 1) + bytes(96) + eth(kind(p), p)


def sll(p):
    return struct.pack('!HHH8sH', 0, 1, 6, MACS[:8], kind(p)) + p


def sll_vlan(p):
    return struct.pack('!HHH8sHHH', 0, 1, 6, MACS[:8], 0x8100, 4, kind(p)) + p


def sll2(p):
    return struct.pack('!HHIHBB8s', kind(p), 0, 3, 1, 0, 6, MACS[:8]) + p


def raw(p):
    return p


def null(p):
    return struct.pack(random.choice('<>') + 'I', 2 if p[0] >> 4 == 4 else random.choice((24, 28, 30))) + p


def loop(p):
    return struct.pack('!I', 2 if p[0] >> 4 == 4 else 24) + p


def ppp_ff(p):
    return b'\xff\x03' + ppp(p)


def ppp_short(p):
    return ppp(p)[1:]


def hdlc(p):
    return b'\x0f\x00' + struct.pack('!H', kind(p)) + p


LLC = b'\xaa\xaa\x03\x00\x00\x00'


def wifi(p):
    return b'\x08\x02' + bytes(2) + MACS + bytes(6) + bytes(2) + LLC + struct.pack('!H', kind(p)) + p


def wifi_qos(p):
    return b'\x88\x01' + bytes(2) + MACS + bytes(6) + bytes(4) + LLC + struct.pack('!H', kind(p)) + p


def radiotap(p):
    return b'\0\0\x08\0\0\0\0\0' + wifi(p)


def radiotap_qos(p):
    return b'\0\0\x08\0\0\0\0\0' + wifi_qos(p)


def prism(p):
    return struct.pack('<II', 0x44, 144) + bytes(136) + wifi(p)


def ppi(p):
    return struct.pack('<BBHI', 0, 0, 8, 105) + wifi(p)


def ppi_eth(p):
    return struct.pack('<BBHI', 0, 0, 8, 1) + eth(kind(p), p)


def nflog(p):
    return bytes([2 if p[0] >> 4 == 4 else 10, 0, 0, 0]) + struct.pack('<HHI', 8, 3, 0) + \
        struct.pack('<HH', (len(p) + 4) & 0xffff, 9) + p


def token_ring(p):
    return b'\x10\x40' + MACS + LLC + struct.pack('!H', kind(p)) + p


def fddi(p):
    return b'\x50' + MACS + LLC + struct.pack('!H', kind(p)) + p


def rfc1483(p):
    return LLC + struct.pack('!H', kind(p)) + p


def ipoib(p):
    return bytes(40) + struct.pack('!HH', kind(p), 0) + p


def pflog(p):
    return bytes([61, 2 if p[0] >> 4 == 4 else 24, 0, 0]) + bytes(60) + p


def firewire(p):
    return bytes(16) + struct.pack('!H', kind(p)) + p


def enc(p):
    return struct.pack('<III', 2 if p[0] >> 4 == 4 else 24, 0, 0) + p


LINKS = [(1, lambda p: eth(kind(p), p)), (1, vlan), (1, qinq), (1, qinq_old), (1, vlans), (1, pppoe),
         (1, vlan_pppoe), (1, mpls), (1, mpls2), (1, mpls_pw), (1, snap), (1, pbb), (1, isid_vlan),
         (1, cisco_meta), (1, hsr), (113, sll), (113, sll_vlan), (276, sll2), (101, raw),
         (228, raw), (229, raw), (0, null), (108, loop), (9, ppp), (9, ppp_ff), (9, ppp_short),
         (50, ppp_ff), (50, hdlc), (104, hdlc), (105, wifi), (105, wifi_qos), (127, radiotap),
         (127, radiotap_qos), (119, prism), (192, ppi), (192, ppi_eth), (239, nflog),
         (6, token_ring), (10, fddi), (100, rfc1483), (242, ipoib), (117, pflog), (138, firewire),
         (109, enc), (51, pppoe_session),
         (1, vntag), (1, etag), (1, rtag), (1, trill), (1, macsec), (1, nsh), (1, nsh_eth), (1, jumbo_llc),
         (113, sll_llc), (113, sll_eth), (113, sll_ppp), (276, sll2_radiotap), (101, raw_isdn), (0, ppp_ff),
         (122, ipfc), (99, symantec2), (99, symantec3), (226, ipnet), (258, pktap), (149, pktap), (106, raw)]


def to_v6(p):
    """The same segment under IPv6, between addresses that stand for those of IPv4."""
    wire = struct.unpack('!H', p[2:4])[0] - 20
    head = struct.pack('!IHBB', 0x60000000, wire, 6, 64)
    return head + b'\xfd' + bytes(11) + p[12:16] + b'\xfd' + bytes(11) + p[16:20] + p[20:]


def block(kind_, body):
    body += bytes(-len(body) % 4)
    return struct.pack('<II', kind_, len(body) + 12) + body + struct.pack('<I', len(body) + 12)


def read_raw(path):
    data = open(path, 'rb').read()
    at = 24
    while at + 16 <= len(data):
        sec, usec, cap, wire = struct.unpack('<IIII', data[at:at + 16])
        yield sec * 1000000 + usec, data[at + 16:at + 16 + cap], wire
        at += 16 + cap


def quote(p):
    """An ICMP error about the packet, with eight bytes of TCP or all there is."""
    p = p[:random.choice((28, 36, 40, 60))]
    return ip4(1, bytes([random.choice((3, 11, 4, 5)), 1]) + bytes(6) + p, len(p) + 8)


def fragments(p, wire):
    """The packet in two or three fragments, the last one first now and then."""
    p += bytes(wire - len(p))
    cuts = sorted({0, wire - 20, *(random.randrange(8, wire, 8) for _ in range(2))})
    cuts = [c for c in cuts if c <= wire - 20]
    parts = []
    for a, b in zip(cuts, cuts[1:]):
        more = 0x2000 if b < wire - 20 else 0
        parts.append(p[:2] + struct.pack('!H', 20 + b - a) + p[4:6] + struct.pack('!H', more | a // 8) +
                     p[8:20] + p[20 + a:20 + b])
    return parts if random.random() < 0.7 else parts[::-1]


def variants(p, wire):
    """What is captured of a packet: nearly always itself. Yields bytes, wire length, and which."""
    odd = random.randrange(40)
    if odd == 0:
        q = quote(p)
        yield q, len(q), 'quote'
        yield p, wire, 'whole'
    elif odd == 1 and wire > 48:
        for q in fragments(p, wire):
            yield q, len(q), 'fragment'
    elif odd == 2: # the capture has less of it
        yield p[:random.randrange(24, 60)], wire, 'cut'
    elif odd == 3: # its TCP header says that it is longer than it is
        q = p[:2] + struct.pack('!H', 40) + p[4:32] + bytes([0xa0 | p[32] & 15]) + p[33:40]
        yield q, 40, 'short'
        yield p, wire, 'whole'
    elif odd == 5: # a header of less than its least length, of a connection that has no other one
        q = p[:2] + struct.pack('!H', 60) + p[4:20] + struct.pack('!HHIIHH', 1, random.getrandbits(16), 1, 1,
                                                                  random.randrange(5) << 12 | 0x10, 9) + bytes(24)
        yield q, 60, 'bogus'
        yield p, wire, 'whole'
    elif odd == 6: # a first fragment that says it has more data than it has
        q = p[:2] + struct.pack('!HHH', 200, random.getrandbits(16), 0x2000) + p[8:20] + \
            struct.pack('!HHIIHH', 2, random.getrandbits(16), 1, 1, 0x5010, 9) + bytes(4)
        yield q, 40, 'fragment_cut'
        yield p, wire, 'whole'
    elif odd == 4: # too long for its field
        yield p[:2] + bytes(2) + p[4:], wire, 'long'
    else:
        yield p, wire, 'whole'


def wrap(p, wire, links):
    """Returns link number (one of @links), name, bytes, wire length."""
    names = []
    whole = p[6] & 0x3f or p[7] or p[9] == 1 or p[2:4] == bytes(2) or len(p) < 40
    if not whole and struct.unpack('!H', p[20:22])[0] & 1 ^ struct.unpack('!H', p[22:24])[0] & 1:
        p, wire = to_v6(p), wire + 20
    for _ in range(0 if whole else random.choice((0, 0, 0, 1, 1, 2))):
        tunnel = random.choice(TUNNELS)
        q = tunnel(p, wire)
        names.append(tunnel.__name__)
        wire += len(q) - len(p)
        p = q
    while True:
        n = random.choice(links)
        link, make = LINKS[n]
        if (link == 228 and p[0] >> 4 != 4) or (link == 229 and p[0] >> 4 != 6):
            continue
        if make is snap and wire > 1400: # its length is no EtherType
            continue
        if make in (nflog, macsec) and wire != len(p): # the one tshark gives up, the other has an end
            continue
        break
    WIRE[0] = wire
    q = make(p)
    wire += len(q) - len(p)
    names.append('%d:%s' % (link, make.__name__))
    if wire == len(q) and not whole and link == 1 and random.random() < 0.3: # padded, as short frames are
        pad = random.choice((0, 4, 6, 18))
        q, wire = q + bytes(pad), wire + pad
    return n, '/'.join(reversed(names)), q, wire


def main():
    random.seed(int(sys.argv[1]))
    out = open(sys.argv[3], 'wb')
    names = open(sys.argv[4], 'w') if len(sys.argv) > 4 else None
    out.write(block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)))
    for link, _ in LINKS:
        out.write(block(1, struct.pack('<HHI', link, 0, 0)))
    i = 0
    for t, packet, whole in read_raw(sys.argv[2]):
        for p, wire, which in variants(packet, whole):
            # fragments of one packet come in one VLAN
            n, name, q, wire = wrap(p, wire, [0] if which.startswith('fragment') else range(len(LINKS)))
            out.write(block(6, struct.pack('<IIIII', n, t >> 32, t & 0xffffffff, len(q), wire) + q))
            i += 1
            if names:
                names.write('%d %s/%s\n' % (i, name, which))


main()
