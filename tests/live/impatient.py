"""`python -m tests.live.impatient serve ...` is a server that waits 4 seconds for a client, not 60."""

import os
import sys

import django


def main() -> int:
    """Runs `negotiation-hub ...` with the arguments that it is given."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "negotiation_hub.settings")
    django.setup()
    from negotiation_hub import cli
    from negotiation_hub.kernel import limits

    setattr(limits, "DOWNLOAD_STALL_S", 4)  # noqa: B010 - a constant is not assigned to otherwise
    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
