"""Reads uploads in a process of its own, whose time and memory are bounded, and which sees nothing of ours.

A decoder that hangs, eats memory or falls over takes that process with it and nothing else; what a large
picture needed goes back to the machine. The process gets bytes and gives bytes back: it has no keys, no
database and no files.
"""

import dataclasses
import json
import resource
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, Final

from negotiation_hub.kernel import limits, uploads
from negotiation_hub.kernel.refusals import Busy, Refusal, all_refusals
from negotiation_hub.kernel.uploads import Examined, UploadTooHard, UploadTooLarge

_ROOT: Final = Path(__file__).resolve().parents[2]  # where our packages are
_LENGTH: Final = struct.Struct(">I")
_free: Final = threading.BoundedSemaphore(limits.EXAMINED_AT_ONCE)


def examine(data: bytes, name: str) -> Examined:
    """`uploads.examine`, answered within EXAMINE_WITHIN_S and never in this process' memory.

    Blocks its thread meanwhile, so never call it inside a transaction or on the event loop. Raises what that
    raises, UploadTooHard, and Busy when too many files are being read.
    """
    if len(data) > limits.FILE_BYTES_MAX:
        raise UploadTooLarge
    until = time.monotonic() + limits.EXAMINE_WITHIN_S
    if not _free.acquire(timeout=limits.EXAMINE_WAIT_S):
        raise Busy(retry_after_ms=limits.BUSY_RETRY_MS)
    try:
        bounds = {"pixels": limits.PICTURE_PIXELS_MAX, "memory": limits.EXAMINE_MEMORY_BYTES}
        answer = _ask(_packed({"name": name, **bounds}, data), until)
    finally:
        _free.release()
    return _told(answer)


def _ask(question: bytes, until: float) -> bytes:
    with subprocess.Popen(
        [sys.executable, "-m", "negotiation_hub.kernel.apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT), "PYTHONSAFEPATH": "1", "PYTHONWARNINGS": "ignore"},
    ) as process:
        try:
            answer, _ = process.communicate(question, timeout=max(until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            raise UploadTooHard from None
        finally:
            process.kill()  # one that has ended does not mind
    return answer if process.returncode == 0 else b""


def _told(answer: bytes) -> Examined:
    if not answer:
        raise UploadTooHard
    said, rest = _unpacked(answer)
    if (code := said.get("refused")) is not None:
        raise all_refusals().get(code, Refusal)
    fields = said["examined"]
    size = fields.pop("bytes")
    return Examined(**fields, data=rest[:size], thumbnail=rest[size:] or None)


def _packed(head: dict[str, Any], *parts: bytes) -> bytes:
    text = json.dumps(head).encode()
    return b"".join([_LENGTH.pack(len(text)), text, *parts])


def _unpacked(message: bytes) -> tuple[dict[str, Any], bytes]:
    start = _LENGTH.size
    (length,) = _LENGTH.unpack(message[:start])
    head: dict[str, Any] = json.loads(message[start : start + length])
    return head, message[start + length :]


# -- in the other process ----------------------------------------------------------------------------------


def answer(question: bytes) -> bytes:
    """What the other process says to a question: the upload examined, or the code of a refusal."""
    asked, data = _unpacked(question)
    try:
        found = uploads.examine(data, asked["name"])
    except Refusal as refusal:
        return _packed({"refused": refusal.code})
    fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    thumbnail = fields.pop("thumbnail") or b""
    fields["bytes"] = len(fields.pop("data"))
    return _packed({"examined": fields}, found.data, thumbnail)


def _confine(memory_bytes: int) -> None:
    for what, bound in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, limits.EXAMINE_WITHIN_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (bound, bound))
        except (ValueError, OSError):  # a system that has no such bound: time is bounded by who asked
            continue


def _main(given: BinaryIO, told: BinaryIO) -> None:
    question = given.read()
    asked, _ = _unpacked(question)
    limits.PICTURE_PIXELS_MAX = asked["pixels"]  # type: ignore[misc]
    _confine(asked["memory"])
    told.write(answer(question))
    told.flush()


if __name__ == "__main__":
    _main(sys.stdin.buffer, sys.stdout.buffer)
