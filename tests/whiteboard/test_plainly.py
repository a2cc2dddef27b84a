"""Who plainly may draw is let through by one query, and nobody else is: it says what the full look says."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import services as people
from negotiation_hub.people.models import Membership, Organisation, User
from rooms import plainly
from rooms.models import Participant, Room
from tests.rooms.table import person
from tests.whiteboard.board import Board, element
from whiteboard import services

STATEMENTS_MAX = 7  # of the usual draw, beside those about the transaction and what `kernel.stream` appends


def muted(board: Board) -> None:
    Participant.objects.filter(user=board.table.ben).update(muted={"at": "", "reason": ""})


def removed(board: Board) -> None:
    Participant.objects.filter(user=board.table.ben).update(removed={"at": "", "reason": ""})


def locked(board: Board) -> None:
    Room.objects.update(locked={"at": "", "reason": ""})


def board_locked(board: Board) -> None:
    Room.objects.update(board_locked={"at": "", "reason": ""})


def closed(board: Board) -> None:
    board.table.send("buyer", "negotiation.close")


def left_the_organisation(board: Board) -> None:
    Membership.objects.filter(user=board.table.ben, organisation=board.table.room.buyer).delete()


def on_both_sides(board: Board) -> None:
    Membership.objects.create(user=board.table.ben, organisation=board.table.room.seller, role="sales")


def moderates(board: Board) -> None:
    left_the_organisation(board)
    User.objects.filter(pk=board.table.ben.pk).update(is_moderator=True)


def outcome(draw: Callable[[], object]) -> str:
    try:
        draw()
    except Refusal as refusal:
        return refusal.code
    return "drawn"


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (muted, "room.muted"),
        (removed, "stream.unknown"),
        (locked, "room.locked"),
        (board_locked, "board.locked"),
        (closed, "negotiation.not_open"),
        (left_the_organisation, "stream.unknown"),
        (on_both_sides, "room.same_party"),
        (moderates, "stream.unknown"),
    ],
)
def test_whoever_may_not_draw_is_told_why_by_the_full_look(
    board: Board, happens: Callable[[Board], None], said: str
) -> None:
    board.draw("buyer", element())
    happens(board)
    ben, now = User.objects.get(pk=board.table.ben.pk), board.table.now
    assert not plainly.draws(ben.pk, board.table.room.pk)
    quickly = outcome(lambda: board.draw("buyer", element(version=2)))
    fully = outcome(lambda: services.draw(actor=ben, frame=board.frame(element(version=2)), now=now))
    assert quickly == fully == said
    assert board.state("seller")["elements"][0]["version"] == 1


def test_who_belongs_to_a_side_and_has_not_sat_down_is_looked_at_in_full(board: Board) -> None:
    cleo, company = person("Cleo"), Organisation.objects.get(pk=board.table.room.buyer_id)
    people.add_member(
        actor=board.table.ben, organisation=company, user=cleo, role="purchaser", now=board.table.now
    )
    assert not plainly.draws(cleo.pk, board.table.room.pk)
    assert outcome(lambda: board.draw(cleo, element())) == "drawn"


def test_both_sides_plainly_draw_and_a_stranger_does_not(board: Board) -> None:
    room = board.table.room.pk
    assert plainly.draws(board.table.ben.pk, room)
    assert plainly.draws(board.table.ada.pk, room)
    assert not plainly.draws(person("Eve", "Elsewhere").pk, room)


def test_a_draw_takes_few_statements(board: Board) -> None:
    """What keeps figure 10 of the benchmark where it is, without a clock."""
    board.draw("buyer", element())
    frame, ada, now = board.frame(element(version=2)), board.table.ada.pk, board.table.now
    with CaptureQueriesContext(connection) as taken:
        services.draw_by(by=ada, frame=frame, now=now)
    about = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    assert len([one for one in taken if not one["sql"].startswith(about)]) <= STATEMENTS_MAX
