"""Rows that must never change: triggers that refuse UPDATE and DELETE, alike on SQLite and PostgreSQL.

A migration calls `immutable(...)` with the table's name. Where a column may be emptied (redaction), it is
named in `may_clear`; where a column is a mere projection, or a MAC that a new key makes anew, in
`may_change`. A sealed column in `may_reseal` may become another sealed value: what is in it is bound to its
row by the seal, not by the trigger. Columns in `together` change only with the column `mark`, which names
what changed them.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.migrations.operations.base import Operation

from negotiation_hub.kernel.sealed import MARK


class _May(NamedTuple):
    clear: Sequence[str]
    change: Sequence[str]
    reseal: Sequence[str]
    together: Sequence[str] = ()
    mark: str = ""


def _columns(schema_editor: Any, table: str) -> list[tuple[str, bool]]:
    """The columns, and which of them hold bytes."""
    introspection = schema_editor.connection.introspection
    with schema_editor.connection.cursor() as cursor:
        description = introspection.get_table_description(cursor, table)
    return [
        (column.name, introspection.get_field_type(column.type_code, column) == "BinaryField")
        for column in description
    ]


def _condition(columns: Sequence[tuple[str, bool]], may: "_May", differs: str, sqlite: bool) -> str:
    parts = []
    for column, is_bytes in columns:
        if column in may.change or (may.mark and column == may.mark):
            continue
        unless = [f'NEW."{column}" IS NOT NULL'] if column in may.clear else []
        if column in may.reseal and is_bytes:
            version = "X'01'" if sqlite else "'\\x01'::bytea"  # that of `crypto.seal`
            unless.append(f'COALESCE(substr(NEW."{column}", 1, 1), substr({version}, 2)) <> {version}')
        elif column in may.reseal:
            unless.append(f"COALESCE(substr(NEW.\"{column}\", 1, {len(MARK)}), '') <> '{MARK}'")
        if column in may.together:
            unless.append(f'NOT (NEW."{may.mark}" {differs} OLD."{may.mark}")')
        changed = f'NEW."{column}" {differs} OLD."{column}"'
        parts.append("(" + " AND ".join([changed, *unless]) + ")")
    return " OR ".join(parts)


def _sqlite(table: str, condition: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} rows are immutable'); END"
    return [
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" WHEN {condition} {refuse}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
    ]


def _postgresql(table: str, condition: str) -> list[str]:
    refuse = f"RAISE EXCEPTION '{table} rows are immutable' USING ERRCODE = 'restrict_violation'"
    when = f"FOR EACH ROW WHEN ({condition})"
    refused = f'EXECUTE FUNCTION "{table}_refuse"()'
    return [
        f'CREATE FUNCTION "{table}_refuse"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse}; END $$',
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {when} {refused}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" FOR EACH ROW {refused}',
    ]


def install(
    schema_editor: Any,
    table: str,
    may_clear: Sequence[str] = (),
    may_change: Sequence[str] = (),
    may_reseal: Sequence[str] = (),
    together: Sequence[str] = (),
    mark: str = "",
) -> None:
    """Creates the triggers on the connected database."""
    may = _May(may_clear, may_change, may_reseal, together, mark)
    columns = _columns(schema_editor, table)
    sqlite = schema_editor.connection.vendor == "sqlite"
    condition = _condition(columns, may, "IS NOT" if sqlite else "IS DISTINCT FROM", sqlite)
    for statement in (_sqlite if sqlite else _postgresql)(table, condition):
        schema_editor.execute(statement)


def remove(schema_editor: Any, table: str) -> None:
    """Drops the triggers, for migrations that run backwards."""
    on = "" if schema_editor.connection.vendor == "sqlite" else f' ON "{table}"'
    for name in ("no_update", "no_delete"):
        schema_editor.execute(f'DROP TRIGGER IF EXISTS "{table}_{name}"{on}')
    if on:
        schema_editor.execute(f'DROP FUNCTION IF EXISTS "{table}_refuse"()')


class Guard(Operation):
    """Puts a table's triggers there, or takes them away.

    It asks for no models, which `RunPython` would make anew for each table: a fifth of a first start.
    """

    reversible = True
    reduces_to_sql = False

    def __init__(
        self,
        table: str,
        may_clear: Sequence[str] = (),
        may_change: Sequence[str] = (),
        may_reseal: Sequence[str] = (),
        together: Sequence[str] = (),
        mark: str = "",
        *,
        frozen: bool = True,
    ) -> None:
        self.table = table
        self.may = _May(may_clear, may_change, may_reseal, together, mark)
        self.frozen = frozen

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models know nothing of triggers."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Creates the triggers, or drops them."""
        if self.frozen:
            install(schema_editor, self.table, *self.may)
        else:
            remove(schema_editor, self.table)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drops them; what was dropped comes back with the migration that made it."""
        if self.frozen:
            remove(schema_editor, self.table)

    def describe(self) -> str:
        """What the migration's plan says."""
        return f"{'Freeze' if self.frozen else 'Thaw'} the rows of {self.table}"


def thaw(table: str) -> Guard:
    """The migration operation before a change of such a table, which is followed by `immutable` anew."""
    return Guard(table, frozen=False)


def immutable(
    table: str,
    may_clear: Sequence[str] = (),
    may_change: Sequence[str] = (),
    may_reseal: Sequence[str] = (),
    together: Sequence[str] = (),
    mark: str = "",
) -> Guard:
    """The migration operation for a table whose rows must not change."""
    return Guard(table, may_clear, may_change, may_reseal, together, mark)
