"""docs/protocol.md says what the server does, frame by frame."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from desk import words
from negotiation_hub.consumers import client_frames
from negotiation_hub.devtools.protocol import generated
from negotiation_hub.kernel import limits
from negotiation_hub.kernel.wire import Close
from orders.hooks import KINDS
from rooms.wire import OfferTerms
from tests.rooms.table import Table

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"
TEXT = DOCUMENT.read_text()
SYSTEM_LINES = (DOCUMENT.parents[1] / "frontend" / "src" / "room" / "systemLines.ts").read_text()
SHOWN_OTHERWISE = {
    "board.drawn",
    "board.images_added",
    "board.version_saved",
    "message.sent",
    "offer.proposed",
    "offer.countered",
    "offer.superseded",
    "offer.seen",
}  # on the board, as a message, as an offer's card, beside that card
FRAMES: dict[str, Any] = {
    definition["properties"]["t"]["const"]: definition
    for definition in client_frames.json_schema()["$defs"].values()
    if "t" in definition["properties"]
}


@pytest.mark.parametrize("tag", sorted(FRAMES))
def test_each_frame_is_described_with_all_its_fields(tag: str) -> None:
    rows = [line for line in TEXT.splitlines() if f"`{tag}" in line]
    assert rows, f"{tag} is not in the document"
    for name in FRAMES[tag]["properties"].keys() - {"t", "id", "stream", "streams", "protocol"}:
        assert any(re.search(rf"`[^`]*\b{name}\b", row) for row in rows), (
            f"{tag}.{name} is not in the document"
        )


@pytest.mark.parametrize("code", sorted(value for name, value in vars(Close).items() if name.isupper()))
def test_each_close_code_is_described(code: int) -> None:
    assert f"| {code} |" in TEXT


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_milestone_is_described(kind: str) -> None:
    assert f"`{kind}`" in TEXT


def test_the_limits_in_the_example_are_the_real_ones() -> None:
    welcome = next(json.loads(line[2:]) for line in TEXT.splitlines() if line.startswith('← {"t": "welcome"'))
    assert welcome["heartbeat_s"] == limits.HEARTBEAT_S
    assert welcome["limits"] == {
        "frame_bytes_max": limits.FRAME_BYTES_MAX,
        "message_chars_max": limits.MESSAGE_CHARS_MAX,
        "commands_per_s": limits.COMMANDS_PER_S,
        "commands_burst": limits.COMMANDS_BURST,
        "rounds_max": limits.ROUNDS_MAX,
        "file_bytes_max": limits.FILE_BYTES_MAX,
        "files_per_message_max": limits.FILES_PER_MESSAGE_MAX,
        "taken_every_bytes": limits.FLOW_REPORT_BYTES,
    }


def test_the_offer_in_the_document_is_one() -> None:
    example = re.search(r"### The offer in a command\n\n```json\n(.*?)```", TEXT, re.DOTALL)
    assert example is not None
    OfferTerms.model_validate_json(example[1])


@pytest.mark.parametrize("path", sorted(generated()), ids=lambda path: path.name)
def test_generated_files_are_fresh(path: Path) -> None:
    assert path.read_text() == generated()[path], "run `negotiation-hub export-protocol`"


def test_each_event_that_a_table_wrote_is_described(table: Table) -> None:
    table.propose("buyer", 9_000)
    table.counter("seller", 10_000)
    table.send("buyer", "offer.seen", version=2)
    table.accept("buyer")
    described = TEXT.split("\n## Events\n")[1].split("\n## ")[0]
    for event in table.events:
        row = next(line for line in described.splitlines() if f"`{event.kind}`" in line)
        for name in event.body:
            assert re.search(rf"`[^`]*\b{name}\b", row), f"{event.kind}.{name} is not in the document"


def kinds_of_a_room() -> set[str]:
    """What the logs of a room may hold, as the document lists it: of its table, its board and a caucus."""
    rows = TEXT.split("\n## Events\n")[1].split("\n## ")[0].splitlines()
    first = [row.split("|")[1] for row in rows if row.startswith("| `")]
    return set(re.findall(r"`([a-z_.]+)`", "".join(first)))


def test_the_desk_has_words_for_each_event_that_is_described_and_for_no_other() -> None:
    assert words.known() == kinds_of_a_room()


def test_the_room_has_words_for_each_event_that_is_described() -> None:
    shown = set(re.findall(r'case "([a-z_.]+)":', SYSTEM_LINES))
    assert shown == kinds_of_a_room() - SHOWN_OTHERWISE


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_no_frame_makes_the_decoder_fail_but_by_name(value: Any) -> None:
    with pytest.raises(ValidationError):
        client_frames.validate_json(json.dumps(value))


@pytest.mark.parametrize("tag", sorted(FRAMES))
@settings(max_examples=15)
@given(noise=st.dictionaries(st.text(max_size=8), st.integers() | st.text() | st.none(), min_size=1))
def test_a_frame_with_noise_is_refused_by_the_decoder(tag: str, noise: dict[str, Any]) -> None:
    frame = {"t": tag, "id": str(uuid4()), "stream": str(uuid4()), "quite": "unknown", **noise}
    with pytest.raises(ValidationError):
        client_frames.validate_json(json.dumps(frame))
