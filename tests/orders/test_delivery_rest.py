from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from negotiation_hub.kernel import files
from negotiation_hub.people.services import issue_token
from tests.orders.test_rest import call
from tests.orders.three import Three


def test_files_and_work_go_by_rest(three: Three) -> None:
    deal = three.paid().deal
    status, found = call(deal, deal.ben, "GET", f"downloads?order={deal.order_id}")
    (row,) = found["downloads"]
    assert (status, row["name"], row["downloads"], row["downloads_max"]) == (200, "curves-1.csv", 0, 5)
    status, answer = call(deal, deal.ben, "POST", f"downloads/{row['id']}")
    assert status == 200
    path = answer["url"].removeprefix("http://127.0.0.1:8000")
    assert Client().get(path).getvalue() == files.read(three.grant.file)
    status, order = call(deal, deal.max, "GET", f"orders/{deal.order_id}")
    assert [row["downloads"] for row in order["downloads"]] == [1]
    assert [row["kind"] for row in order["lines"]] == ["goods", "information", "service"]
    (work,) = order["milestones"]
    assert (work["status"], work["title"]) == ("open", "Start-up on site")
    assert {"report", "ship"} <= set(order["actions"])
    path = f"milestones/{work['id']}"
    assert call(deal, deal.max, "POST", f"{path}/report")[1]["status"] == "reported"
    assert call(deal, deal.ben, "POST", f"{path}/changes", {"reason": "Hotter"})[1]["status"] == "open"
    assert call(deal, deal.max, "POST", f"{path}/report")[1]["status"] == "reported"
    assert call(deal, deal.ben, "POST", f"{path}/receive")[1]["status"] == "received"


def test_an_idempotent_request_counts_once_and_has_the_same_answer(three: Three) -> None:
    deal = three.paid().deal
    headers = {
        "authorization": f"Bearer {issue_token(user=deal.ben, now=deal.now)}",
        "idempotency-key": str(uuid4()),
    }
    answers = []
    for _ in range(2):
        answers.append(Client().post(f"/api/v1/downloads/{three.grant.pk}", headers=headers).content)
        deal.pass_time(minutes=2)
    assert answers[0] == answers[1]
    assert three.taken == 1


def test_released_files_by_rest_are_those_that_are_new(three: Three) -> None:
    deal = three.paid().deal
    three.add_file("errata.csv")
    path = f"orders/{deal.order_id}/release"
    for _ in range(2):
        status, found = call(deal, deal.sol, "POST", path)
        assert (status, len(found["downloads"])) == (200, 2)


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "expected"),
    [
        ("cleo", "GET", "downloads?order={order}", None, (404, "not_found")),
        ("cleo", "POST", "downloads/{grant}", None, (404, "not_found")),
        ("max", "POST", "downloads/{grant}", None, (403, "not_permitted")),
        ("cleo", "POST", "orders/{order}/release", None, (404, "not_found")),
        ("ben", "POST", "orders/{order}/release", None, (403, "not_permitted")),
        ("cleo", "POST", "milestones/{work}/report", None, (404, "not_found")),
        ("ben", "POST", "milestones/{work}/report", None, (403, "not_permitted")),
        ("cleo", "POST", "milestones/{work}/receive", None, (404, "not_found")),
        ("sol", "POST", "milestones/{work}/receive", None, (403, "not_permitted")),
        ("ben", "POST", "milestones/{work}/receive", None, (409, "work.state")),
        ("ben", "POST", "milestones/{work}/changes", {"reason": ""}, (422, "work.reason")),
        ("ben", "POST", "milestones/{work}/changes", {}, (422, "malformed")),
        ("ben", "POST", "milestones/{order}/receive", None, (404, "not_found")),
    ],
)
def test_what_is_not_possible_is_refused_with_a_code(
    three: Three, who: str, method: str, path: str, body: dict[str, Any] | None, expected: tuple[int, str]
) -> None:
    deal = three.paid().deal
    filled = path.format(order=deal.order_id, grant=three.grant.pk, work=three.work.pk)
    status, answer = call(deal, getattr(deal, who), method, filled, body)
    assert (status, answer["code"]) == expected
