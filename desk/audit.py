"""What `negotiation-hub verify` asks of the desk: that the review queue says what its rows say."""

from collections.abc import Iterator

from django.db.models import Sum

from desk import limits, machine
from desk.models import ReviewItem
from negotiation_hub.kernel.audit import Problem


def check() -> Iterator[Problem]:
    """Checks every item: score and status must follow from its reports, findings and history."""
    for item in ReviewItem.objects.order_by("pk").iterator(chunk_size=500):
        yield from (Problem(f"review item {item.pk}", what) for what in _item(item))


def _item(item: ReviewItem) -> Iterator[str]:
    sums = [rows.aggregate(sum=Sum("points"))["sum"] or 0 for rows in (item.reports, item.findings)]
    if item.score != min(sum(sums), limits.SCORE_MAX):
        yield "its score is not that of its reports and findings"
    status = machine.Status.PENDING
    for event in item.steps.order_by("pk").values_list("event", flat=True):
        if event in machine.EVENTS:
            step = machine.step(event, status)
            status = status if step is None else step.after
    if item.status != status:
        yield f"it is {item.status}, and its history says {status}"
