"""`negotiation-hub replay`: what it counts, what it finds, what it says."""

import ast
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from negotiation_hub.replay import client, recording
from negotiation_hub.replay.client import Json, Person, Site
from negotiation_hub.replay.player import Outcome, play
from negotiation_hub.replay.run import Run
from tests.live.server import LiveServer
from tests.replay import made_up

pytestmark = pytest.mark.e2e
NOWHERE = "http://127.0.0.1:1"


def test_every_oddity_is_played_counted_and_read_back(server: LiveServer, tmp_path: Path) -> None:
    file = made_up.write(tmp_path / "lines.jsonl", *made_up.ALL)
    done = server.run("replay", str(file), "--url", server.url, "--parallel", "3")
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines()[-2:] == [
        "3 clean agreements at the recorded price, sum 151 USD",
        made_up.LAST_LINE,
    ]


def test_an_agreement_goes_all_the_way_to_released_funds(server: LiveServer, tmp_path: Path) -> None:
    file = made_up.write(tmp_path / "lines.jsonl", made_up.AGREED, made_up.ISSUES)
    done = server.run("replay", str(file), "--url", server.url, "--complete", "1")
    assert (done.stderr, done.returncode) == ("", 0)
    assert "1 completed, from order to released funds" in done.stdout


def test_another_end_than_the_recorded_one_fails_the_replay(server: LiveServer, tmp_path: Path) -> None:
    cheaper = {**made_up.AGREED, "expected": {"status": "agreed", "price": 79}}
    file = made_up.write(
        tmp_path / "lines.jsonl", cheaper, {**made_up.LEFT_OPEN, "expected": {"status": "quit"}}
    )
    done = server.run("replay", str(file), "--url", server.url)
    assert done.returncode == 1
    assert sorted(done.stderr.splitlines()) == [
        "replay: agreed: agreed on 8000, recorded 79 None",
        "replay: left open: it is open, recorded as quit",
    ]
    assert done.stdout.splitlines()[-1].endswith("failed 2")


def test_a_broken_line_is_named_and_the_others_are_played(server: LiveServer, tmp_path: Path) -> None:
    odd = made_up.line("odd", ("nobody", "offer", 1), status="quit")
    file = made_up.write(tmp_path / "lines.jsonl", "{", made_up.TALK_ONLY, odd, "[]", '{"uuid": 1}', "")
    done = server.run("replay", str(file), "--url", server.url, "--parallel", "1")
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert [one.partition(":")[2].strip().partition(" is not")[0] for one in told] == [
        "line 1",
        "line 3",
        "line 4",
        "line 5",
    ]
    assert done.stdout.splitlines()[-1].startswith("replayed 5: agreed 0")
    assert done.stdout.splitlines()[-1].endswith("open 1, refused 0, failed 4")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.jsonl"], "missing.jsonl: No such file or directory"),
        (["."], ".: Is a directory"),
        (["FILE", "--url", NOWHERE], f"no server answers at {NOWHERE}"),
        (["FILE", "--url", "nonsense"], "no server answers at nonsense"),
        (["FILE", "--parallel", "0"], "between 1 and 200 negotiations can be played at once"),
        (["FILE", "--limit", "-1"], "'-1' is not a number of negotiations"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    server: LiveServer, tmp_path: Path, words: list[str], said: str
) -> None:
    file = made_up.write(tmp_path / "lines.jsonl", made_up.TALK_ONLY)
    done = server.run("replay", *(str(file) if word == "FILE" else word for word in words))
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert said in done.stderr


# --- a server that lies is found out


class Liar(Site):
    """The real server, with what it answers bent on its way."""

    def __init__(self, url: str, bend: Callable[[str, Any, Person], Any]) -> None:
        super().__init__(url)
        self.bend = bend

    async def get(self, person: Person, path: str, **arguments: Any) -> Any:
        return self.bend(path, await super().get(person, path, **arguments), person)


def _order_for_another_price(path: str, answer: Any, person: Person) -> Any:
    return {**answer, "gross": answer["gross"] + 1} if path.startswith("/orders/") else answer


def _two_orders(path: str, answer: Any, person: Person) -> Any:
    return {"orders": answer["orders"] * 2} if path == "/orders" else answer


def _no_order(path: str, answer: Any, person: Person) -> Any:
    return {"orders": []} if path == "/orders" else answer


def _other_issues(path: str, answer: Any, person: Person) -> Any:
    return {**answer, "issues": []} if path.startswith("/orders/") else answer


def _of_the_log(
    change: Callable[[list[Json]], list[Json]], side: str = ""
) -> Callable[[str, Any, Person], Any]:
    def bend(path: str, answer: Any, person: Person) -> Any:
        if not path.endswith("/events") or not person.key.startswith(side):
            return answer
        return {**answer, "events": change(answer["events"])}

    return bend


def _trimmed(events: list[Json]) -> list[Json]:
    return [
        {**event, "body": {**event["body"], "text": event["body"]["text"].strip()}}
        if "text" in event["body"]
        else event
        for event in events
    ]


LIES = {
    "an order for another price": (_order_for_another_price, "ordered for"),
    "two orders": (_two_orders, "2 orders"),
    "no order": (_no_order, "0 orders"),
    "other issues": (_other_issues, "other terms"),
    "a message trimmed": (_of_the_log(_trimmed), "messages are not those"),
    "a message trimmed for the seller": (_of_the_log(_trimmed, "seller"), "different logs"),
    "an event lost": (_of_the_log(lambda events: [e for e in events if e["seq"] != 5]), "not contiguous"),
    "an event told twice": (_of_the_log(lambda events: [*events[:2], *events[1:]]), "not contiguous"),
}


@pytest.fixture(params=LIES)
async def lie(request: pytest.FixtureRequest, server: LiveServer) -> AsyncIterator[tuple[Site, str]]:
    """A lying server, and what must be said of it."""
    bend, said = LIES[request.param]
    site = Liar(server.url, bend)
    yield site, said
    await site.close()


async def test_a_lie_is_found(lie: tuple[Site, str]) -> None:
    site, said = lie
    talk = made_up.line(
        "lied about",
        made_up.HELLO,
        ("seller", "offer", {"price": 80, "issues": made_up.SPLIT}),
        ("buyer", "accept", None),
        status="agreed",
        price=80,
        agreed=made_up.SPLIT,
    )
    outcome = await played(site, talk)
    assert any(said in wrong for wrong in outcome.wrong), outcome.wrong


async def test_without_a_lie_the_same_negotiation_is_all_right(server: LiveServer) -> None:
    site = Site(server.url)
    assert (await played(site, made_up.ISSUES)).wrong == []
    await site.close()


async def test_a_listing_that_is_refused_is_counted_and_negotiated_about_all_the_same(
    server: LiveServer,
) -> None:
    site = Site(server.url)
    outcome = await played(site, {**made_up.AGREED, "description": ["long " * 10_000], "list_price": 10**15})
    assert (outcome.wrong, outcome.status, outcome.refused) == ([], "agreed", 1)
    await site.close()


async def played(site: Site, line: Json) -> Outcome:
    found = recording.parse(json.dumps(line).encode())
    return await play(site, found, await site.sign_in("buyer-1"), await site.sign_in("seller-1"))


async def test_only_the_lines_in_play_are_in_memory(server: LiveServer, tmp_path: Path) -> None:
    taken = 0
    file = made_up.write(tmp_path / "lines.jsonl", *[made_up.TALK_ONLY] * 9)

    def counted() -> Any:
        nonlocal taken
        for line in recording.read(file):
            taken += 1
            assert taken <= run.report.played + 2
            yield line

    site = Site(server.url)
    run = Run(site, complete=0, complain=lambda _: None)
    report = await run.play(counted(), parallel=2)
    await site.close()
    assert (report.played, report.failed) == (9, 0)


def test_the_client_imports_nothing_of_the_server() -> None:
    tree = ast.parse(Path(client.__file__).read_text())
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not {name for name in modules if name.partition(".")[0] in {"django", "negotiation_hub", "rooms"}}
