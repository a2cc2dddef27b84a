"""What `negotiation-hub verify` asks of boards: rows, versions and agreements say what the log says."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from negotiation_hub.kernel import crypto, files, stream
from negotiation_hub.kernel.audit import Problem
from rooms.models import Agreement
from whiteboard import images, merge, queries
from whiteboard.merge import Stamp
from whiteboard.models import Board, BoardImage, BoardVersion, Element

Row = tuple[Stamp, str, int, str, bool, str, str]  # its stamp, index, event, by, deleted, content, author


def check() -> Iterator[Problem]:
    """Checks every board, and that each agreement's board is there as it was frozen."""
    for board in Board.objects.order_by("pk").iterator(chunk_size=200):
        try:
            yield from check_board(board)
        except (LookupError, TypeError, ValueError) as error:
            yield Problem(f"board {board.pk}", f"cannot be read: {error!r}")
    for agreement in Agreement.objects.order_by("pk").iterator(chunk_size=200):
        yield from _check_agreement(agreement)


def check_board(board: Board) -> Iterator[Problem]:
    """The fold of the events must be what the rows say, and each frozen version what the fold was then."""
    where = f"board {board.pk}"
    versions = defaultdict[int, list[BoardVersion]](list)
    for version in board.versions.all():
        versions[version.seq].append(version)
    pictures = {row.name: row for row in board.images.select_related("file")}
    folded: dict[str, Row] = {}
    for event in stream.everything(board.pk):
        _fold(folded, event)
        at_event = versions.pop(event.seq, [])
        for version in at_event:
            yield from _check_version(where, version, event.hash, folded)
        yield from _check_saved(where, event, at_event)
        yield from _check_images(where, event, pictures)
    for row in pictures.values():
        yield Problem(where, f"the picture {row.name} is kept, though no event names it")
    for seq in versions:
        yield Problem(where, f"version {seq} was kept at an event that is not there")
    rows = {row.element: _row(row) for row in board.elements.all()}
    for name in sorted(folded.keys() | rows.keys()):
        if folded.get(name) != rows.get(name):
            yield Problem(where, f"element {name}: the row is not what the log says")
    shown = [row for row in rows.values() if not row[4]]
    counted = (len(shown), sum(len(row[5].encode()) for row in shown), len(rows) - len(shown))
    if (board.shown, board.shown_bytes, board.gone) != counted:
        yield Problem(where, "its counts are not those of its elements")


def _fold(folded: dict[str, Row], event: stream.Event) -> None:
    for content in event.body.get("elements", ()):
        element: dict[str, Any] = orjson.loads(content)
        stamp = Stamp(element["version"], element["versionNonce"])
        held = folded.get(element["id"])
        if merge.wins(stamp, None if held is None else held[0]):
            index, by = element.get("index") or "", event.by or ""
            author = by if held is None else held[6]
            folded[element["id"]] = (stamp, index, event.seq, by, element["isDeleted"], content, author)


def _check_images(where: str, event: stream.Event, rows: dict[str, BoardImage]) -> Iterator[Problem]:
    """The pictures that an event adds must be there, with the bytes that it names."""
    for named in event.body.get("images", ()):
        place = f"{where} event {event.seq}: the picture {named['name']}"
        row = rows.pop(named["name"], None)
        if row is None or row.seq != event.seq or images.view(row) != named:
            yield Problem(place, "is not what the log says")
            continue
        try:
            data = images.content(row)
        except (files.FileDamaged, crypto.BadSeal) as error:
            yield Problem(place, f"cannot be read: {error!r}")
            continue
        if hashlib.sha256(data).hexdigest() != row.sha256:
            yield Problem(place, "has other bytes than the log says")


def _row(row: Element) -> Row:
    return (
        Stamp(row.version, row.nonce),
        row.index,
        row.seq,
        str(row.by_id),
        row.deleted,
        row.content,
        str(row.author_id),
    )


def _check_version(
    where: str, version: BoardVersion, head: bytes, folded: dict[str, Row]
) -> Iterator[Problem]:
    where = f"{where} version {version.seq}"
    if queries.content_hash(version.elements) != version.content:
        yield Problem(where, "its hash is not that of its elements")
    if head.hex() != version.hash:
        yield Problem(where, "its head is not that of the log")
    shown = sorted((merge.pile(row[1], name), row[5]) for name, row in folded.items() if not row[4])
    if queries.together(content for _, content in shown) != version.elements:
        yield Problem(where, "its elements are not what the log says")


def _check_saved(where: str, event: stream.Event, kept: Sequence[BoardVersion]) -> Iterator[Problem]:
    """What the log says was saved under a name is kept, and nothing else is."""
    told = (
        [(event.body["name"], event.body["content"], event.by)] if event.kind == queries.SAVED_EVENT else []
    )
    rows = [(row.name, row.content, str(row.by_id)) for row in kept if row.reason == queries.SAVED]
    if rows != told:
        yield Problem(f"{where} version {event.seq}", "what is saved is not what the log says")


def _check_agreement(agreement: Agreement) -> Iterator[Problem]:
    for annex in agreement.annexes:
        if annex.get("kind") != "board":
            continue
        named = BoardVersion.objects.filter(
            board=annex["id"], seq=annex["seq"], hash=annex["hash"], content=annex["content"]
        )
        if not named.exists():
            yield Problem(
                f"room {agreement.room_id} agreement {agreement.pk}", "the board frozen with it is not there"
            )
