"""Pictures that a carrier points to: from outside or from the carrier itself, never from within."""

import io
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from negotiation_hub.kernel import limits
from orders import carrier_jobs
from orders.carriers import CarrierAway, CarrierRefused, fetching
from orders.models import CarrierEvent, DeliveryProof
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_carrier_events import SECRET, Reporter
from tests.payments.sandbox.harness import serving

Answer = tuple[int, dict[str, str], bytes]


class Host:
    """A host that answers as it is told to, path by path."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.address = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        status, headers, body = self.answers.get(scope["path"], (404, {}, b""))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})

    def says(self, path: str, *answer: Any) -> str:
        """Sets what it answers there: the address."""
        self.answers[path] = answer if len(answer) > 1 else (200, {}, answer[0])
        return self.address + path


@pytest.fixture
def host() -> Iterator[Host]:
    found = Host()
    with serving(found, lifespan="off") as found.address:
        yield found


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Every name means these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


def test_the_carriers_own_address_is_fetched_and_its_redirects_to_itself(host: Host) -> None:
    host.says("/one", 302, {"location": "/two"}, b"")
    host.says("/two", b"picture")
    assert fetching.fetch(host.address + "/one", origin=host.address) == b"picture"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:10.0.0.1",
    ],
)
def test_an_inside_address_is_refused_by_whatever_name(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    names(monkeypatch, "93.184.215.14", address)
    with pytest.raises(CarrierRefused):
        fetching.fetch("https://pictures.example/door.jpg", origin="https://carrier.example")


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.example/x",
        "https://pictures.example:8443/x",
        "https://user@pictures.example/x",
        "file:///etc/passwd",
        "ftp://pictures.example/x",
        "//pictures.example/x",
        "https:///x",
        "https://[::1/x",
        "",
    ],
)
def test_what_is_no_plain_address_outside_is_refused(url: str) -> None:
    with pytest.raises(CarrierRefused):
        fetching.fetch(url, origin="https://carrier.example")


def test_a_redirect_from_the_carrier_to_within_is_not_followed(host: Host) -> None:
    inside = host.address.replace("127.0.0.1", "localhost")
    host.says("/secret", b"secret")
    for place in (f"{inside}/secret", "https://127.0.0.1/secret", "file:///etc/passwd"):
        url = host.says("/start", 302, {"location": place}, b"")
        with pytest.raises(CarrierRefused):
            fetching.fetch(url, origin=host.address)
    assert "/secret" not in host.asked


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, "93.184.215.14")
    target, headers, extensions = fetching._pinned("https://pictures.example/door.jpg?a=1", "")
    assert target == "https://93.184.215.14/door.jpg?a=1"
    assert (headers["host"], extensions["sni_hostname"]) == ("pictures.example", "pictures.example")


def test_what_never_ends_is_too_large_or_leads_in_circles_is_left(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES_MAX", 100)
    circle = host.says("/circle", 302, {"location": "/circle"}, b"")
    for url in (host.says("/large", b"x" * 101), circle, host.address + "/nothing"):
        with pytest.raises(CarrierRefused):
            fetching.fetch(url, origin=host.address)
    assert host.asked.count("/circle") == limits.PICTURE_REDIRECTS_MAX + 1
    monkeypatch.setattr(limits, "PICTURE_FETCH_S", -1)
    for url in (host.says("/slow", b"x"), host.says("/away", 503, {}, b"")):
        with pytest.raises(CarrierAway):
            fetching.fetch(url, origin=host.address)


# --- the job


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def told(deal: Deal, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """A parcel is delivered, and its picture is what the test says."""
    settings.DEMO_PARCEL_SECRET = SECRET

    def tell(data: bytes) -> None:
        monkeypatch.setattr(fetching, "fetch", lambda _url, **_: data)
        packing = Packing.paid(deal)
        packing.send("5", "2.5", carrier="Demo Parcel", tracking="DP1")
        deal.pass_time(hours=10)
        Reporter(deal, "DP1").say("delivered", 5, picture="https://p.example/1", received_by="Berta")

    return tell


def test_the_same_picture_told_again_is_there_once(told: Callable[[bytes], None], deal: Deal) -> None:
    told(jpeg())
    assert DeliveryProof.objects.count() == 1
    carrier_jobs.carrier_picture({"event": str(CarrierEvent.objects.get().pk)}, deal.now)
    assert DeliveryProof.objects.count() == 1


def test_what_is_no_picture_is_left_and_the_parcel_is_delivered(
    told: Callable[[bytes], None], deal: Deal
) -> None:
    told(b"<script>alert(1)</script>")
    assert DeliveryProof.objects.count() == 0
    assert deal.shipment.status == "delivered"


@pytest.mark.parametrize("field", [{"picture": 7}, {"received_by": "x" * 101}, {"picture": "x" * 2_001}])
def test_a_message_with_an_odd_picture_or_name_is_refused(
    deal: Deal, settings: Any, field: dict[str, Any]
) -> None:
    settings.DEMO_PARCEL_SECRET = SECRET
    assert Reporter(deal, "DP1").say("delivered", 5, **field) == 400
