"""A room with a moderator, for tests: what they impose as short calls."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from negotiation_hub.kernel.audience import View
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import Membership, Organisation, User
from rooms import audit, opening, queries
from rooms.models import Room
from tests.rooms.table import Table, person
from whiteboard import queries as boards
from whiteboard import services as whiteboard
from whiteboard import wire

WHY = "let us look into this"


def moderator(name: str = "Dov") -> User:
    """Somebody who moderates."""
    dov = person(name)
    dov.is_moderator = True
    dov.save(update_fields=["is_moderator"])
    return dov


def moderated(*, offer: bool = True) -> Table:
    """A room in which Dov has stepped in; an offer of the seller's stands, if one should."""
    table = Table()
    table.others["dov"] = moderator()
    opening.enter_room(actor=table.others["dov"], scope=table.room.pk, now=table.now)
    table.send("dov", "moderation.step_in", reason="a question of payment")
    if offer:
        table.propose("seller", 9_000)
    return table


def impose(table: Table, what: str, who: str = "dov", *, on: str = "buyer", **more: Any) -> Any:
    """Sends a moderator's command with all that it needs."""
    about: dict[str, Any] = {"reason": WHY}
    if what in {"mute", "unmute", "remove", "readmit"}:
        about["participant"] = str(table.actor(on).pk)
    elif what in {"freeze", "unfreeze", "void", "extend"}:
        about["version"] = 1
    if what == "extend":
        about["seconds"] = 3600
    if what == "whisper":
        about = {"to": on, "text": "Pay here only."}
    return table.send(who, f"moderation.{what}", **{**about, **more})


PAIRS = {
    "mute": "unmute",
    "remove": "readmit",
    "lock": "unlock",
    "lock_board": "unlock_board",
    "freeze": "unfreeze",
}
ACTS = [*PAIRS, *PAIRS.values(), "void", "extend"]
KINDS = {
    "mute": "participant.muted",
    "unmute": "participant.unmuted",
    "remove": "participant.removed",
    "readmit": "participant.readmitted",
    "lock": "room.locked",
    "unlock": "room.unlocked",
    "lock_board": "board.locked",
    "unlock_board": "board.unlocked",
    "freeze": "offer.frozen",
    "unfreeze": "offer.unfrozen",
    "void": "offer.voided",
    "extend": "offer.extended",
}


def prepared(table: Table, act: str) -> None:
    """What is taken back must have been imposed."""
    for imposed, back in PAIRS.items():
        if act == back:
            impose(table, imposed)


def sound(table: Table) -> None:
    """Rows and log say the same, and verify has nothing to say."""
    assert table.folded == table.state
    assert not list(audit.check_room(Room.objects.get(pk=table.room.pk)))


# What a buyer may say.
SAYING: dict[str, Callable[[Table], Any]] = {
    "message.send": lambda t: t.send("buyer", "message.send", text="Pay me directly."),
    "message.reply": lambda t: t.send("buyer", "message.reply", answers=4, text="No."),
    "message.react": lambda t: t.send("buyer", "message.react", message=4, reaction="👍", on=True),
    "message.edit": lambda t: t.send("buyer", "message.edit", message=4, text="No."),
    "message.redact": lambda t: t.send("buyer", "message.redact", message=4),
    "offer.counter": lambda t: t.counter("buyer", 8_000),
    "offer.accept": lambda t: t.accept("buyer"),
    "offer.decline": lambda t: t.send("buyer", "offer.decline", **t.named),
    "offer.propose": lambda t: t.propose("buyer", 8_000),
    "negotiation.close": lambda t: t.send("buyer", "negotiation.close"),
}
# What moves the seller's standing offer.
MOVES: dict[str, Callable[[Table], Any]] = {
    "accept": lambda t: t.accept("buyer"),
    "decline": lambda t: t.send("buyer", "offer.decline", **t.named),
    "counter": lambda t: t.counter("buyer", 8_000),
    "supersede": lambda t: t.supersede("seller", 8_900),
    "withdraw": lambda t: t.send("seller", "offer.withdraw", **t.named),
    "close": lambda t: t.send("buyer", "negotiation.close"),
    "close of the other side": lambda t: t.send("seller", "negotiation.close"),
}


def row(table: Table) -> Any:
    """The table's stream."""
    return queries.stream_for(table.ada, table.room.pk)[0]


def colleague(table: Table, name: str, *, role: str = "purchaser") -> None:
    """Somebody else of the buyer's."""
    table.others[name] = user = person(name)
    acme = Organisation.objects.get(pk=table.room.buyer_id)
    Membership.objects.create(user=user, organisation=acme, role=role, created_at=table.now)


def board_view(table: Table) -> View:
    """The board as the buyer is given it."""
    return boards.view(table.ben, Stream.objects.get(kind="board", scope=table.room.pk))


def drawing(table: Table) -> str:
    """Under which code a line of the buyer's on the board is refused."""
    board = Stream.objects.get(kind="board", scope=table.room.pk)
    element = {
        "id": "a", "type": "rectangle", "version": 1, "versionNonce": 1, "isDeleted": False, "x": 0, "y": 0,
    }  # fmt: skip
    raw = {"t": "board.draw", "id": str(uuid4()), "stream": str(board.id), "elements": [element]}
    try:
        whiteboard.draw(actor=table.ben, frame=wire.BoardDraw.model_validate(raw), now=table.now)
    except Refusal as refusal:
        return refusal.code
    return ""
