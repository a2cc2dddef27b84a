"""The planted fault `PLANT=slow`: `python -m bench.slowed COMMAND...` becomes the command, with a busy child.

What the child burns counts as the server's, so every goal about processor time must turn out unmet.
"""

import os
import sys


def main() -> None:
    """Does not return in the process that becomes the command."""
    command = sys.argv[1:]
    if os.fork() == 0:
        _burn(os.getppid())
    else:
        os.execv(command[0], command)  # noqa: S606 - the command that the measurements would have started


def _burn(parent: int) -> None:
    while os.getppid() == parent:
        for _ in range(100_000):
            pass


if __name__ == "__main__":
    main()
