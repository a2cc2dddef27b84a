"""Bought files over a real server: resumed, ended when they must be, and put up by pieces."""

import re
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from bench.machine import memory, open_sockets, tree
from negotiation_hub.kernel import limits
from negotiation_hub.kernel.transfer import READING_AT_ONCE
from tests import services
from tests.downloads.readers import connected
from tests.downloads.stage import Bought, bought, take_back
from tests.live.client import call
from tests.live.server import LiveServer, live_server

WITHIN_S = 60  # patience for a machine that does much else; it takes a second
CLIENTS = 3 * READING_AT_ONCE  # so many that one thread for each would be seen
DATA = secrets.token_hex(20_000_000).encode()  # 40 MB: more than all buffers on the way


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for this file."""
    with live_server(tmp_path_factory.mktemp("downloads"), worker=False) as running:
        yield running


@pytest.fixture(scope="module")
def orders(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> list[Bought]:
    """Orders of the same file, one for each test."""
    path = tmp_path_factory.mktemp("file") / "season.txt"
    path.write_bytes(DATA)
    return bought(server.environment, path, 3)


@pytest.fixture
def file(orders: list[Bought]) -> Bought:
    """A file that was bought, in an order of its own."""
    return orders.pop()


def slow(server: LiveServer, file: Bought) -> socket.socket:
    """A client that has not read yet."""
    host, _, port = server.url.removeprefix("http://").partition(":")
    return connected(host, int(port), file.path)


def get(server: LiveServer, path: str, **headers: str) -> httpx.Response:
    return httpx.get(server.url + path, headers=headers, timeout=WITHIN_S, verify=services.NO_TLS)


def until(done: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def rest_of(one: socket.socket) -> int:
    """How many bytes come before the connection ends."""
    one.settimeout(WITHIN_S)
    taken = 0
    with one, suppress(ConnectionError):
        while data := one.recv(1 << 20):
            taken += len(data)
    return taken


@contextmanager
def watching(server: LiveServer) -> Iterator[list[float]]:
    """By how many MB the server has grown, again and again until the block ends."""
    found, over = [0.0], threading.Event()
    before_kb = memory([server.process.pid]).rss_kb

    def look() -> None:
        while not over.wait(0.05):
            found.append((memory([server.process.pid]).rss_kb - before_kb) / 1024)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def test_a_broken_download_goes_on_where_it_ended(server: LiveServer, file: Bought) -> None:
    one = slow(server, file)
    one.setblocking(True)
    begun = one.recv(100_000)
    while len(begun) < 100_000:
        begun += one.recv(100_000)
    one.close()  # the line broke
    head, _, first = begun.partition(b"\r\n\r\n")
    etag = re.search(rb'(?i)etag: ("[0-9a-f]{64}")', head)
    assert etag is not None
    rest = get(server, file.path, Range=f"bytes={len(first)}-", **{"If-Range": etag[1].decode()})
    assert rest.status_code == httpx.codes.PARTIAL_CONTENT
    assert first + rest.content == DATA
    head_only = httpx.head(server.url + file.path, verify=services.NO_TLS)
    assert (head_only.headers["Content-Length"], head_only.content) == (str(len(DATA)), b"")


def test_taking_a_file_back_ends_a_transfer_that_runs_and_one_that_stalls(
    server: LiveServer, file: Bought
) -> None:
    sockets = open_sockets([server.process.pid])
    stalled = slow(server, file)
    until(lambda: open_sockets([server.process.pid]) > sockets, "it never began")
    take_back(server.environment, file.order)
    # Nobody reads meanwhile: that it has ended is seen at the server.
    until(lambda: open_sockets([server.process.pid]) <= sockets, "the transfer goes on")
    assert rest_of(stalled) < len(DATA)
    assert get(server, file.path).status_code == httpx.codes.GONE


def test_a_client_that_goes_away_leaves_nothing_behind(server: LiveServer, file: Bought) -> None:
    get(server, file.path, Range="bytes=0-1")
    pid = server.process.pid

    def held() -> tuple[int, int, int]:
        files = sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in tree([pid]))
        return open_sockets([pid]), files, len(list(Path(f"/proc/{pid}/task").iterdir()))

    def come_and_go() -> None:
        idle = held()[0]
        clients = [slow(server, file) for _ in range(CLIENTS)]
        until(lambda: held()[0] >= idle + CLIENTS // 2, "they never began")
        for one in clients:
            one.close()
        until(lambda: held()[0] <= idle + CLIENTS // 2, "their connections are still there")

    # Pools start threads when all they have are busy, each with a connection of three files to the database,
    # and keep them. So the first round only fills them; what clients leave behind would be there for each of
    # the second.
    come_and_go()
    most = [one + CLIENTS // 2 for one in held()]
    come_and_go()
    until(lambda: all(now <= then for now, then in zip(held(), most, strict=True)), f"never below {most}")


def test_who_takes_nothing_for_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(DATA)
    folder = tmp_path / "data"
    folder.mkdir()
    with live_server(folder, worker=False, program="tests.live.impatient") as server:
        (file,) = bought(server.environment, path)
        one = slow(server, file)
        sockets = open_sockets([server.process.pid])
        until(lambda: open_sockets([server.process.pid]) < sockets, "it is still there")
        assert rest_of(one) < len(DATA)


def test_a_large_file_is_put_up_by_the_form_and_fills_no_memory(server: LiveServer, tmp_path: Path) -> None:
    path = tmp_path / "season.txt"
    with path.open("wb") as written:
        for _ in range(3):
            written.write(DATA)  # 120 MB
    listing = {"title": "Season", "description": "", "kind": "information"}
    price = {"minor": 1_000, "currency": "EUR"}
    made = call(
        server, "POST", "/listings", server.sign_in("seller"), {**listing, "price": price}, str(uuid4())
    )
    edit = f"{server.url}/as/seller/listings/{made.json()['id']}/edit/"
    with httpx.Client(timeout=120, verify=services.NO_TLS) as seller:
        html = seller.get(edit).text
        csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
        assert csrf is not None, html[:1000]
        with path.open("rb") as source, watching(server) as grown_mb:
            answer = seller.post(
                edit.replace("/edit/", "/files/add/"),
                data={"csrfmiddlewaretoken": csrf[1]},
                files={"uploads": ("season.txt", source)},
                headers={"Origin": server.url},
            )
        assert answer.status_code == httpx.codes.FOUND, answer.text[:2000]
        assert "season.txt" in seller.get(edit).text
    assert max(grown_mb) < 40  # of 120


def test_a_body_larger_than_any_form_is_refused_before_it_is_sent(server: LiveServer) -> None:
    host, _, port = server.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), WITHIN_S) as one:
        size = limits.BODY_BYTES_MAX + 1
        one.sendall(f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n".encode())
        assert one.recv(1_000).startswith(b"HTTP/1.1 413 ")
