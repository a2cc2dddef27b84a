from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.payments.sandbox.harness import Front, Receiver, Sandbox, running_front


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with running_front() as front:
        yield front


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def stopped(tmp_path: Path, receiver: Receiver, front: Front) -> Iterator[Sandbox]:
    """A sandbox that is not running yet."""
    sandbox = Sandbox(tmp_path / "state" / "sandbox.sqlite3", receiver, front)
    yield sandbox
    sandbox.web.close()


@pytest.fixture
def sandbox(stopped: Sandbox) -> Iterator[Sandbox]:
    with stopped.running() as running:
        yield running
