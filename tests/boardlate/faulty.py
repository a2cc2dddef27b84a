"""A planted fault: `python -m tests.boardlate.faulty serve ...` is a server whose boards come late."""

import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import django

PLANTS: Final = ("late",)
LATE_S: Final = 1.2


def main() -> int:
    """Runs `negotiation-hub ...` with the arguments that it is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from negotiation_hub import cli
    from whiteboard import queries

    queries.board_state = held_back(queries.board_state)
    return cli.main(sys.argv[1:])


def held_back(state: Callable[..., Any]) -> Callable[..., Any]:
    """What is on a board, a while later."""

    def late(*arguments: Any, **fields: Any) -> Any:
        time.sleep(LATE_S)
        return state(*arguments, **fields)

    return late


if __name__ == "__main__":
    sys.exit(main())
