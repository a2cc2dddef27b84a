"""REST for groups and threads."""

import json
from typing import Annotated, Any
from uuid import UUID, uuid4

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from negotiation_hub.kernel import clock, stream, wire
from negotiation_hub.kernel import limits as kernel
from negotiation_hub.people.models import User
from threads import limits, queries, services
from threads.models import Group, Thread

router = Router(tags=["threads"])

# An event's number: what no stream reaches is no number.
After = Annotated[int, Query(ge=0, le=2**53 - 1)]
Limit = Annotated[int, Query(ge=1, le=kernel.HISTORY_EVENTS_MAX)]


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


class MessageIn(Schema):
    """A post. `answers` is the number of the post that it answers."""

    model_config = ConfigDict(extra="forbid")

    text: str
    answers: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None


class QuestionIn(Schema):
    """A question on a listing."""

    model_config = ConfigDict(extra="forbid")

    subject: str
    text: str


@router.get("/groups", summary="Groups that you may read")
def list_groups(request: Person) -> dict[str, Any]:
    """By name."""
    return {"groups": [_group(one) for one in queries.groups_for(request.auth)]}


@router.get("/groups/{name}/threads", summary="Topics of a group, the one with the newest post first")
def list_threads(request: Person, name: str, before: str = "") -> dict[str, Any]:
    """`next` is the key of the following page."""
    page = queries.topics_of(queries.group_for(request.auth, name), before=before, limit=limits.TOPICS_PAGE)
    return {"threads": [_thread(one, request) for one in page.threads], "next": page.before}


@router.get("/threads/{thread}/events", summary="A thread's events behind the number `after`, oldest first")
def list_events(
    request: Person, thread: UUID, after: After = 0, limit: Limit = kernel.HISTORY_EVENTS_MAX
) -> dict[str, Any]:
    """The same as over the socket, with the state of the thread."""
    found = queries.thread_for(request.auth, thread)
    events = [json.loads(wire.event_json(one)) for one in stream.after(thread, after, limit=limit)]
    head = stream.head_of([str(thread)])[str(thread)]
    return {"events": events, "head": head, "side": found.side, "state": queries.thread_state(found.thread)}


@router.post("/threads/{thread}/messages", response={201: dict[str, Any]}, summary="Post in a thread")
def post_message(request: Person, thread: UUID, body: MessageIn) -> Status[dict[str, Any]]:
    """Repeat it under the same Idempotency-Key, and it is one post."""
    answer = services.post(
        actor=request.auth,
        thread_id=thread,
        text=body.text,
        answers=body.answers,
        command=uuid4(),
        now=clock.now(),
    )
    return Status(201, {"seq": answer.seq, "hash": answer.hash.hex()})


@router.post(
    "/listings/{listing}/questions", response={201: dict[str, Any]}, summary="Ask a question on a listing"
)
def ask(request: Person, listing: UUID, body: QuestionIn) -> Status[dict[str, Any]]:
    """A topic in the seller's public group; the seller is told by mail, you are told of each answer."""
    made = services.ask(
        actor=request.auth,
        listing_id=listing,
        subject=body.subject,
        text=body.text,
        thread_id=uuid4(),
        now=clock.now(),
    )
    return Status(201, _thread(made, request))


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "title": group.title,
        "charter": group.charter,
        "public": group.is_public,
        "owner": group.owner.slug if group.owner is not None else None,
    }


def _thread(thread: Thread, request: HttpRequest) -> dict[str, Any]:
    return {
        **queries.thread_view(thread),
        "posts": thread.posts,
        "created_at": clock.text(thread.created_at),
        "last_at": clock.text(thread.last_at),
        "url": request.build_absolute_uri(thread.get_absolute_url()),
    }
