"""Many rows at once, by hand-written SQL, on the connection and in the transaction of the caller.

The two databases are fast in different ways: SQLite in one prepared statement that is run for each row,
PostgreSQL in one round trip for all of them (COPY, and an UPDATE that is joined to a list).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

Row = Sequence[Any]


def insert(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Inserts rows whose values are in the order of `columns`. Raises django.db.IntegrityError."""
    names = ", ".join(columns)
    if connection.vendor == "sqlite":
        holes = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({holes})", rows)  # noqa: S608 - constants
        return
    with connection.wrap_database_errors, cursor.cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def update(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Updates rows by their `id`, which is the last value of each row, after those of `columns`."""
    if connection.vendor == "sqlite":
        changes = ", ".join(f"{column} = %s" for column in columns)
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE id = %s", rows)  # noqa: S608 - constants
        return
    changes = ", ".join(f"{column} = new.{column}" for column in columns)
    holes = ", ".join(["(" + ", ".join(["%s"] * (len(columns) + 1)) + ")"] * len(rows))
    names = ", ".join([*columns, "id"])
    cursor.execute(
        f"UPDATE {table} SET {changes} FROM (VALUES {holes}) AS new ({names}) WHERE {table}.id = new.id",  # noqa: S608
        [value for row in rows for value in row],
    )
