from datetime import timedelta

import pytest
from pytest_django import Settings

from negotiation_hub.people import demo, services
from negotiation_hub.people.models import ApiToken
from tests.personas import START, Cast

pytestmark = pytest.mark.django_db


def test_a_token_names_its_person(cast: Cast) -> None:
    text = services.issue_token(user=cast.ben, now=START)
    assert services.user_for_token(text, START) == cast.ben


def test_the_text_of_a_token_is_not_kept(cast: Cast) -> None:
    text = services.issue_token(user=cast.ben, label="sync", now=START)
    row = ApiToken.objects.values().get()
    assert text not in str(row)
    assert text.removeprefix("nh_") not in str(row)


def test_no_two_tokens_are_alike(cast: Cast) -> None:
    assert len({services.issue_token(user=cast.ben, now=START) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "text", ["", "nh_", "nh_unknown", "x" * 5000, "nh_" + "x" * 5000, "nh_\x00", "nh_\ud800", "ñh_é"]
)
def test_what_is_no_token_names_nobody(cast: Cast, text: str) -> None:
    assert services.user_for_token(text, START) is None


def test_a_changed_token_names_nobody(cast: Cast) -> None:
    text = services.issue_token(user=cast.ben, now=START)
    assert services.user_for_token(text[:-1] + ("A" if text[-1] != "A" else "B"), START) is None


def test_a_token_ends_when_its_time_is_over(cast: Cast) -> None:
    text = services.issue_token(user=cast.ben, now=START, life_s=60)
    assert services.user_for_token(text, START + timedelta(seconds=59)) == cast.ben
    assert services.user_for_token(text, START + timedelta(seconds=60)) is None


def test_a_revoked_token_ends_at_once_and_only_its_owner_revokes_it(cast: Cast) -> None:
    text = services.issue_token(user=cast.ben, now=START)
    token = ApiToken.objects.get()
    services.revoke_token(actor=cast.cleo, token_id=token.pk)
    assert services.user_for_token(text, START) == cast.ben
    services.revoke_token(actor=cast.ben, token_id=token.pk)
    assert services.user_for_token(text, START) is None


def test_the_token_of_somebody_who_left_names_nobody(cast: Cast) -> None:
    text = services.issue_token(user=cast.ben, now=START)
    cast.ben.is_active = False
    cast.ben.save()
    assert services.user_for_token(text, START) is None


def test_a_demo_token_is_worth_nothing_without_the_demo(settings: Settings) -> None:
    settings.DEMO = True
    text = services.issue_token(user=demo.user_of("buyer", now=START), now=START)
    assert services.user_for_token(text, START) is not None
    settings.DEMO = False
    assert services.user_for_token(text, START) is None


def test_last_use_is_noted_once_an_hour(cast: Cast) -> None:
    text = services.issue_token(user=cast.ben, now=START)
    for minutes, noted in ((0, 0), (30, 0), (61, 61), (90, 61)):
        services.user_for_token(text, START + timedelta(minutes=minutes))
        assert ApiToken.objects.get().last_used_at == START + timedelta(minutes=noted)


def test_expired_tokens_do_not_pile_up(cast: Cast) -> None:
    services.issue_token(user=cast.ben, now=START, life_s=60)
    services.issue_token(user=cast.ben, now=START + timedelta(seconds=61))
    assert ApiToken.objects.count() == 1


def test_a_label_loses_what_cannot_be_shown(cast: Cast) -> None:
    services.issue_token(user=cast.ben, label="nightly\x00 sync" + "x" * 200, now=START)
    label = ApiToken.objects.get().label
    assert label.startswith("nightly sync")
    assert len(label) == 100
