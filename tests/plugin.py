"""Chooses where the tests keep their state, before pytest-django loads the settings.

`--db sqlite` (the default) and `--db postgres` run the whole suite on a database of its own; what the
caller's environment says about databases, keys and folders is never used.
"""

import gc
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import services

# Where state lies, and what changes behaviour: tests say this themselves.
SETTINGS_OF_THE_CALLER = (
    "DATABASE_URL",
    "DATA_DIR",
    "DEBUG",
    "DEMO",
    "HUB_KEY_RING",
    "HUB_WITNESS",
    "MAIL_AUTHSERV_ID",
    "MAIL_DOMAIN",
    "MAIL_FROM",
    "MAIL_IN_HOST",
    "MAIL_IN_PORT",
    "PAYMENT_PROVIDER",
    "PORT",
    "PUBLIC_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SMTP_HOST",
    "STRIPE_API_BASE",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
)
ROOM_BYTES = 1 << 30
GC_THRESHOLDS = (20_000, 20, 20)  # Django makes and drops objects by the thousand: a tenth of all time
# Set by `make test`: "shared" runs on both databases at a time, without the tests that drive a browser;
# "browser" runs these, alone. Neither plants faults in proofs that are too long for CI: `make prove` does.
SUITE = "HUB_SUITE"
SERVER = pytest.StashKey[services.PostgresServer]()
REALDATA = pytest.StashKey[Path | None]()
REALDATA_FOLDERS = (
    "boards",
    "catalogue",
    "documents",
    "email_replies",
    "hostile",
    "images",
    "negotiations",
    "payments",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db", choices=("sqlite", "postgres"), default="sqlite", help="database that the whole suite runs on"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    for name in SETTINGS_OF_THE_CALLER:
        os.environ.pop(name, None)
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    folder = tempfile.mkdtemp(prefix="hub-tests-", dir=memory())
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DATA_DIR"] = folder
    early_config.stash[REALDATA] = realdata_folder(os.environ.get("HUB_REALDATA", ""))
    if early_config.known_args_namespace.db == "postgres":
        try:
            server = stack.enter_context(services.postgres())
        except services.Missing as error:
            reason = f"nothing ran on PostgreSQL: {error}"
            pytest.exit(reason, returncode=1 if services.in_ci() else 0)
        early_config.stash[SERVER] = server
        os.environ["DATABASE_URL"] = server.url("hub")


def memory() -> Path | None:
    """A folder in memory with room enough: our commits wait for the disk, and tests need not."""
    shared = Path("/dev/shm")
    roomy = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= ROOM_BYTES
    return shared if roomy else None


def realdata_folder(said: str) -> Path | None:
    """The folder with the recorded material, None when none is named.

    Raises UsageError when it is not there, or not all of it.
    """
    if not said:
        return None
    folder = Path(said).resolve()
    lacking = [name for name in REALDATA_FOLDERS if not any((folder / name).glob("*"))]
    if not folder.is_dir():
        raise pytest.UsageError(f"HUB_REALDATA names {said}, which is not a folder")
    if lacking:
        raise pytest.UsageError(f"HUB_REALDATA names {said}, which lacks {', '.join(lacking)}")
    return folder


def pytest_collection_finish() -> None:
    """What is there now stays to the end: the collector need not look at a million objects time and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        _mark_by_fixtures(item)
    unwanted = [item for item in items if _is_unwanted(config, item)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in set(unwanted)]
    # A browser's driver keeps its event loop running until the end, and no other can then be started.
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


def _mark_by_fixtures(item: pytest.Item) -> None:
    names = getattr(item, "fixturenames", ())
    for fixture, marker in (
        ("postgres_url", "postgres"),
        ("redis_url", "redis"),
        ("chromium_path", "chromium"),
        ("realdata", "realdata"),
    ):
        if fixture in names:
            item.add_marker(marker)


def _is_unwanted(config: pytest.Config, item: pytest.Item) -> bool:
    if item.get_closest_marker("realdata") and config.stash[REALDATA] is None:
        return True
    on_postgres = config.getoption("--db") == "postgres"
    suite = os.environ.get(SUITE)
    if suite and item.get_closest_marker("plant"):
        return True
    if suite and (suite == "browser") != (item.get_closest_marker("chromium") is not None):
        return True
    # The suite's database makes no difference to a test that does not use it, or starts servers of its own:
    # it runs once.
    return bool(on_postgres and not _uses_the_database(item))


def _uses_the_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("e2e") is not None:
        return False
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(
        {"db", "transactional_db"}
    )


def pytest_report_header(config: pytest.Config) -> list[str]:
    lines = [f"database: {config.getoption('--db')}"]
    if config.stash[REALDATA] is None:
        lines.append("realdata tests are deselected: HUB_REALDATA does not name their folder")
    return lines
