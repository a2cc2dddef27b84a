"""How far each person has read."""

from uuid import uuid4

import pytest

from negotiation_hub.kernel import reading
from negotiation_hub.kernel.models import Stream
from tests.rooms.table import Table

pytestmark = pytest.mark.django_db


def test_the_newest_mark_of_each_person_counts_whatever_comes_late() -> None:
    number = Stream.objects.get(id=Table().room.pk).number
    ben, ada = uuid4(), uuid4()
    reading.store({(number, ben): 7, (number, ada): 3})
    reading.store({(number, ben): 5, (number, ada): 4})
    assert reading.marks_of(number) == {str(ben): 7, str(ada): 4}
    assert reading.has_read(number, ben, 7)
    assert not reading.has_read(number, ada, 5)
