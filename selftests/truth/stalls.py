#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""stalls.py - one connection that stands still for a known time.

usage: stalls.py ADDRESS PORT receive SECONDS RATE  a receiver that waits before it reads, and then
                                                    reads so many bytes a second (0: as they come)
       stalls.py ADDRESS PORT send BYTES RATE       a sender, at so many bytes a second

The receiver says how many milliseconds it took from begin to end.
"""
import socket
import sys
import time

STEP = 0.02


def receive(conn, wait, rate):
    time.sleep(wait)
    while conn.recv(int(rate * STEP) or 1 << 16):
        if rate:
            time.sleep(STEP)


def send(conn, size, rate):
    while size > 0:
        n = min(size, int(rate * STEP)) if rate else size
        conn.sendall(bytes(n))
        size -= n
        if rate:
            time.sleep(STEP)
    conn.shutdown(socket.SHUT_WR)
    conn.recv(1)


def main():
    address, (what, amount, rate) = (sys.argv[1], int(sys.argv[2])), sys.argv[3:]
    if what == "receive":
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 20000)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
            conn, _ = listener.accept()
            begin = time.monotonic()
            receive(conn, float(amount), int(rate))
            print(f"{(time.monotonic() - begin) * 1000:.0f}")
    else:
        with socket.create_connection(address) as conn:
            send(conn, int(amount), int(rate))


main()
