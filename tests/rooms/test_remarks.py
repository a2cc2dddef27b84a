"""Remarks on a line or an issue of an offer."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from desk import transcript_paper
from negotiation_hub.kernel.stream import Event
from rooms import remark_wire
from tests.rooms.table import Table, person, refused, terms

pytestmark = pytest.mark.django_db

DELIVERY = {"name": "Delivery date", "value": "2027-03-12"}


@pytest.fixture
def table() -> Table:
    table = Table()
    one = terms(9_000, issues=[DELIVERY])["packages"][0]
    two = terms(9_500)["packages"][0]
    table.send("seller", "offer.propose", offer=terms(packages=[one, two]))
    return table


def remark(table: Table, side: str, **about: Any) -> Event:
    """A remark of that side, as the log has it."""
    about = {"version": 1, "package": 0, **about}
    seq = table.send(side, "message.remark", about=about, text="Why so late?").seq
    return table.events[seq - 1]


@pytest.mark.covers("room:offers.remarks")
def test_a_remark_is_a_message_that_names_what_it_is_about_and_leads_there(table: Table) -> None:
    offered = next(event.seq for event in table.events if event.kind == "offer.proposed")
    on_issue = remark(table, "buyer", issue="Delivery date")
    assert (on_issue.kind, on_issue.by) == ("message.sent", str(table.ben.pk))
    where = {"version": 1, "package": 0, "offer": offered}
    assert on_issue.body["about"] == {**where, "issue": "Delivery date", "name": "Delivery date"}
    on_line = remark(table, "seller", line=0)
    assert on_line.body["about"] == {**where, "line": 0, "name": "Pump"}
    # It changes nothing on the table.
    assert table.folded == table.state


def test_an_older_version_can_still_be_remarked_on(table: Table) -> None:
    table.counter("buyer", 8_000)
    assert remark(table, "seller", issue="Delivery date").body["about"]["version"] == 1


@pytest.mark.parametrize(
    "about",
    [
        {"version": 2, "line": 0},
        {"package": 2, "line": 0},
        {"line": 1},
        {"issue": "Warranty"},
        {"package": 1, "issue": "Delivery date"},
    ],
)
@pytest.mark.covers("room:offers.remarks")
def test_a_remark_on_what_is_not_there_is_refused(table: Table, about: dict[str, Any]) -> None:
    before = len(table.events)
    with refused("offer.part"):
        remark(table, "buyer", **about)
    assert len(table.events) == before


def test_a_remark_names_either_a_line_or_an_issue() -> None:
    for about in ({}, {"line": 0, "issue": "Delivery date"}):
        with pytest.raises(ValidationError):
            remark_wire.OfferPart.model_validate({"version": 1, "package": 0, **about})


def test_a_double_click_makes_one_remark(table: Table) -> None:
    about, id = {"version": 1, "package": 0, "line": 0}, uuid4()
    first, second = (table.send("buyer", "message.remark", id=id, about=about, text="Why?") for _ in "ab")
    assert first == second


def test_strangers_and_silenced_people_make_none_and_a_caucus_has_none(table: Table) -> None:
    table.others["eve"] = person("Eve", "Elsewhere")
    with refused("stream.unknown"):
        remark(table, "eve", line=0)
    with refused("not_permitted"):
        about = {"version": 1, "package": 0, "line": 0}
        table.send("buyer", "message.remark", stream_id=table.caucus("buyer"), about=about, text="?")
    with refused("message.blank"):
        table.send("buyer", "message.remark", about={"version": 1, "package": 0, "line": 0}, text=" ")


def test_a_remark_is_corrected_and_removed_like_any_message(table: Table) -> None:
    seq = remark(table, "buyer", line=0).seq
    table.send("buyer", "message.edit", message=seq, text="Why this late?")
    table.send("buyer", "message.redact", message=seq)
    assert table.events[seq - 1].content is None
    assert table.state == table.folded


def test_the_paper_says_what_a_remark_is_on(table: Table) -> None:
    event = remark(table, "buyer", issue="Delivery date")
    assert transcript_paper._told(event, {})["detail"] == "on “Delivery date” in version 1"
