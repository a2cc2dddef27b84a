"""A seller's places: who may say what of them, and what lies there."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from catalog import places
from catalog.audit import check
from catalog.models import Listing, Place
from catalog.places import PlaceFacts
from catalog.refusals import PlaceInvalid, PlacesTooMany, StockChanged, StockInvalid
from negotiation_hub.kernel import limits
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.people.queries import acting_organisation
from tests.orders.conftest import deal, provider  # noqa: F401 - fixtures
from tests.orders.deal import Deal
from tests.orders.places import Picked
from tests.orders.test_rest import call
from tests.orders.three import browser

FORM: dict[str, Any] = {
    "name": "Hall 2",
    "mail": "hall.2@norte.example.test",
    "language": "es",
    "street": "Calle Sol 1",
    "postal_code": "46001",
    "city": "Valencia",
    "country": "ES",
}


@pytest.fixture
def picked(deal: Deal) -> Picked:  # noqa: F811
    return Picked.of(deal, stock=20, Madrid=5)


def count(browse: Client, picked: Picked, seen: str, pieces: str, for_sale: str = "") -> Any:
    place, name = picked.places["Madrid"], f"count-{picked.pumps.pk}"
    return browse.post(
        reverse("catalog:place", args=[place.pk]),
        {name: pieces, f"initial-{name}": seen, "for_sale": for_sale},
    )


def stock(picked: Picked) -> int | None:
    return Listing.objects.get(pk=picked.pumps.pk).stock


def test_a_place_is_added_by_the_form_once_however_often_it_is_sent(picked: Picked) -> None:
    ada = browser(picked.deal.ada)
    form = {**FORM, "place": str(uuid4()), "pick_up": "on"}
    for _ in range(2):
        assert ada.post(reverse("catalog:add_place"), form).status_code == 302
    made = Place.objects.get(name="Hall 2")
    assert (made.mail, made.pick_up, made.organisation) == (FORM["mail"], True, picked.deal.seller)
    assert b"Hall 2" in ada.get(reverse("catalog:places")).content
    edit = reverse("catalog:edit_place", args=[made.pk])
    assert b"hall.2@norte.example.test" in ada.get(edit).content
    ada.post(edit, {**FORM, "name": "Hall 3"})
    assert list(Place.objects.filter(name__startswith="Hall").values_list("name", flat=True)) == ["Hall 3"]


@pytest.mark.parametrize("field", ["name", "mail", "street", "city", "country"])
def test_what_is_missing_is_said_beside_its_field_and_keeps_the_rest(picked: Picked, field: str) -> None:
    page = browser(picked.deal.ada).post(reverse("catalog:add_place"), {**FORM, field: ""})
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert ("Calle Sol 1" if field != "street" else "Valencia").encode() in page.content


@pytest.mark.parametrize(("field", "value"), [("mail", "nobody"), ("country", "XX"), ("name", "a" * 101)])
def test_what_cannot_be_right_is_refused_by_name(picked: Picked, field: str, value: str) -> None:
    with pytest.raises(PlaceInvalid) as refused:
        places.save_place(
            actor=picked.deal.ada,
            organisation=picked.deal.seller,
            place_id=uuid4(),
            facts=PlaceFacts(**{**FORM, field: value}),
            now=picked.deal.now,
        )
    assert refused.value.field == field


def test_strangers_find_no_place_and_colleagues_who_do_not_sell_change_none(picked: Picked) -> None:
    place = picked.places["Madrid"]
    for name in ("place", "edit_place"):
        url = reverse(f"catalog:{name}", args=[place.pk])
        assert browser(picked.deal.cleo).get(url).status_code == 404
        assert browser(picked.deal.max).get(url).status_code == 403
    for actor, refusal in ((picked.deal.cleo, NotFound), (picked.deal.max, NotPermitted)):
        with pytest.raises(refusal):
            places.close_place(actor=actor, place_id=place.pk, now=picked.deal.now)
    with pytest.raises(NotFound):
        places.save_place(
            actor=picked.deal.cleo,
            organisation=acting_organisation(picked.deal.cleo),
            place_id=place.pk,
            facts=PlaceFacts(**FORM),
            now=picked.deal.now,
        )


def test_a_count_says_where_pieces_lie_and_changes_what_can_be_sold_only_when_they_are_new(
    picked: Picked,
) -> None:
    ada = browser(picked.deal.ada)
    assert count(ada, picked, "5", "8").status_code == 302
    assert (picked.lying, stock(picked)) == ({"Madrid": 8}, 15)
    assert count(ada, picked, "8", "11", "yes").status_code == 302
    assert (picked.lying, stock(picked)) == ({"Madrid": 11}, 18)
    assert count(ada, picked, "11", "11").status_code == 302
    assert list(check()) == []


def test_a_count_overwrites_no_picking_in_between(picked: Picked) -> None:
    picked.bought()
    page = count(browser(picked.deal.ada), picked, "5", "6")
    assert page.status_code == 422
    assert (picked.lying, stock(picked)) == ({"Madrid": 0}, 15)
    with pytest.raises(StockChanged):
        places.count_at(
            actor=picked.deal.ada,
            place_id=picked.places["Madrid"].pk,
            counts={picked.pumps.pk: (5, 6)},
            for_sale=False,
            now=picked.deal.now,
        )


def test_fewer_than_nothing_can_neither_lie_there_nor_be_sold(picked: Picked) -> None:
    args: dict[str, Any] = {"actor": picked.deal.ada, "place_id": picked.places["Madrid"].pk}
    picked.count("Madrid", 30)
    for pieces, for_sale in ((-1, False), (5, True)):
        with pytest.raises(StockInvalid):
            places.count_at(
                **args, counts={picked.pumps.pk: (30, pieces)}, for_sale=for_sale, now=picked.deal.now
            )
    assert (picked.lying, stock(picked)) == ({"Madrid": 30}, 15)


def test_nobody_counts_the_goods_of_another_seller(picked: Picked) -> None:
    with pytest.raises(NotFound):
        places.count_at(
            actor=picked.deal.ada,
            place_id=picked.places["Madrid"].pk,
            counts={uuid4(): (None, 3)},
            for_sale=False,
            now=picked.deal.now,
        )


def test_there_are_so_many_open_places_at_most(picked: Picked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PLACES_MAX", 2)
    picked.add("Valencia", 1)
    with pytest.raises(PlacesTooMany):
        picked.add("Lisbon", 1)
    places.close_place(actor=picked.deal.ada, place_id=picked.places["Valencia"].pk, now=picked.deal.now)
    picked.add("Lisbon", 1)
    assert limits.PLACES_MAX > 2


def test_places_and_counts_over_rest(picked: Picked) -> None:
    deal, new = picked.deal, uuid4()  # noqa: F811 - the deal of the fixture
    for _ in range(2):
        assert call(deal, deal.ada, "PUT", f"places/{new}", {**FORM, "pick_up": True})[0] == 200
    names = [row["name"] for row in call(deal, deal.ada, "GET", "places")[1]["places"]]
    assert sorted(names) == ["Hall 2", "Madrid"]
    row = {"listing": str(picked.pumps.pk), "pieces": 4}
    first = call(deal, deal.ada, "POST", f"places/{new}/stock", {"counts": [{**row, "seen": None}]})
    assert first == (200, {"counts": [row]})
    status, again = call(deal, deal.ada, "POST", f"places/{new}/stock", {"counts": [{**row, "pieces": 3}]})
    assert (status, again["code"]) == (409, "listing.stock_changed")
    assert call(deal, deal.ada, "POST", f"places/{new}/close", {})[1]["closed"] is True
    assert call(deal, deal.cleo, "GET", f"places/{new}/stock")[0] == 404
