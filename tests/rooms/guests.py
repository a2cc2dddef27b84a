"""Guests, for tests: a seller's link, and browsers that open it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.test import Client

from catalog import services as catalog
from catalog.models import Listing
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from rooms.guests import links
from rooms.guests.models import GuestLink
from rooms.models import Room
from tests.rooms.table import Table, person


def listing_of(seller: User) -> Listing:
    """Something to negotiate about."""
    return catalog.create_listing(
        actor=seller, title="Pump NB-40", description="", price=Money(12_000, "EUR"), now=clock.now()
    )


@dataclass
class Invitation:
    """A link of Ada's about a pump. The clock is the real one: pages ask for it."""

    ada: User = field(default_factory=lambda: person("Ada", "Norte"))
    email: str = ""
    days: int = 0
    link: GuestLink = field(init=False)
    url: str = field(init=False)
    listing: Listing = field(init=False)

    def __post_init__(self) -> None:
        self.listing = listing_of(self.ada)
        self.link, url = links.make_link(
            actor=self.ada,
            listing_id=self.listing.pk,
            label="The orchard",
            email=self.email,
            days=self.days,
            now=clock.now(),
        )
        self.url = urlsplit(url).path

    @property
    def token(self) -> str:
        """The secret of the link."""
        return self.url.rstrip("/").rpartition("/")[2]

    @property
    def row(self) -> GuestLink:
        """The link as it is now."""
        return GuestLink.objects.get(pk=self.link.pk)

    @property
    def guest(self) -> User:
        """Whoever came by it."""
        found = self.row.guest
        assert found is not None
        return found

    @property
    def room(self) -> Room:
        """The room that was opened by it."""
        found = self.row.room
        assert found is not None
        return found

    def open(self, browser: Client) -> Any:
        """Opens the link."""
        return browser.get(self.url)

    def enter(self, browser: Client | None = None, **said: str) -> Client:
        """Opens the link and presses the button, in a browser of its own where none is named."""
        browser = browser or Client()
        self.open(browser)
        browser.post("/guests/enter/", {"token": self.token, "name": "Gus", **said})
        return browser

    def code(self, browser: Client) -> str:
        """Has a code mailed, and reads it."""
        browser.post("/guests/code/mail/", {"token": self.token})
        text: str = Mail.objects.latest("created_at").text
        return text.split("    ")[1].split("\n", maxsplit=1)[0]

    def enter_code(self, browser: Client, code: str) -> Any:
        """Enters a code."""
        return browser.post("/guests/code/", {"token": self.token, "code": code})

    def revoke(self) -> None:
        """Ada takes the link back."""
        links.revoke_link(actor=self.ada, link_id=self.link.pk, now=clock.now())

    def table(self) -> Table:
        """The table, at which the guest buys."""
        table = Table.__new__(Table)
        table.ben, table.ada, table.now, table.others = self.guest, self.ada, clock.now(), {}
        table.room = self.room
        return table


def is_in(browser: Client, room: UUID) -> bool:
    """Whether this browser gets the room's page."""
    return browser.get(f"/rooms/{room}/").status_code == 200


def claim(browser: Client, **said: Any) -> Any:
    """Makes an account."""
    form = {"email": "gus@people.example", "password": "correct horse battery", **said}
    return browser.post("/guests/account/", form)
