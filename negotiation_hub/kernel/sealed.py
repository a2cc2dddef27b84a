"""Columns that are sealed: AES-256-GCM, bound to table, column and row, opened when they are looked at.

A `Sealed` column holds any JSON value. In the database it is text: a mark, then what `crypto.seal` made, in
base64. A value that was changed, or moved from another row or column, raises `crypto.BadSeal` when it is
looked at, and never gives another value. Text without the mark is from before the column was sealed: it is
read as the JSON that it is, and `resealing` seals it.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from negotiation_hub.kernel import crypto

MARK: Final = "s1:"  # no JSON begins so


class Stored(str):
    """What stands in the database, not opened yet."""

    __slots__ = ()


def seal_text(purpose: str, text: str, place: str, *, secret: bytes = b"") -> str:
    """Seals a text and gives it back as text."""
    sealed = crypto.seal(purpose, text.encode(), place.encode(), secret=secret)
    return MARK + base64.b64encode(sealed).decode()


def open_text(purpose: str, stored: str, place: str, *, secret: bytes = b"") -> str:
    """The inverse; text that was never sealed is given back as it is. Raises crypto.BadSeal."""
    if not stored.startswith(MARK):
        return stored
    try:
        sealed = base64.b64decode(stored[len(MARK) :], validate=True)
    except ValueError:
        raise crypto.BadSeal("not what was sealed") from None
    return crypto.unseal(purpose, sealed, place.encode(), secret=secret).decode()


def is_current(stored: str, key_id: str) -> bool:
    """Whether a stored text is sealed, and by this key."""
    if not stored.startswith(MARK):
        return False
    # 13 bytes, the version and the key's id, are in the first 20 characters.
    head = stored[len(MARK) : len(MARK) + 20]
    return crypto.key_of(base64.b64decode(head)) == key_id


class _Attribute(DeferredAttribute):
    """Opens the value when it is asked for the first time."""

    field: "Sealed"

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is None or not isinstance(value, Stored):
            return value
        opened = instance.__dict__[self.field.attname] = self.field.opened(instance, value)
        return opened

    def __set__(self, instance: models.Model, value: Any) -> None:
        # With this, Python asks here before it looks into the instance.
        instance.__dict__[self.field.attname] = value


class Sealed(models.TextField):  # type: ignore[type-arg]
    """A column whose value is sealed. `place` names the columns that say which row it is: they never change.

    It is written by `save` and `bulk_create`; `update` and look-ups by value are refused: they know no row.
    """

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    descriptor_class = _Attribute

    def __init__(self, *args: Any, place: Sequence[str] = ("pk",), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place = tuple(place)

    def where(self, instance: models.Model) -> str:
        """Table, column and row, as the value is bound to them."""
        row = ":".join(str(getattr(instance, name)) for name in self.place)
        return f"{self.model._meta.db_table}.{self.column}:{row}"  # noqa: SLF001 - Django's own name

    @property
    def purpose(self) -> str:
        """What the key is derived for."""
        return f"column/{self.model._meta.db_table}.{self.column}"  # noqa: SLF001

    def opened(self, instance: models.Model, stored: str) -> Any:
        """The value. Raises crypto.BadSeal."""
        return self.read(open_text(self.purpose, stored, self.where(instance)))

    def resealed(self, instance: models.Model, stored: str) -> str:
        """What is stored, sealed with the newest key. Raises crypto.BadSeal."""
        where = self.where(instance)
        return seal_text(self.purpose, open_text(self.purpose, stored, where), where)

    def written(self, value: Any) -> str:
        """A value as the text that is sealed."""
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def read(self, text: str) -> Any:
        """The inverse."""
        return json.loads(text)

    def from_db_value(self, value: str | None, *_: Any) -> Stored | None:
        """Not opened yet: which row it belongs to is known by the instance alone."""
        return None if value is None else Stored(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Stored | None:
        """What is written: as it stands when nobody has looked at it, else sealed anew."""
        value = model_instance.__dict__.get(self.attname, self.get_default())
        if value is None or isinstance(value, Stored):
            return value
        return Stored(seal_text(self.purpose, self.written(value), self.where(model_instance)))

    def get_prep_value(self, value: Any) -> str | None:
        """Refuses what is not sealed."""
        if value is None or isinstance(value, Stored):
            return None if value is None else str(value)
        raise TypeError(f"{self.model.__name__}.{self.name} is sealed: save the row")

    def to_python(self, value: Any) -> Any:
        """Any value is one."""
        return value


class SealedText(Sealed):
    """A column whose text is sealed."""

    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def resealed(self, instance: models.Model, stored: str) -> str:
        """What is stored, sealed with the newest key. Raises crypto.BadSeal."""
        where = self.where(instance)
        return seal_text(self.purpose, open_text(self.purpose, stored, where), where)

    def written(self, value: Any) -> str:
        """The text itself."""
        return str(value)

    def read(self, text: str) -> Any:
        """The text itself."""
        return text


def sealed_columns() -> Iterator[tuple[type[models.Model], list[Sealed]]]:
    """The tables that have sealed columns, and those."""
    for model in apps.get_models():
        found = [field for field in model._meta.concrete_fields if isinstance(field, Sealed)]  # noqa: SLF001
        if found:
            yield model, found
