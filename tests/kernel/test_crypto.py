"""Keys outside the database: what was signed, sealed or handed out is what comes back, or nothing does."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from negotiation_hub.kernel import clock, crypto


@pytest.fixture(autouse=True)
def _own_ring(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.KEY_RING = tmp_path / "keys" / "ring.json"
    crypto.forget_keys()
    yield
    crypto.forget_keys()


def test_a_ring_is_made_once_and_for_its_owner_only(settings: Settings) -> None:
    keys = crypto.public_keys()
    assert stat.S_IMODE(Path(settings.KEY_RING).stat().st_mode) == 0o600
    crypto.create_ring(Path(settings.KEY_RING))
    crypto.forget_keys()
    assert crypto.public_keys() == keys


def test_a_signature_holds_for_its_bytes_alone() -> None:
    made = crypto.sign(b"head")
    assert crypto.verify(b"head", made.key_id, made.value)
    assert not crypto.verify(b"Head", made.key_id, made.value)
    assert not crypto.verify(b"head", "unknown", made.value)
    assert crypto.verify_with(crypto.public_keys()[made.key_id], b"head", made.value)


def test_after_a_rotation_the_old_key_reads_and_the_new_one_writes() -> None:
    signed, sealed, tag = crypto.sign(b"x"), crypto.seal("p", b"x", b"here"), crypto.mac("p", b"x")
    fresh = crypto.rotate()
    assert crypto.verify(b"x", signed.key_id, signed.value)
    assert crypto.unseal("p", sealed, b"here") == b"x"
    assert crypto.check_mac("p", b"x", tag)
    assert crypto.sign(b"x").key_id == fresh


@given(st.binary(max_size=100), st.data())
def test_a_sealed_value_with_any_changed_byte_does_not_open(data: bytes, draw: st.DataObject) -> None:
    sealed = bytearray(crypto.seal("p", data, b"table.column:1"))
    place = draw.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(crypto.BadSeal):
        crypto.unseal("p", bytes(sealed), b"table.column:1")


def test_a_sealed_value_moved_to_another_row_or_purpose_does_not_open() -> None:
    sealed = crypto.seal("p", b"x", b"table.column:1")
    for purpose, place in (("p", b"table.column:2"), ("q", b"table.column:1")):
        with pytest.raises(crypto.BadSeal):
            crypto.unseal(purpose, sealed, place)


def test_a_mac_is_bound_to_its_purpose() -> None:
    tag = crypto.mac("ledger", b"x")
    assert crypto.check_mac("ledger", b"x", tag)
    assert not crypto.check_mac("other", b"x", tag)
    assert not crypto.check_mac("ledger", b"y", tag)
    assert not crypto.check_mac("ledger", b"x", b"")


def test_a_token_carries_its_payload_until_it_is_too_old() -> None:
    now = clock.now()
    token = crypto.make_token("order", {"id": 5}, ttl_s=60, now=now)
    assert crypto.read_token("order", token, now=now) == {"id": 5}
    for purpose, text, moment in (
        ("other", token, now),
        ("order", token[:-2], now),
        ("order", "x" + token, now),
        ("order", "", now),
        ("order", "a.b.c", now),
        ("order", "é.é", now),
        ("order", token, now + timedelta(seconds=61)),
    ):
        with pytest.raises(crypto.BadToken):
            crypto.read_token(purpose, text, now=moment)
