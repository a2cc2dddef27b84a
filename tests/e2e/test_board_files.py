"""Pictures and files on a board: what one person puts there, the other one sees, and takes home."""

import base64
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e import axe
from tests.e2e.conftest import WAIT_MS
from tests.e2e.test_board import Drawing, Scene, photograph, scene, wait_until_other
from tests.live.server import LiveServer

__all__ = ["scene"]
pytestmark = pytest.mark.e2e


def picture(colour: str) -> FilePayload:
    """A PNG of one colour."""
    out = BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, "PNG")
    return {"name": f"{colour}.png", "mimeType": "image/png", "buffer": out.getvalue()}


def menu(page: Page, item: str) -> None:
    """Picks something from the board's menu."""
    page.locator(".board-editor .main-menu-trigger").click()
    page.get_by_role("menuitem", name=item).or_(page.get_by_role("button", name=item)).first.click()


def drop(drawing: Drawing, what: FilePayload, at: tuple[int, int]) -> None:
    """Drops a file at a place of the board, as from a folder."""
    page = drawing.page
    x, y = drawing.place(at)
    given = {**what, "buffer": base64.b64encode(what["buffer"]).decode()}
    held = page.evaluate_handle(
        """({name, mimeType, buffer}) => {
            const bytes = Uint8Array.from(atob(buffer), (char) => char.charCodeAt(0));
            const held = new DataTransfer();
            held.items.add(new File([bytes], name, {type: mimeType}));
            return held;
        }""",
        given,
    )
    page.locator(".board-editor canvas.interactive").dispatch_event(
        "drop", {"dataTransfer": held, "clientX": x, "clientY": y}
    )


def test_a_picture_is_seen_by_the_other_side_and_is_in_all_that_is_taken_home(
    scene: Scene, person: Callable[..., Page], tmp_path: Path
) -> None:
    ben, ada = Drawing(person("buyer")).open(scene.url), Drawing(person("seller")).open(scene.url)
    at = (480, 400)
    before = ada.pixels(at)
    drop(ben, picture("crimson"), at)
    (drawn,) = scene.wait_for(ben.page, 1)
    assert drawn["type"] == "image"
    wait_until_other(ada, at, before)
    _wait_for_colour(ada, at, (220, 20, 60))
    assert axe.violations(ben.page) == []
    photograph("picture", ben.page, ada.page)

    # Ada's window had it from the server; her reload has it again, and so have all files.
    ada.page.reload()
    ada.page.locator(".lanes").get_by_role("button", name="Board").click()
    ada.ready()
    for item, ending in (("(PNG)", "png"), ("(SVG)", "svg"), ("file of Excalidraw", "excalidraw")):
        with ada.page.expect_download() as saved:
            menu(ada.page, item)
        saved.value.save_as(tmp_path / ending)
        assert saved.value.suggested_filename.endswith(f".{ending}")
    with Image.open(tmp_path / "png") as seen:
        assert _near(seen.convert("RGB").getpixel((seen.width // 2, seen.height // 2)), (220, 20, 60))
    assert "<image" in (tmp_path / "svg").read_text()
    assert json.loads((tmp_path / "excalidraw").read_text())["files"].keys() == {drawn["fileId"]}


def test_a_file_is_put_on_the_board_and_a_bad_one_is_refused_in_words(
    scene: Scene, person: Callable[..., Page]
) -> None:
    ben, ada = Drawing(person("buyer")).open(scene.url), Drawing(person("seller")).open(scene.url)
    box = {
        "id": "box", "type": "rectangle", "version": 1, "versionNonce": 1, "isDeleted": False, "x": 0, "y": 0,
        "width": 900, "height": 700, "strokeColor": "#000000", "backgroundColor": "#228be6",
        "fillStyle": "solid",
    }  # fmt: skip
    ada.drag("rectangle", (330, 480), (500, 580))
    scene.wait_for(ada.page, 1)
    for elements, name in (([box], "fine"), ([{"id": "x"}], "bad")):
        data = json.dumps({"type": "excalidraw", "elements": elements}).encode()
        with ben.page.expect_file_chooser() as chosen:
            menu(ben.page, "Put a file on the board…")
        chosen.value.set_files({"name": f"{name}.excalidraw", "mimeType": "application/json", "buffer": data})
        if name == "fine":
            assert {one["type"] for one in scene.wait_for(ben.page, 2)} == {"rectangle"}
    expect(ben.page.locator(".board-problem")).to_contain_text(
        "Element 1 cannot be taken: type Field required"
    )
    menu(ada.page, "Show everything")
    _wait_for_colour(ada, (500, 400), (34, 139, 230))
    assert len(scene.elements()) == 2


def test_who_only_looks_has_no_way_to_put_anything_there(
    scene: Scene, person: Callable[..., Page], server: LiveServer
) -> None:
    dov = Drawing(person("moderator")).open(scene.url).page
    dov.locator(".board-editor .main-menu-trigger").click()
    expect(dov.get_by_text("Save as a file of Excalidraw")).to_be_visible()
    expect(dov.get_by_text("Put a file on the board…")).to_have_count(0)


def _near(one: object, other: tuple[int, int, int]) -> bool:
    return isinstance(one, tuple) and all(abs(a - b) < 24 for a, b in zip(one[:3], other, strict=True))


def _wait_for_colour(drawing: Drawing, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    for _ in range(WAIT_MS // 100):
        with Image.open(BytesIO(drawing.pixels(at))) as seen:
            if _near(seen.convert("RGB").getpixel((20, 20)), colour):
                return
        drawing.page.wait_for_timeout(100)
    raise AssertionError(f"no {colour} is to be seen at {at}")
