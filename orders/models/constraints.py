"""What the constraints of these tables share."""

from collections.abc import Iterable

from django.db.models import Q


def one_of(column: str, words: Iterable[object]) -> Q:
    """That a column holds one of these words."""
    return Q(**{f"{column}__in": [str(word) for word in words]})
