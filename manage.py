"""Django's own command line; the product's is `negotiation-hub`."""

import os
import sys


def main() -> None:
    """Runs one of Django's commands."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
