"""What people are told by mail, each in their own language. Queued in the transaction that causes it; once
per cause.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from negotiation_hub.kernel import limits, mail
from negotiation_hub.people.models import Membership, User
from negotiation_hub.people.queries import members_of
from orders import wording
from orders.lifecycle import AuthorizeStatus
from orders.models import (
    DownloadGrant,
    LatePayment,
    Order,
    OrderChange,
    PartReceipt,
    Receipt,
    Shipment,
    WorkChange,
    WorkMilestone,
)
from orders.parts import has_goods

Words = Callable[
    [], tuple[str, list[str]]
]  # subject and paragraphs, asked for once the reader's language is set


def buyers(order: Order) -> list[User]:
    """Who reads the buyer's mail: the person who agreed, or everyone of the organisation."""
    return [order.buyer_person] if order.buyer_person is not None else members_of(order.buyer_id)


def sellers(order: Order) -> list[User]:
    """Who reads the seller's mail: sales staff and managers, or everyone when there are none."""
    roles = (Membership.Role.SALES.value, Membership.Role.MANAGER.value)
    return members_of(order.seller_id, *roles) or members_of(order.seller_id)


def order_url(order: Order) -> str:
    """Where the order is, for people."""
    return address("orders:order", order.pk)


def address(name: str, *args: object) -> str:
    """The address of a page of orders for whoever reads a mail."""
    # Whoever caused the mail may be under a prefix (the demo has one for each person), the reader is not.
    path = reverse(name, args=args).removeprefix(get_script_prefix())
    return f"{settings.PUBLIC_URL}/{path}"


def moment(at: datetime) -> str:
    """A time in words of the active language; mails cannot know the reader's clock, so it names UTC."""
    return formats.date_format(at, "DATETIME_FORMAT") + " UTC"


def tell(
    people: list[User], order: Order, key: str, words: Words, *, link: str | None = None, calendar: str = ""
) -> None:
    """One mail to each, in their language: greeting, `words`, what the order is, and where; with an iCalendar
    object where there is one.
    """
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            subject, paragraphs = words()
            greeting = _("Hello %(name)s,") % {"name": person.get_short_name()}
            summary = _("Order %(number)s: %(title)s, %(gross)s") % _facts(order)
            text = "\n\n".join([greeting, *paragraphs, summary, link or order_url(order)]) + "\n"
        mail.send(person.email, subject, text, dedupe=f"{key}:{person.pk}", calendar=calendar)


def _facts(order: Order) -> dict[str, str]:
    return {
        "number": order.number,
        "title": order.title,
        "gross": wording.amount(order.gross, order.currency),
        "buyer": order.buyer_name,
        "seller": order.seller_name,
        "due": moment(order.due_at),
    }


def order_placed(order: Order, change: OrderChange) -> None:
    """To both sides: the buyer's confirmation, the seller's news."""

    def to_seller() -> tuple[str, list[str]]:
        body = (
            _("%(buyer)s has placed the order. You can send the goods as soon as the payment is authorised.")
            if has_goods(order)
            else _("%(buyer)s has placed the order. You can deliver as soon as the payment is authorised.")
        )
        return _("New order %(number)s") % _facts(order), [body % _facts(order)]

    confirmation(order, f"placed:{change.pk}", buyers(order))
    tell(sellers(order), order, f"placed:{change.pk}", to_seller)


def confirmation(order: Order, key: str, people: list[User]) -> None:
    """To the buyer: the order's number, and how to quote it."""

    def words() -> tuple[str, list[str]]:
        body = _("Your order with %(seller)s is placed. Thank you.") % _facts(order)
        quote = _("Its number is %(number)s: please quote it whenever you write or call about it.")
        lines = [body, quote % _facts(order)]
        if order.authorize_status != AuthorizeStatus.FULL:
            pay = _("Please authorise the payment by %(due)s.") % _facts(order)
            lines.append(f"{pay} {wording.when_charged(order)}")
        return _("Your order %(number)s") % _facts(order), lines

    tell(people, order, key, words)


def confirm_this(order: Order, change: OrderChange, token: str) -> None:
    """To the buyer: the link that binds. It shows the order first and acts only on a button."""
    link = address("orders:confirm", token)

    def words() -> tuple[str, list[str]]:
        body = _(
            "%(seller)s has prepared the order that you agreed on. Please look at it, complete "
            "what is missing and confirm it with the link below. Opening the link does not bind "
            "you; the button on the page does."
        )
        until = _("Please confirm and pay by %(due)s. If you did not expect this mail, ignore it.")
        return _("Please confirm your order %(number)s") % _facts(order), [
            body % _facts(order),
            until % _facts(order),
        ]

    tell(buyers(order), order, f"confirm:{change.pk}", words, link=link)


def payment_authorized(order: Order, payment_id: UUID) -> None:
    """To the seller: it may be delivered."""

    def words() -> tuple[str, list[str]]:
        body = _("The payment of %(buyer)s is authorised.") % _facts(order)
        return _("Order %(number)s is paid for") % _facts(order), [body]

    tell(sellers(order), order, f"authorized:{payment_id}", words)


def payment_failed(order: Order, event_id: str) -> None:
    """To the buyer: the agreement stands, another try is possible."""

    def words() -> tuple[str, list[str]]:
        body = _(
            "Your payment did not go through. The agreement stands: please try again, or use "
            "another card, by %(due)s."
        )
        return _("Payment of order %(number)s failed") % _facts(order), [body % _facts(order)]

    tell(buyers(order), order, f"failed:{event_id}", words)


def payment_late(order: Order, late: LatePayment) -> None:
    """To the seller, who chooses; to the buyer, who should know that the money is safe."""

    def to_seller() -> tuple[str, list[str]]:
        body = _(
            "A payment of %(buyer)s arrived after the order had expired. Please choose: "
            "continue the order, or return the money."
        )
        return _("Late payment for order %(number)s") % _facts(order), [body % _facts(order)]

    def to_buyer() -> tuple[str, list[str]]:
        body = _(
            "Your payment arrived after the order had expired. %(seller)s decides whether the "
            "order goes on or your money is returned."
        )
        return _("Your payment for order %(number)s was late") % _facts(order), [body % _facts(order)]

    tell(sellers(order), order, f"late:{late.pk}", to_seller)
    tell(buyers(order), order, f"late:{late.pk}", to_buyer)


def late_payment_returned(order: Order, late: LatePayment) -> None:
    """To the buyer."""

    def words() -> tuple[str, list[str]]:
        body = _("%(seller)s has chosen not to continue the order. Your late payment is returned to you.")
        return _("Order %(number)s: your payment is returned") % _facts(order), [body % _facts(order)]

    tell(buyers(order), order, f"late-returned:{late.pk}", words)


def order_reinstated(order: Order, change: OrderChange) -> None:
    """To the buyer."""

    def words() -> tuple[str, list[str]]:
        body = _("%(seller)s has accepted your late payment, and the order goes on.") % _facts(order)
        return _("Order %(number)s goes on") % _facts(order), [body]

    tell(buyers(order), order, f"reinstated:{change.pk}", words)


def order_expired(order: Order, change: OrderChange) -> None:
    """To both sides."""

    def words() -> tuple[str, list[str]]:
        body = _(
            "The payment did not arrive by %(due)s, so the order has expired. Nothing is owed. "
            "A new offer can be made in the room."
        )
        return _("Order %(number)s has expired") % _facts(order), [body % _facts(order)]

    tell([*buyers(order), *sellers(order)], order, f"expired:{change.pk}", words)


def order_canceled(order: Order, change: OrderChange) -> None:
    """To both sides."""

    def words() -> tuple[str, list[str]]:
        cost = change.facts.get("cost", 0)
        if cost:
            body = _(
                "The buyer has canceled the order as agreed. %(cost)s of what was paid go to the seller; the "
                "rest is returned."
            ) % {"cost": wording.amount(cost, order.currency)}
        else:
            body = _("The order was canceled. What was paid is returned.")
        return _("Order %(number)s was canceled") % _facts(order), [body]

    tell([*buyers(order), *sellers(order)], order, f"canceled:{change.pk}", words)


def shipped(order: Order, shipment: Shipment) -> None:
    """To the buyer."""

    def words() -> tuple[str, list[str]]:
        body = _("%(seller)s has sent your goods with %(carrier)s.") % {
            **_facts(order),
            "carrier": shipment.carrier,
        }
        lines = [body]
        if shipment.tracking:
            lines.append(_("Tracking number: %(tracking)s") % {"tracking": shipment.tracking})
        return _("Order %(number)s is on its way") % _facts(order), lines

    tell(buyers(order), order, f"shipped:{shipment.pk}", words)


def delivered(order: Order, shipment: Shipment, silence_at: datetime) -> None:
    """To the buyer, who is asked to look at what came."""

    def words() -> tuple[str, list[str]]:
        body = _(
            "Your goods were delivered. Please check them and confirm the receipt, or tell "
            "%(seller)s in the room what is wrong."
        )
        silence = _("Without a word from you by %(until)s the receipt counts as confirmed.") % {
            "until": moment(silence_at)
        }
        return _("Order %(number)s was delivered") % _facts(order), [body % _facts(order), silence]

    tell(buyers(order), order, f"delivered:{shipment.pk}", words)


def files_released(
    order: Order, grants: list[DownloadGrant], key: str, token: Callable[[DownloadGrant, UUID], str]
) -> None:
    """To the buyer: each file with a link that works without signing in. `token` signs one for a person."""
    for person in buyers(order):
        links = [f"{grant.name}\n{address('orders:link', token(grant, person.pk))}" for grant in grants]

        def words(links: list[str] = links) -> tuple[str, list[str]]:
            body = _("The files of your order with %(seller)s are ready:") % _facts(order)
            rest = _(
                "These links are yours alone: please do not pass them on. They are good for "
                "%(days)d days; after that, sign in and open the order."
            ) % {"days": limits.DOWNLOAD_LINK_S // 86_400}
            return _("Your files of order %(number)s") % _facts(order), [body, *links, rest]

        tell([person], order, key, words)


def files_missing(order: Order, titles: list[str]) -> None:
    """To the seller, once: what was bought has no files."""

    def words() -> tuple[str, list[str]]:
        body = _(
            "%(buyer)s has paid, but there are no files yet for: %(titles)s. Please add them to the "
            "listing and release them on the order's page."
        ) % {**_facts(order), "titles": ", ".join(titles)}
        return _("Order %(number)s waits for your files") % _facts(order), [body]

    tell(sellers(order), order, f"files-missing:{order.pk}", words)


def work_reported(order: Order, work: WorkMilestone, change: WorkChange, silence_at: datetime) -> None:
    """To the buyer, who is asked to look at what was done."""

    def words() -> tuple[str, list[str]]:
        body = _(
            "%(seller)s reports that this is done: %(work)s. Please receive it, or say what should "
            "be different, on the order's page."
        ) % {**_facts(order), "work": work.title}
        silence = _("Without a word from you the receipt counts as confirmed, on %(until)s at the earliest.")
        said = [f"“{change.reason}”"] if change.reason else []
        return _("Order %(number)s: work done") % _facts(order), [
            body,
            *said,
            silence % {"until": moment(silence_at)},
        ]

    tell(buyers(order), order, f"work:{change.pk}", words)


def changes_requested(order: Order, work: WorkMilestone, change: WorkChange) -> None:
    """To the seller: what should be different."""

    def words() -> tuple[str, list[str]]:
        body = _("%(buyer)s asks for changes of this: %(work)s.") % {**_facts(order), "work": work.title}
        return _("Order %(number)s: changes asked for") % _facts(order), [body, f"“{change.reason}”"]

    tell(sellers(order), order, f"changes:{change.pk}", words)


def received(order: Order, receipt: Receipt) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        body = (
            _("%(buyer)s has confirmed the receipt.")
            if receipt.by
            else _("The receipt counts as confirmed, as %(buyer)s has not objected.")
        )
        return _("Order %(number)s was received") % _facts(order), [body % _facts(order)]

    tell(sellers(order), order, f"received:{receipt.pk}", words)


def received_part(order: Order, part: PartReceipt) -> None:
    """To the seller: what of it has come."""

    def words() -> tuple[str, list[str]]:
        body = (
            _("%(buyer)s has received a part of it:")
            if part.by
            else _("The receipt of a part counts as confirmed, as %(buyer)s has not objected:")
        ) % _facts(order)
        rows = [
            f"{wording.quantity(item.quantity, item.line.unit)} {item.line.title}"
            for item in part.items.select_related("line")
        ]
        return _("Order %(number)s was received in part") % _facts(order), [body, *rows]

    tell(sellers(order), order, f"received-part:{part.pk}", words)


def silence_soon(order: Order, silence_at: datetime) -> None:
    """To the buyer, once for each day on which it ends: their silence counts as receipt soon."""

    def words() -> tuple[str, list[str]]:
        body = _("Please check what came of your order with %(seller)s, and say so if anything is wrong.")
        silence = _("Without a word from you by %(until)s the receipt counts as confirmed.") % {
            "until": moment(silence_at)
        }
        return _("Order %(number)s: is everything right?") % _facts(order), [body % _facts(order), silence]

    tell(buyers(order), order, f"silence-soon:{order.pk}:{silence_at.isoformat()}", words)


def funds_released(order: Order, receipt: Receipt | PartReceipt) -> None:
    """To the seller."""

    def words() -> tuple[str, list[str]]:
        shown = {
            "amount": wording.amount(receipt.released_amount or 0, order.currency),
            "fee": wording.amount(receipt.released_fee or 0, order.currency),
        }
        body = _("%(amount)s were released to your account; the platform's fee was %(fee)s.") % shown
        return _("Order %(number)s: funds released") % _facts(order), [body]

    tell(sellers(order), order, f"released:{receipt.pk}", words)
