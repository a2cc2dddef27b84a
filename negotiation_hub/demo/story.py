"""The story: nine steps from advertising to the desk, each at one or more places, as one or more people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.demo.campaigns import CAMPAIGN_ID
from negotiation_hub.demo import deals
from negotiation_hub.demo.deals import Deal
from negotiation_hub.demo.queries import rooms_of_deals
from negotiation_hub.people import demo
from orders.queries import order_of_room
from threads.demo import UNANSWERED, thread_id
from threads.models import Thread

Address = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a newcomer goes, as whom, and what to do there."""

    as_whom: str  # the key of a demo person
    address: Address
    todo: Any

    @property
    def person(self) -> demo.Person:
        """Whom the newcomer is there."""
        return demo.person_named(self.as_whom)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the nine functions of a trade, in a sentence."""

    name: Any
    icon: str
    says: Any
    places: tuple[Place, ...]


def _page(name: str, *args: object) -> Address:
    return lambda: reverse(name, args=args)


def _room(deal: Deal) -> Address:
    def address() -> str:
        room = rooms_of_deals().get(deal.number)
        return reverse("desk:deals") if room is None else reverse("rooms:room", args=[room])

    return address


def _order(deal: Deal) -> Address:
    def address() -> str:
        room = rooms_of_deals().get(deal.number)
        order = None if room is None else order_of_room(room)
        return reverse("desk:deals") if order is None else reverse("orders:order", args=[order.pk])

    return address


def _question() -> str:
    asked = Thread.objects.select_related("group").filter(pk=thread_id(UNANSWERED)).first()
    return reverse("threads:groups") if asked is None else asked.get_absolute_url()


STEPS: Final = (
    Step(
        _("Advertising"),
        "store",
        _("A seller is found by search, here and elsewhere, and writes to those who asked for news."),
        (
            Place(
                "buyer",
                _page("catalog:seller", demo.SELLER_SLUG),
                _("Look around on the seller's page, or press “Listings” and search for “stainless pumps”."),
            ),
            Place(
                "seller",
                _page("catalog:campaign", CAMPAIGN_ID),
                _("Press “Send to 1 confirmed subscriber”, then “Send”: Ben gets this mail."),
            ),
        ),
    ),
    Step(
        _("Consultation"),
        "messages-square",
        _("Questions are asked in the open; answers go out and come back by mail as well."),
        (
            Place(
                "seller",
                _question,
                _("Ben waits for an answer. Write one below and press “Post”: he gets it by mail."),
            ),
            Place(
                "buyer",
                _page("devtools:mail"),
                _("Open a mail with “Re:” and press “Send the reply” below it: that is a post, too."),
            ),
        ),
    ),
    Step(
        _("Negotiation"),
        "handshake",
        _("Two sides talk, draw and put offers on one table; managers and moderators have their say."),
        (
            Place(
                "buyer",
                _room(deals.TALK),
                _("Write something, draw on the “Board”, or press “Make an offer”. Ada sees it at once."),
            ),
            Place(
                "manager",
                _room(deals.WAITS),
                _("Open “Our side”: Ada asks for less than the floor. Press “Approve and put on the table”."),
            ),
            Place(
                "moderator",
                _page("desk:live"),
                _("Press “Observe”: both sides see that you are there. “Step in…” lets you speak."),
            ),
            Place(
                "buyer",
                _room(deals.STANDS),
                _("Ada's offer stands. Press “Accept…”, or “Counter” to change a line of it."),
            ),
        ),
    ),
    Step(
        _("Ordering"),
        "shopping-cart",
        _("What is agreed becomes an order: sales staff fill it in, the buyer confirms it."),
        (
            Place(
                "sales",
                _order(deals.AGREED),
                _("Press “Fill it in for the buyer”, write what you know, and press “Convert to order”."),
            ),
            Place(
                "buyer",
                _order(deals.CONVERTED),
                _("Press “Look at it and confirm”, as the link in Ben's mail does, and confirm the order."),
            ),
        ),
    ),
    Step(
        _("Payment"),
        "credit-card",
        _("The buyer pays by card on the provider's page; the number never comes to us."),
        (
            Place(
                "buyer",
                _order(deals.TO_PAY),
                _(
                    "Press “Authorise …” and pay with 4242 4242 4242 4242,"
                    " or 4000 0025 0000 3155 for a bank that asks back."
                ),
            ),
        ),
    ),
    Step(
        _("Electronic account"),
        "wallet",
        _("Money is held until the receipt; then it is the seller's, less a fee, and can be paid out."),
        (
            Place(
                "manager",
                _page("payments:accounts"),
                _("Compare what is held with what is available, and open the statement: rows lead to deals."),
            ),
        ),
    ),
    Step(
        _("Delivery"),
        "truck",
        _("Goods go by parcel, information by protected download, services by reported work."),
        (
            Place(
                "sales",
                _order(deals.TO_SEND),
                _("It is paid. Name a carrier and press “Send the goods”: now the card is charged."),
            ),
            Place(
                "buyer",
                _order(deals.ON_ITS_WAY),
                _("Download the file, then press “Confirm the receipt”: the money goes to the seller."),
            ),
        ),
    ),
    Step(
        _("Feedback"),
        "star",
        _("After the receipt the buyer says how it was; others see what five companies say together."),
        (
            Place(
                "buyer",
                _page("feedback:mine"),
                _("Open the question and answer it. You are the fifth: look at the seller's page then."),
            ),
        ),
    ),
    Step(
        _("Transaction management"),
        "layout-dashboard",
        _("The desk shows every deal with its stage, people, money and goods, and what has become of it."),
        (
            Place(
                "manager",
                _page("desk:deals"),
                _("Open a deal to see all that happened to it in one line, and “Report” for the week."),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Station:
    """A place in the order of the story. `number` counts stations from 1, `step_number` steps."""

    number: int
    step_number: int
    step: Step
    place: Place


def _stations() -> tuple[Station, ...]:
    places = [(number, step, place) for number, step in enumerate(STEPS, 1) for place in step.places]
    return tuple(Station(at, *found) for at, found in enumerate(places, 1))


STATIONS: Final = _stations()


def station(number: object) -> Station | None:
    """The station with this number, whatever somebody says that it is."""
    text = str(number)
    known = text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= len(STATIONS)  # noqa: PLR2004
    return STATIONS[int(text) - 1] if known else None
