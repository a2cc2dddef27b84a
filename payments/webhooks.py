"""Messages of a provider: genuine ones are stored once, as they came, and answered; what follows is done by a
job.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from negotiation_hub.kernel import clock, commit, outbox
from payments import provider
from payments.gateway import BadNotice, Notice
from payments.models import Payment, ProviderEvent

_BYTES_MAX = 256 * 1024  # the provider's largest event is about 40 kB


@csrf_exempt
@require_POST
def receive(request: HttpRequest, name: str) -> HttpResponse:
    """Answers 200 once the message is safe with us, 400 to what the provider did not sign just now."""
    gateway = provider.current()
    if name != gateway.name:
        return HttpResponse(status=404)
    if len(request.body) > _BYTES_MAX:
        return HttpResponse(status=413)
    now = clock.now()
    try:
        notice = gateway.parse(request.body, request.headers, now)
    except BadNotice:
        return HttpResponse(status=400)
    store(notice, name, request.body, now)
    return HttpResponse(status=200)


def store(notice: Notice, name: str, raw: bytes, now: datetime) -> None:
    """Keeps a message once and queues what follows from it. One about nothing of ours is kept, and that is
    all.
    """
    with commit.transact():
        if ProviderEvent.objects.filter(provider=name, event_id=notice.event_id).exists():
            return
        payment = _payment_of(notice, name)
        event = ProviderEvent(
            provider=name,
            event_id=notice.event_id,
            kind=notice.kind[:100],
            object_ref=(notice.refs[0] if notice.refs else "")[:255],
            received_at=now,
            handled_at=None if payment else now,
        )
        event.put(raw)
        # Two copies may arrive in the same moment: the second changes nothing, and queues nothing that
        # counts.
        ProviderEvent.objects.bulk_create([event], ignore_conflicts=True)
        if payment and ProviderEvent.objects.filter(pk=event.pk).exists():
            payload = {"event": str(event.pk), "payment": str(payment)}
            outbox.enqueue("payments.event", payload, dedupe=f"payments.event:{event.pk}")


def _payment_of(notice: Notice, name: str) -> UUID | None:
    """Which of our payments it is about."""
    refs = [ref for ref in notice.refs if ref]
    about = Q(provider_ref__in=refs) | Q(intent_ref__in=refs)
    if notice.payment_id:
        about |= Q(pk=notice.payment_id)
    return Payment.objects.filter(about, provider=name).values_list("pk", flat=True).first()
