"""The proof that our sockets speak RFC 6455: python -m tests.autobahn runs the Autobahn suite against them.

FAST_LANE=0 asks for plain daphne instead of the fast lane. WSTEST names the suite's program, which needs a
Python 2.7 with the packages of python27.txt beside this file. PLANT=name must fail it.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests import services
from tests.autobahn import echo, suite
from tests.prove import NOT_RUN

READY_WITHIN_S: Final = 60  # a cold start on a loaded machine takes a few
STOPPED_WITHIN_S: Final = 15
ROOT: Final = Path(__file__).parents[2]


def complain(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of an echo server on a free port, which is ended when the block ends. Raises Broken."""
    environment = {name: os.environ[name] for name in ("PATH", "FAST_LANE", "PLANT") if name in os.environ}
    environment |= {"HOME": str(folder), "DATA_DIR": str(folder), "DEMO": "1"}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", echo.__name__],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        assert process.stdout is not None
        readable, _, _ = select.select([process.stdout], [], [], READY_WITHIN_S)
        port = process.stdout.readline().strip() if readable else ""
        if not port:
            raise suite.Broken(f"the server did not get ready: {suite.end_of(folder / 'server.log')}")
        yield f"ws://127.0.0.1:{port}/"
    finally:
        process.terminate()
        try:
            process.communicate(timeout=STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def main() -> int:
    """0 when every case passes, 3 when the machine lacks the suite."""
    plant = os.environ.get("PLANT", "")
    if plant and plant not in echo.PLANTS:
        complain(f"PLANT is one of {', '.join(echo.PLANTS)}")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped as well
    try:
        program = suite.find()
        with TemporaryDirectory(prefix="hub-autobahn-") as made:
            folder = Path(made)
            with server(folder) as url:
                index = suite.run(program, url, folder)
            verdict = suite.judge(index)
            for name in verdict.failed:
                complain(suite.explain(folder, index, name))
            if verdict.not_strict:
                complain(f"not strict: {', '.join(verdict.not_strict)}")
    except services.Missing as error:
        complain(f"autobahn: not run: {error}")
        return NOT_RUN
    except suite.Broken as error:
        complain(f"autobahn: {error}")
        return 2
    sys.stdout.write(f"{verdict.line('fast lane' if echo.fast_lane() else 'daphne')}\n")
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
