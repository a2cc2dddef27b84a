"""A placed order is changed by an amendment: in the room by one side, without scripts by the other."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import place_and_pay
from tests.e2e.test_parcels import agree, without_scripts
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


def shot(page: Page, name: str) -> None:
    """Keeps screenshots where HUB_SHOTS says so."""
    if folder := os.environ.get("HUB_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"amending-{name}.png"), full_page=True)


def offer_twelve(ada: Page) -> None:
    """Ada presses Amend in the room, where the editor has what is agreed, and offers twelve for ten."""
    amend = ada.get_by_role("button", name="Amend", exact=True)
    expect(amend).to_be_visible()
    shot(ada, "room-button")
    assert axe.violations(ada) == []
    amend.click()
    dialog = ada.get_by_role("dialog")
    expect(dialog.get_by_label("Quantity").first).to_have_value("10")
    dialog.get_by_label("Quantity").first.fill("12")
    shot(ada, "room-editor")
    assert axe.violations(ada) == []
    dialog.get_by_role("button", name="Put it on the table").click()
    expect(dialog).to_have_count(0)
    expect(ada.get_by_role("article", name=re.compile("Offer v2$"))).to_be_visible()
    expect(amend).to_have_count(0)


def accept_on_the_page(phone: Page, order: str) -> None:
    """Ben reads it on the order's page of a phone without scripts, and accepts."""
    phone.goto(order)
    panel = phone.get_by_role("region", name="Amend the order")
    expect(panel.get_by_text("The other side offers to change the order.")).to_be_visible()
    shot(phone, "phone-before")
    panel.get_by_role("button", name="Accept the change").click()
    changed = phone.get_by_role("region", name="What both sides have changed")
    expect(changed.get_by_text("from offer 2, line 1")).to_be_visible()
    shot(phone, "phone-after")


def test_both_sides_change_an_order_in_the_room_and_on_its_page(
    server: LiveServer, browser: Browser, person: Callable[..., Page]
) -> None:
    ben, ada = person("buyer"), person("seller")
    agree(server, ben, ada)
    place_and_pay(ben)
    order = ben.url
    offer_twelve(ada)
    ben.reload()
    expect(ben.get_by_role("button", name="Accept the change")).to_be_visible()
    assert axe.violations(ben) == []  # which needs scripts, unlike the page
    accept_on_the_page(without_scripts(server, browser, "buyer"), order)
    expect(
        ada.get_by_text(re.compile(r"Order change NH-.*-C1: €72,000\.00 in all now")).first
    ).to_be_visible()
    shot(ada, "room-after")
    ben.reload()
    papers = ben.get_by_role("region", name="Papers")
    expect(papers.get_by_role("heading", name="Order change")).to_be_visible()
    with ben.expect_download() as got:
        papers.get_by_role("link", name=re.compile(r"XML \(UBL\) Order change")).click()
    assert "OrderChange-2" in Path(got.value.path()).read_text()
    expect(ben.get_by_role("button", name=re.compile(r"^Authorise 12,000\.00")).first).to_be_visible()
    assert axe.violations(ben) == []
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
