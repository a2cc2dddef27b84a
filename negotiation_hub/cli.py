"""The console script `negotiation-hub NAME [arguments]`: the product's own tools for the people who run it.

Each is the management command of the same name (dashes for underscores) in
negotiation_hub/management/commands. State is found through the settings only, which read DATA_DIR,
DATABASE_URL and REDIS_URL.
"""

import os
import pkgutil
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import NoReturn

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from negotiation_hub.kernel.refusals import Refusal

PROGRAM = "negotiation-hub"
COMMANDS = "negotiation_hub.management.commands"


def command_names() -> list[str]:
    """The names people type, sorted."""
    package = import_module(COMMANDS)
    return sorted(
        found.name.replace("_", "-")
        for found in pkgutil.iter_modules(package.__path__)
        if not found.ispkg and not found.name.startswith("_")
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 all is well, 1 it failed, 2 it was called wrongly."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    names = command_names()
    wants_help = not words or words[0] in {"-h", "--help", "help"}
    if not wants_help and words[0] not in names:
        close = get_close_matches(words[0], names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"{PROGRAM} --help lists the commands"
        return _refuse(f"unknown command {words[0]!r}: {hint}", status=2)
    try:
        django.setup()
    except (ImproperlyConfigured, OSError, ValueError) as error:
        return _refuse(f"the settings are wrong: {error}", status=1)
    return _usage(names) if wants_help else _outcome(words[0], words[1:])


def _outcome(name: str, rest: list[str]) -> int:
    """Run the command; what people can mend is one line, what only we can mend keeps its traceback."""
    try:
        _run(_command(name), name, rest)
    except CommandError as error:
        return _refuse(str(error), status=error.returncode)
    except DatabaseError as error:
        return _refuse(f"the database says: {error}", status=1)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output (head, a pager) has enough; else the interpreter complains at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ImproperlyConfigured, OSError, Refusal) as error:
        return _refuse(str(error), status=1)
    return 0


def _run(command: BaseCommand, name: str, rest: list[str]) -> None:
    parser = command.create_parser(PROGRAM, name)
    parser.error = partial(_wrong_arguments, name)  # type: ignore[method-assign]
    options = vars(parser.parse_args(rest))
    positional = options.pop("args", ())
    # They load every page's code; `make check` runs them, and the people who run the product need not wait.
    options["skip_checks"] = True
    try:
        command.execute(*positional, **options)
    finally:
        connections.close_all()


def _wrong_arguments(name: str, message: str) -> NoReturn:
    # Django's own parser prints the whole usage; ours is one line, as for every other error.
    raise CommandError(f"{message} ({PROGRAM} {name} --help)", returncode=2)


def _command(name: str) -> BaseCommand:
    return load_command_class("negotiation_hub", name.replace("-", "_"))


def _usage(names: list[str]) -> int:
    print(f"usage: {PROGRAM} COMMAND [arguments]\n")
    for name in names:
        print(f"  {name:<18} {str(_command(name).help).strip().partition(chr(10))[0]}".rstrip())
    print(f"\n{PROGRAM} COMMAND --help tells more. DATA_DIR, DATABASE_URL and REDIS_URL name the state.")
    return 0


def _refuse(message: str, *, status: int) -> int:
    print(f"{PROGRAM}: {' '.join(message.split())}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
