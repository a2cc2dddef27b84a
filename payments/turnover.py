"""What moved in a time: charged, given back, released, kept as fees. Each sum is that of its rows.

An organisation's rows are those of the orders in which it was to pay (`payer`) or to be paid (`payee`).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from negotiation_hub.kernel import clock
from payments.chart import Kind
from payments.machine import CAPTURED, Status
from payments.models import Account, Payment, PaymentRequest, Phase, Transfer

Party = Literal["payer", "payee"]
_MOVED: Final = (Phase.POSTED.value, Phase.POST.value)


class Flow(StrEnum):
    """A way that money takes."""

    CHARGED = "charged"  # from a card into held funds
    REFUNDED = "refunded"  # back to the payer, less what a bank sent back
    RELEASED = "released"  # from held funds to the seller, less the fee
    FEES = "fees"  # kept by the platform, less what refunds gave back of it


@dataclass(frozen=True, slots=True)
class _Leg:
    """Rows of causes of a kind, between two kinds of accounts; `sign` says which way they count."""

    cause: str
    sign: int
    debit: Kind | None = None
    credit: Kind | None = None

    @property
    def rows(self) -> Q:
        found = Q(cause__kind=self.cause)
        if self.debit is not None:
            found &= Q(debit__kind=self.debit.value)
        return found if self.credit is None else found & Q(credit__kind=self.credit.value)


_LEGS: Final = {
    Flow.CHARGED: (_Leg("captured", 1, credit=Kind.HELD),),
    Flow.REFUNDED: (
        _Leg("refunded", 1, credit=Kind.PSP_CLEARING),
        _Leg("refund_returned", -1, debit=Kind.PSP_CLEARING),
    ),
    Flow.RELEASED: (_Leg("released", 1, debit=Kind.HELD, credit=Kind.WALLET),),
    Flow.FEES: (
        _Leg("released", 1, credit=Kind.PLATFORM_FEE),
        _Leg("refunded", -1, debit=Kind.PLATFORM_FEE),
        _Leg("refund_returned", 1, credit=Kind.PLATFORM_FEE),
    ),
}


def rows(
    flow: Flow, party: Party, organisation_id: UUID, start: datetime, end: datetime
) -> "QuerySet[Transfer]":
    """The transfers of a flow from `start` until before `end`; `signed` is what each counts, minor units."""
    orders = PaymentRequest.objects.filter(Q((party, organisation_id))).values("order_id")
    legs = _LEGS[flow]
    counted = legs[0].rows
    for leg in legs[1:]:
        counted |= leg.rows
    way = [When(leg.rows, then=Value(leg.sign)) for leg in legs]
    found = Transfer.objects.filter(
        counted,
        cause__order_id__in=orders,
        phase__in=_MOVED,
        at_us__gte=clock.to_us(start),
        at_us__lt=clock.to_us(end),
    )
    return found.annotate(signed=F("amount") * Case(*way, output_field=BigIntegerField()))


def owed_rows(organisation_id: UUID, end: datetime) -> "QuerySet[Transfer]":
    """What made an organisation owe the platform, and what it was collected by, until before `end`."""
    owed = Account.objects.filter(kind=Kind.RECEIVABLE.value, subject=organisation_id).values("pk")
    found = Transfer.objects.filter(
        Q(debit__in=owed) | Q(credit__in=owed), phase__in=_MOVED, at_us__lt=clock.to_us(end)
    )
    way = Case(When(debit__in=owed, then=Value(1)), default=Value(-1), output_field=BigIntegerField())
    return found.annotate(signed=F("amount") * way)


def unpaid(order_ids: "QuerySet[Any, Any]") -> "QuerySet[PaymentRequest]":
    """The requests of these orders of which something is not authorised or paid; `missing` is how much."""
    reserved = Q(status=Status.REQUIRES_CAPTURE.value)
    taken = Q(status__in=[status.value for status in CAPTURED])
    covers = Case(
        When(reserved, then=F("authorized")),
        When(taken, then=F("captured") - F("refunded")),
        default=Value(0),
        output_field=BigIntegerField(),
    )
    # Summed up apart, so that what comes of it can be summed up in its turn.
    paid = Payment.objects.filter(request=OuterRef("pk")).order_by().values("request")
    covered = Subquery(paid.annotate(sum=Sum(covers)).values("sum"))
    found = PaymentRequest.objects.filter(order_id__in=order_ids, closed_at=None)
    return found.annotate(missing=F("amount") - Coalesce(covered, Value(0))).filter(missing__gt=0)
