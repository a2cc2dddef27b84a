"""Runs the sandbox alone: `python -m payments.sandbox --port 8001 --database sandbox.sqlite3`.

The secrets come from STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, never from the command line, which others
can read.
"""

import argparse
import logging
import os
import sys

from daphne.server import Server

from payments.sandbox.app import create_app


def main() -> int:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser(
        prog="payments.sandbox", description="The embedded payment provider, alone."
    )
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--database", required=True, help="the SQLite file that holds all state")
    parser.add_argument("--webhook-url", default="", help="where events are posted; nowhere when absent")
    parser.add_argument("--public-base", default="", help="address of the pages as browsers reach them")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        app = create_app(
            options.database,
            os.environ.get("STRIPE_SECRET_KEY", ""),
            os.environ.get("STRIPE_WEBHOOK_SECRET", ""),
            options.webhook_url,
            options.public_base,
        )
    except ValueError as error:
        parser.error(str(error))
    app.start()
    Server(app, endpoints=[f"tcp:port={options.port}:interface={options.host}"], server_name="sandbox").run()
    app.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
