"""The same key and request over HTTP: one effect, one answer."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from negotiation_hub.kernel import clock, idempotency, limits
from negotiation_hub.kernel.models import IdempotentAnswer

pytestmark = pytest.mark.django_db
BEN = UUID(int=1)


class Effects:
    """Counts what was done; answers with the count."""

    def __init__(self, status: int = 200) -> None:
        self.done, self.status = 0, status

    def __call__(self) -> HttpResponse:
        self.done += 1
        return HttpResponse(str(self.done), status=self.status)


def request(key: str = "k", body: str = "{}") -> HttpRequest:
    """A POST with a key."""
    return RequestFactory().post(
        "/api/v1/listings", body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_a_repeated_request_gets_the_first_answer_and_does_nothing() -> None:
    effects, now = Effects(), clock.now()
    answers = [idempotency.once(request(), BEN, effects, now=now).content for _ in range(3)]
    assert (answers, effects.done) == ([b"1"] * 3, 1)


def test_another_person_may_use_the_same_key() -> None:
    effects, now = Effects(), clock.now()
    idempotency.once(request(), BEN, effects, now=now)
    idempotency.once(request(), uuid4(), effects, now=now)
    assert effects.done == 2


def test_another_request_under_the_same_key_is_refused() -> None:
    effects, now = Effects(), clock.now()
    idempotency.once(request(), BEN, effects, now=now)
    with pytest.raises(idempotency.KeyReused):
        idempotency.once(request(body='{"other": 1}'), BEN, effects, now=now)
    assert effects.done == 1


def test_a_refused_request_is_judged_anew() -> None:
    effects, now = Effects(status=409), clock.now()
    idempotency.once(request(), BEN, effects, now=now)
    effects.status = 200
    assert idempotency.once(request(), BEN, effects, now=now).content == b"2"


def test_a_request_under_way_is_not_done_twice() -> None:
    effects, now = Effects(), clock.now()

    def meanwhile() -> HttpResponse:
        with pytest.raises(idempotency.InProgress):
            idempotency.once(request(), BEN, effects, now=now)
        return effects()

    idempotency.once(request(), BEN, meanwhile, now=now)
    assert effects.done == 1


def test_after_a_crash_one_repetition_does_it_and_its_answer_stays() -> None:
    effects, now = Effects(), clock.now()

    def dies() -> HttpResponse:
        IdempotentAnswer.objects.get()
        raise SystemExit

    with pytest.raises(SystemExit):
        idempotency.once(request(), BEN, dies, now=now)
    idempotency.once(request(), BEN, effects, now=now)
    IdempotentAnswer.objects.update(status=None, body="")  # as a killed process leaves it
    later = now + timedelta(seconds=limits.JOB_LEASE_S)
    answers = [idempotency.once(request(), BEN, effects, now=later).content for _ in range(2)]
    assert (answers, effects.done) == ([b"2", b"2"], 2)
