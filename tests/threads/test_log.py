"""The rows say what the log says, the document says what the log holds, and `verify` finds what does not."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from negotiation_hub.kernel import stream
from tests.personas import START, Cast
from tests.threads.conftest import Say
from threads import audit, moving, queries, services, state
from threads.models import Member, PostMail, Thread

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"


def test_whatever_happens_the_log_tells_it(
    cast: Cast, question: Thread, private: Thread, staff_topic: Thread, say: Say
) -> None:
    say(cast.ada, question)
    services.resolve(actor=cast.ben, thread_id=question.pk, now=START)
    moving.take_to_room(actor=cast.ben, thread_id=question.pk, now=START)
    say(cast.cleo, question)
    say(cast.ada, private)
    for thread in (question, private, staff_topic):
        thread.refresh_from_db()
        events = list(stream.everything(thread.pk))
        now = queries.thread_state(thread)
        assert state.fold((event.kind, event.body) for event in events) == now
        for seen in range(len(events)):  # a snapshot at any number, and the events after it
            folded = state.fold((event.kind, event.body) for event in events[:seen])
            assert state.fold(((one.kind, one.body) for one in events[seen:]), folded) == now
        assert not list(audit.check_thread(thread))
    assert not list(audit.check())


def test_a_changed_name_does_not_change_what_was_said(cast: Cast, question: Thread) -> None:
    cast.ben.name = "Benjamin"
    cast.ben.save(update_fields=["name"])
    assert queries.thread_state(question)["people"][0]["name"] == "Ben"
    assert not list(audit.check_thread(question))


CHANGES: list[dict[str, Any]] = [
    {"subject": "Another"},
    {"status": "resolved"},
    {"room": UUID(int=1)},
    {"posts": 7},
    {"last_at": START + timedelta(days=1)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_row_that_says_otherwise_is_found(question: Thread, change: dict[str, Any]) -> None:
    Thread.objects.filter(pk=question.pk).update(**change)
    question.refresh_from_db()
    assert list(audit.check_thread(question))


def test_a_message_id_without_a_post_and_a_person_too_many_are_found(cast: Cast, question: Thread) -> None:
    PostMail.objects.create(message_id="<a@b>", thread=question, seq=2, author=cast.ben, at=START)
    Member.objects.create(thread=question, user=cast.max, side="seller", name="Max", joined_at=START)
    told = " ".join(problem.what for problem in audit.check_thread(question))
    assert "names the post 2" in told
    assert "people" in told


def test_each_event_of_a_thread_is_described_with_all_it_says(cast: Cast, question: Thread, say: Say) -> None:
    services.post(
        actor=cast.ada,
        thread_id=question.pk,
        text="SiC",
        command=UUID(int=7),
        now=START,
        answers=3,
        mail=services.FromMail("<a@b.example>"),
    )
    moving.take_to_room(actor=cast.ben, thread_id=question.pk, now=START)
    services.resolve(actor=cast.ben, thread_id=question.pk, now=START)
    say(cast.ben, question)
    described = DOCUMENT.read_text().split("\n## Threads\n")[1].split("\n## ")[0]
    for event in stream.everything(question.pk):
        row = next(line for line in described.splitlines() if f"`{event.kind}`" in line)
        for name in event.body:
            assert re.search(rf"`[^`]*\b{name}\b", row), f"{event.kind}.{name} is not in the document"
    for part, facts in queries.thread_state(question).items():
        names = facts if isinstance(facts, dict) else facts[0]
        for name in (part, *names):
            assert f'"{name}"' in described
