"""Whatever is done with a campaign and its readers in whatever order: one mail each, none to the gone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog import audit, campaigns, links, sending, subscriptions
from catalog.campaign_models import Campaign, CampaignMail, Subscriber
from catalog.campaigns import Words
from negotiation_hub.kernel import clock, limits, outbox
from negotiation_hub.kernel.models import Job, Mail
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.people.models import Membership, Organisation, User

pytestmark = pytest.mark.django_db
WHICH = st.integers(0, 7)


class Killed(Exception):
    """The process is gone."""


class Sending(RuleBasedStateMachine):
    """One campaign beside a model: who is on the list, and who was so from its start to its end."""

    @initialize(readers=st.integers(1, 6))
    def begin(self, readers: int) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = clock.now()
        self.actor = User.objects.create_user("m@example.test", name="M")
        self.org = Organisation.objects.create(slug="one", name="One", kind="company")
        Membership.objects.create(user=self.actor, organisation=self.org, role="manager")
        self.on_the_list: set[str] = set()
        self.known: list[str] = []
        self.steady: set[str] | None = None  # since the start; None before it
        self.sent_before: set[str] = set()
        for _ in range(readers):
            self.somebody_joins()
        self.campaign = campaigns.create_campaign(
            actor=self.actor, organisation=self.org, words=Words("News", "Text"), now=self.now
        )

    def teardown(self) -> None:
        if hasattr(self, "block"):
            self._end()
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- the readers

    @rule()
    def somebody_joins(self) -> None:
        email = f"r{len(self.known)}@readers.example"
        self.known.append(email)
        self._join(email)

    @rule(which=WHICH)
    def somebody_who_left_comes_back(self, which: int) -> None:
        gone = [email for email in self.known if email not in self.on_the_list]
        if gone:
            self._tick(hours=25)  # so often is one address sent a link
            self._join(gone[which % len(gone)])

    @rule(which=WHICH)
    def somebody_only_asks(self, which: int) -> None:
        email = f"asked{which}@readers.example"
        self._ask(email)

    @rule(which=WHICH)
    def somebody_leaves(self, which: int) -> None:
        rows = Subscriber.objects.filter(status="confirmed").order_by("pk")
        if not rows:
            return
        row = rows[which % len(rows)]
        token = self._link("leave_url", row.pk, self.campaign.pk)
        for _ in range(2):
            subscriptions.leave(token=token, source="", client="", now=self._tick())
        self._off(row.email)

    @rule(which=WHICH)
    def a_mailbox_is_closed(self, which: int) -> None:
        waiting = CampaignMail.objects.filter(state="queued", mail__sent_at=None, mail__failed_at=None)
        if waiting:
            row = waiting.select_related("subscriber")[which % len(waiting)]
            Mail.objects.filter(pk=row.mail_id).update(failed_at=self._tick(), failure="550 no such mailbox")
            sending.settle_some(self.campaign.pk, self.now)
            self._off(row.subscriber.email)

    # --- the seller

    @rule()
    def send(self) -> None:
        self._try(campaigns.send_campaign, revision=1)

    @rule()
    def pause(self) -> None:
        self._try(campaigns.pause_campaign)

    @rule()
    def resume(self) -> None:
        self._try(campaigns.resume_campaign)

    @precondition(lambda self: self.steady is not None)
    @rule(really=st.integers(0, 4))
    def cancel(self, really: int) -> None:
        if really == 0:
            self._try(campaigns.cancel_campaign)

    # --- the worker

    @rule(jobs=st.integers(1, 5))
    def the_worker_does_some_jobs(self, jobs: int) -> None:
        for _ in range(jobs):
            self._tick(seconds=3)
            outbox.drain(self.now, limit=1)
            self._look()

    @rule(which=WHICH)
    def a_job_runs_again(self, which: int) -> None:
        topics = {
            "catalog.campaign.start": sending.start,
            "catalog.campaign.slice": sending.send_slice,
            "catalog.campaign.settle": sending.settle,
        }
        jobs = Job.objects.filter(topic__in=topics).exclude(done_at=None).order_by("pk")
        if jobs:
            job = jobs[which % len(jobs)]
            topics[job.topic](job.payload, self._tick())
            self._look()

    @rule(after=st.integers(0, 2))
    def the_worker_dies_in_a_slice(self, after: int) -> None:
        job = Job.objects.filter(topic="catalog.campaign.slice", done_at=None).order_by("pk").first()
        if job is None:
            return
        queue = sending._queue_mail
        done: list[Any] = []

        def until_it_dies(*facts: Any) -> None:
            if len(done) == after:
                raise Killed
            done.append(facts)
            queue(*facts)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sending, "_queue_mail", until_it_dies)
            try:
                with transaction.atomic():
                    sending.send_slice(job.payload, self._tick())
            except Killed:
                pass
        self._look()

    # --- the model

    def _tick(self, seconds: int = 1, hours: int = 0) -> datetime:
        self.now += timedelta(seconds=seconds, hours=hours)
        return self.now

    def _link(self, name: str, *facts: Any) -> str:
        return str(getattr(links, name)(*facts, self.now)).rstrip("/").rpartition("/")[2]

    def _ask(self, email: str) -> None:
        subscriptions.ask(
            organisation=self.org, email=email, language="en", source="", client="", now=self._tick()
        )

    def _join(self, email: str) -> None:
        self._ask(email)
        token = self._link("confirm_url", Subscriber.objects.get(email=email).ask)
        subscriptions.confirm(token=token, source="", client="", now=self._tick())
        self.on_the_list.add(email)

    def _off(self, email: str) -> None:
        self.on_the_list.discard(email)
        if self.steady is not None:
            self.steady.discard(email)

    def _try(self, act: Any, **more: Any) -> None:
        try:
            act(actor=self.actor, campaign_id=self.campaign.pk, now=self._tick(), **more)
        except Refusal:
            return

    def _look(self) -> None:
        self.campaign.refresh_from_db()
        if self.steady is None and self.campaign.started_at is not None:
            self.steady = set(self.on_the_list)
        mails = list(Mail.objects.filter(subject="News").values_list("to", "sent_at"))
        assert len({to for to, _ in mails}) == len(mails), "somebody has two"
        sent = {to for to, at in mails if at is not None}
        assert sent - self.sent_before <= self.on_the_list, "somebody who had left was written to"
        self.sent_before = sent

    def _end(self) -> None:
        """The worker has all the time it needs: then it is over, or was stopped."""
        for _ in range(200):
            self._tick(seconds=700)
            self.campaign.refresh_from_db()
            if self.campaign.status == "paused":
                self._try(campaigns.resume_campaign)
            over = self.campaign.status in {"draft", "finished", "canceled"}
            if not outbox.drain(self.now, limit=1) and over:
                break
            self._look()
        self.campaign = Campaign.objects.get(pk=self.campaign.pk)
        assert self.campaign.status in {"draft", "finished", "canceled"}
        if self.campaign.status == "finished":
            assert self.steady is not None
            assert self.steady <= self.sent_before, "somebody was left out"
        assert not CampaignMail.objects.filter(state="queued").exists()
        assert list(audit.check()) == []


def test_each_gets_exactly_one_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAILS_PER_SLICE", 2)
    run_state_machine_as_test(
        Sending,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
