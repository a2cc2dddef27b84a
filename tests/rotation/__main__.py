"""The proof of a rotation: python -m tests.rotation seals 10,000 orders anew while others change them.

`rotate-keys` runs as a process of its own, as its operator would run it. 0: it took less than two minutes, no
change was refused or lost, and nothing needs the old key. 3: the machine lacks the database. PLANT=name must
fail it.
"""

import os
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import django

from tests import services
from tests.prove import NOT_RUN
from tests.rotation import faulty

MOST_S: Final = 120.0  # for 10,000 orders


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the proof holds."""
    parser = ArgumentParser(prog="python -m tests.rotation")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--most", type=float, default=MOST_S, help="seconds that it may take")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    asked = parser.parse_args(arguments)
    plant = os.environ.get("PLANT", "")
    if plant and plant not in faulty.PLANTS:
        parser.error(f"PLANT is one of {', '.join(faulty.PLANTS)}")
    try:
        with database(asked.database):
            return proof(asked.orders, asked.writers, plant, asked.most)
    except services.Missing as error:
        sys.stderr.write(f"rotation: not run: {error}\n")
        return NOT_RUN


@contextmanager
def database(kind: str) -> Iterator[None]:
    """A database and a folder of the proof's own, in this process' environment."""
    with TemporaryDirectory(prefix="hub-rotation-") as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": "", "REDIS_URL": ""}
        os.environ.pop("HUB_KEY_RING", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
        if kind == "sqlite":
            yield
            return
        with services.postgres() as server:
            os.environ["DATABASE_URL"] = server.create_database()
            yield


def proof(count: int, people: int, plant: str, most_s: float) -> int:
    """Makes the orders, rotates while they are changed, and looks at every one of them."""
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tests.rotation import book, judge, kept

    call_command("migrate", verbosity=0)
    numbered = list(enumerate(book.make(count)))
    beside = kept.make([order_id for _, order_id in numbered])
    tell(
        f"made {count} orders, {beside.files} sealed files, {beside.values} values in columns of their own,"
        f" {beside.causes} bookings"
    )
    writers = [book.Writer(numbered[number::people], seed=number) for number in range(people)]
    stop = threading.Event()
    threads = [threading.Thread(target=writer.run, args=(stop,)) for writer in writers]
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    done = rotate(plant)
    seconds = time.monotonic() - begun
    stop.set()
    for thread in threads:
        thread.join()
    tell(done.stdout.strip() or done.stderr.strip())
    failures = [writer.failure for writer in writers if writer.failure]
    if done.returncode:
        failures.append(f"rotate-keys ended with {done.returncode}")
    changes = {number: change for writer in writers for number, change in writer.last.items()}
    judge.forget_old_keys(Path(os.environ["DATA_DIR"]))
    verdict = judge.look(numbered, changes)
    unkept = kept.wrong()
    connections.close_all()
    for failure in failures:
        tell(f"WRONG: {failure}")
    in_time = seconds <= most_s
    writes = sum(writer.writes for writer in writers)
    tell(
        f"{count} orders sealed anew in {seconds:.1f} s (at most {most_s:.0f}), {writes} changes meanwhile,"
        f" refused {len(failures)}, lost {verdict.lost}, left to the old key {verdict.unreadable}"
    )
    tell(f"files, keys, messages and bookings that are lost, or left to the old key: {unkept}")
    return 0 if in_time and writes and not failures and not unkept and verdict.holds else 1


def rotate(plant: str) -> "subprocess.CompletedProcess[str]":
    """Runs the command, or one with a fault, on the same data."""
    module = [faulty.__name__, plant] if plant else ["negotiation_hub.cli", "rotate-keys"]
    return subprocess.run(
        [sys.executable, "-m", *module], capture_output=True, text=True, timeout=1_800, check=False
    )


def tell(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
