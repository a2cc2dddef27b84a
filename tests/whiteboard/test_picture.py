"""The picture of a board shows what is on it, whatever somebody wrote into an element."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from tests.whiteboard.board import Element, element
from whiteboard import freehand, limits, picture

RED, WHITE = (255, 0, 0), (255, 255, 255)


def drawn(*elements: Element) -> Image.Image:
    """The picture, opened."""
    return Image.open(BytesIO(picture.draw(elements)))


def ink(image: Image.Image) -> int:
    """How many pixels are not paper."""
    return sum(image.convert("L").point(lambda value: 255 if value < 250 else 0).histogram()[128:])


FRAME = element("frame", x=0, y=0, width=400, height=300, strokeColor="transparent")
SHAPES: dict[str, Element] = {
    "rectangle": element(type="rectangle", x=100, y=100),
    "round rectangle": element(type="rectangle", x=100, y=100, roundness={"type": 3}),
    "diamond": element(type="diamond", x=100, y=100, roundness={"type": 2}),
    "ellipse": element(type="ellipse", x=100, y=100),
    "turned": element(type="ellipse", x=100, y=100, angle=1.2),
    "line": element(type="line", x=100, y=100, points=[[0, 0], [90, 40], [120, 0]]),
    "arrow": element(type="arrow", x=100, y=100, points=[[0, 0], [90, 40]], endArrowhead="arrow"),
    "dashed": element(type="line", x=100, y=100, points=[[0, 0], [90, 40]], strokeStyle="dashed"),
    "stroke": element(type="freedraw", x=100, y=100, points=[[0, 0], [9, 9], [30, 5]], simulatePressure=True),
    "dot": element(type="freedraw", x=100, y=100, points=[[0, 0]]),
    "text": element(type="text", x=100, y=100, text="Pump\nNB-40", fontSize=20, fontFamily=5),
    "Spanish": element(
        type="text", x=100, y=100, text="¿Cuánto? Ñandú", fontSize=20, fontFamily=6, textAlign="center"
    ),
    "code": element(type="text", x=100, y=100, text="x = 1", fontSize=20, fontFamily=3, angle=0.5),
    "frame": element(type="frame", x=100, y=100, name="Plan"),
    "hatched": element(type="rectangle", x=100, y=100, backgroundColor="#ffc9c9", fillStyle="cross-hatch"),
    "unknown": element(type="hologram", x=100, y=100),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_kind_of_element_leaves_ink_where_it_lies(name: str) -> None:
    with drawn(FRAME) as empty, drawn(FRAME, SHAPES[name]) as shown:
        assert empty.size == shown.size
        assert ink(empty) == 0
        where = ImageChops.difference(empty, shown).getbbox()
        assert where is not None
        left, top = (corner / limits.PICTURE_SCALE_MAX - 24 for corner in where[:2])
        assert 60 <= left <= 125
        assert 70 <= top <= 145


def test_fill_and_colour_are_as_chosen() -> None:
    box = element(x=0, y=0, width=100, height=100, backgroundColor="#ff0000", fillStyle="solid")
    with drawn(box) as shown:
        assert shown.getpixel((shown.width // 2, shown.height // 2)) == RED
    with drawn({**box, "opacity": 50}) as shown:
        faint = shown.getpixel((shown.width // 2, shown.height // 2))
        assert isinstance(faint, tuple)
        assert faint[0] == 255
        assert 120 <= faint[1] <= 135


def test_what_lies_above_hides_what_lies_below() -> None:
    below = element("a", x=0, y=0, width=100, height=100, backgroundColor="#000000", fillStyle="solid")
    above = element("b", x=0, y=0, width=100, height=100, backgroundColor="#ff0000", fillStyle="solid")
    with drawn(below, above) as shown:
        assert shown.getpixel((shown.width // 2, shown.height // 2)) == RED


def test_an_empty_board_is_a_white_picture() -> None:
    with drawn() as shown:
        assert shown.getcolors() == [(shown.width * shown.height, WHITE)]


def test_a_picture_never_grows_beyond_its_bound() -> None:
    far = element("far", x=900_000, y=-900_000)
    with drawn(element(), far) as shown:
        assert max(shown.size) <= limits.PICTURE_PX_MAX + 1


def test_a_stroke_is_thicker_where_the_pen_went_slowly() -> None:
    slow = [(float(x), 0.0) for x in range(0, 60, 2)]
    fast = [(float(x), 0.0) for x in range(0, 600, 20)]
    stroke = element(type="freedraw", simulatePressure=True, strokeWidth=2)
    thin, thick = (
        [radius for _, radius in freehand.discs({**stroke, "points": points})][10:] for points in (fast, slow)
    )
    assert min(thick) > max(thin)


def test_a_thousand_faint_turned_texts_are_drawn_in_bounded_time() -> None:
    text = element(type="text", text="M" * 200, fontSize=200, width=9_000, height=900, angle=1, opacity=40)
    with drawn(*({**text, "id": str(n), "x": n} for n in range(200))) as shown:
        assert ink(shown) > 0


def test_lines_of_a_million_dashes_are_drawn_with_fewer() -> None:
    line = element(type="line", points=[[0, 0], [1_000_000, 0], [0, 3]] * 20, strokeStyle="dotted")
    with drawn(line) as shown:
        assert ink(shown) > 0


def photograph() -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (40, 20), (255, 0, 0))
    image.paste((0, 0, 255), (20, 0, 40, 20))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


PHOTOGRAPH = element("photo", type="image", x=0, y=0, width=100, height=50, fileId="one")


def halves(photo: Element, pictures: dict[str, bytes]) -> list[Any]:
    """The colours in the middles of the left and of the right half."""
    with Image.open(BytesIO(picture.draw([photo], pictures))) as shown:
        middle = shown.height // 2
        return [shown.getpixel((shown.width // 2 + way * 30, middle)) for way in (-1, 1)]


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({}, [RED, (0, 0, 255)]),
        ({"scale": [-1, 1]}, [(0, 0, 255), RED]),
        ({"angle": 3.141592653589793}, [(0, 0, 255), RED]),
        (
            {
                "crop": {
                    "x": 0,
                    "y": 0,
                    "width": 200,
                    "height": 200,
                    "naturalWidth": 400,
                    "naturalHeight": 200,
                }
            },
            [RED, RED],
        ),
        ({"opacity": 0}, [WHITE, WHITE]),
    ],
)
def test_a_picture_on_the_board_is_drawn_as_its_element_says(more: Element, seen: list[Any]) -> None:
    assert halves({**PHOTOGRAPH, **more}, {"one": photograph()}) == seen


@pytest.mark.parametrize("pictures", [{}, {"one": b"no picture"}, {"one": photograph()[:60]}])
def test_a_picture_that_is_missing_or_damaged_is_a_grey_box(pictures: dict[str, bytes]) -> None:
    assert halves(PHOTOGRAPH, pictures) == [(231, 231, 231)] * 2


def test_what_lies_in_a_frame_does_not_reach_out_of_it() -> None:
    frame = element("frame", type="frame", x=0, y=0, width=100, height=100)
    inside = element("in", x=50, y=20, width=200, height=40, backgroundColor="#ff0000", frameId="frame")
    with drawn(
        element("wide", x=0, y=0, width=300, height=100, strokeColor="transparent"), frame, inside
    ) as shown:
        middle = round((20 + 20 + picture.MARGIN + 17.5 + 3) * shown.width / (300 + 2 * picture.MARGIN))
        across = [(x + picture.MARGIN) * shown.width / (300 + 2 * picture.MARGIN) for x in (80, 150)]
        assert [shown.getpixel((round(x), middle)) for x in across] == [RED, WHITE]


def test_a_text_on_an_arrow_takes_the_place_of_the_line() -> None:
    arrow = element("arrow", type="arrow", x=0, y=0, width=200, height=0, points=[[0, 0], [200, 0]])
    label = element("label", type="text", text=" ", x=80, y=-12, width=40, height=25, containerId="arrow")
    with drawn(arrow) as alone, drawn(arrow, label) as shown:
        assert ink(alone) * 0.6 < ink(shown) < ink(alone) * 0.9


ODD = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | st.text(max_size=20)
NAMES = ["strokeColor", "backgroundColor", "fillStyle", "strokeWidth", "strokeStyle", "opacity", "roundness"]
NAMES += ["angle", "fontSize", "fontFamily", "lineHeight", "textAlign", "containerId", "name", "roughness"]
NAMES += ["startArrowhead", "endArrowhead", "simulatePressure", "elbowed", "width", "height"]
NAMES += ["fileId", "scale", "crop", "seed", "pressures", "frameId", "groupIds", "lastCommittedPoint"]
POINTS = st.lists(st.lists(st.integers(-500, 500), min_size=2, max_size=2), max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(
        ["rectangle", "diamond", "ellipse", "line", "arrow", "freedraw", "text", "frame", "image", "x"]
    ),
    odd=st.dictionaries(st.sampled_from(NAMES), ODD, max_size=8),
    points=POINTS,
    text=st.text(max_size=40),
)
@example(kind="text", odd={}, points=[], text="a new paragraph\x85begins")
@example(kind="line", odd={"angle": 1.0}, points=[], text="")
def test_nothing_that_is_written_into_an_element_makes_it_fail(
    kind: str, odd: dict[str, Any], points: list[list[int]], text: str
) -> None:
    with drawn(element(type=kind, points=points, text=text, **odd)) as shown:
        assert shown.format == "PNG"
