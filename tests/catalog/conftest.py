"""Fixtures."""

from tests.personas import cast

__all__ = ["cast"]
