"""Whether what a person may do has changed since it was looked up.

A socket is checked when it opens a stream, and once more whenever this number moves, so that thousands of
idle sockets cost one query and not one each. Triggers move it, so no way of writing is forgotten.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.migrations import RunPython

from negotiation_hub.kernel import rows

_BUMP = (
    "INSERT INTO kernel_authority (person, version) VALUES ({row}.{person}, 1) "
    "ON CONFLICT (person) DO UPDATE SET version = kernel_authority.version + 1;"
)


def versions(people: Collection[UUID]) -> list[int]:
    """The present number of each person, in their order; 0 for one whose rights never changed. One query."""
    if not people:
        return []
    connection.ensure_connection()
    select = "SELECT person, version FROM kernel_authority WHERE person {}"
    values = rows.ids(list(people))
    found = dict(rows.fetch(select, values, "uuid"))
    return [found.get(value, 0) for value in values]


def watched(
    table: str, person: str, *, updates: Sequence[str], events: Sequence[str] = ("insert", "update", "delete")
) -> RunPython:
    """The migration operation for a table that says what people may do.

    `person` is the column with whom it is about. Inserting and deleting a row counts, as does a change of
    the columns `updates`; where `events` are named, only those.
    """

    def forwards(_apps: Any, schema_editor: Any) -> None:
        for statement in _triggers(schema_editor.connection.vendor, table, person, updates, events):
            schema_editor.execute(statement)

    def backwards(_apps: Any, schema_editor: Any) -> None:
        _drop(schema_editor, table, events)

    operation: Callable[..., RunPython] = RunPython
    return operation(forwards, backwards)


def unwatched(table: str, *, events: Sequence[str]) -> RunPython:
    """The migration operation before such a table is watched for other columns. It cannot be undone."""

    def forwards(_apps: Any, schema_editor: Any) -> None:
        _drop(schema_editor, table, events)

    operation: Callable[..., RunPython] = RunPython
    return operation(forwards)


def watched_for_all(table: str, *, updates: Sequence[str], people: str) -> RunPython:
    """The migration operation for a table whose columns `updates` say what several people may do.

    `people` is a query of their ids as `person`, with `NEW` for the row that was changed.
    """
    # In one order, so that two such changes do not wait for each other. Without a WHERE, SQLite would read
    # the conflict that follows as a join.
    bump = (
        f"INSERT INTO kernel_authority (person, version) SELECT who.person, 1 FROM ({people}) AS who "  # noqa: S608 - of a migration
        "WHERE true ORDER BY who.person "
        "ON CONFLICT (person) DO UPDATE SET version = kernel_authority.version + 1;"
    )

    def forwards(_apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        changed = _changed(vendor, updates)
        if vendor == "sqlite":
            schema_editor.execute(
                f"CREATE TRIGGER {table}_authority_update AFTER UPDATE ON {table} "
                f"WHEN {changed} BEGIN {bump} END"
            )
            return
        schema_editor.execute(
            f"CREATE FUNCTION {table}_authority() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {bump} RETURN NULL; END $$"
        )
        schema_editor.execute(
            f"CREATE TRIGGER {table}_authority_update AFTER UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({changed}) EXECUTE FUNCTION {table}_authority()"
        )

    def backwards(_apps: Any, schema_editor: Any) -> None:
        _drop(schema_editor, table, ["update"])

    operation: Callable[..., RunPython] = RunPython
    return operation(forwards, backwards)


def _drop(schema_editor: Any, table: str, events: Sequence[str]) -> None:
    on = "" if schema_editor.connection.vendor == "sqlite" else f" ON {table}"
    for event in events:
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_authority_{event}{on}")
    if on:
        schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_authority()")


def _changed(vendor: str, updates: Sequence[str]) -> str:
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in updates)


def _triggers(
    vendor: str, table: str, person: str, updates: Sequence[str], events: Sequence[str]
) -> list[str]:
    changed = _changed(vendor, updates)
    rows_of = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
    which = {event: rows_of[event] for event in events}
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_authority_{event} AFTER {event.upper()} ON {table} "
            + (f"WHEN {changed} " if event == "update" else "")
            + f"BEGIN {_BUMP.format(row=row, person=person)} END"
            for event, row in which.items()
        ]
    body = (
        f"IF TG_OP = 'DELETE' THEN {_BUMP.format(row='OLD', person=person)} "
        f"ELSE {_BUMP.format(row='NEW', person=person)} END IF; RETURN NULL;"
    )
    function = (
        f"CREATE FUNCTION {table}_authority() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
    )
    return [
        function,
        *(
            f"CREATE TRIGGER {table}_authority_{event} AFTER {event.upper()} ON {table} FOR EACH ROW "
            + (f"WHEN ({changed}) " if event == "update" else "")
            + f"EXECUTE FUNCTION {table}_authority()"
            for event in which
        ),
    ]
