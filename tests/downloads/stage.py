"""Bought files on a server's data: `python -m tests.downloads.stage FILE COUNT`.

Prints how each is fetched, as JSON. Once for each data: people have addresses of their own.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Bought:
    """A download that was counted: the path of its bytes, that of its page by mail, and its order."""

    path: str
    link: str
    order: str


def bought(environment: Mapping[str, str], file: Path, count: int = 1) -> list[Bought]:
    """Has the file bought on the data of this environment, in so many orders."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.downloads.stage", str(file), str(count)],
        env={**environment, "DJANGO_SETTINGS_MODULE": "negotiation_hub.settings"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])
    return [Bought(**one) for one in json.loads(done.stdout.splitlines()[-1])]


def take_back(environment: Mapping[str, str], order: str) -> None:
    """The order's files are taken back, as when its money is given back."""
    code = (
        "import django; django.setup()\n"
        "from negotiation_hub.kernel import clock, commit\n"
        "from orders.models import Order\n"
        "from orders.services.downloads import revoke\n"
        f"with commit.transact(): revoke(Order.objects.get(pk={order!r}), clock.now())\n"
    )
    settings = {**environment, "DJANGO_SETTINGS_MODULE": "negotiation_hub.settings"}
    subprocess.run([sys.executable, "-c", code], env=settings, timeout=120, check=True)


def main() -> None:
    """Makes the people and each order with its listing, places and pays it, and counts a download."""
    import django

    django.setup()
    from catalog import downloads
    from payments import provider
    from tests.orders.deal import Deal, Provider
    from tests.orders.three import Three

    stand_in = Provider()
    setattr(provider, "current", lambda: stand_in)  # noqa: B010 - a function is not assigned to otherwise
    deal = Deal(None, stand_in)
    said = []
    for _ in range(int(sys.argv[2])):
        three = Three.made(deal, ("information",), files=0)
        with Path(sys.argv[1]).open("rb") as source:
            downloads.add_upload(
                actor=deal.ada,
                listing_id=three.listing.pk,
                source=source,
                name=Path(sys.argv[1]).name,
                now=deal.now,
            )
        three.paid()
        path, (link,) = f"/orders/files/{three.take()}/", three.links()[-1:]
        said.append({"path": path, "link": urlsplit(link).path, "order": str(deal.order_id)})
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    main()
