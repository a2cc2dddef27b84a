"""Whether two pictures of one board show the same, and how far they differ. Pure.

On ink only: what is not paper. A hand that shakes otherwise, or letters that another program smooths, may be
off by `TOLERANCE_PX`; nothing else may.

Two pictures can agree on nearly all ink while a small element is missing. So each element is judged by
itself, by what it alone changes: the browser draws the scene without it, too. From that picture, ours must
have gone more than half of the way to the one with it. An element whose absence changes nothing by more than
half the tolerance, or fewer pixels than a square of the tolerance has, is not visible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

TOLERANCE_PX: Final = 4
COVERED_MIN: Final = 0.95
COLOUR_MAX: Final = 0.08
SHOWN_MIN: Final = 0.5
INK_FROM: Final = 24  # of 255, in one of the three colours: fainter is the edge of a line, not the line
FAINT_FROM: Final = (
    12  # what is ink on one picture may be so much fainter on the other: a pale filling is at the edge
)
SEEN_PX_MIN: Final = TOLERANCE_PX**2  # an element that changes fewer pixels is less than the tolerance
_NEAR_PX: Final = 2  # half of the tolerance: what moves by less is not lost
_AROUND: Final = 2 * TOLERANCE_PX + 1  # the side of a square of all that is within the tolerance
_BLUR_PX: Final = 2  # lines that are off by less than the tolerance still overlap

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Figures:
    """How far our picture of a scene agrees with the browser's; all are shares of 1."""

    found: float  # of the browser's ink, that ours has within the tolerance
    meant: float  # of our ink, that the browser's has within the tolerance
    colour: float  # the mean difference of colour in areas that are filled
    missing: Sequence[str] = ()  # elements that are on the browser's picture and not on ours
    worst: float = 1  # how much is shown of the element of which the least is

    @property
    def holds(self) -> bool:
        """Whether the pictures agree."""
        return min(self.found, self.meant) >= COVERED_MIN and self.colour <= COLOUR_MAX and not self.missing


def compare(browser: Image.Image, ours: Image.Image, paper: Colour) -> Figures:
    """The figures of two pictures on paper of one colour. Raises ValueError where their sizes differ."""
    if browser.size != ours.size:
        raise ValueError(f"the browser's picture has {browser.size} pixels, ours {ours.size}")
    return Figures(
        found=_covered(ink(browser, paper), ink(ours, paper, FAINT_FROM)),
        meant=_covered(ink(ours, paper), ink(browser, paper, FAINT_FROM)),
        colour=_difference(browser, ours, _filled(ink(browser, paper))),
    )


def ink(image: Image.Image, paper: Colour, low: int = INK_FROM) -> Image.Image:
    """Where a picture is not paper: 255, else 0. `low` is by how much of 255 it differs at least."""
    return _changed(image, Image.new("RGB", image.size, paper), low)


def seen(browser: Image.Image, without: Image.Image, within: Box | None = None) -> Image.Image | None:
    """Where an element is to be seen on the browser's picture; None where it is not visible.

    That is where one picture has a colour which the other has nowhere near: a line that is smoothed
    otherwise, or moves by less than that, is no change. `within` is the element's own place in pixels: a text
    changes the arrow on which it lies far beyond it.
    """
    box = _changed(browser, without).getbbox()
    if box is None:
        return None
    box = (box[0] - _NEAR_PX, box[1] - _NEAR_PX, box[2] + _NEAR_PX, box[3] + _NEAR_PX)
    one, other = browser.crop(box), without.crop(box)
    mask = ImageChops.lighter(_new(one, other), _new(other, one))
    whole = Image.new("L", browser.size)
    whole.paste(mask, box[:2])
    if within is not None:
        inside = Image.new("L", browser.size)
        inside.paste(255, within)
        whole = ImageChops.darker(whole, inside)
    if _count(whole) < SEEN_PX_MIN:
        return None
    return whole


def _new(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where a picture has a colour that another has nowhere near."""
    least = Image.new("L", one.size, 255)
    for over in range(-_NEAR_PX, _NEAR_PX + 1):
        for down in range(-_NEAR_PX, _NEAR_PX + 1):
            least = ImageChops.darker(least, _apart(one, ImageChops.offset(other, over, down)))
    return least.point(lambda value: 255 if value >= INK_FROM else 0)


def _apart(one: Image.Image, other: Image.Image) -> Image.Image:
    """How far colours differ, in that of the three in which it is most."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def shown(browser: Image.Image, without: Image.Image, ours: Image.Image, mask: Image.Image) -> float:
    """How much ours shows of what an element changes: about 1 where it is there, about 0 where it is not.

    It is where ours lies on the way from the browser's picture without the element to the one with it. What
    else differs, in whatever direction, counts for neither.
    """
    box = mask.getbbox()
    if box is None:
        return 0
    more = 2 * TOLERANCE_PX
    box = (box[0] - more, box[1] - more, box[2] + more, box[3] + more)
    near = mask.crop(box).filter(ImageFilter.MaxFilter(2 * _BLUR_PX + 1))
    there, gone, mine = (
        image.crop(box).filter(ImageFilter.BoxBlur(_BLUR_PX)) for image in (browser, without, ours)
    )
    way = _squares(there, gone, near)
    return (_squares(mine, gone, near) - _squares(mine, there, near) + way) / (2 * way) if way else 0


def _changed(one: Image.Image, other: Image.Image, low: int = INK_FROM) -> Image.Image:
    return _apart(one, other).point(lambda value: 255 if value >= low else 0)


def _covered(these: Image.Image, those: Image.Image) -> float:
    """The share of these pixels near which there is one of those; all, where there are none of either."""
    many = _count(these)
    if many == 0:
        return 1.0 if _count(those) == 0 else 0.0
    return _count(ImageChops.darker(these, those.filter(ImageFilter.MaxFilter(_AROUND)))) / many


def _filled(mask: Image.Image) -> Image.Image:
    """The inside of areas that are filled, hatched ones too: gaps within the tolerance are closed before."""
    closed = mask.filter(ImageFilter.MaxFilter(_AROUND)).filter(ImageFilter.MinFilter(_AROUND))
    return closed.filter(ImageFilter.MinFilter(_AROUND))


def _difference(one: Image.Image, other: Image.Image, mask: Image.Image) -> float:
    """The mean difference of colour within a mask; a hatching has the colour that it has from afar."""
    if _count(mask) == 0:
        return 0
    blurred = [image.filter(ImageFilter.BoxBlur(TOLERANCE_PX)) for image in (one, other)]
    means = ImageStat.Stat(ImageChops.difference(*blurred), mask).mean
    return sum(means) / len(means) / 255


def _count(mask: Image.Image) -> int:
    return sum(mask.histogram()[128:])


def _squares(one: Image.Image, other: Image.Image, mask: Image.Image) -> float:
    return float(sum(ImageStat.Stat(ImageChops.difference(one, other), mask).sum2))
