import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from negotiation_hub.people.models import User
from negotiation_hub.people.services import issue_token
from tests.orders.deal import Deal

DETAILS = {"contact_name": "Ben Ortega", "street": "Calle Mayor 1", "city": "Madrid", "country": "ES"}


def call(
    deal: Deal, user: User, method: str, path: str, body: dict[str, Any] | None = None
) -> tuple[int, Any]:
    token = issue_token(user=user, now=deal.now)
    response = Client().generic(
        method,
        f"/api/v1/{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {token}",
    )
    is_json = response["Content-Type"].startswith("application/json")
    return response.status_code, json.loads(response.content) if is_json else response.content


def test_a_whole_deal_goes_by_rest(deal: Deal) -> None:
    path = f"orders/{deal.order_id}"
    status, listed = call(deal, deal.ben, "GET", f"orders?room={deal.order.room_id}")
    assert (status, [row["id"] for row in listed["orders"]], listed["next"]) == (
        200,
        [str(deal.order_id)],
        None,
    )
    status, order = call(deal, deal.ben, "POST", f"{path}/place", DETAILS)
    assert (status, order["status"], order["details"]["city"]) == (200, "unfulfilled", "Madrid")
    assert order["actions"] == ["pay"]
    deal.authorize()
    body = {"order": str(deal.order_id), "carrier": "Correos", "tracking": "PQ1"}
    status, shipment = call(deal, deal.max, "POST", "shipments", body)
    assert (status, shipment["status"]) == (200, "in_transit")
    deal.work()
    status, shipment = call(deal, deal.max, "POST", f"shipments/{shipment['id']}/delivered")
    assert (status, shipment["status"]) == (200, "delivered")
    status, order = call(deal, deal.ben, "POST", f"{path}/receipt")
    assert (status, order["receipt"]["released_amount"]) == (200, 6_002_500)
    status, shipments = call(deal, deal.ben, "GET", f"shipments?order={deal.order_id}")
    assert [row["tracking"] for row in shipments["shipments"]] == ["PQ1"]
    status, order = call(
        deal, deal.sol, "POST", f"{path}/refund", {"amount": {"minor": 100, "currency": "EUR"}}
    )
    assert status == 200


def test_sales_convert_and_the_buyer_confirms_by_rest(deal: Deal) -> None:
    path = f"orders/{deal.order_id}"
    assert call(deal, deal.sol, "POST", f"{path}/convert", DETAILS)[0] == 200
    other = deal.agree()
    body = {"token": deal.link()}
    assert call(deal, deal.ben, "POST", f"orders/{other.pk}/confirm", body)[0] == 410
    assert call(deal, deal.sol, "POST", f"{path}/confirm", body)[0] == 403
    status, order = call(deal, deal.ben, "POST", f"{path}/confirm", body)
    assert (status, order["status"]) == (200, "unfulfilled")


def test_documents_are_listed_and_downloaded_by_both_sides_only(deal: Deal) -> None:
    status, found = call(deal, deal.sol, "GET", f"documents?order={deal.order_id}&language=es")
    assert (status, [row["language"] for row in found["documents"]]) == (200, ["es"])
    path = found["documents"][0]["href"].removeprefix("/api/v1/")
    status, content = call(deal, deal.ben, "GET", path)
    assert (status, content[:4]) == (200, b"%PDF")
    assert call(deal, deal.cleo, "GET", path)[0] == 404
    assert call(deal, deal.ben, "GET", f"documents/{uuid4()}")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "orders/{order}", None),
        ("POST", "orders/{order}/place", DETAILS),
        ("POST", "orders/{order}/convert", DETAILS),
        ("POST", "orders/{order}/confirm", {"token": "x"}),
        ("POST", "orders/{order}/cancel", None),
        ("POST", "orders/{order}/refund", {}),
        ("POST", "orders/{order}/receipt", None),
        ("GET", "returns?order={order}", None),
        ("GET", "disputes?order={order}", None),
        ("POST", "orders/{order}/late-payment", {"choice": "return"}),
        ("POST", "shipments", {"order": "{order}", "carrier": "x"}),
        ("GET", "shipments?order={order}", None),
        ("GET", "documents?order={order}", None),
    ],
)
def test_a_stranger_finds_nothing_by_rest(
    deal: Deal, method: str, path: str, body: dict[str, Any] | None
) -> None:
    filled = body and {name: str(value).format(order=deal.order_id) for name, value in body.items()}
    status, answer = call(deal, deal.cleo, method, path.format(order=deal.order_id), filled)
    assert (status, answer["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("orders/{order}/place", {**DETAILS, "surprise": 1}, "malformed"),
        ("orders/{order}/place", {**DETAILS, "country": "Spain"}, "order.details"),
        ("orders/{order}/refund", {"amount": {"minor": 1.5, "currency": "EUR"}}, "malformed"),
        ("orders/{order}/late-payment", {"choice": "keep"}, "malformed"),
    ],
)
def test_what_is_wrong_is_refused_with_a_code(deal: Deal, path: str, body: dict[str, Any], code: str) -> None:
    status, answer = call(deal, deal.ben, "POST", path.format(order=deal.order_id), body)
    assert (status, answer["code"], answer["temporary"]) == (422, code, False)


def test_refusals_keep_their_code_and_status(deal: Deal) -> None:
    body = {"order": str(deal.order_id), "carrier": "Correos"}
    assert call(deal, deal.max, "POST", "shipments", body)[1]["code"] == "order.state"
    deal.place()
    status, answer = call(deal, deal.max, "POST", "shipments", body)
    assert (status, answer["code"]) == (409, "order.unpaid")
    assert call(deal, deal.ben, "POST", "shipments", body)[0] == 403


def test_the_carriers_news_comes_by_rest(deal: Deal) -> None:
    deal.sent()
    status, shipment = call(
        deal, deal.max, "POST", f"shipments/{deal.shipment.pk}/tracking", {"event": "delay"}
    )
    assert (status, shipment["status"]) == (200, "delivery_delayed")
