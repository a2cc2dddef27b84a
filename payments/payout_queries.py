"""Reading payouts and bank accounts, for people of the organisation."""

from collections.abc import Collection
from uuid import UUID

from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import organisations_of
from payments.models import BankAccount, Payout

PAGE = 50  # payouts on one page of a list


def active_account(organisation_id: UUID) -> BankAccount | None:
    """Where the organisation's money goes, if it has said so."""
    return BankAccount.objects.filter(organisation=organisation_id, active=True).first()


def payouts_of(
    organisation_ids: Collection[UUID], *, after: UUID | None = None, limit: int = PAGE
) -> list[Payout]:
    """The payouts of organisations, the newest first; `after` is the last of the page before.

    Raises NotFound for an `after` that is none of theirs.
    """
    rows = Payout.objects.select_related("bank_account").filter(organisation__in=list(organisation_ids))
    if after is not None:
        last = rows.filter(pk=after).first()
        if last is None:
            raise NotFound
        older = rows.filter(requested_at__lt=last.requested_at)
        rows = older | rows.filter(requested_at=last.requested_at, pk__lt=last.pk)
    return list(rows.order_by("-requested_at", "-id")[:limit])


def payouts_for(user: User, *, organisation_id: UUID | None, after: UUID | None) -> list[Payout]:
    """The payouts of the person's organisations, or of one of them. Raises NotFound."""
    mine = {organisation.pk for organisation in organisations_of(user)}
    if organisation_id is not None:
        if organisation_id not in mine:
            raise NotFound
        mine = {organisation_id}
    return payouts_of(mine, after=after)
