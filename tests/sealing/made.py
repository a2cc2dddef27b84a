"""An order with all that must not be read by who copies the database."""

from typing import Any

from negotiation_hub.kernel import clock, outbox
from orders.models import Order
from orders.services import place_order
from rooms.search import find
from tests.rooms.mailing import MailShop
from tests.rooms.table import Table
from tests.sealing.secrets import DETAILS


def made() -> Order:
    """Terms were offered, countered, beyond a limit and agreed; the order is placed and all mails are out.
    What was agreed once more is a frame agreement.
    """
    table = Table(now=clock.now())
    ours = {side: table.caucus(side) for side in ("buyer", "seller")}
    wishes: dict[str, Any] = {"replaces": 0, "issues": [], "notes": "Epiphany note"}
    table.send("buyer", "preferences.set", stream_id=ours["buyer"], **wishes)
    table.send("seller", "bound.set", stream_id=ours["seller"], minor=8_437_109)
    line = {"title": "Quixotic valve", "quantity": "1", "unit": "C62", "unit_price": 9_437_111}
    issues = [
        {"name": "Gryphon warranty", "value": "24 months"},
        {"name": "Terms", "value": "Flanged zephyr clause"},
    ]
    table.propose("buyer", lines=[line], issues=issues)
    table.counter("seller", 0, lines=[{**line, "unit_price": 9_437_222}], issues=issues)
    table.accept("buyer")
    framed = Table(now=clock.now())
    frame = {"name": "Frame agreement", "value": "for 9 months"}
    framed.propose("seller", lines=[{**line, "unit_price": 9_437_222}], issues=[*issues, frame])
    framed.accept("buyer")
    order = Order.objects.get(room_id=table.room.pk)
    place_order(order_id=order.pk, actor=table.ben, details=DETAILS, now=clock.now())
    order_by_mail()
    outbox.drain(clock.now())
    assert find.find(actor=table.ben, text="zephyr clause").hits, "the search still finds what was offered"
    assert find.find(actor=table.ben, text="quixo").hits, "by a beginning too"
    return order


def order_by_mail() -> None:
    """Somebody has mailed an order with the same details."""
    names = ("contact_name", "street", "postal_code", "city", "country", "tax_id", "reference", "notes")
    MailShop().order(**{name: getattr(DETAILS, name) for name in names})
