"""The provider that the settings choose, in the words of this app."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from payments.gateway import BadNotice, Gateway, Made, Notice, ProviderRefused, ProviderUnavailable, outside
from payments.machine import Fact, RefundStatus
from payments.models import Payment, Refund
from payments.providers import base, get_provider
from payments.refunds import RefundTruth
from payments.settlement import Truth

_FACTS: Final[dict[base.Status, Fact]] = {
    "requires_payment_method": Fact.METHOD_NEEDED,
    "requires_confirmation": Fact.CONFIRMATION_NEEDED,
    "requires_action": Fact.ACTION_NEEDED,
    "processing": Fact.IN_PROGRESS,
    "requires_capture": Fact.AUTHORIZED,
    "partially_captured": Fact.CAPTURED_IN_PART,
    "succeeded": Fact.CAPTURED,
    "canceled": Fact.CANCELED,
}
_REFUND: Final = "refund_id"  # under this name a refund carries our id


def current() -> Gateway:
    """The provider of this process."""
    return ProviderGateway(get_provider())


class ProviderGateway:
    """Our interface over an adapter. The keys of its calls are made from our rows, so that a repeated call is
    done once.
    """

    def __init__(self, provider: base.Provider) -> None:
        self._provider = provider
        self.name = provider.name

    def create(self, payment: Payment) -> Made:
        """A page on which the amount is authorised; it is captured when the goods are sent."""
        with _translated():
            made = self._provider.create_checkout(
                payment_id=str(payment.pk),
                amount=payment.money(payment.amount),
                capture="manual",
                description=payment.request.title or str(payment.order_id),
                success_url=_completed(payment.return_url),
                cancel_url=payment.return_url,
                metadata={"order_id": str(payment.order_id)},
                idempotency_key=f"{payment.pk}:create",
            )
        return Made(made.ref, made.hosted_url)

    def capture(self, payment: Payment) -> Truth:
        """Takes all that is authorised."""
        with _translated():
            state = self._provider.capture(
                _ref(payment), amount=None, idempotency_key=f"{payment.pk}:capture"
            )
        return _truth(state)

    def cancel(self, payment: Payment) -> Truth:
        """Lets go of what is authorised, or closes the page."""
        with _translated():
            return _truth(self._provider.cancel(_ref(payment), idempotency_key=f"{payment.pk}:cancel"))

    def refund(self, payment: Payment, refund: Refund) -> Truth:
        """Gives money back, and reads the payment as it is then."""
        with _translated():
            self._provider.refund(
                _ref(payment),
                amount=payment.money(refund.amount),
                idempotency_key=f"{refund.pk}:refund",
                metadata={_REFUND: str(refund.pk), "payment_id": str(payment.pk)},
            )
        return self.fetch(payment)

    def fetch(self, payment: Payment) -> Truth:
        """How the payment is now."""
        with _translated():
            return _truth(self._provider.fetch(_ref(payment)))

    def parse(self, raw: bytes, headers: Mapping[str, str], now: datetime) -> Notice:
        """Checks signature and time of a message. Raises BadNotice."""
        try:
            event = self._provider.parse_webhook(raw, headers, now=now)
        except base.BadSignature as error:
            raise BadNotice(str(error)) from error
        return Notice(event.id, event.kind, event.refs or (event.ref,), _uuid(event.payment_id))


@contextmanager
def _translated() -> Iterator[None]:
    outside()
    try:
        yield
    except base.ProviderUnavailable as error:
        raise ProviderUnavailable from error
    except base.ProviderRefused as error:
        raise ProviderRefused(error.code) from error


def _completed(url: str) -> str:
    """Where somebody goes who has paid: with the session's name, which those who only went back do not have.

    The provider fills it in (Stripe, Checkout Session, `success_url`).
    """
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, "session={CHECKOUT_SESSION_ID}")))
    return urlunsplit(parts._replace(query=query))


def _ref(payment: Payment) -> str:
    ref = payment.provider_ref or payment.intent_ref
    if not ref:
        raise ProviderRefused("never_made")
    return ref


def _truth(state: base.IntentState) -> Truth:
    return Truth(
        fact=_FACTS[state.status],
        authorized=state.capturable,
        captured=state.captured,
        fee=state.fee,
        refunds=tuple(
            RefundTruth(
                ref=row.ref,
                amount=row.amount,
                status=RefundStatus(row.status),
                ours=_uuid(row.metadata.get(_REFUND)),
                failure_code=row.failure_code,
            )
            for row in state.refunds
        ),
        failure_code=state.failure_code,
        intent_ref=state.intent_ref or "",
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
