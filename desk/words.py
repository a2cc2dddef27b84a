"""What happened, in words: one function for each kind of event that docs/protocol.md names.

A body may be empty: its content was removed for somebody's sake, and the step is still told.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from orders import wording
from orders.timeline import milestone_words
from rooms.buying import BY_MAIL


@dataclass(frozen=True, slots=True)
class Words:
    """One step for people. `detail` is what somebody said about it, `tone` is good, bad or nothing.

    `who` names a person whom the step is about, where that is not its author.
    """

    icon: str
    text: str
    detail: str = ""
    tone: str = ""
    who: str = ""


Body = Mapping[str, Any]
_FILES: Final = 5  # that are named in one step


def of_event(kind: str, body: Body) -> Words | None:
    """The words of an event, None for a kind that nobody has found words for yet."""
    if kind in _TABLE:
        return _TABLE[kind](body)
    milestones = milestone_words()
    return _milestone(kind, body, milestones[kind]) if kind in milestones else None


def known() -> set[str]:
    """The kinds that there are words for."""
    return set(_TABLE) | set(milestone_words())


def messages(count: int, files: Sequence[str] = ()) -> Words:
    """What was said between two steps, and the names of the files that were sent with it."""
    more = ngettext("and %d more file", "and %d more files", len(files) - _FILES) % (len(files) - _FILES)
    named = [*files[:_FILES], more] if len(files) > _FILES else files
    return Words("message-square", ngettext("%d message", "%d messages", count) % count, ", ".join(named))


def drawings(count: int) -> Words:
    """What was drawn between two steps."""
    said = ngettext("Drew on the board, %d change", "Drew on the board, %d changes", count)
    return Words("pencil", said % count)


def side(name: str) -> str:
    """Buyer, seller or moderator, in the reader's language."""
    return {"buyer": _("Buyer"), "seller": _("Seller"), "moderator": _("Moderator")}.get(name, name)


# -- at the table ------------------------------------------------------------------------------------------


def _opened(body: Body) -> Words:
    origin = (body.get("room") or {}).get("origin") or {}
    if origin.get("kind") == BY_MAIL:
        return Words("mail", _("Ordered by mail, and confirmed it"))
    return Words("door-open", _("Opened the room"))


def _joined(body: Body) -> Words:
    seat = body.get("participant", {})
    text = _("Sat down: %s") % side(seat.get("side", "—"))
    return Words("user-plus", text, who=seat.get("name", ""))


def _stepped_in(body: Body) -> Words:
    return Words("gavel", _("Stepped in as moderator"), _reason(body))


def _stepped_back(body: Body) -> Words:
    return Words("eye", _("Stepped back, and observes again"))


def _whispered(body: Body) -> Words:
    return Words("lock-keyhole", _("Whispered to one side as moderator"))


def _imposed(icon: str, text: str, tone: str = "") -> Callable[[Body], Words]:
    def words(body: Body) -> Words:
        return Words(icon, _(text), _reason(body), tone)

    return words


def _message(body: Body) -> Words:
    return messages(1)


def _edited(body: Body) -> Words:
    return Words("pencil", _("Corrected a message"))


def _redacted(body: Body) -> Words:
    return Words("trash-2", _("Removed a message"), _reason(body))


def _reacted(body: Body) -> Words:
    return Words("message-square", _("Reacted to a message: %s") % body.get("reaction", "—"))


def _drawn(body: Body) -> Words:
    return drawings(1)


def _version_saved(body: Body) -> Words:
    return Words("archive", _("Saved a version of the board: “%s”") % body.get("name", "—"))


def _restored(body: Body) -> Words:
    name = body.get("name")
    text = (
        _("Put the board back to “%s” as moderator") % name if name else _("Put the board back as moderator")
    )
    return Words("history", text, _reason(body), "bad")


def _pictured(body: Body) -> Words:
    count = len(body.get("images", ()))
    text = ngettext("Put a picture on the board", "Put %(count)s pictures on the board", count)
    return Words("paperclip", text % {"count": count})


def _offered(text: str) -> Callable[[Body], Words]:
    def words(body: Body) -> Words:
        offer = body.get("offer", {})
        before = body.get("answers", body.get("replaces", ""))
        said = _(text) % {"version": offer.get("version", "—"), "before": before}
        return Words("file-text", said, _sum(offer))

    return words


def _sum(offer: Mapping[str, Any]) -> str:
    packages = offer.get("packages", ())
    return " · ".join(wording.amount(package["gross"], offer["currency"]) for package in packages)


def _about_version(icon: str, text: str, tone: str = "") -> Callable[[Body], Words]:
    def words(body: Body) -> Words:
        return Words(icon, _(text) % {"version": body.get("version", "—")}, _reason(body), tone)

    return words


def _accepted(body: Body) -> Words:
    agreement = body.get("agreement", {})
    detail = [wording.amount(agreement["gross"], agreement["currency"])] if agreement else []
    if any(annex["kind"] == "board" for annex in agreement.get("annexes", ())):
        detail.append(_("the board as it was is part of it"))
    said = _("Accepted version %(version)s: agreed") % {"version": body.get("version", "—")}
    return Words("handshake", said, " · ".join(detail), "good")


def _framed(body: Body) -> Words:
    """The number by which people call it."""
    return Words("receipt-text", _("Frame agreement"), str(body.get("frame", {}).get("number", "")), "good")


def _requested(body: Body) -> Words:
    """The lines that were asked for; the text is in the room."""
    lines = body.get("request", {}).get("lines", [])
    wanted = [f"{line['title']}: {wording.quantity(line['quantity'], line['unit'])}" for line in lines]
    return Words("inbox", _("Asked for an offer"), "; ".join(wanted))


def _closed(body: Body) -> Words:
    if body.get("request"):
        return Words("ban", _("The buyer's request is over, and this negotiation with it"), tone="bad")
    return Words("ban", _("Walked away and closed the negotiation"), _reason(body), "bad")


# -- in the caucus -----------------------------------------------------------------------------------------


def _bound(body: Body) -> Words:
    if body.get("minor") is None:
        return Words("scale", _("Took the bound away"))
    return Words("scale", _("Set how far the side's people may go alone"))


def _preferences(body: Body) -> Words:
    return Words("target", _("Recorded what our side wants"))


def _asked(body: Body) -> Words:
    return Words("hourglass", _("Asked a manager for approval"), _sum(body.get("approval", {})))


def _decided(icon: str, text: str, tone: str = "") -> Callable[[Body], Words]:
    def words(body: Body) -> Words:
        return Words(icon, _(text), _reason(body), tone)

    return words


def _reason(body: Body) -> str:
    return str(body.get("reason") or "")


# -- orders, money, goods ----------------------------------------------------------------------------------

_ICONS: Final = {
    "order": "receipt-text",
    "payment": "credit-card",
    "shipment": "truck",
    "download": "download",
    "service": "wrench",
    "appointment": "clock",
    "funds": "wallet",
    "feedback": "star",
}
_TONES: Final = {
    "order.expired": "bad",
    "order.canceled": "bad",
    "payment.failed": "bad",
    "payment.late": "bad",
    "order.amended": "good",
    "service.disputed": "bad",
    "appointment.missed": "bad",
    "appointment.agreed": "good",
    "order.received": "good",
    "order.received_part": "good",
    "order.return_refused": "bad",
    "order.disputed": "bad",
    "order.dispute_ended": "good",
    "order.return_received": "good",
    "funds.released": "good",
    "funds.released_part": "good",
}


def _milestone(kind: str, body: Body, text: str) -> Words:
    family = kind.partition(".")[0]
    return Words(_ICONS.get(family, "star"), text, _fact(body), _TONES.get(kind, ""))


def _fact(body: Body) -> str:
    """The amount, the parcel, the work, the file, or the number of the order."""
    if moved := body.get("payment") or body.get("released"):
        return wording.amount(moved["amount"], moved["currency"])
    if late := body.get("late"):
        days = int(late["days"])
        return ngettext("%d day late", "%d days late", days) % days
    if parcel := body.get("shipment"):
        return " ".join(filter(None, (parcel.get("carrier"), parcel.get("tracking"))))
    if work := body.get("service"):
        return ": ".join(filter(None, (work.get("title"), work.get("reason") or work.get("note"))))
    if meeting := body.get("appointment"):
        return ": ".join(filter(None, (meeting.get("title"), meeting.get("reason"))))
    if files := body.get("download"):
        return str(files.get("name") or files.get("title", ""))
    parts = body.get("received") or body.get("return", {}).get("items")
    if parts:
        return ", ".join(f"{wording.quantity(one['quantity'], one['unit'])} {one['title']}" for one in parts)
    return str(body.get("order", {}).get("number", ""))


_TABLE: Final[dict[str, Callable[[Body], Words]]] = {
    "room.opened": _opened,
    "participant.joined": _joined,
    "moderator.stepped_in": _stepped_in,
    "moderator.stepped_back": _stepped_back,
    "moderator.whispered": _whispered,
    "participant.muted": _imposed("mic-off", gettext_noop("Muted a person as moderator"), "bad"),
    "participant.unmuted": _imposed("mic", gettext_noop("Let a person speak again")),
    "participant.removed": _imposed("user-x", gettext_noop("Removed a person from the room"), "bad"),
    "participant.readmitted": _imposed("user-plus", gettext_noop("Let a person come back to the room")),
    "guest.removed": _imposed(
        "user-x", gettext_noop("The guest's link is over: they are out of the room"), "bad"
    ),
    "guest.registered": _imposed("badge-check", gettext_noop("The guest has made an account"), "good"),
    "room.locked": _imposed("lock", gettext_noop("Locked the room as moderator"), "bad"),
    "room.unlocked": _imposed("lock-open", gettext_noop("Unlocked the room")),
    "board.locked": _imposed("lock", gettext_noop("Locked the board as moderator"), "bad"),
    "board.cleared": _imposed("trash-2", gettext_noop("Cleared the board as moderator"), "bad"),
    "board.restored": _restored,
    "board.unlocked": _imposed("lock-open", gettext_noop("Unlocked the board")),
    "message.sent": _message,
    "message.edited": _edited,
    "message.redacted": _redacted,
    "message.reacted": _reacted,
    "offer.proposed": _offered(gettext_noop("Put version %(version)s on the table")),
    "offer.countered": _offered(gettext_noop("Countered version %(before)s with version %(version)s")),
    "offer.superseded": _offered(gettext_noop("Replaced version %(before)s by version %(version)s")),
    "offer.seen": _about_version("eye", gettext_noop("Saw version %(version)s")),
    "offer.accepted": _accepted,
    "offer.declined": _about_version("circle-x", gettext_noop("Declined version %(version)s"), "bad"),
    "offer.withdrawn": _about_version("undo-2", gettext_noop("Withdrew version %(version)s")),
    "offer.expired": _about_version("clock", gettext_noop("Version %(version)s expired"), "bad"),
    "offer.frozen": _about_version(
        "snowflake", gettext_noop("Froze version %(version)s as moderator"), "bad"
    ),
    "offer.unfrozen": _about_version("sun", gettext_noop("Unfroze version %(version)s")),
    "offer.voided": _about_version("ban", gettext_noop("Voided version %(version)s as moderator"), "bad"),
    "offer.extended": _about_version(
        "clock", gettext_noop("Gave version %(version)s more time as moderator")
    ),
    "negotiation.closed": _closed,
    "request.received": _requested,
    "frame.agreed": _framed,
    "board.drawn": _drawn,
    "board.images_added": _pictured,
    "board.version_saved": _version_saved,
    "bound.set": _bound,
    "preferences.set": _preferences,
    "approval.requested": _asked,
    "approval.granted": _decided("circle-check", gettext_noop("Approved it"), "good"),
    "approval.refused": _decided("circle-x", gettext_noop("Refused to approve it"), "bad"),
    "approval.withdrawn": _decided("undo-2", gettext_noop("Took the question back")),
    "approval.lapsed": _decided(
        "clock", gettext_noop("Nothing to approve any more: what it answered is over")
    ),
}
