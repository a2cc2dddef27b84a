"""Takes an agreement all the way: placed, paid by card, shipped, received, money released."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urljoin

import httpx

from negotiation_hub.replay.client import Broken, Json, Site
from negotiation_hub.replay.forms import read_forms
from negotiation_hub.replay.player import Deal

WITHIN_S: Final = 600  # for what a server under load does in the background
LOOK_EVERY_S: Final = 0.5
DETAILS: Final = {
    "contact_name": "Robin Example",
    "street": "1 Market Street",
    "city": "San Francisco",
    "country": "US",
    "postal_code": "94105",
}
CARD: Final = {"number": "4242424242424242", "expiry": "12/34", "cvc": "123", "name": "Robin Example"}
PAID: Final = 303  # see other: the page is done with the browser


async def complete(site: Site, deal: Deal) -> None:
    """From a draft order to released funds. Raises Broken, Refused."""
    order = str(deal.order["id"])
    await site.post(deal.buyer, f"/orders/{order}/place", DETAILS)
    payment = await site.post(deal.buyer, "/payments", {"order": order})
    await pay(site, payment["hosted_url"])
    await _wait("the payment", lambda: _has(site, deal, authorize_status="full"))
    shipment = await site.post(
        deal.seller, "/shipments", {"order": order, "carrier": "Example Post", "tracking": "EX1"}
    )
    await site.post(deal.seller, f"/shipments/{shipment['id']}/delivered")
    await _wait("the capture", lambda: _has(site, deal, charge_status="full"))
    await site.post(deal.buyer, f"/orders/{order}/receipt")
    await _wait("the order's end", lambda: _has(site, deal, status="fulfilled"))
    await _wait("the release at the table", lambda: _is_told(site, deal, order))


async def pay(site: Site, hosted_url: str) -> None:
    """Fills in the card on the provider's page and sends it, as a browser would. Raises Broken."""
    try:
        page = await site.http.get(urljoin(site.url + "/", hosted_url))
        form = next(form for form in read_forms(page.text) if "number" in form.fields)
        button = next(dict([button]) for button in form.buttons if button[1] == "pay")
        answer = await site.http.post(
            urljoin(str(page.url), form.action), data={**form.fields, **CARD, **button}
        )
    except (httpx.TransportError, StopIteration) as error:
        raise Broken(f"the payment page does not work: {type(error).__name__}") from None
    if answer.status_code != PAID:
        raise Broken(f"the payment page answered {answer.status_code}")


async def _wait(what: str, happened: Callable[[], Awaitable[bool]]) -> None:
    try:
        async with asyncio.timeout(WITHIN_S):
            while not await happened():  # noqa: ASYNC110 - what is waited for is on another machine
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        raise Broken(f"{what} did not come within {WITHIN_S} s") from None


async def _has(site: Site, deal: Deal, **values: str) -> bool:
    order: Json = await site.get(deal.buyer, f"/orders/{deal.order['id']}")
    return all(order[name] == value for name, value in values.items())


async def _is_told(site: Site, deal: Deal, order: str) -> bool:
    told = [e for e in await site.events(deal.buyer, deal.room) if e["kind"] == "funds.released"]
    if len(told) > 1:
        raise Broken("funds.released is at the table more than once")
    if told and told[0]["body"]["order"]["id"] != order:
        raise Broken("funds.released is about another order")
    return bool(told)
