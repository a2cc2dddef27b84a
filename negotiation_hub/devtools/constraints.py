"""Print exact pins for everything that the project needs, from what is installed: `make constraints`."""

import sys
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HEADER = "# Exact versions of what pyproject.toml asks for; `make constraints` rewrites this file.\n"
EXTRAS = ("distributed", "build", "dev")


def closure(project: str) -> dict[str, str]:
    """Name and version of every installed distribution that `project` needs, its extras included.

    Raises LookupError when something it needs is not installed.
    """
    pins: dict[str, str] = {}
    waiting = [(project, frozenset(EXTRAS))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            found = distribution(name)
        except PackageNotFoundError as error:
            raise LookupError(f"{name} is needed, but not installed") from error
        pins[name] = found.version
        for line in found.requires or []:
            needed = Requirement(line)
            if needed.marker is None or any(needed.marker.evaluate({"extra": e}) for e in ("", *extras)):
                waiting.append((canonicalize_name(needed.name), frozenset(needed.extras)))
    del pins[project]
    return pins


def main() -> int:
    """Print the pins, sorted by name; exit status 1 when something needed is not installed."""
    try:
        pins = closure("negotiation-hub")
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    sys.stdout.write(HEADER + "".join(f"{name}=={pins[name]}\n" for name in sorted(pins)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
