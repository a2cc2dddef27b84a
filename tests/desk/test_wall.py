"""The wall: rooms by risk, each with its reasons, and nothing that a moderator may not know."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from desk import moderation, wall
from desk.risk import Facts, below_list, risk
from tests.desk.conftest import Deals
from tests.desk.review import PAY, item, judge, report, watch
from tests.desk.trade import Trade
from tests.personas import START

pytestmark = pytest.mark.covers("room:supervision.wall")


def live(deal: Trade, why: str = "") -> list[moderation.LiveRoom]:
    return list(moderation.live_rooms(deal.cast.dov, deal.now, why).rooms)


def names(one: moderation.LiveRoom) -> list[str]:
    return [factor.name for factor in one.risk.factors]


def test_each_reason_ranks_a_room_and_is_said_in_words(deals: Deals) -> None:
    quiet, said, told, soon, cheap, stalled = (
        deals(title=title) for title in ("Quiet", "Said", "Told", "Soon", "Cheap", "Stalled")
    )
    now = stalled.now + timedelta(hours=30)
    stalled.propose("seller", 11_000, expires_in_s=90 * 3600)
    for deal in (quiet, said, told, soon, cheap):
        deal.now = now
    said.say("seller", PAY)
    watch(said)
    report(told, "buyer", kind="spam")
    soon.propose("seller", 11_000, expires_in_s=240)
    cheap.propose("seller", 4_000)
    rooms = live(cheap)
    shown = {one.room.title: names(one) for one in rooms}
    assert shown == {
        "Said": ["payment"],
        "Soon": ["expires"],
        "Cheap": ["cheap", "expires"],
        "Stalled": ["stalled"],
        "Told": ["reports"],
        "Quiet": [],
    }
    points = [one.risk.points for one in rooms]
    assert points == sorted(points, reverse=True)
    words = " ".join(factor.words for one in rooms for factor in one.risk.factors)
    for part in ("past the platform", "1 open report", "within five minutes", "66 % under the list", "1 day"):
        assert part in words
    assert [one.room.title for one in live(cheap, "talk")] == ["Said"]
    assert {one.room.title for one in live(cheap, "expires")} == {"Soon", "Cheap"}


def test_what_was_decided_is_no_risk_any_more(deals: Deals) -> None:
    deal = deals()
    deal.say("seller", PAY)
    watch(deal)
    assert live(deal)[0].risk.points == 50
    judge(deal, item(deal), "ignore")
    assert live(deal)[0].risk.points == 0


def test_a_sellers_floor_and_a_caucus_change_nothing_on_the_wall(deals: Deals) -> None:
    """Whether an offer is under a floor would tell where the floor is."""
    plain, bound = deals(title="Plain"), deals(title="Bound")
    plain.now = bound.now
    bound.send("max", "bound.set", stream_id=bound.caucus("seller"), minor=11_000)
    bound.send("seller", "message.send", stream_id=bound.caucus("seller"), text=f"{PAY} The floor is 110.")
    for deal in (plain, bound):
        deal.propose("buyer", 9_000)
    watch(bound)
    first, second = live(bound)
    assert first.risk == second.risk
    page = Client()
    page.force_login(bound.cast.dov)
    text = page.get(reverse("desk:live")).content.decode()
    # As a word: ids and tokens of the page hold all kinds of digits.
    assert re.search(r"\b(110|11,000|11000)\b", text) is None


def test_a_page_that_shows_what_is_true_gets_no_answer(deals: Deals) -> None:
    deal = deals()
    page, here = Client(), reverse("desk:live")
    page.force_login(deal.cast.dov)
    seen = moderation.live_rooms(deal.cast.dov, deal.now).digest
    assert seen in page.get(here).content.decode()
    deal.wait(seconds=30)
    answer = page.get(here, headers={"X-Seen": seen})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["X-As-Of"] == deal.now.isoformat()
    deal.say("seller", PAY)
    watch(deal)
    answer = page.get(here, headers={"X-Seen": seen})
    assert "Talk of paying past the platform" in answer.content.decode()


def test_who_is_ranked_is_bounded_and_the_risky_are_among_them(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud = deals(title="Loud")
    loud.say("seller", PAY)
    for number in range(4):
        deal = deals(title=f"Room {number}")
    watch(deal)
    monkeypatch.setattr(wall, "WALL_CANDIDATES", 1)
    assert [one.room.title for one in live(deal)] == ["Loud", "Room 3"]


def test_how_far_under_the_list_price_an_offer_is() -> None:
    def lines(*prices: tuple[int, str | None]) -> list[dict[str, object]]:
        return [{"lines": [{"unit_price": price, "listing": listing} for price, listing in prices]}]

    assert below_list(lines((4_000, None)), "a", 10_000) == 60
    assert below_list(lines((4_000, "a"), (100, "b")), "a", 10_000) == 60
    assert below_list(lines((12_000, None)), "a", 10_000) == 0
    assert below_list(lines((4_000, "b")), "a", 10_000) is None
    assert below_list(lines((4_000, None)), None, 10_000) is None
    assert below_list([*lines((9_000, None)), *lines((5_000, None))], "a", 10_000) == 50


def test_much_of_one_reason_stays_bounded() -> None:
    many = Facts(found={"phone": (2_500, 100)}, reports=40, report_points=2_400)
    found = risk(many, START)
    assert found.points == 400
    assert found.band == "high"
    assert found.factors[0].words in {"A telephone number, 100 times", "40 open reports"}
