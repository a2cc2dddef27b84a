"""The same order by mail from several pages and workers at once."""

from functools import partial
from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.models import StockMove
from negotiation_hub.kernel import clock, mail_in
from negotiation_hub.kernel.models import InboundMail, Mail
from orders.models import Order
from rooms.mailed import confirming
from rooms.mailed.models import MailOrder
from rooms.models import Room
from tests.races.test_one_wins import race
from tests.rooms.mailing import MailShop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(settings: Settings, tmp_path: Path) -> MailShop:
    """A listing that is ordered by mail."""
    settings.DATA_DIR = tmp_path
    return MailShop()


def test_one_link_confirmed_from_many_connections_at_once_is_one_order(shop: MailShop) -> None:
    draft = shop.order()
    token = shop.link().strip("/").rpartition("/")[2]
    press = partial(confirming.confirm, token=token, viewer=None, digest=draft.digest, now=clock.now())
    assert race(*[press] * 6) == ["won"] * 6
    order = Order.objects.get()
    assert Room.objects.count() == 1
    assert StockMove.objects.filter(change__lt=0).count() == 1
    assert Mail.objects.filter(to=shop.ben.email, subject__contains=order.number).count() == 1


def test_one_mail_read_by_many_workers_at_once_is_one_draft_with_one_answer(shop: MailShop) -> None:
    stored = mail_in.accept(shop.mail(), "ben@mail.example", [shop.address], clock.now())
    assert stored is not None
    read = partial(mail_in.dispatch, {"mail": str(stored.pk)}, clock.now())
    assert "won" in race(*[read] * 4)
    assert MailOrder.objects.count() == len(shop.answers()) == 1
    stored.refresh_from_db()
    assert (stored.status, stored.raw) == (InboundMail.Status.TAKEN, None)
