"""Where carriers' messages come in."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from negotiation_hub.kernel import clock, limits
from orders import carriers, services


@csrf_exempt
@require_POST
def events(request: HttpRequest, name: str) -> HttpResponse:
    """Answers 200 once the message is safe with us, 400 to what the carrier did not sign just now, 413 to
    what is too large, 404 for a carrier that there is not.
    """
    carrier = carriers.by_name(name)
    if carrier is None:
        return HttpResponse(status=404)
    if len(request.body) > limits.CARRIER_EVENT_BYTES_MAX:
        return HttpResponse(status=413)
    now = clock.now()
    try:
        news = carrier.parse_event(request.body, request.headers, now)
    except carriers.BadEvent:
        return HttpResponse(status=400)
    services.take_news(carrier=carrier, news=news, raw=request.body, now=now)
    return HttpResponse(status=200)
