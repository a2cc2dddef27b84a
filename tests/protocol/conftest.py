"""A table for the tests of events."""

from tests.rooms.conftest import table

__all__ = ["table"]
