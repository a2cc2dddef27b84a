"""Deals for every test that asks."""

from tests.feedback.given import deals
from tests.orders.conftest import deal, provider

__all__ = ["deal", "deals", "provider"]
