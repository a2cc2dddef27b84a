"""Whoever owns the database and changes it is found out: `verify` names what was changed, and where."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from negotiation_hub.kernel import canonical, clock, heads, rows, stream
from negotiation_hub.kernel.models import Event, SignedHead, Stream
from negotiation_hub.verify import verify
from rooms.models import Offer
from tests.rooms.table import Table

pytestmark = pytest.mark.django_db(transaction=True)


def problems() -> list[str]:
    """What verify says."""
    said: list[str] = []
    report = verify(said.append)
    assert report.problems == len(said)
    return said


def drop_triggers() -> None:
    """What an attacker with the database's password does first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET session_replication_role = replica")


@pytest.fixture(autouse=True)
def _triggers_back() -> Any:
    with connection.cursor() as cursor:
        triggers = []
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = [sql for (sql,) in cursor.fetchall()]
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        there = {sql for (sql,) in cursor.fetchall()}
        for sql in triggers:
            if sql not in there:
                cursor.execute(sql)


@pytest.fixture
def deal() -> Table:
    """A room with talk, offers and an agreement; every head is signed and witnessed."""
    table = Table()
    table.send("buyer", "message.send", text="Would you take 90?")
    table.propose("buyer", 9_000)
    table.counter("seller", 10_000)
    table.accept("buyer")
    table.send("seller", "message.send", text="Thank you.")
    heads.sign_tails(clock.now())
    assert problems() == []
    return table


def sql(statement: str, *values: Any) -> int:
    """Runs a statement; how many rows it hit."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return int(cursor.rowcount)


def key(table: Table) -> Any:
    """The number of the room's stream, as hand-written SQL needs it."""
    return Stream.objects.get(id=table.room.pk).number


def recompute(table: Table, change: Callable[[dict[str, Any]], None], seq: int) -> None:
    """Changes one event's content and makes the whole chain behind it fit again."""
    previous = b""
    for event in table.events:
        content, commitment = event.content, event.commitment
        if event.seq == seq:
            body = event.body
            change(body)
            content = canonical.dumps(body)
            assert event.salt is not None
            commitment = stream.commitment_of(event.salt, content)
        if event.seq >= seq:
            before = previous or stream.genesis(table.room.pk)
            digest = stream.hash_of(
                str(event.stream), event.seq, before, event.kind, event.by, clock.text(event.at), commitment
            )
            sql(
                "UPDATE kernel_event SET content = %s, commitment = %s, hash = %s "
                "WHERE stream_id = %s AND seq = %s",
                content, commitment, digest, key(table), event.seq,
            )  # fmt: skip
            previous = digest
        else:
            previous = event.hash
    Stream.objects.filter(id=table.room.pk).update(head_hash=previous)


def test_the_database_itself_refuses_to_change_an_event(deal: Table) -> None:
    for statement in ("UPDATE kernel_event SET kind = 'x'", "DELETE FROM kernel_event"):
        with pytest.raises(Exception, match="immutable"):
            sql(statement)


def test_a_deleted_event_is_named(deal: Table) -> None:
    drop_triggers()
    assert sql("DELETE FROM kernel_event WHERE stream_id = %s AND seq = 4", key(deal)) == 1
    assert f"stream {deal.room.pk}: event 4 is missing" in problems()


def test_one_changed_byte_of_a_message_is_named(deal: Table) -> None:
    drop_triggers()
    sql(
        "UPDATE kernel_event SET content = replace(content, '90', '95') WHERE stream_id = %s AND seq = 4",
        key(deal),
    )
    assert problems() == [
        f"stream {deal.room.pk} event 4 (message.sent): its content is not what was committed to"
    ]


def test_a_chain_that_was_recomputed_is_found_by_its_signed_heads(deal: Table) -> None:
    drop_triggers()
    recompute(deal, lambda body: body.update(text="Would you take 95?"), 4)
    found = problems()
    assert found
    assert all("the chain was recomputed" in line for line in found)


def test_a_recomputed_chain_is_found_even_when_its_signed_heads_were_deleted(deal: Table) -> None:
    drop_triggers()
    recompute(deal, lambda body: body.update(text="Would you take 95?"), 4)
    SignedHead.objects.filter(stream__id=deal.room.pk).delete()
    assert any("the chain was recomputed" in line for line in problems())


def test_a_cut_off_tail_is_found_even_when_its_signed_heads_were_deleted(deal: Table) -> None:
    drop_triggers()
    last = deal.events[-1].seq
    before = deal.events[-2]
    sql("DELETE FROM kernel_event WHERE stream_id = %s AND seq = %s", key(deal), last)
    SignedHead.objects.filter(stream__id=deal.room.pk, seq=last).delete()
    Stream.objects.filter(id=deal.room.pk).update(head_seq=before.seq, head_hash=before.hash, unsigned=False)
    assert problems() == [
        f"stream {deal.room.pk}: was signed up to event {last}, but its log ends at {before.seq}"
    ]


def test_a_stream_that_is_gone_is_named(deal: Table) -> None:
    drop_triggers()
    caucus = Stream.objects.get(kind="caucus", scope=deal.room.pk, side="buyer")
    deal.send("buyer", "message.send", stream_id=caucus.id, text="Our limit is 110.")
    heads.sign_tails(clock.now())
    SignedHead.objects.filter(stream=caucus).delete()
    Event.objects.filter(stream=caucus).delete()
    caucus_id = caucus.id
    caucus.delete()
    assert problems() == [f"stream {caucus_id}: is gone, though it was signed up to 1"]


def test_a_forged_signature_is_named(deal: Table) -> None:
    drop_triggers()
    assert SignedHead.objects.filter(stream__id=deal.room.pk, seq=3).update(signature=b"\x00" * 64)
    assert any("signature" in line for line in problems())


@pytest.mark.parametrize(
    "change",
    [
        {"status": "declined"},
        {"hash": "0" * 64},
        {"side": "buyer"},
        {"tax_rate_bp": 700},
        {"expires_at": clock.from_us(0)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_offer_is_named(deal: Table, change: dict[str, Any]) -> None:
    drop_triggers()
    Offer.objects.filter(room=deal.room, version=2).update(**change)
    assert any(line.startswith(f"room {deal.room.pk}") and "offer 2" in line for line in problems())


def test_a_changed_price_inside_an_offer_is_named(deal: Table) -> None:
    drop_triggers()
    offer = Offer.objects.get(room=deal.room, version=2)
    changed = json.loads(json.dumps(offer.packages).replace("10000", "9999"))
    offer.packages = changed  # by somebody who has the keys, too
    offer.save()
    assert any("offer 2" in line for line in problems())


def test_a_sealed_value_that_was_changed_or_moved_is_named(deal: Table) -> None:
    drop_triggers()
    first, second = Offer.objects.filter(room=deal.room).order_by("version").values_list("pk", "packages")
    for pk, stored in ((second[0], first[1]), (second[0], second[1][:-8] + "AAAAAAAA")):
        sql("UPDATE rooms_offer SET packages = %s WHERE id = %s", stored, rows.ids([pk])[0])
        assert f"rooms.Offer {pk}: its packages is changed, or moved from another row" in problems()


def test_a_sealed_event_that_was_changed_or_moved_is_named(deal: Table) -> None:
    drop_triggers()
    content = "(SELECT content FROM kernel_event WHERE stream_id = %s AND seq = 5)"
    where = "WHERE stream_id = %s AND seq = 6"
    assert sql(f"UPDATE kernel_event SET content = {content} {where}", key(deal), key(deal)) == 1
    assert any("event 6" in line and "not what was committed to" in line for line in problems())


def test_a_deleted_offer_is_named(deal: Table) -> None:
    drop_triggers()
    Offer.objects.filter(room=deal.room, version=1).delete()
    assert any(line.startswith(f"room {deal.room.pk}: offers") for line in problems())


@pytest.mark.parametrize(
    "statement", ["UPDATE orders_order SET gross = 1, net = 1", "DELETE FROM rooms_agreement"]
)
def test_a_changed_order_and_a_deleted_agreement_are_named(deal: Table, statement: str) -> None:
    drop_triggers()
    if connection.vendor == "sqlite":
        sql("PRAGMA ignore_check_constraints = ON")
    sql(statement)
    if connection.vendor == "sqlite":
        sql("PRAGMA ignore_check_constraints = OFF")
    assert problems()


def test_a_removed_message_still_verifies_and_cannot_be_guessed(deal: Table) -> None:
    said = deal.events[-1]
    deal.send("seller", "message.redact", message=said.seq)
    heads.sign_tails(clock.now())
    assert problems() == []
    left = next(event for event in deal.events if event.seq == said.seq)
    assert (left.content, left.salt, left.hash) == (None, None, said.hash)


def test_a_message_that_was_emptied_is_named(deal: Table) -> None:
    sql("UPDATE kernel_event SET content = NULL, salt = NULL WHERE stream_id = %s AND seq = 4", key(deal))
    (problem,) = problems()
    assert problem.endswith("event 4 (message.sent): its content is gone, and nobody removed it")
