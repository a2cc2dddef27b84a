"""Groups and threads over REST."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from catalog.models import Listing
from negotiation_hub.kernel import clock
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from tests.personas import Cast
from threads.models import PostMail, Thread

pytestmark = pytest.mark.django_db


def call(person: User, path: str, body: Any = None, *, key: str = "") -> Any:
    """A REST call of that person; the answer."""
    token = people.issue_token(user=person, now=clock.now())
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    client, path = Client(headers=headers), f"/api/v1{path}"
    return (
        client.get(path)
        if body is None
        else client.post(path, json.dumps(body), content_type="application/json")
    )


def test_a_question_and_its_answer(cast: Cast, listing: Listing) -> None:
    question = {"subject": "Which seal?", "text": "Which?"}
    path, key = f"/listings/{listing.pk}/questions", str(uuid4())
    asked = call(cast.ben, path, question, key=key)
    assert asked.status_code == 201
    made = asked.json()
    assert (made["group"], made["listing"], made["posts"]) == ("sellers.norte", str(listing.pk), 1)
    assert call(cast.ben, path, question, key=key).json() == made
    assert Thread.objects.count() == 1
    messages, key = f"/threads/{made['id']}/messages", str(uuid4())
    said = call(cast.ada, messages, {"text": "**SiC**", "answers": 3}, key=key)
    assert said.status_code == 201
    assert call(cast.ada, messages, {"text": "**SiC**", "answers": 3}, key=key).json() == said.json()
    log = call(cast.cleo, f"/threads/{made['id']}/events?after=3").json()
    assert [event["kind"] for event in log["events"]] == ["participant.joined", "message.sent"]
    last = log["events"][-1]
    assert last["body"] == {"text": "**SiC**", "answers": 3, "html": "<p><strong>SiC</strong></p>"}
    assert (log["head"], last["seq"], last["hash"]) == (5, said.json()["seq"], said.json()["hash"])
    assert log["state"]["thread"]["status"] == "open"
    assert PostMail.objects.count() == 2


def test_groups_and_their_topics(cast: Cast, question: Thread, staff_topic: Thread) -> None:
    names = [group["name"] for group in call(cast.ben, "/groups").json()["groups"]]
    assert names == ["sellers.norte"]
    ours = [group["name"] for group in call(cast.sol, "/groups").json()["groups"]]
    assert ours == ["sellers.norte", "sellers.norte.team"]
    topics = call(cast.ben, "/groups/sellers.norte/threads").json()
    assert [one["id"] for one in topics["threads"]] == [str(question.pk)]
    assert topics["next"] is None
    assert call(cast.ben, "/groups/sellers.norte.team/threads").status_code == 404


def test_a_stranger_cannot_tell_that_a_private_thread_exists(cast: Cast, private: Thread) -> None:
    for path, body in (("events", None), ("messages", {"text": "x"})):
        there, nowhere = (call(cast.cleo, f"/threads/{id}/{path}", body) for id in (private.pk, uuid4()))
        assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
        assert there.status_code == 404
    assert call(cast.ada, f"/threads/{private.pk}/events").json()["side"] == "seller"


BAD: list[tuple[dict[str, Any], str]] = [
    ({"text": " "}, "message.blank"),
    ({"text": "x" * 8001}, "message.too_long"),
    ({"text": "x", "answers": 99}, "thread.answers"),
    ({"text": "x", "answers": 0}, "malformed"),
    ({"text": "x", "answers": 10**30}, "malformed"),
    ({"text": "x", "colour": "red"}, "malformed"),
    ({}, "malformed"),
    ({"text": 5}, "malformed"),
]


@pytest.mark.parametrize(("body", "code"), BAD, ids=[f"{n}-{code}" for n, (_, code) in enumerate(BAD)])
def test_what_is_no_post_is_refused_by_name(
    cast: Cast, question: Thread, body: dict[str, Any], code: str
) -> None:
    answer = call(cast.ada, f"/threads/{question.pk}/messages", body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Thread.objects.get().posts == 1


def test_numbers_that_are_none_are_refused(cast: Cast, question: Thread) -> None:
    for query in ("after=-1", f"after={10**30}", "limit=0", "limit=10000", "after=x"):
        assert call(cast.ada, f"/threads/{question.pk}/events?{query}").status_code == 422


def test_nobody_who_is_not_signed_in(question: Thread) -> None:
    assert Client().get("/api/v1/groups").status_code == 401
    assert Client().post(f"/api/v1/threads/{question.pk}/messages").status_code == 401
