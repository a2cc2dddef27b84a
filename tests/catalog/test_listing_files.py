from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from catalog import downloads, queries, services
from catalog.models import Listing, ListingFile
from catalog.refusals import ListingArchived, ListingFileKind, ListingFilesTooMany, ListingFileUnfit
from negotiation_hub.kernel import files, limits
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.models import User
from tests.factories.catalog import ListingFactory
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db
SECRET = b"borehole,depth_mm\nZGZ-014,12420\n"


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def listing(cast: Cast) -> Listing:
    return ListingFactory.create(organisation=cast.norte, author=cast.ada, kind="information")


def add(actor: User, listing: Listing, data: bytes = SECRET, name: str = "levels.csv") -> ListingFile:
    return downloads.add_file(actor=actor, listing_id=listing.pk, data=data, name=name, now=START)


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_buyer_of_a_listing_gets_its_files_in_order(cast: Cast, listing: Listing) -> None:
    add(cast.ada, listing)
    add(cast.sol, listing, b"Read me.", "README.txt")
    first, second = queries.files_of(listing.pk)
    assert (first.name, first.order, files.read(first.file)) == ("levels.csv", 0, SECRET)
    assert (second.name, second.order, second.file.media_type) == (
        "README.txt",
        1,
        "text/plain; charset=utf-8",
    )
    assert queries.files_of(uuid4()) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("levels.csv", "levels.csv"),
        ("../../etc/levels.csv", "levels.csv"),
        ("C:\\data\\levels.CSV", "levels.csv"),
        ("le\x00vels\u202e.csv", "le vels.csv"),
        ("levels", "levels.txt"),
        (".csv", "csv.txt"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_a_name_is_a_name_and_no_path(cast: Cast, listing: Listing, name: str, kept: str) -> None:
    assert add(cast.ada, listing, name=name).name == kept


def test_a_file_that_is_not_what_it_says_is_refused(cast: Cast, listing: Listing) -> None:
    with pytest.raises(ListingFileKind) as refused:
        add(cast.ada, listing, b"<html><script>alert(1)</script></html>", "report.pdf")
    assert refused.value.code == "listing_file.kind"
    assert queries.files_of(listing.pk) == []


def test_a_file_that_is_too_large_is_refused(
    cast: Cast, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LISTING_FILE_BYTES_MAX", len(SECRET))
    add(cast.ada, listing)
    with pytest.raises(files.FileTooLarge):
        add(cast.ada, listing, SECRET + b"\n")


def test_the_same_file_again_is_there_once(cast: Cast, listing: Listing) -> None:
    assert add(cast.ada, listing) == add(cast.ada, listing)
    add(cast.ada, listing, SECRET, "other-name.csv")
    assert len(queries.files_of(listing.pk)) == 2


def test_a_listing_has_at_most_twenty(cast: Cast, listing: Listing, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        add(cast.ada, listing, b"%d" % number)
    with pytest.raises(ListingFilesTooMany):
        add(cast.ada, listing, b"one more")
    downloads.remove_file(actor=cast.ada, file_id=queries.files_of(listing.pk)[3].pk)
    assert add(cast.ada, listing, b"one more").order == 20


def test_goods_and_what_is_archived_take_none(cast: Cast, listing: Listing) -> None:
    goods = ListingFactory.create(organisation=cast.norte, author=cast.ada)
    with pytest.raises(ListingFileUnfit):
        add(cast.ada, goods)
    row = add(cast.ada, listing)
    services.archive_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    with pytest.raises(ListingArchived):
        add(cast.ada, listing, b"more")
    with pytest.raises(ListingArchived):
        downloads.remove_file(actor=cast.ada, file_id=row.pk)


@pytest.mark.parametrize("who", ["ben", "cleo", "dov"])
def test_nobody_else_adds_or_removes(cast: Cast, listing: Listing, who: str) -> None:
    row, stranger = add(cast.ada, listing), getattr(cast, who)
    with pytest.raises(NotPermitted):
        add(stranger, listing, b"mine")
    with pytest.raises(NotPermitted):
        downloads.remove_file(actor=stranger, file_id=row.pk)
    with pytest.raises(NotFound):
        downloads.remove_file(actor=stranger, file_id=uuid4())
    client = as_person(stranger)
    assert client.post(f"/listings/{listing.pk}/files/add/", {"uploads": upload()}).status_code == 403
    assert client.post(f"/listings/files/{row.pk}/remove/").status_code == 403
    assert Client().post(f"/listings/files/{row.pk}/remove/").status_code == 302
    assert len(queries.files_of(listing.pk)) == 1


def upload(data: bytes = SECRET, name: str = "levels.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "text/html")


def test_a_hidden_listing_tells_a_stranger_nothing_of_its_files(cast: Cast, listing: Listing) -> None:
    row = add(cast.ada, listing)
    Listing.objects.filter(pk=listing.pk).update(status="draft")
    client = as_person(cast.cleo)
    assert client.post(f"/listings/{listing.pk}/files/add/", {"uploads": upload()}).status_code == 404
    assert client.post(f"/listings/files/{row.pk}/remove/").status_code == 404


def test_a_seller_adds_and_removes_files_on_the_page(cast: Cast, listing: Listing) -> None:
    seller = as_person(cast.sol)
    path = f"/listings/{listing.pk}/edit/"
    answer = seller.post(
        f"/listings/{listing.pk}/files/add/", {"uploads": [upload(), upload(b"Read me.", "a.txt")]}
    )
    assert answer["Location"] == path
    page = seller.get(path).content.decode()
    assert "levels.csv" in page
    removed = queries.files_of(listing.pk)[0]
    assert f'action="/listings/files/{removed.pk}/remove/"' in page
    seller.post(f"/listings/files/{removed.pk}/remove/")
    assert [row.name for row in queries.files_of(listing.pk)] == ["a.txt"]


@pytest.mark.parametrize(
    ("files_sent", "said"),
    [
        ([upload(b"<html>", "report.pdf")], "report.pdf: This file is not what its name says"),
        ([], "required"),
    ],
)
def test_what_is_refused_is_said_on_the_page(
    cast: Cast, listing: Listing, files_sent: list[SimpleUploadedFile], said: str
) -> None:
    answer = as_person(cast.ada).post(f"/listings/{listing.pk}/files/add/", {"uploads": files_sent})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert listing.title in answer.content.decode()
    assert queries.files_of(listing.pk) == []


def test_everyone_sees_what_they_would_get_and_nobody_the_bytes(cast: Cast, listing: Listing) -> None:
    row = add(cast.ada, listing)
    for client in (Client(), as_person(cast.ben), as_person(cast.ada)):
        page = client.get(listing.get_absolute_url())
        assert b"What you get" in page.content
        assert b"levels.csv" in page.content
        assert b"ZGZ-014" not in page.content
        assert str(row.file_id) not in page.content.decode()
        for path in (
            f"/listings/files/{row.pk}/",
            f"/files/{row.file_id}",
            f"/listings/{listing.pk}/files/add/",
        ):
            assert client.get(path).status_code in {302, 404, 405}
    assert client.get(f"/listings/files/{row.pk}/remove/").status_code == 405


def test_the_sellers_people_are_told_when_there_is_nothing_to_get(cast: Cast, listing: Listing) -> None:
    told = b"There is no file yet"
    assert told in as_person(cast.ada).get(listing.get_absolute_url()).content
    assert told not in as_person(cast.ben).get(listing.get_absolute_url()).content
