"""The file store by pieces: on the disk, and in an object store that speaks S3."""

import hashlib
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from negotiation_hub.kernel import clock, commit, files, storage
from negotiation_hub.kernel.models import File
from tests import services

DATA = os.urandom(300_000)
MAX = 1_000_000


def kept(data: bytes = DATA) -> File:
    written = files.write_stream(
        (data[at : at + 70_000] for at in range(0, len(data), 70_000)), bytes_max=MAX
    )
    with commit.transact():
        return files.record(written, name="a.bin", media_type="application/octet-stream", owner=None)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    """Files of this test."""
    settings.DATA_DIR = tmp_path
    files._sound.clear()


@pytest.fixture(scope="module")
def object_store() -> Iterator[str]:
    """The address of a server that speaks S3, on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


def use_bucket(settings: Any, address: str, store: str = "") -> Any:
    """Has the hub keep its files at `address`; `store` is where the bucket is made, and what is in it."""
    options = {
        "endpoint_url": address,
        "access_key": "key",
        "secret_key": "secret",
        "region_name": "eu-west-1",
    }
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
    client = boto3.client("s3", endpoint_url=store or address, **keys)
    client.create_bucket(Bucket="hub", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    options |= {"bucket_name": "hub", "location": "files", "signature_version": "s3v4"}
    backend = {"BACKEND": "negotiation_hub.kernel.storage_s3.FilesInBucket", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "files": backend}
    return boto3.resource("s3", endpoint_url=store or address, **keys).Bucket("hub")


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, settings: Any) -> Iterator[Any]:
    """Where bytes are kept; yields the bucket, or None for the disk."""
    if request.param == "disk":
        yield None
        return
    bucket = use_bucket(settings, request.getfixturevalue("object_store"))
    yield bucket
    bucket.objects.all().delete()
    bucket.delete()


@pytest.mark.django_db
def test_what_a_crash_left_of_a_file_is_removed_and_what_is_being_written_stays(tmp_path: Path) -> None:
    stored = kept()
    folder = tmp_path / "files"
    old, older = folder / "new.1.ab.part", folder / stored.sha256[:2] / "x.1.ab.part"
    fresh = folder / "new.2.ab.part"
    now = clock.now()
    for path in (old, older, fresh):
        path.write_bytes(b"x")
    for path in (old, older):
        os.utime(path, (0, now.timestamp() - files.PARTS_KEPT_S - 1))
    files._forget_parts(now)
    assert [path.exists() for path in (old, older, fresh)] == [False, False, True]
    assert files.read(stored) == DATA


def change(file: File, data: bytes | None, place: Any) -> None:
    """Somebody changes what is stored, or takes it away."""
    if place is not None:
        stored = place.Object(f"files/{file.sha256}")
        stored.delete() if data is None else stored.put(Body=data)
        return
    path = Path(storage.FilesOnDisk().path(file.sha256))
    path.unlink() if data is None else path.write_bytes(data)


@pytest.mark.django_db
def test_what_was_stored_by_pieces_is_read_by_stretches(place: Any) -> None:
    file = kept()
    assert (file.sha256, file.size_bytes) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    opened = files.open_file(file)
    assert b"".join(opened.chunks()) == DATA == files.read(file)
    assert b"".join(opened.chunks(150_001, 299_999)) == DATA[150_001:299_999]
    assert opened.read_at(len(DATA) - 10, 100) == DATA[-10:]


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_and_a_stored_file_goes_with_its_row(place: Any) -> None:
    first, second = kept(), kept()
    assert first.sha256 == second.sha256
    if place is not None:
        assert [one.key for one in place.objects.all()] == [f"files/{first.sha256}"]
    files.discard(first.sha256)
    with pytest.raises(files.FileDamaged):
        files.read(second)


@pytest.mark.django_db
def test_too_many_bytes_leave_nothing_behind(place: Any, tmp_path: Path) -> None:
    with pytest.raises(files.FileTooLarge):
        files.write_stream((b"x" * 100_000 for _ in range(100)), bytes_max=MAX)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    if place is not None:
        assert list(place.objects.all()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("data", [None, DATA[:-1], DATA + b"x", b"x" + DATA[1:]])
def test_damage_is_noticed_though_the_file_was_sound_before(place: Any, data: bytes | None) -> None:
    file = kept()
    files.open_file(file)
    change(file, data, place)
    for read in (files.read, files.open_file):
        with pytest.raises(files.FileDamaged):
            read(file)
    change(file, DATA, place)
    files.open_file(file)


@pytest.mark.django_db
def test_a_sound_file_is_hashed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    file, hashed, real = kept(), [], files._hash

    def counted(opened: files.Opened) -> str:
        hashed.append(opened)
        return real(opened)

    monkeypatch.setattr(files, "_hash", counted)
    for _ in range(3):
        files.open_file(file)
    assert len(hashed) == 1
    monkeypatch.setattr(files, "SOUND_S", 0)  # later
    files.open_file(file)
    assert len(hashed) == 2


@pytest.mark.django_db
def test_a_file_that_is_cut_off_while_it_is_read_ends_the_reading() -> None:
    file = kept()
    opened = files.open_file(file)
    change(file, DATA[:200_000], None)
    with pytest.raises(files.FileDamaged):
        b"".join(opened.chunks())


@pytest.mark.django_db
def test_a_browser_gets_the_bytes_from_the_object_store_itself(object_store: str, settings: Any) -> None:
    bucket = use_bucket(settings, object_store)
    address = files.signed_address(kept(), name_header='attachment; filename="a.bin"', expire_s=60)
    answer = httpx.get(address, headers={"Range": "bytes=5-9"}, verify=services.NO_TLS)
    assert (answer.status_code, answer.content) == (206, DATA[5:10])
    assert "X-Amz-Signature" in address
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.bin"'
    bucket.objects.all().delete()
    bucket.delete()


class _Failing(http.server.BaseHTTPRequestHandler):
    """An object store that is out of order."""

    def answer(self) -> None:
        self.send_response(501)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = do_PUT = answer  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.mark.django_db
def test_an_object_store_that_fails_is_an_error_of_the_disk_and_no_damage(
    object_store: str, settings: Any
) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Failing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        use_bucket(settings, f"http://127.0.0.1:{server.server_port}", object_store)
        file = File(sha256="ab" * 32, size_bytes=5)
        for asked in (lambda: files.open_file(file), lambda: files.write(b"hello")):
            with pytest.raises(OSError, match="object store"):
                asked()
        server.shutdown()
