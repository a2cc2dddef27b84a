"""Licence keys: each is given once, in the order in which buyers came, and shown to nobody else."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from negotiation_hub.kernel import commit, crypto
from negotiation_hub.kernel.refusals import NotPermitted
from orders import audit, services
from orders.models import LicenceDemand, LicenceKey, Order, OrderLine
from orders.services import common, licences
from tests.orders.deal import START, Deal, Provider
from tests.orders.test_rest import call
from tests.orders.three import Three, browser, line


def put_up(three: Three, *keys: str) -> services.Added:
    added = services.add_keys(
        actor=three.deal.ada, listing_id=three.listing.pk, text="\n".join(keys), now=three.deal.now
    )
    three.deal.work()
    return added


def another(three: Three, pieces: int = 1) -> UUID:
    """One more order of the same listing, placed and paid."""
    deal = three.deal
    bought = line("information", "Pump curves", three.listing.pk)
    bought["pieces"] = pieces
    deal.lines = [bought]
    deal.order_id = deal.agree().pk
    three.paid()
    return deal.order_id


def keys_of(order_id: UUID) -> list[str]:
    return [row.get() for row in LicenceKey.objects.filter(line__order=order_id).order_by("id")]


@pytest.fixture
def shop(deal: Deal) -> Three:
    """A listing of information with a file, and no order of it yet."""
    return Three.made(deal, ("information",))


def test_a_buyer_gets_as_many_keys_as_they_bought_pieces(shop: Three) -> None:
    put_up(shop, "AAAA-BBBB-0001", "AAAA-BBBB-0002", "AAAA-BBBB-0003")
    order = another(shop, pieces=2)
    assert keys_of(order) == ["AAAA-BBBB-0001", "AAAA-BBBB-0002"]
    assert keys_of(another(shop)) == ["AAAA-BBBB-0003"]
    assert list(audit.check()) == []


def test_keys_are_mailed_and_shown_to_the_buyer_and_their_endings_to_the_seller(shop: Three) -> None:
    put_up(shop, "AAAA-BBBB-7777")
    order, deal = another(shop), shop.deal
    page = shop.url("order")
    assert "AAAA-BBBB-7777" in browser(deal.ben).get(page).content.decode()
    seen = browser(deal.sol).get(page).content.decode()
    assert ("AAAA-BBBB-7777" in seen, "…7777" in seen) == (False, True)
    assert deal.wrote(deal.ben, "AAAA-BBBB-7777") == 1
    assert deal.wrote(deal.sol, "AAAA-BBBB-7777") == 0
    _, mine = call(deal, deal.ben, "GET", f"downloads?order={order}")
    _, theirs = call(deal, deal.sol, "GET", f"downloads?order={order}")
    assert [(row["key"], row["ending"]) for row in mine["licence_keys"]] == [("AAAA-BBBB-7777", "7777")]
    assert [(row["key"], row["ending"]) for row in theirs["licence_keys"]] == [(None, "7777")]


def test_who_waits_is_served_in_order_and_the_seller_is_told_once(shop: Three) -> None:
    put_up(shop, "KEY-0001")
    deal = shop.deal
    first = another(shop)
    second = another(shop, pieces=2)
    deal.pass_time(seconds=1)
    third = another(shop)
    assert [len(keys_of(one)) for one in (first, second, third)] == [1, 0, 0]
    assert deal.wrote(deal.sol, "too few licence keys") == 2  # once for each order
    assert "2 licence keys are still missing" in browser(deal.ben).get(f"/orders/{second}/").content.decode()
    put_up(shop, "KEY-0002")
    assert [len(keys_of(one)) for one in (second, third)] == [1, 0]
    put_up(shop, "KEY-0003", "KEY-0004")
    assert [keys_of(one) for one in (second, third)] == [["KEY-0002", "KEY-0003"], ["KEY-0004"]]
    assert deal.wrote(deal.sol, "too few licence keys") == 2
    assert list(audit.check()) == []


def test_nobody_who_waits_is_passed_by_who_is_served_sooner(shop: Three) -> None:
    put_up(shop, "KEY-0001")
    _, second, third = another(shop), another(shop), another(shop)
    deal = shop.deal
    services.add_keys(actor=deal.ada, listing_id=shop.listing.pk, text="KEY-0002", now=deal.now)
    with commit.transact():  # before the job of the second one
        late = common.locked(third)
        licences.give(late, list(late.lines.all()), deal.now)
    assert keys_of(third) == []
    deal.work()
    assert (keys_of(second), keys_of(third)) == (["KEY-0002"], [])


def test_the_same_key_is_there_once_also_after_the_key_ring_was_renewed(shop: Three) -> None:
    assert put_up(shop, "KEY-0001", "KEY-0001", " KEY-0002 ") == services.Added(new=2, known=0)
    assert put_up(shop, "KEY-0002", "KEY-0003") == services.Added(new=1, known=1)
    crypto.rotate()
    assert put_up(shop, "KEY-0001", "KEY-0004") == services.Added(new=1, known=1)
    assert LicenceKey.objects.count() == 4


def test_no_key_stands_in_the_database_or_comes_back_to_the_seller(shop: Three) -> None:
    put_up(shop, "SECRET-KEY-0001")
    row = LicenceKey.objects.get()
    assert b"SECRET" not in bytes(row.sealed) + bytes(row.index)
    html = browser(shop.deal.ada).get(f"/orders/listings/{shop.listing.pk}/keys/").content.decode()
    assert "SECRET" not in html


def test_keys_of_money_that_was_given_back_are_never_given_again(shop: Three) -> None:
    put_up(shop, "KEY-0001")
    order, deal = another(shop), shop.deal
    services.refund_order(order_id=order, actor=deal.sol, amount=None, now=deal.now)
    deal.work()
    assert LicenceKey.objects.get().revoked_at is not None
    assert "KEY-0001" not in browser(deal.ben).get(shop.url("order")).content.decode()
    assert keys_of(another(shop)) == []
    put_up(shop, "KEY-0002")
    assert keys_of(deal.order_id) == ["KEY-0002"]
    assert keys_of(order) == ["KEY-0001"]


def test_releasing_again_gives_no_second_key(shop: Three) -> None:
    put_up(shop, "KEY-0001", "KEY-0002")
    order = another(shop)
    shop.add_file("errata.csv")
    shop.release()
    assert keys_of(order) == ["KEY-0001"]


@pytest.mark.parametrize(
    ("name", "refused"), [("ben", NotPermitted), ("cleo", NotPermitted), ("max", NotPermitted)]
)
def test_only_the_sellers_sales_staff_put_keys_up(shop: Three, name: str, refused: type[Exception]) -> None:
    actor: Any = getattr(shop.deal, name)
    with pytest.raises(refused):
        services.add_keys(actor=actor, listing_id=shop.listing.pk, text="KEY-0001", now=shop.deal.now)
    page = f"/orders/listings/{shop.listing.pk}/keys/"
    assert (
        browser(actor).get(page).status_code
        == browser(actor).post(page, {"keys": "KEY-0001"}).status_code
        == 403
    )


@pytest.mark.parametrize(
    "text", ["", "  \n ", "abc", "x" * 201, "a\x07bcd", "\n".join(f"K-{n:05}" for n in range(1_001))]
)
def test_what_are_no_keys_is_refused_beside_the_field_and_nothing_is_lost(shop: Three, text: str) -> None:
    page = f"/orders/listings/{shop.listing.pk}/keys/"
    response = browser(shop.deal.ada).post(page, {"keys": text})
    assert response.status_code == 422
    assert LicenceKey.objects.count() == 0
    if "\x07" not in text:
        assert text.strip()[:50] in response.content.decode()


def test_the_form_says_how_many_are_new(shop: Three) -> None:
    page = f"/orders/listings/{shop.listing.pk}/keys/"
    put_up(shop, "KEY-0001")
    html = browser(shop.deal.ada).post(page, {"keys": "KEY-0001\nKEY-0002"}, follow=True).content.decode()
    assert ("1 key is added" in html, "1 was there already" in html) == (True, True)


def test_verify_finds_a_key_that_was_moved_or_given_too_often(shop: Three) -> None:
    put_up(shop, "KEY-0001", "KEY-0002")
    another(shop)
    row = OrderLine.objects.get(order=shop.deal.order_id)
    LicenceKey.objects.filter(line=None).update(line=row, given_at=shop.deal.now)
    assert any("2 licence keys, 1 were due" in problem.what for problem in audit.check())
    with pytest.raises(DatabaseError), transaction.atomic():
        LicenceKey.objects.update(sealed=b"x")
    with pytest.raises(DatabaseError), transaction.atomic():
        LicenceKey.objects.all().delete()


@given(text=st.text(max_size=300))
def test_any_text_is_keys_or_is_refused(text: str) -> None:
    try:
        keys = licences._keys_of(text)
    except services.LicenceKeysInvalid:
        return
    assert keys
    assert len(set(keys)) == len(keys)
    assert all(key == key.strip() and len(key.splitlines()) == 1 for key in keys)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_buyers_at_once_share_ten_keys(provider: Provider) -> None:
    deal = Deal(None, provider)
    three = Three.made(deal, ("information",))
    keys = [f"KEY-{number:04}" for number in range(10)]
    put_up(three, *keys)
    deal.lines = [line("information", "Pump curves", three.listing.pk)]
    orders = [deal.agree() for _ in range(100)]

    def give(order: Order) -> None:
        try:
            with commit.transact():
                locked = common.locked(order.pk)
                licences.give(locked, list(locked.lines.all()), START)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda order: commit.retrying(lambda: give(order)), [*orders, *orders]))
    given_to = list(LicenceKey.objects.exclude(line=None).values_list("line__order", flat=True))
    assert len(set(given_to)) == len(given_to) == 10
    assert sorted(row.get() for row in LicenceKey.objects.all()) == keys
    waiting = [row for row in LicenceDemand.objects.all() if licences._missing(row)]
    assert (len(waiting), all(row.told_at for row in waiting)) == (90, True)
    # Who came first was served first, whichever thread was faster.
    served = LicenceDemand.objects.exclude(pk__in=[row.pk for row in waiting])
    assert max(row.pk for row in served) < min(row.pk for row in waiting)
