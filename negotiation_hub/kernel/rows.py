"""Many rows at once, by hand-written SQL, on the connection and in the transaction of the caller.

The drivers are spoken to directly: Django's cursor costs as much for one statement as ten rows. The two
databases are fast in different ways: SQLite in one prepared statement that is run for each row, PostgreSQL in
one round trip for all of them (COPY, and an UPDATE that is joined to a list).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

Row = Sequence[Any]


def ids(values: Sequence[UUID]) -> list[Any]:
    """Identifiers as the database has them: SQLite has no such type, Django stores 32 hexadecimal digits."""
    return list(values) if connection.vendor == "postgresql" else [value.hex for value in values]


def fetch(select: str, values: Sequence[Any]) -> list[Any]:
    """The rows of `select`, whose last word but for what follows `IN {}` has a hole for each value."""
    statement = select.format("(" + _holes(len(values)) + ")")
    with connection.wrap_database_errors:
        rows: list[Any] = connection.connection.execute(statement, values).fetchall()
    return rows


def insert(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Inserts rows whose values are in the order of `columns`. Raises django.db.IntegrityError."""
    names = ", ".join(columns)
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            statement = f"INSERT INTO {table} ({names}) VALUES ({_holes(len(columns))})"  # noqa: S608 - constants
            connection.connection.executemany(statement, rows)
            return
        with (
            connection.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)


def update(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Updates rows by their `id`, which is the last value of each row, after those of `columns`."""
    with connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            changes = ", ".join(f"{column} = ?" for column in columns)
            connection.connection.executemany(f"UPDATE {table} SET {changes} WHERE id = ?", rows)  # noqa: S608
            return
        changes = ", ".join(f"{column} = new.{column}" for column in columns)
        holes = ", ".join([f"({_holes(len(columns) + 1)})"] * len(rows))
        names = ", ".join([*columns, "id"])
        connection.connection.execute(
            f"UPDATE {table} SET {changes} FROM (VALUES {holes}) AS new ({names}) WHERE {table}.id = new.id",  # noqa: S608
            [value for row in rows for value in row],
        )


def _holes(number: int) -> str:
    return _holes_for(connection.vendor, number)


@lru_cache(maxsize=2048)
def _holes_for(vendor: str, number: int) -> str:
    return ",".join(["?" if vendor == "sqlite" else "%s"] * number)
