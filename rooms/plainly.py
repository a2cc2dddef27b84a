"""The plain case of who may do something, in one hand-written query for what is done many times a second.

It answers yes or nothing: whoever has not plainly a seat here is looked at in full (`queries.room_for`,
`table.may_speak`), which knows why not.
"""

from uuid import UUID

from django.db import connection

from negotiation_hub.kernel import rows
from rooms.negotiation import Status

_DRAWS = """
SELECT count(*)
FROM rooms_room AS room
JOIN rooms_participant AS seat ON seat.room_id = room.id AND seat.user_id = %s
JOIN people_membership AS member
  ON member.user_id = seat.user_id AND member.organisation_id IN (room.buyer_id, room.seller_id)
WHERE room.id = %s AND room.status <> %s AND room.locked IS NULL AND room.board_locked IS NULL
  AND seat.removed IS NULL AND seat.muted IS NULL
"""


def draws(person: UUID, room: UUID) -> bool:
    """Whether somebody has sat down on one of the two sides, and nothing keeps them from drawing there."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAWS, [*rows.ids([person, room]), Status.CLOSED])
        # Two rows: a member of both sides, which is refused.
        return bool(cursor.fetchone()[0] == 1)
