"""The papers of a deal in browsers: on the order's page, and what the seller says for its invoices."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import axe
from tests.e2e.test_one_deal import deliver, negotiate, place_and_pay
from tests.live.server import LiveServer

pytestmark = pytest.mark.e2e


def test_both_sides_find_the_papers_of_a_deal_and_the_manager_says_what_an_invoice_needs(
    server: LiveServer, person: Callable[..., Page]
) -> None:
    ben, ada, max_ = person("buyer"), person("seller"), person("manager")
    max_.goto(f"{server.url}/people/organisations/demo-seller/")
    expect(max_.get_by_role("heading", name="On invoices")).to_be_visible()
    max_.get_by_label("Registration number").fill("BI-1")
    max_.locator("section[aria-labelledby=legal]").get_by_role("button", name="Save").click()
    expect(max_.get_by_text("BI-1")).to_be_visible()
    assert axe.violations(max_) == []

    negotiate(server, ben, ada)
    place_and_pay(ben)
    deliver(server, ben, ada)
    order = ada.url
    papers = ben.locator("section[aria-labelledby=papers]")
    for page in (ben, ada):
        page.goto(order)
        expect(page.get_by_role("heading", name="Order confirmation")).to_be_visible()
        expect(page.get_by_role("heading", name="Invoice")).to_be_visible()
        assert axe.violations(page) == []
    expect(papers.get_by_role("link", name=re.compile("^XML .*Delivery note"))).to_have_count(1)
    with ben.expect_download() as download:
        papers.get_by_role("link", name=re.compile("^XML .*Invoice INV-")).click()
    assert b"urn:cen.eu:en16931:2017" in download.value.path().read_bytes()
    max_.goto(order)
    max_.set_viewport_size({"width": 390, "height": 844})
    assert axe.violations(max_) == []
    verified = server.run("verify")
    assert verified.stdout.strip().endswith(": 0 problems"), verified.stdout
