"""The planted faults: `python -m tests.downloads.faulty serve …` is the product with the fault `PLANT` in it.

`swell` sends without looking whether the client takes anything; `torn` sends a piece that is not the file's.
"""

import os
import sys
from pathlib import Path
from typing import Any, Final

import django

PLANTS: Final = ("swell", "torn")
GROWN_BYTES_MAX: Final = 400 << 20  # of the server with `swell`; the machine is to survive it
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    """Runs a command of the product."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from negotiation_hub import cli
    from negotiation_hub.management.commands import serve

    serve._install_reactor()
    setattr(serve, "_install_reactor", lambda: None)  # noqa: B010 - a function is not assigned to otherwise
    from negotiation_hub.kernel.edge import Pace
    from negotiation_hub.kernel.files import Opened

    plant = os.environ["PLANT"]
    bound = _resident() + GROWN_BYTES_MAX
    if plant == "swell":
        paced: Any = Pace.ready

        async def ready(pace: Pace, within_s: float) -> bool:
            return True if _resident() < bound else await paced(pace, within_s)

        setattr(Pace, "ready", ready)  # noqa: B010 - a method is not assigned to otherwise
    elif plant == "torn":
        read: Any = Opened.read_at

        def read_at(opened: Opened, start: int, size: int) -> bytes:
            data: bytes = read(opened, start, size)
            return data[::-1] if start >= opened.size_bytes // 200 else data

        from negotiation_hub.kernel import files

        hashed = files._hash
        setattr(files, "_hash", lambda opened: _sound(hashed, read, opened))  # noqa: B010
        setattr(Opened, "read_at", read_at)  # noqa: B010
        setattr(Opened, "read_now", lambda *_: None)  # noqa: B010 - all is read by the other one
    return cli.main(sys.argv[1:])


def _sound(_hashed: Any, read: Any, opened: Any) -> str:
    import hashlib

    return hashlib.sha256(read(opened, 0, opened.size_bytes)).hexdigest()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


if __name__ == "__main__":
    sys.exit(main())
