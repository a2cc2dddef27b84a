"""A transcript is what its readers may see, signed, and whoever has the public key can check it."""

import io
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from negotiation_hub.kernel import crypto, transcript
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.transcript_check import check
from negotiation_hub.people.models import Membership, User
from rooms import transcripts
from tests.rooms.stranger_verifier import genuine
from tests.rooms.table import Table, person, refused
from tests.rooms.transcripts import record, story


def url(table: Table, query: str = "") -> str:
    return f"/api/v1/rooms/{table.room.pk}/transcript.json{query}"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fetched(user: User, address: str) -> Any:
    response = client_of(user).get(address)
    assert response.status_code == 200, response.content
    return b"".join(response)


@pytest.mark.covers("room:after.transcript")
def test_both_sides_get_all_that_was_said_with_what_proves_it(table: Table) -> None:
    story(table)
    for who in ("buyer", "seller"):
        document = json.loads(fetched(table.actor(who), url(table)))
        assert [event["seq"] for event in document["events"]] == list(range(1, len(table.events) + 1))
        assert [event["hash"] for event in document["events"]] == [e.hash.hex() for e in table.events]
        assert document["head"] == {"seq": table.events[-1].seq, "hash": table.events[-1].hash.hex()}
        assert [one["version"] for one in document["agreements"]] == [2]
        assert {(one["name"], one["side"]) for one in document["people"]} == {
            ("Ben", "buyer"),
            ("Ada", "seller"),
        }
        assert document["room"]["title"] == "Pump NB-40"


@pytest.mark.covers("room:after.transcript")
def test_somebody_who_only_read_the_documentation_can_check_it(table: Table) -> None:
    data = record(story(table))
    keys = crypto.public_keys()
    assert genuine(data, keys)
    assert check(data, keys).genuine
    assert check(data, keys).exact
    assert not genuine(data.replace(b"5,000", b"6,000"), keys)
    keys.clear()
    assert not genuine(data, keys)


def test_what_was_removed_is_removed_in_it_and_the_chain_holds(table: Table) -> None:
    data = record(story(table))
    assert re.search(rb"\b4242\b", data) is None  # hashes have all kinds of digits
    (gone,) = [event for event in json.loads(data)["events"] if event["content"] is None]
    assert gone["salt"] is None
    assert len(gone["commitment"]) == 64


def test_the_file_is_canonical_and_its_members_are_those_of_the_documentation(table: Table) -> None:
    data = record(story(table))
    document = json.loads(data)
    assert tuple(document) == transcript.MEMBERS
    assert list(document)[-1] == "signature"


def test_a_caucus_is_a_file_of_its_own_that_only_its_side_gets(table: Table) -> None:
    table.send("seller", "message.send", text="floor is 90", stream_id=table.caucus("seller"))
    story(table)
    assert b"floor is 90" not in record(table, "seller")
    ours = record(table, "seller", "caucus")
    assert b"floor is 90" in ours
    assert json.loads(ours)["log"] == {"id": str(table.caucus("seller")), "kind": "caucus", "side": "seller"}
    assert [one["side"] for one in json.loads(ours)["people"]] == ["seller"]
    assert genuine(ours, crypto.public_keys())
    theirs = record(table, "buyer", "caucus")
    assert b"floor is 90" not in theirs
    assert json.loads(theirs)["log"]["side"] == "buyer"


@pytest.mark.parametrize("ending", ["json", "pdf"])
def test_strangers_and_those_who_left_get_none(table: Table, ending: str) -> None:
    story(table)
    address = url(table).replace("json", ending)
    answers = [client_of(person("Eve", "Elsewhere")).get(address)]
    Membership.objects.filter(user=table.ben).delete()
    answers.append(client_of(table.ben).get(address))
    answers.append(client_of(table.ada).get(address.replace(str(table.room.pk), str(uuid4()))))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "stream.unknown")}
    assert Client().get(address).status_code == 401


def test_a_moderator_has_no_caucus_to_take_away(table: Table) -> None:
    moderator = person("Mo")
    moderator.is_moderator = True
    moderator.save()
    assert fetched(moderator, url(table))
    with refused("stream.unknown"):
        transcripts.make(moderator, table.room.pk, "caucus", table.now)


@pytest.mark.django_db
def test_a_key_that_is_retired_still_proves_what_it_signed(tmp_path: Any, settings: Any) -> None:
    settings.KEY_RING = tmp_path / "ring.json"
    crypto.forget_keys()
    try:
        table = story(Table())
        data = record(table)
        old = json.loads(data)["signature"]["key"]
        fresh = crypto.rotate()
        assert check(data, crypto.public_keys()).genuine
        assert json.loads(record(table))["signature"]["key"] == fresh != old
        assert {old, fresh} <= set(Client().get("/.well-known/negotiation-hub-keys.json").json()["keys"])
    finally:
        crypto.forget_keys()


def test_what_comes_while_it_is_written_is_not_in_it(table: Table) -> None:
    story(table)
    facts = transcripts._facts(table.ben, table.room.pk, "table")
    table.send("buyer", "message.send", text="one more")
    out = io.BytesIO()
    transcript.write(out, facts, at=table.now)
    document = json.loads(out.getvalue())
    assert document["head"]["seq"] == len(document["events"]) == table.events[-1].seq - 1
    assert genuine(out.getvalue(), crypto.public_keys())
    assert Stream.objects.get(id=table.room.pk).head_seq == table.events[-1].seq
