import json
from typing import Any
from uuid import uuid4

import pytest

from feedback.models import Answer
from tests.feedback.given import FINE, Deals, received
from tests.orders.deal import Deal
from tests.orders.test_rest import call

BODY = {"values": FINE, "may_contact": True}


def test_a_person_finds_what_they_are_asked_and_answers(deal: Deal) -> None:
    invitation = received(deal)
    status, found = call(deal, deal.ben, "GET", "surveys")
    assert status == 200
    (asked,) = found["open"]
    assert (asked["id"], asked["order"], asked["survey"], asked["version"]) == (
        str(invitation.pk),
        str(deal.order_id),
        "receipt",
        1,
    )
    assert [question["kind"] for question in asked["questions"]] == ["select", "rating", "rating", "text"]
    path = f"surveys/{invitation.pk}/answer"
    status, given = call(deal, deal.ben, "POST", path, BODY)
    assert (status, given["score"], given["values"]) == (200, 450, FINE)
    again = call(deal, deal.ben, "POST", path, {"values": {**FINE, "delivery": 1}, "may_contact": False})
    assert again == (200, given)
    assert call(deal, deal.ben, "GET", "surveys")[1]["open"] == []
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"values": {}, "may_contact": True}, "survey.answers"),
        ({"values": {**FINE, "delivery": 9}, "may_contact": True}, "survey.answers"),
        ({"values": {**FINE, "delivery": "5"}, "may_contact": True}, "survey.answers"),
        ({"values": {**FINE, "delivery": True}, "may_contact": True}, "malformed"),
        ({"values": {**FINE, "delivery": [1]}, "may_contact": True}, "malformed"),
        ({"values": FINE}, "malformed"),
        ({"values": FINE, "may_contact": "yes"}, "malformed"),
        ({**BODY, "more": 1}, "malformed"),
    ],
)
def test_what_is_no_answer_is_refused(deal: Deal, body: dict[str, Any], code: str) -> None:
    invitation = received(deal)
    status, refusal = call(deal, deal.ben, "POST", f"surveys/{invitation.pk}/answer", body)
    assert (status, refusal["code"]) == (422, code)
    assert not Answer.objects.exists()


def test_a_stranger_is_told_what_they_are_told_of_nothing(deal: Deal) -> None:
    invitation = received(deal)
    for person in (deal.cleo, deal.sol):
        answers = [
            call(deal, person, "POST", f"surveys/{id}/answer", BODY) for id in (invitation.pk, uuid4())
        ]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
        assert call(deal, person, "GET", "surveys")[1]["open"] == []


def test_it_is_too_late_after_a_month(deal: Deal) -> None:
    invitation = received(deal)
    deal.pass_time(days=30)
    status, refusal = call(deal, deal.ben, "POST", f"surveys/{invitation.pk}/answer", BODY)
    assert (status, refusal["code"]) == (410, "survey.expired")


def test_results_are_for_the_organisations_people_and_above_the_threshold(deals: Deals) -> None:
    deal = deals.deal

    def mine() -> dict[str, Any]:
        rows = call(deal, deal.max, "GET", "surveys")[1]["results"]
        return next(row for row in rows if row["organisation"]["slug"] == deal.seller.slug)

    deals.answered(4, better="A longer hose.")
    assert set(mine()) == {"organisation", "survey", "title", "year", "enough"}
    deals.answered(1)
    found = mine()
    assert (found["enough"], found["answers"], found["mean"], found["as_agreed_percent"]) == (
        True,
        5,
        "4.5",
        100,
    )
    texts = next(row for row in found["questions"] if row["key"] == "better")
    assert texts == {"key": "better", "kind": "text", "enough": False}
    of_ben = call(deal, deal.ben, "GET", "surveys")[1]
    assert "A longer hose." not in json.dumps(of_ben)
    assert not any(row["enough"] for row in of_ben["results"])
    assert not any(row["enough"] for row in call(deal, deal.max, "GET", "surveys?year=1999")[1]["results"])
