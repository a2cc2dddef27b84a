"""A fresh key: what is sealed is sealed anew with it while others write; the old key opens nothing more."""

import json
from collections.abc import Generator, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import cast

import pytest
from django.core.management import call_command

from negotiation_hub.kernel import audit, clock, crypto, event_seal, resealing, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.verify import verify
from orders import queries
from orders.models import Order, SealedDetails
from rooms.models import Offer, Room
from rooms.search import find
from tests.races.test_one_wins import race
from tests.rooms.table import Table
from tests.sealing.dump import found_in_database
from tests.sealing.secrets import DETAILS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("ring")]


def keep_only_the_newest_key(ring: Path) -> None:
    """Takes the old keys out of the ring: what still needs them does not open."""
    keys = json.loads(ring.read_text())["keys"]
    ring.write_text(json.dumps({"keys": keys[-1:]}))
    crypto.forget_keys()


def everything_said() -> Iterator[str | None]:
    """What all events say."""
    for row in Stream.objects.order_by("pk"):
        yield from (event.content for event in stream.everything(row.id))


def test_after_a_rotation_nothing_that_is_sealed_needs_the_old_key(order: Order, ring: Path) -> None:
    before = list(everything_said())
    crypto.rotate()
    assert sum(resealing.reseal()) > 0
    keep_only_the_newest_key(ring)
    assert list(audit.check_sealed()) == []
    assert list(everything_said()) == before
    assert queries.details_of(order) == DETAILS
    assert queries.found_by("PO KRYPTON 5") == [order]


def test_without_a_rotation_the_old_key_is_needed(order: Order, ring: Path) -> None:
    crypto.rotate()
    keep_only_the_newest_key(ring)
    assert list(audit.check_sealed()) != []
    with pytest.raises(crypto.BadSeal):
        queries.details_of(order)


def test_what_a_cut_off_rotation_left_is_sealed_by_the_next_and_nothing_twice(
    order: Order, ring: Path
) -> None:
    crypto.rotate()
    run = cast("Generator[int, None, None]", resealing.reseal())
    next(run)
    run.close()
    assert queries.details_of(order) == DETAILS
    assert sum(resealing.reseal()) > 0
    assert sum(resealing.reseal()) == 0
    keep_only_the_newest_key(ring)
    assert list(audit.check_sealed()) == []


def test_the_command_rotates_and_verify_finds_nothing_wrong(order: Order, ring: Path) -> None:
    call_command("rotate_keys")
    assert len(json.loads(ring.read_text())["keys"]) == 2
    assert verify(print).problems == 0
    assert find.find(actor=order.buyer_person, text="zephyr clause").hits  # type: ignore[arg-type]


def test_of_two_who_rotate_at_once_both_keys_are_in_the_ring(ring: Path) -> None:
    crypto.newest_key()
    made: list[str] = []
    runs = [lambda: made.append(crypto.rotate()) for _ in range(8)]
    assert race(*runs) == ["won"] * 8
    ids = [key["id"] for key in json.loads(ring.read_text())["keys"]]
    assert len(set(made)) == 8
    assert set(ids[1:]) == set(made)


def test_a_dropped_key_still_proves_what_it_signed_and_opens_nothing(ring: Path) -> None:
    signed, sealed = crypto.sign(b"head"), crypto.seal("test", b"secret", b"place")
    keys = crypto.public_keys()
    crypto.rotate()
    assert crypto.drop_old() == list(keys)
    assert "secret" not in json.loads(ring.read_text())["keys"][0]
    assert crypto.verify(b"head", signed.key_id, signed.value)
    assert not crypto.verify(b"other", signed.key_id, signed.value)
    assert keys.items() <= crypto.public_keys().items()
    with pytest.raises(crypto.BadSeal):
        crypto.unseal("test", sealed, b"place")
    assert crypto.drop_old() == []


def test_what_an_older_version_left_in_the_clear_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_seal, "streams", set())
    table = Table(now=clock.now())
    table.propose("buyer", issues=[{"name": "Terms", "value": "zephyr"}])
    monkeypatch.undo()
    before = list(everything_said())
    assert "kernel_event.content: zephyr" in found_in_database(["zephyr"])
    assert sum(resealing.reseal()) > 0
    assert found_in_database(["zephyr"]) == []
    assert list(everything_said()) == before


def test_a_rotation_while_others_write_loses_nothing(ring: Path) -> None:
    tables = [Table(now=clock.now()) for _ in range(3)]
    for table in tables:
        table.propose("buyer", 10_000)

    def write(table: Table) -> None:
        for price in range(10_001, 10_021):
            table.supersede("buyer", price)

    def rotate() -> None:
        for _ in range(3):
            crypto.rotate()
            sum(resealing.reseal())

    assert race(*(partial(write, table) for table in tables), rotate) == ["won"] * 4
    sum(resealing.reseal())
    keep_only_the_newest_key(ring)
    for table in tables:
        offers = Offer.objects.filter(room=table.room).order_by("version")
        expected = zip(offers, count(10_000), strict=False)
        assert all(offer.packages[0]["gross"] == price for offer, price in expected)
        assert len(offers) == 21
    assert list(audit.check_sealed()) == []
    assert Room.objects.count() == len(tables)
    assert not SealedDetails.objects.exists()
