"""Fixtures for everyone: throw-away servers, Chromium, and the recorded material."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
import redis as redis_client
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper
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
def _flush_immutable_rows() -> Iterator[None]:
    """Lets Django empty the tables after a test on SQLite, although triggers refuse every DELETE.

    PostgreSQL empties by TRUNCATE, which row triggers do not see.
    """
    operations = DatabaseWrapper.ops_class
    flush = operations.execute_sql_flush

    def without_triggers(self: BaseDatabaseOperations, statements: list[str]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            flush(self, statements)
            for _, statement in triggers:
                cursor.execute(statement)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", without_triggers)
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
