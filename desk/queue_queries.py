"""Reading the review queue, for moderators who have nothing to do with what an item is about."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from desk import conflicts, limits, rules, scorer, targets
from desk.machine import Status
from desk.models import Finding, Report, ReviewItem, ReviewStep
from desk.refusals import ReviewConflict
from desk.report_kinds import BY_NAME
from negotiation_hub.kernel import event_seal
from negotiation_hub.kernel.models import Event
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import may_moderate


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items a page shows. What is none of the known values is not heeded."""

    status: str = Status.PENDING
    kind: str = ""
    mine: bool = False  # in the moderator's own hand
    after: tuple[int, UUID] | None = None  # score and id of the last item of the page before

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Wanted":
        """From the address of a page."""
        status, kind = given.get("status", ""), given.get("kind", "")
        return cls(
            status=status if status in set(Status) else Status.PENDING,
            kind=kind if kind in BY_NAME else "",
            mine=given.get("mine", "") in {"1", "true"},
            after=_key(given.get("after", "")),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """An item on the list. `words` are those that weigh most, as they are at the table now."""

    item: ReviewItem
    reports: int
    findings: int
    words: str
    held: bool  # whether somebody's claim holds


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue; `hidden` items are not shown, as the moderator has to do with them."""

    rows: Sequence[Row]
    next: str
    hidden: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything about one message, offer, person or the room, with what was reported and found."""

    place: targets.Place
    fits: Sequence[scorer.Fit]
    reports: Sequence[Report]
    points: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has to do with an item, and what moderators decided about them before."""

    user: User
    role: str  # subject, reporter
    decided: Mapping[str, int]  # how many items by status; of a reporter those that they reported
    earlier: Sequence[ReviewItem]  # of a subject: the newest other items


@dataclass(frozen=True, slots=True)
class Whole:
    """An item with all that a moderator decides by."""

    item: ReviewItem
    entries: Sequence[Entry]
    steps: Sequence[ReviewStep]
    people: Sequence[Person]
    held: bool
    all_removed: bool


def page_of(actor: User, wanted: Wanted, now: datetime) -> Page:
    """A page of the queue, the heaviest first while they wait, else the newest. Raises NotFound."""
    related = _related(actor)
    own = conflicts.own_items(actor, related)
    items = ReviewItem.objects.filter(status=wanted.status)
    hidden = items.filter(own).count()
    items = items.exclude(own)
    if wanted.kind:
        items = items.filter(kind=wanted.kind)
    if wanted.mine:
        items = items.filter(claimed_by=actor)
        if wanted.status == Status.PENDING:
            items = items.filter(claimed_until__gt=now)
    found = list(_from(items, wanted)[: limits.QUEUE_PAGE + 1])
    shown = found[: limits.QUEUE_PAGE]
    words = _heaviest_words(shown)
    rows = [Row(item, item.told, item.found, words.get(item.pk, ""), _held(item, now)) for item in shown]
    more = f"{shown[-1].score}.{shown[-1].pk}" if len(found) > len(shown) else ""
    return Page(rows, more, hidden)


def item_for(actor: User, item_id: UUID, now: datetime) -> Whole:
    """One item. Raises NotFound, and ReviewConflict for a moderator who has to do with a side."""
    related = _related(actor)
    found = ReviewItem.objects.select_related("room__buyer", "room__seller", "subject", "claimed_by")
    item = found.filter(pk=item_id).first()
    if item is None or conflicts.concerns(item, actor):
        raise NotFound
    if conflicts.of_room(item.room, related):
        raise ReviewConflict
    entries = _entries(item)
    return Whole(
        item=item,
        entries=entries,
        steps=list(item.steps.select_related("by").order_by("pk")),
        people=_people(item, conflicts.own_items(actor, related), entries),
        held=_held(item, now),
        all_removed=targets.all_removed(item),
    )


def waiting(actor: User) -> int:
    """How many items wait for this moderator and their colleagues; 0 for anybody else."""
    if not may_moderate(actor):
        return 0
    own = conflicts.own_items(actor, conflicts.related_organisations(actor))
    return ReviewItem.objects.filter(status=Status.PENDING).exclude(own).count()


def _related(actor: User) -> list[UUID]:
    if not may_moderate(actor):
        raise NotFound
    return conflicts.related_organisations(actor)


def _held(item: ReviewItem, now: datetime) -> bool:
    return item.claimed_until is not None and item.claimed_until > now


def _from(items: "QuerySet[ReviewItem]", wanted: Wanted) -> "QuerySet[Any]":
    if wanted.after is not None:
        score, pk = wanted.after
        behind = Q(pk__lt=pk)
        if wanted.status == Status.PENDING:
            behind = Q(score__lt=score) | Q(score=score, pk__lt=pk)
        items = items.filter(behind)
    reports = Report.objects.filter(item=OuterRef("pk")).values("item").annotate(n=Count("pk")).values("n")
    findings = Finding.objects.filter(item=OuterRef("pk")).values("item").annotate(n=Count("pk")).values("n")
    counted = items.annotate(told=Coalesce(Subquery(reports), 0), found=Coalesce(Subquery(findings), 0))
    order = ("-score", "-pk") if wanted.status == Status.PENDING else ("-pk",)
    return counted.select_related("room__buyer", "room__seller", "subject", "claimed_by").order_by(*order)


def _heaviest_words(items: Sequence[ReviewItem]) -> dict[UUID, str]:
    """What weighs most of each item: the words of its heaviest finding, else those of its heaviest report."""
    words: dict[UUID, str] = {}
    heaviest = Report.objects.filter(item=OuterRef("pk")).order_by("-points", "-pk").values("pk")[:1]
    tops = ReviewItem.objects.filter(pk__in=[item.pk for item in items])
    reported = tops.annotate(top=Subquery(heaviest)).values("top")
    for report in Report.objects.filter(pk__in=reported):
        words[report.item_id] = report.words
    weightiest = Finding.objects.filter(item=OuterRef("pk")).order_by("-points", "-pk").values("pk")[:1]
    found = Finding.objects.filter(pk__in=tops.annotate(top=Subquery(weightiest)).values("top"))
    seqs = {(row.room_id, row.seq): row.item_id for row in found}
    if seqs:
        named = reduce(or_, (Q(stream__id=room, seq=seq) for room, seq in seqs))
        for room, seq, kind, content in Event.objects.filter(named).values_list(
            "stream__id", "seq", "kind", "content"
        ):
            if (said := event_seal.opened(room, seq, content)) is not None:
                words[seqs[room, seq]] = scorer.said_in(kind, orjson.loads(said))
    return words


def _entries(item: ReviewItem) -> list[Entry]:
    reports = list(item.reports.select_related("reporter").order_by("-made_at")[: limits.ENTRIES_SHOWN])
    findings = list(item.findings.order_by("-pk")[: limits.ENTRIES_SHOWN])
    told: dict[str, list[Report]] = defaultdict(list)
    points: dict[str, int] = defaultdict(int)
    at: dict[str, datetime] = {}
    of_guests = {finding.target for finding in findings if rules.BY_NAME[finding.rule].of_guests}
    for report in reports:
        told[report.target].append(report)
        points[report.target] += report.points
        at.setdefault(report.target, report.made_at)
    for finding in findings:
        points[finding.target] += finding.points
        at.setdefault(finding.target, finding.found_at)
    places = targets.places(item.room, points)
    entries = [
        Entry(
            places[name],
            targets.explained(places[name], guest=name in of_guests),
            told.get(name, []),
            points[name],
            at[name],
        )
        for name in points
    ]
    return sorted(entries, key=lambda entry: (-entry.points, entry.at))


def _people(item: ReviewItem, own: Q, entries: Sequence[Entry]) -> list[Person]:
    people = []
    if item.subject is not None:
        about = ReviewItem.objects.filter(subject=item.subject).exclude(own).exclude(pk=item.pk)
        earlier = list(about.select_related("room").order_by("-pk")[: limits.HISTORY_ITEMS])
        people.append(Person(item.subject, "subject", _decided(about), earlier))
    reporters = {report.reporter_id: report.reporter for entry in entries for report in entry.reports}
    for reporter in reporters.values():
        of_theirs = ReviewItem.objects.filter(pk__in=Report.objects.filter(reporter=reporter).values("item"))
        people.append(Person(reporter, "reporter", _decided(of_theirs.exclude(own).exclude(pk=item.pk)), ()))
    return people


def _decided(items: "QuerySet[ReviewItem]") -> dict[str, int]:
    counted = items.values("status").annotate(n=Count("pk")).order_by("status")
    return {row["status"]: row["n"] for row in counted}


def _key(text: str) -> tuple[int, UUID] | None:
    score, _, pk = text.partition(".")
    try:
        return (int(score), UUID(pk)) if score.isascii() and score.isdigit() and len(score) <= 9 else None  # noqa: PLR2004 - digits of a 32-bit number
    except ValueError:
        return None
