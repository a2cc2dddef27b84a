"""Whatever is done to a transcript is found, and said by its place."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from desk import transcript_words
from negotiation_hub.kernel import canonical, crypto
from negotiation_hub.kernel.transcript_check import Report, check
from tests.rooms.table import Table
from tests.rooms.transcripts import record, story

Document = dict[str, Any]


@pytest.fixture
def file(table: Table) -> bytes:
    return record(story(table))


def checked(data: bytes) -> Report:
    return check(data, crypto.public_keys())


@pytest.mark.covers("room:after.verify")
@pytest.mark.parametrize("bit", [0, 5, 6])
def test_no_byte_can_be_other_than_it_was_made(file: bytes, bit: int) -> None:
    """One bit of each byte in turn: letters to others, to the other case, out of ASCII's range."""
    for place in range(len(file)):
        changed = bytearray(file)
        changed[place] ^= 1 << bit
        report = checked(bytes(changed))
        assert not (report.genuine and report.exact), place
        assert report.findings or not report.exact, place


@pytest.mark.covers("room:after.verify")
def test_no_tail_can_be_cut_off_however_it_is_mended(file: bytes) -> None:
    for end in range(0, len(file), 97):
        assert not checked(file[:end]).genuine
    document = json.loads(file)
    document["events"].pop()
    last = document["events"][-1]
    document["head"] = {"seq": last["seq"], "hash": last["hash"]}
    assert codes(document) == ["signature.wrong", "heads.cut"]
    document["heads"] = [head for head in document["heads"] if head["seq"] <= last["seq"]]
    assert codes(document) == ["signature.wrong"]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in checked(canonical.dumps(document).encode()).findings]


def _say_otherwise(document: Document) -> None:
    document["events"][3]["content"] = document["events"][3]["content"].replace("500", "900")


def _backdate(document: Document) -> None:
    document["events"][3]["at"] = "2026-03-01T09:00:00.000000Z"


def _put_into_anothers_mouth(document: Document) -> None:
    document["events"][3]["by"] = document["events"][5]["by"]


def _drop(document: Document) -> None:
    del document["events"][3]


def _swap(document: Document) -> None:
    events = document["events"]
    events[3], events[4] = events[4], events[3]


def _hide_as_removed(document: Document) -> None:
    document["events"][3]["salt"] = document["events"][3]["content"] = None


def _put_back_what_was_removed(document: Document) -> None:
    document["events"][5] |= {"content": '{"text":"my card is 4243"}', "salt": "00" * 16}


def _name_another(document: Document) -> None:
    document["people"][0]["name"] = "Eve"


def _sign_oneself(document: Document) -> None:
    document["signature"]["key"] = "000000000000"


def _another_head(document: Document) -> None:
    document["heads"][0]["signature"] = document["signature"]["value"]


@pytest.mark.covers("room:after.verify")
@pytest.mark.parametrize(
    ("tamper", "expected"),
    [
        (_say_otherwise, {"signature.wrong", "event.content"}),
        (_backdate, {"signature.wrong", "event.hash"}),
        (_put_into_anothers_mouth, {"signature.wrong", "event.hash"}),
        (_drop, {"signature.wrong", "event.missing", "event.hash"}),
        (_swap, {"signature.wrong", "event.missing", "event.hash"}),
        (_hide_as_removed, {"signature.wrong"}),
        (_put_back_what_was_removed, {"signature.wrong", "event.content"}),
        (_name_another, {"signature.wrong"}),
        (_sign_oneself, {"signature.unknown_key"}),
        (_another_head, {"signature.wrong", "heads.signature"}),
    ],
)
def test_each_forgery_is_named(file: bytes, tamper: Callable[[Document], None], expected: set[str]) -> None:
    document = json.loads(file)
    tamper(document)
    assert set(codes(document)) == expected


def test_a_forger_with_a_key_of_their_own_is_nobody_we_know(file: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from negotiation_hub.kernel import transcript

    document = json.loads(file)
    forger, key = Ed25519PrivateKey.generate(), document["signature"]["key"]
    document["keys"] = {key: forger.public_key().public_bytes_raw().hex()}
    del document["signature"]
    digest = canonical.digest(document).hex()
    document["signature"] = {"key": key, "value": forger.sign(transcript.statement(digest)).hex()}
    assert codes(document) == ["signature.wrong"]


def test_formatted_anew_it_says_the_same_and_is_not_called_exact(file: bytes) -> None:
    report = checked(json.dumps(json.loads(file), indent=2).encode())
    assert report.genuine
    assert not report.exact


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x00\x01", "not_json"),
        (b"[" * 900 + b"]" * 900, "not_transcript"),
        (b"[" * 100_000, "not_json"),
        (b"null", "not_transcript"),
        (b'{"format":"negotiation-hub/transcript/2"}', "not_transcript"),
        (b'{"format":"negotiation-hub/transcript/1"}', "shape"),
    ],
)
def test_what_is_no_transcript_is_called_so(data: bytes, code: str) -> None:
    assert [finding.code for finding in check(data, {}).findings] == [code]


@pytest.mark.parametrize("member", ["room", "events", "head", "signature", "log", "people"])
@pytest.mark.parametrize("value", [None, 1, 2**70, [], {}, [None], [[]], "x", {"seq": True}, 0.5])
def test_no_member_of_another_form_upsets_the_check(file: bytes, member: str, value: Any) -> None:
    document = json.loads(file)
    document[member] = value
    report = checked(json.dumps(document).encode())
    assert report.findings
    assert not report.signed


def test_deep_values_are_refused_in_words(file: bytes) -> None:
    deep = file.replace(b'"room":{', b'"room":{"a":' + b"[" * 1000 + b"]" * 1000 + b",", 1)
    assert [finding.code for finding in checked(deep).findings] in (["shape"], ["not_json"])


def test_a_name_that_stands_twice_is_found(file: bytes) -> None:
    twice = file.replace(b'"made_at":', b'"made_at":"2026-01-01T00:00:00.000000Z","made_at":', 1)
    assert [finding.code for finding in checked(twice).findings] == ["twice"]


def test_of_many_faults_some_are_listed(file: bytes) -> None:
    document = json.loads(file)
    document["events"] *= 20
    report = checked(canonical.dumps(document).encode())
    assert len(report.findings) == 20
    assert report.more > 0


def test_there_are_words_for_every_finding() -> None:
    import re
    from pathlib import Path

    from negotiation_hub.kernel import transcript_check

    source = Path(transcript_check.__file__).read_text()
    found = set(re.findall(r'Finding\(\s*"([a-z_.]+)"', source)) | {"pdf_without"}
    assert found == transcript_words.known()
