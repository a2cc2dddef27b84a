"""Two sides at a table, for tests: commands as short calls, state as the wire shows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from negotiation_hub.kernel import stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.wire import Command
from negotiation_hub.kernel.writer import Answer
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from rooms import (
    approvals,
    messages,
    moderation,
    moderation_wire,
    opening,
    preference_wire,
    preferences,
    queries,
    remark_wire,
    services,
    supervision,
    wire,
)
from rooms import state as tables
from rooms.models import Room
from rooms.state import State

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SERVICES: dict[str, tuple[type[Command], Callable[..., Answer]]] = {
    "message.send": (wire.MessageSend, messages.send_message),
    "message.reply": (wire.MessageReply, messages.reply_to_message),
    "message.attach": (wire.MessageAttach, messages.send_files),
    "message.remark": (remark_wire.MessageRemark, messages.remark_on_offer),
    "message.edit": (wire.MessageEdit, messages.edit_message),
    "message.redact": (wire.MessageRedact, messages.redact_message),
    "message.react": (wire.MessageReact, messages.react_to_message),
    "offer.propose": (wire.OfferPropose, services.propose_offer),
    "offer.counter": (wire.OfferCounter, services.counter_offer),
    "offer.supersede": (wire.OfferSupersede, services.supersede_offer),
    "offer.accept": (wire.OfferAccept, services.accept_offer),
    "offer.decline": (wire.OfferDecline, services.decline_offer),
    "offer.withdraw": (wire.OfferWithdraw, services.withdraw_offer),
    "offer.seen": (wire.OfferSeen, services.see_offer),
    "negotiation.close": (wire.NegotiationClose, services.close_negotiation),
    "approval.grant": (wire.ApprovalGrant, approvals.grant_approval),
    "approval.refuse": (wire.ApprovalRefuse, approvals.refuse_approval),
    "approval.withdraw": (wire.ApprovalWithdraw, approvals.withdraw_approval),
    "bound.set": (wire.BoundSet, approvals.set_bound),
    "preferences.set": (preference_wire.PreferencesSet, preferences.set_preferences),
    "moderation.step_in": (moderation_wire.ModerationStepIn, supervision.step_in),
    "moderation.step_back": (moderation_wire.ModerationStepBack, supervision.step_back),
    "moderation.whisper": (moderation_wire.ModerationWhisper, supervision.whisper),
    "moderation.mute": (moderation_wire.ModerationMute, moderation.mute),
    "moderation.unmute": (moderation_wire.ModerationUnmute, moderation.unmute),
    "moderation.remove": (moderation_wire.ModerationRemove, moderation.remove),
    "moderation.readmit": (moderation_wire.ModerationReadmit, moderation.readmit),
    "moderation.lock": (moderation_wire.ModerationLock, moderation.lock_room),
    "moderation.lock_board": (moderation_wire.ModerationLockBoard, moderation.lock_board),
    "moderation.unlock_board": (moderation_wire.ModerationUnlockBoard, moderation.unlock_board),
    "moderation.unlock": (moderation_wire.ModerationUnlock, moderation.unlock_room),
    "moderation.freeze": (moderation_wire.ModerationFreeze, moderation.freeze_offer),
    "moderation.unfreeze": (moderation_wire.ModerationUnfreeze, moderation.unfreeze_offer),
    "moderation.void": (moderation_wire.ModerationVoid, moderation.void_offer),
    "moderation.extend": (moderation_wire.ModerationExtend, moderation.extend_offer),
}


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is in the block is refused with this code."""
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code


def terms(price: int = 10_000, **fields: Any) -> dict[str, Any]:
    """The terms of an offer for one thing at a price in minor units."""
    line = {"title": "Pump", "quantity": "1", "unit": "C62", "unit_price": price}
    package = {"lines": fields.pop("lines", [line]), "issues": fields.pop("issues", [])}
    defaults = {
        "currency": "EUR",
        "tax_basis": "none",
        "tax_rate_bp": 0,
        "expires_in_s": 3600,
        "packages": [package],
    }
    return {**defaults, **fields}


def person(name: str, organisation: str = "") -> User:
    """A person, with a company where one is named."""
    user = people.sign_up(email=f"{uuid4().hex[:12]}@example.test", name=name, password=None, now=START)
    if organisation:
        people.create_organisation(actor=user, name=organisation, now=START)
    return user


@dataclass
class Table:
    """A fresh room. `now` is the server's clock, moved by the test."""

    ben: User = field(default_factory=lambda: person("Ben", "Acme"))
    ada: User = field(default_factory=lambda: person("Ada", "Norte"))
    now: datetime = START
    others: dict[str, User] = field(default_factory=dict)
    room: Room = field(init=False)

    def __post_init__(self) -> None:
        from catalog import services as catalog

        listing = catalog.create_listing(
            actor=self.ada,
            title="Pump NB-40",
            description="A pump.",
            price=Money(12_000, "EUR"),
            now=self.now,
        )
        self.room = opening.open_room(actor=self.ben, listing_id=listing.pk, now=self.now)

    def actor(self, who: str) -> User:
        """Who sits on that side, or somebody else who was given a name."""
        return {"buyer": self.ben, "seller": self.ada, **self.others}[who]

    def caucus(self, side: str) -> UUID:
        """The stream of a side's caucus."""
        return Stream.objects.get(kind="caucus", scope=self.room.pk, side=side).id

    def told(self, stream_id: UUID) -> list[stream.Event]:
        """The log of one of the room's streams."""
        return list(stream.everything(stream_id))

    def send(
        self, side: str, command: str, *, id: UUID | None = None, stream_id: UUID | None = None, **fields: Any
    ) -> Answer:
        """Sends a command as that side; a Refusal is raised."""
        model, service = SERVICES[command]
        raw = {"t": command, "id": str(id or uuid4()), "stream": str(stream_id or self.room.pk), **fields}
        frame = model.model_validate(raw)
        answer: Answer = service(actor=self.actor(side), frame=frame, now=self.now)
        return answer

    def propose(self, side: str, price: int = 10_000, **fields: Any) -> Answer:
        """Puts an offer on the empty table."""
        return self.send(side, "offer.propose", offer=terms(price, **fields))

    def counter(self, side: str, price: int, **fields: Any) -> Answer:
        """Counters what stands."""
        return self.send(
            side, "offer.counter", answers=self.standing["version"], offer=terms(price, **fields)
        )

    def supersede(self, side: str, price: int, **fields: Any) -> Answer:
        """Replaces what stands."""
        return self.send(
            side, "offer.supersede", replaces=self.standing["version"], offer=terms(price, **fields)
        )

    def accept(self, side: str, package: int = 0) -> Answer:
        """Accepts what stands."""
        return self.send(side, "offer.accept", **self.named, package=package)

    def pass_time(self, **delta: int) -> None:
        """Moves the clock."""
        self.now += timedelta(**delta)

    @property
    def named(self) -> dict[str, Any]:
        """Version and hash of what stands."""
        return {"version": self.standing["version"], "hash": self.standing["hash"]}

    @property
    def state(self) -> State:
        """The table from its rows."""
        return queries.table_state(Room.objects.get(pk=self.room.pk))

    @property
    def standing(self) -> dict[str, Any]:
        """The offer on the table."""
        now = self.state
        return next(offer for offer in now["offers"] if offer["version"] == now["negotiation"]["standing"])

    @property
    def events(self) -> list[stream.Event]:
        """The table's log."""
        return list(stream.everything(self.room.pk))

    @property
    def folded(self) -> State:
        """The table from its log."""
        from negotiation_hub.kernel import clock

        return tables.fold((event.kind, clock.text(event.at), event.body) for event in self.events)
