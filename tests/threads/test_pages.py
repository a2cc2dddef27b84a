"""The pages, as people and search engines get them."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from catalog.models import Listing
from negotiation_hub.people.models import User
from tests.personas import START, Cast
from tests.threads.conftest import Say
from threads import queries, services
from threads.models import Follow, Thread

pytestmark = pytest.mark.django_db
EVIL = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>&\"'"
ATOM = "{http://www.w3.org/2005/Atom}"


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def form_id(html: str, action: str) -> str:
    """The command's id that the form with this action carries."""
    form = html.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', form)
    assert found is not None
    return found[1]


def structured_data(html: str) -> Any:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert len(found) == 1
    return json.loads(found[0])


def test_everyone_reads_a_question_and_its_answer(
    client: Client, cast: Cast, question: Thread, say: Say
) -> None:
    say(cast.ada, question, "SiC on *SiC*.")
    html = page(client, question.get_absolute_url())
    for shown in ("Which <strong>seal</strong>", "SiC on <em>SiC</em>", "Ben", "Ada", "Seller", "Pump NB-40"):
        assert shown in html
    assert f'<link rel="canonical" href="http://testserver{question.get_absolute_url()}">' in html
    assert '<meta name="description" content="Which seal does it have?">' in html
    assert "noindex" not in html
    assert "Sign in to answer" in html
    data = structured_data(html)
    assert (data["@type"], data["headline"], data["author"]["name"]) == (
        "DiscussionForumPosting",
        "Which seal?",
        "Ben",
    )
    assert [comment["text"] for comment in data["comment"]] == ["SiC on SiC."]
    assert data["about"]["name"] == "Pump NB-40"


def test_groups_and_topics_are_listed(client: Client, question: Thread, staff_topic: Thread) -> None:
    assert "sellers.norte" in page(client, "/groups/")
    assert "sellers.norte.team" not in page(client, "/groups/")
    assert "Which seal?" in page(client, "/groups/sellers.norte/")
    assert client.get("/groups/sellers.norte.team/").status_code == 404
    assert client.get(staff_topic.get_absolute_url()).status_code == 404
    assert "Groups" in page(client, "/")


def test_an_old_or_short_address_leads_to_the_topic(client: Client, question: Thread) -> None:
    for path in (
        f"/groups/sellers.norte/{question.pk}/",
        f"/groups/sellers.norte/{question.pk}/another/",
        f"/groups/elsewhere/{question.pk}/x/",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (301, question.get_absolute_url())


def test_a_strangers_private_thread_is_as_missing_as_one_that_never_was(cast: Cast, private: Thread) -> None:
    stranger = as_person(cast.cleo)
    for path in ("/threads/{}/", "/groups/x/{}/a/"):
        there, nowhere = (stranger.get(path.format(id)) for id in (private.pk, uuid4()))
        assert there.status_code == nowhere.status_code == 404
        assert _main(there) == _main(nowhere)
    assert "The delivery" in page(as_person(cast.ada), f"/threads/{private.pk}/")
    assert "noindex" in page(as_person(cast.ada), f"/threads/{private.pk}/")
    for action in ("post", "follow", "resolve", "reopen", "room", "read"):
        assert stranger.post(f"/threads/{private.pk}/{action}/", {"text": "x"}).status_code == 404


def _main(answer: Any) -> str:
    body: str = answer.content.decode()
    return body.split("<main")[1].split("</main", maxsplit=1)[0]


def test_a_question_is_asked_from_the_listings_page_once(cast: Cast, listing: Listing) -> None:
    buyer, action = as_person(cast.ben), f"/threads/ask/{listing.pk}/"
    html = page(buyer, listing.get_absolute_url())
    form = {"subject": "Which seal?", "text": "Which?", "id": form_id(html, action)}
    first, second = (buyer.post(action, form) for _ in range(2))
    made = Thread.objects.get()
    assert first["Location"] == second["Location"] == made.get_absolute_url()
    assert "Which seal?" in page(Client(), listing.get_absolute_url())


def test_what_is_wrong_with_a_question_is_said_beside_it(cast: Cast, listing: Listing) -> None:
    buyer = as_person(cast.ben)
    action = f"/threads/ask/{listing.pk}/"
    answer = buyer.post(action, {"subject": "a\u202eb", "text": "Kept words", "id": uuid4()})
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert "all on one line" in answer.content.decode()
    assert buyer.post(action, {"subject": "a", "text": " ", "id": "x"}).status_code == 422
    assert not Thread.objects.exists()


def test_nobody_signed_in_is_sent_to_the_door_and_back(
    client: Client, cast: Cast, listing: Listing, question: Thread
) -> None:
    html = page(client, listing.get_absolute_url())
    assert "Sign in to ask a question" in html
    for path in (f"/threads/ask/{listing.pk}/", "/threads/"):
        assert "login" in client.get(path)["Location"]
    for action in ("post", "follow", "resolve", "room", "read"):
        assert client.post(f"/threads/{question.pk}/{action}/", {"text": "x"}).status_code == 302
    assert question.posts == Thread.objects.get().posts == 1


def test_the_sellers_own_people_are_not_asked_to_ask(cast: Cast, listing: Listing) -> None:
    assert "/threads/ask/" not in page(as_person(cast.ada), listing.get_absolute_url())


def test_an_answer_is_posted_once_however_often_the_button_is_pressed(cast: Cast, question: Thread) -> None:
    seller, action = as_person(cast.ada), f"/threads/{question.pk}/post/"
    form = {
        "text": "SiC.",
        "id": form_id(page(seller, question.get_absolute_url()), action),
    }
    answers = [seller.post(action, form) for _ in range(2)]
    assert {answer["Location"] for answer in answers} == {f"{question.get_absolute_url()}#p5"}
    assert Thread.objects.get().posts == 2
    blank = seller.post(action, {"text": " ", "id": uuid4()})
    assert blank.status_code == 422


def test_a_topic_is_started_in_a_group(cast: Cast, question: Thread) -> None:
    stranger, action = as_person(cast.cleo), "/groups/sellers.norte/new/"
    form = {"subject": "Spares", "text": "Do you have some?", "id": uuid4()}
    assert stranger.post(action, form).status_code == 302
    assert Thread.objects.get(subject="Spares").listing is None
    assert stranger.post(action, {**form, "subject": ""}).status_code == 422
    assert stranger.post("/groups/no.such/new/", form).status_code == 404


def test_following_resolving_and_the_private_room_are_one_click_each(cast: Cast, question: Thread) -> None:
    buyer = as_person(cast.ben)
    base = f"/threads/{question.pk}"
    assert buyer.post(f"{base}/follow/", {"level": "web"}).status_code == 302
    assert queries.follow_of(cast.ben, question).level == "web"
    buyer.post(f"{base}/follow/", {"level": "loud"})
    assert queries.follow_of(cast.ben, question).level == "web"
    buyer.post(f"{base}/resolve/")
    assert "Open again" in page(buyer, question.get_absolute_url())
    buyer.post(f"{base}/reopen/")
    moved = buyer.post(f"{base}/room/")["Location"]
    assert re.fullmatch(r"/rooms/[0-9a-f-]{36}/", moved)
    assert moved in page(buyer, question.get_absolute_url())
    assert moved in page(as_person(cast.max), question.get_absolute_url())
    others = page(as_person(cast.cleo), question.get_absolute_url())
    assert moved not in others
    assert "took this to a private room" in others
    assert as_person(cast.cleo).post(f"{base}/room/").status_code == 403
    buyer.post("/groups/sellers.norte/follow/", {"level": "mail"})
    assert Follow.objects.get(group__isnull=False).level == "mail"


def test_looking_changes_nothing(cast: Cast, question: Thread, private: Thread) -> None:
    before = list(Follow.objects.order_by("pk").values())
    buyer = as_person(cast.ben)
    for path in (
        question.get_absolute_url(),
        f"/threads/{private.pk}/",
        "/threads/",
        "/groups/sellers.norte/",
    ):
        page(buyer, path)
        page(as_person(cast.ada), path)
    assert list(Follow.objects.order_by("pk").values()) == before
    for action in ("post", "follow", "resolve", "reopen", "room", "read"):
        assert buyer.get(f"/threads/{question.pk}/{action}/").status_code == 405


def test_the_page_says_how_far_it_was_read(cast: Cast, question: Thread) -> None:
    seller = as_person(cast.ada)
    assert ">new<" in page(seller, "/threads/")
    assert seller.post(f"/threads/{question.pk}/read/", {"seq": "3"}).status_code == 204
    assert ">new<" not in page(seller, "/threads/")
    for nonsense in ("", "-1", "x", "9" * 40, "\N{ARABIC-INDIC DIGIT ONE}"):
        assert seller.post(f"/threads/{question.pk}/read/", {"seq": nonsense}).status_code == 204
    assert Follow.objects.get(user=cast.ada).read_seq == 3


def test_forms_need_their_token(cast: Cast, question: Thread) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.ben)
    assert client.post(f"/threads/{question.pk}/post/", {"text": "x", "id": uuid4()}).status_code == 403


def test_a_long_thread_is_read_page_by_page(cast: Cast, question: Thread, monkeypatch: Any) -> None:
    from threads import limits

    monkeypatch.setattr(limits, "POSTS_PAGE", 4)
    for number in range(9):
        services.post(
            actor=cast.ben, thread_id=question.pk, text=f"post {number}", command=uuid4(), now=START
        )
    path, seen = question.get_absolute_url(), []
    address = path
    for _ in range(10):
        html = page(Client(), address)
        seen.append(re.findall(r"<p>(post \d)</p>", html))
        older = re.search(r'href="(\?before=\d+)"', html)
        if older is None:
            break
        address = path + older[1]
    assert [text for texts in reversed(seen) for text in texts] == [f"post {n}" for n in range(9)]
    for nonsense in ("0", "-5", "x", "9" * 30):
        page(Client(), f"{path}?before={nonsense}")


def test_the_feed_is_one_and_holds_no_members_only_group(
    client: Client, cast: Cast, question: Thread, staff_topic: Thread
) -> None:
    services.start_topic(
        actor=cast.ben,
        group_name="sellers.norte",
        subject=EVIL,
        text="a\x07b " + EVIL,
        now=START,
        thread_id=uuid4(),
    )
    answer = client.get("/groups/sellers.norte/feed.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries].count(EVIL) == 1
    urls = [link.get("href") for entry in entries for link in entry.findall(f"{ATOM}link")]
    assert f"http://testserver{question.get_absolute_url()}" in urls
    for person in (client, as_person(cast.max)):
        assert person.get("/groups/sellers.norte.team/feed.atom").status_code == 404


def test_no_text_of_a_thread_breaks_out_of_its_place(cast: Cast, listing: Listing) -> None:
    cast.ben.name = 'Ben "</script><b>'
    cast.ben.save(update_fields=["name"])
    made = services.ask(
        actor=cast.ben, listing_id=listing.pk, subject=EVIL, text=EVIL, now=START, thread_id=uuid4()
    )
    for path in (
        made.get_absolute_url(),
        "/groups/sellers.norte/",
        listing.get_absolute_url(),
        "/threads/",
        "/groups/",
    ):
        html = page(as_person(cast.ben), path)
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "</script><b>" not in html
        assert " style=" not in html
        assert "javascript:" not in html
    assert structured_data(page(Client(), made.get_absolute_url()))["headline"] == EVIL


def test_a_list_costs_the_same_however_long_it_is(
    cast: Cast, listing: Listing, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    for number in range(12):
        services.ask(
            actor=cast.ben,
            listing_id=listing.pk,
            subject=f"q {number}",
            text="b",
            now=START,
            thread_id=uuid4(),
        )
    with django_assert_max_num_queries(8):
        page(Client(), "/groups/sellers.norte/")
    with django_assert_max_num_queries(14):
        page(Client(), Thread.objects.all()[0].get_absolute_url())
