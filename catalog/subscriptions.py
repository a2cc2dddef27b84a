"""Subscribing to a seller's news: asked for on a page, confirmed from the mailbox, left with one click.

Whoever asks is told the same whether or not the address is on the list. Lock order: campaign, subscriber.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from catalog import campaign_mails, links, subscription
from catalog.campaign_models import CampaignMail, Consent, Subscriber
from catalog.refusals import SubscriptionEmail, SubscriptionLink
from catalog.subscription import Status, What
from negotiation_hub.kernel import commit, crypto, limits, mail
from negotiation_hub.kernel.mail_address import is_address
from negotiation_hub.people.models import Organisation


def ask(
    *, organisation: Organisation, email: str, language: str, source: str, client: str, now: datetime
) -> None:
    """Sends a link that confirms the subscription, unless the address is on the list or has just got one.

    `source` is the page, `client` the network address, of which only a MAC is kept. Raises
    SubscriptionEmail.
    """
    address = email.strip().lower()
    if not is_address(address):
        raise SubscriptionEmail
    with commit.transact():
        subscriber, made = _subscriber(organisation, address, language, now)
        if not made and not _may_ask(subscriber, now):
            return
        after = subscription.START if made else subscription.after(What.ASKED, Status(subscriber.status))
        if after is None:
            return
        subscriber.language, subscriber.ask = language, uuid4()
        _note(subscriber, What.ASKED, after, source, client, now)
        campaign_mails.send_confirmation(subscriber, subscriber.ask, now)


def subscriber_of_link(*, token: str, now: datetime) -> Subscriber:
    """Whom a link would confirm, or has confirmed. Raises SubscriptionLink."""
    ask = links.read_confirm(token, now)
    found = Subscriber.objects.select_related("organisation").filter(ask=ask).first()
    if found is None:
        raise SubscriptionLink
    return found


def confirm(*, token: str, source: str, client: str, now: datetime) -> Subscriber:
    """Puts whoever the link is about on the list; again, nothing happens. Raises SubscriptionLink."""
    with commit.transact():
        subscriber = _locked(subscriber_of_link(token=token, now=now).pk)
        if subscriber.ask != links.read_confirm(token, now):
            raise SubscriptionLink
        after = subscription.after(What.CONFIRMED, Status(subscriber.status))
        if after is not None:
            _note(subscriber, What.CONFIRMED, after, source, client, now)
    return subscriber


def subscriber_of_mail(*, token: str, now: datetime) -> Subscriber:
    """Who would leave by this link. Raises SubscriptionLink."""
    found = (
        Subscriber.objects.select_related("organisation")
        .filter(pk=links.read_leave(token, now).subscriber)
        .first()
    )
    if found is None:
        raise SubscriptionLink
    return found


def leave(*, token: str, source: str, client: str, now: datetime) -> Subscriber:
    """Takes a subscriber off the list, and back what waits for them; again, nothing happens.

    Raises SubscriptionLink.
    """
    origin = links.read_leave(token, now)
    with commit.transact():
        subscriber = _locked(subscriber_of_mail(token=token, now=now).pk)
        after = subscription.after(What.UNSUBSCRIBED, Status(subscriber.status))
        if after is None:
            return subscriber
        subscriber.ask = None  # a link from before must not bring them back
        _note(subscriber, What.UNSUBSCRIBED, after, source, client, now, campaign=origin.campaign)
        waiting = CampaignMail.objects.filter(subscriber=subscriber, state=CampaignMail.State.QUEUED)
        mail.withdraw(list(waiting.values_list("mail", flat=True)), why="unsubscribed", now=now)
    return subscriber


def suppress(*, subscriber_id: UUID, source: str, campaign: UUID | None, now: datetime) -> None:
    """Sends nothing more to an address that its mail server does not know; in the open transaction."""
    commit.require_transaction()
    subscriber = _locked(subscriber_id)
    after = subscription.after(What.SUPPRESSED, Status(subscriber.status))
    if after is not None:
        subscriber.ask = None
        _note(subscriber, What.SUPPRESSED, after, source, "", now, campaign=campaign)


def _subscriber(
    organisation: Organisation, email: str, language: str, now: datetime
) -> tuple[Subscriber, bool]:
    """The row, locked, and whether it was made now."""
    rows = Subscriber.objects.select_for_update(no_key=True).filter(organisation=organisation, email=email)
    if (found := rows.first()) is not None:
        return found, False
    try:
        with transaction.atomic():
            made = Subscriber.objects.create(
                organisation=organisation,
                email=email,
                language=language,
                status=subscription.START,
                created_at=now,
                changed_at=now,
            )
    except IntegrityError:
        return rows.get(), False  # a second click was faster
    return made, True


def _may_ask(subscriber: Subscriber, now: datetime) -> bool:
    asked = Consent.objects.filter(subscriber=subscriber, what=What.ASKED)
    if asked.filter(at__gt=now - timedelta(seconds=limits.ASK_AGAIN_S)).exists():
        return False
    return asked.filter(at__gt=now - timedelta(days=1)).count() < limits.ASKS_PER_DAY_MAX


def _locked(subscriber_id: UUID) -> Subscriber:
    rows = Subscriber.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    return rows.get(pk=subscriber_id)


def _note(
    subscriber: Subscriber,
    what: What,
    after: Status,
    source: str,
    client: str,
    now: datetime,
    *,
    campaign: UUID | None = None,
) -> None:
    """Writes the log and the status that follows from it."""
    subscriber.status, subscriber.changed_at = after.value, now
    subscriber.save(update_fields=["status", "changed_at", "language", "ask"])
    Consent.objects.create(
        subscriber=subscriber,
        what=what.value,
        at=now,
        source=source[:200],
        client=crypto.mac("catalog.client", client.encode()) if client else None,
        campaign_id=campaign,
    )
