"""Backups: the database as it was at one moment, and every file that it names, in one tar file.

Keys and witness are not in it: whoever has the backup must not be able to open what is sealed in it, or to
sign another history (docs/runbook.md). What is sealed in the database is sealed in the backup.
"""

import hashlib
import io
import json
import os
import re
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from django.db import connection

from negotiation_hub.kernel import clock, commit, files
from negotiation_hub.kernel.models import File, Stream

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_DATABASE: Final = "database"
_FILE: Final = re.compile(r"files/([0-9a-f]{64})")
_CHUNK_BYTES: Final = 1 << 20
_OWNER_ONLY: Final = 0o600


class Unusable(Exception):
    """A backup that cannot be made or used; the text says why, in one line."""


class Saved(NamedTuple):
    """What a backup holds."""

    database_bytes: int
    files: int


def backup(target: Path, *, now: datetime) -> Saved:
    """Writes a backup while the service runs, whole or not at all. Raises Unusable, OSError.

    The database comes first: files are never changed, and stay for a day where they are sealed anew, so what
    it names is there afterwards, but for files of messages that were removed meanwhile: those are left out.
    """
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with TemporaryDirectory(prefix="hub-backup-", dir=target.parent) as folder:
            dump = Path(folder) / _DATABASE
            named = _dump(dump)
            count = _pack(part, dump, named, now)
            size = dump.stat().st_size
        part.chmod(_OWNER_ONLY)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Saved(size, count)


def restore(source: Path, *, replace: bool) -> Saved:
    """Puts a backup back where nothing runs. Raises Unusable, OSError.

    Without `replace` an existing database is left alone, and that is said. The files come first: a restore
    that was cut off leaves the database as it was.
    """
    with tarfile.open(source) as archive, TemporaryDirectory(prefix="hub-restore-") as folder:
        manifest = _manifest(archive)
        if manifest["database"] != connection.vendor:
            raise Unusable(
                f"this backup is of {manifest['database']}, and the database here is {connection.vendor}"
            )
        if not replace and _is_used():
            raise Unusable("there is a database here already; --replace puts the backup in its place")
        dump = Path(folder) / _DATABASE
        count = _unpack(archive, dump)
        if _sha256(dump) != manifest["sha256"]:
            raise Unusable("the database in this backup is damaged")
        size = dump.stat().st_size
        _load(dump)
    return Saved(size, count)


def _pack(part: Path, dump: Path, named: Mapping[str, File], now: datetime) -> int:
    manifest = {
        "format": FORMAT,
        "made_at": clock.text(now),
        "database": connection.vendor,
        "sha256": _sha256(dump),
    }
    count = 0
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as archive:
        _add(archive, _MANIFEST, json.dumps(manifest).encode())
        archive.add(dump, _DATABASE, filter=_anonymous)
        for sha256, file in named.items():
            try:
                opened = files.open_file(file)
            except files.FileDamaged:
                if File.objects.filter(sha256=sha256).exists():
                    raise Unusable(
                        f"file {sha256} is damaged: `negotiation-hub verify` says whose it is"
                    ) from None
                continue  # of a message that was removed meanwhile
            member = tarfile.TarInfo(f"files/{sha256}")
            member.size = file.size_bytes
            archive.addfile(member, _Reader(opened.chunks()))
            count += 1
        raw.flush()
        os.fsync(raw.fileno())
    return count


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


class _Reader(io.RawIOBase):
    """What comes in pieces, as tarfile reads it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def read(self, size: int = -1) -> bytes:
        """So many bytes, fewer only at the end."""
        while size < 0 or len(self._left) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._left += piece
        data, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return data


def _named_in(dump: Path) -> dict[str, File]:
    with closing(sqlite3.connect(dump)) as copy:
        rows = copy.execute("SELECT sha256, size_bytes, name, media_type FROM kernel_file").fetchall()
    return {
        sha256: File(sha256=sha256, size_bytes=size, name=name, media_type=media_type)
        for sha256, size, name, media_type in rows
    }


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    first = archive.next()
    if first is None or first.name != _MANIFEST or first.size > _CHUNK_BYTES:
        raise Unusable("this is no backup of Negotiation Hub")
    reader = archive.extractfile(first)
    manifest: dict[str, Any] = json.loads(reader.read()) if reader else {}
    if manifest.get("format") != FORMAT:
        raise Unusable("this backup was made by another version")
    return manifest


def _unpack(archive: tarfile.TarFile, dump: Path) -> int:
    """Keeps every file under its hash, and writes the database to `dump`."""
    count = 0
    for member in archive:
        reader = archive.extractfile(member) if member.isfile() else None
        named = _FILE.fullmatch(member.name)
        if reader is None or (named is None and member.name not in {_DATABASE, _MANIFEST}):
            raise Unusable(f"{member.name!r} has no place in a backup")
        pieces = iter(lambda reader=reader: reader.read(_CHUNK_BYTES), b"")  # type: ignore[misc]
        if named is not None:
            written = files.write_stream(pieces, bytes_max=member.size)
            if written.sha256 != named[1]:
                files.discard(written.sha256)
                raise Unusable(f"file {named[1]} in this backup is damaged")
            count += 1
        elif member.name == _DATABASE:
            with dump.open("wb") as out:
                for piece in pieces:
                    out.write(piece)
    return count


def _is_used() -> bool:
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    with connection.cursor() as cursor:
        there = Stream._meta.db_table in connection.introspection.table_names(cursor)  # noqa: SLF001 - Django's own name
    return there and Stream.objects.exists()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _dump(target: Path) -> dict[str, File]:
    """Saves the database, and tells which files it names at that moment: what came later is in no backup."""
    if connection.vendor == "sqlite":
        source = Path(connection.settings_dict["NAME"])
        if not source.exists():
            raise Unusable(f"there is no database at {source}")
        # The engine's own copy: all of one moment, while others write.
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
        return _named_in(target)
    with commit.snapshot():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (moment,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", f"--snapshot={moment}", f"--file={target}")
        return {row.sha256: row for row in File.objects.order_by("pk")}


def _load(dump: Path) -> None:
    if connection.vendor != "sqlite":
        connection.close()
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={_name()}",
            str(dump),
        )
        return
    with closing(sqlite3.connect(dump)) as copy:
        (found,) = copy.execute("PRAGMA integrity_check").fetchone()
    if found != "ok":
        raise Unusable("the database in this backup is damaged")
    connection.close()
    target = Path(connection.settings_dict["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.write_bytes(dump.read_bytes())
    for left in ("-wal", "-shm"):  # of the old one: they would be taken for this one's
        target.with_name(target.name + left).unlink(missing_ok=True)
    part.replace(target)


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(*command: str) -> None:
    """Runs one of PostgreSQL's own tools on the database of the settings."""
    given = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    environment = os.environ | {name: str(given[key]) for name, key in names.items() if given.get(key)}
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own tools, named here
            command, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Unusable(f"{command[0]} is missing: install PostgreSQL's client programs") from None
    if done.returncode:
        raise Unusable(
            f"{command[0]} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
        )
