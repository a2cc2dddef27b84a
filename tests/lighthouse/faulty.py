"""Planted faults: `python -m tests.lighthouse.faulty serve ...` is a server whose rooms open badly.

PLANT=slow: a room's page comes late. PLANT=unnamed: it has a button without a name.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import django

PLANTS: Final = ("slow", "unnamed")
LATE_S: Final = 4.0


def main() -> int:
    """Runs `negotiation-hub ...` with the arguments that it is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from negotiation_hub import cli
    from rooms import views

    views.show_room = planted(views.show_room, os.environ["PLANT"])
    return cli.main(sys.argv[1:])


def planted(view: Callable[..., Any], plant: str) -> Callable[..., Any]:
    """The view of a room with a fault."""

    def faulty(*arguments: Any, **fields: Any) -> Any:
        response = view(*arguments, **fields)
        if plant == "slow":
            time.sleep(LATE_S)
        elif plant == "unnamed":
            response.content = response.content.replace(b"</body>", b"<button></button></body>")
        return response

    return faulty


if __name__ == "__main__":
    sys.exit(main())
