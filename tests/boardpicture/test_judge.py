"""The judge of a board's pictures finds what is missing, what is too much and what has another colour."""

import pytest
from PIL import Image, ImageDraw

from tests.boardpicture import __main__ as proof
from tests.boardpicture import judge
from tests.boardpicture.judge import Figures

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (255, 0, 0)
BOX = (40, 40, 160, 120)


def sheet(
    *, off: int = 0, fill: judge.Colour | None = RED, box: bool = True, line: bool = True, dot: bool = True
) -> Image.Image:
    """A box, a line and a dot, moved by some pixels."""
    image = Image.new("RGB", (300, 200), WHITE)
    on = ImageDraw.Draw(image)
    if box:
        on.rectangle([x + off for x in BOX], fill=fill, outline=BLACK, width=2)
    if line:
        on.line([20 + off, 160 + off, 280 + off, 180 + off], fill=BLACK, width=2)
    if dot:
        on.ellipse([220 + off, 60 + off, 226 + off, 66 + off], fill=BLACK)
    return image


def figures(ours: Image.Image) -> Figures:
    """Of ours beside the whole sheet."""
    return judge.compare(sheet(), ours, WHITE)


@pytest.mark.parametrize("off", [0, 2, 4])
def test_pictures_agree_within_the_tolerance(off: int) -> None:
    assert figures(sheet(off=off)).holds


def test_what_is_off_by_more_does_not_agree() -> None:
    assert not figures(sheet(off=12, fill=None)).holds


def test_a_blank_page_has_none_of_the_ink() -> None:
    blank = figures(Image.new("RGB", (300, 200), WHITE))
    assert blank.found == 0
    assert not blank.holds


def test_ink_that_the_browser_has_not_is_too_much() -> None:
    more = sheet()
    ImageDraw.Draw(more).rectangle([200, 100, 280, 150], fill=BLACK)
    assert figures(more).found == 1
    assert not figures(more).holds


def test_another_colour_of_a_filled_area_is_seen() -> None:
    assert figures(sheet(fill=(250, 10, 10))).holds
    assert figures(sheet(fill=(0, 0, 255))).colour > judge.COLOUR_MAX


def test_pictures_of_two_sizes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="300, 200"):
        figures(Image.new("RGB", (300, 201), WHITE))


@pytest.mark.parametrize("lost", ["box", "line", "dot"])
def test_the_loss_of_any_one_element_is_found(lost: str) -> None:
    without = sheet(**{lost: False})  # type: ignore[arg-type]
    mask = judge.seen(sheet(), without)
    assert mask is not None
    assert judge.shown(sheet(), without, sheet(off=1), mask) > judge.SHOWN_MIN
    assert judge.shown(sheet(), without, without, mask) < judge.SHOWN_MIN


def test_a_dot_that_is_lost_leaves_nearly_all_ink_and_is_found_all_the_same() -> None:
    assert figures(sheet(dot=False)).found > judge.COVERED_MIN


def test_what_moves_a_line_by_a_pixel_is_not_visible() -> None:
    assert judge.seen(sheet(), sheet(off=1)) is None
    assert judge.seen(sheet(), sheet(dot=False), (0, 0, 100, 100)) is None


def test_a_missing_element_or_an_unnoticed_loss_is_told() -> None:
    held = Figures(found=1, meant=1, colour=0)
    assert held.holds
    lost = Figures(found=1, meant=1, colour=0, missing=["text a"], worst=0.1)
    assert not lost.holds
    assert proof.summary([(held, 3, []), (lost, 2, ["line b"])]) == (
        "2 scenes: ink found 100.0% and meant 100.0% of 95%, colour off 0.0% of 8%; 5 elements: 1 missing, "
        "the worst at 0.10 of 0.5, the loss of 1 unnoticed"
    )


def test_without_scenes_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_REALDATA", "/nowhere")
    monkeypatch.delenv("PLANT", raising=False)
    assert proof.main([]) == 3
