"""Makes the demo's deals by the services that people use. What needs the card provider is left to a job.

Each deal is one transaction: its room is there with all that belongs to it, or not at all.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from catalog.demo.listings import OFFERED, listing_id
from negotiation_hub.demo import asking, jobs
from negotiation_hub.demo.deals import Bid, Deal, Stage, times_made
from negotiation_hub.demo.queries import missing_deals
from negotiation_hub.demo.sketch import sketch
from negotiation_hub.kernel import commit
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people import demo
from negotiation_hub.people.models import User
from orders import services as orders
from orders.models import Order
from orders.queries import order_of_room
from rooms import messages, opening, preferences, services, wire
from rooms.models import Room
from rooms.offer import Status
from rooms.preference_wire import PreferencesSet
from whiteboard import services as boards
from whiteboard.models import Board
from whiteboard.wire import BoardDraw

log = logging.getLogger(__name__)
_STANDS_S: Final = 60 * 86_400  # how long the demo's offers stand: somebody may come back to it after weeks
_PAUSE: Final = timedelta(minutes=7)  # between two things that are said


def make_deals(*, now: datetime) -> int:
    """Makes the deals that are not there, or have expired unpaid, and returns how many that were.

    One whose listing was put away or is sold out is left out. A request is written as well.
    """
    made = 0
    try:
        asking.make_request(now=now)
    except Refusal as refusal:
        log.info("the demo goes without its request: %s", refusal.code)
    for deal, before in missing_deals():
        room_id = deal.room_id(0 if before is None else times_made(before) + 1)
        made += _make(deal, room_id, now)
    return made


def _make(deal: Deal, room_id: UUID, now: datetime) -> bool:
    people = {"buyer": demo.user_of(deal.buyer, now=now), "seller": demo.user_of("seller", now=now)}
    try:
        with commit.transact():
            _Making(deal, room_id, people, _moments(now - timedelta(hours=deal.hours))).make()
            if deal.until >= Stage.PAID:
                jobs.queue(room_id, now)
    except Refusal as refusal:
        log.info("the demo goes without deal %s: %s", deal.number, refusal.code)
        return False
    return True


def _moments(first: datetime) -> Iterator[datetime]:
    moment = first
    while True:
        yield moment
        moment += _PAUSE


class _Making:
    """One deal while it is made. Every moment is later than the one before."""

    def __init__(
        self, deal: Deal, room_id: UUID, people: dict[str, User], moments: Iterator[datetime]
    ) -> None:
        self.deal, self.room_id, self.people, self.moments = deal, room_id, people, moments
        self.step = 0

    def make(self) -> None:
        """From the first word to where no more can be done without the card provider."""
        deal = self.deal
        opening.open_room(
            actor=self.people["buyer"],
            listing_id=listing_id(deal.listing),
            now=next(self.moments),
            anew=True,
            room_id=self.room_id,
        )
        for side, text in deal.talk:
            frame = wire.MessageSend.model_validate(self._command("message.send", text=text))
            messages.send_message(actor=self.people[side], frame=frame, now=next(self.moments))
        if deal.sketch:
            self._draw()
        for side, wanted in deal.wants.items():
            self._want(side, wanted)
        for version, bid in enumerate(deal.bids):
            self._offer(bid, version)
        if deal.until >= Stage.AGREED:
            self._accept()
        order = order_of_room(self.room_id)
        if order is not None:
            self._order(order)

    def _command(self, tag: str, **fields: Any) -> dict[str, Any]:
        self.step += 1
        return {
            "t": tag,
            "id": str(uuid5(self.room_id, str(self.step))),
            "stream": str(self.room_id),
            **fields,
        }

    def _draw(self) -> None:
        board = Board.objects.get(room=self.room_id, side="")
        raw = self._command("board.draw", elements=sketch()) | {"stream": str(board.pk)}
        boards.draw(actor=self.people["buyer"], frame=BoardDraw.model_validate(raw), now=next(self.moments))

    def _want(self, side: str, wanted: Sequence[Mapping[str, Any]]) -> None:
        """What a side wants, noted down in its own lane."""
        caucus = Stream.objects.get(kind="caucus", scope=self.room_id, side=side)
        raw = self._command("preferences.set", replaces=0, issues=list(wanted)) | {"stream": str(caucus.id)}
        frame = PreferencesSet.model_validate(raw)
        preferences.set_preferences(actor=self.people[side], frame=frame, now=next(self.moments))

    def _offer(self, bid: Bid, answers: int) -> None:
        """Puts it on the table, in answer to the version before it if there is one."""
        terms = _terms(self.deal, bid)
        actor, now = self.people[bid.by], next(self.moments)
        if answers:
            raw = self._command("offer.counter", answers=answers, offer=terms)
            services.counter_offer(actor=actor, frame=wire.OfferCounter.model_validate(raw), now=now)
        else:
            raw = self._command("offer.propose", offer=terms)
            services.propose_offer(actor=actor, frame=wire.OfferPropose.model_validate(raw), now=now)

    def _accept(self) -> None:
        room = Room.objects.get(pk=self.room_id)
        standing = room.offers.get(status=Status.PENDING)
        other = "buyer" if standing.side == "seller" else "seller"
        raw = self._command("offer.accept", version=standing.version, hash=standing.hash, package=0)
        services.accept_offer(
            actor=self.people[other], frame=wire.OfferAccept.model_validate(raw), now=next(self.moments)
        )

    def _order(self, order: Order) -> None:
        """Converted by sales staff, or placed by the buyer."""
        deal, details = self.deal, self.deal.details
        if details is None:
            return
        now = next(self.moments)
        if deal.until == Stage.CONVERTED:
            sales = demo.user_of("sales", now=now)
            orders.convert_order(order_id=order.pk, actor=sales, details=details, now=now)
        elif deal.until >= Stage.PLACED:
            orders.place_order(order_id=order.pk, actor=self.people["buyer"], details=details, now=now)


def _terms(deal: Deal, bid: Bid) -> dict[str, Any]:
    lines = [_line(deal.listing, bid.minor), *(_line(line.listing, line.minor) for line in bid.more)]
    package = {
        "lines": lines,
        "issues": [{"name": name, "value": value} for name, value in bid.issues.items()],
    }
    return {
        "currency": "EUR",
        "tax_basis": "added",
        "tax_rate_bp": 2100,
        "expires_in_s": _STANDS_S,
        "packages": [package],
    }


def _line(place: int, minor: int) -> dict[str, Any]:
    named: UUID = listing_id(place)
    return {
        "title": OFFERED[place - 1].title,
        "quantity": "1",
        "unit": "C62",
        "unit_price": minor,
        "listing": str(named),
    }
