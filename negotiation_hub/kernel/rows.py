"""Many rows at once, by hand-written SQL, on the connection and in the transaction of the caller.

The drivers are spoken to directly: Django's cursor costs as much for one statement as ten rows. The two
databases are fast in different ways: SQLite in one prepared statement that is run for each row, PostgreSQL in
one round trip for all of them (COPY, and an UPDATE that is joined to arrays). No statement's text depends on
the number of its values, so that neither driver has to read it again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

Row = Sequence[Any]


def ids(values: Sequence[UUID]) -> list[Any]:
    """Identifiers as the database has them: SQLite has no such type, Django stores 32 hexadecimal digits."""
    return list(values) if connection.vendor == "postgresql" else [value.hex for value in values]


def fetch(select: str, values: Sequence[Any], type: str) -> list[Any]:
    """The rows of `select`, in which `{}` stands for "is one of these values", in PostgreSQL of `type`."""
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            statement = select.format("IN (SELECT value FROM json_each(?))")
            found = connection.connection.execute(statement, (orjson.dumps(values).decode(),))
        else:
            statement = select.format(f"= ANY(%s::{type}[])")
            found = connection.connection.execute(statement, (_array(values),))
        rows: list[Any] = found.fetchall()
    return rows


def insert(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Inserts rows whose values are in the order of `columns`. Raises django.db.IntegrityError."""
    names = ", ".join(columns)
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            holes = ",".join("?" * len(columns))
            statement = f"INSERT INTO {table} ({names}) VALUES ({holes})"  # noqa: S608 - constants
            connection.connection.executemany(statement, rows)
            return
        lines = ["\t".join([_COPIED[type(value)](value) for value in row]) for row in rows]
        with (
            connection.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            copy.write("\n".join(lines) + "\n")


def update(table: str, columns: Mapping[str, str], rows: Sequence[Row], *, always: str) -> None:
    """Updates rows by their key, the last of `columns`, which are named with their types in PostgreSQL.

    `always` is a further assignment, the same for all of them.
    """
    *changed, key = columns
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            changes = ", ".join(f"{column} = ?" for column in changed)
            statement = f"UPDATE {table} SET {changes}, {always} WHERE {key} = ?"  # noqa: S608 - constants
            connection.connection.executemany(statement, rows)
            return
        changes = ", ".join(f"{column} = new.{column}" for column in changed)
        arrays = ", ".join(f"%s::{type}[]" for type in columns.values())
        connection.connection.execute(
            f"UPDATE {table} SET {changes}, {always} FROM unnest({arrays}) AS new ({', '.join(columns)})"  # noqa: S608
            f" WHERE {table}.{key} = new.{key}",
            [_array(column) for column in zip(*rows, strict=True)],
        )


def _array(values: Iterable[Any]) -> str:
    """An array of numbers, identifiers or bytes as PostgreSQL reads it: nothing in them needs an escape."""
    return "{" + ",".join([_ITEM[type(value)](value) for value in values]) + "}"


def _escaped(value: str) -> str:
    # What COPY's text format gives a meaning to.
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value or "\r" in value or "\t" in value:
        value = value.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    return value


_ITEM: Final[Mapping[type, Callable[[Any], str]]] = {
    int: str,
    UUID: lambda value: value.hex,
    bytes: lambda value: f'"\\\\x{value.hex()}"',
}
# How a value stands in a line of COPY's text format, by its type.
_COPIED: Final[Mapping[type, Callable[[Any], str]]] = {
    str: _escaped,
    int: str,
    bytes: lambda value: "\\\\x" + value.hex(),
    UUID: lambda value: value.hex,
    type(None): lambda _: "\\N",
}
