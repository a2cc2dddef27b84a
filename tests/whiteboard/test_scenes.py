"""Boards as files: what is imported is what is exported, and every picture has its bytes."""

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from negotiation_hub.kernel import files, outbox
from negotiation_hub.kernel import limits as kernel_limits
from negotiation_hub.kernel.clock import now
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from rooms import audit as rooms_audit
from tests.rooms.table import person, refused
from tests.whiteboard.board import Board, element
from tests.whiteboard.board import Client as Other
from whiteboard import audit, images, limits, piling, queries, scenes
from whiteboard.models import BoardImage
from whiteboard.refusals import SceneInvalid

AGAINST_OTHERS = ("version", "versionNonce", "updated")


@pytest.fixture(autouse=True)
def _fresh_rates() -> None:
    for rate in (images._uploads, scenes._imports):
        rate._buckets.clear()


def picture(colour: str = "red", size: tuple[int, int] = (40, 20)) -> bytes:
    """A PNG."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def is_red_within(data: bytes) -> bool:
    """Whether a picture is red in its middle."""
    with Image.open(BytesIO(data)) as drawn:
        found = drawn.convert("RGB").getpixel((drawn.width // 2, drawn.height // 2))
    assert isinstance(found, tuple)
    return found[0] > 200 and found[1] < 60  # WebP is not exact


def scene(*elements: dict[str, Any], **files: bytes) -> bytes:
    """A file."""
    url = "data:image/png;base64,{}"
    held = {
        name: {"id": name, "mimeType": "image/png", "dataURL": url.format(base64.b64encode(data).decode())}
        for name, data in files.items()
    }
    return json.dumps({"type": "excalidraw", "version": 2, "elements": elements, "files": held}).encode()


def imported(board: Board, data: bytes, who: str = "buyer") -> int:
    """Puts a file on the board."""
    return scenes.import_scene(
        actor=board.table.actor(who), room_id=board.table.room.pk, data=data, now=board.table.now
    )


def exported(board: Board) -> dict[str, Any]:
    """The board as a file."""
    found: dict[str, Any] = json.loads(scenes.export(board.row, source="here"))
    return found


def alike(elements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Elements without what says which version they are."""
    return [{key: value for key, value in one.items() if key not in AGAINST_OTHERS} for one in elements]


def shown(name: str = "pic", **more: Any) -> dict[str, Any]:
    """An element that shows a picture."""
    return element("i", type="image", fileId=name, status="saved", scale=[1, 1], **more)


def call(board: Board, user: User, path: str, **said: Any) -> Any:
    """A REST call with a token: POST when something is said."""
    token = people.issue_token(user=user, now=now())
    headers = {"authorization": f"Bearer {token}"}
    url = f"/api/v1/rooms/{board.table.room.pk}/{path}"
    return Client().post(url, headers=headers, **said) if said else Client().get(url, headers=headers)


@pytest.mark.realdata
def test_every_collected_scene_comes_out_as_it_went_in_and_is_the_same_for_others(
    board: Board, realdata: Path
) -> None:
    files = sorted((realdata / "boards").glob("*.excalidraw"))
    assert len(files) == 13
    for path in files:
        one = Board()
        given = json.loads(path.read_bytes())
        images._uploads._buckets.clear()
        scenes._imports._buckets.clear()
        assert imported(one, path.read_bytes()) == len(given["elements"])
        found = exported(one)
        assert alike(found["elements"]) == alike(given["elements"]), path.name
        assert found["files"].keys() == given["files"].keys()
        other = Other()
        for event in one.events:
            other.take([json.loads(text) for text in event.body.get("elements", ())])
        assert (
            sorted(other.shown.values(), key=lambda e: (e["index"], e["id"]))
            == one.state("seller")["elements"]
        )
        assert not list(audit.check_board(one.row))
        again = Board()
        assert imported(again, json.dumps(found).encode()) == len(given["elements"])
        assert alike(exported(again)["elements"]) == alike(given["elements"])


def test_what_is_imported_lies_on_top_of_what_is_there_and_is_the_newest(board: Board) -> None:
    board.draw("seller", element("a", version=7, index="a5"), element("b", index="a3"))
    imported(board, scene(element("a", version=2, index="a1", width=5), element("c", index="a2")))
    found = exported(board)["elements"]
    assert [one["id"] for one in found] == ["b", "a", "c"]
    assert (found[1]["width"], found[1]["version"]) == (5, 8)


def test_a_file_that_says_nothing_of_places_keeps_its_order_and_gets_none(board: Board) -> None:
    plain = [{key: value for key, value in element(name).items() if key != "index"} for name in "zyxabc"]
    imported(board, scene(*plain))
    assert exported(board)["elements"] == plain
    assert [one["id"] for one in board.state()["elements"]] == list("zyxabc")


def test_what_was_deleted_stays_deleted_until_somebody_imports_it_again(board: Board) -> None:
    data = scene(element("a"), element("b", index="a2"))
    imported(board, data)
    board.draw("seller", element("a", version=9, isDeleted=True))
    board.draw("buyer", element("a", version=3))
    assert [one["id"] for one in exported(board)["elements"]] == ["b"]
    imported(board, data)
    assert {one["id"] for one in exported(board)["elements"]} == {"a", "b"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"no json", "not a drawing"),
        (b"[]", "not a drawing"),
        (b'{"elements": [1]}', "not a drawing"),
        (scene({"id": "x"}), "Element 1 cannot be taken"),
        (scene(element("a"), element("a")), "same id"),
        (scene(element("a"), element("b", link="javascript:alert(1)")), "Element 2"),
        (scene(shown("gone")), "picture gone is not in the file"),
        (json.dumps({"elements": [element(str(n)) for n in range(2_001)]}).encode(), "2,000 elements"),
        (b" " * (limits.SCENE_BYTES_MAX + 1), "16 MiB"),
        (scene(*[{**shown(f"p{n}"), "id": f"i{n}"} for n in range(41)]), "40 pictures"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_whole_and_says_why(
    board: Board, data: bytes, said: str
) -> None:
    with pytest.raises(SceneInvalid, match=said):
        imported(board, data)
    assert not board.events


def test_a_page_of_another_site_and_a_broken_picture_leave_nothing_behind(board: Board) -> None:
    with refused("board.kind"):
        imported(board, scene(element("a"), element("b", type="iframe")))
    with refused("picture.unreadable"):
        imported(board, scene(shown(), pic=b"\x89PNG\r\n\x1a\nbroken"))
    with refused("board.no_image"):
        imported(board, scene(shown(), pic=b"just words"))
    assert not board.events
    assert not BoardImage.objects.exists()


# -- pictures ------------------------------------------------------------------------------------------------


def put(board: Board, name: str = "pic", data: bytes | None = None, who: str = "buyer") -> BoardImage:
    """Puts a picture up."""
    return images.put_up(
        actor=board.table.actor(who),
        room_id=board.table.room.pk,
        name=name,
        data=data or picture(),
        now=board.table.now,
    )


def test_a_picture_is_put_up_once_and_shown_by_elements(board: Board) -> None:
    with refused("board.image_unknown"):
        board.draw("buyer", shown())
    first = put(board)
    assert put(board).pk == first.pk
    board.draw("seller", shown())
    added, _ = board.events
    assert added.kind == "board.images_added"
    assert added.body == {"images": [images.view(first)]}
    assert images.view(first)["type"] == "image/webp"
    found = images.readable(board.table.ada, board.table.room.pk, "pic")
    with Image.open(BytesIO(images.content(found))) as opened:
        assert opened.size == (40, 20)
    assert not list(audit.check())


def test_another_picture_of_the_same_name_is_refused_and_an_exported_one_is_known_again(board: Board) -> None:
    row = put(board)
    with refused("board.image_name"):
        put(board, data=picture("blue"))
    assert put(board, data=images.content(row)).pk == row.pk


def test_a_file_brings_as_many_pictures_as_a_board_has(board: Board) -> None:
    assert limits.IMAGES_MAX <= kernel_limits.UPLOADS_BURST, "it would be refused as too fast for ever"


def test_a_board_has_so_many_pictures_and_no_more(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMAGES_MAX", 1)
    put(board)
    with refused("board.images_full"):
        put(board, "other", picture("blue"))
    assert [event.kind for event in board.events] == ["board.images_added"]


def test_the_servers_picture_of_the_board_and_its_file_have_it(board: Board) -> None:
    put(board)
    board.draw("buyer", shown(width=400, height=200))
    found = exported(board)["files"]["pic"]
    assert found["mimeType"] == "image/webp"
    assert base64.b64decode(found["dataURL"].partition(",")[2]) == images.content(BoardImage.objects.get())
    assert is_red_within(call(board, board.table.ada, "board.png").content)


def test_an_agreements_board_has_its_pictures_and_covers_their_bytes(board: Board) -> None:
    put(board)
    board.draw("buyer", shown(width=400, height=200))
    board.table.propose("buyer", 9_000)
    board.table.accept("seller")
    outbox.drain(now())
    version = board.row.versions.get()
    assert version.seq == 2
    assert version.picture is not None
    assert is_red_within(files.read(version.picture))
    assert not list(audit.check())


def test_a_stranger_finds_no_picture_and_who_looks_on_puts_none_up(board: Board) -> None:
    put(board)
    eve = person("Eve")
    for path in ("board/images/pic", "board.png", "board.excalidraw"):
        assert call(board, eve, path).status_code == 404
        assert call(board, board.table.ada, path).status_code == 200
    assert call(board, board.table.ada, "board/images/none").status_code == 404
    file = SimpleUploadedFile("x.png", picture("green"))
    assert call(board, eve, "board/images", data={"name": "x", "file": file}).status_code == 404
    board.table.send("buyer", "negotiation.close")
    with refused("negotiation.not_open"):
        put(board, "late", picture("blue"))


def test_over_rest_a_file_comes_as_the_body_or_in_a_form(board: Board) -> None:
    ben = board.table.ben
    body = call(board, ben, "board.excalidraw", data=scene(element("a")), content_type="application/json")
    assert (body.status_code, body.json()) == (201, {"elements": 1})
    sheet = {"file": SimpleUploadedFile("b.excalidraw", scene(element("b", index="a2")))}
    assert call(board, ben, "board.excalidraw", data=sheet).status_code == 201
    assert {one["id"] for one in call(board, ben, "board.excalidraw").json()["elements"]} == {"a", "b"}
    form = {"name": "p", "file": SimpleUploadedFile("p.png", picture())}
    put_image = call(board, ben, "board/images", data=form)
    assert (put_image.status_code, put_image.json()["name"]) == (200, "p")
    served = call(board, board.table.ada, "board/images/p")
    assert (served["Content-Type"], served["X-Content-Type-Options"]) == ("image/webp", "nosniff")


def test_places_go_on_above_each_other_for_as_long_as_one_likes() -> None:
    keys = piling.above(None, 5_000)
    assert (keys[0], keys[61], keys[62]) == ("a0", "az", "b00")
    assert piling.rises(keys)
    assert sorted(keys) == keys
    assert piling.above("a5V", 2) == ["a6", "a7"]
    assert piling.above("Zz", 1) == ["a0"]
    for wrong in ("", "a", "a00", "b0", "!", "a!"):
        assert not piling.is_key(wrong), wrong
    assert not piling.rises(["a1", None])
    assert not piling.rises(["a2", "a1"])


def test_the_log_and_the_rows_of_pictures_are_checked(board: Board) -> None:
    assert not list(rooms_audit.check())
    row = put(board)
    assert queries.board_for(board.table.ben, board.table.room.pk) == board.row
    row.file.sha256 = "0" * 64
    row.file.save()
    assert [one.what for one in audit.check()] != []
