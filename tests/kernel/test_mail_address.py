"""Reply addresses: what they carry comes back, and nobody else can make one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from negotiation_hub.kernel import crypto, limits
from negotiation_hub.kernel.mail_address import AddressInvalid, message_ids, read_reply_address, reply_address

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@given(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.integers(0, 2**63 - 1))
def test_what_an_address_carries_comes_back_in_any_case(purpose: str, number: int) -> None:
    address = reply_address(purpose, number, now=NOW)
    assert len(address.partition("@")[0]) <= 64
    assert address == address.lower()
    for written in (address, address.upper(), f" {address.title()} "):
        read = read_reply_address(written, NOW)
        assert (read.purpose, read.number) == (purpose, number)


def test_an_address_is_the_same_within_a_minute() -> None:
    first = reply_address("post", 7, now=NOW)
    assert first == reply_address("post", 7, now=NOW + timedelta(seconds=59))
    assert first != reply_address("post", 7, now=NOW + timedelta(seconds=60))


def test_an_address_ends() -> None:
    address = reply_address("post", 7, now=NOW, ttl_s=3600)
    assert read_reply_address(address, NOW + timedelta(seconds=3600)).number == 7
    with pytest.raises(AddressInvalid):
        read_reply_address(address, NOW + timedelta(seconds=3661))


def test_every_changed_letter_is_noticed() -> None:
    address = reply_address("post", 7, now=NOW)
    local, _, domain = address.partition("@")
    for place in range(2, len(local)):
        other = "a" if local[place] != "a" else "b"
        with pytest.raises(AddressInvalid):
            read_reply_address(f"{local[:place]}{other}{local[place + 1 :]}@{domain}", NOW)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "ben@example.test",
        "r+@hub.example",
        "r+abc@hub.example",
        "r+\u00e4@hub.example",
        "r+" + "a" * 200,
        "r+" + "a" * 62 + "@hub.example",
        "r+1891@hub.example",
        "r+a\nb@hub.example",
        "no-reply@hub.example",
    ],
)
def test_what_is_no_reply_address_is_refused(address: str) -> None:
    with pytest.raises(AddressInvalid) as refused:
        read_reply_address(address, NOW)
    assert refused.value.code == "mail.address_invalid"


def test_an_address_of_another_domain_is_refused(settings: Settings) -> None:
    address = reply_address("post", 7, now=NOW)
    settings.MAIL_DOMAIN = "other.example"
    with pytest.raises(AddressInvalid):
        read_reply_address(address, NOW)
    with pytest.raises(AddressInvalid):
        read_reply_address(address.replace("hub.example", "hub.example.evil.test"), NOW)


def test_an_address_made_with_other_keys_is_refused_and_old_keys_go_on_reading(
    settings: Settings, tmp_path: Path
) -> None:
    foreign = reply_address("post", 7, now=NOW)
    settings.KEY_RING = tmp_path / "ring.json"
    crypto.forget_keys()
    try:
        with pytest.raises(AddressInvalid):
            read_reply_address(foreign, NOW)
        ours = reply_address("post", 7, now=NOW)
        crypto.rotate()
        assert reply_address("post", 7, now=NOW) != ours
        assert read_reply_address(ours, NOW).number == 7
    finally:
        crypto.forget_keys()


@pytest.mark.parametrize(
    ("purpose", "number"), [("", 1), ("Post", 1), ("notification", 1), ("post", -1), ("post", 2**63)]
)
def test_what_no_address_can_carry_is_the_callers_mistake(purpose: str, number: int) -> None:
    with pytest.raises(ValueError, match="no reply address"):
        reply_address(purpose, number, now=NOW)


def test_a_mac_has_96_bits() -> None:
    tag = crypto.short_mac("test", b"data")
    assert len(tag) * 8 == 96
    assert crypto.check_short_mac("test", b"data", tag)
    assert not crypto.check_short_mac("test", b"date", tag)
    assert not crypto.check_short_mac("other", b"data", tag)
    assert not crypto.check_short_mac("test", b"data", tag[:4])
    assert limits.MAIL_REPLY_S >= 30 * 86_400


def test_ids_are_found_among_rubbish() -> None:
    assert message_ids("<a@b> (was: x) <a@b>\t<c@d>, <no> <e f@g> <h@i") == ("<a@b>", "<c@d>")
