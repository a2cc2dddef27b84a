"""Clients that read slowly: `python -m tests.downloads.readers HOST:PORT PATH FILE COUNT RATE SECONDS`.

All are sockets of one process that compares every byte with the file, and prints what each has taken and how
many bytes were wrong, as JSON. They have a small receive buffer, so that what waits waits at the server.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TICK_S: Final = 0.05
BUFFER_BYTES: Final = 64 * 1024
CONNECT_WITHIN_S: Final = 60
_HEAD_END: Final = b"\r\n\r\n"


@dataclass(slots=True)
class Reader:
    """One of them. `stalled` ones never read."""

    socket: socket.socket
    head: bytes = b""
    began: bool = False
    taken: int = 0
    wrong: int = 0
    ended: bool = False
    allowed: float = 0.0

    def read(self, whole: bytes) -> None:
        """Takes what it may."""
        try:
            data = self.socket.recv(int(self.allowed))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return
        self.allowed -= len(data)
        if not self.began:
            self.head += data
            head, found, data = self.head.partition(_HEAD_END)
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 200 "):
                raise SystemExit(f"answered: {head[:200]!r}")
            self.began = True
        expected = whole[self.taken : self.taken + len(data)]
        if data != expected:
            self.wrong += 1
        self.taken += len(data)


def connected(host: str, port: int, path: str) -> socket.socket:
    """A request that was sent."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    one.settimeout(CONNECT_WITHIN_S)
    one.connect((host, port))
    one.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    one.setblocking(False)
    return one


def main() -> None:
    """Reads for so long."""
    where, path, file, count, rate, seconds = sys.argv[1:]
    host, _, port = where.partition(":")
    whole = Path(file).read_bytes()
    readers = [Reader(connected(host, int(port), path)) for _ in range(int(count))]
    selector = selectors.DefaultSelector()
    for one in readers:
        selector.register(one.socket, selectors.EVENT_READ, one)
    end_s, last_s = time.monotonic() + float(seconds), time.monotonic()
    while (now_s := time.monotonic()) < end_s:
        more, last_s = float(rate) * (now_s - last_s), now_s
        for one in readers:
            one.allowed = min(one.allowed + more, float(rate))  # never more than a second's worth at once
        for key, _ in selector.select(0):
            reader: Reader = key.data
            if reader.allowed >= 1:
                reader.read(whole)
            if reader.ended:
                selector.unregister(reader.socket)
        time.sleep(max(0.0, TICK_S - (time.monotonic() - now_s)))
    said = [[one.taken, one.wrong, one.ended and one.taken < len(whole)] for one in readers]
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
