"""The picture that the driver takes: a door with a parcel before it, each house in a colour of its own."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from orders.demo_parcel.parcels import picture_seed

_SIZE: Final = (960, 720)
_DOORS: Final = ("#7a2e2e", "#2e5d7a", "#3d6b3a", "#6b4d2e", "#503a6b")


def draw(number: str) -> bytes:
    """A JPEG; the same number gives the same picture."""
    picture = Image.new("RGB", _SIZE, "#d9d2c4")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 960, 720), fill="#8d8a83")
    pen.rectangle((310, 90, 650, 570), fill="#f4f1ea")
    pen.rectangle((335, 115, 625, 565), fill=_DOORS[picture_seed(number) % len(_DOORS)])
    for left in (365, 495):
        for top in (150, 350):
            pen.rectangle((left, top, left + 100, top + 160), outline="#f4f1ea", width=4)
    pen.ellipse((600, 340, 618, 358), fill="#d8b24a")
    pen.rectangle((520, 480, 800, 670), fill="#c79a63")
    pen.rectangle((520, 560, 800, 585), fill="#a67c48")
    pen.rectangle((640, 600, 780, 655), fill="#ffffff")
    pen.text((650, 606), "DEMO PARCEL", fill="#000000")
    pen.text((650, 630), number, fill="#000000")
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
