"""A room and its board as they were: after any history, each point of it is what was live at that moment."""

import json
from typing import Any

import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from negotiation_hub.kernel.refusals import Refusal
from rooms import past as tables
from tests.invariants.test_snapshot_plus_events import SIDES, OfferMachine
from tests.whiteboard.board import Board, element
from whiteboard import past as boards
from whiteboard import queries
from whiteboard.models import Board as BoardRow

Shown = list[str]


class PastMachine(OfferMachine):
    """Two sides who talk, offer, take back and draw; everything that was live is remembered."""

    def teardown(self) -> None:
        if hasattr(self, "lived"):
            for seq, state in self.lived.items():
                assert tables.folded(self.table.room.pk, seq) == state, seq
            for number, shown in self.drawn.items():
                assert boards.folded(self.board.row, number) == shown, number
        super().teardown()

    @rule(side=SIDES, number=st.integers(4, 12))
    def remove(self, side: str, number: int) -> None:
        self.attempt(side, "message.redact", message=number)

    @rule(
        side=SIDES,
        name=st.sampled_from("abc"),
        version=st.integers(1, 5),
        nonce=st.integers(1, 2),
        deleted=st.booleans(),
        index=st.sampled_from(["a1", "a2", None]),
    )
    def draw(self, side: str, name: str, version: int, nonce: int, deleted: bool, index: str | None) -> None:
        drawn = element(name, version, nonce, isDeleted=deleted, index=index)
        try:
            with transaction.atomic():
                self.board.draw(side, drawn)
        except Refusal:
            return

    @property
    def board(self) -> Board:
        return Board(self.table)

    @invariant()
    def now_is_the_live_room(self) -> None:
        if not hasattr(self, "table"):
            return
        if not hasattr(self, "lived"):
            self.lived: dict[int, dict[str, Any]] = {}
            self.drawn: dict[int, Shown] = {}
        head = self.table.events[-1].seq
        live = json.loads(json.dumps(self.table.state))
        found = tables.table_at(self.table.ben, self.table.room.pk, head)
        assert found.state == live
        assert tables.folded(self.table.room.pk, head) == live
        self.lived[head] = live
        row: BoardRow = self.board.row
        shown = queries.contents(row.elements.all())
        assert boards.board_at(self.table.ada, self.table.room.pk, head).elements == shown
        if events := self.board.events:
            self.drawn[events[-1].seq] = shown


@pytest.mark.covers("room:after.scrubber")
@pytest.mark.django_db
def test_every_point_of_any_history_is_what_was_live_then() -> None:
    run_state_machine_as_test(
        PastMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_an_element_is_told_as_it_was_written(db: None) -> None:
    board = Board()
    board.draw("buyer", element("a", x=1.50))
    board.draw("buyer", element("a", 2, x=2))
    (content,) = boards.folded(board.row, 1)
    assert orjson.loads(content)["x"] == 1.5
