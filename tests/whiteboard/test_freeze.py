"""A board becomes part of the agreement, in the same moment or not at all."""

import hashlib
from io import BytesIO

import orjson
import pytest
from django.db import DatabaseError, connection, transaction
from PIL import Image
from pypdf import PdfReader

from negotiation_hub.kernel import clock, files, outbox
from negotiation_hub.kernel.models import File, Job
from orders import documents
from orders.models import Order
from rooms import queries
from rooms.models import Agreement
from rooms.refusals import PackageUnknown
from tests.whiteboard.board import Board, element
from whiteboard import pictures
from whiteboard.models import BoardVersion


def agree(board: Board, price: int = 9_000) -> Agreement:
    """Both sides agree on what stands."""
    board.table.propose("buyer", price)
    board.table.accept("seller")
    return Agreement.objects.order_by("-made_at", "-pk")[0]


def test_an_agreement_names_the_board_as_it_was(board: Board) -> None:
    board.draw("buyer", element("b", index="a2"), element("a", index="a1"), element("x"))
    board.draw("seller", element("x", version=2, isDeleted=True))
    agreement = agree(board)
    version = BoardVersion.objects.get()
    assert agreement.annexes == [
        {
            "kind": "board",
            "id": str(board.id),
            "seq": 2,
            "hash": board.events[1].hash.hex(),
            "content": hashlib.sha256(version.elements.encode()).hexdigest(),
        }
    ]
    assert [one["id"] for one in orjson.loads(version.elements)] == ["a", "b"]
    assert board.table.state["agreement"]["annexes"] == agreement.annexes
    assert board.table.events[-1].body["agreement"]["annexes"] == agreement.annexes


def test_the_agreements_hash_covers_the_board(board: Board) -> None:
    board.draw("buyer", element())
    agreement = agree(board)
    chosen = agreement.offer.packages[0]
    terms = (agreement.pk, agreement.room_id, agreement.offer.hash, 0, chosen["hash"])
    assert queries.agreement_hash(*terms, agreement.annexes) == agreement.hash
    other = [{**agreement.annexes[0], "content": "0" * 64}]
    assert queries.agreement_hash(*terms, other) != agreement.hash


def test_an_empty_board_is_no_annex(board: Board) -> None:
    board.draw("buyer", element())
    board.draw("buyer", element(version=2, isDeleted=True))
    assert agree(board).annexes == []
    assert not BoardVersion.objects.exists()


def test_an_acceptance_that_fails_freezes_nothing(board: Board) -> None:
    board.draw("buyer", element())
    board.table.propose("buyer", 9_000)
    with pytest.raises(PackageUnknown):
        board.table.accept("seller", package=2)
    assert not BoardVersion.objects.exists()
    assert not Job.objects.filter(topic="whiteboard.picture").exists()


def test_an_acceptance_that_fails_after_freezing_leaves_no_version(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    board.draw("buyer", element())
    board.table.propose("buyer", 9_000)
    monkeypatch.setattr("orders.services.create_draft_order", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        board.table.accept("seller")
    assert not BoardVersion.objects.exists()
    assert not Agreement.objects.exists()
    assert not Job.objects.filter(topic="whiteboard.picture").exists()


def test_frozen_twice_without_a_change_it_is_one_version(board: Board) -> None:
    board.draw("buyer", element())
    first = agree(board)
    board.table.pass_time(days=4)
    outbox.drain(board.table.now)  # the order expires unpaid: the room is open again
    second = agree(board, 9_500)
    assert second.pk != first.pk
    assert second.annexes == first.annexes
    assert BoardVersion.objects.count() == 1


def test_what_is_drawn_afterwards_does_not_touch_what_was_frozen(board: Board) -> None:
    board.draw("buyer", element(x=1))
    agree(board)
    board.draw("seller", element(version=2, x=999))
    assert orjson.loads(BoardVersion.objects.get().elements)[0]["x"] == 1


def test_the_database_refuses_to_change_a_frozen_board(board: Board) -> None:
    board.draw("buyer", element())
    agree(board)
    with pytest.raises(DatabaseError), transaction.atomic():
        BoardVersion.objects.update(elements="[]")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM whiteboard_boardversion")


@pytest.mark.django_db(transaction=True)
def test_the_picture_is_drawn_by_a_job_once() -> None:
    board = Board()
    board.draw("buyer", element(width=300, height=200, backgroundColor="#ff0000", fillStyle="solid"))
    agree(board)
    outbox.drain(clock.now())
    version = BoardVersion.objects.select_related("picture").get()
    assert version.picture is not None
    with Image.open(BytesIO(files.read(version.picture))) as picture:
        assert picture.getpixel((picture.width // 2, picture.height // 2)) == (255, 0, 0)
    Job.objects.filter(topic="whiteboard.picture").update(done_at=None)
    outbox.drain(clock.now())
    assert BoardVersion.objects.get().picture_id == version.picture_id
    assert File.objects.filter(name__startswith="board-").count() == 1


def test_the_paper_of_the_deal_lists_and_shows_the_board(board: Board) -> None:
    board.draw("buyer", element())
    agreement = agree(board)
    order = Order.objects.get(agreement_id=agreement.pk)
    assert order.annexes == agreement.annexes
    paper = PdfReader(BytesIO(documents.draw(order, "en")))
    text = "".join(page.extract_text() for page in paper.pages)
    plain = text.replace("\n", "").replace("\u200b", "").replace(" ", "")
    assert "Annex:sharedwhiteboard,version1,SHA-256" + agreement.annexes[0]["content"] in plain
    # The board itself is on a page of its own, as the server draws it.
    assert [len(page.images) for page in paper.pages] == [0, 1]
    with Image.open(BytesIO(paper.pages[1].images[0].data)) as shown:
        drawn = shown.convert("RGB")
    version = BoardVersion.objects.get()
    with Image.open(BytesIO(pictures.png(version.elements, version.content, board=board.id))) as expected:
        assert drawn.tobytes() == expected.convert("RGB").tobytes()
    assert documents.draw(order, "en") == documents.draw(order, "en")
    assert len(PdfReader(BytesIO(documents.draw(order, "es"))).pages) == 2
