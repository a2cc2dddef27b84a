"""Who may put something on a board at this moment."""

from uuid import UUID

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people.models import User
from rooms import queries as rooms
from rooms.queries import Seat
from rooms.refusals import NotOpen
from rooms.table import may_speak
from whiteboard import queries
from whiteboard.models import Board


def seat(actor: User, head: stream.Head | None) -> tuple[stream.Head, Seat]:
    """A board's stream and the person's seat, for who may read it. Raises StreamUnknown."""
    if head is None or head.kind not in queries.KINDS:
        raise StreamUnknown
    found = rooms.room_for(actor, head.scope)
    if head.side not in {"", found.side}:
        raise StreamUnknown
    return head, found


def may_draw(found: Seat, *, layer: bool) -> None:
    """Nothing, for who draws on the board, or on the layer of their side.

    Raises NotPermitted for moderators, NotOpen, Muted, Locked, BoardLocked.
    """
    if found.side not in rooms.SIDES:
        raise NotPermitted("Moderators look at the board, the two sides draw.")
    if not queries.may_draw(found, layer=layer):
        raise NotOpen
    may_speak(found, "caucus" if layer else "board")


def drawn_by(actor: User, room_id: UUID, *, layer: bool) -> Board:
    """The board of a room on which the person draws, or the layer of their side.

    Raises StreamUnknown, NotFound, what `may_draw` raises.
    """
    may_draw(rooms.room_for(actor, room_id), layer=layer)
    board = queries.board_for(actor, room_id, layer=layer)
    if board is None:
        raise NotFound
    return board


def locked(actor: User, board: Board) -> stream.Head:
    """The same once more, under the lock of the board's stream."""
    head, found = seat(actor, stream.lock(board.pk))
    may_draw(found, layer=bool(head.side))
    return head
