"""make chaos: python -m tests.chaos --seconds 60 --setup sqlite|distributed --seed N.

PLANT=name must make it fail.

Exit 0: nothing acknowledged was lost, doubled or reordered. 1: something was, or the proof is not one (too
little was acknowledged, a planned fault did not happen). 3: the machine lacks PostgreSQL or Redis.
"""

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import services
from tests.chaos.forger import PLANTS
from tests.chaos.judge import summary
from tests.chaos.run import SETUPS, prove

FAILED, NOT_STARTED, NOT_RUN = 1, 2, 3
SEED_MAX = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what was asked for, one after the other."""
    parser = ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--setup", choices=("", *SETUPS), default="", help="both, if none is named")
    parser.add_argument(
        "--seed", type=int, default=None, help="to repeat a plan of faults; else a random one"
    )
    parser.add_argument("--keep", type=Path, help="a folder that keeps databases and logs")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped as well
    plant = os.environ.get("PLANT", "")
    if plant and plant not in PLANTS:
        parser.error(f"PLANT is one of {', '.join(PLANTS)}")
    seed = chosen.seed if chosen.seed is not None else int.from_bytes(os.urandom(4)) % SEED_MAX
    setups = [chosen.setup] if chosen.setup else list(SETUPS)
    sums, status = [0, 0, 0, 0], 0
    for setup in setups:
        try:
            with _folder(chosen.keep, setup) as folder:
                outcome = prove(setup, folder, seconds=chosen.seconds, seed=seed, plant=plant, tell=tell)
        except services.Missing as error:
            sys.stderr.write(f"chaos on {setup}: not run: {error}\n")
            status = status or NOT_RUN
            continue
        except services.NotReady as error:
            sys.stderr.write(f"chaos on {setup}: {error}\n")
            return NOT_STARTED
        verdict = outcome.verdict
        found = (verdict.acked, len(verdict.lost), len(verdict.duplicated), len(verdict.reordered))
        sums = [total + number for total, number in zip(sums, found, strict=True)]
        if not outcome.holds:
            status = FAILED
    if len(setups) > 1:
        tell(summary(*sums))
    return status


@contextmanager
def _folder(keep: Path | None, setup: str) -> Iterator[Path]:
    if keep is None:
        with TemporaryDirectory(prefix="hub-chaos-") as folder:
            yield Path(folder)
    else:
        (keep.resolve() / setup).mkdir(parents=True)
        yield keep.resolve() / setup


def tell(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
