"""Fixtures for everyone: throw-away servers, Chromium, and the recorded material."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import redis as redis_client
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql import base as postgresql
from django.db.backends.sqlite3 import base as sqlite3
from django.test import override_settings
from pytest_django import Settings

from tests import plugin, services


def lack(error: services.Missing) -> NoReturn:
    """Skip the test with the one line that says what to install; with CI=true that is an error."""
    if services.in_ci():
        pytest.fail(str(error), pytrace=False)
    pytest.skip(str(error))


@pytest.fixture(autouse=True)
def _own_witness(tmp_path: Path, settings: Settings) -> None:
    """Each test has a witness of its own: what one signed is no loss in the next one's empty database."""
    settings.WITNESS = tmp_path / "witness" / "heads.jsonl"


@pytest.fixture(scope="session", autouse=True)
def _flush_only_what_is_filled() -> Iterator[None]:
    """After a test that commits, Django empties all tables: here only those that hold rows, which is faster.

    On SQLite triggers refuse every DELETE, so they stand aside for a moment; PostgreSQL empties by TRUNCATE,
    which row triggers do not see. Content types and permissions follow from the models and stay.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(self: BaseDatabaseOperations, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            emptied = " ".join(statements)
            triggers = [(name, sql) for name, table, sql in cursor.fetchall() if f'"{table}"' in emptied]
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(self, statements)
            for _, statement in triggers:
                cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        for wrapper in (sqlite3.DatabaseWrapper, postgresql.DatabaseWrapper):
            operations = wrapper.ops_class
            patch.setattr(operations, "sql_flush", _of_filled_tables(operations.sql_flush))
        patch.setattr(sqlite3.DatabaseWrapper.ops_class, "execute_sql_flush", without_triggers)
        yield


def _of_filled_tables(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    def of_filled(self: BaseDatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        wanted = [name for name in tables if name not in {"django_content_type", "auth_permission"}]
        looks = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {self.quote_name(name)})" for name in wanted]
        with self.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(looks))
            filled = [name for (name,) in cursor.fetchall()]
        # Empty tables that refer to these would forbid a TRUNCATE; with the cascade they are emptied as well.
        options["allow_cascade"] = self.connection.vendor == "postgresql"
        return sql_flush(self, style, filled, **options)

    return of_filled


@pytest.fixture(scope="session", autouse=True)
def _look_for_static_files_when_asked() -> Iterator[None]:
    """Every new client of a test would otherwise list all static files first: a sixth of the whole run."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[services.PostgresServer]:
    """One throw-away PostgreSQL for the whole run: the suite's own when it runs on PostgreSQL."""
    running = request.config.stash.get(plugin.SERVER, None)
    if running is not None:
        yield running
        return
    try:
        with services.postgres() as server:
            yield server
    except services.Missing as error:
        lack(error)


@pytest.fixture
def postgres_url(postgres_server: services.PostgresServer) -> str:
    """The DATABASE_URL of an empty PostgreSQL database that only this test uses."""
    return postgres_server.create_database()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The REDIS_URL of one throw-away Redis for the whole run."""
    try:
        with services.redis() as url:
            yield url
    except services.Missing as error:
        lack(error)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The REDIS_URL of a Redis that is empty when the test starts."""
    with redis_client.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium program."""
    try:
        return services.find_chromium()
    except services.Missing as error:
        lack(error)


@pytest.fixture(scope="session")
def realdata(request: pytest.FixtureRequest) -> Path:
    """The folder with the recorded material; tests that ask for it are deselected when there is none."""
    folder = request.config.stash[plugin.REALDATA]
    assert folder is not None
    return folder
