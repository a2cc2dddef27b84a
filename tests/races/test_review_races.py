"""Moderators who race for an item, and what is reported and found at the same moment."""

from collections import Counter
from functools import partial
from uuid import uuid4

import pytest

from desk import audit, queue
from desk.models import Finding, Report, ReviewItem, ReviewStep
from negotiation_hub.kernel import following
from tests.desk.review import PAY, item, moderator, report
from tests.races.test_one_wins import race
from tests.rooms.table import Table

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.covers("room:supervision.queue")]


def test_of_moderators_who_claim_at_once_one_gets_it() -> None:
    table, dov, eve = Table(), moderator("Dov"), moderator("Eve")
    report(table, "buyer")
    found = item(table)
    claims = [partial(queue.claim, item_id=found.pk, actor=who, now=table.now) for who in (dov, eve)]
    ends = race(*claims)
    assert Counter(ends) == {"won": 1, "review.claimed": 1}
    found.refresh_from_db()
    assert found.claimed_by == (dov, eve)[ends.index("won")]
    assert ReviewStep.objects.filter(event="claim").count() == 1


def test_a_decision_and_a_claim_that_takes_over_do_not_both_hold() -> None:
    table, dov = Table(), moderator("Dov")
    report(table, "buyer")
    seen = queue.claim(item_id=item(table).pk, actor=dov, now=table.now)
    acts = [
        partial(
            queue.decide,
            item_id=seen.pk,
            actor=dov,
            decision=one,
            reason="so",
            version=seen.version,
            now=table.now,
        )
        for one in ("approve", "reject", "ignore")
    ]
    assert Counter(race(*acts)) == {"won": 1, "review.decided": 2}
    assert list(audit.check()) == []


def test_one_report_sent_from_many_connections_at_once_is_filed_once() -> None:
    table, once = Table(), uuid4()
    assert race(*[partial(report, table, "buyer", id=once) for _ in range(6)]) == ["won"] * 6
    ends = race(*[partial(report, table, "seller") for _ in range(6)])
    assert Counter(ends) == {"won": 1, "report.open": 5}
    assert Report.objects.count() == 2
    assert list(audit.check()) == []


def test_readers_in_two_processes_and_a_report_make_one_item() -> None:
    table = Table()
    table.send("seller", "message.send", text=PAY)
    about = {"what": "person", "person": str(table.ada.pk)}
    ends = race(
        partial(following.catch_up, table.now),
        partial(following.catch_up, table.now),
        partial(report, table, "buyer", about),
    )
    assert ends == ["won"] * 3
    assert ReviewItem.objects.count() == Finding.objects.count() == 1
    assert item(table).score == 50 + 60
    assert list(audit.check()) == []
