"""A report's figures are what events and ledger say, and what their rows come to."""

import csv
import io
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Listing, StockMove
from desk import csv_file
from desk.figures import Value
from desk.period import Period, period_of, week_of
from desk.report import Report, report_of, rows_of
from negotiation_hub.kernel import clock as server
from negotiation_hub.kernel import stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import Malformed
from negotiation_hub.people.models import Organisation
from orders import services as orders
from orders.models import Order
from payments.chart import wallet
from payments.ledger import Leg, post
from payments.models import Transfer
from payments.queries import order_money
from tests.desk.conftest import Deals
from tests.desk.trade import Trade

WEEK = Period(date(2026, 3, 2), date(2026, 3, 8))


# -- the same figures, computed slowly from events and transfers -------------------------------------------


def events() -> Iterator[tuple[dict[str, Any], stream.Event]]:
    """Every event of every table, with the sides of its room."""
    for row in Stream.objects.filter(kind="table"):
        told = list(stream.everything(row.id))
        for event in told:
            yield told[0].body["sides"], event


def slowly(organisation: Organisation, side: str, start: datetime, end: datetime) -> dict[str, Any]:
    """What a report must say of one side, but for what only rows know."""
    found: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    placed = set()
    for sides, event in events():
        if sides[side]["id"] != str(organisation.pk) or not start <= event.at < end:
            continue
        found["rooms"] += event.kind == "room.opened"
        found["offers"] += event.kind in {"offer.proposed", "offer.countered", "offer.superseded"}
        if event.kind == "offer.accepted":
            found["agreements"] += 1
            agreed[event.body["agreement"]["currency"]] += event.body["agreement"]["gross"]
        if event.kind in {"order.placed", "order.confirmed"}:
            placed.add(event.body["order"]["id"])
    counts = {key: found[key] for key in ("rooms", "offers", "agreements")}
    return {**counts, "agreed": agreed, "orders": len(placed), **ledger(organisation, side, start, end)}


def ledger(organisation: Organisation, side: str, start: datetime, end: datetime) -> dict[str, Any]:
    """Sums of transfers by the names of the accounts that they are between."""
    ours = {row.pk for row in Order.objects.filter(**{side: organisation})}
    sums: dict[str, Counter[str]] = {
        name: Counter() for name in ("charged", "refunded", "released", "fees", "owed")
    }
    for row in Transfer.objects.select_related("debit", "credit", "cause"):
        at = server.from_us(row.at_us)
        out, into = row.debit.code.split(":")[0], row.credit.code.split(":")[0]
        if row.phase not in {"posted", "post"} or at >= end:
            continue
        if str(organisation.pk) in row.debit.code and out == "receivable":
            sums["owed"][row.currency] += row.amount
        if str(organisation.pk) in row.credit.code and into == "receivable":
            sums["owed"][row.currency] -= row.amount
        if row.cause.order_id not in ours or at < start:
            continue
        match out, into:
            case "psp_clearing", "held":
                sums["charged"][row.currency] += row.amount
            case "held", "wallet":
                sums["released"][row.currency] += row.amount
            case "held", "platform_fee":
                sums["fees"][row.currency] += row.amount
            case (("held" | "wallet" | "receivable" | "platform_fee"), "psp_clearing"):
                sums["refunded"][row.currency] += row.amount
                if out == "platform_fee":
                    sums["fees"][row.currency] -= row.amount
    return dict(sums)


def goods(organisation: Organisation, start: datetime, end: datetime) -> dict[str, int]:
    """What went out of stock with agreements, and came back when orders ended before anything was sent."""
    counted = {row.pk for row in Listing.objects.filter(organisation=organisation, stock__isnull=False)}
    out = back = 0
    for sides, event in events():
        if sides["seller"]["id"] != str(organisation.pk) or not start <= event.at < end:
            continue
        if event.kind in {"offer.accepted", "order.expired", "order.canceled"}:
            order = Order.objects.get(pk=UUID(event.body["order"]["id"]))
            pieces = sum(line.pieces for line in order.lines.all() if line.listing_id in counted)
            out, back = (out - pieces, back) if event.kind == "offer.accepted" else (out, back + pieces)
    return {"stock_out": out, "stock_back": back}


def still_to_pay(organisation: Organisation, side: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for order in Order.objects.filter(**{side: organisation}):
        money = order_money(order.pk)
        covered = money.authorized + money.captured - money.refunded
        if order.status in {"draft", "unconfirmed", "unfulfilled"} and covered < order.gross:
            found[order.currency] += order.gross - covered
    return found


def plain(value: Value) -> Any:
    return +Counter({one.currency: one.minor for one in value}) if isinstance(value, list) else value


def check(report: Report) -> None:
    """Every figure, for the period and the one before, and the rows that it is made of."""
    for part in report.parts:
        for period in (report.period, report.previous):
            now = period == report.period
            expected = slowly(report.organisation, part.side, period.start, period.end)
            expected |= goods(report.organisation, period.start, period.end)
            if now:
                open_name = "receivables" if part.side == "seller" else "payables"
                expected[open_name] = still_to_pay(report.organisation, part.side)
            for line in part.lines:
                if line.figure.key in expected:
                    said = plain(line.value if now else line.previous)
                    wanted = expected[line.figure.key]
                    wanted = +wanted if isinstance(wanted, Counter) else wanted
                    assert said == wanted, (part.side, line.figure.key, period)
        for line in part.lines:
            if not line.figure.page:
                add_up(report, part.side, line.figure.key, line.value)


def add_up(report: Report, side: str, key: str, value: Value) -> None:
    rows = rows_of(report.organisation, report.period, side, key).rows
    if isinstance(value, list):
        sums: Counter[str] = Counter()
        for row in rows:
            assert isinstance(row.value, Money)
            sums[row.value.currency] += row.value.minor
        assert +sums == plain(value), key
    elif any(isinstance(row.value, int) for row in rows):
        assert sum(row.value for row in rows if isinstance(row.value, int)) == value, key
    else:
        assert len(rows) == value, key


# -- generated deals ---------------------------------------------------------------------------------------


def play(deal: Trade, chance: random.Random) -> None:
    """A deal that goes as far as it goes, with pauses between the steps after the agreement."""
    steps = deal.steps()
    last = chance.randint(1, len(steps))
    for number, step in enumerate(steps[:last]):
        step()
        if number >= 3:  # an offer stands for an hour only
            deal.wait(hours=chance.randint(0, 20), minutes=chance.randint(0, 40))
    if last in {4, 5, 6} and chance.random() < 0.5:
        orders.cancel_order(order_id=deal.order.pk, actor=deal.ada, now=deal.now)
        deal.work()


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_what_events_and_transfers_say(deals: Deals, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(6):
        first = deals(title=f"Deal {number}")
        first.wait(days=chance.randint(0, 2))
        play(first, chance)
        first.wait(days=chance.randint(0, 2))
    elsewhere = deals(ben=first.cast.cleo)
    elsewhere.agree()
    last = week_of(first.now)
    for organisation in (first.cast.norte, first.cast.acme):
        for period in (WEEK, WEEK.after(), last, Period(WEEK.first, last.last)):
            check(report_of(organisation, period))


def test_a_refund_after_the_release_takes_from_the_fee_and_what_is_missing_is_owed(
    deals: Deals,
) -> None:
    deal = deals()
    deal.agree()
    for step in (deal.place, deal.pay, deal.ship, deal.deliver, deal.receive):
        step()
    spent = Leg(wallet(deal.cast.norte.pk, "EUR"), wallet(uuid4(), "EUR"), Money(19_000, "EUR"))
    post(cause_id=uuid4(), kind="paid_out", reference="test", legs=[spent], now=deal.now)
    deal.refund(5_000)
    found = report_of(deal.cast.norte, WEEK)
    euro = {
        line.figure.key: line.value[0].minor
        for line in found.parts[0].lines
        if isinstance(line.value, list) and line.value
    }
    assert (euro["charged"], euro["refunded"], euro["released"], euro["fees"]) == (20_000, 5_000, 19_600, 300)
    assert euro["owed"] == 5_000 - 100 - 600
    check(found)


def test_a_report_costs_as_many_queries_for_many_deals(
    deals: Deals, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    deal = deals()
    deal.agree()
    with django_assert_max_num_queries(60) as asked:
        report_of(deal.cast.norte, WEEK)
    deals().agree()
    deals().agree()
    with django_assert_num_queries(len(asked)):
        report_of(deal.cast.norte, WEEK)


# -- periods, rows and files -------------------------------------------------------------------------------


def test_a_week_is_monday_to_sunday_by_utc() -> None:
    for moment in ("2026-03-02T00:00:00Z", "2026-03-08T23:59:59.999999Z", "2026-03-09T00:30:00+01:00"):
        assert week_of(datetime.fromisoformat(moment)) == WEEK
    assert (WEEK.start.isoformat(), WEEK.end.isoformat()) == (
        "2026-03-02T00:00:00+00:00",
        "2026-03-09T00:00:00+00:00",
    )
    assert WEEK.before() == Period(date(2026, 2, 23), date(2026, 3, 1))
    assert WEEK.before().end == WEEK.start


@pytest.mark.parametrize(
    "given",
    [
        {"from": "2026-03-09", "to": "2026-03-02"},
        {"from": "2024-03-09", "to": "2026-03-02"},
        {"from": "yesterday", "to": "2026-03-02"},
        {"from": "2026-02-30"},
        {"from": "0001-01-01", "to": "0001-01-02"},
        {"from": "9999-12-30", "to": "9999-12-31"},
    ],
)
def test_a_period_that_is_none_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        period_of(given, WEEK.start)


def test_rows_come_in_pages_and_each_once(deals: Deals) -> None:
    deal = deals()
    for price in (9_000, 9_100, 9_200, 9_300, 9_400):
        deal.propose("buyer", price)
        deal.send("seller", "offer.decline", **deal.named, reason="")
    seen, before = [], ""
    while True:
        page = rows_of(deal.cast.norte, WEEK, "seller", "offers", before=before, limit=2)
        seen += [row.value for row in page.rows]
        if page.next is None:
            break
        before = page.next
    assert sorted(seen, key=str) == [Money(price, "EUR") for price in (9_000, 9_100, 9_200, 9_300, 9_400)]
    with pytest.raises(Malformed):
        rows_of(deal.cast.norte, WEEK, "seller", "offers", before="x.y")


def test_hostile_titles_are_no_formulas_in_a_file(deals: Deals) -> None:
    deal = deals(title='=HYPERLINK("http://evil.test")')
    client = Client()
    client.force_login(deal.ada)
    answer = client.get(reverse("desk:rows_csv", args=["seller", "rooms"]))
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1][1] == '\'=HYPERLINK("http://evil.test")'
    figures = client.get(reverse("desk:report_csv")).content.decode("utf-8-sig")
    found = {row["Figure"]: row for row in csv.DictReader(io.StringIO(figures))}
    assert (found["Rooms opened"]["Value"], found["Rooms opened"]["Period before"]) == ("1", "0")
    assert (found["Rooms opened"]["From"], found["Rooms opened"]["To"]) == ("2026-03-02", "2026-03-08")
    assert found["Feedback, mean"]["Value"] == ""


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("-12.50", "-12.50"),
        (-3, "-3"),
        ("Pump NB-40", "Pump NB-40"),
        (None, ""),
    ],
)
def test_only_what_is_plainly_a_number_may_begin_like_a_formula(cell: object, shown: str) -> None:
    assert csv_file.safe(cell) == shown


def test_stock_that_the_seller_counted_is_told_apart_from_sales(deals: Deals) -> None:
    deal = deals(stock=40)
    deal.agree(quantity="3")
    values = {line.figure.key: line.value for line in report_of(deal.cast.norte, WEEK).parts[0].lines}
    assert (values["stock_counted"], values["stock_out"], values["stock_back"]) == (40, -3, 0)
    assert sum(StockMove.objects.values_list("change", flat=True)) == 37
