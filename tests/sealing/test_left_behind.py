"""After a rotation the old key can go: files, keys, messages, the ledger and the search need it no more."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from negotiation_hub.kernel import clock, commit, crypto, files, outbox, resealing, sealed_files
from negotiation_hub.kernel.models import File
from negotiation_hub.verify import verify
from orders.models import DeliveryProof, LicenceKey, Order
from payments.models import ProviderEvent
from rooms.models import Attachment
from rooms.search import find
from tests.orders.three import Three
from tests.rooms.files import stored
from tests.sealing import everything

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("ring")]


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, ring: Path) -> Three:
    """One of everything that is sealed."""
    settings.DATA_DIR = tmp_path
    return everything.make(monkeypatch, settings)


def problems() -> list[str]:
    found: list[str] = []
    verify(lambda line: found.append(str(line)))
    return found


def secrets(ring: Path) -> list[str]:
    """The ids of the keys that can still open something."""
    return [key["id"] for key in json.loads(ring.read_text())["keys"] if "secret" in key]


def test_after_a_rotation_the_old_key_is_dropped_and_everything_opens(
    three: Three, order: Order, ring: Path
) -> None:
    before, wrong = everything.opened(), problems()
    assert [name for name, found in before.items() if not found] == [], "there is one of everything"
    # Keys, kept answers and orders by mail have a way of their own.
    assert len(before) == everything.kinds() + 3
    call_command("rotate_keys")
    call_command("drop_keys")
    assert len(secrets(ring)) == 1
    assert everything.opened() == before
    assert problems() == wrong == []
    assert find.find(actor=order.buyer_person, text="zephyr clause").hits  # type: ignore[arg-type]


def test_a_key_that_something_needs_is_not_dropped(three: Three, ring: Path) -> None:
    crypto.rotate()
    with pytest.raises(CommandError, match="still need an older key"):
        call_command("drop_keys")
    assert len(secrets(ring)) == 2


def test_a_file_that_cannot_be_read_is_left_and_keeps_the_old_key(three: Three, ring: Path) -> None:
    proof = DeliveryProof.objects.get()
    damaged = next(path for path in stored() if path.name == proof.file.sha256)
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-1] + b"x")
    crypto.rotate()
    sum(resealing.reseal())
    assert sealed_files.unread == [proof.file_id]
    with pytest.raises(CommandError):
        call_command("drop_keys")
    damaged.write_bytes(whole)  # it was in the backup
    sum(resealing.reseal())
    call_command("drop_keys")
    assert DeliveryProof.objects.get().picture()


def test_a_licence_key_is_known_again_after_a_rotation_and_after_its_reseal(three: Three) -> None:
    crypto.rotate()
    assert (everything.add_keys(three).new, LicenceKey.objects.count()) == (0, 2)
    sum(resealing.reseal())
    assert (everything.add_keys(three).new, LicenceKey.objects.count()) == (0, 2)


def test_whoever_has_read_the_row_of_a_file_still_reads_it(three: Three) -> None:
    proof, data = DeliveryProof.objects.select_related("file").get(), DeliveryProof.objects.get().picture()
    crypto.rotate()
    sum(resealing.reseal())
    assert proof.picture() == data
    files.discard(proof.file.sha256)  # as a day later
    assert proof.picture() == data


def test_the_bytes_of_before_go_after_a_day_and_with_a_removal_at_once(three: Three) -> None:
    file = Attachment.objects.get().file
    crypto.rotate()
    sum(resealing.reseal())
    now = File.objects.get(pk=file.pk)
    assert {file.sha256, now.sha256} <= {path.name for path in stored()}
    row = Attachment.objects.get()
    with commit.transact():
        row.delete()
        sealed_files.remove(file)  # as it was read before the rotation
    outbox.drain(clock.now())
    assert not {file.sha256, now.sha256} & {path.name for path in stored()}


@pytest.mark.parametrize("cut", ["write", "swap"])
def test_a_crash_between_two_steps_loses_nothing(
    three: Three, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    before = everything.opened()
    crypto.rotate()

    def crash(*_: object) -> int:
        raise SystemExit

    with monkeypatch.context() as patch:
        if cut == "write":
            patch.setattr(files, "write", crash)
        else:
            patch.setattr(sealed_files, "_swap", crash)
        with pytest.raises(SystemExit):
            sum(resealing.reseal())
    assert everything.opened() == before
    sum(resealing.reseal())
    call_command("drop_keys")
    assert everything.opened() == before


def test_a_file_of_another_row_is_no_picture(three: Three) -> None:
    proof = DeliveryProof.objects.get()
    proof.file = Attachment.objects.get().file
    with pytest.raises(crypto.BadSeal):
        proof.picture()


def test_the_database_takes_a_fresh_seal_and_nothing_else(three: Three) -> None:
    event = ProviderEvent.objects.earliest("received_at")
    table = ProviderEvent._meta.db_table
    key = ProviderEvent._meta.pk.get_db_prep_value(event.pk, connection)
    for column, value in (("sealed", b"clear"), ("kind", "other"), ("sealed", b"")):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE {table} SET "{column}" = %s WHERE id = %s', [value, key])
    with connection.cursor() as cursor:
        fresh = crypto.seal("payments.provider_event", event.raw(), event.place())
        cursor.execute(f"UPDATE {table} SET sealed = %s WHERE id = %s", [fresh, key])
