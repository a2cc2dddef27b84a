"""A deal of three kinds, for tests: pumps that go by parcel, curves to download, a start-up on site."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse

from catalog import downloads as catalog_files
from catalog import services as catalog
from catalog.models import Listing
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from orders import services
from orders.facts import LineFacts
from orders.models import Download, DownloadGrant, WorkMilestone
from tests.orders.deal import Deal


def line(kind: str, title: str, listing: UUID | None = None, total: int = 100_000) -> LineFacts:
    return {
        "title": title,
        "quantity": "1",
        "unit": "C62",
        "unit_price": total,
        "total": total,
        "listing": listing,
        "kind": kind,
        "pieces": 1,
        "due": None,
    }


@dataclass
class Three:
    """The deal, with calls for what buyer and seller do with files and work."""

    deal: Deal
    listing: Listing

    @classmethod
    def made(
        cls, deal: Deal, kinds: Iterable[str] = ("goods", "information", "service"), files: int = 1
    ) -> "Three":
        """A fresh order of these kinds; its information listing has so many files."""
        listing = catalog.create_listing(
            actor=deal.ada,
            title="Pump curves",
            description="",
            price=Money(100_000, "EUR"),
            kind="information",
            now=deal.now,
        )
        three = cls(deal, listing)
        for number in range(files):
            three.add_file(f"curves-{number + 1}.csv")
        titles = {"goods": "Pump NB-40", "information": "Pump curves", "service": "Start-up on site"}
        deal.lines = [
            line(kind, titles[kind], listing.pk if kind == "information" else None) for kind in kinds
        ]
        deal.order_id = deal.agree().pk
        return three

    def add_file(self, name: str, data: bytes | None = None) -> None:
        """The seller puts a file up; no two tests share its bytes."""
        catalog_files.add_file(
            actor=self.deal.ada,
            listing_id=self.listing.pk,
            data=data or f"head,flow\n{uuid4()},1\n".encode(),
            name=name,
            now=self.deal.now,
        )

    def paid(self) -> "Three":
        """Placed and authorised."""
        self.deal.place()
        self.deal.authorize()
        return self

    @property
    def grants(self) -> list[DownloadGrant]:
        return list(DownloadGrant.objects.filter(order=self.deal.order_id))

    @property
    def grant(self) -> DownloadGrant:
        return DownloadGrant.objects.get(order=self.deal.order_id)

    @property
    def work(self) -> WorkMilestone:
        return WorkMilestone.objects.get(order=self.deal.order_id)

    @property
    def taken(self) -> int:
        """How many downloads were counted."""
        return Download.objects.filter(grant__order=self.deal.order_id).count()

    def take(self, actor: User | None = None) -> str:
        """Counts a download of the one file; the text of the address of its bytes."""
        return services.take_download(grant_id=self.grant.pk, actor=actor or self.deal.ben, now=self.deal.now)

    def release(self, actor: User | None = None) -> list[DownloadGrant]:
        """The seller's button; what follows is done too."""
        made = services.release_files(
            order_id=self.deal.order_id, actor=actor or self.deal.sol, now=self.deal.now
        )
        self.deal.work()
        return made

    def report(self, actor: User | None = None) -> WorkMilestone:
        """The seller has done the work."""
        done = services.report_work(work_id=self.work.pk, actor=actor or self.deal.max, now=self.deal.now)
        self.deal.work()
        return done

    def receive(self, actor: User | None = None) -> WorkMilestone:
        """The buyer receives the work."""
        return services.receive_work(work_id=self.work.pk, actor=actor or self.deal.ben, now=self.deal.now)

    def ask(self, reason: str = "At full load, please", actor: User | None = None) -> WorkMilestone:
        """The buyer asks for changes."""
        return services.request_changes(
            work_id=self.work.pk, actor=actor or self.deal.ben, reason=reason, now=self.deal.now
        )

    def url(self, name: str, *args: object) -> str:
        return reverse(f"orders:{name}", args=[self.deal.order_id, *args])

    def links(self, user: User | None = None) -> list[str]:
        """The paths in the mails with which files were released, the oldest first."""
        texts = [mail.text for mail in self.deal.mails_to(user or self.deal.ben)]
        found = [row for text in texts for row in text.splitlines() if "/orders/downloads/" in row]
        return [row.removeprefix("http://127.0.0.1:8000") for row in found]


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def bytes_of(response: Any) -> bytes:
    """What a button that was pressed leads to."""
    assert response.status_code == 302, response.content.decode()
    followed = Client().get(response["Location"])
    assert followed.status_code == 200
    content: bytes = followed.getvalue()
    return content
