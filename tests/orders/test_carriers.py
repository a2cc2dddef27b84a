import pytest

from orders import services
from orders.carriers import tracking_url
from tests.orders.deal import Deal
from tests.orders.three import browser


@pytest.mark.parametrize(
    ("carrier", "host"),
    [
        ("Correos", "www.correos.es"),
        ("correos express", "www.correos.es"),
        ("DHL", "www.dhl.com"),
        ("DHL-Express", "www.dhl.com"),
        ("Royal Mail", "www.royalmail.com"),
        ("La Poste", "www.laposte.fr"),
        ("U P S", None),
        ("UPS", "www.ups.com"),
        ("Upset Movers", None),
        ("DHLX", None),
        ("Our own van", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_well_known_carriers_have_a_page(carrier: str, host: str | None) -> None:
    url = tracking_url(carrier, "PQ 123-456")
    assert (url.split("/")[2] if url else None) == host
    assert url is None or url.endswith("PQ123-456")


@pytest.mark.parametrize("number", ["", "1234", "a b<script>", "x" * 41, "../../x", "1&y=2", "%0d%0a12345"])
def test_what_cannot_be_a_number_leads_nowhere(number: str) -> None:
    assert tracking_url("DHL", number) is None


def test_the_page_shows_the_way_of_each_parcel_with_times(deal: Deal) -> None:
    deal.sent()
    services.track_shipment(shipment_id=deal.shipment.pk, actor=deal.max, event="delay", now=deal.now)
    deal.pass_time(hours=2)
    services.track_shipment(shipment_id=deal.shipment.pk, actor=deal.max, event="bring", now=deal.now)
    html = browser(deal.ben).get(f"/orders/{deal.order_id}/").content.decode()
    assert html.index("Out for delivery") < html.index("Delayed") < html.index("On its way")
    assert deal.now.isoformat() in html
    assert "tracking-number=PQ123" in html


def test_a_hostile_number_stays_text(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    deal.ship(carrier="DHL", tracking='"><script>alert(1)</script>')
    html = browser(deal.ben).get(f"/orders/{deal.order_id}/").content.decode()
    assert "<script>alert(1)" not in html
    assert "tracking.html" not in html
