#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""scenes.py DIR: captures in which one thing is wrong each, as a tap between client and
server would have them. The client's data, or the server's, crosses the tap at the times given;
what is lost after the tap is seen and never acknowledged, what is lost before is not seen."""
import struct
import sys

C, S = (bytes([10, 0, 1, 2]), 40000), (bytes([10, 0, 2, 2]), 80)
SYN, FIN, RST, PSH, ACK = 2, 1, 4, 8, 16
MSS, WS, SACKP = b"\x02\x04\x05\xb4", b"\x03\x03\x07\x01", b"\x04\x02\x01\x01"
RTT = 0.040  # from the tap to either end and back: half of it


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Scene:
    def __init__(self, port=40000):
        self.frames, self.ends, self.ident = [], ((C[0], port), S), 1

    def put(self, t, d, seq, ack=None, data=0, flags=0, opts=b"", win=65535, ts=True,
            sent=None):
        """A segment from end d: 0 the client, 1 the server. Sequence numbers from 0."""
        (src, sport), (dst, dport) = self.ends[d], self.ends[1 - d]
        if ts:
            stamp = int((t if sent is None else sent) * 1000) + 5000
            opts += b"\x01\x01\x08\x0a" + struct.pack("!II", stamp, 4000)
        opts += b"\x01" * (-len(opts) % 4)
        flags |= ACK if ack is not None else 0
        tcp = struct.pack("!HHIIHHHH", sport, dport, (1000 + seq) & 0xFFFFFFFF,
                          (1000 + (ack or 0)) & 0xFFFFFFFF if ack is not None else 0,
                          (20 + len(opts)) // 4 << 12 | flags, win, 0, 0) + opts + b"x" * data
        pseudo = src + dst + struct.pack("!HH", 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), self.ident, 0x4000, 63, 6, 0,
                         src, dst)
        self.ident = self.ident % 65535 + 1
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        self.frames.append((t, b"\0" * 12 + b"\x08\0" + ip + tcp))

    def shake(self, t=0.0, syn=MSS + SACKP + WS, synack=MSS + SACKP + WS, ts=True):
        self.put(t, 0, 0, flags=SYN, opts=syn, ts=ts)
        self.put(t + RTT / 2, 1, 0, ack=1, flags=SYN, opts=synack, ts=ts)
        self.put(t + RTT, 0, 1, ack=1, ts=ts)

    def end(self, t, up, down):
        self.put(t, 0, up, ack=down, flags=FIN)
        self.put(t + RTT / 2, 1, down, ack=up + 1, flags=FIN)
        self.put(t + RTT, 0, up + 1, ack=down + 1)

    def save(self, path):
        with open(path, "wb") as f:
            f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for t, frame in sorted(self.frames, key=lambda x: x[0]):
                us = int(round((1_700_000_000 + t) * 1e6))
                f.write(struct.pack("<IIII", us // 10**6, us % 10**6, len(frame), len(frame)))
                f.write(frame)


def sack(*blocks):
    return b"\x01\x01\x05" + bytes([2 + 8 * len(blocks)]) + b"".join(
        struct.pack("!II", 1000 + a, 1000 + b) for a, b in blocks)


SEG = 1000


def transfer(s, rounds, trouble):
    """Rounds of ten segments from the server; trouble(round) says what befalls its third:
    None, or one of lost_after, lost_before, late, paws, stale, twice. What is stale looks
    like paws on its way, and is taken all the same."""
    seq, t = 1, 0.1
    for r in range(rounds):
        what = trouble(r)
        high = seq + 10 * SEG
        third = seq + 2 * SEG
        old = what in ("paws", "stale")
        hole = old or what in ("lost_after", "lost_before", "late")
        for i in range(10):
            at, here = t + i * 0.001, seq + i * SEG
            if i == 2 and what in ("lost_before", "late"):
                continue
            if old and i in (2, 4):
                continue
            s.put(at, 1, here, ack=1, data=SEG)
        if what == "late":  # it was sent in its turn: its timestamp is that of then
            s.put(t + 0.0035, 1, third, ack=1, data=SEG, sent=t + 0.002)
        if hole and what != "late":
            for i in range(3, 10):
                blocks = [(third + SEG, seq + (i + 1) * SEG)]
                if old and i == 4:
                    continue
                if old and i > 4:
                    blocks = [(seq + 5 * SEG, blocks[0][1]), (third + SEG, seq + 4 * SEG)]
                s.put(t + RTT / 2 + i * 0.001, 0, 1, ack=third, opts=sack(*blocks))
            s.put(t + RTT * 1.6, 1, third, ack=1, data=SEG)
        fifth = seq + 4 * SEG
        if old:  # the fifth was only late; now its timestamp is too old
            s.put(t + RTT * 1.6 + 0.001, 1, fifth, ack=1, data=SEG, sent=t + 0.004)
        if what == "paws":
            s.put(t + RTT * 2.2, 0, 1, ack=fifth, opts=sack((fifth + SEG, high)))
            s.put(t + RTT * 3.2, 1, fifth, ack=1, data=SEG)
        done = t + RTT * (3.8 if what == "paws" else 2.2 if hole else 0.5) + 0.012
        s.put(done, 0, 1, ack=high)
        if what == "twice":
            s.put(done + 0.05, 1, third, ack=1, data=SEG)
            s.put(done + 0.07, 0, 1, ack=high, opts=sack((third, third + SEG)))
            done += 0.08
        seq, t = high, done + 0.03
    s.end(t, 1, seq)


def course(what, every=2):
    s = Scene()
    s.shake()
    transfer(s, 40, lambda r: what if r % every == 1 else None)
    return s


def stale():
    """Old timestamps that the receiver does not mind, and one loss that is another's."""
    s = Scene()
    s.shake()
    transfer(s, 40, lambda r: "lost_after" if r == 10 else "stale" if r % 2 else None)
    return s


def half_negotiated():
    s = Scene()
    s.shake(syn=MSS + SACKP)
    s.end(1, 1, 1)
    return s


def blind():
    """Scale 7 is agreed on and the window field says 500. A device that takes it for bytes
    lets no full segment through: its copies come after time-outs, and pass here in vain."""
    s = Scene()
    s.shake()
    s.put(0.05, 0, 1, ack=1, data=100, win=500)
    s.put(0.08, 1, 1, ack=101)
    for i in range(3):
        s.put(0.1 + i * 0.001, 1, 1 + i * SEG, ack=101, data=SEG)
    t = 0.1
    for i in range(7):
        t += 0.3 * 2 ** i
        s.put(t, 1, 1, ack=101, data=SEG)
    return s


def zero_window():
    s = Scene()
    s.shake()
    seq, t = 1, 0.1
    for _ in range(6):
        s.put(t, 1, seq, ack=1, data=SEG)
        s.put(t + 0.02, 0, 1, ack=seq + SEG, win=0)
        s.put(t + 0.4, 1, seq + SEG - 1, ack=1)            # a probe
        s.put(t + 0.42, 0, 1, ack=seq + SEG, win=0)
        s.put(t + 0.9, 0, 1, ack=seq + SEG, win=500)
        seq, t = seq + SEG, t + 1
    s.end(t, 1, seq)
    return s


def black_hole():
    """A link beyond takes no segment of 1000 bytes; the 300 behind them arrive."""
    s = Scene()
    s.shake()
    s.put(0.05, 0, 1, ack=1, data=100)
    for i in range(2):
        s.put(0.1 + i * 0.001, 1, 1 + i * SEG, ack=101, data=SEG)
    s.put(0.103, 1, 1 + 2 * SEG, ack=101, data=300)
    s.put(0.12, 0, 101, ack=1, opts=sack((1 + 2 * SEG, 301 + 2 * SEG)))
    for i in range(5):
        s.put(0.1 + 0.3 * 2 ** i, 1, 1, ack=101, data=SEG)
    return s


def gone():
    """A receiver that takes long segments, until it is gone."""
    s = Scene()
    s.shake()
    transfer(s, 10, lambda r: None)
    last = min(f[0] for f in s.frames if f[1][47] & FIN)
    s.frames = [f for f in s.frames if f[0] < last]
    for i in range(6):
        s.put(last + 0.3 * 2 ** i, 1, 1 + 100 * SEG, ack=1, data=SEG)
    return s


def reconnects():
    all_of = Scene()
    for i in range(5):
        s = Scene(40000 + i)
        s.shake(i * 0.3)
        s.put(i * 0.3 + 0.1, 0, 1, ack=1, data=100)
        s.put(i * 0.3 + 0.12, 1, 1, ack=101, data=SEG)
        s.put(i * 0.3 + 0.2, 0, 101, ack=1, flags=RST, ts=False)
        all_of.frames += s.frames
    return all_of


def broken_chain():
    """The same, and then the next SYN gets no answer, three times over."""
    s = reconnects()
    last = Scene(40009)
    for t in (1.6, 4.6, 10.6):
        last.put(t, 0, 0, flags=SYN, opts=MSS + SACKP + WS)
    other = Scene(40010)
    other.shake(40)
    other.end(41, 1, 1)
    s.frames += last.frames + other.frames
    return s


def one_way():
    s = course(None)
    s.frames = [f for f in s.frames if f[1][26:30] == C[0]]
    return s


def midstream():
    s = course(None)
    s.frames = s.frames[20:]
    return s


SCENES = {
    "healthy": lambda: course(None),
    "loss-after": lambda: course("lost_after"),
    "loss-before": lambda: course("lost_before"),
    "reordering": lambda: course("late"),
    "paws": lambda: course("paws"),
    "stale": stale,
    "needless": lambda: course("twice"),
    "half-negotiated": half_negotiated,
    "blind": blind,
    "zero-window": zero_window,
    "black-hole": black_hole,
    "gone": gone,
    "reconnects": reconnects,
    "broken-chain": broken_chain,
    "one-way": one_way,
    "midstream": midstream,
}

if __name__ == "__main__":
    for name, make in SCENES.items():
        make().save(f"{sys.argv[1]}/{name}.pcap")
