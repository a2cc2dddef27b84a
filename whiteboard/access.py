"""Who may put something on a board at this moment."""

from uuid import UUID

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import User
from rooms import queries as rooms
from rooms.queries import Seat
from rooms.refusals import NotOpen
from rooms.table import may_speak
from whiteboard import queries
from whiteboard.models import Board


def may_draw(found: Seat) -> None:
    """Nothing, for who draws. Raises NotPermitted for moderators, NotOpen, Muted, Locked, BoardLocked."""
    if found.side not in rooms.SIDES:
        raise NotPermitted("Moderators look at the board, the two sides draw.")
    if not queries.may_draw(found):
        raise NotOpen
    may_speak(found, "board")


def drawn_by(actor: User, room_id: UUID) -> Board:
    """The board of a room on which the person draws.

    Raises StreamUnknown, NotFound, what `may_draw` raises.
    """
    may_draw(rooms.room_for(actor, room_id))
    board = Board.objects.filter(room=room_id).first()
    if board is None:
        raise NotFound
    return board


def locked(actor: User, board: Board) -> stream.Head:
    """The same once more, under the lock of the board's stream."""
    head = stream.lock(board.pk)
    if head is None:
        raise NotFound
    may_draw(rooms.room_for(actor, head.scope))
    return head
