"""Files of information lines: released once, fetched by who may, so often, so long."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from negotiation_hub.kernel import crypto, files, limits
from negotiation_hub.kernel.models import File, Job
from negotiation_hub.kernel.refusals import NotFound, NotPermitted
from negotiation_hub.kernel.storage import FilesOnDisk
from negotiation_hub.people.models import Membership
from orders import audit, services
from orders.models import Download, DownloadGrant
from orders.next_step import actions, next_step
from orders.order_facts import Facts
from payments.machine import Fact
from tests.orders.deal import Deal
from tests.orders.three import Three, browser, bytes_of

GROSS = 300_000


@pytest.mark.parametrize("first", ["place", "pay"])
def test_files_are_released_when_placed_and_paid_whichever_comes_later(three: Three, first: str) -> None:
    deal = three.deal
    steps: list[Callable[[], object]] = [deal.place, deal.authorize]
    for step in steps if first == "place" else reversed(steps):
        assert three.grants == []
        step()
    deal.work()
    (grant,) = three.grants
    assert (grant.name, grant.downloads_max) == ("curves-1.csv", limits.DOWNLOADS_MAX)
    assert deal.order.status == "partially_fulfilled"
    assert deal.milestones.count("download.released") == 1


def test_what_is_released_is_charged_at_once(three: Three) -> None:
    three.paid()
    assert three.deal.provider.asked == ["capture"]
    assert three.deal.money.held == GROSS


def test_a_payment_that_is_told_again_releases_nothing_more(three: Three) -> None:
    deal = three.paid().deal
    deal.say(Fact.AUTHORIZED, authorized=GROSS)
    Job.objects.filter(topic__startswith="orders.").update(done_at=None, leased_until=None, next_at=deal.now)
    deal.work()
    assert len(three.grants) == 1
    assert deal.milestones.count("download.released") == 1
    assert len(three.links()) == 1


def test_an_order_of_files_alone_is_fulfilled_at_once_and_asks_for_no_carrier(deal: Deal) -> None:
    three = Three.made(deal, ("information",), files=2).paid()
    assert deal.order.status == "fulfilled"
    assert len(three.grants) == 2
    facts = Facts.of(deal.order)
    assert "ship" not in actions(facts, deal.sol)
    assert next_step(facts).headline == "The buyer checks what was delivered"
    assert "Carrier" not in browser(deal.sol).get(three.url("order")).content.decode()
    with pytest.raises(services.OrderState):
        deal.ship()
    with pytest.raises(services.ReturnQuantity):  # files do not come back
        deal.take_back()
    deal.receive()
    assert deal.money.released == 100_000
    assert list(audit.check()) == []


def test_a_line_about_no_listing_comes_with_the_files_of_the_others(deal: Deal) -> None:
    from tests.orders.three import line

    three = Three.made(deal, ("information",))
    deal.lines = [*deal.lines, line("information", "Ten seats")]
    deal.order_id = deal.agree().pk
    three.paid()
    assert (deal.order.status, len(three.grants)) == ("fulfilled", 1)


def test_the_seller_adds_the_files_that_are_missing_and_releases_them(deal: Deal) -> None:
    three = Three.made(deal, ("information",), files=0).paid()
    assert (deal.order.status, three.grants, deal.provider.asked) == ("unfulfilled", [], [])
    assert next_step(Facts.of(deal.order)).action == "Add and release the files"
    assert "There are no files yet." in browser(deal.sol).get(three.url("order")).content.decode()
    assert deal.wrote(deal.sol, "there are no files yet for: Pump curves") == 1
    assert "has not put up the files yet" in browser(deal.ben).get(three.url("order")).content.decode()
    nothing = browser(deal.sol).post(three.url("release"), follow=True)
    assert "no new files to release" in nothing.content.decode()
    three.add_file("late.csv")
    for _ in range(2):
        assert browser(deal.sol).post(three.url("release")).status_code == 302
    deal.work()
    assert (deal.order.status, len(three.grants), deal.provider.asked) == ("fulfilled", 1, ["capture"])
    assert deal.milestones.count("download.released") == 1
    assert len(three.links()) == 1


def test_a_file_that_is_added_later_is_released_beside_the_first(three: Three) -> None:
    three.paid()
    three.add_file("errata.csv")
    assert [grant.name for grant in three.release()] == ["errata.csv"]
    assert three.release() == []
    assert len(three.grants) == 2
    assert three.deal.order.status == "partially_fulfilled"


def test_nothing_is_released_before_it_is_placed_and_paid(three: Three) -> None:
    with pytest.raises(services.OrderState):
        three.release()
    three.deal.place()
    with pytest.raises(services.OrderUnpaid):
        three.release()


@pytest.mark.parametrize(
    ("name", "refused"), [("ben", NotPermitted), ("max", NotPermitted), ("cleo", NotFound)]
)
def test_only_sales_staff_release(three: Three, name: str, refused: type[Exception]) -> None:
    three.paid()
    with pytest.raises(refused):
        three.release(getattr(three.deal, name))


def test_the_buyer_presses_the_button_and_has_the_bytes(three: Three) -> None:
    deal = three.paid().deal
    page = three.url("download", three.grant.pk)
    assert "curves-1.csv" in browser(deal.ben).get(page).content.decode()
    browser(deal.ben).head(page)
    assert three.taken == 0  # looking counts nothing
    response = browser(deal.ben).post(page)
    served = Client().get(response["Location"])
    assert served.getvalue() == files.read(three.grant.file)
    assert served["Content-Disposition"] == 'attachment; filename="curves-1.csv"'
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in served["Cache-Control"]
    assert served["Content-Security-Policy"].startswith("sandbox")
    assert (three.taken, Download.objects.get().by) == (1, deal.ben.pk)
    assert deal.milestones.count("download.taken") == 1


def test_a_second_click_within_a_minute_is_the_same_download(three: Three) -> None:
    deal = three.paid().deal
    for _ in range(2):
        three.take()
    assert three.taken == 1
    deal.pass_time(seconds=limits.DOWNLOAD_AGAIN_S)
    three.take()
    assert three.taken == 2
    assert deal.milestones.count("download.taken") == 1


def use_up(three: Three) -> None:
    for _ in range(limits.DOWNLOADS_MAX):
        three.take()
        three.deal.pass_time(seconds=limits.DOWNLOAD_AGAIN_S)


def expire(three: Three) -> None:
    three.deal.pass_time(seconds=limits.DOWNLOAD_GRANT_S)


def give_all_back(three: Three) -> None:
    services.refund_order(order_id=three.deal.order_id, actor=three.deal.sol, amount=None, now=three.deal.now)
    three.deal.work()


@pytest.mark.parametrize(
    ("end", "code"),
    [(use_up, "download.used_up"), (expire, "download.expired"), (give_all_back, "download.revoked")],
)
def test_what_has_ended_is_refused_with_whom_to_ask(
    three: Three, end: Callable[[Three], None], code: str
) -> None:
    deal = three.paid().deal
    end(three)
    counted = three.taken
    page = three.url("download", three.grant.pk)
    for response in (browser(deal.ben).get(page), browser(deal.ben).post(page)):
        html = response.content.decode()
        assert response.status_code == 410
        assert code in html
        assert "Ask Norte Bombas" in html
    assert three.taken == counted


@pytest.mark.parametrize("end", [use_up, expire])
def test_what_has_run_out_is_released_again_by_the_seller(three: Three, end: Callable[[Three], None]) -> None:
    deal = three.paid().deal
    end(three)
    assert "Release the files" in browser(deal.sol).get(three.url("order")).content.decode()
    assert [grant.pk for grant in three.release()] == [three.grant.pk]
    assert three.release() == []
    counted = three.taken
    three.take()
    assert three.taken == counted + 1
    assert len(three.links()) == 2
    assert list(audit.check()) == []


def test_money_given_back_in_part_takes_no_file_away_and_stops_no_delivery(three: Three) -> None:
    from negotiation_hub.kernel.money import Money

    deal = three.paid().deal
    services.refund_order(order_id=deal.order_id, actor=deal.sol, amount=Money(50_000, "EUR"), now=deal.now)
    deal.work()
    three.take()
    assert "pay" not in actions(Facts.of(deal.order), deal.ben)
    deal.ship()
    three.report()
    assert (deal.order.status, deal.order.charge_status) == ("fulfilled", "full")
    deal.receive()
    assert deal.money.released == GROSS - 50_000


def test_an_address_of_bytes_ends_with_the_money_and_after_minutes(three: Three) -> None:
    three.paid()
    token = three.take()
    assert services.fetch(token=token, now=three.deal.now).name == "curves-1.csv"
    later = three.deal.now + timedelta(seconds=limits.DOWNLOAD_FETCH_S + 1)
    with pytest.raises(services.DownloadLinkInvalid):
        services.fetch(token=token, now=later)
    give_all_back(three)
    with pytest.raises(services.DownloadRevoked):
        services.fetch(token=token, now=three.deal.now)


def test_an_order_whose_files_are_released_cannot_be_canceled(three: Three) -> None:
    three.paid()
    with pytest.raises(services.OrderState):
        services.cancel_order(order_id=three.deal.order_id, actor=three.deal.sol, now=three.deal.now)


def test_strangers_find_no_file_and_the_sellers_people_only_see_how_often(three: Three) -> None:
    deal = three.paid().deal
    page = three.url("download", three.grant.pk)
    for method in ("get", "post"):
        assert getattr(browser(deal.cleo), method)(page).status_code == 404
        assert getattr(browser(deal.ada), method)(page).status_code == 403
        assert "/login/" in getattr(browser(), method)(page)["Location"]
    other = deal.agree()
    wrong = page.replace(str(deal.order_id), str(other.pk))
    assert browser(deal.ben).get(wrong).status_code == 404
    assert browser(deal.ben).get(three.url("download", uuid4())).status_code == 404
    assert three.taken == 0
    three.take()
    html = browser(deal.max).get(three.url("order")).content.decode()
    assert "Downloaded 1 of 5 times" in html
    assert f'action="{page}"' not in html


def test_no_form_of_another_site_fetches_a_file(three: Three) -> None:
    three.paid()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(three.deal.ben)
    assert strict.post(three.url("download", three.grant.pk)).status_code == 403
    assert strict.post(three.links()[0]).status_code == 403
    assert three.taken == 0


# --- the mailed link ------------------------------------------------------------------------------


def test_the_mailed_link_works_without_signing_in_and_counts(three: Three) -> None:
    three.paid()
    (link,) = three.links()
    nobody = browser()
    shown = nobody.get(link)
    assert (shown.status_code, three.taken) == (200, 0)  # a program that looks into mails uses nothing up
    assert "no-store" in shown["Cache-Control"]
    assert bytes_of(nobody.post(link)) == files.read(three.grant.file)
    assert Download.objects.get().by == three.deal.ben.pk


@pytest.mark.parametrize(
    "forge",
    [
        lambda link: link[:-3] + ("AA/" if link[-3:] != "AA/" else "BB/"),
        lambda _: "/orders/downloads/nonsense/",
        lambda link: link.replace("/downloads/", "/files/"),
    ],
)
def test_a_changed_link_fetches_nothing(three: Three, forge: Callable[[str], str]) -> None:
    three.paid()
    response = browser().get(forge(three.links()[0]))
    assert response.status_code == 410
    assert "download.link" in response.content.decode()
    assert browser().post(forge(three.links()[0])).status_code in {405, 410}
    assert three.taken == 0


def test_an_old_link_says_where_the_file_is(three: Three) -> None:
    three.paid()
    (link,) = three.links()
    three.deal.pass_time(seconds=limits.DOWNLOAD_LINK_S + 1)
    response = browser().post(link)
    assert response.status_code == 410
    assert "sign in and open the order" in response.content.decode()
    three.take()  # which still works


def test_a_token_for_another_purpose_is_no_link(three: Three) -> None:
    three.paid()
    payload = {"grant": str(three.grant.pk), "person": str(three.deal.ben.pk)}
    token = crypto.make_token("order.confirm", payload, ttl_s=60, now=three.deal.now)
    with pytest.raises(services.DownloadLinkInvalid):
        services.grant_of_link(token=token, now=three.deal.now)


def test_a_link_of_who_has_left_the_buyer_leads_nowhere(three: Three) -> None:
    three.paid()
    Membership.objects.filter(user=three.deal.ben, organisation=three.deal.buyer).delete()
    assert browser().get(three.links()[0]).status_code == 404
    assert browser().post(three.links()[0]).status_code == 404
    assert three.taken == 0


# --- what may be wrong ----------------------------------------------------------------------------


def stored(grant: DownloadGrant) -> Path:
    return Path(FilesOnDisk().path(grant.file.sha256))


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"other")])
def test_a_damaged_file_is_refused_uncounted_with_an_alarm(
    three: Three, damage: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    deal = three.paid().deal
    path = stored(three.grant)
    good = path.read_bytes()
    damage(path)
    response = browser(deal.ben).post(three.url("download", three.grant.pk))
    assert response.status_code == 503
    assert "download.damaged" in response.content.decode()
    assert (three.taken, "cannot be served" in caplog.text) == (0, True)
    path.write_bytes(good)
    token = three.take()
    path.unlink()
    assert browser().get(f"/orders/files/{token}/").status_code == 503
    path.write_bytes(good)


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="evil.html',
        "<script>alert(1)</script>.csv",
        "cürves – Größe.csv",
        "..\\..\\passwd.csv",
        "line\r\nSet-Cookie: x=1.csv",
        "gnp.\u202ecsv",
    ],
)
def test_hostile_names_stay_names(deal: Deal, name: str) -> None:
    three = Three.made(deal, ("information",), files=0)
    three.add_file(name if name.endswith(".csv") else f"{name}.csv")
    three.paid()
    served = Client().get(browser(deal.ben).post(three.url("download", three.grant.pk))["Location"])
    header = served["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert not {"\r", "\n"} & set(header)
    assert served["Content-Type"].startswith("text/csv")
    for page in (three.url("order"), three.url("download", three.grant.pk)):
        assert "<script>alert(1)" not in browser(deal.ben).get(page).content.decode()
    assert "Set-Cookie" not in served


@pytest.mark.parametrize(
    "change",
    [
        lambda: Download.objects.update(by=uuid4()),
        lambda: Download.objects.all().delete(),
        lambda: DownloadGrant.objects.update(name="other"),
        lambda: DownloadGrant.objects.update(file=File.objects.exclude(pk__in=used()).first()),
    ],
)
def test_the_database_keeps_what_was_granted_and_taken(three: Three, change: Callable[[], object]) -> None:
    three.paid()
    three.add_file("another.csv")
    three.take()
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def used() -> list[object]:
    return list(DownloadGrant.objects.values_list("file", flat=True))


def test_what_was_sold_is_served_after_the_seller_took_it_off(three: Three) -> None:
    from catalog import downloads as catalog_files
    from catalog.queries import files_of

    three.paid()
    catalog_files.remove_file(actor=three.deal.ada, file_id=files_of(three.listing.pk)[0].pk)
    assert Client().get(f"/orders/files/{three.take()}/").getvalue() == files.read(three.grant.file)
