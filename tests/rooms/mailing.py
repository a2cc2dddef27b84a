"""Orders by mail, for tests: a listing, a buyer with a confirmed address, and mails as people write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from itertools import count
from typing import Any, Final
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from catalog import services as catalog
from catalog.models import Listing
from catalog.services import Supply
from negotiation_hub.kernel import clock, mail_in
from negotiation_hub.kernel.models import InboundMail, Job, Mail
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from negotiation_hub.verify import verify
from orders.models import Order
from rooms import services
from rooms.mailed import form
from rooms.mailed.address import order_address
from rooms.mailed.models import MailOrder
from rooms.models import Offer, Room
from rooms.wire import OfferAccept
from tests.rooms.table import person

VALUES = {
    "listing": "Pump NB-40",
    "quantity": "2",
    "price": "120.00 EUR",
    "company": "Acme",
    "contact_name": "Ben Ortega",
    "street": "Calle Mayor 1",
    "postal_code": "28013",
    "city": "Madrid",
    "country": "Spain",
    "tax_id": "",
    "reference": "PO-7",
    "notes": "Ring twice",
}

_NUMBERS: Final = count(1)


def confirmed(user: User) -> User:
    """A person who has confirmed that their address is theirs."""
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    return user


@dataclass
class MailShop:
    """Ada of Norte offers a pump, of which five are left; Ben of Acme orders it by mail."""

    ada: User = field(default_factory=lambda: person("Ada", "Norte"))
    ben: User = field(default_factory=lambda: confirmed(person("Ben", "Acme")))
    listing: Listing = field(init=False)

    def __post_init__(self) -> None:
        self.listing = catalog.create_listing(
            actor=self.ada,
            title="Pump NB-40",
            description="",
            price=Money(12_000, "EUR"),
            now=clock.now(),
            supply=Supply(stock=5),
        )

    @property
    def address(self) -> str:
        """Where orders of the pump are mailed to."""
        return order_address(self.listing.pk)

    def mail(
        self,
        text: str | None = None,
        *,
        sender: str = "",
        headers: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> bytes:
        """A mail with the form, or with another text."""
        message = EmailMessage(policy.SMTP)
        message["From"] = sender or f"Ben Ortega <{self.ben.email}>"
        message["To"], message["Subject"] = self.address, "Order: Pump NB-40"
        message["Message-ID"] = f"<{next(_NUMBERS)}@mail.example>"
        for name, value in (headers or {}).items():
            del message[name]
            message[name] = value
        message.set_content(form.render({**VALUES, **(typed or {})}, "en") if text is None else text)
        return message.as_bytes()

    def take(
        self, raw: bytes, *, envelope: str = "ben@mail.example", now: datetime | None = None
    ) -> InboundMail:
        """Takes a mail in and has it read; what goes out is left alone."""
        moment = now or clock.now()
        stored = mail_in.accept(raw, envelope, [self.address], moment)
        assert stored is not None
        for job in Job.objects.filter(topic="mail.received", done_at=None):
            mail_in.dispatch(job.payload, moment)
        stored.refresh_from_db()
        return stored

    def order(self, **typed: str) -> MailOrder:
        """Mails an order; the draft that it has become."""
        stored = self.take(self.mail(typed=typed))
        assert stored.status == InboundMail.Status.TAKEN, stored.reason
        return MailOrder.objects.get(mail=stored.pk)

    def answers(self, to: str = "") -> list[Mail]:
        """What was answered, oldest first."""
        return list(Mail.objects.filter(to=to or self.ben.email).order_by("pk"))

    def link(self, to: str = "") -> str:
        """The path of the signed link in the newest answer that has one."""
        return link_in([one.text for one in self.answers(to) if "/rooms/mail/" in one.text][-1])


def link_in(text: str) -> str:
    """The path of the signed link in an answer."""
    found = re.search(rf"{re.escape(settings.PUBLIC_URL)}(/rooms/mail/[\w.-]+/)", text)
    assert found is not None, text
    return found[1]


def browser(user: User | None = None) -> Client:
    """A browser, signed in as somebody."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def press(link: str, step: str, user: User | None = None, **fields: Any) -> Any:
    """Looks at the page of a link, and presses one of its buttons."""
    client = browser(user)
    page = client.get(link).content.decode()
    return client.post(link, {**hidden(page), "step": step, **fields})


def accept_in(room: Room, buyer: User) -> None:
    """The buyer accepts what stands on the room's table."""
    standing = Offer.objects.get(room=room)
    frame = OfferAccept.model_validate(
        {
            "t": "offer.accept",
            "id": str(uuid4()),
            "stream": str(room.pk),
            "version": standing.version,
            "hash": standing.hash,
            "package": 0,
        }
    )
    services.accept_offer(actor=buyer, frame=frame, now=clock.now())


def nothing_bought() -> None:
    """Nobody is bound to anything."""
    assert not Order.objects.exists()
    assert not Room.objects.exists()


def problems() -> list[str]:
    """What `verify` finds."""
    found: list[str] = []
    verify(lambda line: found.append(str(line)))
    return found
