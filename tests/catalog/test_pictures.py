from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from catalog import services
from catalog.models import Listing, ListingPicture
from catalog.refusals import ListingArchived, PicturesTooMany
from negotiation_hub.kernel import files, limits, pictures
from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.pictures import PictureTooLarge, PictureUnreadable
from tests.factories.catalog import ListingFactory, picture_bytes
from tests.personas import START, Cast


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.fixture
def listing(cast: Cast) -> Listing:
    return ListingFactory.create(organisation=cast.norte, author=cast.ada)


def test_a_picture_is_turned_upright_by_what_the_camera_noted() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the top of the picture is on the right
    drawn = pictures.prepare(picture_bytes(60, 40, "JPEG", exif=exif, quality=95))
    assert (drawn.full.width, drawn.full.height) == (40, 60)
    red, _, blue = opened(drawn.full.data).convert("RGB").getpixel((20, 5))  # type: ignore[misc]
    assert red > blue


def test_nothing_of_the_file_but_its_pixels_remains() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    source = picture_bytes(form="JPEG", exif=exif, comment=b"secret words", icc_profile=b"secret profile")
    assert source.count(b"secret") >= 2
    drawn = pictures.prepare(source)
    for data in (drawn.full.data, drawn.thumbnail.data):
        assert b"secret" not in data
        assert not opened(data).getexif()


def test_a_large_picture_is_reduced_and_a_small_one_is_not_blown_up() -> None:
    drawn = pictures.prepare(picture_bytes(3000, 1500, "JPEG"))
    assert (drawn.full.width, drawn.full.height) == (2048, 1024)
    assert (drawn.thumbnail.width, drawn.thumbnail.height) == (640, 320)
    small = pictures.prepare(picture_bytes(60, 40))
    assert (small.full.width, small.thumbnail.width) == (60, 60)


def test_transparency_survives() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(buffer, "PNG")
    data = pictures.prepare(buffer.getvalue()).full.data
    assert opened(data).convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    buffer = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    result = opened(pictures.prepare(buffer.getvalue()).full.data)
    assert getattr(result, "n_frames", 1) == 1
    red, _, blue = result.convert("RGB").getpixel((4, 4))  # type: ignore[misc]
    assert red > 200 > blue


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        picture_bytes()[:-30],
        picture_bytes(form="JPEG")[:200],
        picture_bytes(form="BMP"),
        picture_bytes(form="TIFF"),
        picture_bytes(form="PPM"),
    ],
    ids=["empty", "zero", "head", "svg", "pdf", "cut png", "cut jpeg", "bmp", "tiff", "ppm"],
)
def test_what_is_no_picture_for_browsers_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(PictureUnreadable) as refused:
        pictures.prepare(data)
    assert refused.value.code == "picture.unreadable"


def test_more_bytes_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = picture_bytes()
    monkeypatch.setattr(limits, "FILE_BYTES_MAX", len(data))
    pictures.prepare(data)
    with pytest.raises(PictureTooLarge):
        pictures.prepare(data + b"\x00")


def test_more_pixels_than_allowed_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PICTURE_PIXELS_MAX", 60 * 40)
    pictures.prepare(picture_bytes(60, 40))
    with pytest.raises(PictureTooLarge):
        pictures.prepare(picture_bytes(61, 40))


def test_a_decompression_bomb_is_refused() -> None:
    head = bytearray(picture_bytes())
    head[16:24] = (50_000).to_bytes(4, "big") * 2  # the size that the header claims
    with pytest.raises((PictureTooLarge, PictureUnreadable)):
        pictures.prepare(bytes(head))


@pytest.mark.django_db
def test_a_listing_is_put_up_with_its_pictures_or_not_at_all(cast: Cast) -> None:
    def put_up(*data: bytes) -> Listing:
        return services.create_listing(
            actor=cast.ada,
            title="Pump",
            description="",
            price=Money(1, "EUR"),
            uploads=[services.Picture(one, "A\x00 pump\n") for one in data],
            now=START,
        )

    with pytest.raises(PictureUnreadable):
        put_up(picture_bytes(), b"no picture")
    assert not Listing.objects.exists()
    assert not File.objects.exists()
    made = put_up(picture_bytes(60, 40), picture_bytes(40, 60))
    rows = list(made.pictures.all())
    assert [(row.order, row.width, row.height, row.alt) for row in rows] == [
        (0, 60, 40, "A pump"),
        (1, 40, 60, "A pump"),
    ]
    assert opened(files.read(rows[0].file)).size == (60, 40)
    assert rows[0].file.media_type == "image/webp"


@pytest.mark.django_db
def test_a_listing_takes_twelve_pictures(cast: Cast, listing: Listing) -> None:
    data = picture_bytes()

    def add() -> ListingPicture:
        return services.add_picture(actor=cast.ada, listing_id=listing.pk, data=data, now=START)

    rows = [add() for _ in range(12)]
    with pytest.raises(PicturesTooMany):
        add()
    services.remove_picture(actor=cast.sol, picture_id=rows[3].pk)
    assert add().order == 12
    with pytest.raises(PicturesTooMany):
        services.create_listing(
            actor=cast.ada,
            title="Pump",
            description="",
            price=Money(1, "EUR"),
            uploads=[services.Picture(data)] * 13,
            now=START,
        )


@pytest.mark.django_db
def test_an_archived_listing_keeps_its_pictures_as_they_are(cast: Cast, listing: Listing) -> None:
    picture = services.add_picture(actor=cast.ada, listing_id=listing.pk, data=picture_bytes(), now=START)
    services.archive_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    with pytest.raises(ListingArchived):
        services.add_picture(actor=cast.ada, listing_id=listing.pk, data=picture_bytes(), now=START)
    with pytest.raises(ListingArchived):
        services.remove_picture(actor=cast.ada, picture_id=picture.pk)


@pytest.mark.realdata
def test_every_real_picture_is_accepted_or_refused_in_words(realdata: Path) -> None:
    accepted, refused = 0, 0
    for path in sorted((realdata / "images").iterdir()):
        if path.suffix.lower() not in {".png", ".jpg", ".gif", ".webp"}:
            continue
        try:
            drawn = pictures.prepare(path.read_bytes())
        except (PictureUnreadable, PictureTooLarge):
            refused += 1
            continue
        accepted += 1
        for one in (drawn.full, drawn.thumbnail):
            result = opened(one.data)
            result.load()
            assert result.size == (one.width, one.height)
            assert not result.getexif()
            assert "icc_profile" not in result.info
    assert accepted > 100
    assert refused > 0
