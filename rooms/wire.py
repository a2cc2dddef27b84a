"""Frames and bodies of rooms. No Django in here: these models are the contract."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.wire import Command, ElementId, Frame, Hash, Id, Reason, Seq, Text

Side = Literal["buyer", "seller"]
TaxBasis = Literal["none", "added", "included"]
# Few enough to be read at a glance: agreed, no, thank you, done, a question, I am looking into it.
Reaction = Literal["👍", "👎", "🙏", "✅", "❓", "👀"]

_QUANTITY = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _quantity(text: str) -> str:
    if _QUANTITY.fullmatch(text) is None:
        raise ValueError("a quantity is a decimal number with at most 6 decimals")
    if Decimal(text) == 0:
        raise ValueError("a quantity is above zero")
    return text


def _day(text: str) -> str:
    # Python also reads weeks and days without hyphens; one day has one spelling here.
    if _DAY.fullmatch(text) is None:
        raise ValueError("a day is written YYYY-MM-DD")
    date.fromisoformat(text)
    return text


def _label(text: str) -> str:
    if not text.strip():
        raise ValueError("may not be blank")
    return text


Label = Annotated[Text, Field(max_length=limits.LABEL_CHARS_MAX), AfterValidator(_label)]
Amount = Annotated[int, Field(gt=0, le=limits.AMOUNT_MINOR_MAX)]
Day = Annotated[str, Field(max_length=10), AfterValidator(_day)]
Whole = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
# The people whom a message names with @ and their name.
Mentions = Annotated[Sequence[Id], Field(max_length=limits.MENTIONS_MAX)]
Version = Annotated[int, Field(ge=1, le=limits.ROUNDS_MAX)]


class AskedLine(Frame):
    """What a buyer asks several sellers for: so much of it, and no price."""

    title: Label
    quantity: Annotated[str, Field(max_length=20), AfterValidator(_quantity)]
    unit: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")]


class Line(Frame):
    """What is sold: so much of it, at so much for one.

    `element` may be gone from the board by the time that anybody reads this: nothing depends on it.
    """

    title: Label
    quantity: Annotated[str, Field(max_length=20), AfterValidator(_quantity)]
    unit: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")]
    unit_price: Amount
    listing: Id | None = None  # what of the seller's it is, where it is not the room's own
    due: Day | None = None  # when this line is to be there
    element: ElementId | None = None  # what on the room's board is priced with it


class Issue(Frame):
    """Anything else the sides agree on, by name."""

    name: Label
    value: Annotated[Text, Field(max_length=limits.VALUE_CHARS_MAX)] | Whole | bool
    element: ElementId | None = None  # the pin on the room's board that it came from


def _distinct(issues: list[Issue]) -> list[Issue]:
    names = [issue.name.strip().casefold() for issue in issues]
    if len(set(names)) != len(names):
        raise ValueError("the names of issues must differ")
    return issues


class Package(Frame):
    """One way to make the deal. Several in one offer are equivalent to the side that offers."""

    lines: Annotated[list[Line], Field(min_length=1, max_length=limits.LINES_MAX)]
    issues: Annotated[list[Issue], Field(max_length=limits.ISSUES_MAX), AfterValidator(_distinct)]


class OfferTerms(Frame):
    """What a side puts on the table."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    tax_basis: TaxBasis
    tax_rate_bp: Annotated[int, Field(ge=0, le=10_000)]
    expires_in_s: Annotated[int, Field(ge=limits.OFFER_EXPIRES_MIN_S, le=limits.OFFER_EXPIRES_MAX_S)]
    packages: Annotated[list[Package], Field(min_length=1, max_length=limits.PACKAGES_MAX)]


class MessageSend(Command):
    """Says something to a table or in a caucus."""

    t: Literal["message.send"]
    text: Annotated[Text, Field(min_length=1, max_length=limits.MESSAGE_CHARS_MAX)]
    mentions: Mentions = ()

    def is_simple(self) -> bool:
        """Whom it names has to be looked at."""
        return not self.mentions


class MessageReply(Command):
    """Says something about an earlier message of the same stream."""

    t: Literal["message.reply"]
    answers: Seq
    text: Annotated[Text, Field(min_length=1, max_length=limits.MESSAGE_CHARS_MAX)]
    mentions: Mentions = ()


def _each_once(ids: list[str]) -> list[str]:
    if len(set(ids)) != len(ids):
        raise ValueError("each file once")
    return ids


class MessageAttach(Command):
    """Says something with files that were uploaded for it."""

    t: Literal["message.attach"]
    text: Annotated[Text, Field(max_length=limits.MESSAGE_CHARS_MAX)]
    answers: Seq | None = None
    attachments: Annotated[
        list[Id],
        Field(min_length=1, max_length=limits.FILES_PER_MESSAGE_MAX),
        AfterValidator(_each_once),
    ]
    mentions: Mentions = ()


class MessageEdit(Command):
    """Corrects one's own message."""

    t: Literal["message.edit"]
    message: Seq
    text: Annotated[Text, Field(min_length=1, max_length=limits.MESSAGE_CHARS_MAX)]


class MessageRedact(Command):
    """Removes what a message says from the log."""

    t: Literal["message.redact"]
    message: Seq
    reason: Reason = ""


class MessageReact(Command):
    """Puts a reaction to a message, or takes one's own back."""

    t: Literal["message.react"]
    message: Seq
    reaction: Reaction
    on: bool


class OfferPropose(Command):
    """Puts an offer on an empty table."""

    t: Literal["offer.propose"]
    offer: OfferTerms


class OfferCounter(Command):
    """Answers the other side's standing offer with another one."""

    t: Literal["offer.counter"]
    answers: Version
    offer: OfferTerms


class OfferSupersede(Command):
    """Replaces one's own standing offer."""

    t: Literal["offer.supersede"]
    replaces: Version
    offer: OfferTerms


class OfferAccept(Command):
    """Accepts exactly this version, with exactly these terms.

    `proof` is of a second factor, where the organisation asks for one.
    """

    t: Literal["offer.accept"]
    version: Version
    hash: Hash
    package: Annotated[int, Field(ge=0, lt=limits.PACKAGES_MAX)]
    proof: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{20,100}$")] | None = None


class OfferDecline(Command):
    """Says no to the other side's standing offer."""

    t: Literal["offer.decline"]
    version: Version
    hash: Hash
    reason: Reason = ""


class OfferWithdraw(Command):
    """Takes one's own standing offer back."""

    t: Literal["offer.withdraw"]
    version: Version
    hash: Hash
    reason: Reason = ""


class OfferSeen(Command):
    """The other side's offer has been on this side's screen."""

    t: Literal["offer.seen"]
    version: Version


class NegotiationClose(Command):
    """Walks away: the negotiation ends without an agreement."""

    t: Literal["negotiation.close"]
    reason: Reason = ""


class ApprovalGrant(Command):
    """A manager lets an offer of their side go to the table. In a caucus."""

    t: Literal["approval.grant"]
    approval: Id


class ApprovalRefuse(Command):
    """A manager does not let it go. In a caucus."""

    t: Literal["approval.refuse"]
    approval: Id
    reason: Reason = ""


class ApprovalWithdraw(Command):
    """Whoever asked takes it back. In a caucus."""

    t: Literal["approval.withdraw"]
    approval: Id


class BoundSet(Command):
    """How far a side's people may go without a manager: a seller's floor, a buyer's limit. In a caucus."""

    t: Literal["bound.set"]
    minor: Amount | None


FRAMES: Final = (
    ApprovalGrant,
    ApprovalRefuse,
    ApprovalWithdraw,
    BoundSet,
    MessageSend,
    MessageReply,
    MessageAttach,
    MessageEdit,
    MessageRedact,
    MessageReact,
    OfferPropose,
    OfferCounter,
    OfferSupersede,
    OfferAccept,
    OfferDecline,
    OfferWithdraw,
    OfferSeen,
    NegotiationClose,
)
