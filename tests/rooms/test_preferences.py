"""What a side wants is recorded by its own people, and reaches nobody else."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people.models import Membership, User
from negotiation_hub.people.services import issue_token
from rooms import audit, preferences, queries, state
from rooms.models import Preferences, Room
from rooms.queries import Seat
from tests.rooms.table import Table, person, refused

pytestmark = pytest.mark.django_db

TOTAL = {"kind": "total", "reservation": 8_437_109, "target": 9_437_109, "weight": 60}
WARRANTY = {"kind": "number", "name": "Warranty months", "reservation": 36, "target": 12, "weight": 40}
NOTES = "Their quixotic plant stands still from Epiphany on."


def wants(table: Table, who: str = "seller", side: str = "seller", **fields: Any) -> Any:
    defaults = {"replaces": 0, "issues": [TOTAL, WARRANTY], "alternative": 4_321, "notes": NOTES}
    return table.send(who, "preferences.set", stream_id=table.caucus(side), **{**defaults, **fields})


def told(table: Table) -> list[dict[str, Any]]:
    events = table.told(table.caucus("seller"))
    return [event.body["preferences"] for event in events if event.kind == "preferences.set"]


def caucus(table: Table) -> dict[str, Any]:
    """The seller's caucus from its rows, which must be what its log says."""
    folded = state.empty_caucus(str(table.room.pk), "seller")
    for event in table.told(table.caucus("seller")):
        state.apply_caucus(folded, event.kind, event.body)
    assert folded == queries.caucus_state(Room.objects.get(pk=table.room.pk), "seller")
    return folded


def colleague(table: Table, role: str) -> User:
    user = person("Sol")
    Membership.objects.create(user=user, organisation=table.room.seller, role=role, created_at=table.now)
    table.others["sol"] = user
    return user


@pytest.mark.covers("room:private.values")
def test_a_side_records_reservation_value_target_and_weight_of_each_issue_and_its_notes(table: Table) -> None:
    wants(table)
    said = caucus(table)["preferences"]
    assert said["issues"] == [{**TOTAL, "name": None}, WARRANTY]
    assert (said["revision"], said["alternative"], said["notes"]) == (1, 4_321, NOTES)
    wants(table, replaces=1, issues=[TOTAL], alternative=None, notes="")
    assert caucus(table)["preferences"]["revision"] == 2
    assert [one["notes"] for one in told(table)] == [NOTES, ""]
    assert not list(audit.check_room(Room.objects.get(pk=table.room.pk)))


def test_anyone_of_the_side_may_and_nobody_else(table: Table) -> None:
    colleague(table, Membership.Role.SALES)
    wants(table, "sol")
    table.others["cleo"] = person("Cleo", "Elsewhere")
    table.others["mo"] = person("Mo")
    User.objects.filter(pk=table.others["mo"].pk).update(is_moderator=True)
    table.others["mo"].refresh_from_db()
    for who in ("buyer", "cleo", "mo"):
        with refused("stream.unknown"):
            wants(table, who, replaces=1)
    with refused("not_permitted"):
        table.send("seller", "preferences.set", replaces=1, issues=[])
    assert len(told(table)) == 1


def test_a_repeated_command_gets_its_first_answer_and_the_same_again_writes_nothing(table: Table) -> None:
    again = uuid4()
    first = wants(table, id=again)
    assert wants(table, id=again) == first
    assert wants(table, replaces=1).seq == first.seq
    assert len(told(table)) == 1


def test_whoever_read_an_older_revision_does_not_undo_a_colleagues(table: Table) -> None:
    colleague(table, Membership.Role.SALES)
    wants(table)
    with refused("preferences.stale"):
        wants(table, "sol", notes="mine")
    wants(table, "sol", replaces=1, notes="mine")
    with refused("preferences.stale"):
        wants(table, replaces=1, notes="later")
    assert caucus(table)["preferences"]["notes"] == "mine"


@pytest.mark.parametrize(
    "issue",
    [
        {**TOTAL, "target": TOTAL["reservation"]},
        {**TOTAL, "target": 1},
        {**TOTAL, "kind": "unit_price", "name": "Pump", "target": 1},
        {**WARRANTY, "target": 36},
        {**WARRANTY, "kind": "quantity", "reservation": "5", "target": "5.0"},
        {**WARRANTY, "kind": "choice", "reservation": "FCA", "target": " fca "},
    ],
)
def test_a_target_is_better_than_where_one_walks_away(table: Table, issue: dict[str, Any]) -> None:
    with refused("preferences.order"):
        wants(table, issues=[issue])
    assert caucus(table)["preferences"] is None


def test_a_buyer_aims_lower(table: Table) -> None:
    with refused("preferences.order"):
        wants(table, "buyer", "buyer", issues=[TOTAL])
    wants(table, "buyer", "buyer", issues=[{**TOTAL, "target": 7_000_000}])


@pytest.mark.parametrize(
    "issues",
    [
        [{**TOTAL, "name": "Total"}],
        [{**WARRANTY, "name": " "}],
        [{key: value for key, value in WARRANTY.items() if key != "name"}],
        [{**TOTAL, "reservation": 0}],
        [{**TOTAL, "target": 2**53}],
        [{**TOTAL, "target": "9"}],
        [{**TOTAL, "weight": 0}],
        [{**TOTAL, "weight": 101}],
        [{**TOTAL, "weight": 1.5}],
        [{**WARRANTY, "target": True}],
        [{**WARRANTY, "kind": "date", "reservation": "2026-02-30", "target": "2026-03-01"}],
        [{**WARRANTY, "kind": "quantity", "reservation": "0", "target": "1"}],
        [{**WARRANTY, "kind": "choice", "reservation": " ", "target": "x"}],
        [WARRANTY, {**WARRANTY, "name": " WARRANTY months", "kind": "choice", "target": "x"}],
        [{**WARRANTY, "name": f"Term {number}"} for number in range(61)],
        [{**WARRANTY, "name": "Term\x00"}],
    ],
    ids=str,
)
def test_what_is_no_preference_is_no_frame(table: Table, issues: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        wants(table, issues=issues)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "'; DROP TABLE rooms_room; --", "\u202eevil", "💥" * 100, "{{7*7}}"]
)
def test_a_hostile_name_is_a_name(table: Table, name: str) -> None:
    wants(table, issues=[{**WARRANTY, "name": name}], notes=name)
    assert caucus(table)["preferences"]["issues"][0]["name"] == name
    table.propose("buyer", 9_000, issues=[{"name": name, "value": 24}])
    assert preferences.scores(Seat(table.room, "seller"))["offers"][0]["points"] == 5_000


@pytest.mark.covers("room:private.score")
def test_every_offer_of_both_sides_is_scored_for_that_side_alone(table: Table) -> None:
    wants(table, issues=[{**TOTAL, "reservation": 9_000, "target": 11_000}, WARRANTY])
    table.propose("buyer", 8_000, issues=[{"name": "warranty months", "value": 24}])
    table.counter("seller", 10_000)
    offers = preferences.scores(Seat(table.room, "seller"))["offers"]
    assert [offer["points"] for offer in offers] == [2_000, 3_000]
    assert [part["status"] for part in offers[0]["packages"][0]["parts"]] == ["beyond", "within"]
    assert [part["status"] for part in offers[1]["packages"][0]["parts"]] == ["within", "missing"]
    of_buyer = preferences.scores(Seat(table.room, "buyer"))
    assert (of_buyer["revision"], [offer["points"] for offer in of_buyer["offers"]]) == (0, [None, None])
    with refused("stream.unknown"):
        preferences.scores(Seat(table.room, "moderator"))


def test_a_row_that_was_changed_behind_the_log_is_named(table: Table) -> None:
    wants(table)
    row = Preferences.objects.get()
    row.notes = "forged"
    row.save()
    problems = [str(problem) for problem in audit.check_room(Room.objects.get(pk=table.room.pk))]
    assert len(problems) == 1
    assert "preferences" in problems[0]


SECRETS = ("8437109", "84.371", "84,371", "9437109", "quixotic", "Epiphany", "gryphon")
# By themselves only: in some thousand random digits of hashes and salts they come up by chance.
SHORT_SECRETS = re.compile(r"(?<![0-9A-Za-z])(84371|4321)(?![0-9A-Za-z])")


def betrayed(said: str) -> list[str]:
    """What of the side's own is in there."""
    return [secret for secret in SECRETS if secret in said] + SHORT_SECRETS.findall(said)


def reads(table: Table, user: User) -> dict[str, str]:
    """All that the server gives that person about the room, by where it was asked."""
    token = {"Authorization": f"Bearer {issue_token(user=user, now=clock.now())}"}
    browser, room = Client(), table.room.pk
    browser.force_login(user)
    pages = [f"/rooms/{room}/", "/deals/", f"/deals/{room}/", "/reports/", "/reports/figures.csv"]
    calls = ["", "/events", "/evidence", "/scores", "/board/evidence", "/board.excalidraw"]
    rest = [f"/api/v1/rooms/{room}{call}" for call in calls] + ["/api/v1/rooms", f"/api/v1/deals/{room}"]
    rest += [f"/api/v1/listings?q={word}" for word in ("quixotic", "gryphon", "8437109")]
    rest += [f"/api/v1/rooms/{table.caucus('seller')}{call}" for call in ("", "/events", "/evidence")]
    said = {path: browser.get(path).content.decode() for path in pages}
    return said | {path: Client().get(path, headers=token).content.decode() for path in rest}


@pytest.mark.covers("room:caucus.silent", "room:caucus.beside", "room:private.score")
def test_not_a_byte_of_it_is_in_anything_that_the_other_side_or_a_moderator_reads(table: Table) -> None:
    table.others["dov"] = dov = person("Dov")
    User.objects.filter(pk=dov.pk).update(is_moderator=True)
    table.propose("buyer", 9_000)
    strangers = (table.ben, dov)
    before = [reads(table, one) for one in strangers]
    wants(table, notes=f"{NOTES} {TOTAL}")
    table.send("seller", "bound.set", stream_id=table.caucus("seller"), minor=8_437_109)
    table.send(
        "seller", "message.send", stream_id=table.caucus("seller"), text="a gryphon of a price: 8437109"
    )
    after = [reads(table, one) for one in strangers]
    for earlier, later in zip(before, after, strict=True):
        for path, said in later.items():
            assert not betrayed(said), path
            if path.startswith("/api/") or path.endswith(".csv"):
                assert said == earlier[path], path  # not even its size, or a time in it
    assert "quixotic" in json.dumps(reads(table, table.ada)), "where it is, the search finds it"
    assert betrayed('{"alternative":4321}'), "as where it is said"
    assert not [job for job in Job.objects.all() if betrayed(str(job.payload))]
    assert not [mail for mail in Mail.objects.all() if betrayed(str(vars(mail)))]
