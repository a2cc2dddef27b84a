"""Stamped copies: each buyer's PDF says whose it is, on each page, and nobody gets the seller's own."""

import hashlib
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader, PdfWriter

from catalog import downloads
from catalog.models import ListingFile
from negotiation_hub.kernel import files, limits, pdf_stamp
from orders import services
from orders.models import DownloadGrant, StampedCopy
from orders.models.download import COPY
from orders.services import stamped
from tests.orders.deal import Deal
from tests.orders.test_audit import problems
from tests.orders.test_licences import another
from tests.orders.three import Three, browser
from tests.races.test_one_wins import race
from tests.sealing.everything import pdf

ORIGINAL = pdf("Pump curves", pages=3)


def put_up(three: Three, data: bytes = ORIGINAL, name: str = "curves.pdf") -> ListingFile:
    """The seller wants copies stamped."""
    return downloads.add_upload(
        actor=three.deal.ada,
        listing_id=three.listing.pk,
        source=BytesIO(data),
        name=name,
        now=three.deal.now,
        stamp=True,
    )


@pytest.fixture
def shop(deal: Deal) -> Three:
    """A listing whose only file is a PDF of which copies are stamped."""
    deal.buyer.name = "Ñandú Žluťoučký S.L."
    deal.buyer.save()
    three = Three.made(deal, ("information",), files=0)
    put_up(three)
    return three


def bought(three: Three) -> DownloadGrant:
    """The grant of one more order."""
    return DownloadGrant.objects.get(order=another(three))


def fetched(three: Three, grant: DownloadGrant, **headers: str) -> Any:
    """The answer with the bytes."""
    token = services.take_download(grant_id=grant.pk, actor=three.deal.ben, now=three.deal.now)
    return browser().get(reverse("orders:file", args=[token]), headers=headers)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_each_page_and_the_metadata_say_whose_copy_it_is(shop: Three) -> None:
    grant = bought(shop)
    found = PdfReader(BytesIO(body(fetched(shop, grant))))
    line = f"{grant.order.number} · Ñandú Žluťoučký S.L. · 2026-03-02"
    texts = [page.extract_text() for page in found.pages]
    assert len(texts) == 3
    assert all(line in text and "Pump curves" in text for text in texts)
    assert found.metadata is not None
    assert str(found.metadata[pdf_stamp.MARK]) == f"{grant.order.number} {grant.pk}"
    assert problems() == []


def test_two_buyers_get_two_copies_and_neither_the_seller_s_own(shop: Three) -> None:
    first, second = bought(shop), bought(shop)
    copies = [body(fetched(shop, grant)) for grant in (first, second)]
    assert len({*copies, ORIGINAL}) == 3
    assert second.order.number.encode() not in copies[0]


def test_a_second_download_gives_the_same_bytes(shop: Three) -> None:
    grant = bought(shop)
    first = body(fetched(shop, grant))
    shop.deal.pass_time(seconds=limits.DOWNLOAD_AGAIN_S + 1)
    assert body(fetched(shop, grant)) == first
    assert grant.downloads.count() == 2


def test_the_copy_is_made_by_a_job_and_else_when_it_is_asked_for(
    shop: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert StampedCopy.objects.filter(grant=bought(shop)).exists()
    monkeypatch.setattr(stamped, "enqueue", lambda _: None)
    grant = bought(shop)
    assert not StampedCopy.objects.filter(grant=grant).exists()
    assert body(fetched(shop, grant)).startswith(b"%PDF-")
    assert StampedCopy.objects.filter(grant=grant).exists()


def test_on_the_disk_the_copy_is_no_pdf(shop: Three) -> None:
    copy = StampedCopy.objects.select_related("file").get(grant=bought(shop))
    assert b"%PDF" not in files.read(copy.file)
    assert hashlib.sha256(COPY.open(copy)).hexdigest() == copy.sha256


def test_a_broken_transfer_goes_on_where_it_broke_off(shop: Three) -> None:
    grant = bought(shop)
    whole = fetched(shop, grant)
    data, etag = body(whole), whole["ETag"]
    assert etag == f'"{hashlib.sha256(data).hexdigest()}"'
    for start, stop in ((0, 10), (1_000, 1_001), (len(data) - 5, len(data))):
        part = fetched(shop, grant, Range=f"bytes={start}-{stop - 1}", If_Range=etag)
        assert (part.status_code, body(part)) == (206, data[start:stop])
        assert part["Content-Range"] == f"bytes {start}-{stop - 1}/{len(data)}"
    assert fetched(shop, grant, Range=f"bytes={len(data)}-").status_code == 416


def test_a_copy_is_taken_back_like_any_file(shop: Three) -> None:
    grant = bought(shop)
    token = services.take_download(grant_id=grant.pk, actor=shop.deal.ben, now=shop.deal.now)
    DownloadGrant.objects.filter(pk=grant.pk).update(revoked_at=shop.deal.now)
    assert browser().get(reverse("orders:file", args=[token])).status_code == 410


def protected() -> bytes:
    """A PDF under a password."""
    writer, out = PdfWriter(clone_from=BytesIO(ORIGINAL)), BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("data", [protected(), ORIGINAL[:800], b"%PDF-1.7\nnothing\n%%EOF"])
def test_a_pdf_that_cannot_be_stamped_is_refused_when_it_is_put_up(shop: Three, data: bytes) -> None:
    with pytest.raises(pdf_stamp.PdfUnfit):
        put_up(shop, data, "broken.pdf")
    assert ListingFile.objects.filter(listing=shop.listing).count() == 1


def test_the_sellers_page_asks_says_and_refuses(shop: Three) -> None:
    client, page = browser(shop.deal.ada), reverse("catalog:edit", args=[shop.listing.pk])
    assert "Copies are stamped" in client.get(page).content.decode()
    upload = BytesIO(protected())
    upload.name = "locked.pdf"
    url = reverse("catalog:add_files", args=[shop.listing.pk])
    refused = client.post(url, {"uploads": [upload], "stamp": "on"}).content.decode()
    assert "locked.pdf: Copies of this PDF cannot be stamped" in refused
    upload = BytesIO(pdf("Other"))
    upload.name = "other.pdf"
    client.post(url, {"uploads": [upload], "stamp": "on"})
    assert ListingFile.objects.get(name="other.pdf").stamp


def test_a_page_that_is_turned_or_small_has_the_line_within_it() -> None:
    writer, out = PdfWriter(), BytesIO()
    for turn in (0, 90, 180, 270):
        writer.add_blank_page(300, 500).rotate(turn)
    writer.add_blank_page(80, 80)
    writer.write(out)
    found = PdfReader(BytesIO(pdf_stamp.stamped(out.getvalue(), "NH-1 · Ben", "NH-1")))
    places: list[tuple[float, float]] = []

    def visit(text: str, matrix: Any, text_matrix: Any, *_: Any) -> None:
        if text.strip():
            places.append((matrix[4], matrix[5]))

    for page in found.pages:
        places.clear()
        assert "NH-1 · Ben" in page.extract_text(visitor_text=visit)
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert all(0 <= x <= width and 0 <= y <= height for x, y in places), places


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_both_get_the_same_copy(shop: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamped, "enqueue", lambda _: None)
    grant = bought(shop)
    found: list[object] = []

    def ask() -> None:
        found.append(stamped.copy_of(DownloadGrant.objects.get(pk=grant.pk), shop.deal.now).pk)

    assert race(partial(ask), partial(ask)) == ["won", "won"]
    assert len(set(found)) == 1
