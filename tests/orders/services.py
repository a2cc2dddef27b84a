"""A deal about a start-up on site, for tests: with the times that its sides propose and take."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from catalog import services as catalog
from catalog.models import Listing
from negotiation_hub.kernel.models import Mail
from negotiation_hub.kernel.money import Money
from negotiation_hub.people.models import User
from orders import services
from orders.models import Appointment, AppointmentProposal, OrderLine, WorkMilestone
from tests.orders.deal import Deal
from tests.orders.three import Three, line

ZONE = "Europe/Madrid"


class Visit(Three):
    """The deal, with calls for what both do about the time of the visit."""

    @classmethod
    def booked(cls, deal: Deal, *, at_once: int | None = 1, paid: bool = True, **fields: Any) -> "Visit":
        """A fresh order of a listing whose appointments are counted."""
        listing = catalog.create_listing(
            actor=deal.ada,
            title="Start-up on site",
            description="",
            price=Money(100_000, "EUR"),
            kind="service",
            now=deal.now,
        )
        services.set_rule(actor=deal.ada, listing_id=listing.pk, minutes=120, at_once=at_once, now=deal.now)
        visit = cls(deal, listing)
        deal.order_id = visit.ordered(**fields)
        if paid:
            visit.paid()
        return visit

    def ordered(self, **fields: Any) -> UUID:
        """One more order of the same listing."""
        self.deal.lines = [line("service", "Start-up on site", self.listing.pk)]
        self.deal.lines[0].update(fields.pop("line", {}))
        return self.deal.agree(**fields).pk

    @property
    def line(self) -> OrderLine:
        return OrderLine.objects.get(order=self.deal.order_id)

    @property
    def row(self) -> Appointment:
        return Appointment.objects.get(order=self.deal.order_id)

    def in_days(self, days: int, hour: int = 10) -> datetime:
        """That day at this hour, UTC."""
        at: datetime = self.deal.now + timedelta(days=days)
        return at.replace(hour=hour, minute=0, second=0, microsecond=0)

    def propose(self, *times: datetime, actor: User | None = None, **fields: Any) -> AppointmentProposal:
        values = {"minutes": 120, "zone": ZONE, **fields}
        return services.propose(
            line_id=self.line.pk,
            actor=actor or self.deal.max,
            proposal=services.Proposal(times or (self.in_days(3),), **values),
            now=self.deal.now,
        )

    def take(  # type: ignore[override]
        self, made: AppointmentProposal, at: datetime | None = None, actor: User | None = None
    ) -> Appointment:
        at = at or datetime.fromisoformat(made.times[0])
        who = actor or (self.deal.ben if made.side == "seller" else self.deal.max)
        return services.take(proposal_id=made.pk, actor=who, at=at, now=self.deal.now)

    def agreed(self, days: int = 3, **fields: Any) -> "Visit":
        """Proposed by the seller and taken by the buyer."""
        self.take(self.propose(self.in_days(days), **fields))
        self.deal.work()
        return self

    def calendars(self, user: User) -> list[str]:
        """The iCalendar objects that were mailed to somebody, the oldest first."""
        return [one.calendar for one in Mail.objects.filter(to=user.email).order_by("id") if one.calendar]

    @property
    def piece(self) -> WorkMilestone:
        return WorkMilestone.objects.get(order=self.deal.order_id)


__all__ = ["Listing", "Visit"]
