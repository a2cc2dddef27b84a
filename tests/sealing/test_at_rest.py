"""Who copies the database reads no terms, no limits, no names and addresses of an order."""

import pytest
from django.conf import settings

from orders import queries
from orders.models import Order
from tests.sealing.dump import found_in_database, found_in_files
from tests.sealing.secrets import DETAILS, LIMITS, PERSONAL, TERMS

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_copy_of_the_database_shows_no_terms(order: Order) -> None:
    assert found_in_database(TERMS) == []


def test_a_copy_of_the_database_shows_no_limits_and_wishes_of_a_side(order: Order) -> None:
    assert found_in_database(LIMITS) == []


def test_a_copy_of_the_database_shows_nobody_s_name_address_and_numbers(order: Order) -> None:
    assert queries.details_of(order) == DETAILS
    assert found_in_database(PERSONAL) == []


def test_the_folder_of_all_state_shows_none_of_it(order: Order) -> None:
    assert found_in_files(settings.DATA_DIR, [*TERMS, *LIMITS, *PERSONAL]) == []


def test_the_search_for_what_must_not_be_there_finds_what_is_there(order: Order) -> None:
    assert found_in_database([order.number]) != []
