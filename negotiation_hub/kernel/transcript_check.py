"""Checking a transcript: its signature, its chain, the heads in it, with nothing but public keys.

Needs no database and no key ring: whoever has a file and the published keys comes to the same findings.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from negotiation_hub.kernel import canonical, crypto, limits, stream, transcript
from negotiation_hub.kernel.heads import statement as head_statement

# What makes a file no transcript at all; of one that is, every other finding.
NOT_ONE: Final = frozenset({"empty", "not_json", "not_transcript", "twice", "shape", "pdf_without"})
_EVENT: Final = frozenset({"at", "by", "commitment", "content", "hash", "kind", "salt", "seq"})
_HEAD: Final = frozenset({"at", "hash", "key", "seq", "signature"})
# What stands unescaped in the text that is hashed: nothing else may look like it.
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_KIND: Final = re.compile(r"[a-z_]+(\.[a-z_]+)*")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was made: a code, and the number or name of the place."""

    code: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found out about a file.

    `document` is there when it is a transcript, genuine or not. `signed`: a known key signed exactly this.
    `exact`: not a byte is other than it was made. Without findings, and signed, everything holds.
    """

    findings: tuple[Finding, ...]
    document: Mapping[str, Any] | None = None
    signed: bool = False
    exact: bool = False
    more: int = 0  # findings that are not listed

    @property
    def genuine(self) -> bool:
        """Whether everything in the file is as the owner of a known key made it."""
        return self.signed and not self.findings


class _Shape(Exception):
    """The file is not in the form of a transcript; the argument says where."""


def check(data: bytes, keys: Mapping[str, str]) -> Report:
    """Checks a file against public keys (id to hexadecimal) that the reader has from elsewhere.

    The keys inside the file prove nothing: whoever forges it writes their own into it.
    """
    if not data.strip():
        return Report((Finding("empty"),))
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        return Report((Finding("not_json"),))
    if not isinstance(document, dict) or document.get("format") != transcript.FORMAT:
        return Report((Finding("not_transcript"),))
    try:
        _require_shape(document)
        body = canonical.dumps({name: document[name] for name in document if name != "signature"})
    except (_Shape, TypeError, RecursionError) as error:
        return Report((Finding("shape", str(error)[:80]),))
    exact = canonical.dumps(document).encode() == data
    if not exact and _says_twice(data):
        return Report((Finding("twice"),))
    signature = list(_check_signature(document, body, keys))
    found = [*signature, *_check_chain(document), *_check_heads(document, keys)]
    most = limits.TRANSCRIPT_FINDINGS_MAX
    return Report(tuple(found[:most]), document, not signature, exact, max(0, len(found) - most))


def _says_twice(data: bytes) -> bool:
    """Whether an object has a name twice: readers would not agree on what it says."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise _Shape
        return found

    try:
        json.loads(data, object_pairs_hook=once)
    except (_Shape, ValueError, RecursionError):
        return True
    return False


# -- form --------------------------------------------------------------------------------------------------


def _require_shape(document: dict[str, Any]) -> None:
    if tuple(sorted(document)) != transcript.MEMBERS:
        different = set(document) ^ set(transcript.MEMBERS)
        raise _Shape(", ".join(sorted(different))[:80])
    for name, kind in (
        ("agreements", list),
        ("events", list),
        ("head", dict),
        ("heads", list),
        ("issuer", str),
        ("keys", dict),
        ("log", dict),
        ("made_at", str),
        ("people", list),
        ("room", dict),
        ("sides", dict),
        ("signature", dict),
    ):
        if not isinstance(document[name], kind):
            raise _Shape(name)
    _require_members(document["head"], {"hash", "seq"}, "head")
    _require_members(document["log"], {"id", "kind", "side"}, "log")
    _require_members(document["signature"], {"key", "value"}, "signature")
    if not all(isinstance(value, str) for value in document["log"].values()):
        raise _Shape("log")
    if not _ID.fullmatch(document["log"]["id"]):
        raise _Shape("log.id")
    _number_and_hash(document["head"], "head")
    for number, event in enumerate(document["events"], 1):
        _require_event(event, f"events[{number}]")
    for number, head in enumerate(document["heads"], 1):
        _require_members(head, _HEAD, f"heads[{number}]")
        _number_and_hash(head, f"heads[{number}]")
        if not all(isinstance(head[name], str) for name in ("at", "key", "signature")):
            raise _Shape(f"heads[{number}]")
    _require_facts(document)


def _require_facts(document: dict[str, Any]) -> None:
    # What is shown to people beside the verdict.
    for name in ("people", "agreements"):
        if not all(isinstance(one, dict) for one in document[name]):
            raise _Shape(name)
    sides = document["sides"]
    if not all(isinstance(sides.get(side), dict) for side in ("buyer", "seller")):
        raise _Shape("sides")


def _require_event(event: Any, where: str) -> None:
    _require_members(event, _EVENT, where)
    _number_and_hash(event, where)
    if not all(isinstance(event[name], str) for name in ("at", "commitment", "kind")):
        raise _Shape(where)
    if not all(event[name] is None or isinstance(event[name], str) for name in ("by", "content", "salt")):
        raise _Shape(where)
    named = event["by"] is None or _ID.fullmatch(event["by"])
    if not (named and _TIME.fullmatch(event["at"]) and _KIND.fullmatch(event["kind"])):
        raise _Shape(where)


def _require_members(value: Any, names: frozenset[str] | set[str], where: str) -> None:
    if not isinstance(value, dict) or value.keys() != names:
        raise _Shape(where)


def _number_and_hash(value: dict[str, Any], where: str) -> None:
    seq = value["seq"]
    if not isinstance(seq, int) or isinstance(seq, bool) or _bytes(value["hash"]) is None:
        raise _Shape(where)


def _bytes(text: Any) -> bytes | None:
    """Bytes that stand in hexadecimal, in the one way in which we write it."""
    if not isinstance(text, str):
        return None
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return None
    return data if data.hex() == text else None


# -- proof -------------------------------------------------------------------------------------------------


def _check_signature(document: dict[str, Any], body: str, keys: Mapping[str, str]) -> Iterator[Finding]:
    key, value = document["signature"]["key"], _bytes(document["signature"]["value"])
    if not isinstance(key, str) or key not in keys:
        yield Finding("signature.unknown_key", str(key)[:40])
        return
    said = transcript.statement(hashlib.sha256(body.encode()).hexdigest())
    if value is None or not crypto.verify_with(keys[key], said, value):
        yield Finding("signature.wrong", key)


def _check_chain(document: dict[str, Any]) -> Iterator[Finding]:
    """Every event must follow from the one before it, and the last one must be the head."""
    name = document["log"]["id"]
    previous, expected = stream.genesis(UUID(name)), 1
    for event in document["events"]:
        seq = event["seq"]
        if seq != expected:
            yield Finding("event.missing", str(expected))
        expected = seq + 1
        commitment = _bytes(event["commitment"])
        if not _says_what_it_committed_to(event, commitment):
            yield Finding("event.content", str(seq))
        follows = stream.hash_of(
            name, seq, previous, event["kind"], event["by"], event["at"], commitment or b""
        )
        if follows.hex() != event["hash"]:
            yield Finding("event.hash", str(seq))
        previous = bytes.fromhex(event["hash"])
    head = document["head"]
    if (head["seq"], head["hash"]) != (expected - 1, previous.hex()):
        yield Finding("head.differs", str(head["seq"]))


def _says_what_it_committed_to(event: dict[str, Any], commitment: bytes | None) -> bool:
    content, salt = event["content"], event["salt"]
    if commitment is None:
        return False
    if content is None or salt is None:
        return content is None and salt is None  # removed: nothing can be said about it
    data = _bytes(salt)
    return data is not None and stream.commitment_of(data, content) == commitment


def _check_heads(document: dict[str, Any], keys: Mapping[str, str]) -> Iterator[Finding]:
    """The heads that were signed while it went on must be genuine, and those of these very events."""
    name = UUID(document["log"]["id"])
    told = {event["seq"]: event["hash"] for event in document["events"]}
    for head in document["heads"]:
        seq, digest = head["seq"], bytes.fromhex(head["hash"])
        signature = _bytes(head["signature"])
        said = head_statement(name, seq, digest, head["at"])
        if head["key"] not in keys:
            yield Finding("heads.unknown_key", str(seq))
        elif signature is None or not crypto.verify_with(keys[head["key"]], said, signature):
            yield Finding("heads.signature", str(seq))
        elif seq not in told:
            yield Finding("heads.cut", str(seq))
        elif told[seq] != head["hash"]:
            yield Finding("heads.differs", str(seq))
