import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from feedback.models import Answer, FollowUp, Silence
from negotiation_hub.people.models import User
from tests.feedback.given import Deals, changed, give, link, received
from tests.orders.deal import Deal

FORM = {"q-product": "yes", "q-delivery": "5", "q-negotiation": "4", "may_contact": "on"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% load x %}",
    "\u202etxet\u202c",
    "javascript:alert(1) http://x.test",
    "=HYPERLINK(1)",
    "\x07\x1b[31m",
    "ﷺ" * 300,
)


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


# -- by the link -------------------------------------------------------------------------------------------


def test_the_link_opens_the_questions_without_signing_in(deal: Deal) -> None:
    received(deal)
    answer = Client().get(link(deal))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    # Other sites never learn the link, and the form's own POST still says where it comes from.
    assert answer["Referrer-Policy"] == "same-origin"
    assert 'name="referrer"' not in page
    assert page.count("<fieldset") == page.count("<legend") == 3
    assert page.count('type="radio"') == 3 + 5 + 5
    assert 'maxlength="2000"' in page
    assert not re.search(r'name="may_contact"[^>]*checked', page)  # consent is given, not taken
    assert deal.order.number in page
    assert not Answer.objects.exists()


def test_answering_by_the_link_shows_thanks_and_what_was_answered(deal: Deal) -> None:
    received(deal)
    path, client = link(deal), Client()
    answer = client.post(path, {**FORM, "q-better": "A longer hose."}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(path, 302)]
    for words in ("Thank you", "Did you get what was agreed?", "Yes", "5 / 5", "A longer hose."):
        assert words in page
    again = client.post(path, {**FORM, "q-delivery": "1"}, follow=True)
    assert "5 / 5" in again.content.decode()
    assert "1 / 5" not in again.content.decode()
    assert Answer.objects.get().values["delivery"] == 5
    assert "5 / 5" in text(Client(), path)


def test_what_is_missing_is_said_beside_its_question_and_the_rest_is_kept(deal: Deal) -> None:
    received(deal)
    answer = Client().post(link(deal), {"q-delivery": "3", "q-better": "A longer hose."})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Please answer this question.") == 2
    assert re.search(r'name="q-delivery" value="3"[^>]*checked', page)
    assert "A longer hose." in page
    assert not re.search(r'name="may_contact"[^>]*checked', page)
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q-product", "perhaps"),
        ("q-delivery", "6"),
        ("q-delivery", "x"),
        ("q-better", "x" * 2_001),
        ("q-better", "\x00"),
    ],
)
def test_what_was_not_offered_is_refused(deal: Deal, name: str, value: str) -> None:
    received(deal)
    answer = Client().post(link(deal), {**FORM, name: value})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not Answer.objects.exists()


def test_a_text_of_nothing_but_what_cannot_be_stored_is_no_answer(deal: Deal) -> None:
    received(deal)
    Client().post(link(deal), {**FORM, "q-better": " \r\n "})
    assert "better" not in Answer.objects.get().values


def test_a_changed_link_and_a_late_one_are_refused_in_words(deal: Deal) -> None:
    received(deal)
    path = link(deal)
    assert "survey.link" in text(Client(), changed(path), 410)
    assert Client().post(changed(path), FORM).status_code == 410
    deal.pass_time(days=30)
    assert "survey.expired" in text(Client(), path, 410)
    assert Client().post(path, FORM).status_code == 410
    assert not Answer.objects.exists()


def test_what_was_answered_in_time_is_shown_after_it(deal: Deal) -> None:
    received(deal)
    Client().post(link(deal), FORM)
    deal.pass_time(days=60)
    assert "Thank you" in text(Client(), link(deal))


def test_the_page_speaks_the_readers_language(deal: Deal) -> None:
    received(deal)
    page = Client(headers={"Accept-Language": "es"}).get(link(deal)).content.decode()
    assert "¿Ha recibido lo acordado?" in page
    assert "En parte" in page


def test_hostile_words_stay_words_on_every_page(deals: Deals) -> None:
    deal = deals.deal
    received(deal)
    words = {**FORM, "q-better": "\n\n".join(HOSTILE), "q-product": "no"}
    page = Client().post(link(deal), words, follow=True)
    deal.work()
    for hostile in HOSTILE:
        deals.answered(1, better=hostile)
    pages = [page.content.decode()]
    thread = FollowUp.objects.get(answer__invitation__order=deal.order_id).thread_id
    paths = (f"/feedback/results/{deal.seller.slug}/", "/threads/", f"/threads/{thread}/")
    pages += [text(as_person(deal.sol), path) for path in paths]
    pages.append(text(as_person(deal.ben), f"/orders/{deal.order_id}/"))
    for shown in pages:
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "14" not in re.findall(r"<bdi>(.*?)</bdi>", shown)


def test_the_link_that_ends_the_questions_asks_first(deal: Deal) -> None:
    received(deal)
    path, client = link(deal, to="/feedback/stop/"), Client()
    assert "No more questions?" in text(client, path)
    assert not Silence.objects.exists()
    for _ in range(2):
        assert "will not be asked any more" in client.post(path, follow=True).content.decode()
    assert Silence.objects.get().person == deal.ben
    assert "survey.link" in text(client, "/feedback/stop/wrong/", 410)


# -- signed in ---------------------------------------------------------------------------------------------


def test_what_is_open_is_found_on_the_persons_page_and_on_the_order(deal: Deal) -> None:
    invitation = received(deal)
    ben, sol = as_person(deal.ben), as_person(deal.sol)
    order = f"/orders/{deal.order_id}/"
    assert deal.order.title in text(ben, "/feedback/")
    assert "Say how it was" in text(ben, order)
    assert ">How was it?</h2>" in text(ben, order)
    assert "Say how it was" not in text(sol, order)
    assert deal.order.title not in text(sol, "/feedback/")
    found = re.search(r'href="(/feedback/ey[^"]+)"', text(ben, "/feedback/"))
    assert found is not None
    assert Client().get(found[1]).status_code == 200
    give(deal, invitation)
    assert "Nothing is open" in text(ben, "/feedback/")
    assert "You have answered. Thank you." in text(ben, order)


def test_an_invitation_that_has_passed_is_nowhere(deal: Deal) -> None:
    received(deal)
    deal.pass_time(days=31)
    ben = as_person(deal.ben)
    assert "Nothing is open" in text(ben, "/feedback/")
    assert "Say how it was" not in text(ben, f"/orders/{deal.order_id}/")


def test_a_person_says_that_they_want_questions_or_none(deal: Deal) -> None:
    ben = as_person(deal.ben)
    ben.post("/feedback/questions/", {"wanted": "no"})
    assert "Ask me again" in text(ben, "/feedback/")
    ben.post("/feedback/questions/", {"wanted": "yes"})
    assert "No more questions" in text(ben, "/feedback/")
    assert ben.get("/feedback/questions/").status_code == 405


def test_who_is_not_signed_in_is_sent_to_sign_in(db: None) -> None:
    for path in (
        "/feedback/",
        "/feedback/results/",
        "/feedback/results/x/",
        "/feedback/results/x/export.csv",
    ):
        answer = Client().get(path)
        assert (answer.status_code, "login" in answer["Location"]) == (302, True)


# -- results -----------------------------------------------------------------------------------------------


def test_the_sellers_people_see_the_results_once_there_are_five(deals: Deals) -> None:
    deal = deals.deal
    deals.answered(4, better="A longer hose.")
    page = text(as_person(deal.max), f"/feedback/results/{deal.seller.slug}/")
    assert "Fewer than 5 answers" in page
    assert "A longer hose." not in page
    assert "export.csv" not in page
    deals.answered(1, better="A longer hose.")
    page = text(as_person(deal.max), f"/feedback/results/{deal.seller.slug}/")
    assert page.count("A longer hose.") == 5
    assert page.count("<progress") == 3 + 5 + 5
    assert "Buyer 1" not in page
    assert "100 %" in page


def test_a_strangers_results_do_not_exist(deals: Deals) -> None:
    deal = deals.deal
    deals.answered(5)
    for person in (deal.cleo, deal.ben):
        for slug in (deal.seller.slug, "nobody"):
            client = as_person(person)
            assert client.get(f"/feedback/results/{slug}/").status_code == 404
            assert client.get(f"/feedback/results/{slug}/export.csv").status_code == 404


def test_the_table_is_refused_below_the_threshold(deals: Deals) -> None:
    deal, path = deals.deal, f"/feedback/results/{deals.deal.seller.slug}/export.csv"
    sol = as_person(deal.sol)
    assert sol.get(path).status_code == 404
    deals.answered(4)
    assert "survey.too_few" in text(sol, path, 409)
    deals.answered(1)
    answer = sol.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert sol.get(f"{path}?survey={uuid4()}").status_code == 404
    for wrong in ("1999", "x", "99999", "٢٠٢٦"):
        assert sol.get(f"{path}?survey={wrong}&year={wrong}").status_code in {200, 409}


def test_years_are_offered_once_each_may_be_shown(deals: Deals) -> None:
    deal = deals.deal
    deals.answered(5)
    path = f"/feedback/results/{deal.seller.slug}/"
    assert "?year=" not in text(as_person(deal.sol), path)
    assert deal.clock is not None
    deal.clock.shift(timedelta(days=365))
    deals.answered(4)
    assert "Nothing is shown before" in text(as_person(deal.sol), f"{path}?year=2026")
    deals.answered(1)
    assert "?year=2026" in text(as_person(deal.sol), path)
    assert "Nothing is shown before" not in text(as_person(deal.sol), f"{path}?year=2026")
    assert "Nothing is shown before" in text(as_person(deal.sol), f"{path}?year=2025")


def blocks(page: str) -> list[dict[str, object]]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return [json.loads(block) for block in found]


def storefront(deals: Deals) -> str:
    from tests.factories.catalog import ListingFactory

    deal = deals.deal
    ListingFactory.create(organisation=deal.seller, author=deal.ada)
    return text(Client(), f"/sellers/{deal.seller.slug}/")


def test_the_storefront_shows_the_rating_and_tells_search_engines_the_same(deals: Deals) -> None:
    deals.answered(4)
    page = storefront(deals)
    assert "Not enough answers yet." in page
    assert not [block for block in blocks(page) if block["@type"] == "AggregateRating"]
    give(deals.deal, received(deals.deal), delivery=1, negotiation=2)
    page = storefront(deals)
    assert "3.9 of 5" in page
    assert "from 5 verified buyers" in page
    assert "★★★★☆" in page
    rating = next(block for block in blocks(page) if block["@type"] == "AggregateRating")
    assert (rating["ratingValue"], rating["ratingCount"], rating["bestRating"]) == ("3.9", 5, "5")
    seller = rating["itemReviewed"]
    assert isinstance(seller, dict)
    assert seller["name"] == deals.deal.seller.name


def test_a_hostile_name_does_not_leave_the_block(deals: Deals) -> None:
    deals.answered(5)
    deals.deal.seller.name = "</script><script>alert(1)</script>"
    deals.deal.seller.save()
    page = storefront(deals)
    assert "<script>alert(1)" not in page
    assert len([block for block in blocks(page) if block["@type"] == "AggregateRating"]) == 1
