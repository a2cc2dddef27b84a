"""Pictures of a delivery: of both sides, of nobody else, and nothing but pixels."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from negotiation_hub.kernel import files, limits
from negotiation_hub.people.services import issue_token
from orders import services
from orders.models import DeliveryProof
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_audit import problems, without_guards
from tests.orders.test_rest import call
from tests.orders.three import browser


def picture(colour: str = "red") -> bytes:
    """A photograph that says where it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def packing(deal: Deal) -> Packing:
    return Packing.paid(deal)


def upload(packing: Packing, who: Any, parcel: Any, data: bytes) -> Any:
    file = SimpleUploadedFile("door.jpg", data, "image/jpeg")
    return browser(who).post(packing.url("proof", parcel.pk), {"picture": file})


def test_both_sides_see_the_picture_on_the_orders_page_and_nobody_else(packing: Packing) -> None:
    parcel = packing.send("5", "2.5")
    assert upload(packing, packing.deal.max, parcel, picture()).status_code == 302
    proof = DeliveryProof.objects.get()
    url = packing.url("proof_picture", proof.pk)
    for who in (packing.deal.ben, packing.deal.sol):
        assert f'src="{url}"' in browser(who).get(packing.url("order")).content.decode()
        answer = browser(who).get(url)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
        assert Image.open(io.BytesIO(answer.content)).size == (64, 48)
        assert b"taken at home" not in answer.content
    assert browser(packing.deal.cleo).get(url).status_code == 404
    assert problems() == []


def test_on_the_disk_it_is_no_picture(packing: Packing) -> None:
    upload(packing, packing.deal.max, packing.send("5"), picture())
    proof = DeliveryProof.objects.get()
    assert proof.picture() not in files.read(proof.file)
    assert b"WEBP" not in files.read(proof.file)[:16]


def test_the_same_picture_again_is_there_once_and_there_are_only_so_many(packing: Packing) -> None:
    parcel = packing.send("5")
    colours = ["red", "green", "blue", "white", "black", "pink"]
    for colour in [*colours[: limits.PROOFS_PER_PARCEL_MAX], "red"]:
        assert upload(packing, packing.deal.max, parcel, picture(colour)).status_code == 302
    assert DeliveryProof.objects.count() == limits.PROOFS_PER_PARCEL_MAX
    more = upload(packing, packing.deal.max, parcel, picture("pink"))
    assert more.status_code == 422
    assert "as many pictures" in more.content.decode()


@pytest.mark.parametrize("data", [b"%PDF-1.7 no picture", b"<svg onload='alert(1)'/>"])
def test_what_is_no_picture_is_refused_in_words(packing: Packing, data: bytes) -> None:
    answer = upload(packing, packing.deal.max, packing.send("5"), data)
    assert answer.status_code == 422
    assert "cannot be read" in answer.content.decode()
    assert not DeliveryProof.objects.exists()


def test_only_the_seller_adds_one_and_only_of_what_has_left(packing: Packing) -> None:
    parcel, packed = packing.send("1"), packing.pack("1")
    assert upload(packing, packing.deal.ben, parcel, picture()).status_code == 403
    assert upload(packing, packing.deal.cleo, parcel, picture()).status_code == 404
    with pytest.raises(services.ShipmentState):
        services.add_proof(
            shipment_id=packed.pk, actor=packing.deal.max, data=picture(), now=packing.deal.now
        )
    assert not DeliveryProof.objects.exists()


def test_it_goes_by_rest(packing: Packing) -> None:
    deal, parcel = packing.deal, packing.send("5", "2.5")
    headers = {"authorization": f"Bearer {issue_token(user=deal.max, now=deal.now)}"}
    file = SimpleUploadedFile("door.jpg", picture(), "image/jpeg")
    answer = browser().post(f"/api/v1/shipments/{parcel.pk}/proofs", {"file": file}, headers=headers)
    assert answer.status_code == 200
    (row,) = answer.json()["proofs"]
    told = call(deal, deal.ben, "GET", f"shipments?order={deal.order_id}")[1]["shipments"][0]
    assert told["proofs"] == [row]
    assert browser(deal.ben).get(row["url"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_verify_names_a_picture_that_was_changed_or_put_elsewhere(packing: Packing) -> None:
    parcel = packing.send("5", "2.5")
    for colour in ("red", "blue"):
        upload(packing, packing.deal.max, parcel, picture(colour))
    without_guards("orders_deliveryproof")
    first, second = DeliveryProof.objects.order_by("pk")
    DeliveryProof.objects.filter(pk=second.pk).update(file=first.file)
    assert any(f"picture {second.pk} of a delivery" in one for one in problems())
