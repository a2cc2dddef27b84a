"""The hosted page as a browser uses it: forms and redirects, nothing else."""

import logging
import re

import httpx
import pytest
import stripe

from tests.payments.sandbox.harness import CANCEL_URL, KEY, Sandbox, form_of

CHALLENGED = "4000 0025 0000 3155"


def where(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def absolute(sandbox: Sandbox, path: str) -> str:
    return sandbox.base.removesuffix("/sandbox") + path


def test_an_accepted_card_reserves_the_money_and_leads_back_to_the_shop(sandbox: Sandbox) -> None:
    session = sandbox.session(6_125_000)
    assert session.payment_intent is None
    answer = sandbox.fill(session.url, "4242 4242 4242 4242")
    assert where(answer) == f"http://shop.example/thanks?session={session.id}"
    intent = sandbox.intent(session.id)
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 6_125_000)
    assert intent.metadata["payment_id"] == "p1"
    assert sandbox.api.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_automatic_capture_takes_the_money_at_once(sandbox: Sandbox) -> None:
    intent = sandbox.paid(10_000)
    assert (intent.status, intent.amount_received) == ("succeeded", 10_000)


def test_a_challenge_that_is_approved_pays(sandbox: Sandbox) -> None:
    session = sandbox.session()
    challenge = absolute(sandbox, where(sandbox.fill(session.url, CHALLENGED)))
    assert sandbox.intent(session.id).status == "requires_action"
    assert "3-D Secure" in sandbox.web.get(challenge).text
    answer = sandbox.web.post(challenge, data={"action": "approve"})
    assert where(answer).startswith("http://shop.example/thanks")
    intent = sandbox.intent(session.id)
    assert intent.status == "requires_capture"
    charge = sandbox.api.v1.charges.retrieve(intent.latest_charge)
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"  # type: ignore[union-attr]


def test_pages_name_the_shop_that_is_paid(stopped: Sandbox) -> None:
    stopped.front.app = app = stopped.app(shop="Pumps & <Valves>")
    stopped.base = f"{stopped.front.address}/sandbox"
    app.start()
    try:
        session = stopped.session()
        pages = [stopped.web.get(session.url)]
        pages.append(stopped.web.get(absolute(stopped, where(stopped.fill(session.url, CHALLENGED)))))
        for page in pages:
            assert "Pumps &amp; &lt;Valves&gt;" in page.text
            assert "shop.example" not in page.text
    finally:
        stopped.front.app = None
        app.stop()


def test_a_challenge_that_fails_leads_back_to_the_page_and_another_card_pays(sandbox: Sandbox) -> None:
    session = sandbox.session()
    challenge = absolute(sandbox, where(sandbox.fill(session.url, CHALLENGED)))
    answer = sandbox.web.post(challenge, data={"action": "fail"})
    page = sandbox.web.get(absolute(sandbox, where(answer)))
    assert "The confirmation failed" in page.text
    error = sandbox.intent(session.id).last_payment_error
    assert error.code == "payment_intent_authentication_failure"
    assert where(sandbox.fill(session.url, "4242424242424242")).startswith("http://shop.example/thanks")


def test_a_challenge_answered_twice_changes_nothing(sandbox: Sandbox) -> None:
    session = sandbox.session()
    challenge = absolute(sandbox, where(sandbox.fill(session.url, CHALLENGED)))
    sandbox.web.post(challenge, data={"action": "approve"})
    again = sandbox.web.post(challenge, data={"action": "fail"})
    assert where(again).startswith("http://shop.example/thanks")
    assert sandbox.intent(session.id).status == "requires_capture"


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("4000000000000002", "generic_decline", "The card was declined"),
        ("4000000000009995", "insufficient_funds", "insufficient funds"),
        ("4000000000000119", "processing_error", "could not process the card"),
    ],
)
def test_a_declined_card_says_why_and_the_page_can_be_used_again(
    sandbox: Sandbox, number: str, code: str, shown: str
) -> None:
    session = sandbox.session()
    back = absolute(sandbox, where(sandbox.fill(session.url, number)))
    assert shown in sandbox.web.get(back).text
    intent = sandbox.intent(session.id)
    assert (intent.status, intent.last_payment_error.decline_code) == ("requires_payment_method", code)
    assert where(sandbox.fill(session.url, "4242424242424242")).startswith("http://shop.example/thanks")


def test_a_double_click_pays_once(sandbox: Sandbox) -> None:
    session = sandbox.session()
    form = {**form_of(sandbox.web.get(session.url).text), "number": "4242424242424242"}
    for _ in range(3):
        assert where(sandbox.web.post(session.url, data=form)).startswith("http://shop.example/thanks")
    assert len(sandbox.api.v1.charges.list().data) == 1


def test_a_declined_form_sent_twice_is_one_attempt(sandbox: Sandbox) -> None:
    session = sandbox.session()
    form = {**form_of(sandbox.web.get(session.url).text), "number": "4000000000000002"}
    for _ in range(3):
        sandbox.web.post(session.url, data=form)
    assert len(sandbox.api.v1.charges.list().data) == 1


def test_a_paid_page_opened_again_only_leads_back(sandbox: Sandbox) -> None:
    session = sandbox.session()
    sandbox.fill(session.url, "4242424242424242")
    page = sandbox.web.get(session.url).text
    assert "Payment confirmed" in page
    assert "<form" not in page
    assert f"http://shop.example/thanks?session={session.id}" in page


def test_cancel_leads_back_and_the_page_stays_open(sandbox: Sandbox) -> None:
    session = sandbox.session()
    answer = sandbox.web.post(session.url, data={"action": "cancel"})
    assert where(answer) == CANCEL_URL
    assert sandbox.api.v1.checkout.sessions.retrieve(session.id).status == "open"


def test_an_expired_page_takes_no_money(sandbox: Sandbox) -> None:
    session = sandbox.session()
    sandbox.control(clock={"advance_s": 24 * 3600 + 60})
    answer = sandbox.web.post(session.url, data={"action": "pay", "number": "4242424242424242"})
    assert "has expired" in answer.text
    assert sandbox.api.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert sandbox.api.v1.charges.list().data == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"number": "4242424242424241"}, "not a card number"),
        ({"number": "4111111111111111"}, "Only the test cards"),
        ({"expiry": "12/24"}, "month and a year"),
        ({"expiry": "13/34"}, "month and a year"),
        ({"cvc": "12a"}, "three digits"),
    ],
)
def test_what_is_typed_wrongly_is_told_and_never_sent_back(
    sandbox: Sandbox, typed: dict[str, str], told: str
) -> None:
    session = sandbox.session()
    form = form_of(sandbox.web.get(session.url).text)
    answer = sandbox.web.post(session.url, data={**form, **typed})
    assert answer.status_code == 422
    assert told in answer.text
    assert 'aria-invalid="true"' in answer.text
    if "number" in typed:
        assert typed["number"] not in answer.text
        assert not re.search(r'name="number"[^>]*value="[^"]', answer.text)
    assert sandbox.api.v1.charges.list().data == []


def test_no_card_number_is_stored_or_logged(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        sandbox.paid(number="4000000000000259")
        sandbox.fill(sandbox.session().url, "4000000000000002")
    files = b"".join(path.read_bytes() for path in sandbox.path.parent.iterdir())
    for number in (b"4000000000000259", b"4000000000000002"):
        assert number not in files
        assert number.decode() not in caplog.text
    assert b'"last4": "0259"' in files


def test_the_page_needs_nothing_from_outside_and_no_script(sandbox: Sandbox) -> None:
    answer = sandbox.web.get(sandbox.session().url)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' http://shop.example" in policy
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", answer.text)
    for address in re.findall(r'(?:href|src|action)="([^"]+)"', answer.text):
        assert address.startswith("/sandbox/")
    for address in re.findall(r'(?:href|src)="(/sandbox/static/[^"]+)"', answer.text):
        static = sandbox.web.get(absolute(sandbox, address))
        assert static.status_code == 200
        assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", static.text)


def test_what_a_shop_names_its_goods_cannot_become_html(sandbox: Sandbox) -> None:
    page = sandbox.web.get(sandbox.session().url).text
    assert "A pump &amp; &lt;valves&gt;" in page
    assert "<valves>" not in page


@pytest.mark.parametrize(
    ("accepted", "query", "language"),
    [
        ("es-MX,es;q=0.9,en;q=0.5", "", "es"),
        ("en;q=0.4, es;q=0.3", "", "en"),
        ("fr", "", "en"),
        ("en", "?lang=es", "es"),
        ("es", "?lang=en", "en"),
    ],
)
def test_the_page_speaks_the_readers_language(
    sandbox: Sandbox, accepted: str, query: str, language: str
) -> None:
    url = sandbox.session(6_125_000).url
    page = sandbox.web.get(url + query, headers={"Accept-Language": accepted}).text
    assert f'<html lang="{language}">' in page
    assert {"es": "Pagar 61.250,00 EUR", "en": "Pay 61,250.00 EUR"}[language] in page


def test_the_language_asked_for_stays_through_a_decline(sandbox: Sandbox) -> None:
    session = sandbox.session()
    answer = sandbox.fill(session.url + "?lang=es", "4000000000000002")
    assert "ha sido rechazada" in sandbox.web.get(absolute(sandbox, where(answer))).text


def test_both_languages_say_everything() -> None:
    from payments.sandbox.words import WORDS

    assert WORDS["en"].keys() == WORDS["es"].keys()
    for name, text in WORDS["en"].items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", WORDS["es"][name]))


@pytest.mark.parametrize("path", ["/pay/cs_test_nothere000000", "/challenge/challenge_nothere0000", "/x"])
def test_an_address_that_leads_nowhere_is_a_page_too(sandbox: Sandbox, path: str) -> None:
    answer = sandbox.web.get(sandbox.base + path)
    assert answer.status_code == 404
    assert "<main>" in answer.text


def test_the_first_page_says_what_this_is(sandbox: Sandbox) -> None:
    assert "4242 4242 4242 4242" in sandbox.web.get(sandbox.base + "/").text


def test_an_outage_is_told_to_people_and_to_the_api(sandbox: Sandbox) -> None:
    url = sandbox.session().url
    sandbox.control(answers={"outage_s": 600})
    page = sandbox.web.get(url)
    assert (page.status_code, "not available" in page.text) == (503, True)
    with pytest.raises(stripe.APIError) as caught:
        sandbox.session()
    assert caught.value.http_status == 503
    sandbox.control(reset=True)
    assert sandbox.web.get(url).status_code == 200


def test_a_payment_confirmed_by_the_api_challenges_on_a_page_and_returns(sandbox: Sandbox) -> None:
    intent = sandbox.api.v1.payment_intents.create(
        params={
            "amount": 5_000,
            "currency": "eur",
            "confirm": True,
            "payment_method": "pm_card_authenticationRequired",
            "return_url": "http://shop.example/back?a=1",
        }
    )
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    url = intent.next_action.redirect_to_url.url
    assert url is not None
    location = where(sandbox.web.post(url, data={"action": "approve"}))
    assert location.startswith(f"http://shop.example/back?a=1&payment_intent={intent.id}")
    assert sandbox.api.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_pages_do_not_ask_for_the_key_and_the_api_does(sandbox: Sandbox) -> None:
    assert sandbox.web.get(sandbox.session().url).status_code == 200
    for headers in ({}, {"Authorization": "Bearer sk_test_wrong"}, {"Authorization": "Basic x"}):
        assert sandbox.web.get(f"{sandbox.base}/v1/events", headers=headers).status_code == 401
        assert sandbox.web.get(f"{sandbox.base}/control", headers=headers).status_code == 401
    assert sandbox.web.get(f"{sandbox.base}/v1/events", auth=(KEY, "")).status_code == 200
