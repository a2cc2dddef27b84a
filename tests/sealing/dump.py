"""A copy of the database and of the folder beside it, looked through for what must not be there."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import connection


def cells() -> Iterator[tuple[str, Any]]:
    """Every value of every table, the engine's own ones included, with where it is."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            try:
                cursor.execute(f'SELECT * FROM "{table}"')
            except Exception:  # noqa: BLE001 - an inner table of the full-text engine that nobody may read
                continue
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    yield f"{table}.{name}", value


def found_in_database(secrets: Iterable[str]) -> list[str]:
    """Where in the database one of these stands, whatever the type of the column and its case."""
    wanted = [secret.casefold() for secret in secrets]
    return sorted(
        {
            f"{where}: {secret}"
            for where, value in cells()
            for secret in wanted
            if secret in _text(value).casefold()
        }
    )


def found_in_files(folder: Path, secrets: Iterable[str]) -> list[str]:
    """The files in a folder that have one of these, as UTF-8 or UTF-16."""
    wanted = [form for secret in secrets for form in (secret.encode(), secret.encode("utf-16-le"))]
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [str(path.relative_to(folder)) for path in files if _has(path.read_bytes(), wanted)]


def _has(data: bytes, wanted: Iterable[bytes]) -> bool:
    return any(one in data for one in wanted)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)
