"""What `negotiation-hub verify` proves of licence keys: each opens, stands once, and is where it may be."""

from collections.abc import Iterator

from negotiation_hub.kernel import crypto
from orders.models import LicenceDemand, LicenceKey, Order


def of_order(order: Order) -> Iterator[str]:
    """Checks the keys that the order's lines were given."""
    for line in order.lines.all():
        keys = list(LicenceKey.objects.filter(line=line))
        demand = LicenceDemand.objects.filter(line=line).first()
        wanted = demand.wanted if demand else 0
        if demand is not None and wanted != line.pieces:
            yield f"line {line.position} wants {wanted} licence keys for {line.pieces} pieces"
        if len(keys) > wanted:
            yield f"line {line.position} was given {len(keys)} licence keys, {wanted} were due"
        for key in keys:
            yield from _key(order, line.listing_id, key)
        if len({text for key in keys if (text := _text(key))}) < len(keys):
            yield f"line {line.position} has a licence key twice"


def _key(order: Order, listing_id: object, key: LicenceKey) -> Iterator[str]:
    text = _text(key)
    if text is None:
        yield f"licence key {key.pk} was changed"
    elif not key.is_indexed(text):
        yield f"licence key {key.pk} is known by the index of another one"
    if key.listing_id != listing_id or order.placed_at is None:
        yield f"licence key {key.pk} was given to a line that has none"


def _text(key: LicenceKey) -> str | None:
    try:
        return key.get()
    except crypto.BadSeal:
        return None
