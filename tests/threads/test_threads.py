"""What people may say where, what becomes of it, and what is refused."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from catalog import services as catalog
from catalog.models import Listing
from negotiation_hub.kernel import stream
from negotiation_hub.kernel.models import Job
from negotiation_hub.kernel.refusals import NotFound, NotPermitted, Refusal
from negotiation_hub.kernel.wire import StreamUnknown, TooFast
from negotiation_hub.people.models import Membership, Organisation
from rooms.refusals import MessageBlank
from tests.personas import START, Cast
from tests.threads.conftest import Say
from threads import audit, following, groups, queries, services
from threads.limits import POSTS_PER_MINUTE_MAX, THREADS_PER_HOUR_MAX
from threads.models import Follow, Group, PostMail, Thread
from threads.refusals import (
    AnswersNothing,
    GroupExists,
    GroupInvalid,
    PeopleTooMany,
    SubjectInvalid,
    TextTooLong,
)

pytestmark = pytest.mark.django_db


def kinds(thread: Thread) -> list[str]:
    return [event.kind for event in stream.everything(thread.pk)]


def level(person: Any, thread: Thread) -> str:
    return queries.follow_of(person, thread).level


def test_a_question_is_a_topic_in_the_public_group_of_its_seller(cast: Cast, question: Thread) -> None:
    group = Group.objects.get()
    assert (group.name, group.owner, group.is_public) == ("sellers.norte", cast.norte, True)
    assert question.group == group
    assert kinds(question) == ["thread.opened", "participant.joined", "message.sent"]
    assert [one.pk for one in queries.topics_of(group).threads] == [question.pk]


def test_asker_and_sales_staff_follow_it_by_mail(cast: Cast, question: Thread) -> None:
    assert {level(one, question) for one in (cast.ben, cast.ada, cast.sol, cast.max)} == {"mail"}
    assert level(cast.cleo, question) == ""


def test_asking_twice_is_one_question(cast: Cast, listing: Listing) -> None:
    asked: dict[str, Any] = {
        "actor": cast.ben,
        "listing_id": listing.pk,
        "subject": "Seal?",
        "text": "Which?",
        "now": START,
        "thread_id": uuid4(),
    }
    assert services.ask(**asked) == services.ask(**asked)
    assert Thread.objects.count() == 1
    assert Job.objects.filter(topic=services.MAIL_TOPIC).count() == 1
    with pytest.raises(NotFound):  # somebody else's id
        services.ask(**{**asked, "actor": cast.cleo})
    with pytest.raises(NotFound):  # nor that of another kind of stream
        services.ask(**{**asked, "thread_id": _some_table(cast, listing)})


def _some_table(cast: Cast, listing: Listing) -> UUID:
    from rooms import opening

    return opening.open_room(actor=cast.ben, listing_id=listing.pk, now=START).pk


def test_what_is_not_public_cannot_be_asked_about(cast: Cast, listing: Listing) -> None:
    catalog.archive_listing(actor=cast.ada, listing_id=listing.pk, now=START)
    with pytest.raises(NotFound):
        services.ask(
            actor=cast.ben, listing_id=listing.pk, subject="a", text="b", now=START, thread_id=uuid4()
        )
    assert not Group.objects.exists()


def test_everyone_who_signed_in_answers_in_public_and_joins_once(
    cast: Cast, question: Thread, say: Say
) -> None:
    say(cast.cleo, question, "We have carbide ones.")
    say(cast.cleo, question, "For years.")
    assert kinds(question)[3:] == ["participant.joined", "message.sent", "message.sent"]
    assert [member.side for member in question.members.order_by("pk")] == ["member", "member"]
    say(cast.ada, question)
    say(cast.dov, question)
    sides = {member.name: member.side for member in question.members.all()}
    assert (sides["Ada"], sides["Dov"]) == ("seller", "moderator")
    question.refresh_from_db()
    assert question.posts == 5


def test_the_answer_of_a_command_is_its_post_whoever_joins_with_it(cast: Cast, question: Thread) -> None:
    command = uuid4()
    said: dict[str, Any] = {"actor": cast.ada, "thread_id": question.pk, "text": "SiC", "now": START}
    first = services.post(**said, command=command)
    again = services.post(**{**said, "text": "other words"}, command=command)
    assert first == again
    event = stream.at(question.pk, first.seq)
    assert event is not None
    assert (event.kind, event.body) == ("message.sent", {"text": "SiC"})
    assert PostMail.objects.filter(thread=question).count() == 2


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00", "\r\n"])
def test_nothing_is_no_post(cast: Cast, question: Thread, text: str) -> None:
    with pytest.raises(MessageBlank):
        services.post(actor=cast.ada, thread_id=question.pk, text=text, command=uuid4(), now=START)


def test_a_post_has_a_size(cast: Cast, question: Thread) -> None:
    with pytest.raises(TextTooLong):
        services.post(actor=cast.ada, thread_id=question.pk, text="x" * 8001, command=uuid4(), now=START)


def test_odd_characters_are_kept_or_left_out_but_never_an_error(
    cast: Cast, question: Thread, say: Say
) -> None:
    seq = say(cast.ada, question, "a\x00b \ud800 \u202e \x07 ok")
    event = stream.at(question.pk, seq)
    assert event is not None
    assert event.body["text"] == "ab ? \u202e \x07 ok"


@pytest.mark.parametrize("subject", ["", " ", "x" * 201, "a\x00b", "a\u202eb", "\ud800"])
def test_a_subject_is_one_line_that_can_be_shown(cast: Cast, listing: Listing, subject: str) -> None:
    with pytest.raises(SubjectInvalid):
        services.ask(
            actor=cast.ben, listing_id=listing.pk, subject=subject, text="b", now=START, thread_id=uuid4()
        )


def test_a_post_may_name_the_one_that_it_answers(cast: Cast, question: Thread) -> None:
    said: dict[str, Any] = {"actor": cast.ada, "thread_id": question.pk, "text": "SiC", "now": START}
    answer = services.post(**said, command=uuid4(), answers=3)
    event = stream.at(question.pk, answer.seq)
    assert event is not None
    assert event.body["answers"] == 3
    for nothing in (1, 2, 99, -1, 2**53 - 1, 10**30):
        with pytest.raises(AnswersNothing):
            services.post(**said, command=uuid4(), answers=nothing)


def test_whoever_floods_is_told_to_wait(cast: Cast, question: Thread, say: Say) -> None:
    for _ in range(POSTS_PER_MINUTE_MAX):
        say(cast.cleo, question)
    with pytest.raises(TooFast) as refused:
        say(cast.cleo, question)
    assert refused.value.retry_after_ms
    say(cast.ada, question)  # the others are not in the way
    say(cast.cleo, question, minutes=7)


def test_whoever_asks_everybody_is_told_to_wait(cast: Cast, listing: Listing) -> None:
    def ask(minute: int) -> Thread:
        now = START + timedelta(minutes=minute)
        return services.ask(
            actor=cast.cleo, listing_id=listing.pk, subject="a", text="b", now=now, thread_id=uuid4()
        )

    for number in range(THREADS_PER_HOUR_MAX):
        ask(number)
    with pytest.raises(TooFast):
        ask(THREADS_PER_HOUR_MAX)
    ask(65)


# -- private ones ------------------------------------------------------------------------------------------


def test_a_private_thread_is_for_its_people_only(cast: Cast, private: Thread, say: Say) -> None:
    assert {(one.name, one.side) for one in private.members.all()} == {("Ben", "buyer"), ("Ada", "seller")}
    say(cast.ada, private)
    for stranger in (cast.cleo, cast.dov, cast.sol, cast.max):
        with pytest.raises(StreamUnknown):
            say(stranger, private)
        assert queries.seat(stranger, private) is None
    assert queries.seat(None, private) is None
    assert [one.pk for one in queries.threads_of(cast.ben).threads] == [private.pk]
    assert not queries.threads_of(cast.cleo).threads
    assert not queries.groups_for(cast.ben)


def test_the_system_may_open_one_and_somebody_is_in_charge(cast: Cast) -> None:
    made = services.start_thread(
        actor=None,
        subject="A low score",
        text="Ben was not content.",
        people=[(cast.ben, "buyer"), (cast.ada, "seller")],
        assignee=cast.ada,
        now=START,
        thread_id=uuid4(),
    )
    assert queries.thread_state(made)["thread"]["assignee"] == str(cast.ada.pk)
    assert {event.by for event in stream.everything(made.pk)} == {None}
    assert {level(one, made) for one in (cast.ben, cast.ada)} == {"mail"}
    assert not list(audit.check_thread(made))


def test_a_private_thread_has_some_people_and_its_author_is_one_of_them(cast: Cast) -> None:
    named: dict[str, Any] = {"subject": "a", "text": "b", "now": START, "thread_id": uuid4()}
    with pytest.raises(PeopleTooMany):
        services.start_thread(actor=None, people=[], **named)
    with pytest.raises(PeopleTooMany):
        services.start_thread(actor=cast.ben, people=[(cast.ben, "buyer"), (cast.ben, "seller")], **named)
    for actor, assignee in ((cast.cleo, None), (cast.ben, cast.cleo)):
        with pytest.raises(NotPermitted):
            services.start_thread(actor=actor, assignee=assignee, people=[(cast.ben, "buyer")], **named)
    assert not Thread.objects.exists()


# -- groups ------------------------------------------------------------------------------------------------


def test_a_members_only_group_does_not_exist_for_others(cast: Cast, staff_topic: Thread, say: Say) -> None:
    assert queries.seat(cast.sol, staff_topic) is not None
    for other in (cast.ben, cast.dov):
        with pytest.raises(NotFound):
            queries.group_for(other, "sellers.norte.team")
        with pytest.raises(StreamUnknown):
            say(other, staff_topic)
        assert not queries.groups_for(other)
    Membership.objects.filter(user=cast.max).exclude(organisation__kind="personal").delete()
    with pytest.raises(StreamUnknown):  # whoever leaves the company
        say(cast.max, staff_topic)
    assert not queries.threads_of(cast.max).threads


GROUPS: list[tuple[str, dict[str, Any], type[Refusal]]] = [
    ("ben", {"name": "market.tools"}, NotPermitted),
    ("max", {"name": "market.tools"}, NotPermitted),
    ("dov", {"name": "Market.Tools"}, GroupInvalid),
    ("dov", {"name": "market..tools"}, GroupInvalid),
    ("dov", {"name": "market/tools"}, GroupInvalid),
    ("dov", {"name": ""}, GroupInvalid),
    ("dov", {"name": "x" * 101}, GroupInvalid),
    ("dov", {"name": "sellers.norte"}, GroupInvalid),
    ("dov", {"name": "market.tools", "title": " "}, GroupInvalid),
    ("dov", {"name": "market.tools", "is_public": False}, GroupInvalid),
]


@pytest.mark.parametrize(("who", "fields", "refusal"), GROUPS)
def test_not_everybody_makes_any_group(
    cast: Cast, who: str, fields: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        groups.create_group(actor=getattr(cast, who), now=START, **{"title": "Tools", **fields})


def test_a_name_is_one_groups(cast: Cast) -> None:
    made: dict[str, Any] = {"actor": cast.dov, "name": "market.tools", "title": "Tools", "now": START}
    groups.create_group(**made)
    with pytest.raises(GroupExists):
        groups.create_group(**made)


def test_a_manager_makes_groups_below_the_companys_own(cast: Cast) -> None:
    made: dict[str, Any] = {"actor": cast.max, "title": "a", "owner": cast.norte, "now": START}
    groups.create_group(name="sellers.norte.pumps", **made)
    for name in ("sellers.norte", "sellers.nortex.a", "market.a"):
        with pytest.raises(GroupInvalid):
            groups.create_group(name=name, **made)
    with pytest.raises(NotPermitted):
        groups.create_group(name="sellers.norte.more", **{**made, "actor": cast.ada})


def test_topics_come_page_by_page_the_newest_post_first(cast: Cast, listing: Listing, say: Say) -> None:
    made = []
    for number in range(5):
        now = START + timedelta(minutes=number % 3)  # some at the same moment
        made.append(
            services.ask(
                actor=cast.ben, listing_id=listing.pk, subject="a", text="b", now=now, thread_id=uuid4()
            )
        )
    say(cast.ada, made[0], minutes=30)
    group = Group.objects.get()
    seen: list[UUID] = []
    key: str | None = ""
    while key is not None:
        page = queries.topics_of(group, before=key, limit=2)
        seen += [one.pk for one in page.threads]
        key = page.before
    assert seen[0] == made[0].pk
    assert sorted(seen) == sorted(one.pk for one in made)
    for nonsense in ("x", "1", "1.x", f"{10**30}.{made[0].pk}", "-1." + str(made[0].pk)):
        queries.topics_of(group, before=nonsense)


# -- following, resolving ----------------------------------------------------------------------------------


def test_a_choice_is_kept_whatever_comes(cast: Cast, question: Thread, say: Say) -> None:
    following.follow(actor=cast.ben, thread_id=question.pk, level="none")
    say(cast.ben, question, "Anybody?")
    assert level(cast.ben, question) == "none"
    following.follow_group(actor=cast.cleo, name="sellers.norte", level="web")
    say(cast.cleo, question)
    assert level(cast.cleo, question) == "web"  # what they say of the group counts
    with pytest.raises(ValueError, match="loud"):
        following.follow(actor=cast.ben, thread_id=question.pk, level="loud")


def test_read_marks_go_forward_only_and_not_beyond_the_end(cast: Cast, question: Thread, say: Say) -> None:
    assert queries.unread_of(cast.ada, [question]) == {question.pk}
    following.mark_read(actor=cast.ada, thread_id=question.pk, seq=2)
    following.mark_read(actor=cast.ada, thread_id=question.pk, seq=1)
    assert Follow.objects.get(user=cast.ada).read_seq == 2
    following.mark_read(actor=cast.ada, thread_id=question.pk, seq=2**52)
    assert not queries.unread_of(cast.ada, [question])
    assert level(cast.ada, question) == "mail"
    say(cast.ben, question)
    assert queries.unread_of(cast.ada, [question]) == {question.pk}
    assert not queries.unread_of(cast.ben, [question])


def test_asker_and_staff_resolve_and_any_post_opens_it_again(cast: Cast, question: Thread, say: Say) -> None:
    say(cast.cleo, question)
    with pytest.raises(NotPermitted):
        services.resolve(actor=cast.cleo, thread_id=question.pk, now=START)
    services.resolve(actor=cast.sol, thread_id=question.pk, now=START)
    services.resolve(actor=cast.ben, thread_id=question.pk, now=START)  # a second click
    assert kinds(question).count("thread.resolved") == 1
    services.reopen(actor=cast.ben, thread_id=question.pk, now=START)
    services.resolve(actor=cast.ben, thread_id=question.pk, now=START)
    say(cast.cleo, question, "One more thing")
    assert kinds(question)[-2:] == ["message.sent", "thread.reopened"]
    question.refresh_from_db()
    assert question.status == "open"


def test_a_seller_without_staff_is_asked_all_the_same(cast: Cast) -> None:
    from tests.factories.catalog import ListingFactory

    own = Organisation.objects.get(slug=f"p-{cast.cleo.pk.hex}")
    listing = ListingFactory.create(organisation=own, author=cast.cleo)
    made = services.ask(
        actor=cast.ben, listing_id=listing.pk, subject="a", text="b", now=START, thread_id=uuid4()
    )
    assert level(cast.cleo, made) == "mail"
    seat = queries.seat(cast.cleo, made)
    assert seat is not None
    assert (seat.side, seat.may_move) == ("seller", True)
