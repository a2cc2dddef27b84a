"""The long proof: python -m tests.model --count 2000 --database sqlite|postgres. PLANT=name must fail it."""

import asyncio
import os
import signal
import sys
from argparse import ArgumentParser

from negotiation_hub.replay.client import Unreachable
from tests import services
from tests.model.proof import PLANTS, SEED, prove, server


def complain(text: str) -> None:
    """One line on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def main() -> int:
    """0 when no negotiation differs from the model; 3 when the machine lacks the database."""
    parser = ArgumentParser(prog="python -m tests.model")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument(
        "--first", type=int, default=0, help="number of the first, to repeat one that differed"
    )
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--parallel", type=int, default=24)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--url", default="", help="a running demo, instead of a server of its own")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are stopped as well
    plant = os.environ.get("PLANT", "")
    if plant and plant not in PLANTS:
        parser.error(f"PLANT is one of {', '.join(PLANTS)}")

    def run(url: str) -> int:
        verdict = asyncio.run(
            prove(
                url,
                first=chosen.first,
                count=chosen.count,
                parallel=chosen.parallel,
                seed=chosen.seed,
                plant=plant,
                complain=complain,
            )
        )
        sys.stdout.write(f"{verdict.line(chosen.database)}\n")
        return 1 if verdict.differences else 0

    try:
        if chosen.url:
            return run(chosen.url)
        with server(chosen.database) as running:
            return run(running.url)
    except services.Missing as error:
        complain(f"model on {chosen.database}: not run: {error}")
        return 3
    except Unreachable as error:
        complain(f"model: {error}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
