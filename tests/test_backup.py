"""A backup is whole, shows nothing that is sealed, and gives back what was there."""

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests import services
from tests.sealing.dump import found_in_files

ROOT = Path(__file__).resolve().parent.parent
# Makes a room with an offer and an agreement, a placed order and its papers, in a process of its own.
MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.sealing.made import made
print(made().pk)
"""


def run(environment: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """One of the product's commands, or a program, on some data."""
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def hub(environment: dict[str, str], *command: str) -> str:
    """What a command said that went well."""
    done = run(environment, "-m", "negotiation_hub.cli", *command)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1]


def on(folder: Path, database: str = "") -> dict[str, str]:
    """An environment with a folder, and a database, of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "negotiation_hub.settings",
        "DATA_DIR": str(folder),
        "DATABASE_URL": database,
        "REDIS_URL": "",
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all of it was made once, on SQLite; to be copied."""
    folder = tmp_path_factory.mktemp("made")
    done = run(on(folder), "-c", MAKE)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def here(made: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a copy of it, in `here`."""
    return on(shutil.copytree(made, tmp_path / "here"))


@contextmanager
def databases(kind: str) -> Iterator[tuple[str, str]]:
    """The addresses of two empty databases."""
    if kind == "sqlite":
        yield "", ""
        return
    with services.postgres() as server:
        yield server.create_database(), server.create_database()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_backup_shows_nothing_that_is_sealed_and_gives_everything_back(
    tmp_path: Path, made: Path, kind: str
) -> None:
    from tests.sealing.secrets import LIMITS, PERSONAL, TERMS

    with databases(kind) as (first, second):
        here, there = on(tmp_path / "here", first), on(tmp_path / "there", second)
        if kind == "sqlite":
            shutil.copytree(made, tmp_path / "here")
        else:
            (tmp_path / "here").mkdir()
            assert run(here, "-c", MAKE).returncode == 0
        target = tmp_path / "backups" / "hub.tar"
        target.parent.mkdir()
        said = hub(here, "backup", str(target))
        assert "not the keys" in said
        assert target.stat().st_mode & 0o777 == 0o600
        assert found_in_files(target.parent, [*TERMS, *LIMITS, *PERSONAL]) == []
        with tarfile.open(target) as archive:
            names = archive.getnames()
        assert names[:2] == ["manifest.json", "database"]
        assert not [name for name in names if "key" in name or "witness" in name]

        # Keys and witness are kept apart, and put back by hand.
        (tmp_path / "there").mkdir()
        for folder in ("keys", "witness"):
            (tmp_path / "here" / folder).rename(tmp_path / "there" / folder)
        hub(there, "restore", str(target))
        assert hub(there, "verify").endswith("1 orders: 0 problems")
        again = run(there, "-m", "negotiation_hub.cli", "restore", str(target))
        assert again.returncode == 1
        assert "--replace" in again.stderr
        hub(there, "restore", "--replace", str(target))
        assert hub(there, "verify").endswith("1 orders: 0 problems")


def test_what_is_no_backup_or_was_changed_is_refused_and_harms_nothing(
    tmp_path: Path, here: dict[str, str]
) -> None:
    target = tmp_path / "hub.tar"
    hub(here, "backup", str(target))
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    spoiled, cut, other = tmp_path / "spoiled.tar", tmp_path / "cut.tar", tmp_path / "other.tar"
    spoiled.write_bytes(data)
    cut.write_bytes(target.read_bytes()[:20_000])
    other.write_bytes(b"hello")
    for wrong in (spoiled, cut, other, tmp_path / "missing.tar"):
        done = run(here, "-m", "negotiation_hub.cli", "restore", "--replace", str(wrong))
        assert done.returncode == 1, wrong
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert hub(here, "verify").endswith("1 orders: 0 problems")


def test_a_backup_is_restored_into_an_object_store(tmp_path: Path, here: dict[str, str]) -> None:
    target = tmp_path / "hub.tar"
    hub(here, "backup", str(target))
    with tarfile.open(target) as archive:
        wanted = {name for name in archive.getnames() if name.startswith("files/")}
    assert wanted
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        address = "http://{}:{}".format(*server.get_host_and_port())
        client = boto3.client("s3", endpoint_url=address, **keys)
        client.create_bucket(Bucket="restored", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        store = {
            "FILES_STORAGE": "s3",
            "FILES_S3_BUCKET": "restored",
            "FILES_S3_PREFIX": "files",
            "FILES_S3_ENDPOINT_URL": address,
            "FILES_S3_REGION": "eu-west-1",
            "FILES_S3_ACCESS_KEY_ID": "key",
            "FILES_S3_SECRET_ACCESS_KEY": "secret",
        }
        there = on(tmp_path / "there") | store
        (tmp_path / "there").mkdir()
        for folder in ("keys", "witness"):
            (tmp_path / "here" / folder).rename(tmp_path / "there" / folder)
        hub(there, "restore", str(target))
        listed = client.list_objects_v2(Bucket="restored").get("Contents", [])
        assert {one["Key"] for one in listed} == wanted
        assert not (tmp_path / "there" / "files").exists()
        assert hub(there, "verify").endswith("1 orders: 0 problems")
    finally:
        server.stop()
