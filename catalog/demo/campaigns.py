"""The demo's campaign: written and ready, the buyer on the list. One press sends a mail to read."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from catalog import campaigns, links, subscriptions
from catalog.campaign_models import Campaign, Subscriber
from catalog.demo.listings import OFFERED, listing_id
from catalog.models import Listing
from negotiation_hub.people import demo
from negotiation_hub.people import queries as people

CAMPAIGN_ID: Final = UUID("019c0000-0000-7000-8000-0000000000c1")
SUBJECT: Final = "500 stainless steel pumps, ready to negotiate"
TEXT: Final = """Hello,

a customer has postponed a plant, and **500 centrifugal pumps CP-40** look for a new one:

- stainless steel throughout (AISI 316L), seals of silicon carbide
- 40 m³/h at 32 m, with a 5.5 kW motor of class IE4
- a test record with every single pump

Price per unit, quantity, delivery dates: *everything can be countered*. Look at the lot, open a room, \
and make us an offer. We answer within the hour.

Ada Lindqvist"""


def make_campaign(*, now: datetime) -> bool:
    """Makes what is missing of it, and returns whether it was the campaign."""
    # One question for all, since this is asked at every start.
    on_the_list = Subscriber.objects.filter(
        organisation=OuterRef("organisation"), email=demo.person_named("buyer").email
    )
    if Campaign.objects.filter(Exists(on_the_list), pk=CAMPAIGN_ID).exists():
        return False
    seller = demo.user_of("seller", now=now)
    company = people.acting_organisation(seller)
    reader = demo.user_of("buyer", now=now)
    if not Subscriber.objects.filter(organisation=company, email=reader.email).exists():
        subscriptions.ask(
            organisation=company, email=reader.email, language="en", source="/demo/", client="", now=now
        )
        ask = Subscriber.objects.get(organisation=company, email=reader.email).ask
        assert ask is not None  # noqa: S101 - it was made above
        token = links.confirm_url(ask, now).rstrip("/").rpartition("/")[2]
        subscriptions.confirm(token=token, source="/demo/", client="", now=now)
    if Campaign.objects.filter(pk=CAMPAIGN_ID).exists():
        return False
    pumps = Listing.objects.filter(pk=listing_id(len(OFFERED)), status=Listing.Status.PUBLISHED).first()
    campaigns.create_campaign(
        actor=seller,
        organisation=company,
        words=campaigns.Words(SUBJECT, TEXT, pumps.pk if pumps else None),
        campaign_id=CAMPAIGN_ID,
        now=now,
    )
    return True
