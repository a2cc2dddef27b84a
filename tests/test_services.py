"""The throw-away servers start, answer, are not root, and leave nothing behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis as redis_client

from tests import plugin, services

ROOT = Path(__file__).resolve().parent.parent


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def found(package: str) -> None:
    line = services.missing().get(package)
    if line:
        (pytest.fail if services.in_ci() else pytest.skip)(line)


@pytest.mark.postgres
def test_a_postgres_serves_while_its_context_is_open_and_is_gone_after_it() -> None:
    found("postgresql")
    with services.postgres() as server:
        with psycopg.connect(server.url()) as connection:
            row = connection.execute("SELECT current_setting('max_connections')").fetchone()
        assert row == ("150",)
        assert server.folder.stat().st_uid != 0
        assert is_running(server.pid)
    assert not is_running(server.pid)
    assert not server.folder.exists()


@pytest.mark.postgres
def test_a_postgres_whose_starter_is_killed_is_stopped_by_the_kernel() -> None:
    found("postgresql")
    starter = (
        "import os, signal, sys\nfrom tests import services\n"
        "with services.postgres() as server:\n"
        "    print(server.pid, server.folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", starter], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pid, folder = done.stdout.split()
    subprocess.run(["timeout", "20", "tail", f"--pid={pid}", "-f", "/dev/null"], check=True)
    assert not is_running(int(pid))
    shutil.rmtree(folder)


def test_each_test_gets_an_empty_database_of_its_own(
    postgres_server: services.PostgresServer, postgres_url: str
) -> None:
    other = postgres_server.create_database()
    assert other != postgres_url
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE only_here (x int)")
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)


@pytest.mark.parametrize("key", ["first", "second"])
def test_a_redis_is_empty_when_a_test_gets_it(redis_url: str, key: str) -> None:
    with redis_client.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set(key, "left behind")
    assert urlsplit(redis_url).hostname == "127.0.0.1"


def test_what_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object) -> None:
        return None

    monkeypatch.setattr(shutil, "which", nowhere)
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    assert services.missing() == {
        "postgresql": "PostgreSQL 15 or later is missing: install the package postgresql",
        "redis-server": "Redis is missing: install the package redis-server",
        "chromium": "Chromium is missing: install the package chromium",
    }


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_missing_service_is_an_error_only_in_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str, status: int
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(services, "missing", lambda: {"chromium": "Chromium is missing"})
    assert services.report() == status


def test_another_system_is_told_what_to_install_by_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(services, "missing", lambda: {"chromium": "Chromium is missing"})
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert services.install() == 1
    assert capsys.readouterr().err == "INSTALL=1 knows apt-get only; install by hand: chromium\n"


def test_what_is_missing_is_installed_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([{"redis-server": "Redis is missing", "chromium": "Chromium is missing"}, {}])
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(services, "missing", lambda: next(answers))
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", run)
    assert services.install() == 0
    assert [command[1] for command in commands] == ["update", "install"]
    assert commands[1][-2:] == ["chromium", "redis-server"]


def test_nothing_is_installed_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "missing", dict)
    monkeypatch.setattr(subprocess, "run", None)
    assert services.install() == 0


def test_no_folder_of_recorded_material_is_no_error() -> None:
    assert plugin.realdata_folder("") is None


def test_a_folder_of_recorded_material_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(pytest.UsageError, match="is not a folder"):
        plugin.realdata_folder(str(tmp_path / "nowhere"))


def test_a_folder_of_recorded_material_that_lacks_a_set_is_an_error(tmp_path: Path) -> None:
    for name in plugin.REALDATA_FOLDERS:
        (tmp_path / name).mkdir()
        (tmp_path / name / "one").touch()
    assert plugin.realdata_folder(str(tmp_path)) == tmp_path
    (tmp_path / "images" / "one").unlink()
    with pytest.raises(pytest.UsageError, match="lacks images"):
        plugin.realdata_folder(str(tmp_path))
