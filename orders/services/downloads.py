"""Information goods: files that are released when they are placed and paid for, fetched so often, so long."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from catalog import queries as catalog
from negotiation_hub.kernel import commit, crypto, files, limits, pdf_stamp, sealed_pieces
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.kernel.text import shown_only
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import membership, people_by_ids
from orders import mails
from orders.hooks import cause_id, milestone
from orders.lifecycle import Status, Who
from orders.models import Download, DownloadGrant, Order, OrderLine
from orders.parts import information_lines
from orders.services import capture, common, licences, stamped

_LINK: Final = "orders.download"  # the purpose of what is mailed to one person for one file
_FETCH: Final = "orders.download.fetch"  # the purpose of the address of the bytes of one counted download
_NAME_CHARS_MAX: Final = 120
_RUNNING: Final = frozenset({Status.UNFULFILLED, Status.PARTIALLY_FULFILLED, Status.FULFILLED})
log = logging.getLogger(__name__)


class DownloadExpired(Refusal):
    """The time to fetch the file is over."""

    code = "download.expired"
    message = _("The time to download this file is over. Please ask the seller to release it again.")
    status = 410


class DownloadUsedUp(Refusal):
    """The file was fetched as often as it may be."""

    code = "download.used_up"
    message = _("This file was downloaded as often as agreed. Please ask the seller to release it again.")
    status = 410


class DownloadRevoked(Refusal):
    """The order was canceled, or all money given back."""

    code = "download.revoked"
    message = _("This file was taken back with the order's money. Please ask the seller if that is wrong.")
    status = 410


class DownloadLinkInvalid(Refusal):
    """The link was changed, is too old, or was not made here."""

    code = "download.link"
    message = _("This link is not valid any more. Please sign in and open the order: the file is there.")
    status = 410


class DownloadDamaged(Refusal):
    """The stored bytes are gone or are not what was stored; the staff have an alarm in the log."""

    code = "download.damaged"
    message = _("This file cannot be read here at the moment. It was not counted; please ask the seller.")
    status = 503
    temporary = True


class FilesMissing(Refusal):
    """There is nothing to release."""

    code = "download.no_files"
    message = _("There are no new files to release. Please add them to the listing first.")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file whose download was counted."""

    name: str
    file: File
    grant_id: UUID
    copy: sealed_pieces.Opened | None = None  # the buyer's own, which goes instead of the file


def release_if_paid(order: Order, now: datetime) -> None:
    """Releases the files of a placed order that is paid in full, once, in the caller's transaction; nothing
    else happens to others.
    """
    commit.require_transaction()
    if order.status in _RUNNING and common.paid_in_full(order):
        wanted = [line for line in information_lines(order) if not line.grants.exists()]
        made = {grant.line_id for grant in _release(order, wanted, by=None, now=now)}
        if empty := [line.title for line in wanted if line.pk not in made]:
            mails.files_missing(order, empty)


def release_files(*, order_id: UUID, actor: User, now: datetime) -> list[DownloadGrant]:
    """The seller's sales staff release what is there and not released, and renew what has run out.

    Said again it releases nothing more. Raises FilesMissing, OrderState, OrderUnpaid, NotPermitted, NotFound.
    """
    with commit.transact():
        order = common.locked(order_id)
        common.require(order, actor, Who.SALES)
        if order.status not in _RUNNING:
            raise common.OrderState
        common.refresh_money(order)
        if not common.paid_in_full(order):
            raise common.OrderUnpaid
        made = _release(order, information_lines(order), by=actor.pk, now=now)
        renewed = _renew(order, now)
        if renewed:
            common.note(order, "renew", by=actor.pk, now=now, grants=[str(row.pk) for row in renewed])
            _mail(order, renewed, f"renewed:{order.pk}:{order.revision}", now)
        if not made and not renewed and any(not line.grants.exists() for line in information_lines(order)):
            raise FilesMissing
    return made + renewed


def revoke(order: Order, now: datetime) -> None:
    """Takes all files of the order back, in the caller's transaction."""
    commit.require_transaction()
    DownloadGrant.objects.filter(order=order, revoked_at=None).update(revoked_at=now)
    licences.revoke(order, now)


def link_token(grant: DownloadGrant, person: UUID, now: datetime) -> str:
    """The signed text of a link with which a person fetches a file without signing in; it counts like any."""
    payload = {"grant": str(grant.pk), "person": str(person)}
    return crypto.make_token(_LINK, payload, ttl_s=limits.DOWNLOAD_LINK_S, now=now)


def grant_of_link(*, token: str, now: datetime) -> tuple[DownloadGrant, User]:
    """What a mailed link is for, and whose it is: shown before anything is fetched.

    Raises DownloadLinkInvalid, and NotFound for who has left the buyer since.
    """
    try:
        payload = crypto.read_token(_LINK, token, now=now)
    except crypto.BadToken:
        raise DownloadLinkInvalid from None
    person = people_by_ids([UUID(payload["person"])]).get(UUID(payload["person"]))
    if person is None or not person.is_active:
        raise NotFound
    return grant_for(person, UUID(payload["grant"])), person


def grant_for(person: User, grant_id: UUID, order_id: UUID | None = None) -> DownloadGrant:
    """The grant, for members of the buyer alone.

    Raises NotFound for strangers, NotPermitted for the seller's people, who only see how often.
    """
    rows = DownloadGrant.objects.select_related("order", "line", "file").filter(pk=grant_id)
    grant = (rows if order_id is None else rows.filter(order=order_id)).first()
    if grant is None:
        raise NotFound
    if membership(person, grant.order.buyer_id) is None:
        raise NotPermitted if membership(person, grant.order.seller_id) else NotFound
    return grant


def refusal_of(grant: DownloadGrant, now: datetime) -> Refusal | None:
    """Why the file cannot be fetched now, if so."""
    if grant.revoked_at is not None:
        return DownloadRevoked()
    if grant.expires_at <= now:
        return DownloadExpired()
    if grant.downloads.count() >= grant.downloads_max:
        return DownloadUsedUp()
    return None


def take_download(*, grant_id: UUID, actor: User, now: datetime, order_id: UUID | None = None) -> str:
    """Counts a download and returns the text of the short-lived address of its bytes.

    Who asks again within a minute gets the same one. Raises DownloadExpired, DownloadUsedUp, DownloadRevoked,
    DownloadDamaged (all uncounted), NotPermitted, NotFound, and Busy while too many copies are being stamped.
    """
    grant = grant_for(actor, grant_id, order_id)
    _must_be_sound(grant)  # what cannot be read is not counted
    with commit.transact():
        order = common.locked(grant.order_id)
        grant.refresh_from_db(fields=["expires_at", "downloads_max", "revoked_at"])
        taken = _just_taken(grant, actor, now)
        if taken is None:
            if (refusal := refusal_of(grant, now)) is not None:
                raise refusal
            taken = Download.objects.create(grant=grant, by=actor.pk, at=now)
            # Told once for each file: how often is for the page, not for the table.
            shown = {"id": str(grant.pk), "name": grant.name}
            milestone(order, "download.taken", cause_id(order, "taken", grant.pk), now, download=shown)
    return crypto.make_token(_FETCH, {"download": str(taken.pk)}, ttl_s=limits.DOWNLOAD_FETCH_S, now=now)


def fetch(*, token: str, now: datetime) -> Fetched:
    """What the address of a counted download is for. Changes nothing, however often it is asked for.

    A transfer that broke off is resumed so, without counting again. Raises DownloadLinkInvalid (also for who
    has left the buyer since), DownloadRevoked, DownloadExpired, DownloadDamaged.
    """
    try:
        payload = crypto.read_token(_FETCH, token, now=now)
    except crypto.BadToken:
        raise DownloadLinkInvalid from None
    taken = Download.objects.select_related("grant__file", "grant__order").get(pk=UUID(payload["download"]))
    grant = taken.grant
    person = people_by_ids([taken.by]).get(taken.by)
    if person is None or membership(person, grant.order.buyer_id) is None:
        raise DownloadLinkInvalid
    if grant.revoked_at is not None:
        raise DownloadRevoked
    if grant.expires_at <= now:
        raise DownloadExpired
    return Fetched(grant.name, grant.file, grant.pk, _must_be_sound(grant))


def over(grant_ids: list[UUID], now: datetime) -> set[UUID]:
    """Which of these may not be fetched any more: a transfer of them that runs must end."""
    ended = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
    return set(DownloadGrant.objects.filter(ended, pk__in=grant_ids).values_list("pk", flat=True))


def _just_taken(grant: DownloadGrant, actor: User, now: datetime) -> Download | None:
    if grant.revoked_at is not None:
        return None
    since = now - timedelta(seconds=limits.DOWNLOAD_AGAIN_S)
    return grant.downloads.filter(by=actor.pk, at__gt=since).last()


def _must_be_sound(grant: DownloadGrant) -> sealed_pieces.Opened | None:
    """The buyer's own copy, where there must be one. Raises DownloadDamaged, Busy."""
    try:
        if grant.stamp:
            return stamped.opened(grant)
        files.open_file(grant.file)
    except (files.FileDamaged, crypto.BadSeal, pdf_stamp.PdfUnfit, OSError):
        log.exception("download %s of order %s cannot be served", grant.pk, grant.order_id)
        raise DownloadDamaged from None
    return None


def _release(order: Order, lines: list[OrderLine], *, by: UUID | None, now: datetime) -> list[DownloadGrant]:
    """Grants what of these lines is not yet granted; the order moves, the card is charged, people hear."""
    made = [grant for line in lines for grant in _grant(order, line, now)]
    if not made:
        return []
    first = str(made[0].pk)
    if common.possible(order, "deliver"):
        common.delivered_more(order, ("deliver", "deliver_part"), by=by, now=now, grant=first)
    capture.capture(order, f"released:{first}", now)
    for line in lines:
        count = sum(grant.line_id == line.pk for grant in made)
        if count:
            shown = {"line": str(line.pk), "title": line.title, "files": count}
            cause = cause_id(order, "released", f"{line.pk}:{first}")
            milestone(order, "download.released", cause, now, download=shown)
    common.silence_from(order, first, now)
    _mail(order, made, f"files:{first}", now)
    licences.give(order, [line for line in lines if any(grant.line_id == line.pk for grant in made)], now)
    return made


def _mail(order: Order, grants: list[DownloadGrant], key: str, now: datetime) -> None:
    mails.files_released(order, grants, key, lambda grant, person: link_token(grant, person, now))


def _grant(order: Order, line: OrderLine, now: datetime) -> Iterator[DownloadGrant]:
    if line.listing_id is None:
        return
    known = set(line.grants.values_list("name", "file__sha256"))
    for offered in catalog.files_of(line.listing_id):
        name = shown_only(offered.name)[:_NAME_CHARS_MAX] or "file"
        if (name, offered.file.sha256) in known:
            continue
        made = DownloadGrant.objects.create(
            order=order,
            line=line,
            file=offered.file,
            name=name,
            granted_at=now,
            expires_at=now + timedelta(seconds=limits.DOWNLOAD_GRANT_S),
            downloads_max=limits.DOWNLOADS_MAX,
            stamp=offered.stamp,
        )
        stamped.enqueue(made)
        yield made


def _renew(order: Order, now: datetime) -> list[DownloadGrant]:
    """Another month, as many downloads again, for what has run out of either or was taken back."""
    renewed = []
    for grant in DownloadGrant.objects.filter(order=order).order_by("id"):
        if refusal_of(grant, now) is None:
            continue
        grant.expires_at = now + timedelta(seconds=limits.DOWNLOAD_GRANT_S)
        grant.downloads_max = grant.downloads.count() + limits.DOWNLOADS_MAX
        grant.revoked_at = None
        grant.save(update_fields=["expires_at", "downloads_max", "revoked_at"])
        renewed.append(grant)
    return renewed
