from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from negotiation_hub.kernel import commit, crypto
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.people.erasing import erase_person
from orders import audit, queries, services
from orders.models import Order, OrderChange, OrderLine, SealedDetails
from payments.models import PaymentRequest
from tests.orders.deal import HERE, Deal, tomorrow, with_


def test_an_agreement_becomes_a_draft_with_lines_and_a_payment_request_due_in_72_hours(deal: Deal) -> None:
    order = deal.order
    assert (order.status, order.authorize_status, order.charge_status) == ("draft", "none", "none")
    assert order.due_at == deal.now + timedelta(hours=72)
    line = OrderLine.objects.get(order=order)
    assert (line.title, line.quantity, line.unit_price, line.total) == (
        "Pump NB-40",
        "500",
        12_250,
        6_125_000,
    )
    assert (line.offer_version, line.offer_line) == (3, 0)
    request = PaymentRequest.objects.get(order_id=order.pk)
    assert (request.amount, request.currency, request.due_at) == (6_125_000, "EUR", order.due_at)
    assert (request.payer_id, request.payee_id) == (deal.buyer.pk, deal.seller.pk)


def test_the_number_can_be_said_and_counts_nothing(deal: Deal) -> None:
    prefix, year, random = deal.order.number.split("-")
    assert (prefix, year, len(random)) == ("NH", "2026", 6)
    assert set(random) <= set("23456789BCDFGHJKMNPQRSTVWXYZ")
    assert len({deal.agree().number for _ in range(5)}) == 5


def test_the_same_agreement_makes_one_order(deal: Deal) -> None:
    agreement = uuid4()
    assert deal.agree(agreement_id=agreement).pk == deal.agree(agreement_id=agreement).pk


def test_a_draft_is_only_made_inside_a_transaction(deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(commit, "require_transaction", lambda: called.append(True))
    deal.agree()
    assert called


def test_a_room_has_one_live_order(deal: Deal) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        deal.agree(room_id=deal.order.room_id)


def test_after_an_expired_order_the_room_may_agree_anew(deal: Deal) -> None:
    deal.pass_time(hours=73)
    again = deal.agree(room_id=deal.order.room_id)
    assert queries.order_of_room(again.room_id) == again


def test_what_the_room_is_told_is_what_the_protocol_says(deal: Deal) -> None:
    deal.place()
    (told,) = deal.told
    assert (told["room_id"], told["kind"]) == (str(deal.order.room_id), "order.placed")
    assert told["body"] == {"order": queries.order_view(deal.order), "cause": told["cause"]}
    assert set(told["body"]["order"]) == {
        "id", "number", "status", "authorize_status", "charge_status", "gross", "currency", "due_at",
    }  # fmt: skip


def test_the_buyer_places_the_order(deal: Deal) -> None:
    order = deal.place(expected_on=tomorrow(3))
    assert (order.status, order.placed_at, order.expected_on) == ("unfulfilled", deal.now, tomorrow(3))
    assert queries.details_of(order) == with_(expected_on=tomorrow(3))
    assert deal.milestones == ["order.placed"]
    assert deal.wrote(deal.ben, "is placed") == 1
    assert deal.wrote(deal.sol, "has placed the order") == 1
    assert not deal.mails_to(deal.max)  # he packs, others sell


def test_a_second_click_on_place_changes_nothing(deal: Deal) -> None:
    deal.place()
    deal.place(city="Sevilla")
    assert queries.details_of(deal.order) == HERE
    assert deal.milestones == ["order.placed"]
    assert OrderChange.objects.filter(order=deal.order_id, event="place").count() == 1
    assert deal.wrote(deal.ben, "is placed") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact_name", " "),
        ("street", ""),
        ("city", ""),
        ("country", ""),
        ("country", "ZZ"),
        ("notes", "x" * 2001),
        ("payment_plan", "credit"),
    ],
)
def test_incomplete_details_are_refused_field_by_field(deal: Deal, field: str, value: str) -> None:
    with pytest.raises(services.DetailsMissing) as refusal:
        deal.place(actor=None, **{field: value})
    assert list(refusal.value.errors) == [field]
    assert deal.order.status == "draft"


def test_a_day_that_has_passed_cannot_be_wanted(deal: Deal) -> None:
    with pytest.raises(services.DetailsMissing) as refusal:
        deal.place(expected_on=tomorrow(-1))
    assert "expected_on" in refusal.value.errors


def test_an_overdue_order_is_not_placed_even_before_the_job_has_run(deal: Deal) -> None:
    later = deal.now + timedelta(hours=72)
    with pytest.raises(services.OrderOverdue):
        services.place_order(order_id=deal.order_id, actor=deal.ben, details=HERE, now=later)


def test_an_order_that_was_paid_in_time_may_be_placed_later(deal: Deal) -> None:
    deal.authorize()
    deal.pass_time(hours=80)
    assert deal.place().status == "unfulfilled"


def test_sales_staff_convert_and_the_buyer_confirms_by_the_link(deal: Deal) -> None:
    order = deal.convert()
    assert (order.status, order.placed_at) == ("unconfirmed", None)
    token = deal.link()
    shown = services.order_of_link(token=token, now=deal.now)
    assert (shown.pk, deal.order.status) == (order.pk, "unconfirmed")  # looking binds nobody
    order = services.confirm_order(token=token, now=deal.now)
    assert (order.status, order.placed_at) == ("unfulfilled", deal.now)
    assert OrderChange.objects.get(order=order, event="confirm").actor == deal.ben.pk
    assert deal.milestones == ["order.confirmed", "order.converted"]


def test_a_second_click_on_the_link_changes_nothing(deal: Deal) -> None:
    deal.convert()
    token = deal.link()
    services.confirm_order(token=token, now=deal.now)
    deal.pass_time(hours=1)
    services.confirm_order(token=token, now=deal.now)
    assert deal.milestones == ["order.confirmed", "order.converted"]
    assert OrderChange.objects.filter(order=deal.order_id, event="confirm").count() == 1


def test_converting_twice_alike_sends_one_link(deal: Deal) -> None:
    deal.convert()
    deal.convert()
    assert deal.wrote(deal.ben, "/orders/confirm/") == 1


def test_a_link_for_what_the_order_was_before_is_refused(deal: Deal) -> None:
    deal.convert()
    old = deal.link()
    deal.convert(city="Sevilla")
    for use in (services.order_of_link, services.confirm_order):
        with pytest.raises(services.OrderChanged):
            use(token=old, now=deal.now)
    assert services.confirm_order(token=deal.link(), now=deal.now).status == "unfulfilled"
    with pytest.raises(services.OrderChanged):
        services.confirm_order(token=old, now=deal.now)


@pytest.mark.parametrize(("field", "value"), [("gross", 1), ("terms_hash", "00" * 32), ("currency", "USD")])
def test_a_link_binds_amount_and_terms(deal: Deal, field: str, value: object) -> None:
    order = deal.convert()
    setattr(order, field, value)
    token = services.confirm_token(order, deal.now)
    with pytest.raises(services.OrderChanged):
        services.confirm_order(token=token, now=deal.now)


def test_an_old_link_is_refused(deal: Deal) -> None:
    deal.convert()
    token = deal.link()
    with pytest.raises(services.LinkInvalid):
        services.confirm_order(token=token, now=deal.now + timedelta(days=7, seconds=1))


@pytest.mark.parametrize(
    "forge", [lambda t: t[:-2] + ("AA" if t[-2:] != "AA" else "BB"), lambda _: "nonsense", lambda _: ""]
)
def test_a_forged_link_is_refused(deal: Deal, forge: object) -> None:
    deal.convert()
    assert callable(forge)
    with pytest.raises(services.LinkInvalid):
        services.confirm_order(token=forge(deal.link()), now=deal.now)


def test_a_token_for_another_purpose_is_no_link(deal: Deal) -> None:
    deal.convert()
    body = crypto.read_token("order.confirm", deal.link(), now=deal.now)
    other = crypto.make_token("people.invite", body, ttl_s=60, now=deal.now)
    with pytest.raises(services.LinkInvalid):
        services.confirm_order(token=other, now=deal.now)


def test_a_link_of_an_expired_order_does_nothing(deal: Deal) -> None:
    deal.convert()
    token = deal.link()
    deal.pass_time(hours=73)
    with pytest.raises(services.OrderState):
        services.confirm_order(token=token, now=deal.now)


def test_the_buyer_may_fill_in_a_converted_order_themselves(deal: Deal) -> None:
    deal.convert()
    order = deal.place(city="Sevilla")
    details = queries.details_of(order)
    assert order.status == "unfulfilled"
    assert details is not None
    assert details.city == "Sevilla"


def test_details_are_not_readable_in_the_database(deal: Deal) -> None:
    deal.place(notes="Ring twice")
    kept = SealedDetails.objects.get(order=deal.order_id).fields
    assert {"contact_name", "street", "notes"} <= kept.keys(), "each field is sealed by itself"
    for words in ("Ben Ortega", "Calle Mayor", "Ring twice"):
        assert words not in str(kept)


def test_tampered_details_are_caught(deal: Deal) -> None:
    deal.place()
    row = SealedDetails.objects.get(order=deal.order_id)
    city = row.fields["city"]
    row.fields["city"] = city[:-8] + ("AAAA" if city[-8:-4] != "AAAA" else "BBBB") + city[-4:]
    row.save()
    with pytest.raises(crypto.BadSeal):
        queries.details_of(deal.order)


def test_details_moved_from_another_order_are_caught(deal: Deal) -> None:
    deal.place()
    other = deal.agree()
    services.place_order(order_id=other.pk, actor=deal.ben, details=with_(city="Lugo"), now=deal.now)
    row = SealedDetails.objects.get(order=deal.order_id)
    foreign = SealedDetails.objects.get(order=other).fields
    SealedDetails.objects.filter(pk=row.pk).update(fields={**row.fields, "city": foreign["city"]})
    with pytest.raises(crypto.BadSeal):
        queries.details_of(deal.order)


def test_details_moved_from_another_field_are_caught(deal: Deal) -> None:
    deal.place()
    row = SealedDetails.objects.get(order=deal.order_id)
    SealedDetails.objects.filter(pk=row.pk).update(fields={**row.fields, "city": row.fields["street"]})
    with pytest.raises(crypto.BadSeal):
        queries.details_of(deal.order)


def test_who_is_erased_leaves_no_details_and_no_way_to_find_the_order_by_them(deal: Deal) -> None:
    deal.place(phone="+34 600 123 456")
    assert queries.found_by("600123456 34") == [] != queries.found_by("+34 600-123-456")
    email = deal.ben.email
    assert Mail.objects.filter(to=email, sent_at=None).exists()
    assert erase_person(person=deal.ben, now=deal.now)
    assert not erase_person(person=deal.ben, now=deal.now), "once"
    deal.work()
    assert not Mail.objects.filter(to=email).exists()
    assert not Mail.objects.filter(to="").exclude(sent_at=None).exists(), "what still waited went to nobody"
    assert queries.details_of(deal.order) is None
    assert queries.found_by("+34 600 123 456") == []
    assert list(audit.check_order(deal.order)) == []


@pytest.mark.parametrize("change", [{"gross": 1, "net": 1}, {"terms_hash": "00"}, {"seller_name": "Other"}])
def test_the_database_refuses_to_change_what_was_agreed(deal: Deal, change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Order.objects.filter(pk=deal.order_id).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderLine.objects.filter(order=deal.order_id).update(total=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderChange.objects.filter(order=deal.order_id).update(after="fulfilled")


@pytest.mark.parametrize(
    "fields",
    [
        {"gross": 6_125_001},
        {"gross": 0, "net": 0},
        {"net": -1, "gross": -1},
        {"tax_basis": "perhaps"},
        {"gross": 2**53, "net": 2**53},
    ],
)
def test_the_database_refuses_sums_that_cannot_be(deal: Deal, fields: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        deal.agree(**fields)


def test_nobody_who_has_paid_is_reminded(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    deal.pass_time(hours=70)
    assert not [m for m in deal.mails_to(deal.ben) if "waits" in m.subject]


def test_mail_is_in_the_language_of_its_reader(deal: Deal) -> None:
    deal.ben.language = "es"
    deal.ben.save()
    deal.place()
    (mail,) = deal.mails_to(deal.ben)
    assert mail.text.startswith("Hola, Ben:")
    assert "61\xa0250,00\xa0EUR" in mail.text
    assert deal.mails_to(deal.sol)[-1].text.startswith("Hello Sol")


def test_every_job_of_an_order_has_a_handler_that_may_run_twice(deal: Deal) -> None:
    deal.sent()
    deal.deliver()
    deal.receive()
    before = (deal.milestones, deal.money)
    Job.objects.filter(topic__startswith="orders.").update(done_at=None, leased_until=None, next_at=deal.now)
    deal.work()
    assert (deal.milestones, deal.money) == before
    assert not Job.objects.filter(topic__startswith="orders.", done_at=None).exists()


def test_an_order_is_found_by_its_number_and_what_its_buyer_has_said(deal: Deal, client: Client) -> None:
    deal.place(phone="+34 600 123 456", reference="PO-77")
    for words in (deal.order.number.lower(), "34600123456", "po 77", "Ben Ortega"):
        for person in (deal.ben, deal.sol):
            client.force_login(person)
            assert deal.order.number in client.get("/orders/", {"q": words}).content.decode()
    client.force_login(deal.sol)
    assert "No such order" in client.get("/orders/", {"q": "600123"}).content.decode()
    client.force_login(deal.cleo)
    assert deal.order.number not in client.get("/orders/", {"q": "PO-77"}).content.decode()
