"""Money at the provider: what may be captured, given back, moved on, and disputed; in amounts that add up."""

from typing import Any

import pytest
import stripe

from payments.sandbox import currencies
from payments.sandbox.params import ENDPOINTS
from payments.sandbox.store import API_VERSION
from tests.payments.sandbox.harness import CANCEL_URL, Sandbox, sdk, until


def authorised(sandbox: Sandbox, amount: int = 10_000, currency: str = "eur") -> Any:
    return sandbox.api.v1.payment_intents.create(
        params={
            "amount": amount,
            "currency": currency,
            "capture_method": "manual",
            "confirm": True,
            "payment_method": "pm_card_visa",
        }
    )


def captured(sandbox: Sandbox, amount: int = 10_000, method: str = "pm_card_visa") -> Any:
    return sandbox.api.v1.payment_intents.create(
        params={"amount": amount, "currency": "eur", "confirm": True, "payment_method": method}
    )


def refused(caught: pytest.ExceptionInfo[stripe.StripeError]) -> tuple[str | None, str | None]:
    return caught.value.code, getattr(caught.value, "param", None)


def balance(sandbox: Sandbox, account: str | None = None, currency: str = "eur") -> int:
    options: stripe.RequestOptions = {"stripe_account": account} if account else {}
    available = sandbox.api.v1.balance.retrieve(options=options).available
    return sum(part.amount for part in available if part.currency == currency)


def test_a_whole_capture_pays_the_amount_less_the_fee(sandbox: Sandbox) -> None:
    intent = sandbox.api.v1.payment_intents.capture(
        authorised(sandbox).id, params={"expand": ["latest_charge.balance_transaction"]}
    )
    assert (intent.status, intent.amount_received, intent.amount_capturable) == ("succeeded", 10_000, 0)
    charge: Any = intent.latest_charge
    assert (charge.balance_transaction.fee, charge.balance_transaction.net) == (320, 9_680)
    assert balance(sandbox) == 9_680


@pytest.mark.parametrize(
    ("amount", "fee"),
    [(50, 31), (100, 33), (999, 59), (1_000, 59), (1_017, 59), (1_018, 60), (6_125_000, 177_655)],
)
def test_the_fee_is_rounded_half_up(amount: int, fee: int) -> None:
    assert currencies.fee(amount) == fee


def test_a_partial_capture_lets_the_rest_go(sandbox: Sandbox) -> None:
    intent = sandbox.api.v1.payment_intents.capture(
        authorised(sandbox).id, params={"amount_to_capture": 4_000}
    )
    assert (intent.status, intent.amount, intent.amount_received) == ("succeeded", 10_000, 4_000)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.payment_intents.capture(intent.id)
    assert refused(caught)[0] == "payment_intent_unexpected_state"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.refunds.create(params={"payment_intent": intent.id, "amount": 4_001})
    assert refused(caught) == ("amount_too_large", "amount")


def test_more_than_was_authorised_cannot_be_captured(sandbox: Sandbox) -> None:
    intent = authorised(sandbox)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.payment_intents.capture(intent.id, params={"amount_to_capture": 10_001})
    assert refused(caught) == ("amount_too_large", "amount_to_capture")
    assert sandbox.api.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


def test_a_canceled_authorisation_cannot_be_captured(sandbox: Sandbox) -> None:
    intent = sandbox.api.v1.payment_intents.cancel(
        authorised(sandbox).id, params={"cancellation_reason": "requested_by_customer"}
    )
    assert (intent.status, intent.cancellation_reason) == ("canceled", "requested_by_customer")
    for act in (sandbox.api.v1.payment_intents.capture, sandbox.api.v1.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            act(intent.id)
        assert refused(caught)[0] == "payment_intent_unexpected_state"
    assert balance(sandbox) == 0


def test_an_authorisation_lapses_after_seven_days(sandbox: Sandbox) -> None:
    intent = authorised(sandbox)
    sandbox.control(clock={"advance_s": 7 * 24 * 3600 - 60})
    assert sandbox.api.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
    sandbox.control(clock={"advance_s": 120})
    until(lambda: sandbox.api.v1.payment_intents.retrieve(intent.id).status == "canceled")


def test_an_open_page_is_expired_not_canceled(sandbox: Sandbox) -> None:
    session = sandbox.session()
    sandbox.fill(session.url, "4000000000000002")
    intent = sandbox.intent(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        sandbox.api.v1.payment_intents.cancel(intent.id)
    expired = sandbox.api.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert sandbox.api.v1.payment_intents.retrieve(intent.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.api.v1.checkout.sessions.expire(session.id)


def test_refunds_in_parts_never_exceed_what_was_captured(sandbox: Sandbox) -> None:
    intent = captured(sandbox)
    sandbox.api.v1.refunds.create(params={"payment_intent": intent.id, "amount": 2_500})
    sandbox.api.v1.refunds.create(params={"charge": intent.latest_charge, "amount": 2_500})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.refunds.create(params={"payment_intent": intent.id, "amount": 5_001})
    assert refused(caught) == ("amount_too_large", "amount")
    assert sandbox.api.v1.refunds.create(params={"payment_intent": intent.id}).amount == 5_000
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.refunds.create(params={"payment_intent": intent.id})
    assert refused(caught)[0] == "charge_already_refunded"
    charge = sandbox.api.v1.charges.retrieve(intent.latest_charge)
    assert (charge.amount_refunded, charge.refunded) == (10_000, True)
    assert balance(sandbox) == -320, "the provider keeps its fee"
    page = sandbox.api.v1.refunds.list(params={"payment_intent": intent.id, "limit": 2})
    assert [refund.amount for refund in page.auto_paging_iter()] == [5_000, 2_500, 2_500]


def test_what_was_not_captured_cannot_be_refunded(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.api.v1.refunds.create(params={"payment_intent": authorised(sandbox).id})


def test_a_transfer_moves_the_balance_and_comes_back_in_parts(sandbox: Sandbox) -> None:
    captured(sandbox)
    seller = sandbox.api.v1.accounts.create(params={"type": "express", "country": "ES"})
    transfer = sandbox.api.v1.transfers.create(
        params={"amount": 9_000, "currency": "eur", "destination": seller.id, "transfer_group": "order-1"}
    )
    assert (balance(sandbox), balance(sandbox, seller.id)) == (680, 9_000)
    sandbox.api.v1.transfers.reversals.create(transfer.id, params={"amount": 4_000})
    assert (balance(sandbox), balance(sandbox, seller.id)) == (4_680, 5_000)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.transfers.reversals.create(transfer.id, params={"amount": 5_001})
    assert refused(caught) == ("amount_too_large", "amount")
    sandbox.api.v1.transfers.reversals.create(transfer.id)
    assert sandbox.api.v1.transfers.retrieve(transfer.id).reversed
    assert (balance(sandbox), balance(sandbox, seller.id)) == (9_680, 0)
    assert len(sandbox.api.v1.transfers.reversals.list(transfer.id).data) == 2


def test_what_the_provider_does_not_hold_for_us_cannot_be_moved(sandbox: Sandbox) -> None:
    seller = sandbox.api.v1.accounts.create()
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.transfers.create(params={"amount": 1, "currency": "eur", "destination": seller.id})
    assert refused(caught)[0] == "balance_insufficient"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.payouts.create(params={"amount": 1, "currency": "eur"})
    assert refused(caught)[0] == "balance_insufficient"


def test_a_payout_of_a_connected_account_is_paid_or_comes_back(sandbox: Sandbox) -> None:
    captured(sandbox)
    seller = sandbox.api.v1.accounts.create()
    sandbox.api.v1.transfers.create(params={"amount": 9_000, "currency": "eur", "destination": seller.id})
    options: stripe.RequestOptions = {"stripe_account": seller.id}
    payouts = sandbox.api.v1.payouts
    sandbox.control(payouts={"delay_ms": 0, "fail": 1})
    failing = payouts.create(params={"amount": 9_000, "currency": "eur"}, options=options)
    until(lambda: payouts.retrieve(failing.id, options=options).status == "failed")
    assert balance(sandbox, seller.id) == 9_000
    paying = payouts.create(params={"amount": 8_000, "currency": "eur"}, options=options)
    until(lambda: payouts.retrieve(paying.id, options=options).status == "paid")
    assert (balance(sandbox), balance(sandbox, seller.id)) == (680, 1_000)
    with pytest.raises(stripe.InvalidRequestError, match="No such payout"):
        payouts.retrieve(paying.id)


def test_a_payout_can_be_stopped_before_it_leaves(sandbox: Sandbox) -> None:
    captured(sandbox)
    sandbox.control(payouts={"delay_ms": 3_600_000})
    payout = sandbox.api.v1.payouts.create(params={"amount": 9_000, "currency": "eur"})
    assert sandbox.api.v1.payouts.cancel(payout.id).status == "canceled"
    assert balance(sandbox) == 9_680


def test_the_disputed_card_takes_the_money_away_later(sandbox: Sandbox) -> None:
    sandbox.control(disputes={"delay_ms": 0})
    intent = sandbox.paid(number="4000000000000259")
    disputes = sandbox.api.v1.disputes
    until(lambda: disputes.list(params={"payment_intent": intent.id}).data)
    dispute = disputes.list(params={"payment_intent": intent.id}).data[0]
    assert (dispute.status, dispute.amount) == ("needs_response", 10_000)
    assert balance(sandbox) == 9_680 - 10_000 - 1_500
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.refunds.create(params={"payment_intent": intent.id})
    assert refused(caught)[0] == "charge_disputed"
    won = disputes.update(dispute.id, params={"evidence": {"uncategorized_text": "winning_evidence"}})
    assert won.status == "won"
    assert balance(sandbox) == 9_680 - 1_500


def test_a_dispute_that_is_closed_is_lost(sandbox: Sandbox) -> None:
    sandbox.control(disputes={"delay_ms": 0})
    intent = sandbox.paid(number="4000000000000259")
    until(lambda: sandbox.api.v1.disputes.list(params={"payment_intent": intent.id}).data)
    dispute = sandbox.api.v1.disputes.list().data[0]
    assert sandbox.api.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        sandbox.api.v1.disputes.close(dispute.id)
    assert balance(sandbox) == 9_680 - 11_500


def test_a_declined_confirmation_is_a_card_error_that_is_remembered(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.CardError) as caught:
        captured(sandbox, method="pm_card_chargeDeclinedInsufficientFunds")
    assert caught.value.code == "card_declined"
    assert caught.value.http_status == 402
    assert caught.value.request_id is not None
    assert caught.value.error is not None
    intent = caught.value.error.payment_intent
    assert intent is not None
    stored = sandbox.api.v1.payment_intents.retrieve(intent.id)
    assert stored.last_payment_error is not None
    assert stored.last_payment_error.decline_code == "insufficient_funds"
    assert sandbox.api.v1.payment_intents.confirm(
        stored.id, params={"payment_method": "pm_card_visa"}
    ).status == ("succeeded")


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (49, "eur", "amount_too_small"),
        (100_000_000, "eur", "amount_too_large"),
        (1_001, "kwd", "invalid_charge_amount"),
    ],
)
def test_amounts_no_card_would_be_charged_are_refused(
    sandbox: Sandbox, amount: int, currency: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        authorised(sandbox, amount, currency)
    assert refused(caught) == (code, "amount")


def test_unknown_missing_and_impossible_parameters_are_refused_by_name(sandbox: Sandbox) -> None:
    intent = {"amount": 1_000, "currency": "eur"}
    wrong: list[tuple[dict[str, Any], str, str | None]] = [
        ({**intent, "colour": "red"}, "colour", "parameter_unknown"),
        ({**intent, "automatic_payment_methods": {"enabled": True, "x": 1}}, "automatic_payment_methods[x]",
         "parameter_unknown"),
        ({"currency": "eur"}, "amount", "parameter_missing"),
        ({**intent, "amount": "ten"}, "amount", "parameter_invalid_integer"),
        ({**intent, "amount": -5}, "amount", "parameter_invalid_integer"),
        ({**intent, "currency": "xxx"}, "currency", None),
        ({**intent, "description": ""}, "description", "parameter_invalid_empty"),
        ({**intent, "capture_method": "later"}, "capture_method", None),
        ({**intent, "metadata": {"k": "v" * 501}}, "metadata[k]", None),
        ({**intent, "return_url": "javascript:alert(1)"}, "return_url", "url_invalid"),
    ]  # fmt: skip
    for params, param, code in wrong:
        with pytest.raises(stripe.InvalidRequestError) as caught:
            sandbox.api.raw_request("post", "/v1/payment_intents", **params)
        assert refused(caught) == (code, param)


def test_an_unknown_object_address_or_expansion_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        sandbox.api.v1.payment_intents.retrieve("pi_nothing")
    assert (refused(caught), caught.value.http_status) == (("resource_missing", "intent"), 404)
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        sandbox.api.v1.customers.list()
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        sandbox.api.v1.payment_intents.retrieve(authorised(sandbox).id, params={"expand": ["metadata"]})
    with pytest.raises(stripe.AuthenticationError):
        sdk(sandbox.base, "sk_test_other").v1.balance.retrieve()


def test_metadata_is_merged_and_an_empty_value_removes_a_key(sandbox: Sandbox) -> None:
    refund = sandbox.api.v1.refunds.create(
        params={"payment_intent": captured(sandbox).id, "metadata": {"a": "1", "b": "2"}}
    )
    changed = sandbox.api.v1.refunds.update(refund.id, params={"metadata": {"a": "", "c": "3"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}


def test_lists_are_paged_both_ways(sandbox: Sandbox) -> None:
    made = [authorised(sandbox, 1_000 + i).amount for i in range(5)]
    intents = sandbox.api.v1.payment_intents
    assert [i.amount for i in intents.list(params={"limit": 2}).auto_paging_iter()] == made[::-1]
    first = intents.list(params={"limit": 2})
    assert first.has_more
    second = intents.list(params={"limit": 2, "starting_after": first.data[-1].id})
    back = intents.list(params={"limit": 2, "ending_before": second.data[0].id})
    assert [i.id for i in back.data] == [i.id for i in first.data]


def test_every_parameter_is_one_that_the_sdk_knows() -> None:
    names = {
        "payment_intents": "PaymentIntent", "checkout.sessions": "Session", "charges": "Charge",
        "refunds": "Refund", "transfers": "Transfer", "transfers.reversals": "TransferReversal",
        "payouts": "Payout", "disputes": "Dispute", "events": "Event", "balance": "Balance",
        "balance_transactions": "BalanceTransaction", "accounts": "Account",
    }  # fmt: skip
    for endpoint, fields in ENDPOINTS.items():
        noun, _, verb = endpoint.rpartition(".")
        module: Any = stripe.params.checkout if noun.startswith("checkout") else stripe.params
        action = {"line_items": "ListLineItems"}.get(verb, verb.title())
        known = getattr(module, f"{names[noun]}{action}Params")
        assert set(fields) <= set(known.__annotations__), endpoint
        needed = {name for name, kind in known.__annotations__.items() if "NotRequired" not in str(kind)}
        assert needed <= {name for name, field in fields.items() if field.required}, endpoint


def test_every_field_of_an_answer_is_one_that_the_sdk_knows(sandbox: Sandbox) -> None:
    sandbox.control(disputes={"delay_ms": 0})
    session = sandbox.session(capture="automatic")
    sandbox.fill(session.url, "4000000000000259")
    intent = sandbox.intent(session.id)
    api = sandbox.api.v1
    until(lambda: api.disputes.list().data)
    api.disputes.update(
        api.disputes.list().data[0].id, params={"evidence": {"uncategorized_text": "winning_evidence"}}
    )
    seller = api.accounts.create()
    transfer = api.transfers.create(params={"amount": 500, "currency": "eur", "destination": seller.id})
    things: list[Any] = [
        api.checkout.sessions.retrieve(session.id),
        api.checkout.sessions.line_items.list(session.id).data[0],
        intent,
        api.charges.retrieve(intent.latest_charge),
        api.refunds.create(params={"payment_intent": intent.id, "amount": 100}),
        seller,
        transfer,
        api.transfers.reversals.create(transfer.id, params={"amount": 100}),
        api.payouts.create(params={"amount": 100, "currency": "eur"}),
        api.disputes.list().data[0],
        api.events.list().data[0],
        api.balance.retrieve(),
        api.balance_transactions.list().data[0],
    ]
    for thing in things:
        assert type(thing) is not stripe.StripeObject
        known = {name for kind in type(thing).__mro__ for name in getattr(kind, "__annotations__", {})}
        assert set(thing.to_dict()) <= known, thing.object


def test_the_version_of_the_events_is_that_of_the_sdk() -> None:
    assert stripe.api_version == API_VERSION


def test_a_page_is_made_for_one_currency_and_a_payable_sum(sandbox: Sandbox) -> None:
    def item(currency: str, amount: int) -> dict[str, Any]:
        price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "x"}}
        return {"price_data": price, "quantity": 1}

    base = {"mode": "payment", "success_url": CANCEL_URL}
    for items in ([item("eur", 500), item("usd", 500)], [item("eur", 10)], []):
        with pytest.raises(stripe.InvalidRequestError):
            sandbox.api.raw_request("post", "/v1/checkout/sessions", **base, line_items=items)
